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
    /// The PIN cannot be taken.
    #[error("this PIN cannot be used: {advice}")]
    TpmPinRefused {
        /// What is wrong with it.
        advice: &'static str,
    },
    /// The PCRs cannot be taken.
    #[error("these PCRs cannot be used: {why}; choose others with --tpm-pcrs")]
    TpmPcrs {
        /// What is wrong with them.
        why: String,
    },
    /// A PCR differs from what the secret was sealed to.
    #[error(
        "the TPM keeps the secret back: {} changed since it was sealed (new firmware, boot loader or Secure Boot keys, \
         or another system was started). If you know the cause, open the vault with another slot and run \
         `qv slots reseal`; if not, look into it first",
        named(pcrs)
    )]
    TpmPcrChanged {
        /// The PCRs.
        pcrs: Vec<u8>,
    },
    /// The TPM refused the PIN.
    #[error("the TPM refused the PIN; {}", tries(*left, *wait_s))]
    TpmWrongPin {
        /// Wrong ones that it still takes.
        left: u32,
        /// Seconds in which it forgives one.
        wait_s: u32,
    },
    /// The TPM takes no PIN now.
    #[error(
        "the TPM takes no PIN after too many wrong ones; it takes one more within {wait_s} s, or at once after \
         `tpm2_dictionarylockout --clear-lockout`. Until then open the vault with another slot"
    )]
    TpmLockout {
        /// Seconds in which it forgives one wrong PIN.
        wait_s: u32,
    },
    /// Another TPM, or this one after a clear.
    #[error(
        "this is not the TPM that the slot was sealed to, or it was cleared since; open the vault with another slot and \
         run `qv slots reseal`"
    )]
    TpmReplaced,
    /// The TPM went away in the middle.
    #[error("the TPM went away while {doing} ({code}); nothing was changed, try again")]
    TpmGone {
        /// What was going on.
        doing: &'static str,
        /// What the library says.
        code: String,
    },
    /// The TPM did not answer.
    #[error("the TPM did not answer within {seconds} s; try again, or restart the machine")]
    TpmSilent {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The TPM has no room.
    #[error(
        "the TPM has no room: other programs left theirs in it; use /dev/tpmrm0, which shares it, or run \
         `tpm2_flushcontext --transient-object`"
    )]
    TpmFull,
    /// The TPM failed in another way.
    #[error("the TPM failed while {doing}: {source}")]
    Tpm {
        /// What was going on.
        doing: &'static str,
        /// What it said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
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
            | Self::TpmPinRefused { .. }
            | Self::TpmPcrs { .. }
            | Self::WalletUnnamed
            | Self::KeypairFile { .. } => Code::InvalidInput,
            Self::TpmWrongPin { .. } | Self::OtherWallet { .. } | Self::WalletSignature(_) => {
                Code::WrongFactor
            }
            Self::TpmLockout { .. } => Code::Cooldown,
            Self::Unavailable { .. }
            | Self::KeyringLocked
            | Self::KeyringSilent { .. }
            | Self::SecretMissing { .. }
            | Self::NotKept
            | Self::WalletPage { .. }
            | Self::Keyring(_)
            | Self::TpmPcrChanged { .. }
            | Self::TpmReplaced
            | Self::TpmGone { .. }
            | Self::TpmSilent { .. }
            | Self::TpmFull
            | Self::Tpm { .. } => Code::FactorUnavailable,
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

/// `PCR 7` or `PCRs 0 and 7`.
fn named(pcrs: &[u8]) -> String {
    let texts: Vec<_> = pcrs.iter().map(ToString::to_string).collect();
    match texts.split_last() {
        Some((last, [])) => format!("PCR {last}"),
        Some((last, before)) => format!("PCRs {} and {last}", before.join(", ")),
        None => "a PCR".into(),
    }
}

fn tries(left: u32, wait_s: u32) -> String {
    match left {
        0 => format!("it takes no more now, and one again within {wait_s} s"),
        1 => "it takes one more wrong one".into(),
        more => format!("it takes {more} more wrong ones"),
    }
}
