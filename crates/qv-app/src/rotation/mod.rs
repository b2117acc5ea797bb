//! Rotating the user master key (crypto.md section 2, item 4): one transaction re-encrypts every record
//! that is under it, so that a kill leaves the old state or the new one, whole.
//!
//! Invariants: the write lock is held from the first read to the commit, so nothing is sealed under the
//! old key in between; every record is compared with the log and opened before it is sealed anew; what
//! does not open stops the rotation before anything is written; both keys exist together only inside
//! [`Work::reseal`]. Sessions of other processes notice at their next use ([`Vault::begin`]).

mod leak;

use qv_audit::{Action, Entity};
use qv_crypto::CryptoError;
use qv_crypto::envelope::vault::reauthenticate;
use qv_crypto::umk::record::{AuditKey, VaultRecord};
use qv_crypto::umk::slot::Slot;
use qv_crypto::umk::{InfoId, Purpose, Umk};
use qv_store::{AnchorVersion, EnvelopeAuth, SealedRecord, Signer, Slot as SlotRow, WriteTx};
use qv_types::Timestamp;
use serde::Serialize;

pub use leak::{AfterLeak, Missing, prepare};

use crate::session::LockReason;
use crate::slots::parse_slot;
use crate::{AppError, Vault};

/// Envelopes whose authentication is read or written at once.
const BATCH: usize = 2000;
/// Kinds of records in the table of records; their places are made by [`place_of`].
const AUDIT_KEYS: [AuditKey; 2] = [AuditKey::Ed25519, AuditKey::MlDsa87];
const AUDIT_SIGNING: &str = "audit_signing";
const CHAIN_SIGNER: &str = "chain_signer";

/// What a rotation did.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Rotated {
    /// Slots that were wrapped around the new key.
    pub slots: usize,
    /// Records that were sealed anew.
    pub records: usize,
    /// Envelopes that were authenticated anew.
    pub envelopes: usize,
    /// Envelopes whose authentication was wrong before; they stay refused.
    pub refused: usize,
    /// Labels of slots that could not be made anew after a leak, and are gone.
    pub removed: Vec<String>,
}

/// Routine rotation: every slot keeps its salt and key-encryption key, so that devices that are not here
/// and printed shares go on working. The session of this process must be unlocked; it is locked afterwards.
///
/// # Errors
/// [`AppError::Locked`]; a record that was changed or does not open: nothing was changed then.
pub async fn rotate(vault: &Vault) -> Result<Rotated, AppError> {
    let vault = vault.without_agent();
    let mut tx = vault.begin().await?;
    let work = Work::read(&vault).await?;
    let slots = stored_slots(&vault).await?;
    let (new, slots) = vault.with_umk(|old| {
        let new = Umk::make()?;
        let slots = slots.iter().map(|row| rewrapped(row, old, &new));
        let slots = slots.collect::<Result<Vec<_>, _>>()?;
        Ok((work.reseal(old, &new)?, slots))
    })?;
    for row in &slots {
        tx.put_slot(vault.event(Action::UmkRotated, row.id), row)
            .await?;
    }
    tell_and_commit(&vault, tx, new, (slots.len(), Vec::new())).await
}

/// The slots, each compared with the log.
async fn stored_slots(vault: &Vault) -> Result<Vec<SlotRow>, AppError> {
    let mut rows = Vec::new();
    for row in vault.store().slots().await? {
        rows.push(vault.store().slot(row.id).await?);
    }
    Ok(rows)
}

fn rewrapped(row: &SlotRow, old: &Umk, new: &Umk) -> Result<SlotRow, AppError> {
    let slot = parse_slot(row)?.rewrap(old, new);
    let slot: Slot = slot.map_err(|error| edited(row, error))?;
    Ok(SlotRow {
        record: slot.record,
        slot_kek: slot.kek_record,
        updated_at: Timestamp::now(),
        ..row.clone()
    })
}

/// A slot that does not vouch for itself was edited: sealed anew, it would be genuine, and perhaps open
/// with nothing any more.
fn edited(row: &SlotRow, error: CryptoError) -> AppError {
    match error {
        CryptoError::TagMismatch => AppError::Tampered {
            what: format!("slot {} ({})", row.label, row.id),
            why: "it is not as it was made; remove it, or restore it from a backup".into(),
        },
        other => other.into(),
    }
}

/// Writes what was sealed anew beside the slots; the session that has the old key is locked.
async fn tell_and_commit(
    vault: &Vault,
    mut tx: WriteTx,
    new: Work,
    (slots, removed): (usize, Vec<String>),
) -> Result<Rotated, AppError> {
    let rotated = Rotated {
        slots,
        removed,
        records: new.records.len() + new.anchors.len() + new.signers.len(),
        envelopes: new.envelopes.len(),
        refused: new.refused,
    };
    new.write(vault, &mut tx).await?;
    let event = vault
        .event(Action::UmkRotated, vault.id())
        .with("slots", rotated.slots)
        .with("records", rotated.records);
    tx.next_umk_epoch(event).await?;
    tx.commit().await?;
    // The rotation is made, whatever becomes of the note on the lock; the key is gone in any case.
    let _ = vault.lock(LockReason::KeyChanged).await;
    vault.keys().forget_epoch();
    Ok(rotated)
}

/// Everything but the slots that is sealed under the master key, or authenticated with it.
struct Work {
    records: Vec<SealedRecord>,
    anchors: Vec<AnchorVersion>,
    signers: Vec<(Signer, String)>,
    envelopes: Vec<EnvelopeAuth>,
    refused: usize,
}

impl Work {
    /// Reads it, compared with the log. A kind of record that this version does not know stops it.
    async fn read(vault: &Vault) -> Result<Self, AppError> {
        let store = vault.store();
        let mut work = Self {
            records: Vec::new(),
            anchors: Vec::new(),
            signers: Vec::new(),
            envelopes: Vec::new(),
            refused: 0,
        };
        for signer in store.signers().await? {
            let record = store.signer_record(signer.id).await?;
            work.signers.push((signer, record));
        }
        for row in store.records(None).await? {
            match row.kind.as_str() {
                CHAIN_SIGNER => work.check_signer(&row)?,
                kind => work.records.push(store.record(kind, &row.id).await?),
            }
        }
        for anchor in store.anchors().await? {
            for version in store.anchor_versions(anchor.id).await? {
                if version.record.is_some() {
                    let version = store.anchor_version(anchor.id, version.version).await?;
                    work.anchors.push(version);
                }
            }
        }
        loop {
            let after = work.envelopes.last().map(|last| last.material_id);
            let batch = store.envelope_auths(after, BATCH as u32).await?;
            if batch.is_empty() {
                return Ok(work);
            }
            work.envelopes.extend(batch);
        }
    }

    /// A key that belongs to no account would be left under the old master key.
    fn check_signer(&self, row: &SealedRecord) -> Result<(), AppError> {
        let known = |(signer, _): &(Signer, String)| signer.id.to_string() == row.id;
        if self.signers.iter().any(known) {
            return Ok(());
        }
        Err(AppError::Tampered {
            what: format!("the record {CHAIN_SIGNER}/{}", row.id),
            why: "it belongs to no account".into(),
        })
    }

    /// The same under `new`. Not async: both keys are here, and nowhere else together.
    fn reseal(mut self, old: &Umk, new: &Umk) -> Result<Self, AppError> {
        let now = Timestamp::now();
        for row in &mut self.records {
            row.record = old.reseal(new, place_of(row)?, &row.record)?;
            row.updated_at = now;
        }
        for version in &mut self.anchors {
            let id = InfoId::parse(&version.anchor_id.to_string())?;
            let place = VaultRecord::Anchor {
                id: &id,
                key_version: version.version,
                kem: &version.kem,
            };
            if let Some(record) = &version.record {
                version.record = Some(old.reseal(new, place, record)?);
            }
        }
        for (signer, record) in &mut self.signers {
            let id = InfoId::parse(&signer.id.to_string())?;
            *record = old.reseal(new, VaultRecord::ChainSigner(&id), record)?;
            signer.updated_at = now;
        }
        self.authenticate(old, new);
        Ok(self)
    }

    /// An envelope that the old key does not vouch for is left as it is: rotating must not make a foreign
    /// one pass for ours.
    fn authenticate(&mut self, old: &Umk, new: &Umk) {
        let old = old.subkey(&Purpose::EnvelopeAuth);
        let new = new.subkey(&Purpose::EnvelopeAuth);
        let all = self.envelopes.len();
        self.envelopes.retain_mut(|one| {
            let material = one.material_id.to_string();
            let auth = reauthenticate((&old, &new), &material, &one.hash, &one.auth);
            one.auth = auth.unwrap_or(one.auth);
            auth.is_some()
        });
        self.refused = all - self.envelopes.len();
    }

    async fn write(&self, vault: &Vault, tx: &mut WriteTx) -> Result<(), AppError> {
        let event = |entity: Entity| vault.event(Action::UmkRotated, entity);
        for row in &self.records {
            tx.put_record(event(Entity::record(&row.kind, &row.id)), row)
                .await?;
        }
        for version in &self.anchors {
            let Some(record) = &version.record else {
                continue;
            };
            let (id, at) = (version.anchor_id, Timestamp::now());
            tx.replace_anchor_record(event(id.into()), id, version.version, record, at)
                .await?;
        }
        for (signer, record) in &self.signers {
            tx.put_signer(event(signer.id.into()), signer, record)
                .await?;
        }
        for batch in self.envelopes.chunks(BATCH) {
            let told = event(vault.id().into()).with("envelopes", batch.len());
            tx.set_envelope_auths(told, batch).await?;
        }
        Ok(())
    }
}

/// What the record of a row is. A kind that this version does not know must not be lost.
fn place_of(row: &SealedRecord) -> Result<VaultRecord<'static>, AppError> {
    let known = AUDIT_KEYS.into_iter().find(|key| key.id() == row.id);
    match (row.kind.as_str(), known) {
        (AUDIT_SIGNING, Some(key)) => Ok(VaultRecord::AuditSigning(key)),
        _ => Err(AppError::NotAllowed(format!(
            "the record {}/{} is of a kind that this version does not know: rotate with the version that made it",
            row.kind, row.id
        ))),
    }
}
