//! `qv scan`

use std::path::PathBuf;

use clap::Args;
use qv_app::scans::{self, ScanRequest, ScanView};
use qv_app::{AppError, Vault};
use qv_types::{Environment, ScanId, ScanStatus, ScanType};

use super::{Context, watched, words};
use crate::exit::Verdict;
use crate::out::Out;

#[derive(Debug, Args)]
pub struct ScanArgs {
    /// host, host:port, [v6]:port or https:// URL [default: every active saved target]
    targets: Vec<String>,
    /// Reads more targets from a file, one a line; - for standard input
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Scans every active saved target beside the named ones
    #[arg(long)]
    saved: bool,
    /// Saves the named targets too
    #[arg(long)]
    save: bool,
    /// Environment of the named targets
    #[arg(long = "env", default_value = "PROD", value_name = "ENVIRONMENT", value_parser = words(Environment::ALL, Environment::as_str))]
    environment: Environment,
    /// Why it is made; POLICY_VALIDATION evaluates all policies afterwards
    #[arg(long = "type", default_value = "DISCOVERY", value_name = "TYPE", value_parser = words(ScanType::ALL, ScanType::as_str))]
    scan_type: ScanType,
    /// Allows private and loopback addresses in this scan
    #[arg(long)]
    allow_private: bool,
}

pub async fn run(args: ScanArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let mut targets = args.targets;
    if let Some(file) = &args.file {
        targets.extend(qv_app::targets::lines(&crate::ask::read_text(file)?));
    }
    let vault = context.vault().await?;
    let nothing_named = targets.is_empty() && args.file.is_none();
    let request = ScanRequest {
        targets,
        saved: args.saved || nothing_named,
        save: args.save,
        environment: args.environment,
        scan_type: args.scan_type,
        allow_private: args.allow_private,
    };
    let scan = scans::start(&vault, request).await?;
    run_to_end(&vault, scan, context).await
}

/// Runs a stored scan with its progress, and shows what it saw.
pub async fn run_to_end(
    vault: &Vault,
    scan: ScanId,
    context: &Context<'_>,
) -> Result<Verdict, AppError> {
    let view = watched(context.out, "scanning", vault.progress(), async |cancel| {
        scans::run(vault, scan, cancel).await
    })
    .await?;
    context.out.show(&view, |out| render(out, &view));
    Ok(Verdict::of(view.status == ScanStatus::Success))
}

/// One line a target, failures grouped by cause with the remedy.
pub fn render(out: &Out, view: &ScanView) {
    if !view.assets.is_empty() {
        out.table(
            &[
                "location",
                "result",
                "key exchange",
                "authentication",
                "risk",
                "exposure",
            ],
            view.assets.iter().map(|row| {
                vec![
                    row.location.clone(),
                    row.result.to_string(),
                    out.verdict(row.key_exchange),
                    out.verdict(row.authentication),
                    out.score(row.score, row.level),
                    row.exposure_points.to_string(),
                ]
            }),
        );
    }
    for failure in &view.failures {
        out.warn(&format!(
            "{}: {} — {}",
            failure.target, failure.cause, failure.remedy
        ));
    }
    let summary = format!(
        "{}: {} scanned, {} quantum-vulnerable or unknown, {} failed",
        view.status, view.scanned, view.non_pqc, view.failed
    );
    if view.status == ScanStatus::Success {
        out.success(&summary)
    } else {
        out.warn(&summary)
    }
}
