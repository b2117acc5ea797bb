//! The tamper-evident log: listing, verifying, signing.

use qv_audit::checkpoint::{Checkpoint, origin};
use qv_audit::{Action, Actor, Origin};
use qv_crypto::suite::{Role, SignatureSuite, SigningKey, VerifyingKey};
use qv_crypto::umk::Umk;
use qv_crypto::umk::record::{AuditKey, VaultRecord};
use qv_store::{AuditFilter, Error as StoreError, SealedRecord, StoredCheckpoint, WriteTx};
use qv_types::Timestamp;
use serde::Serialize;

use crate::{AppError, Vault};

/// Kind of the sealed records that hold the log's signing keys.
const RECORD_KIND: &str = "audit_signing";
const KEYS: [(AuditKey, SignatureSuite); 2] = [
    (AuditKey::Ed25519, SignatureSuite::Ed25519),
    (AuditKey::MlDsa87, SignatureSuite::MlDsa87),
];

/// What to list of the log.
#[derive(Debug, Clone, Default)]
pub struct LogQuery {
    /// Only this action, for example `ASSET_WRAPPED`.
    pub action: Option<String>,
    /// Only events about this id.
    pub entity: Option<String>,
    /// How many, 1 to 1000.
    pub limit: u32,
}

/// An event as lists show it.
#[derive(Debug, Clone, Serialize)]
pub struct LogRow {
    /// Its place in the log, from 0.
    pub seq: u64,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What was done.
    pub action: String,
    /// What it was done to.
    pub entity_type: String,
    /// The id of that.
    pub entity_id: String,
    /// Who did it.
    pub actor: String,
    /// The request that caused it.
    pub request_id: String,
    /// What else is worth knowing.
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

/// What verifying the log found.
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
    /// What is wrong, in plain words.
    pub problems: Vec<String>,
}

/// Events, newest first.
///
/// # Errors
/// An action that does not exist.
pub async fn list(vault: &Vault, query: LogQuery) -> Result<Vec<LogRow>, AppError> {
    let action = query.action.map(|word| word.parse::<Action>());
    let action = action
        .transpose()
        .map_err(|error| AppError::InvalidInput(error.to_string()))?;
    let filter = AuditFilter {
        action,
        entity_id: query.entity,
        since: None,
        until: None,
    };
    let page = vault
        .store()
        .audit_page(&filter, None, query.limit.clamp(1, 1000))
        .await?;
    Ok(page
        .items
        .into_iter()
        .map(|record| LogRow {
            seq: record.seq,
            timestamp: record.event.timestamp,
            action: record.event.action.to_string(),
            entity_type: record.event.entity.kind.to_string(),
            entity_id: record.event.entity.id,
            actor: record.event.actor.to_string(),
            request_id: record.event.request_id.to_string(),
            metadata: record.event.metadata,
        })
        .collect())
}

/// Hashes every event again and checks tree, checkpoints and their signatures; also `kept`, a signed
/// note that was kept outside the database. Where the vault is unlocked, the keys that the signatures
/// are verified with are those of the sealed private keys; otherwise they are what the database says.
///
/// # Errors
/// From the store; what is wrong with the log is in the report.
pub async fn verify(vault: &Vault, kept: Option<&str>) -> Result<LogReport, AppError> {
    let keys = match verifying_keys(vault).await {
        Err(AppError::Store(error)) if !matches!(error, StoreError::Substituted { .. }) => {
            return Err(error.into());
        }
        keys => keys,
    };
    let mut problems = Vec::new();
    let kept = match (kept, &keys) {
        (Some(note), Ok(keys)) => match verified(vault, note, keys) {
            Err(AppError::Audit(error @ qv_audit::Error::Malformed(_))) => {
                let why = format!("{error}; give the file that `qv audit checkpoint` printed");
                return Err(AppError::InvalidInput(why));
            }
            kept => kept
                .map_err(|error| problems.push(format!("the kept checkpoint: {error}")))
                .ok(),
        },
        _ => None,
    };
    let report = vault.store().verify_log_with(kept).await?;
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
        keys_proved: keys.is_ok() && vault.is_unlocked(),
        size: report.size,
        root: hex::encode(report.root),
        checkpoints: report.checkpoints.len() as u64,
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

async fn verifying_keys(vault: &Vault) -> Result<[VerifyingKey; 2], AppError> {
    let [first, second] = KEYS;
    Ok([
        verifying_key(vault, first).await?,
        verifying_key(vault, second).await?,
    ])
}

/// A public key of the log. Whoever can write to the database can put another there and sign with it,
/// so an unlocked vault holds it against the private key, which nobody else can have sealed.
async fn verifying_key(
    vault: &Vault,
    (id, suite): (AuditKey, SignatureSuite),
) -> Result<VerifyingKey, AppError> {
    let row = vault.store().record(RECORD_KIND, id.id()).await?;
    let tampered = |why: &str| AppError::Tampered {
        what: format!("the log's {} key", id.id()),
        why: why.into(),
    };
    let public = row
        .public_key
        .as_deref()
        .ok_or_else(|| tampered("its public key is missing"))?;
    let public = VerifyingKey::from_bytes(suite, Role::Checkpoint, public)?;
    if vault.is_unlocked()
        && signing_key(vault, &row, (id, suite))?
            .verifying_key()
            .to_bytes()
            != public.to_bytes()
    {
        return Err(tampered(
            "its public key does not belong to the sealed private key",
        ));
    }
    Ok(public)
}

/// Signs the log as it stands; returns the signed note. The vault must be unlocked.
///
/// # Errors
/// [`AppError::Locked`].
pub async fn checkpoint(vault: &Vault) -> Result<String, AppError> {
    let [first, second] = KEYS;
    let rows = [
        vault.store().record(RECORD_KIND, first.0.id()).await?,
        vault.store().record(RECORD_KIND, second.0.id()).await?,
    ];
    let head = vault.store().tree_head().await?;
    let unsigned = Checkpoint {
        origin: origin(vault.id()),
        size: head.size,
        root: head.root,
    };
    let note = sign(vault, &unsigned, &rows)?;
    let stored = StoredCheckpoint {
        size: head.size,
        root: head.root,
        note: note.clone(),
        created_at: Timestamp::now(),
    };
    let mut tx = vault.store().begin().await?;
    let event = vault
        .event(Action::CheckpointSigned, qv_audit::Entity::log())
        .with("size", head.size);
    tx.add_checkpoint(event, &stored).await?;
    tx.commit().await?;
    Ok(note)
}

/// Not async: the signing keys live no longer than the two signatures take.
fn sign(
    vault: &Vault,
    unsigned: &Checkpoint,
    [first, second]: &[SealedRecord; 2],
) -> Result<String, AppError> {
    Ok(unsigned.sign(
        &signing_key(vault, first, KEYS[0])?,
        &signing_key(vault, second, KEYS[1])?,
    )?)
}

fn signing_key(
    vault: &Vault,
    row: &SealedRecord,
    (id, suite): (AuditKey, SignatureSuite),
) -> Result<SigningKey, AppError> {
    let seed = vault.with_umk(|umk| Ok(umk.open(VaultRecord::AuditSigning(id), &row.record)?))?;
    let seed = qv_crypto::secret::Secret::copied_from(seed.expose()).ok_or_else(|| {
        AppError::Tampered {
            what: format!("the log's {} key", id.id()),
            why: "it is not 32 bytes".into(),
        }
    })?;
    Ok(SigningKey::from_seed(suite, Role::Checkpoint, seed)?)
}

/// Makes the log's signing keys with the vault: random, sealed, made once.
pub(crate) async fn store_new_keys(
    tx: &mut WriteTx,
    umk: &Umk,
    origin: &Origin,
    at: Timestamp,
) -> Result<(), AppError> {
    for (id, suite) in KEYS {
        let key = SigningKey::make(suite, Role::Checkpoint)?;
        let row = SealedRecord {
            kind: RECORD_KIND.into(),
            id: id.id().into(),
            record: umk.seal(VaultRecord::AuditSigning(id), key.seed().expose())?,
            public_key: Some(key.verifying_key().to_bytes()),
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
