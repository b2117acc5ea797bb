//! What can be asked of the keys, and what comes back.

use qv_store::StoredEnvelope;
use qv_types::suite::KemSuite;
use qv_types::{AnchorId, AssetId, MaterialId, SignerId, VaultId};

use crate::{AppError, SecretBytes};

/// Every use of the master key, but for the slots that wrap it.
#[derive(Debug)]
pub(crate) enum Request {
    /// Make a key pair for a version of an anchor.
    MakeAnchorKey {
        anchor: AnchorId,
        version: u64,
        kem: KemSuite,
    },
    /// Hold an anchor's public key against its sealed private one.
    CheckAnchorKey(AnchorKey),
    /// Open envelopes of this vault with all their checks. Each names one of the keys.
    OpenEnvelopes {
        keys: Vec<AnchorKey>,
        rows: Vec<EnvelopeRow>,
    },
    /// Open an envelope from outside, which proves no sender.
    OpenForeign { key: AnchorKey, envelope: String },
    /// Authenticate envelopes that were just sealed, for their rows.
    Authenticate(Vec<EnvelopeMark>),
    /// Make the log's signing keys.
    MakeLogKeys,
    /// The public keys of the log's sealed signing keys.
    LogPublicKeys([SealedSigningKey; 2]),
    /// Sign the size and root of the log of a vault.
    SignCheckpoint {
        keys: [SealedSigningKey; 2],
        vault: VaultId,
        size: u64,
        root: [u8; 32],
    },
    /// Make an account that signs transactions.
    MakeSigner(SignerId),
    /// Take over an account from its private key.
    SealSigner { id: SignerId, key: SecretBytes },
    /// Sign a transaction that was drafted.
    SignTransaction {
        signer: SealedSigner,
        unsigned: Vec<u8>,
    },
}

/// The answer to a [`Request`].
#[derive(Debug)]
pub(crate) enum Answer {
    /// It is as it should be.
    Done,
    /// A new anchor key: its public part, and its private part as a record.
    AnchorKey { public_key: Vec<u8>, record: String },
    /// What became of each envelope, in the order of the rows.
    Plaintexts(Vec<Result<SecretBytes, AppError>>),
    /// One plaintext.
    Plaintext(SecretBytes),
    /// The authentication of each envelope.
    Marks(Vec<[u8; 32]>),
    /// The log's new signing keys with their public parts.
    LogKeys([(SealedSigningKey, Vec<u8>); 2]),
    /// Public keys.
    PublicKeys([Vec<u8>; 2]),
    /// A signed note.
    Note(String),
    /// A new account: its address, and its key as a record.
    Signer { address: String, record: String },
    /// A signed transaction.
    Transaction(Vec<u8>),
}

/// One version of an anchor's key pair, as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct AnchorKey {
    pub anchor: AnchorId,
    pub version: u64,
    pub kem: String,
    pub public_key: Vec<u8>,
    pub record: String,
}

/// An envelope of the vault with what its row and the log say of it.
#[derive(Debug)]
pub(crate) struct EnvelopeRow {
    pub anchor: AnchorId,
    pub version: u64,
    pub asset: AssetId,
    pub material: MaterialId,
    pub hash: String,
    pub auth: String,
    pub logged_hash: Option<String>,
    pub envelope: String,
}

/// What of an envelope is authenticated.
#[derive(Debug)]
pub(crate) struct EnvelopeMark {
    pub material: MaterialId,
    pub hash: [u8; 32],
}

/// A signing key of the log, sealed.
#[derive(Debug, Clone)]
pub(crate) struct SealedSigningKey {
    pub record: String,
}

/// An account that signs, with its sealed key.
#[derive(Debug, Clone)]
pub(crate) struct SealedSigner {
    pub id: SignerId,
    pub name: String,
    pub address: String,
    pub record: String,
}

impl From<StoredEnvelope> for EnvelopeRow {
    fn from(row: StoredEnvelope) -> Self {
        Self {
            anchor: row.anchor_id,
            version: row.key_version,
            asset: row.asset_id,
            material: row.material_id,
            hash: row.hash,
            auth: row.auth,
            logged_hash: row.logged_hash,
            envelope: row.envelope,
        }
    }
}
