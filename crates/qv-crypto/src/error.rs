//! The one error type of this crate.
//!
//! Variants say which check failed; their messages say what that means to the user. None carries
//! key material, plaintext or ciphertext.

use qv_types::{Code, UnknownWord};

/// What a cryptographic operation can fail with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    // -- Suites (crypto.md section 1)
    /// The suite is not built into this version.
    #[error(
        "`{name}` is not {kind} that this version knows; use a newer version or another algorithm"
    )]
    UnknownSuite {
        /// What was asked for, at most 64 characters of it.
        name: String,
        /// Kind of suite, with its article.
        kind: &'static str,
    },
    /// A public key that its suite refuses: length, point or coefficient.
    #[error("this is no valid {suite} public key; get it again from where it came from")]
    InvalidPublicKey {
        /// The suite's name.
        suite: &'static str,
    },
    /// A private key that its suite refuses, or that does not fit its public key.
    #[error(
        "this is no valid {suite} private key, or it does not belong to the public key beside it"
    )]
    InvalidPrivateKey {
        /// The suite's name.
        suite: &'static str,
    },
    /// A capsule of the wrong length, or whose point is not on the curve.
    #[error(
        "the encapsulated key is not a valid {suite} capsule; the envelope is damaged or forged"
    )]
    InvalidCapsule {
        /// The suite's name.
        suite: &'static str,
    },
    /// The signature is not the key's over this message in this role.
    #[error(
        "the {suite} signature does not verify; what it covers was changed or is not from this signer"
    )]
    BadSignature {
        /// The suite's name.
        suite: &'static str,
    },
    /// The AEAD tag does not fit: other key, other associated data or changed ciphertext.
    #[error("decryption failed: the data was changed, or was sealed with another key or context")]
    TagMismatch,
    /// The operating system has no randomness to give.
    #[error("the operating system gave no random bytes; try again")]
    NoRandomness,
    /// A provider failed where it cannot, or a length is outside what a primitive allows.
    #[error("{0} failed inside the cryptographic library; this is a defect, please report it")]
    Provider(&'static str),

    // -- Encodings
    /// Bytes or text that do not follow their format.
    #[error("malformed: {0}")]
    Malformed(&'static str),

    // -- Envelopes (crypto.md section 4)
    /// Another format version than this one reads.
    #[error("format version `{found}` is not known; open it with a newer version of QuantumVault")]
    UnknownVersion {
        /// What the input names, at most 64 characters of it.
        found: String,
    },
    /// The stored hash is not that of the content: damaged by accident, or edited.
    #[error("the envelope's hash does not fit its content; it was damaged, take it from a backup")]
    HashMismatch,
    /// Sealed for another anchor, another version of it or another kind of key.
    #[error("the envelope is sealed for another anchor key than this one")]
    WrongAnchor,
    /// Sealed for another asset or another piece of material.
    #[error("the envelope belongs to another asset or another material than the one asked for")]
    WrongContext,
    /// Not the envelope that this vault stored last under this material.
    #[error(
        "this is not the envelope that the vault wrote for this material: it was replaced or put back"
    )]
    Substituted,
    /// The key does not fit the envelope's commitment.
    #[error(
        "the envelope's key commitment does not fit: other private key, or the envelope was changed"
    )]
    CommitmentMismatch,
    /// The plaintext is larger than an envelope may hold.
    #[error(
        "{len} bytes are too large for an envelope (at most {max}); encrypt it as a file instead"
    )]
    PlaintextTooLarge {
        /// Length of the plaintext in bytes.
        len: usize,
        /// Most bytes allowed.
        max: usize,
    },
    /// Two secrets of one sealing call have the same context.
    #[error("two secrets of this batch have the same asset, material and time; each needs its own")]
    DuplicateContext,

    // -- Slots, records and factors (crypto.md sections 2 and 6)
    /// An id with other characters than an info string may hold.
    #[error("an id here is 1 to 64 letters, digits and hyphens")]
    InvalidId,
    /// Not an address, or not its one spelling.
    #[error("this is no wallet address: {0}; copy it from the wallet")]
    InvalidWallet(&'static str),
    /// Two signatures over one message differ, so the wallet cannot be a factor.
    #[error(
        "this wallet signs the same message differently each time, so it could never open its slot again; \
         use another wallet or another factor"
    )]
    UnsteadyWallet,
    /// The descriptor names a kind of factor that this version does not know.
    #[error("the slot needs a kind of factor that this version does not know; use a newer version")]
    UnknownFactorKind,
    /// One slot or group would have two factors of one kind.
    #[error(
        "a slot takes each kind of factor once, and was given `{kind}` twice; make a second slot instead"
    )]
    DuplicateFactor {
        /// The kind.
        kind: &'static str,
    },
    /// Other factors than the slot needs.
    #[error("the slot opens with {needed}, and was given {given}")]
    FactorsDiffer {
        /// The kinds that the slot or group needs, joined by `+`.
        needed: String,
        /// The kinds that were presented.
        given: String,
    },
    /// A slot that a quantum attacker with the database alone could open, not asked for by name.
    #[error(
        "a quantum computer could open a slot of {kinds} with the database alone; add a factor such as passphrase, \
         keyring or tpm, or ask for a classical slot by name"
    )]
    ClassicalSlot {
        /// The slot's kinds.
        kinds: String,
    },
    /// The slot is another vault's.
    #[error("this slot belongs to another vault; open it with the database that it was made in")]
    WrongVault,
    /// Empty, or not UTF-8.
    #[error("the passphrase is empty or no valid text; type one")]
    InvalidPassphrase,
    /// Argon2id costs outside the limits; nothing was computed.
    #[error(
        "Argon2id with {m_kib} KiB, {t} passes and {p} lanes is outside the limits (64 MiB to 4 GiB, 3 to 64, 4 to 16); \
         the slot was edited, take it from a backup"
    )]
    CostRefused {
        /// Memory in KiB.
        m_kib: u32,
        /// Passes.
        t: u32,
        /// Lanes.
        p: u32,
    },
    /// The memory for Argon2id is not to be had.
    #[error(
        "there is not enough free memory to check this passphrase; close other programs and try again"
    )]
    OutOfMemory,
    /// Not a scheme of `k` of `n`.
    #[error("{k} of {n} is no way to share a secret: at least 2, and at most 16 in all")]
    ThresholdRefused {
        /// Shares needed.
        k: usize,
        /// Shares in all.
        n: usize,
    },
    /// Fewer shares or groups than needed.
    #[error("{have} of the {need} shares that are needed; give {} more", need.saturating_sub(*have))]
    TooFewShares {
        /// Shares given.
        have: usize,
        /// Shares needed.
        need: usize,
    },
    /// One share was given twice.
    #[error("share {index} was given twice; give each once")]
    DuplicateShare {
        /// Its index, from 1.
        index: u8,
    },
    /// Shares of different sets, ceremonies or thresholds.
    #[error("the shares are not of one set; look at the set number printed on each")]
    MixedShares,
    /// Not a share, mistyped, or not on the others' polynomial.
    #[error("a share is wrong: {0}; compare it with what is printed")]
    BadShare(&'static str),
    /// A word of a share that is none of the list.
    #[error(
        "word {position} of the share is not of the English BIP-39 list; compare it with what is printed"
    )]
    UnknownShareWord {
        /// Which word, from 1.
        position: usize,
    },
}

/// The only words that this crate parses are the names of suites.
impl From<UnknownWord> for CryptoError {
    fn from(word: UnknownWord) -> Self {
        Self::UnknownSuite {
            name: word.given,
            kind: word.what,
        }
    }
}

impl CryptoError {
    /// The stable code that faces and scripts match on. [`CryptoError::CommitmentMismatch`] and
    /// [`CryptoError::TagMismatch`] share theirs, because over a network they must not differ.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::UnknownSuite { .. }
            | Self::UnknownVersion { .. }
            | Self::InvalidPublicKey { .. }
            | Self::InvalidPrivateKey { .. }
            | Self::Malformed(_)
            | Self::PlaintextTooLarge { .. }
            | Self::DuplicateContext => Code::InvalidInput,
            Self::WrongAnchor | Self::WrongContext => Code::Conflict,
            Self::BadSignature { .. } => Code::CheckFailed,
            Self::InvalidCapsule { .. }
            | Self::HashMismatch
            | Self::Substituted
            | Self::CommitmentMismatch
            | Self::TagMismatch => Code::Corrupt,
            Self::InvalidId
            | Self::InvalidWallet(_)
            | Self::UnknownFactorKind
            | Self::DuplicateFactor { .. }
            | Self::FactorsDiffer { .. }
            | Self::InvalidPassphrase
            | Self::ThresholdRefused { .. }
            | Self::TooFewShares { .. }
            | Self::DuplicateShare { .. }
            | Self::MixedShares => Code::InvalidInput,
            Self::UnsteadyWallet | Self::ClassicalSlot { .. } => Code::NotAllowed,
            Self::WrongVault => Code::Conflict,
            Self::CostRefused { .. } => Code::Corrupt,
            Self::BadShare(_) | Self::UnknownShareWord { .. } => Code::WrongFactor,
            Self::OutOfMemory => Code::Busy,
            Self::NoRandomness | Self::Provider(_) => Code::Internal,
        }
    }
}

impl From<getrandom::Error> for CryptoError {
    fn from(_: getrandom::Error) -> Self {
        Self::NoRandomness
    }
}
