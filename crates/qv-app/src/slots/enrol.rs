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
    let mut enrolled = Vec::with_capacity(factors.len());
    for factor in factors {
        enrolled.push(devices.backend(factor.kind())?.enrol(&context, ask)?);
    }
    let left_behind: Vec<FactorParameters> =
        enrolled.iter().map(|one| one.parameters.clone()).collect();
    let slot = wrap(draft, enrolled).inspect_err(|_| {
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
