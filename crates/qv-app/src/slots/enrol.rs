//! Making slots: the factors are enrolled one after another, then the slot is made around the key.

use qv_crypto::umk::Umk;
use qv_crypto::umk::factor::{Enrolled, FactorParameters};
use qv_crypto::umk::slot::{Classical, Draft, Slot};
use qv_seal::{Devices, Interaction, SlotContext};
use qv_store::Slot as SlotRow;
use qv_types::{Timestamp, VaultId};

use super::{Factor, NewSlot, Plan};
use crate::AppError;

/// A slot whose factors are enrolled, to be made around the master key.
pub(super) struct Pending {
    draft: Draft,
    groups: Vec<Vec<Enrolled>>,
    /// How many groups it takes; `None` where it takes all factors of the one group.
    k: Option<u8>,
    classical: Classical,
}

impl Pending {
    /// The slot around `umk`.
    pub fn seal(self, umk: &Umk) -> Result<Slot, AppError> {
        let slot = match self.k {
            Some(k) => self
                .draft
                .enrol_threshold(umk, k, self.groups, self.classical),
            None => {
                let factors = self.groups.into_iter().flatten().collect();
                self.draft.enrol(umk, factors, self.classical)
            }
        };
        Ok(slot?)
    }
}

/// Asks for the factors of `new`, then has `seal` make the slot. Where anything fails, what the
/// factors left on devices is taken away again.
pub(super) fn enrol(
    vault: VaultId,
    devices: &Devices,
    new: &NewSlot,
    ask: &mut dyn Interaction,
    seal: impl FnOnce(Pending) -> Result<Slot, AppError>,
) -> Result<SlotRow, AppError> {
    new.check()?;
    let draft = Draft::make(vault)?;
    let mut devices = Touched {
        devices,
        context: SlotContext::from(&draft),
        left_behind: Vec::new(),
    };
    let slot = devices
        .enrol(&new.plan, ask)
        .and_then(|groups| {
            seal(Pending {
                draft,
                groups,
                k: match new.plan {
                    Plan::Any { k, .. } => Some(k),
                    Plan::All(_) => None,
                },
                classical: new.classical,
            })
        })
        .inspect_err(|_| devices.forget())?;
    Ok(row(slot, new.label.as_deref()))
}

/// Makes a slot of each of `slots`. Where one fails, what the others left on devices is taken away.
///
/// # Errors
/// [`AppError::InvalidInput`] without a slot; what enrolling the factors meets.
pub(crate) fn enrol_all(
    vault: VaultId,
    devices: &Devices,
    umk: &Umk,
    slots: &[NewSlot],
    ask: &mut dyn Interaction,
) -> Result<Vec<SlotRow>, AppError> {
    if slots.is_empty() {
        return Err(AppError::InvalidInput(
            "a vault needs a way in; name its factors".into(),
        ));
    }
    slots.iter().try_for_each(NewSlot::check)?;
    let mut rows = Vec::with_capacity(slots.len());
    for new in slots {
        let row = enrol(vault, devices, new, ask, |pending| pending.seal(umk))
            .inspect_err(|_| super::forget_all(devices, &rows))?;
        rows.push(row);
    }
    Ok(rows)
}

/// The devices, and what was left on them for a slot that may come to nothing.
struct Touched<'a> {
    devices: &'a Devices,
    context: SlotContext,
    left_behind: Vec<FactorParameters>,
}

impl Touched<'_> {
    fn enrol(
        &mut self,
        plan: &Plan,
        ask: &mut dyn Interaction,
    ) -> Result<Vec<Vec<Enrolled>>, AppError> {
        let mut groups = Vec::new();
        for factors in plan.groups() {
            let mut group = Vec::with_capacity(factors.len());
            for factor in factors {
                group.push(self.enrol_one(*factor, ask)?);
            }
            groups.push(group);
        }
        Ok(groups)
    }

    fn enrol_one(
        &mut self,
        factor: Factor,
        ask: &mut dyn Interaction,
    ) -> Result<Enrolled, AppError> {
        let backend = self.devices.backend(factor.kind())?;
        let enrolled = backend.enrol(&self.context, ask)?;
        self.left_behind.push(enrolled.parameters.clone());
        Ok(enrolled)
    }

    /// What went wrong before is what matters; an unused item on a device opens nothing.
    fn forget(&self) {
        for parameters in &self.left_behind {
            let _ = self
                .devices
                .backend(parameters.kind())
                .and_then(|backend| backend.forget(&self.context, parameters));
        }
    }
}

fn row(slot: Slot, label: Option<&str>) -> SlotRow {
    let now = Timestamp::now();
    let by_default = || slot.descriptor.opening().to_string();
    SlotRow {
        id: slot.descriptor.slot(),
        label: label.map_or_else(by_default, |label| label.trim().to_owned()),
        classical: slot.descriptor.is_classical(),
        descriptor: slot.descriptor.as_str().to_owned(),
        record: slot.record,
        slot_kek: slot.kek_record,
        share_records: slot.share_records,
        created_at: now,
        updated_at: now,
    }
}
