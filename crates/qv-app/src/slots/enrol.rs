//! Making slots: the factors are enrolled one after another, then the slot is made around the key.

use qv_crypto::umk::Umk;
use qv_crypto::umk::factor::{Enrolled, FactorParameters};
use qv_crypto::umk::slot::{Classical, Draft, Slot};
use qv_seal::{Devices, Interaction, SlotContext};
use qv_store::Slot as SlotRow;
use qv_types::{Timestamp, VaultId};

use super::Factor;
use crate::AppError;

/// Enrols `factors` into a new slot around `umk`.
pub(crate) fn enrol(
    vault: VaultId,
    devices: &Devices,
    umk: &Umk,
    factors: &[Factor],
    ask: &mut dyn Interaction,
) -> Result<SlotRow, AppError> {
    enrol_with(vault, devices, factors, ask, |draft, enrolled| {
        Ok(draft.enrol(umk, enrolled, Classical::Refuse)?)
    })
}

/// Makes a slot of each of `slots`. Where one fails, what the others left on devices is taken away.
///
/// # Errors
/// [`AppError::InvalidInput`] without a slot; what enrolling the factors meets.
pub(crate) fn enrol_all(
    vault: VaultId,
    devices: &Devices,
    umk: &Umk,
    slots: &[Vec<Factor>],
    ask: &mut dyn Interaction,
) -> Result<Vec<SlotRow>, AppError> {
    if slots.is_empty() {
        return Err(AppError::InvalidInput(
            "a vault needs a way in; name its factors".into(),
        ));
    }
    let mut rows = Vec::with_capacity(slots.len());
    for factors in slots {
        let row = enrol(vault, devices, umk, factors, ask)
            .inspect_err(|_| super::forget_all(devices, &rows))?;
        rows.push(row);
    }
    Ok(rows)
}

/// Asks for the factors first, then has `wrap` make the slot.
pub(super) fn enrol_with(
    vault: VaultId,
    devices: &Devices,
    factors: &[Factor],
    ask: &mut dyn Interaction,
    wrap: impl FnOnce(Draft, Vec<Enrolled>) -> Result<Slot, AppError>,
) -> Result<SlotRow, AppError> {
    let draft = Draft::make(vault)?;
    let context = SlotContext::from(&draft);
    let mut left_behind = Vec::with_capacity(factors.len());
    let made = enrol_each(devices, factors, &context, ask, &mut left_behind)
        .and_then(|enrolled| wrap(draft, enrolled));
    let slot = made.inspect_err(|_| {
        for parameters in &left_behind {
            // The refusal is what matters; an unused item on a device opens nothing.
            let _ = devices
                .backend(parameters.kind())
                .and_then(|backend| backend.forget(&context, parameters));
        }
    })?;
    let now = Timestamp::now();
    Ok(SlotRow {
        id: slot.descriptor.slot(),
        label: slot.descriptor.opening().to_string(),
        classical: slot.descriptor.is_classical(),
        descriptor: slot.descriptor.as_str().to_owned(),
        record: slot.record,
        slot_kek: slot.kek_record,
        share_records: slot.share_records,
        created_at: now,
        updated_at: now,
    })
}

/// Enrols one factor after another; `left_behind` tells what lies on devices already, also where a
/// later one fails.
fn enrol_each(
    devices: &Devices,
    factors: &[Factor],
    slot: &SlotContext,
    ask: &mut dyn Interaction,
    left_behind: &mut Vec<FactorParameters>,
) -> Result<Vec<Enrolled>, AppError> {
    let mut enrolled = Vec::with_capacity(factors.len());
    for factor in factors {
        let one = devices.backend(factor.kind())?.enrol(slot, ask)?;
        left_behind.push(one.parameters.clone());
        enrolled.push(one);
    }
    Ok(enrolled)
}
