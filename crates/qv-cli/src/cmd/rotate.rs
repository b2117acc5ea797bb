//! `qv rotate`

use clap::Args;
use qv_app::rotation::{self, Rotated};
use qv_app::{AppError, Vault, agent};

use super::Context;
use super::factors::{FactorArgs, shares_note};
use crate::exit::Verdict;

#[derive(Debug, Args)]
pub struct RotateArgs {
    /// The old key may be known to others: makes every way to open the vault anew, too
    #[arg(long)]
    after_leak: bool,
    #[command(flatten)]
    how: FactorArgs,
}

pub async fn run(args: RotateArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context
        .unlocked_here()
        .await?
        .with_devices(args.how.apply(context.devices()));
    let rotated = if args.after_leak {
        after_leak(&args, &vault, context).await?
    } else {
        context.confirm(
            "Replace the vault's master key? Every record is encrypted anew; every way to open the vault stays.",
        )?;
        rotation::rotate(&vault).await?
    };
    // An agent that holds the old key has nothing to do any more.
    if let Err(error) = agent::lock(&vault) {
        context
            .out
            .warn(&format!("the agent still holds the old key: {error}"));
    }
    show(&rotated, context);
    Ok(Verdict::Done)
}

async fn after_leak(
    args: &RotateArgs,
    vault: &Vault,
    context: &Context<'_>,
) -> Result<Rotated, AppError> {
    let delivery = args.how.delivery();
    let mut terminal = context.terminal().delivering(&delivery);
    let leak = rotation::prepare(vault, &mut terminal)
        .await
        .inspect_err(|error| delivery.withdraw(error))?;
    for one in leak.missing() {
        context.out.warn(&format!(
            "{} cannot be made anew and will be gone: {}",
            one.label, one.why
        ));
    }
    let question = format!(
        "Replace the vault's master key and every way to open it? {} of them will be gone for good.",
        leak.missing().len()
    );
    if let Err(error) = context.confirm(&question) {
        leak.abandon(vault);
        delivery.withdraw(&error);
        return Err(error);
    }
    // Files of shares stay where this fails: they open nothing, or all that is left.
    let rotated = leak.commit(vault).await?;
    let gone = delivery.clean_up(&terminal)?;
    shares_note(context.out, gone);
    Ok(rotated)
}

fn show(rotated: &Rotated, context: &Context<'_>) {
    context.out.show(rotated, |out| {
        out.success(&format!(
            "the master key is another one: {} slot(s) and {} record(s) encrypted anew, {} envelope(s) authenticated anew",
            rotated.slots, rotated.records, rotated.envelopes
        ));
        for label in &rotated.removed {
            out.note(&format!("gone: {label}"));
        }
        if rotated.refused > 0 {
            out.warn(&format!(
                "{} envelope(s) were not this vault's before and stay refused: see `qv audit verify`",
                rotated.refused
            ));
        }
        out.note("copies of the vault that were made before still open with the old key: destroy them");
    });
}
