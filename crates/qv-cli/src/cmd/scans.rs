//! `qv scans`

use clap::{Args, Subcommand};
use qv_app::AppError;
use qv_app::scans::{self, NOT_REACHED, ScanOverview};
use qv_types::{Cursor, ScanId, ScanStatus, Timestamp};

use super::{Context, watched};
use crate::exit::Verdict;
use crate::out::Out;

#[derive(Debug, Subcommand)]
pub enum ScansCommand {
    /// Lists scans, newest first
    List {
        /// How many, 1 to 1000
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Shows one scan with its results and failures
    Show {
        /// Id of the scan
        scan: ScanId,
    },
    /// Shows one scan in numbers, and why targets failed
    Overview {
        /// Id of the scan
        scan: ScanId,
    },
    /// Lists the targets of a scan that failed, by their cause
    Failures(FailuresArgs),
    /// Scans again what failed, and what a scan that ended early did not reach
    Retry(RetryArgs),
    /// Goes on with scans that were interrupted
    Resume,
}

#[derive(Debug, Args)]
pub struct FailuresArgs {
    /// Id of the scan
    scan: ScanId,
    /// Only this cause, a word that `qv scans overview` lists
    #[arg(long, value_name = "WORD")]
    cause: Option<String>,
    /// Rows of a page, 1 to 500
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
    /// Goes on after the cursor that the page before printed
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

#[derive(Debug, Args)]
pub struct RetryArgs {
    /// Id of the scan
    scan: ScanId,
    /// Only what failed by this cause, a word that `qv scans overview` lists; not_reached for what the scan did not reach
    #[arg(long, value_name = "WORD")]
    cause: Option<String>,
    /// Allows private and loopback addresses even where the first scan did not
    #[arg(long)]
    allow_private: bool,
}

pub async fn run(command: ScansCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        ScansCommand::List { limit } => list(limit, context).await,
        ScansCommand::Show { scan } => {
            let view = scans::show(&context.vault().await?, scan).await?;
            context
                .out
                .show(&view, |out| super::scan::render(out, &view));
            Ok(Verdict::Done)
        }
        ScansCommand::Overview { scan } => {
            let view = scans::overview(&context.vault().await?, scan).await?;
            context.out.show(&view, |out| render(out, &view));
            Ok(Verdict::Done)
        }
        ScansCommand::Failures(args) => failures(args, context).await,
        ScansCommand::Retry(args) => {
            let vault = context.vault().await?;
            let cause = args.cause.as_deref();
            let scan = scans::retry(&vault, args.scan, cause, args.allow_private).await?;
            super::scan::run_to_end(&vault, scan, context).await
        }
        ScansCommand::Resume => resume(context).await,
    }
}

async fn failures(args: FailuresArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?;
    let (cause, after) = (args.cause.as_deref(), args.after.map(Cursor));
    let page = scans::failures(&vault, args.scan, cause, after.as_ref(), args.limit).await?;
    context.out.show(&page, |out| {
        if page.items.is_empty() {
            out.note("nothing failed so");
            return;
        }
        out.table(
            &["target", "cause", "stage", "what happened"],
            page.items.iter().map(|row| {
                vec![
                    row.target.clone(),
                    row.cause.clone(),
                    row.stage.clone(),
                    row.detail.clone(),
                ]
            }),
        );
        if let Some(next) = &page.next {
            out.note(&format!("there are more: `--after {}`", next.0));
        }
    });
    Ok(Verdict::Done)
}

fn render(out: &Out, view: &ScanOverview) {
    out.pairs(&[
        ("scan", view.id.to_string()),
        ("type", view.scan_type.to_string()),
        ("started", view.started_at.to_seconds_text()),
        (
            "ended",
            view.completed_at
                .map_or_else(|| "not yet".into(), Timestamp::to_seconds_text),
        ),
        ("status", view.status.to_string()),
        ("targets", view.targets.to_string()),
        (
            "seen",
            format!(
                "{}: {} new, {} updated, {} unchanged",
                view.scanned, view.new, view.updated, view.unchanged
            ),
        ),
        ("vulnerable or unknown", view.non_pqc.to_string()),
        ("failed", view.failed.to_string()),
        ("not reached", view.not_reached.to_string()),
    ]);
    if view.not_reached > 0 {
        out.note(&format!(
            "go on with what was not reached: qv scans retry {} --cause {NOT_REACHED}",
            view.id
        ));
    }
    if view.causes.is_empty() {
        return;
    }
    out.heading("Failures");
    out.table(
        &["cause", "targets", "what to do"],
        view.causes.iter().map(|row| {
            vec![
                row.cause.clone(),
                row.targets.to_string(),
                row.remedy.clone(),
            ]
        }),
    );
    out.note(&format!("scan these again: qv scans retry {}", view.id));
}

async fn list(limit: u32, context: &Context<'_>) -> Result<Verdict, AppError> {
    let rows = scans::list(&context.vault().await?, limit).await?;
    context.out.show(&rows, |out| {
        if rows.is_empty() {
            out.note("no scans yet; try `qv scan example.org:443`");
            return;
        }
        out.table(
            &["scan", "type", "started", "status", "scanned", "vulnerable"],
            rows.iter().map(|row| {
                vec![
                    row.id.to_string(),
                    row.scan_type.to_string(),
                    row.started_at.to_seconds_text(),
                    row.status.to_string(),
                    row.number_of_assets_scanned.to_string(),
                    row.number_of_non_pqc_assets_found.to_string(),
                ]
            }),
        );
    });
    Ok(Verdict::Done)
}

async fn resume(context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?;
    let views = watched(context.out, "scanning", vault.progress(), async |cancel| {
        scans::resume(&vault, cancel).await
    })
    .await?;
    context.out.show(&views, |out| {
        if views.is_empty() {
            out.note("no interrupted scan");
        }
        for view in &views {
            super::scan::render(out, view);
        }
    });
    Ok(Verdict::of(
        views.iter().all(|view| view.status == ScanStatus::Success),
    ))
}
