//! Ways to open the vault. `factor` names what a person may choose, `plan` what a slot is to be,
//! `enrol` makes slots, `open` opens them, `reseal` follows a TPM whose PCRs change.
//!
//! `test` opens one to see that it does; `drill` says what a loss would leave (`loss` has the
//! rules); `advice` says what this machine allows. None changes the vault.

mod advice;
mod drill;
mod enrol;
mod factor;
mod here;
mod loss;
mod once;
mod open;
mod plan;
mod renew;
mod reseal;
mod test;
mod trouble;

use qv_audit::Action;
use qv_crypto::umk::slot::{Descriptor, Opening};
use qv_seal::{Devices, Interaction, SlotContext};
use qv_store::{Error as StoreError, Slot as SlotRow, WriteTx};
use qv_types::{SlotId, Timestamp};
use serde::Serialize;

pub use advice::{Advice, Suggestion, advice};
pub use drill::{Drill, Outcome, Way, drill, prove};
use enrol::enrol;
pub(crate) use enrol::enrol_all;
pub use factor::Factor;
pub(crate) use open::{open_any, parse as parse_slot};
pub use plan::{NewSlot, Plan};
pub use qv_crypto::umk::slot::Classical;
pub(crate) use renew::again;
pub use reseal::{Reseal, Resealed, reseal};
pub use test::{Tested, test};

use crate::{AppError, Vault};
use here::Here;

/// A slot as faces show it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct SlotView {
    /// Its id.
    pub id: SlotId,
    /// What it is called.
    pub label: String,
    /// What opens it, for example `keyring+passphrase`, or `2 of (tpm, passphrase, shares)`.
    pub factors: String,
    /// Whether a quantum attacker with the database alone could open it.
    pub classical: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it opens also where one of its groups is lost.
    #[serde(skip)]
    pub spares_one: bool,
}

/// A slot, and what stands for and against it now.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct SlotDetails {
    /// The slot.
    #[serde(flatten)]
    pub slot: SlotView,
    /// Whether a quantum attacker with the database alone could open it: `no`, or `yes` and why.
    pub quantum: String,
    /// Whether the devices that it takes are here.
    pub here: bool,
    /// What is missing, in sentences.
    pub missing: Vec<String>,
}

/// Lists the slots, oldest first.
///
/// # Errors
/// From the store, or a descriptor that does not parse.
pub async fn list(vault: &Vault) -> Result<Vec<SlotView>, AppError> {
    vault.store().slots().await?.iter().map(view).collect()
}

/// Lists the slots and looks for their devices.
///
/// # Errors
/// As [`list`].
pub async fn details(vault: &Vault) -> Result<Vec<SlotDetails>, AppError> {
    let mut here = Here::new(vault.devices());
    let mut listed = Vec::new();
    for row in vault.store().slots().await? {
        let descriptor = Descriptor::parse(&row.descriptor)?;
        let (missing, opens) = here.missing(descriptor.opening());
        listed.push(SlotDetails {
            slot: view(&row)?,
            quantum: quantum(&descriptor),
            here: opens,
            missing,
        });
    }
    Ok(listed)
}

fn view(row: &SlotRow) -> Result<SlotView, AppError> {
    let descriptor = Descriptor::parse(&row.descriptor)?;
    Ok(SlotView {
        id: row.id,
        label: row.label.clone(),
        factors: descriptor.opening().to_string(),
        classical: descriptor.is_classical(),
        created_at: row.created_at,
        spares_one: match descriptor.opening() {
            Opening::All(_) => false,
            Opening::Threshold { k, groups } => usize::from(*k) < groups.len(),
        },
    })
}

/// Whether a quantum attacker with the database alone could open the slot, in words.
fn quantum(descriptor: &Descriptor) -> String {
    let groups = match descriptor.opening() {
        Opening::All(_) => None,
        Opening::Threshold { k, .. } => Some(*k),
    };
    quantum_in_words(descriptor.is_classical(), groups)
}

/// The same for a slot of all factors, or of so many groups.
fn quantum_in_words(classical: bool, groups: Option<u8>) -> String {
    match groups {
        _ if !classical => "no".into(),
        None => "yes, by breaking the curves of all its factors".into(),
        Some(k) => format!("yes, by breaking the curves of its {k} weakest groups"),
    }
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
    if let [only] = slots
        && !only.spares_one
    {
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
/// [`AppError::MaybeStored`], where nothing may be taken away; what enrolling the factors meets: then
/// nothing is added.
pub async fn add(
    vault: &Vault,
    new: &NewSlot,
    ask: &mut dyn Interaction,
) -> Result<SlotView, AppError> {
    if !vault.keys().is_unlocked() {
        return Err(AppError::Locked);
    }
    // The master key is not held while a person is asked, so that locking never waits for them.
    let row = enrol(vault.id(), vault.devices(), new, ask, |pending| {
        vault.with_umk(|umk| pending.seal(umk))
    })?;
    let (tx, added) = prepare(vault, &row)
        .await
        .inspect_err(|_| forget_all(vault.devices(), std::slice::from_ref(&row)))?;
    if let Err(error) = tx.commit().await {
        return Err(not_added(vault, row, error).await);
    }
    Ok(added)
}

/// The transaction that adds a slot, ready to be committed: nothing fails after that.
async fn prepare(vault: &Vault, row: &SlotRow) -> Result<(WriteTx, SlotView), AppError> {
    let added = view(row)?;
    let mut tx = vault.begin().await?;
    tx.put_slot(vault.event(Action::SlotAdded, row.id), row)
        .await?;
    Ok((tx, added))
}

/// What it means that a slot's commit failed.
pub(crate) async fn not_added(vault: &Vault, row: SlotRow, error: StoreError) -> AppError {
    let stored = vault.store().slots().await;
    let there = stored.map(|rows| rows.iter().any(|one| one.id == row.id));
    not_committed(vault.devices(), &[row], there, error)
}

/// What it means that the commit of new slots failed: it may have been made all the same, and the database
/// knows. Only where it says that they are not `there` is what they left on devices taken away.
pub(crate) fn not_committed(
    devices: &Devices,
    rows: &[SlotRow],
    there: Result<bool, StoreError>,
    error: StoreError,
) -> AppError {
    if matches!(there, Ok(false)) {
        forget_all(devices, rows);
        return error.into();
    }
    AppError::MaybeStored {
        source: Box::new(error.into()),
    }
}

/// What would weaken the vault without this slot, and does not now.
///
/// # Errors
/// [`AppError::NotFound`]; from the store.
pub async fn warnings_without(vault: &Vault, slot: SlotId) -> Result<Vec<String>, AppError> {
    let all = list(vault).await?;
    let left: Vec<_> = all.iter().filter(|one| one.id != slot).cloned().collect();
    if left.len() == all.len() {
        return Err(open::no_slot(Some(slot)));
    }
    let mut warnings = warnings(&left);
    if !left.is_empty() && left.iter().all(|one| one.classical) {
        warnings.push(
            "every way that is left would fall to a quantum attacker who has the database".into(),
        );
    }
    Ok(warnings)
}

/// Removes a slot; the last one stays.
///
/// # Errors
/// [`AppError::NotFound`]; a store error for the last slot.
pub async fn remove(vault: &Vault, slot: SlotId) -> Result<(), AppError> {
    let rows = vault.store().slots().await?;
    let row = rows.into_iter().find(|row| row.id == slot);
    let row = row.ok_or_else(|| open::no_slot(Some(slot)))?;
    let mut tx = vault.begin().await?;
    tx.remove_slot(vault.event(Action::SlotRemoved, slot), slot)
        .await?;
    tx.commit().await?;
    forget(vault.devices(), &row)
}

/// Takes away what the factors left on devices; the slot itself is gone already. All are tried, and
/// the first that fails is told.
fn forget(devices: &Devices, row: &SlotRow) -> Result<(), AppError> {
    let descriptor = open::describe(row)?;
    let context = SlotContext::from(&descriptor);
    let factors = match descriptor.opening() {
        Opening::All(factors) => factors.iter().collect::<Vec<_>>(),
        Opening::Threshold { groups, .. } => groups.iter().flatten().collect(),
    };
    let mut result = Ok(());
    for parameters in factors {
        let backend = devices.backend(parameters.kind());
        let forgotten = backend.and_then(|backend| backend.forget(&context, parameters));
        result = result.and(forgotten);
    }
    Ok(result?)
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
