//! What enters an info string: purposes of subkeys, and ids of a closed alphabet.

use std::borrow::Cow;
use std::fmt;

use qv_types::{AnchorId, MaterialId, SignerId, SlotId};

use super::Result;
use crate::CryptoError;

/// An id as text in an info string or a record's AAD: 1 to 64 of `A-Z a-z 0-9 -`. Without a
/// separator in the alphabet, no two different lists of ids concatenate to the same string.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InfoId(String);

impl InfoId {
    /// Takes an id of the right form.
    ///
    /// # Errors
    /// [`CryptoError::InvalidId`].
    pub fn parse(text: &str) -> Result<Self> {
        let fits = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(CryptoError::InvalidId)
        }
    }

    /// The id as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InfoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A UUID is always of the right form.
macro_rules! from_typed_ids {
    ($($id:ty),+) => {$(
        impl From<$id> for InfoId {
            fn from(id: $id) -> Self {
                Self(id.to_string())
            }
        }
    )+};
}
from_typed_ids!(AnchorId, MaterialId, SignerId, SlotId);

/// What a subkey of the UMK is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Recovery phrases.
    Mnemonic,
    /// Private keys of agent wallets.
    AgentPrivkey,
    /// The base of execution keys; nothing is sealed under it.
    ExecutionToken,
    /// The execution key (EK) of one authorization.
    ExecutionKey(InfoId),
    /// The private part of one anchor.
    Anchor(InfoId),
    /// The audit log's signing keys.
    AuditSigning,
    /// Keys that sign attestations on a chain.
    ChainSigner,
    /// Tokens of sync targets.
    VaultToken,
    /// Opaque names at sync targets.
    BlobIndex,
    /// The MAC that ties an envelope to this vault.
    EnvelopeAuth,
    /// The slots' key-encryption keys, kept for rotation.
    SlotKeks,
}

impl Purpose {
    /// The purpose as it stands in the info string.
    pub(super) fn info(&self) -> Cow<'static, str> {
        match self {
            Self::Mnemonic => "mnemonic".into(),
            Self::AgentPrivkey => "agent_privkey".into(),
            Self::ExecutionToken => "execution_token".into(),
            Self::ExecutionKey(id) => format!("execution_token:{id}").into(),
            Self::Anchor(id) => format!("anchor:{id}").into(),
            Self::AuditSigning => "audit_signing".into(),
            Self::ChainSigner => "chain_signer".into(),
            Self::VaultToken => "vault_token".into(),
            Self::BlobIndex => "blob_index".into(),
            Self::EnvelopeAuth => "envelope_auth".into(),
            Self::SlotKeks => "slot_keks".into(),
        }
    }
}
