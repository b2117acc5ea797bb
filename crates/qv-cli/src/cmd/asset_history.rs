//! `qv assets history`

use clap::Args;
use qv_app::AppError;
use qv_app::assets::{self, Sighting};
use qv_app::scans::Change;
use qv_types::{Cursor, Page};

use super::Context;
use crate::exit::Verdict;
use crate::out::Out;

#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// Id or location
    asset: String,
    /// Rows of a page, 1 to 500
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
    /// Goes on after the cursor that the page before printed
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

pub async fn history(args: HistoryArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?;
    let after = args.after.map(Cursor);
    let page = assets::history(&vault, &args.asset, after.as_ref(), args.limit).await?;
    context.out.show(&page, |out| render(out, &page));
    Ok(Verdict::Done)
}

fn render(out: &Out, page: &Page<Sighting>) {
    if page.items.is_empty() {
        out.note("no scan has seen it");
        return;
    }
    out.table(
        &[
            "seen",
            "result",
            "key exchange",
            "authentication",
            "risk",
            "changes",
        ],
        page.items.iter().map(|sighting| row(out, sighting)),
    );
    if let Some(next) = &page.next {
        out.note(&format!("there are more: `--after {}`", next.0));
    }
}

fn row(out: &Out, sighting: &Sighting) -> Vec<String> {
    let unknown = || "not recorded".to_owned();
    let standing = sighting.standing.as_ref();
    let changes = sighting.changes.as_ref().map_or_else(unknown, |changes| {
        let told: Vec<String> = changes.iter().map(told).collect();
        told.join("; ")
    });
    vec![
        sighting.at.to_seconds_text(),
        sighting.result.to_string(),
        standing.map_or_else(unknown, |standing| out.verdict(standing.key_exchange)),
        standing.map_or_else(unknown, |standing| out.verdict(standing.authentication)),
        standing.map_or_else(unknown, |standing| {
            out.score(standing.score, standing.level)
        }),
        changes,
    ]
}

/// For example `score: 83 to 63`.
fn told(change: &Change) -> String {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{}: {before} to {after}", change.what),
        (None, Some(after)) => format!("{}: {after} is new", change.what),
        (Some(before), None) => format!("{}: {before} is gone", change.what),
        (None, None) => change.what.clone(),
    }
}
