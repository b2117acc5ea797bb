//! `qv slots`

use clap::{Args, Subcommand};
use qv_app::AppError;
use qv_app::slots::{self, Drill, NewSlot, Plan, Reseal, Way};
use qv_types::SlotId;

use serde_json::json;

use super::Context;
use super::factors::{ExpectedPcr, FactorArgs, Pcrs, shares_note};
use crate::exit::Verdict;

#[derive(Debug, Subcommand)]
pub enum SlotsCommand {
    /// Lists the ways to open the vault, what each withstands, and whether its devices are here
    List,
    /// Says which ways to open a vault this machine allows, and what each is worth; needs no vault
    Advice,
    /// Adds a way to open the vault
    Add(AddArgs),
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
    /// Asks for the factors of a slot and proves that they open this vault; changes nothing
    Test {
        /// Id of the slot
        slot: SlotId,
    },
    /// Says what losing any one thing would leave; fails where it would lose the vault
    Drill {
        /// Counts only the ways that are proved now: asks for the factors of each
        #[arg(long)]
        prove: bool,
    },
}

#[derive(Debug, Args)]
pub struct AddArgs {
    /// The factors that it needs, all of them; with --any, groups of factors joined by +
    #[arg(required = true, value_name = "FACTOR")]
    factors: Vec<String>,
    /// Opens with any K of the groups
    #[arg(long, value_name = "K")]
    any: Option<u8>,
    /// What to call it, instead of by its factors
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    #[command(flatten)]
    how: FactorArgs,
}

pub async fn run(command: SlotsCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        SlotsCommand::List => list(context).await,
        SlotsCommand::Advice => advice(context).await,
        SlotsCommand::Add(args) => add(args, context).await,
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
        SlotsCommand::Remove { slot } => remove(slot, context).await,
        SlotsCommand::Test { slot } => test(slot, context).await,
        SlotsCommand::Drill { prove } => drill(prove, context).await,
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
    let rows = slots::details(&context.vault().await?).await?;
    context.out.show(&rows, |out| {
        out.table(
            &[
                "slot",
                "label",
                "opens with",
                "quantum attacker",
                "here",
                "made",
            ],
            rows.iter().map(|row| {
                vec![
                    row.slot.id.to_string(),
                    row.slot.label.clone(),
                    row.slot.factors.clone(),
                    row.quantum.clone(),
                    (if row.here { "yes" } else { "no" }).into(),
                    row.slot.created_at.to_seconds_text(),
                ]
            }),
        );
        out.note("quantum attacker: whether one who has the database alone could open the slot");
        for row in rows.iter().filter(|row| !row.missing.is_empty()) {
            out.note(&format!("{}: {}", row.slot.label, row.missing.join("; ")));
        }
    });
    Ok(Verdict::Done)
}

async fn advice(context: &Context<'_>) -> Result<Verdict, AppError> {
    let advice = slots::advice(&context.config()?).await;
    context.out.show(&advice, |out| {
        super::doctor::render(out, &advice.hardware.checks);
        out.line("");
        out.table(
            &["opens with", "", "an attacker needs", "quantum attacker"],
            advice.ways.iter().map(|way| {
                vec![
                    way.factors.clone(),
                    (if way.recommended { "recommended" } else { "" }).into(),
                    way.attacker.clone(),
                    way.quantum.clone(),
                ]
            }),
        );
        out.note("make a recovery set beside it (`qv slots add shares`), so that losing a thing loses nothing");
    });
    Ok(Verdict::Done)
}

async fn add(args: AddArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let new = NewSlot {
        label: args.label,
        ..args.how.slot(Plan::parse(&args.factors, args.any)?)
    };
    let vault = context
        .unlocked_here()
        .await?
        .with_devices(args.how.apply(context.devices()));
    let delivery = args.how.delivery();
    let mut terminal = context.terminal().delivering(&delivery);
    let view = slots::add(&vault, &new, &mut terminal)
        .await
        .inspect_err(|error| delivery.withdraw(error))?;
    let gone = delivery.clean_up(&terminal)?;
    context.out.show(&view, |out| {
        out.success(&format!("the vault opens with {} too", view.factors));
        shares_note(out, gone);
    });
    Ok(Verdict::Done)
}

async fn remove(slot: SlotId, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.unlocked().await?;
    let warnings = slots::warnings_without(&vault, slot).await?;
    for warning in &warnings {
        context.out.warn(&format!("afterwards, {warning}"));
    }
    context.confirm(&format!(
        "Remove slot {slot}? The vault will open only with the others."
    ))?;
    slots::remove(&vault, slot).await?;
    context
        .out
        .show(&json!({ "removed": slot, "warnings": warnings }), |out| {
            out.success("the slot is gone")
        });
    Ok(Verdict::Done)
}

async fn test(slot: SlotId, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?;
    let tested = slots::test(&vault, slot, &mut context.terminal()).await?;
    context.out.show(&tested, |out| {
        out.success(&format!("{} opens this vault", tested.factors))
    });
    Ok(Verdict::Done)
}

async fn drill(prove: bool, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?;
    let drill = if prove {
        slots::prove(&vault, &mut context.terminal()).await?
    } else {
        slots::drill(&vault).await?
    };
    context.out.show(&drill, |out| {
        if prove {
            out.table(
                &["slot", "label", "proved", "why not"],
                drill.ways.iter().map(proof),
            );
            out.line("");
        }
        out.table(&["without", "still opens with"], left(&drill));
        if drill.safe {
            out.success("losing any one of these loses nothing");
        } else {
            out.note("add a way that does without it: `qv slots add`");
        }
    });
    for loss in drill.losses.iter().filter(|loss| !loss.survives()) {
        context
            .out
            .warn(&format!("losing {} would lose the vault", loss.lost));
    }
    Ok(Verdict::of(drill.safe))
}

/// One row for each way: whether it was proved, and which groups of it.
fn proof(way: &Way) -> Vec<String> {
    let proved = match (way.proved, way.groups.as_slice()) {
        (Some(true), []) => "yes".into(),
        (Some(true), groups) => {
            let groups: Vec<_> = groups.iter().map(ToString::to_string).collect();
            format!("groups {}", groups.join(", "))
        }
        _ => "no".into(),
    };
    let why = way.why.clone().unwrap_or_default();
    vec![way.slot.to_string(), way.label.clone(), proved, why]
}

/// One row for each loss: the labels of the slots that still open.
fn left(drill: &Drill) -> Vec<Vec<String>> {
    let label = |slot: &SlotId| {
        let way = drill.ways.iter().find(|way| way.slot == *slot);
        way.map(|way| way.label.clone()).unwrap_or_default()
    };
    let row = |loss: &slots::Outcome| {
        let labels: Vec<_> = loss.still_opens.iter().map(label).collect();
        let open = if labels.is_empty() {
            "nothing".into()
        } else {
            labels.join(", or ")
        };
        vec![loss.lost.clone(), open]
    };
    drill.losses.iter().map(row).collect()
}
