//! A call for each request, with the type of its answer.

use qv_store::{Signer, StoredEnvelope};
use qv_types::suite::KemSuite;
use qv_types::{AnchorId, SignerId, VaultId};

use super::{
    AnchorKey, Answer, EnvelopeMark, EnvelopeRow, Keys, Request, SealedSigner, SealedSigningKey,
};
use crate::{AppError, SecretBytes};

/// An answer to another request than was made.
fn astray<T>(_: Answer) -> Result<T, AppError> {
    Err(AppError::Internal("an answer to another request".into()))
}

impl Keys {
    /// A new key pair for a version of an anchor: the public key, and the record of the private one.
    pub async fn make_anchor_key(
        &self,
        anchor: AnchorId,
        version: u64,
        kem: KemSuite,
    ) -> Result<(Vec<u8>, String), AppError> {
        let request = Request::MakeAnchorKey {
            anchor,
            version,
            kem,
        };
        match self.ask(request).await? {
            Answer::AnchorKey { public_key, record } => Ok((public_key, record)),
            other => astray(other),
        }
    }

    /// Makes sure that an anchor's public key belongs to its sealed private one.
    pub async fn check_anchor_key(&self, key: AnchorKey) -> Result<(), AppError> {
        match self.ask(Request::CheckAnchorKey(key)).await? {
            Answer::Done => Ok(()),
            other => astray(other),
        }
    }

    /// Opens an envelope of this vault with all its checks.
    pub async fn open_envelope(
        &self,
        key: AnchorKey,
        row: StoredEnvelope,
    ) -> Result<SecretBytes, AppError> {
        let request = Request::OpenEnvelopes {
            keys: vec![key],
            rows: vec![row.into()],
        };
        match self.ask(request).await? {
            Answer::Plaintexts(opened) => match opened.into_iter().next() {
                Some(opened) => opened,
                None => Err(AppError::Internal("no answer for an envelope".into())),
            },
            other => astray(other),
        }
    }

    /// Opens envelopes from a thread that may wait; one result for each, in their order.
    pub fn open_envelopes_blocking(
        &self,
        keys: Vec<AnchorKey>,
        rows: Vec<EnvelopeRow>,
    ) -> Result<Vec<Result<SecretBytes, AppError>>, AppError> {
        match self.ask_blocking(Request::OpenEnvelopes { keys, rows })? {
            Answer::Plaintexts(opened) => Ok(opened),
            other => astray(other),
        }
    }

    /// Opens an envelope from outside.
    pub async fn open_foreign(
        &self,
        key: AnchorKey,
        envelope: &str,
    ) -> Result<SecretBytes, AppError> {
        let request = Request::OpenForeign {
            key,
            envelope: envelope.to_owned(),
        };
        match self.ask(request).await? {
            Answer::Plaintext(plaintext) => Ok(plaintext),
            other => astray(other),
        }
    }

    /// Authenticates envelopes from a thread that may wait, in their order.
    pub fn authenticate_blocking(
        &self,
        marks: Vec<EnvelopeMark>,
    ) -> Result<Vec<[u8; 32]>, AppError> {
        match self.ask_blocking(Request::Authenticate(marks))? {
            Answer::Marks(marks) => Ok(marks),
            other => astray(other),
        }
    }

    /// The public keys of the log's sealed signing keys.
    pub async fn log_public_keys(
        &self,
        keys: [SealedSigningKey; 2],
    ) -> Result<[Vec<u8>; 2], AppError> {
        match self.ask(Request::LogPublicKeys(keys)).await? {
            Answer::PublicKeys(keys) => Ok(keys),
            other => astray(other),
        }
    }

    /// A signed note over size and root of the log.
    pub async fn sign_checkpoint(
        &self,
        keys: [SealedSigningKey; 2],
        vault: VaultId,
        size: u64,
        root: [u8; 32],
    ) -> Result<String, AppError> {
        let request = Request::SignCheckpoint {
            keys,
            vault,
            size,
            root,
        };
        match self.ask(request).await? {
            Answer::Note(note) => Ok(note),
            other => astray(other),
        }
    }

    /// A new account: its address, and the record of its key.
    pub async fn make_signer(&self, id: SignerId) -> Result<(String, String), AppError> {
        match self.ask(Request::MakeSigner(id)).await? {
            Answer::Signer { address, record } => Ok((address, record)),
            other => astray(other),
        }
    }

    /// An account that was brought: its address, and the record of its key.
    pub async fn seal_signer(
        &self,
        id: SignerId,
        key: SecretBytes,
    ) -> Result<(String, String), AppError> {
        match self.ask(Request::SealSigner { id, key }).await? {
            Answer::Signer { address, record } => Ok((address, record)),
            other => astray(other),
        }
    }

    /// Signs a drafted transaction.
    pub async fn sign_transaction(
        &self,
        signer: SealedSigner,
        unsigned: &qv_evm::Unsigned,
    ) -> Result<Vec<u8>, AppError> {
        let request = Request::SignTransaction {
            signer,
            unsigned: unsigned.to_bytes(),
        };
        match self.ask(request).await? {
            Answer::Transaction(raw) => Ok(raw),
            other => astray(other),
        }
    }
}

impl SealedSigner {
    pub fn new(row: &Signer, record: String) -> Self {
        Self {
            id: row.id,
            name: row.name.clone(),
            address: row.address.clone(),
            record,
        }
    }
}
