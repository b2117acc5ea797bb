//! What can go wrong with a YubiKey, in words that say what to do.

use qv_types::Code;

/// What a YubiKey, or the way to it, failed with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum YubikeyError {
    /// pcscd does not run.
    #[error(
        "the smart card service does not run; install it with `apt-get install pcscd`, or start it with `systemctl \
         start pcscd.socket`"
    )]
    NoService,
    /// Nothing is inserted.
    #[error("no YubiKey is inserted; insert it and try again")]
    NoneInserted,
    /// The named one is not inserted.
    #[error("YubiKey {serial} is not inserted{}", instead(inserted))]
    NotInserted {
        /// The one that was named.
        serial: u32,
        /// What is inserted.
        inserted: Vec<u32>,
    },
    /// Several are inserted.
    #[error(
        "several YubiKeys are inserted ({}); leave only one, or name one with --yubikey-serial",
        list(serials)
    )]
    Several {
        /// Their serial numbers.
        serials: Vec<u32>,
    },
    /// None of the inserted ones holds the slot's key.
    #[error(
        "{} not the slot's key; insert the YubiKey that was enrolled. If it was reset or its key was replaced, open \
         the vault with another slot and enrol it anew",
        holds(inserted)
    )]
    NotHere {
        /// What is inserted.
        inserted: Vec<u32>,
    },
    /// It was pulled out.
    #[error("YubiKey {serial} was removed before it was done; insert it and try again")]
    Removed {
        /// Its serial number.
        serial: u32,
    },
    /// Another program holds it.
    #[error(
        "another program uses the YubiKey for itself (often gpg's scdaemon: `gpgconf --kill scdaemon`); close it and \
         try again"
    )]
    InUse,
    /// The PIN is wrong.
    #[error("the PIN of YubiKey {serial} is wrong, {} before it blocks", tries(*tries_left))]
    WrongPin {
        /// Its serial number.
        serial: u32,
        /// How many tries are left.
        tries_left: u8,
    },
    /// The PIN is blocked.
    #[error(
        "the PIN of YubiKey {serial} is blocked; unblock it with its PUK: `ykman piv access unblock-pin`. Without the \
         PUK, open the vault with another slot"
    )]
    PinBlocked {
        /// Its serial number.
        serial: u32,
    },
    /// What was given cannot be a PIN.
    #[error("a YubiKey's PIN has 6 to 8 characters; nothing was tried")]
    NoPin,
    /// Nobody touched it.
    #[error("YubiKey {serial} was not touched in time; touch it while it blinks")]
    NotTouched {
        /// Its serial number.
        serial: u32,
    },
    /// The management key is neither the default one nor behind the PIN.
    #[error(
        "the management key of YubiKey {serial} was changed and is not kept on it; keep it there behind the PIN with \
         `ykman piv access change-management-key --generate --protect`, then try again"
    )]
    ManagementKey {
        /// Its serial number.
        serial: u32,
    },
    /// Not a retired slot.
    #[error("{0:x} is no slot for this; use a retired one, 82 to 95")]
    NoSuchSlot(u8),
    /// The slot holds something that is not this vault's.
    #[error(
        "slot {slot:x} of YubiKey {serial} is in use and was left as it is; choose another, or none to take the first \
         free one"
    )]
    SlotTaken {
        /// The slot.
        slot: u8,
        /// Serial number of the YubiKey.
        serial: u32,
    },
    /// Every retired slot is in use.
    #[error(
        "all 20 retired slots of YubiKey {serial} are in use; free one (`ykman piv info` shows them), or use another \
         YubiKey"
    )]
    NoFreeSlot {
        /// Its serial number.
        serial: u32,
    },
    /// The firmware does not tell what its slots hold.
    #[error(
        "YubiKey {serial} has firmware {version}, which does not tell what its slots hold; 5.3 or newer is needed"
    )]
    TooOld {
        /// Its serial number.
        serial: u32,
        /// Its firmware.
        version: String,
    },
    /// The key of a removed slot stays on the YubiKey.
    #[error(
        "the slot is gone, but its key stays in slot {slot:x} of YubiKey {serial}, whose management key is behind the \
         PIN; it opens nothing any more. To destroy it: `ykman piv keys generate {slot:x} -`, then `ykman piv \
         certificates delete {slot:x}`"
    )]
    KeyLeft {
        /// The slot.
        slot: u8,
        /// Serial number of the YubiKey.
        serial: u32,
    },
    /// It answered what it should not.
    #[error("the YubiKey did not answer with {0}; remove and insert it, then try again")]
    Answer(&'static str),
    /// It failed in another way.
    #[error("the YubiKey failed ({0}); remove and insert it, then try again")]
    Failed(String),
}

impl YubikeyError {
    /// What `error` of the YubiKey with this serial number means.
    pub(super) fn from_card(error: yubikey::Error, serial: u32) -> Self {
        match error {
            yubikey::Error::PcscError { inner: Some(error) } => Self::from_reader(error, serial),
            yubikey::Error::WrongPin { tries: 0 } | yubikey::Error::PinLocked => {
                Self::PinBlocked { serial }
            }
            yubikey::Error::WrongPin { tries } => Self::WrongPin {
                serial,
                tries_left: tries,
            },
            other => Self::Failed(other.to_string()),
        }
    }

    fn from_reader(error: pcsc::Error, serial: u32) -> Self {
        use pcsc::Error as E;
        match error {
            E::NoService | E::ServiceStopped => Self::NoService,
            E::SharingViolation => Self::InUse,
            E::RemovedCard
            | E::NoSmartcard
            | E::UnpoweredCard
            | E::UnresponsiveCard
            | E::UnknownReader
            | E::ReaderUnavailable
            | E::NoReadersAvailable
            | E::NotTransacted
            | E::CommError => Self::Removed { serial },
            other => Self::Failed(other.to_string()),
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::WrongPin { .. } => Code::WrongFactor,
            Self::NoPin | Self::NoSuchSlot(_) => Code::InvalidInput,
            Self::SlotTaken { .. } => Code::Conflict,
            _ => Code::FactorUnavailable,
        }
    }
}

fn list(serials: &[u32]) -> String {
    let serials: Vec<_> = serials.iter().map(ToString::to_string).collect();
    serials.join(", ")
}

fn instead(inserted: &[u32]) -> String {
    if inserted.is_empty() {
        "; insert it and try again".into()
    } else {
        format!(" ({} is); insert it and try again", list(inserted))
    }
}

fn holds(inserted: &[u32]) -> String {
    match inserted {
        [one] => format!("YubiKey {one} holds"),
        several => format!("YubiKeys {} hold", list(several)),
    }
}

fn tries(left: u8) -> String {
    match left {
        1 => "and one try is left".into(),
        more => format!("and {more} tries are left"),
    }
}
