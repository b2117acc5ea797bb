//! What the window asks a person, and how the core's prompts and notices read there.

use qv_app::{Notice, Prompt, SealError, Share, recovery, rotation};
use serde::Serialize;

/// A question as the window shows it.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Question {
    /// Its number, to be named by the answer.
    pub id: u32,
    /// What the slot is called that it is asked for, where several are gone through.
    pub slot: Option<String>,
    /// What the core said last: how to go on, or why an answer was not taken.
    pub told: Option<String>,
    /// What is asked for.
    #[serde(flatten)]
    pub what: Wanted,
}

/// What is asked for.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wanted {
    /// A passphrase that opens the slot.
    Passphrase,
    /// A new passphrase, twice.
    NewPassphrase,
    /// The PIN of the TPM.
    TpmPin,
    /// A new PIN for the TPM, twice.
    NewTpmPin,
    /// The PIN of a YubiKey.
    YubikeyPin {
        /// Its serial number.
        serial: u32,
        /// Wrong tries that are left.
        tries_left: u8,
    },
    /// A recovery share.
    Share {
        /// How many were given.
        given: u32,
        /// How many are needed, where that is known.
        needed: Option<u8>,
        /// The short name of their set, where it is known.
        set: Option<String>,
        /// Words of a share.
        words: u32,
    },
    /// A share that was handed over just now.
    ShareBack {
        /// Which one, from 1.
        index: u8,
        /// Of how many.
        total: u8,
        /// Words of a share.
        words: u32,
    },
    /// Where the new shares go.
    SharesReady {
        /// How many there are.
        total: u8,
    },
    /// A signature that was made on another machine.
    WalletSignature {
        /// What is to be signed.
        message: String,
    },
    /// Nothing: a wallet is waited for, on a page in the browser.
    AtWallet {
        /// The page's address, for a person whose browser did not open it. It serves once.
        url: String,
    },
    /// Nothing: a YubiKey waits to be touched.
    AtYubikey {
        /// Its serial number.
        serial: u32,
    },
    /// Nothing: the desktop may ask to unlock its keyring.
    AtKeyring,
    /// Whether these may be gone for good.
    Losses {
        /// Each with what is in the way of keeping it.
        lost: Vec<rotation::Missing>,
    },
}

impl Wanted {
    /// Whether a device is waited for, and the person is asked for nothing.
    pub(super) const fn is_a_wait(&self) -> bool {
        matches!(
            self,
            Self::AtWallet { .. } | Self::AtYubikey { .. } | Self::AtKeyring
        )
    }
}

/// What a prompt of the core is in the window.
///
/// # Errors
/// [`SealError::CannotAsk`] for one that is younger than this window.
pub(super) fn wanted(prompt: &Prompt) -> Result<Wanted, SealError> {
    let words = u32::try_from(Share::WORDS).unwrap_or(u32::MAX);
    Ok(match prompt {
        Prompt::Passphrase => Wanted::Passphrase,
        Prompt::NewPassphrase => Wanted::NewPassphrase,
        Prompt::TpmPin => Wanted::TpmPin,
        Prompt::NewTpmPin => Wanted::NewTpmPin,
        Prompt::YubikeyPin { serial, tries_left } => Wanted::YubikeyPin {
            serial: *serial,
            tries_left: *tries_left,
        },
        Prompt::Share { given, needed, set } => Wanted::Share {
            given: u32::try_from(*given).unwrap_or(u32::MAX),
            needed: *needed,
            set: set.as_ref().map(recovery::short),
            words,
        },
        Prompt::ShareBack { index, total } => Wanted::ShareBack {
            index: *index,
            total: *total,
            words,
        },
        Prompt::WalletSignature { message } => Wanted::WalletSignature {
            message: message.text.clone(),
        },
        _ => {
            return Err(SealError::CannotAsk(
                "something that this window does not know",
            ));
        }
    })
}

/// A notice of the core as a sentence; none where the window shows it in another way.
pub(super) fn told(notice: &Notice) -> Option<String> {
    Some(match notice {
        Notice::ShareRefused { why } | Notice::SignatureRefused { why } => {
            format!("Not taken: {why}")
        }
        Notice::KeypairIsOpenToOthers { path, mode } => {
            format!("Other accounts can read {path:?} (mode {mode:o}); close it with `chmod 600`.")
        }
        Notice::SignElsewhere { .. } => "Sign the message on the other machine.".into(),
        Notice::WalletChosen { address } => {
            format!(
                "The wallet is {address}. If it is not yours, cancel: somebody else answered the page."
            )
        }
        Notice::YubikeyDefaultPin { serial } => {
            format!(
                "YubiKey {serial} still has the PIN of every new one: change it with `ykman piv access change-pin`."
            )
        }
        _ => return None,
    })
}
