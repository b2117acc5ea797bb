//! Ways to open the vault. [`factor`] names what a person may choose, [`enrol`] makes slots, [`open`]
//! opens them, [`reseal`] follows a TPM whose PCRs change.

mod enrol;
mod factor;
mod open;
mod reseal;

use qv_audit::Action;
use qv_crypto::umk::slot::{Classical, Descriptor, Opening};
use qv_seal::{Devices, Interaction, SlotContext};
use qv_store::Slot as SlotRow;
use qv_types::{SlotId, Timestamp};
use serde::Serialize;

pub(crate) use enrol::enrol_all;
pub use factor::Factor;
pub(crate) use open::open_any;
pub use reseal::{Reseal, Resealed, reseal};

use crate::{AppError, Vault};

/// A slot as faces show it.
#[derive(Debug, Clone, Serialize)]
pub struct SlotView {
    /// Its id.
    pub id: SlotId,
    /// What opens it, for example `keyring+passphrase`.
    pub factors: String,
    /// Whether a quantum attacker with the database alone could open it.
    pub classical: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Lists the slots, oldest first.
///
/// # Errors
/// From the store, or a descriptor that does not parse.
pub async fn list(vault: &Vault) -> Result<Vec<SlotView>, AppError> {
    vault.store().slots().await?.iter().map(view).collect()
}

fn view(row: &SlotRow) -> Result<SlotView, AppError> {
    let descriptor = Descriptor::parse(&row.descriptor)?;
    Ok(SlotView {
        id: row.id,
        factors: descriptor.opening().to_string(),
        classical: descriptor.is_classical(),
        created_at: row.created_at,
    })
}

/// What weakens the vault, for as long as it does.
pub(crate) fn warnings(slots: &[SlotView]) -> Vec<String> {
    let mut warnings: Vec<String> = slots
        .iter()
        .filter(|slot| slot.classical)
        .map(|slot| {
            format!(
                "slot {} ({}) would fall to a quantum attacker who has the database",
                slot.id, slot.factors
            )
        })
        .collect();
    if let [only] = slots {
        warnings.push(format!(
            "{} is the only way into the vault: add a second one with `qv slots add`, so that losing it loses nothing",
            only.factors
        ));
    }
    warnings
}

/// Adds a slot to an unlocked vault.
///
/// # Errors
/// What enrolling the factors meets; then nothing is added.
pub async fn add(
    vault: &Vault,
    factors: &[Factor],
    ask: &mut dyn Interaction,
) -> Result<SlotView, AppError> {
    if !vault.keys().is_unlocked() {
        return Err(AppError::Locked);
    }
    // The master key is not held while a person is asked, so that locking never waits for them.
    let row = enrol::enrol_with(
        vault.id(),
        vault.devices(),
        factors,
        ask,
        |draft, enrolled| {
            vault.with_umk(|umk| Ok(draft.enrol(umk, enrolled, Classical::Refuse)?))
        },
    )?;
    let mut tx = vault.store().begin().await?;
    tx.put_slot(vault.event(Action::SlotAdded, row.id), &row)
        .await?;
    tx.commit().await?;
    view(&row)
}

/// Removes a slot; the last one stays.
///
/// # Errors
/// [`AppError::NotFound`]; a store error for the last slot.
pub async fn remove(vault: &Vault, slot: SlotId) -> Result<(), AppError> {
    let rows = vault.store().slots().await?;
    let row = rows
        .into_iter()
        .find(|row| row.id == slot)
        .ok_or_else(|| AppError::NotFound {
            what: "slot",
            name: slot.to_string(),
            hint: "see `qv slots list`",
        })?;
    let mut tx = vault.store().begin().await?;
    tx.remove_slot(vault.event(Action::SlotRemoved, slot), slot)
        .await?;
    tx.commit().await?;
    forget(vault.devices(), &row)
}

/// Takes away what the factors left on devices; the slot itself is gone already.
fn forget(devices: &Devices, row: &SlotRow) -> Result<(), AppError> {
    let descriptor = Descriptor::parse(&row.descriptor)?;
    if let Opening::All(factors) = descriptor.opening() {
        for parameters in factors {
            devices
                .backend(parameters.kind())?
                .forget(&SlotContext::from(&descriptor), parameters)?;
        }
    }
    Ok(())
}

/// Takes away what slots that come to nothing left on devices. What went wrong before is what matters;
/// an unused item on a device opens nothing.
pub(crate) fn forget_all(devices: &Devices, rows: &[SlotRow]) {
    for row in rows {
        let _ = forget(devices, row);
    }
}

/// The factors of a stored slot, joined by `+`.
pub(crate) fn kinds_of(row: &SlotRow) -> Result<String, AppError> {
    Ok(Descriptor::parse(&row.descriptor)?.opening().to_string())
}
