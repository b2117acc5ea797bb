//! `qv scans`

use clap::Subcommand;
use qv_app::AppError;
use qv_app::scans;
use qv_types::{ScanId, ScanStatus};

use super::{Context, watched};
use crate::exit::Verdict;

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
    /// Goes on with scans that were interrupted
    Resume,
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
        ScansCommand::Resume => resume(context).await,
    }
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
