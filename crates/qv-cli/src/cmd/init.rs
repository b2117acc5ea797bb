//! `qv init`

use clap::Args;
use qv_app::slots::{Factor, Plan};
use qv_app::{AppError, Vault};

use super::Context;
use super::factors::FactorArgs;
use crate::exit::Verdict;

#[derive(Debug, Args)]
pub struct InitArgs {
    /// The factors of the first slot, all of them needed to open it
    #[arg(long = "factor", default_values = ["passphrase"], value_name = "FACTOR")]
    factors: Vec<Factor>,
    #[command(flatten)]
    how: FactorArgs,
}

pub async fn run(args: InitArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let home = context.home()?;
    let vault = Vault::create(
        &home,
        context.config()?,
        args.how.apply(context.devices()),
        &args.how.slot(Plan::All(args.factors)),
        &mut context.terminal(),
    )
    .await?;
    context.keep(&vault);
    let summary = vault.summary().await?;
    context.out.show(&summary, |out| {
        out.success(&format!("vault made in {}", home.folder().display()));
        out.note("there is no other way in: add a second one with `qv slots add`, and keep a backup of the folder");
        out.note("next: `qv scan example.org:443`");
    });
    Ok(Verdict::Done)
}
