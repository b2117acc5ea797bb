//! The YubiKeys that are inserted now.

use std::panic::{AssertUnwindSafe, catch_unwind};

use qv_crypto::umk::HexBytes;
use yubikey::reader::{Context, Reader};
use yubikey::{Version, YubiKey};

use super::YubikeyError;
use super::retired::{OwnKey, RetiredSlot};
use crate::Availability;

/// An inserted YubiKey, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YubikeyFound {
    /// Its serial number.
    pub serial: u32,
    /// Its firmware.
    pub firmware: String,
    /// The reader that it is in.
    pub reader: String,
}

/// The YubiKeys that are inserted. Asks nobody, and changes nothing on them.
///
/// # Errors
/// [`YubikeyError::NoService`], and [`YubikeyError::InUse`] where one is kept by another program.
pub fn connected_yubikeys() -> Result<Vec<YubikeyFound>, YubikeyError> {
    let found = Connected::all()?.into_iter().map(|mut key| YubikeyFound {
        serial: key.serial(),
        firmware: key.session().version().to_string(),
        reader: key.session().name().to_owned(),
    });
    Ok(found.collect())
}

/// Whether a YubiKey is inserted.
#[must_use]
pub fn yubikey_availability() -> Availability {
    let missing = |why: &str, remedy: &str| Availability::Missing {
        why: why.into(),
        remedy: remedy.into(),
    };
    match Connected::all() {
        Ok(keys) if keys.is_empty() => missing("no YubiKey is inserted", "Insert it."),
        Ok(_) => Availability::Ready,
        Err(YubikeyError::NoService) => missing(
            "the smart card service does not run",
            "Install it: apt-get install pcscd",
        ),
        Err(error) => missing("the YubiKey does not answer", &format!("{error}.")),
    }
}

/// A YubiKey that is spoken to. Letting it go logs its PIN out, if it was given.
pub(super) struct Connected {
    /// Always there, until it is dropped.
    session: Option<YubiKey>,
    pub(super) is_logged_in: bool,
    serial: u32,
}

impl Connected {
    /// Every YubiKey that can be opened.
    fn all() -> Result<Vec<Self>, YubikeyError> {
        let explain = |error| YubikeyError::from_card(error, 0);
        let mut readers = Context::open().map_err(explain)?;
        let mut found = Vec::new();
        let mut kept = false;
        for reader in readers.iter().map_err(explain)? {
            match open(&reader) {
                Ok(session) => found.push(Self {
                    serial: session.serial().into(),
                    session: Some(session),
                    is_logged_in: false,
                }),
                Err(error) => {
                    kept |= YubikeyError::from_card(error, 0) == YubikeyError::InUse;
                }
            }
        }
        if found.is_empty() && kept {
            return Err(YubikeyError::InUse);
        }
        Ok(found)
    }

    /// The YubiKey that is named; the only one where none is.
    pub fn only(wanted: Option<u32>) -> Result<Self, YubikeyError> {
        let mut keys = Self::all()?;
        let serials: Vec<u32> = keys.iter().map(Self::serial).collect();
        if let Some(serial) = wanted {
            let at = serials.iter().position(|inserted| *inserted == serial);
            return at
                .map(|at| keys.swap_remove(at))
                .ok_or(YubikeyError::NotInserted {
                    serial,
                    inserted: serials,
                });
        }
        match (keys.pop(), keys.is_empty()) {
            (Some(key), true) => Ok(key),
            (Some(_), false) => Err(YubikeyError::Several { serials }),
            (None, _) => Err(YubikeyError::NoneInserted),
        }
    }

    /// The YubiKey that holds the key with this public point, and where it lies.
    pub fn holding(
        point: &HexBytes<65>,
        wanted: Option<u32>,
    ) -> Result<(Self, OwnKey), YubikeyError> {
        let mut inserted = Vec::new();
        for mut key in Self::all()? {
            inserted.push(key.serial());
            if wanted.is_none_or(|serial| serial == key.serial())
                && let Some(own) = RetiredSlot::holding(&mut key, point)?
            {
                return Ok((key, own));
            }
        }
        Err(match wanted {
            Some(serial) if !inserted.contains(&serial) => {
                YubikeyError::NotInserted { serial, inserted }
            }
            _ if inserted.is_empty() => YubikeyError::NoneInserted,
            _ => YubikeyError::NotHere { inserted },
        })
    }

    pub const fn serial(&self) -> u32 {
        self.serial
    }

    /// The connection itself.
    #[allow(clippy::unwrap_used, reason = "taken only when it is dropped")]
    pub fn session(&mut self) -> &mut YubiKey {
        self.session.as_mut().unwrap()
    }

    /// What an error of the card means.
    pub fn explain(&self, error: yubikey::Error) -> YubikeyError {
        YubikeyError::from_card(error, self.serial)
    }

    /// Refuses firmware that does not tell which slots hold a key: what looks free could be used.
    pub fn require_metadata(&mut self) -> Result<(), YubikeyError> {
        let version = self.session().version();
        let Version { major, minor, .. } = version;
        if (major, minor) >= (5, 3) {
            return Ok(());
        }
        Err(YubikeyError::TooOld {
            serial: self.serial,
            version: version.to_string(),
        })
    }
}

/// Opens what is in a reader. Any card may be there, and the crate panics at some answers that no
/// YubiKey gives.
fn open(reader: &Reader<'_>) -> yubikey::Result<YubiKey> {
    catch_unwind(AssertUnwindSafe(|| reader.open())).unwrap_or(Err(yubikey::Error::NotSupported))
}

impl Drop for Connected {
    fn drop(&mut self) {
        // Without a PIN there is nothing to log out, and a reset would disturb other programs.
        let disposition = if self.is_logged_in {
            pcsc::Disposition::ResetCard
        } else {
            pcsc::Disposition::LeaveCard
        };
        if let Some(session) = self.session.take() {
            // A card that is gone has forgotten its PIN; dropping what comes back tries once more.
            let _ = session.disconnect(disposition);
        }
    }
}
