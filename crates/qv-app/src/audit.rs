//! The tamper-evident log: listing (`list`), exporting (`export`), verifying, signing, and checkpoints
//! that are kept elsewhere (`kept`).

mod export;
mod kept;
mod list;

use qv_audit::checkpoint::{Checkpoint, origin};
use qv_audit::{Action, Actor, Origin};
use qv_crypto::suite::{Role, SignatureSuite, VerifyingKey};
use qv_crypto::umk::Umk;
use qv_crypto::umk::record::AuditKey;
use qv_store::{Error as StoreError, SealedRecord, StoredCheckpoint, WriteTx};
use qv_types::Timestamp;
use serde::Serialize;

use crate::keys::{self, Answer, Request, SealedSigningKey};
use crate::{AppError, Vault};

pub use export::{LogExport, export};
pub use kept::{CheckpointFile, KeptCheckpoint, KeptStanding, save_checkpoint};
pub use list::{LogPage, LogQuery, LogRow, list};

/// Kind of the sealed records that hold the log's signing keys.
const RECORD_KIND: &str = "audit_signing";
/// The log's two signing keys.
pub(crate) const LOG_KEYS: [(AuditKey, SignatureSuite); 2] = [
    (AuditKey::Ed25519, SignatureSuite::Ed25519),
    (AuditKey::MlDsa87, SignatureSuite::MlDsa87),
];

/// What verifying the log found.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct LogReport {
    /// Whether all is well.
    pub ok: bool,
    /// Whether the keys that checkpoints were verified with are proved to be this vault's. Only an
    /// unlocked vault can; else they are what the database says.
    pub keys_proved: bool,
    /// Events in the log.
    pub size: u64,
    /// Root over them, hex.
    pub root: String,
    /// Checkpoints whose signatures and roots were checked.
    pub checkpoints: u64,
    /// The checkpoint that was kept elsewhere, where one was given.
    pub kept: Option<KeptCheckpoint>,
    /// What is wrong, in plain words.
    pub problems: Vec<String>,
}

/// Hashes every event again and checks tree, checkpoints and their signatures; also `kept`, a signed
/// note that was kept outside the database. Where the vault is unlocked, the keys that the signatures
/// are verified with are those of the sealed private keys; otherwise they are what the database says.
///
/// # Errors
/// From the store; what is wrong with the log is in the report.
pub async fn verify(vault: &Vault, kept: Option<&str>) -> Result<LogReport, AppError> {
    // An agent that does not answer proves nothing, and is no reason to leave the log unchecked.
    let unlocked = vault.is_unlocked().await.unwrap_or(false);
    let keys = match verifying_keys(vault, unlocked).await {
        Err(AppError::Store(error)) if !matches!(error, StoreError::Substituted { .. }) => {
            return Err(error.into());
        }
        keys => keys,
    };
    let mut problems = Vec::new();
    let note = kept.map(kept::spelled);
    let signed = match (&note, &keys) {
        (Some(note), Ok(keys)) => match verified(vault, note, keys) {
            Err(AppError::Audit(error @ qv_audit::Error::Malformed(_))) => {
                let why = format!("{error}; give a checkpoint that this vault signed, unchanged");
                return Err(AppError::InvalidInput(why));
            }
            Err(error) => {
                problems.push(format!("the kept checkpoint: {error}"));
                Some(Err(()))
            }
            Ok(signed) => Some(Ok(signed)),
        },
        _ => None,
    };
    let compared = signed.as_ref().and_then(|signed| signed.clone().ok());
    let report = vault.store().verify_log_with(compared).await?;
    problems.extend(report.problems.iter().map(ToString::to_string));
    match &keys {
        Ok(keys) => problems.extend(
            report
                .checkpoints
                .iter()
                .filter_map(|stored| check_signatures(vault, stored, keys).err()),
        ),
        Err(error) => problems.push(error.to_string()),
    }
    Ok(LogReport {
        ok: problems.is_empty(),
        keys_proved: keys.is_ok() && unlocked,
        size: report.size,
        root: hex::encode(report.root),
        checkpoints: report.checkpoints.len() as u64,
        kept: note.map(|note| KeptCheckpoint::of(note, signed, &report)),
        problems,
    })
}

/// A note as a row, once its signatures are verified.
fn verified(
    vault: &Vault,
    note: &str,
    keys: &[VerifyingKey; 2],
) -> Result<StoredCheckpoint, AppError> {
    let [ed25519, ml_dsa] = keys;
    let signed = Checkpoint::verify(note, &origin(vault.id()), ed25519, ml_dsa)?;
    Ok(StoredCheckpoint {
        size: signed.size,
        root: signed.root,
        note: note.to_owned(),
        created_at: Timestamp::now(),
    })
}

/// What is wrong with a checkpoint, as an error.
fn check_signatures(
    vault: &Vault,
    stored: &StoredCheckpoint,
    keys: &[VerifyingKey; 2],
) -> Result<(), String> {
    let why = match verified(vault, &stored.note, keys) {
        Ok(signed) if signed.size == stored.size && signed.root == stored.root => return Ok(()),
        Ok(_) => "the note signs another size or root than its row says".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(format!("the checkpoint at {} events: {why}", stored.size))
}

/// The public keys of the log. Whoever can write to the database can put others there and sign with
/// them, so an unlocked vault holds them against the private keys, which nobody else can have sealed.
async fn verifying_keys(vault: &Vault, unlocked: bool) -> Result<[VerifyingKey; 2], AppError> {
    let rows = rows(vault).await?;
    let [first, second] = LOG_KEYS;
    let keys = [
        verifying_key(&rows[0], first)?,
        verifying_key(&rows[1], second)?,
    ];
    if unlocked {
        let proved = vault.keys().log_public_keys(sealed(&rows)).await?;
        for ((key, proved), (id, _)) in keys.iter().zip(&proved).zip(LOG_KEYS) {
            if key.to_bytes() != *proved {
                let why = "its public key does not belong to the sealed private key";
                return Err(tampered(id, why));
            }
        }
    }
    Ok(keys)
}

fn verifying_key(
    row: &SealedRecord,
    (id, suite): (AuditKey, SignatureSuite),
) -> Result<VerifyingKey, AppError> {
    let public = row.public_key.as_deref();
    let public = public.ok_or_else(|| tampered(id, "its public key is missing"))?;
    Ok(VerifyingKey::from_bytes(suite, Role::Checkpoint, public)?)
}

fn tampered(id: AuditKey, why: &str) -> AppError {
    AppError::Tampered {
        what: format!("the log's {} key", id.id()),
        why: why.into(),
    }
}

async fn rows(vault: &Vault) -> Result<[SealedRecord; 2], AppError> {
    let [(first, _), (second, _)] = LOG_KEYS;
    Ok([
        vault.store().record(RECORD_KIND, first.id()).await?,
        vault.store().record(RECORD_KIND, second.id()).await?,
    ])
}

/// The log's sealed signing keys, as they are stored now.
pub(crate) async fn sealed_keys(vault: &Vault) -> Result<[SealedSigningKey; 2], AppError> {
    Ok(sealed(&rows(vault).await?))
}

fn sealed(rows: &[SealedRecord; 2]) -> [SealedSigningKey; 2] {
    rows.each_ref().map(|row| SealedSigningKey {
        record: row.record.clone(),
    })
}

/// Signs the log as it stands; returns the signed note. The vault must be unlocked.
///
/// # Errors
/// [`AppError::Locked`].
pub async fn checkpoint(vault: &Vault) -> Result<String, AppError> {
    // Nobody appends while the transaction is open, so no other checkpoint signs the same size.
    let mut tx = vault.begin().await?;
    let keys = sealed_keys(vault).await?;
    let head = vault.store().tree_head().await?;
    let note = vault
        .keys()
        .sign_checkpoint(keys, vault.id(), head.size, head.root)
        .await?;
    let stored = StoredCheckpoint {
        size: head.size,
        root: head.root,
        note: note.clone(),
        created_at: Timestamp::now(),
    };
    let event = vault
        .event(Action::CheckpointSigned, qv_audit::Entity::log())
        .with("size", head.size);
    tx.add_checkpoint(event, &stored).await?;
    tx.commit().await?;
    Ok(note)
}

/// Makes the log's signing keys with the vault: random, sealed, made once.
pub(crate) async fn store_new_keys(
    tx: &mut WriteTx,
    umk: &Umk,
    origin: &Origin,
    at: Timestamp,
) -> Result<(), AppError> {
    let Answer::LogKeys(made) = keys::perform(umk, Request::MakeLogKeys)? else {
        return Err(AppError::Internal("the log has no keys".into()));
    };
    for ((id, _), (key, public_key)) in LOG_KEYS.into_iter().zip(made) {
        let row = SealedRecord {
            kind: RECORD_KIND.into(),
            id: id.id().into(),
            record: key.record,
            public_key: Some(public_key),
            created_at: at,
            updated_at: at,
        };
        let event = Origin {
            actor: Actor::System,
            ..*origin
        }
        .event(at, Action::RecordStored, qv_audit::Entity::log());
        tx.put_record(event, &row).await?;
    }
    Ok(())
}
