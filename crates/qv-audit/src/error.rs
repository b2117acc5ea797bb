//! What can be wrong with an event, a proof or a checkpoint.

use qv_types::Code;

/// An error of the audit log's arithmetic. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system's random source failed.
    #[error("the system's random source failed: {0}; nothing was recorded, try again")]
    Random(getrandom::Error),
    /// Metadata holds a number that has no canonical form.
    #[error("event metadata cannot be written canonically: {0}; use strings for such values")]
    Metadata(#[source] serde_json::Error),
    /// Stored bytes are not an event.
    #[error("a stored audit event cannot be read: {0}; run `qv audit verify`")]
    Event(#[source] serde_json::Error),
    /// A tree's stored state contradicts itself.
    #[error("the stored tree state is wrong: {0}; run `qv audit verify`")]
    TreeState(&'static str),
    /// A proof was asked for a position that the tree does not have.
    #[error("there is no proof for position {position} in a log of {size} events")]
    OutOfRange {
        /// What was asked for.
        position: u64,
        /// How many events the tree has.
        size: u64,
    },
    /// A proof does not lead to the root.
    #[error(
        "the {0} proof does not lead to the checkpoint's root: the log or the proof was changed"
    )]
    BadProof(&'static str),
    /// A checkpoint's text breaks the form of C2SP tlog-checkpoint or signed-note.
    #[error("malformed checkpoint: {0}")]
    Malformed(&'static str),
    /// A checkpoint could not be signed.
    #[error("the checkpoint could not be signed: {0}")]
    Sign(#[source] qv_crypto::CryptoError),
    /// A checkpoint lacks a valid signature of one of the log's own keys.
    #[error("the checkpoint has no single valid {0} signature by this log's key: do not trust it")]
    BadSignature(&'static str),
}

impl Error {
    /// The stable code that faces match on.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Random(_) => Code::Internal,
            Self::Metadata(_) | Self::OutOfRange { .. } => Code::InvalidInput,
            Self::Event(_) | Self::TreeState(_) => Code::Corrupt,
            Self::Sign(error) => error.code(),
            Self::BadProof(_) | Self::Malformed(_) | Self::BadSignature(_) => Code::CheckFailed,
        }
    }
}
