//! `qv init`

use clap::Args;
use qv_app::devices::SharesOptions;
use qv_app::slots::{Factor, NewSlot, Plan};
use qv_app::{AppError, Vault};

use super::Context;
use super::factors::{FactorArgs, scheme, shares_note};
use crate::exit::Verdict;

#[derive(Debug, Args)]
pub struct InitArgs {
    /// The factors of the first slot, all of them needed to open it
    #[arg(long = "factor", default_values = ["passphrase"], value_name = "FACTOR")]
    factors: Vec<Factor>,
    /// Makes a recovery set beside it, without asking: how many shares of how many open the vault
    #[arg(long, value_name = "M-of-N", value_parser = scheme)]
    recovery: Option<SharesOptions>,
    /// Makes no recovery set and does not suggest one
    #[arg(long, conflicts_with = "recovery")]
    no_recovery: bool,
    #[command(flatten)]
    how: FactorArgs,
}

impl InitArgs {
    /// The recovery set, which a person is asked about where no option says.
    fn recovery(&self, context: &Context<'_>) -> Result<Option<SharesOptions>, AppError> {
        let settled = self.recovery.is_some() || self.no_recovery;
        if settled || !context.terminal().asks_a_person() {
            return Ok(self.recovery.clone());
        }
        let wanted = context.terminal().decide(
            "Make a recovery set too? 3 shares on paper, any 2 of which open the vault when all else is lost.",
            true,
        )?;
        Ok(wanted.then(SharesOptions::default))
    }
}

pub async fn run(args: InitArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let home = context.home()?;
    let config = context.config()?;
    // Before anything is asked.
    Vault::refuse_existing(&home).await?;
    let recovery = args.recovery(context)?;
    let mut devices = args.how.apply(context.devices());
    let mut slots = vec![args.how.slot(Plan::All(args.factors.clone()))];
    if let Some(scheme) = recovery {
        devices.shares = scheme;
        slots.push(NewSlot::all([Factor::Shares]));
    }
    let delivery = args.how.delivery();
    let mut terminal = context.terminal().delivering(&delivery);
    let vault = Vault::create(&home, config, devices, &slots, &mut terminal)
        .await
        .inspect_err(|error| delivery.withdraw(error))?;
    context.keep(&vault);
    let gone = delivery.clean_up(&terminal)?;
    let summary = vault.summary().await?;
    context.out.show(&summary, |out| {
        out.success(&format!("vault made in {}", home.folder().display()));
        out.note(if slots.len() > 1 {
            "keep the shares apart from each other, and a backup of the folder"
        } else {
            "there is no other way in: add a second one with `qv slots add`, and keep a backup of the folder"
        });
        shares_note(out, gone);
        out.note("next: `qv scan example.org:443`");
    });
    Ok(Verdict::Done)
}
