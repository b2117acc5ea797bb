//! Opening slots: which to try, what to ask, and what a wrong answer or a missing device means.

use std::collections::{BTreeMap, BTreeSet};

use qv_crypto::CryptoError;
use qv_crypto::umk::Umk;
use qv_crypto::umk::factor::{FactorKind, FactorParameters, Factors};
use qv_crypto::umk::slot::{Descriptor, Opening, Presented, Slot};
use qv_seal::{Interaction, SealError, Sealer, SlotContext};
use qv_store::Slot as SlotRow;
use qv_types::{Code, SlotId};

use super::here::Here;
use super::once::Once;
use super::trouble::Trouble;
use crate::{AppError, Vault, authorization};

/// Opens the named slot, or the first that opens. Slots that need no person are tried first; a
/// slot whose device is missing or has lost its part is passed over as long as another may open. A
/// person is asked once: one passphrase is tried on every slot that takes one. After a wrong answer
/// only slots follow that it may have been meant for, so that a slip does not lead to the safe.
pub(crate) async fn open_any(
    vault: &Vault,
    wanted: Option<SlotId>,
    ask: &mut dyn Interaction,
) -> Result<(Umk, String), AppError> {
    let mut slots = Vec::new();
    for row in vault.store().slots().await? {
        if wanted.is_none_or(|id| id == row.id) {
            // Reading a slot by its id compares it with the log.
            slots.push(parse(&vault.store().slot(row.id).await?)?);
        }
    }
    if slots.is_empty() {
        return Err(no_slot(wanted));
    }
    let mut opener = Opener::new(vault, ask);
    slots.sort_by_key(|slot| opener.slot_effort(slot));
    let mut trouble = Trouble::default();
    for slot in slots {
        match opener.open(&slot).await {
            Ok(umk) => return Ok((umk, slot.descriptor.opening().to_string())),
            Err(error) => trouble.note(error)?,
        }
        opener.was_refused = trouble.was_refused();
    }
    Err(trouble.into_error())
}

/// A stored slot, compared with the log.
pub(super) async fn stored(vault: &Vault, id: SlotId) -> Result<(SlotRow, Slot), AppError> {
    match vault.store().slot(id).await {
        Ok(row) => {
            let slot = parse(&row)?;
            Ok((row, slot))
        }
        Err(error) if error.code() == Code::NotFound => Err(no_slot(Some(id))),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn no_slot(id: Option<SlotId>) -> AppError {
    AppError::NotFound {
        what: "slot",
        name: id.map(|id| id.to_string()).unwrap_or_default(),
        hint: "see `qv slots list`",
    }
}

/// The descriptor of a row. One that is another slot's is refused: removing this slot would take away
/// what the other one has on devices.
pub(super) fn describe(row: &SlotRow) -> Result<Descriptor, AppError> {
    let descriptor = Descriptor::parse(&row.descriptor)?;
    if descriptor.slot() == row.id {
        return Ok(descriptor);
    }
    Err(AppError::Tampered {
        what: format!("slot {}", row.id),
        why: "its description is another slot's".into(),
    })
}

/// The slot of a row.
pub(crate) fn parse(row: &SlotRow) -> Result<Slot, AppError> {
    Ok(Slot {
        descriptor: describe(row)?,
        record: row.record.clone(),
        share_records: row.share_records.clone(),
        kek_record: row.slot_kek.clone(),
    })
}

/// How much a set of factors asks of a person; the least comes first.
type Effort = (Class, usize);

/// What is asked for, in the order in which people would rather do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// Nothing.
    Nothing,
    /// What a person knows or has with them.
    AtHand,
    /// What lies in a safe.
    Stored,
}

/// One attempt to open slots.
pub(super) struct Opener<'a> {
    vault: &'a Vault,
    ask: Once<'a>,
    /// Kinds of factors that a person was asked for.
    asked: BTreeSet<FactorKind>,
    /// Devices that refused what was typed, and what they said: it is not tried on them again.
    refused: BTreeMap<FactorKind, String>,
    here: Here<'a>,
    /// Whether a slot before was given a wrong answer.
    was_refused: bool,
}

impl<'a> Opener<'a> {
    pub fn new(vault: &'a Vault, ask: &'a mut dyn Interaction) -> Self {
        Self {
            vault,
            ask: Once::new(ask),
            asked: BTreeSet::new(),
            refused: BTreeMap::new(),
            here: Here::new(vault.devices()),
            was_refused: false,
        }
    }

    /// Opens a slot, with as many of its groups as it takes.
    pub async fn open(&mut self, slot: &Slot) -> Result<Umk, AppError> {
        match slot.descriptor.opening() {
            Opening::All(needed) => {
                let factors = self.present(&slot.descriptor, needed).await?;
                slot.open(&self.vault.id(), &Presented::Factors(factors))
                    .map_err(wrong_factor)
            }
            Opening::Threshold { k, .. } => {
                let given = self.groups(slot, (*k).into()).await?.given;
                Ok(slot.open(&self.vault.id(), &Presented::Groups(given))?)
            }
        }
    }

    /// Groups of a threshold slot whose factors are right, the easiest first, until `enough`. Stops
    /// early where the slot cannot open any more, so that nobody is asked in vain.
    ///
    /// # Errors
    /// Where fewer than the slot takes are right.
    pub async fn groups(&mut self, slot: &Slot, enough: usize) -> Result<Groups, AppError> {
        let Opening::Threshold { k, groups } = slot.descriptor.opening() else {
            return Err(AppError::Internal("a plain slot has no groups".into()));
        };
        let least = usize::from(*k);
        let mut trouble = Trouble::default();
        let mut waiting = Vec::new();
        for (index, needed) in (1..).zip(groups) {
            match self.here.require(needed) {
                Ok(()) => waiting.push((self.effort(needed), index, needed)),
                Err(error) => trouble.note(error.into())?,
            }
        }
        waiting.sort_by_key(|(effort, index, _)| (*effort, *index));
        let mut given = BTreeMap::new();
        for (at, (_, index, needed)) in waiting.iter().enumerate() {
            let reachable = given.len() + (waiting.len() - at);
            if given.len() >= enough || reachable < least {
                break;
            }
            match self.group(slot, *index, needed).await {
                Ok(factors) => drop(given.insert(*index, factors)),
                Err(error) => trouble.note(error)?,
            }
        }
        if given.len() < least {
            return Err(trouble.into_too_few(slot, given.len()));
        }
        Ok(Groups { given, trouble })
    }

    /// The factors of one group, once they have opened its share.
    async fn group(
        &mut self,
        slot: &Slot,
        index: u8,
        needed: &[FactorParameters],
    ) -> Result<Factors, AppError> {
        let factors = self.present(&slot.descriptor, needed).await?;
        slot.open_share(index, &factors).map_err(wrong_factor)?;
        Ok(factors)
    }

    /// Gets the factors of a slot or of one group, in their fixed order. A wallet among them
    /// authorizes that before any of them is used.
    async fn present(
        &mut self,
        slot: &Descriptor,
        needed: &[FactorParameters],
    ) -> Result<Factors, AppError> {
        self.may_ask(needed)?;
        let _visit = authorization::to_unlock(self.vault, needed, &mut self.ask).await?;
        let context = SlotContext::from(slot);
        let mut factors = Factors::new();
        for parameters in needed {
            let kind = parameters.kind();
            let backend = self.backend(kind)?;
            if backend.needs_person(parameters) {
                self.asked.insert(kind);
            }
            let factor = backend.unseal(&context, parameters, &mut self.ask);
            factors.insert(kind, factor.map_err(|error| self.refusal(kind, error))?);
        }
        Ok(factors)
    }

    /// Passes over what would give a device the same wrong PIN again, and what would ask a person
    /// only for other things after a wrong answer.
    fn may_ask(&self, needed: &[FactorParameters]) -> Result<(), AppError> {
        let asking = needed.iter().filter(|one| self.needs_person(one));
        let kinds: Vec<_> = asking.map(FactorParameters::kind).collect();
        if let Some(said) = kinds.iter().find_map(|kind| self.refused.get(kind)) {
            return Err(AppError::WrongFactor { left: said.clone() });
        }
        let meant = kinds.is_empty() || kinds.iter().any(|kind| self.asked.contains(kind));
        if self.was_refused && !meant {
            return Err(AppError::WrongFactor {
                left: String::new(),
            });
        }
        Ok(())
    }

    /// A device that tells a wrong PIN from a right one has said so.
    fn refusal(&mut self, kind: FactorKind, error: SealError) -> AppError {
        if error.code() != Code::WrongFactor {
            return error.into();
        }
        let left = error.to_string();
        self.refused.insert(kind, left.clone());
        AppError::WrongFactor { left }
    }

    fn slot_effort(&self, slot: &Slot) -> Effort {
        match slot.descriptor.opening() {
            Opening::All(needed) => self.effort(needed),
            Opening::Threshold { k, groups } => {
                let mut efforts: Vec<_> = groups.iter().map(|group| self.effort(group)).collect();
                efforts.sort_unstable();
                let taken = efforts.into_iter().take((*k).into());
                taken.fold((Class::Nothing, 0), |(class, asks), (next, more)| {
                    (class.max(next), asks + more)
                })
            }
        }
    }

    fn effort(&self, needed: &[FactorParameters]) -> Effort {
        let asking = needed.iter().filter(|one| self.needs_person(one));
        let class = |one: &FactorParameters| match one.kind() {
            FactorKind::Shares => Class::Stored,
            _ => Class::AtHand,
        };
        asking.fold((Class::Nothing, 0), |(most, asks), one| {
            (most.max(class(one)), asks + 1)
        })
    }

    fn needs_person(&self, parameters: &FactorParameters) -> bool {
        self.backend(parameters.kind())
            .map_or(true, |backend| backend.needs_person(parameters))
    }

    fn backend(&self, kind: FactorKind) -> Result<Box<dyn Sealer>, SealError> {
        self.vault.devices().backend(kind)
    }
}

/// Groups of a threshold slot that are right.
pub(super) struct Groups {
    /// Their factors, by index from 1.
    pub given: BTreeMap<u8, Factors>,
    /// What the others met.
    pub trouble: Trouble,
}

/// Only the tag of a record tells a wrong factor from a right one.
fn wrong_factor(error: CryptoError) -> AppError {
    match error {
        CryptoError::TagMismatch => AppError::WrongFactor {
            left: String::new(),
        },
        other => other.into(),
    }
}
