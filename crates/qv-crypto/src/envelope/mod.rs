//! The wrapping envelope `qv-wrap-v1` (crypto.md section 4): one secret, sealed to a public key and
//! bound to the anchor, asset and material that it belongs to.
//!
//! Invariants: an [`Envelope`] that exists is well formed and its hash fits its content; its text is
//! canonical JSON. Opening makes its checks in the specified order, reports the first that fails
//! and gives no plaintext then. A shared secret lives within one sealing call.
//!
//! What an envelope does not prove: anyone with the public key can make one that opens. Inside a
//! vault the row's [`vault::RowBinding`] tells the vault's own from others. The length of the plaintext
//! is public.
//!
//! Start with [`seal()`] and [`Envelope::open`]; [`context`] has the types that both speak of.

pub mod context;
mod json;
mod open;
mod parse;
mod seal;
pub mod vault;

#[cfg(test)]
mod remake_tests;

use std::fmt;
use std::sync::Arc;

pub use self::context::{Context, ContextId, CreatedAt, KeyVersion};
pub use self::open::Expected;
pub use self::seal::{seal, seal_many};
pub use self::vault::RowBinding;
use crate::encoding::hex_encode;
use crate::suite::{AeadSuite, KdfSuite, KemSuite};

/// The format's name and version.
pub const VERSION: &str = "qv-wrap-v1";
/// Most bytes of a plaintext. Larger ones are files (`qv-file-v1`).
pub const MAX_PLAINTEXT_LEN: usize = 1 << 20;
/// Most bytes of an envelope's JSON, white space around it included.
pub const MAX_JSON_LEN: usize = 16 << 20;

/// A sealed secret with everything that its opening needs beside the private key.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    suites: Suites,
    context: Context,
    capsule: Arc<[u8]>,
    iv: Vec<u8>,
    /// With the tag at its end.
    ciphertext: Vec<u8>,
    commitment: [u8; 32],
    hash: [u8; 32],
    json: String,
}

/// The algorithms of one envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Suites {
    kem: KemSuite,
    kdf: KdfSuite,
    aead: AeadSuite,
}

impl Suites {
    /// The part of HKDF's info that stands before the hash of the associated data.
    fn info_prefix(self) -> String {
        format!("{VERSION}:{}:{}:{}:", self.kem, self.kdf, self.aead)
    }
}

impl Envelope {
    /// The KEM suite of the key that opens it.
    #[must_use]
    pub fn kem(&self) -> KemSuite {
        self.suites.kem
    }

    /// The AEAD suite of its ciphertext.
    #[must_use]
    pub fn aead(&self) -> AeadSuite {
        self.suites.aead
    }

    /// What it is bound to.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The encapsulated key. Envelopes of one batch share it.
    #[must_use]
    pub fn capsule(&self) -> &[u8] {
        &self.capsule
    }

    /// SHA-256 of the canonical JSON of all other members: an identifier and a detector of
    /// accidents, no protection against forgery.
    #[must_use]
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// The hash as the JSON has it.
    #[must_use]
    pub fn hash_hex(&self) -> String {
        hex_encode(&self.hash)
    }

    /// The envelope as canonical JSON: the form to store.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// As [`Envelope::as_json`], without a copy.
    #[must_use]
    pub fn into_json(self) -> String {
        self.json
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("suites", &self.suites)
            .field("context", &self.context)
            .field("hash", &self.hash_hex())
            .finish_non_exhaustive()
    }
}
