//! Why an authorization does not count.

use qv_crypto::CryptoError;
use qv_types::Code;

/// Why a challenge is none, or a signature authorizes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A value that no challenge can have.
    #[error("this is no authorization: {0}; start the act again")]
    Malformed(&'static str),
    /// The challenge would live longer than its purpose allows.
    #[error("an authorization of this purpose lives {limit_s} s at most; start the act again")]
    TooLong {
        /// The longest life in seconds.
        limit_s: u64,
    },
    /// What was signed is not what the challenge says.
    #[error(
        "the wallet signed another text than the one it was given; sign again, and nothing else"
    )]
    OtherText,
    /// Made for another vault.
    #[error("this authorization is for another vault; start the act again in this one")]
    OtherVault,
    /// Made for another wallet.
    #[error("this authorization is for another wallet; sign with the one that was asked")]
    OtherWallet,
    /// Made for another chain.
    #[error("this authorization is for another cluster; start the act again")]
    OtherCluster,
    /// Made for another purpose, subject, limits or request.
    #[error(
        "this authorization is for another act than the one that is to be done; start it again"
    )]
    OtherAct,
    /// No such nonce was issued here, or it was issued with other values.
    #[error("this authorization was not asked for here; start the act again")]
    UnknownNonce,
    /// It served already.
    #[error("this authorization was used before, and serves once; start the act again")]
    UsedNonce,
    /// Issued in the future by the verifier's clock.
    #[error("this authorization is not valid yet; set this machine's clock and start again")]
    NotYetValid,
    /// Its time is over.
    #[error("this authorization has expired; start the act again and sign at once")]
    Expired,
    /// The signature is not the wallet's over the text.
    #[error(
        "the signature does not fit: another account signed, or the wallet signed another form of the text (hardware \
         wallets often do); choose the right account, or another wallet"
    )]
    BadSignature(#[source] CryptoError),
    /// Too many for this subject lately.
    #[error(
        "this was done {most} times in the last {span_s} s, which is the limit; try again in {wait_s} s"
    )]
    TooMany {
        /// The limit.
        most: usize,
        /// The span that it counts in, in seconds.
        span_s: u64,
        /// Seconds until the next one counts.
        wait_s: u64,
    },
}

impl Refusal {
    /// The stable code that faces and scripts match on.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Malformed(_) | Self::TooLong { .. } => Code::InvalidInput,
            Self::BadSignature(_) | Self::OtherText | Self::OtherWallet => Code::WrongFactor,
            Self::TooMany { .. } => Code::Cooldown,
            Self::OtherVault
            | Self::OtherCluster
            | Self::OtherAct
            | Self::UnknownNonce
            | Self::UsedNonce
            | Self::NotYetValid
            | Self::Expired => Code::NotAllowed,
        }
    }
}
