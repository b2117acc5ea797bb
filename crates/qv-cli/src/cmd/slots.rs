//! `qv slots`

use clap::Subcommand;
use qv_app::AppError;
use qv_app::slots::{self, Factor, Reseal};
use qv_types::SlotId;

use serde_json::json;

use super::Context;
use super::factors::{ExpectedPcr, FactorArgs, Pcrs, shares_note};
use crate::exit::Verdict;

#[derive(Debug, Subcommand)]
pub enum SlotsCommand {
    /// Lists the ways to open the vault, and what each withstands
    List,
    /// Adds a way to open the vault
    Add {
        /// The factors that it needs, all of them
        #[arg(required = true, value_name = "FACTOR")]
        factors: Vec<Factor>,
        #[command(flatten)]
        how: FactorArgs,
    },
    /// Seals a slot to the TPM's present PCRs, before or after an update changes them
    Reseal {
        /// Id of the slot
        slot: SlotId,
        /// A value that a PCR will have after an update, accepted beside the present one
        #[arg(long = "expect-pcr", value_name = "PCR=HEX")]
        expect: Vec<ExpectedPcr>,
        /// Other PCRs than the slot's, by comma; `none` for none
        #[arg(long, value_name = "LIST")]
        tpm_pcrs: Option<Pcrs>,
    },
    /// Removes a way to open the vault; never the last
    Remove {
        /// Id of the slot
        slot: SlotId,
    },
}

pub async fn run(command: SlotsCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        SlotsCommand::List => list(context).await,
        SlotsCommand::Add { factors, how } => {
            let vault = context
                .unlocked_here()
                .await?
                .with_devices(how.apply(context.devices()));
            let delivery = how.delivery();
            let mut terminal = context.terminal().delivering(&delivery);
            let view = slots::add(&vault, &factors, &mut terminal)
                .await
                .inspect_err(|_| delivery.withdraw())?;
            let gone = delivery.clean_up(&terminal)?;
            context.out.show(&view, |out| {
                out.success(&format!("the vault opens with {} too", view.factors));
                shares_note(out, gone);
            });
            Ok(Verdict::Done)
        }
        SlotsCommand::Reseal {
            slot,
            expect,
            tpm_pcrs,
        } => {
            let how = Reseal {
                pcrs: tpm_pcrs.map(|Pcrs(pcrs)| pcrs),
                expect: expect.into_iter().map(|one| (one.pcr, one.value)).collect(),
            };
            reseal(slot, how, context).await
        }
        SlotsCommand::Remove { slot } => {
            let vault = context.unlocked().await?;
            context.confirm(&format!(
                "Remove slot {slot}? The vault will open only with the others."
            ))?;
            slots::remove(&vault, slot).await?;
            context.out.show(&json!({ "removed": slot }), |out| {
                out.success("the slot is gone")
            });
            Ok(Verdict::Done)
        }
    }
}

async fn reseal(slot: SlotId, how: Reseal, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.unlocked_here().await?;
    let done = slots::reseal(&vault, slot, how, &mut context.terminal()).await?;
    context.out.show(&done, |out| {
        out.success(&format!(
            "slot {} ({}) is sealed anew",
            done.id, done.factors
        ));
        if done.renewed {
            out.note("the TPM did not release its old part any more, so a new one was made");
        }
    });
    Ok(Verdict::Done)
}

async fn list(context: &Context<'_>) -> Result<Verdict, AppError> {
    let rows = slots::list(&context.vault().await?).await?;
    context.out.show(&rows, |out| {
        out.table(
            &["slot", "opens with", "quantum-safe", "made"],
            rows.iter().map(|row| {
                let safe = if row.classical { "no" } else { "yes" };
                vec![
                    row.id.to_string(),
                    row.factors.clone(),
                    safe.into(),
                    row.created_at.to_seconds_text(),
                ]
            }),
        );
        if rows.iter().any(|row| row.classical) {
            out.note(
                "a slot that is not quantum-safe falls to a quantum attacker who has the database",
            );
        }
    });
    Ok(Verdict::Done)
}
