//! How a backend asks the person, whatever the face.

use qv_crypto::secret::SecretBytes;
use qv_crypto::umk::HexBytes;

use crate::SealError;
use crate::shares::Handout;
use crate::wallet::Message;

/// A face, as far as a backend needs one.
pub trait Interaction {
    /// Asks for a secret and waits for it. What comes back is exactly what was typed, without the
    /// end of the line.
    ///
    /// # Errors
    /// [`SealError::Declined`] and [`SealError::CannotAsk`].
    fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError>;

    /// Hands over the shares of a new set and waits until the person has them. They exist nowhere
    /// else, and each is asked for next ([`Prompt::ShareBack`]).
    ///
    /// # Errors
    /// [`SealError::Declined`]; [`SealError::CannotAsk`], also for a face that has no way to do it;
    /// [`SealError::HandingOver`].
    fn hand_over(&mut self, handout: &Handout<'_>) -> Result<(), SealError> {
        let _ = handout;
        Err(SealError::CannotAsk(
            "someone who takes the recovery shares",
        ))
    }

    /// Tells the person something while the backend goes on; returns at once.
    fn notify(&mut self, notice: &Notice);
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prompt {
    /// A passphrase that opens the slot.
    Passphrase,
    /// A new passphrase. A face where it cannot be seen while it is typed asks for it twice.
    NewPassphrase,
    /// The PIN of the slot's TPM.
    TpmPin,
    /// A new PIN for the TPM. A face where it cannot be seen while it is typed asks for it twice.
    NewTpmPin,
    /// A recovery share, as words or hex digits.
    Share {
        /// How many of the set were given already.
        given: usize,
        /// How many are needed, where that is known.
        needed: Option<u8>,
        /// The set, where it is known.
        set: Option<HexBytes<16>>,
    },
    /// A recovery share that was handed over just now, to prove that it was kept.
    ShareBack {
        /// Which one, from 1.
        index: u8,
        /// Of how many.
        total: u8,
    },
    /// The signature that a wallet on another machine made over the message.
    WalletSignature {
        /// What it was to sign.
        message: Message,
    },
    /// The PIN of a YubiKey.
    YubikeyPin {
        /// Its serial number.
        serial: u32,
        /// How many wrong ones block it.
        tries_left: u8,
    },
}

impl Prompt {
    /// What is asked for, as the subject of a sentence.
    #[must_use]
    pub const fn what(&self) -> &'static str {
        match self {
            Self::Passphrase => "the passphrase",
            Self::NewPassphrase => "a new passphrase",
            Self::TpmPin => "the TPM's PIN",
            Self::NewTpmPin => "a new PIN for the TPM",
            Self::Share { .. } => "a recovery share",
            Self::ShareBack { .. } => "each share that was handed over",
            Self::WalletSignature { .. } => "the wallet's signature",
            Self::YubikeyPin { .. } => "the YubiKey's PIN",
        }
    }
}

/// What the person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The passphrase is being worked on, with so much memory.
    Deriving {
        /// Memory in MiB.
        memory_mib: u32,
    },
    /// The desktop may show a window that asks to unlock the keyring.
    KeyringMayAsk,
    /// What is asked for next is for this slot.
    ForSlot {
        /// What the slot is called.
        label: String,
    },
    /// A share that was given is not taken; it is asked for again.
    ShareRefused {
        /// Why, and what to do.
        why: String,
    },
    /// The wallet's keypair file can be read by other accounts.
    KeypairIsOpenToOthers {
        /// The file.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// A wallet on another machine is to sign; [`Prompt::WalletSignature`] follows.
    SignElsewhere {
        /// What.
        message: Message,
        /// The text as a QR code for a terminal, where it fits into one.
        qr: Option<String>,
    },
    /// The signature that was given is none, and is asked for again.
    SignatureRefused {
        /// What is wrong with it.
        why: String,
    },
    /// The wallet that connected, whose signatures make the factor.
    WalletChosen {
        /// Its address.
        address: String,
    },
    /// A page for the wallet was opened in the browser.
    WalletPage {
        /// Its address, for a person whose browser did not open it. It serves once.
        url: String,
    },
    /// The YubiKey waits to be touched.
    TouchYubikey {
        /// Its serial number.
        serial: u32,
    },
    /// The YubiKey still has the PIN that every new one has.
    YubikeyDefaultPin {
        /// Its serial number.
        serial: u32,
    },
}
