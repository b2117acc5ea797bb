//! `qv report`

use std::path::PathBuf;

use clap::Args;
use qv_app::AppError;
use qv_app::report::{self, ReportOptions};

use super::Context;
use crate::exit::Verdict;

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The file, HTML; one that is there is replaced only with --yes, or when you agree
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Its title
    #[arg(long)]
    title: Option<String>,
    /// How many of the riskiest assets are listed, 1 to 500
    #[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..=500))]
    assets: u32,
}

pub async fn run(args: ReportArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?;
    let existing = context.existing(&args.out)?;
    let usual = ReportOptions::default();
    let options = ReportOptions {
        title: args.title.unwrap_or(usual.title),
        assets: args.assets,
    };
    let written = report::write(&vault, &options, &args.out, existing).await?;
    context.out.show(&written, |out| {
        out.success(&format!(
            "{} tells of {} asset(s); open it in a browser, and print it from there",
            written.file, written.assets
        ));
    });
    Ok(Verdict::Done)
}
