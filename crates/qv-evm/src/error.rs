//! What can go wrong, with messages that say what to do and never show what the RPC address hides.

use qv_types::Code;

use crate::money::Wei;
use crate::registry::Revert;
use crate::{Address, B256};

/// An error of the attestation client. Every text from outside is already cleaned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The RPC address cannot be used.
    #[error("the RPC address cannot be used: {0}")]
    InvalidUrl(&'static str),
    /// The 32 bytes are no secp256k1 private key.
    #[error("the signer key is not a valid secp256k1 private key; import another")]
    InvalidKey,
    /// A payload breaks a rule of its schema.
    #[error("not a qv-attestation-v1 payload: {0}")]
    InvalidPayload(String),
    /// The node did not answer.
    #[error(
        "the chain node at {endpoint} cannot be reached ({detail}); check the address and the network, then try again"
    )]
    Unreachable {
        /// Scheme, host and port.
        endpoint: String,
        /// What failed.
        detail: String,
    },
    /// The node answered with something that is no JSON-RPC answer, or with an impossible value.
    #[error("the chain node at {endpoint} gave an unusable answer ({detail}); use another node")]
    BadAnswer {
        /// Scheme, host and port.
        endpoint: String,
        /// What was wrong.
        detail: String,
    },
    /// The node refused a request.
    #[error("the chain node at {endpoint} refused the request: {detail}")]
    Refused {
        /// Scheme, host and port.
        endpoint: String,
        /// The node's words, cleaned.
        detail: String,
    },
    /// The node serves another chain than the configured one.
    #[error(
        "the node serves chain {actual}, but chain {expected} is configured; correct the RPC address or the chain id"
    )]
    WrongChain {
        /// The configured chain id.
        expected: u64,
        /// The node's chain id.
        actual: u64,
    },
    /// The chain has no base fee.
    #[error("this chain has no EIP-1559 fees, which attestations need; use another chain")]
    NoBaseFee,
    /// There is no attestation registry at the address.
    #[error(
        "{address} holds no attestation registry ({reason}); deploy one or correct the address"
    )]
    NotRegistry {
        /// The configured address.
        address: Address,
        /// What is missing.
        reason: &'static str,
    },
    /// The transaction would cost more than allowed.
    #[error(
        "the transaction may cost up to {needed}, more than the cap of {cap}; wait for lower fees or raise the cap"
    )]
    FeeCap {
        /// What it may cost at most.
        needed: Wei,
        /// The configured cap.
        cap: Wei,
    },
    /// The signer cannot pay.
    #[error("the signer {signer} cannot pay for the transaction; send it funds on this chain")]
    InsufficientFunds {
        /// The signer's address.
        signer: Address,
    },
    /// The registry would refuse the call.
    #[error("the registry would refuse the attestation: {0}")]
    WouldRevert(Revert),
    /// Stored transaction bytes are not what this crate made for this signer and chain.
    #[error(
        "the stored transaction is not one of this signer and chain ({0}); restore the database from a backup"
    )]
    ForeignTransaction(&'static str),
    /// A deployment was not mined in the time given.
    #[error("transaction {hash} was sent but not mined in time; look it up before sending another")]
    NotMined {
        /// The transaction that may still be mined.
        hash: B256,
    },
    /// A transaction was mined and reverted.
    #[error("transaction {hash} was refused by the chain: {revert}")]
    Reverted {
        /// The transaction.
        hash: B256,
        /// Why.
        revert: Revert,
    },
    /// A defect of ours.
    #[error("internal error: {0}; please report it")]
    Internal(&'static str),
}

impl Error {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::InvalidUrl(_)
            | Self::WrongChain { .. }
            | Self::NotRegistry { .. }
            | Self::NoBaseFee => Code::InvalidConfig,
            Self::InvalidKey | Self::InvalidPayload(_) => Code::InvalidInput,
            Self::Unreachable { .. } => Code::Unreachable,
            Self::BadAnswer { .. } | Self::Refused { .. } => Code::BadPeer,
            Self::FeeCap { .. } => Code::NotAllowed,
            Self::WouldRevert(Revert::AlreadyRecorded { .. }) => Code::Conflict,
            Self::InsufficientFunds { .. }
            | Self::WouldRevert(_)
            | Self::NotMined { .. }
            | Self::Reverted { .. } => Code::Chain,
            Self::ForeignTransaction(_) => Code::Corrupt,
            Self::Internal(_) => Code::Internal,
        }
    }
}
