//! The lose-one drill: what would still open the vault after a loss, by rule or by proof.

use std::collections::BTreeSet;

use qv_audit::Action;
use qv_crypto::umk::factor::FactorParameters;
use qv_crypto::umk::slot::{Opening, Presented, Slot};
use qv_seal::{Devices, Interaction, Notice};
use qv_store::Slot as SlotRow;
use qv_types::{Code, SlotId};
use serde::Serialize;

use super::loss::{Lock, Thing, losses};
use super::open::{self, Opener};
use super::test::check_own;
use super::trouble::Trouble;
use crate::{AppError, Vault};

/// What a drill found.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Drill {
    /// Whether the vault survives every loss.
    pub safe: bool,
    /// What can be lost, one at a time.
    pub losses: Vec<Outcome>,
    /// Every way into the vault.
    pub ways: Vec<Way>,
}

/// What one loss leaves.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// What is lost.
    pub lost: String,
    /// Slots that still open; where ways were proved, only those that did.
    pub still_opens: Vec<SlotId>,
}

/// A slot in a drill.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Way {
    /// The slot.
    pub slot: SlotId,
    /// What it is called.
    pub label: String,
    /// What opens it.
    pub factors: String,
    /// Whether it was proved to open this vault; `None` where nobody asked for that.
    pub proved: Option<bool>,
    /// Of a threshold slot, the groups that were proved, from 1.
    pub groups: Vec<u8>,
    /// Why it was not proved, or one of its groups was not.
    pub why: Option<String>,
}

impl Outcome {
    /// Whether the vault can still be opened.
    #[must_use]
    pub const fn survives(&self) -> bool {
        !self.still_opens.is_empty()
    }
}

/// Says what each single loss would leave, by what the slots need. Asks nothing, proves nothing.
///
/// # Errors
/// From the store, or a descriptor that does not parse.
pub async fn drill(vault: &Vault) -> Result<Drill, AppError> {
    let mut locks = Vec::new();
    let mut ways = Vec::new();
    for row in vault.store().slots().await? {
        let slot = open::parse(&row)?;
        locks.push(lock_of(&slot, vault.devices()));
        ways.push(way(&row, &slot));
    }
    Ok(judge(&locks, &locks, ways))
}

/// The same, counting only what is proved: every slot's factors are asked for and open it. Writes
/// nothing but one audit event; a wrong answer counts as one to an unlock.
///
/// # Errors
/// [`AppError::Seal`] where the person gives up; from the store.
pub async fn prove(vault: &Vault, ask: &mut dyn Interaction) -> Result<Drill, AppError> {
    let (mut locks, mut proved, mut ways) = (Vec::new(), Vec::new(), Vec::new());
    for row in vault.store().slots().await? {
        let (row, slot) = open::stored(vault, row.id).await?;
        ask.notify(&Notice::ForSlot {
            label: row.label.clone(),
        });
        let lock = lock_of(&slot, vault.devices());
        let mut way = way(&row, &slot);
        let found = match vault.attempt(prove_slot(vault, &slot, ask)).await {
            Err(error) if error.code() == Code::Cancelled => return Err(error),
            found => found,
        };
        let kept = way.note(&slot, found);
        proved.push(lock.only(&kept));
        locks.push(lock);
        ways.push(way);
    }
    let drill = judge(&locks, &proved, ways);
    tell(vault, &drill).await?;
    Ok(drill)
}

/// What was proved of a slot.
struct Proof {
    /// Its groups that are right, from 1; a plain slot is one group.
    groups: BTreeSet<u8>,
    /// What the others met.
    trouble: Trouble,
}

/// Opens a slot with all that it takes, and a threshold slot with every group that can be had.
async fn prove_slot(
    vault: &Vault,
    slot: &Slot,
    ask: &mut dyn Interaction,
) -> Result<Proof, AppError> {
    let mut opener = Opener::new(vault, ask);
    let (umk, groups, trouble) = match slot.descriptor.opening() {
        Opening::All(_) => {
            let umk = opener.open(slot).await?;
            (umk, BTreeSet::from([1]), Trouble::default())
        }
        Opening::Threshold { groups, .. } => {
            let found = opener.groups(slot, groups.len()).await?;
            let right = found.given.keys().copied().collect();
            // All shares must lie on one polynomial, so any k of them open the slot.
            let umk = slot.open(&vault.id(), &Presented::Groups(found.given))?;
            (umk, right, found.trouble)
        }
    };
    check_own(vault, &umk).await?;
    Ok(Proof { groups, trouble })
}

impl Way {
    /// Notes what was found, and gives the groups that count.
    fn note(&mut self, slot: &Slot, found: Result<Proof, AppError>) -> BTreeSet<u8> {
        let (groups, why) = match found {
            Ok(proof) => (proof.groups, proof.trouble.told()),
            Err(error) => (BTreeSet::new(), error.to_string()),
        };
        self.proved = Some(!groups.is_empty());
        self.why = (!why.is_empty()).then_some(why);
        if matches!(slot.descriptor.opening(), Opening::Threshold { .. }) {
            self.groups = groups.iter().copied().collect();
        }
        groups
    }
}

impl Lock {
    /// The lock with nothing but the groups that were proved.
    fn only(&self, proved: &BTreeSet<u8>) -> Self {
        let kept = (1..).zip(&self.groups);
        Self {
            k: self.k,
            groups: kept
                .filter(|(index, _)| proved.contains(index))
                .map(|(_, group)| group.clone())
                .collect(),
        }
    }
}

/// What each loss of anything in `all` leaves of `counted`, which are the locks of `ways`.
fn judge(all: &[Lock], counted: &[Lock], ways: Vec<Way>) -> Drill {
    let outcome = |loss: super::loss::Loss| {
        let open = counted.iter().zip(&ways);
        Outcome {
            still_opens: open
                .filter(|(lock, _)| lock.opens_without(&loss.things))
                .map(|(_, way)| way.slot)
                .collect(),
            lost: loss.name,
        }
    };
    let losses: Vec<Outcome> = losses(all).into_iter().map(outcome).collect();
    Drill {
        safe: losses.iter().all(Outcome::survives),
        losses,
        ways,
    }
}

fn lock_of(slot: &Slot, devices: &Devices) -> Lock {
    let things = |group: &Vec<FactorParameters>| {
        let things = group.iter().map(|one| thing(one, devices));
        things.collect::<BTreeSet<_>>()
    };
    match slot.descriptor.opening() {
        Opening::All(factors) => Lock {
            k: 1,
            groups: vec![things(factors)],
        },
        Opening::Threshold { k, groups } => Lock {
            k: (*k).into(),
            groups: groups.iter().map(things).collect(),
        },
    }
}

fn thing(parameters: &FactorParameters, devices: &Devices) -> Thing {
    let kind = parameters.kind();
    let backend = devices.backend(kind).ok();
    Thing {
        kind,
        which: backend.and_then(|backend| backend.which(parameters)),
    }
}

fn way(row: &SlotRow, slot: &Slot) -> Way {
    Way {
        slot: row.id,
        label: row.label.clone(),
        factors: slot.descriptor.opening().to_string(),
        proved: None,
        groups: Vec::new(),
        why: None,
    }
}

async fn tell(vault: &Vault, drill: &Drill) -> Result<(), AppError> {
    let proved = drill.ways.iter().filter(|way| way.proved == Some(true));
    let fatal = drill.losses.iter().filter(|loss| !loss.survives());
    let event = vault
        .event(Action::SlotsDrilled, vault.id())
        .with("safe", drill.safe)
        .with("ways", drill.ways.len())
        .with("proved", proved.count())
        .with("fatal_losses", fatal.count());
    let mut tx = vault.begin().await?;
    tx.note(event);
    tx.commit().await?;
    Ok(())
}
