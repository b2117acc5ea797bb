//! The one error type of this crate.

use qv_crypto::CryptoError;
use qv_crypto::umk::factor::FactorKind;
use qv_types::Code;

use crate::YubikeyError;

/// What enrolling, unsealing or forgetting a factor can fail with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The person declined to answer, or went away.
    #[error("cancelled: {0} was asked for and not given")]
    Declined(&'static str),
    /// There is nobody to ask.
    #[error(
        "{0} is needed, and there is nobody to ask; run the command in a terminal, or hand it over with --passphrase-fd"
    )]
    CannotAsk(&'static str),
    /// The passphrase is too easy to guess.
    #[error("this passphrase is too easy to guess. {advice}")]
    WeakPassphrase {
        /// What is wrong with it and what would be better, in sentences.
        advice: String,
    },
    /// The backend cannot work on this machine now.
    #[error("{kind} cannot be used: {why}. {remedy}")]
    Unavailable {
        /// The kind of factor.
        kind: FactorKind,
        /// What is missing.
        why: String,
        /// What to do about it.
        remedy: String,
    },
    /// The device or service is locked, and its person did not unlock it.
    #[error(
        "the keyring is locked; unlock it (sign in to the desktop, or open Passwords and Keys) and try again"
    )]
    KeyringLocked,
    /// The device or service did not answer.
    #[error(
        "the keyring did not answer within {seconds} s; answer its window if it shows one, or restart it"
    )]
    KeyringSilent {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The keyring holds no secret for the slot.
    #[error(
        "the keyring has no secret for slot {slot}: it was deleted, or the vault was enrolled on another machine or \
         account; open the vault with another slot and enrol the keyring anew"
    )]
    SecretMissing {
        /// The slot.
        slot: String,
    },
    /// What the keyring holds for the slot is not what was put there.
    #[error(
        "the keyring's secret for slot {slot} was changed ({what}); open the vault with another slot and enrol the \
         keyring anew"
    )]
    SecretChanged {
        /// The slot.
        slot: String,
        /// In which way.
        what: &'static str,
    },
    /// The keyring accepted a secret and did not keep it.
    #[error("the keyring did not keep the secret that it was given; choose another factor")]
    NotKept,
    /// Parameters that this backend did not write for this slot.
    #[error(
        "the slot's {kind} parameters are not the ones that were enrolled; the database was edited"
    )]
    ForeignParameters {
        /// The kind of factor.
        kind: FactorKind,
    },
    /// The keyring failed in another way.
    #[error("the keyring failed: {0}")]
    Keyring(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A share was read back that is not the one that was asked for.
    #[error("that is another share; share {asked} of the new set is asked for")]
    OtherShare {
        /// Its index, from 1.
        asked: u8,
    },
    /// New shares could not be handed over.
    #[error("the recovery shares were not handed over: {what}; nothing was stored")]
    HandingOver {
        /// What failed.
        what: String,
    },
    /// Another wallet than the one that is needed.
    #[error(
        "wallet {wanted} is needed, and {found} was given; choose that account, or name its keypair file"
    )]
    OtherWallet {
        /// The wallet that is needed.
        wanted: String,
        /// The one that was given.
        found: String,
    },
    /// No wallet is known, and none can be found this way.
    #[error("which wallet is not known; name its address with --wallet")]
    WalletUnnamed,
    /// A keypair file that cannot be used.
    #[error("the keypair file {path} cannot be used: {why}; name another with --wallet-file")]
    KeypairFile {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// What the wallet gave is no signature of its own over the message.
    #[error(
        "the wallet's signature does not fit the message: another account signed, or something was put around the text \
         (hardware wallets and `solana sign-offchain-message` do that); the signature must be over the text's own bytes"
    )]
    WalletSignature(#[source] CryptoError),
    /// The page in the browser came to nothing.
    #[error("the wallet's page failed: {why}")]
    WalletPage {
        /// In which way, and what to do.
        why: String,
    },
    /// A YubiKey failed.
    #[error(transparent)]
    Yubikey(#[from] YubikeyError),
    /// A derivation failed.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

impl SealError {
    /// The stable code that faces and scripts match on.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Declined(_) => Code::Cancelled,
            Self::CannotAsk(_)
            | Self::WeakPassphrase { .. }
            | Self::WalletUnnamed
            | Self::KeypairFile { .. } => Code::InvalidInput,
            Self::OtherWallet { .. } | Self::WalletSignature(_) => Code::WrongFactor,
            Self::Unavailable { .. }
            | Self::KeyringLocked
            | Self::KeyringSilent { .. }
            | Self::SecretMissing { .. }
            | Self::NotKept
            | Self::WalletPage { .. }
            | Self::Keyring(_) => Code::FactorUnavailable,
            Self::SecretChanged { .. } | Self::ForeignParameters { .. } => Code::Corrupt,
            Self::OtherShare { .. } => Code::WrongFactor,
            Self::HandingOver { .. } => Code::Storage,
            Self::Yubikey(error) => error.code(),
            Self::Crypto(error) => error.code(),
        }
    }
}

impl From<getrandom::Error> for SealError {
    fn from(error: getrandom::Error) -> Self {
        Self::Crypto(error.into())
    }
}
