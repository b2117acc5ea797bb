//! Carrying out requests: the only code that takes the master key.
//!
//! Private keys are opened from their records for one request and dropped with it.

use qv_audit::checkpoint::{Checkpoint, origin};
use qv_crypto::CryptoError;
use qv_crypto::envelope::{Envelope, Expected, RowBinding, vault::authenticate};
use qv_crypto::secret::Secret;
use qv_crypto::suite::{DecapsulationKey, KemSuite, Role, SigningKey};
use qv_crypto::umk::record::VaultRecord;
use qv_crypto::umk::{InfoId, Purpose, Umk};
use qv_evm::{Signer, Unsigned};
use qv_types::{AnchorId, SignerId};

use super::request::{
    AnchorKey, Answer, EnvelopeMark, EnvelopeRow, Request, SealedSigner, SealedSigningKey,
};
use crate::audit::LOG_KEYS;
use crate::{AppError, SecretBytes};

/// Carries out one request.
pub(crate) fn perform(umk: &Umk, request: Request) -> Result<Answer, AppError> {
    match request {
        Request::MakeAnchorKey {
            anchor,
            version,
            kem,
        } => make_anchor_key(umk, anchor, version, kem),
        Request::CheckAnchorKey(key) => open_anchor_key(umk, &key).map(|_| Answer::Done),
        Request::OpenEnvelopes { keys, rows } => open_envelopes(umk, &keys, &rows),
        Request::OpenForeign { key, envelope } => {
            let envelope = Envelope::from_json(envelope.as_bytes())?;
            let plaintext = envelope.open_standalone(&open_anchor_key(umk, &key)?)?;
            Ok(Answer::Plaintext(plaintext))
        }
        Request::Authenticate(marks) => Ok(Answer::Marks(authenticate_all(umk, &marks))),
        Request::MakeLogKeys => make_log_keys(umk),
        Request::LogPublicKeys(keys) => {
            let [first, second] = open_log_keys(umk, &keys)?;
            Ok(Answer::PublicKeys([
                first.verifying_key().to_bytes(),
                second.verifying_key().to_bytes(),
            ]))
        }
        Request::SignCheckpoint {
            keys,
            vault,
            size,
            root,
        } => {
            let [ed25519, ml_dsa] = open_log_keys(umk, &keys)?;
            let unsigned = Checkpoint {
                origin: origin(vault),
                size,
                root,
            };
            Ok(Answer::Note(unsigned.sign(&ed25519, &ml_dsa)?))
        }
        Request::MakeSigner(id) => make_signer(umk, id),
        Request::SealSigner { id, key } => seal_signer(umk, id, &signer_key(&key)?),
        Request::SignTransaction { signer, unsigned } => {
            let signed = Unsigned::from_bytes(&unsigned)?.sign(&open_signer(umk, &signer)?)?;
            Ok(Answer::Transaction(signed.raw()))
        }
    }
}

/// Opens a record of the vault. One that does not open was sealed under another master key, which a
/// rotation by another process leaves behind, or it was edited.
fn open_record(umk: &Umk, place: VaultRecord<'_>, text: &str) -> Result<SecretBytes, AppError> {
    umk.open(place, text).map_err(|error| match error {
        CryptoError::TagMismatch => AppError::KeyChanged,
        other => other.into(),
    })
}

fn make_anchor_key(
    umk: &Umk,
    anchor: AnchorId,
    version: u64,
    kem: KemSuite,
) -> Result<Answer, AppError> {
    let key = DecapsulationKey::make(kem)?;
    let id = InfoId::parse(&anchor.to_string())?;
    let place = VaultRecord::Anchor {
        id: &id,
        key_version: version,
        kem: kem.as_str(),
    };
    Ok(Answer::AnchorKey {
        public_key: key.encapsulation_key().as_bytes().to_vec(),
        record: umk.seal(place, key.seeds().expose())?,
    })
}

/// The private key of one version of an anchor. Its public key must be the one in the row: one that was
/// swapped in the database must not receive secrets.
fn open_anchor_key(umk: &Umk, key: &AnchorKey) -> Result<DecapsulationKey, AppError> {
    let id = InfoId::parse(&key.anchor.to_string())?;
    let place = VaultRecord::Anchor {
        id: &id,
        key_version: key.version,
        kem: &key.kem,
    };
    let seeds = open_record(umk, place, &key.record)?;
    let opened = DecapsulationKey::from_seeds(key.kem.parse()?, seeds.expose())?;
    if opened.encapsulation_key().as_bytes() != key.public_key {
        return Err(AppError::Tampered {
            what: format!(
                "the public key of anchor {}, version {}",
                key.anchor, key.version
            ),
            why: "it does not belong to the private key".into(),
        });
    }
    Ok(opened)
}

fn open_envelopes(umk: &Umk, keys: &[AnchorKey], rows: &[EnvelopeRow]) -> Result<Answer, AppError> {
    let envelope_auth = umk.subkey(&Purpose::EnvelopeAuth);
    let mut opened = Vec::with_capacity(keys.len());
    for key in keys {
        opened.push((key.anchor, key.version, open_anchor_key(umk, key)?));
    }
    let open = |row: &EnvelopeRow| {
        let (.., key) = opened
            .iter()
            .find(|(anchor, version, _)| (*anchor, *version) == (row.anchor, row.version))
            .ok_or_else(|| AppError::Internal("an envelope without its key".into()))?;
        open_envelope(row, key, &envelope_auth)
    };
    Ok(Answer::Plaintexts(rows.iter().map(open).collect()))
}

fn open_envelope(
    row: &EnvelopeRow,
    key: &DecapsulationKey,
    envelope_auth: &Secret<32>,
) -> Result<SecretBytes, AppError> {
    let (anchor, asset, material) = (
        row.anchor.to_string(),
        row.asset.to_string(),
        row.material.to_string(),
    );
    let expected = Expected {
        anchor_id: &anchor,
        key_version: row.version,
        asset_id: &asset,
        material_id: &material,
    };
    let binding = RowBinding {
        hash: digest(&row.hash)?,
        auth: digest(&row.auth)?,
        event_hash: digest(row.logged_hash.as_deref().unwrap_or_default())?,
    };
    let envelope = Envelope::from_json(row.envelope.as_bytes())?;
    Ok(envelope.open_in_vault(key, &expected, envelope_auth, &binding)?)
}

/// A stored digest; one that does not parse cannot be the one that was stored.
fn digest(text: &str) -> Result<[u8; 32], AppError> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| CryptoError::Substituted)?;
    Ok(bytes)
}

fn authenticate_all(umk: &Umk, marks: &[EnvelopeMark]) -> Vec<[u8; 32]> {
    let envelope_auth = umk.subkey(&Purpose::EnvelopeAuth);
    let mark =
        |mark: &EnvelopeMark| authenticate(&envelope_auth, &mark.material.to_string(), &mark.hash);
    marks.iter().map(mark).collect()
}

fn make_log_keys(umk: &Umk) -> Result<Answer, AppError> {
    let make = |(id, suite)| -> Result<_, AppError> {
        let key = SigningKey::make(suite, Role::Checkpoint)?;
        let record = umk.seal(VaultRecord::AuditSigning(id), key.seed().expose())?;
        Ok((SealedSigningKey { record }, key.verifying_key().to_bytes()))
    };
    let [first, second] = LOG_KEYS;
    Ok(Answer::LogKeys([make(first)?, make(second)?]))
}

fn open_log_keys(
    umk: &Umk,
    [first, second]: &[SealedSigningKey; 2],
) -> Result<[SigningKey; 2], AppError> {
    let open = |(id, suite): (qv_crypto::umk::record::AuditKey, _), key: &SealedSigningKey| {
        let seed = open_record(umk, VaultRecord::AuditSigning(id), &key.record)?;
        let seed = Secret::copied_from(seed.expose()).ok_or_else(|| AppError::Tampered {
            what: format!("the log's {} key", id.id()),
            why: "it is not 32 bytes".into(),
        })?;
        Ok::<_, AppError>(SigningKey::from_seed(suite, Role::Checkpoint, seed)?)
    };
    let [ed25519, ml_dsa] = LOG_KEYS;
    Ok([open(ed25519, first)?, open(ml_dsa, second)?])
}

fn make_signer(umk: &Umk, id: SignerId) -> Result<Answer, AppError> {
    loop {
        let key = Secret::<32>::make_random().map_err(CryptoError::from)?;
        // Almost every 32 bytes are a key; the few that are not are thrown again.
        if Signer::from_bytes(key.expose()).is_ok() {
            return seal_signer(umk, id, &key);
        }
    }
}

fn seal_signer(umk: &Umk, id: SignerId, key: &Secret<32>) -> Result<Answer, AppError> {
    let address = Signer::from_bytes(key.expose())?.address().to_string();
    let id = InfoId::parse(&id.to_string())?;
    let record = umk.seal(VaultRecord::ChainSigner(&id), key.expose())?;
    Ok(Answer::Signer { address, record })
}

fn signer_key(bytes: &SecretBytes) -> Result<Secret<32>, AppError> {
    Ok(Secret::copied_from(bytes.expose()).ok_or(qv_evm::Error::InvalidKey)?)
}

/// The private key of an account, compared with its address.
fn open_signer(umk: &Umk, signer: &SealedSigner) -> Result<Signer, AppError> {
    let tampered = |why: &str| AppError::Tampered {
        what: format!("the key of account {}", signer.name),
        why: why.into(),
    };
    let id = InfoId::parse(&signer.id.to_string())?;
    let opened = open_record(umk, VaultRecord::ChainSigner(&id), &signer.record)?;
    let key = Secret::copied_from(opened.expose()).ok_or_else(|| tampered("it is not 32 bytes"))?;
    let key = Signer::from_bytes(key.expose())?;
    if key.address().to_string() == signer.address {
        Ok(key)
    } else {
        Err(tampered("it is of another address"))
    }
}
