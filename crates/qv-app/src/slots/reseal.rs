//! Sealing a slot's TPM factor anew: before its PCRs change, or after they did.
//!
//! While the TPM still releases the factor, the factor stays and only what it is sealed to changes;
//! no other factor is asked for. Where it does not, a new factor is sealed, and the slot's other
//! factors are asked for, because the slot gets a new key.

use std::collections::BTreeMap;

use qv_audit::Action;
use qv_crypto::umk::factor::{Enrolled, FactorKind, FactorParameters};
use qv_crypto::umk::slot::{Opening, Slot};
use qv_seal::{Devices, Interaction, PcrValue, SealError, SlotContext, TpmOptions};
use qv_store::Slot as SlotRow;
use qv_types::{SlotId, Timestamp};
use serde::Serialize;

use super::open;
use crate::{AppError, Vault, authorization};

/// What to seal to.
#[derive(Debug, Clone, Default)]
pub struct Reseal {
    /// PCRs of the SHA-256 bank; `None` keeps the slot's.
    pub pcrs: Option<Vec<u8>>,
    /// Values after an announced change, in hex, accepted beside the present ones.
    pub expect: BTreeMap<u8, String>,
}

/// What was done.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Resealed {
    /// The slot.
    pub id: SlotId,
    /// What opens it.
    pub factors: String,
    /// The PCRs that it is bound to.
    pub pcrs: Vec<u8>,
    /// Whether the TPM did not release the factor any more, so that a new one was made.
    pub renewed: bool,
}

/// Seals the TPM factor of a slot of an unlocked vault anew.
///
/// # Errors
/// [`AppError::NotAllowed`] for a slot without one; [`AppError::NotFound`]; what the TPM and the
/// other factors meet. Then the slot is as it was.
pub async fn reseal(
    vault: &Vault,
    id: SlotId,
    how: Reseal,
    ask: &mut dyn Interaction,
) -> Result<Resealed, AppError> {
    if !vault.keys().is_unlocked() {
        return Err(AppError::Locked);
    }
    let row = vault.store().slot(id).await?;
    let slot = open::parse(&row)?;
    let context = SlotContext::from(&slot.descriptor);
    let sealed = tpm_factor(&slot)?;
    let options = options(vault.devices(), &context, sealed, how)?;
    let pcrs = options.pcrs.clone();
    let devices = Devices {
        tpm: options,
        ..vault.devices().clone()
    };
    let (renewed, new) = match devices.tpm().reseal(&context, sealed, ask) {
        Ok(parameters) => {
            let new = vault.with_umk(|umk| Ok(slot.with_parameters(umk, parameters)?))?;
            (false, new)
        }
        Err(SealError::TpmPcrChanged { .. } | SealError::TpmReplaced) => {
            let needed = needed_anew(&slot)?;
            // Before any factor is used (crypto.md section 2, item 1); the page stays open till the end.
            let _visit = authorization::to_unlock(vault, needed, ask).await?;
            let factors = present_anew(&devices, &context, needed, ask)?;
            let new = vault.with_umk(|umk| Ok(slot.with_factors(umk, factors)?))?;
            (true, new)
        }
        Err(error) => return Err(error.into()),
    };
    let factors = new.descriptor.opening().to_string();
    store(vault, row, new).await?;
    Ok(Resealed {
        id,
        factors,
        pcrs,
        renewed,
    })
}

fn tpm_factor(slot: &Slot) -> Result<&FactorParameters, AppError> {
    let none = || {
        AppError::NotAllowed(format!(
            "slot {} opens with {}; only a slot that needs the TPM together with all its other factors can be resealed",
            slot.descriptor.slot(),
            slot.descriptor.opening()
        ))
    };
    match slot.descriptor.opening() {
        Opening::All(factors) => factors
            .iter()
            .find(|factor| factor.kind() == FactorKind::Tpm)
            .ok_or_else(none),
        Opening::Threshold { .. } => Err(none()),
    }
}

fn options(
    devices: &Devices,
    context: &SlotContext,
    sealed: &FactorParameters,
    how: Reseal,
) -> Result<TpmOptions, AppError> {
    let enrolled = devices.tpm.like(context, sealed)?;
    let value = |(pcr, hex): (u8, String)| {
        let value = PcrValue::try_from(hex.to_ascii_lowercase());
        value.map(|value| (pcr, value)).map_err(|_| {
            AppError::InvalidInput(format!(
                "the value of PCR {pcr} must be 64 hex digits, as `tpm2_pcrread sha256:{pcr}` shows them"
            ))
        })
    };
    Ok(TpmOptions {
        pcrs: how.pcrs.unwrap_or(enrolled.pcrs),
        expect: how
            .expect
            .into_iter()
            .map(value)
            .collect::<Result<_, _>>()?,
        ..enrolled
    })
}

/// The factors of a plain slot whose TPM factor is lost. Shares are not among those that can be
/// presented anew: what tells forged ones is the slot's record, which nothing opens any more.
fn needed_anew(slot: &Slot) -> Result<&[FactorParameters], AppError> {
    match slot.descriptor.opening() {
        Opening::All(needed) if needed.iter().all(|one| one.kind() != FactorKind::Shares) => {
            Ok(needed)
        }
        opening => Err(AppError::NotAllowed(format!(
            "the TPM does not release its part any more, and a slot of {opening} cannot be sealed anew without it; add \
             a new one with `qv slots add`, then remove this one"
        ))),
    }
}

/// A new TPM factor, and the other factors as they are. Nothing tells whether a passphrase is the
/// slot's own, for the key that would is lost; so it is asked for twice.
fn present_anew(
    devices: &Devices,
    context: &SlotContext,
    needed: &[FactorParameters],
    ask: &mut dyn Interaction,
) -> Result<Vec<Enrolled>, AppError> {
    let mut factors = Vec::with_capacity(needed.len());
    for parameters in needed {
        let backend = devices.backend(parameters.kind())?;
        if parameters.kind() == FactorKind::Tpm {
            factors.push(backend.enrol(context, ask)?);
            continue;
        }
        let factor = backend.unseal(context, parameters, ask)?;
        let typed = parameters.kind() == FactorKind::Passphrase;
        if typed && backend.unseal(context, parameters, ask)? != factor {
            return Err(AppError::InvalidInput(
                "the two passphrases differ; nothing was changed, try again".into(),
            ));
        }
        factors.push(Enrolled {
            parameters: parameters.clone(),
            factor,
        });
    }
    Ok(factors)
}

async fn store(vault: &Vault, old: SlotRow, new: Slot) -> Result<(), AppError> {
    let mut tx = vault.begin().await?;
    // Nobody writes while the transaction is open: a slot that was removed meanwhile must not come back.
    if vault.store().slot(old.id).await? != old {
        return Err(AppError::NotAllowed(
            "the slot was changed meanwhile; nothing was stored, try again".into(),
        ));
    }
    let row = SlotRow {
        descriptor: new.descriptor.as_str().to_owned(),
        record: new.record,
        slot_kek: new.kek_record,
        share_records: new.share_records,
        updated_at: Timestamp::now(),
        ..old
    };
    let event = vault
        .event(Action::SlotRenewed, row.id)
        .with("factor", FactorKind::Tpm.as_str());
    tx.put_slot(event, &row).await?;
    tx.commit().await?;
    Ok(())
}
