//! The user master key (UMK) and what stands on it (crypto.md section 2).
//!
//! Invariants: the UMK is 32 random bytes, made once per vault and never derived from anything; it
//! leaves this module only as subkeys and as the record of an unlock slot; every id that enters
//! an info string or a record's AAD is an [`InfoId`], so that concatenated strings cannot collide.
//!
//! Start with [`Umk`]; [`slot`] says how it is wrapped, [`factor`] what opens a slot, [`record`]
//! how everything below it is sealed, [`wallet`] how a wallet's signature becomes a factor.

pub mod factor;
mod hexbytes;
mod hkdf;
mod info;
pub mod record;
pub mod sharing;
pub mod slot;
pub mod wallet;

#[cfg(test)]
mod vectors;

pub use hexbytes::HexBytes;
pub use info::{InfoId, Purpose};

use crate::CryptoError;
use crate::encoding::hex_encode;
use crate::locked::LockedSecret;
use crate::secret::{Secret, SecretBytes};
use crate::suite::hash::hmac_sha256;
use record::{Aad, VaultRecord};

type Result<T> = std::result::Result<T, CryptoError>;

/// The user master key. Lives in one locked page that is erased on drop.
#[derive(Debug, PartialEq, Eq)]
pub struct Umk(LockedSecret<32>);

impl Umk {
    /// Makes the key of a new vault from the operating system's randomness.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn make() -> Result<Self> {
        LockedSecret::try_filled(|bytes| getrandom::fill(bytes)).map(Self)
    }

    /// The subkey for `purpose`: HKDF-SHA-256 of the UMK with 32 zero bytes as salt.
    #[must_use]
    pub fn subkey(&self, purpose: &Purpose) -> Secret<32> {
        hkdf::derive(
            self.0.expose(),
            &[0; 32],
            &[b"QuantumVault:", purpose.info().as_bytes()],
        )
    }

    /// Seals `plaintext` as a record under the subkey that belongs to it.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn seal(&self, record: VaultRecord<'_>, plaintext: &[u8]) -> Result<String> {
        record::seal(
            &self.subkey(&record.purpose()),
            &Aad::Vault(record),
            plaintext,
        )
    }

    /// Opens what [`Umk::seal`] made for the same record. Compare the row's latest audit event
    /// first, with [`record::check_current`].
    ///
    /// # Errors
    /// [`CryptoError::Malformed`] and [`CryptoError::TagMismatch`].
    pub fn open(&self, record: VaultRecord<'_>, text: &str) -> Result<SecretBytes> {
        record::open(&self.subkey(&record.purpose()), &Aad::Vault(record), text)
    }

    /// The record of `place` under `new` in place of this key: what rotation makes of each. The
    /// plaintext lives only here, in between.
    ///
    /// # Errors
    /// As [`Umk::open`] and [`Umk::seal`].
    pub fn reseal(&self, new: &Self, place: VaultRecord<'_>, text: &str) -> Result<String> {
        new.seal(place, self.open(place, text)?.expose())
    }

    /// The name of an object at a sync target, which tells the target neither kind nor id: hex of
    /// HMAC-SHA-256 under the subkey `blob_index` (crypto.md section 7). `kind` is of the
    /// [`InfoId`] alphabet, so that it cannot hold the separator.
    #[must_use]
    pub fn opaque_name(&self, kind: &InfoId, id: &str) -> String {
        let key = self.subkey(&Purpose::BlobIndex);
        hex_encode(&hmac_sha256(
            key.expose(),
            &[kind.as_str().as_bytes(), &[0], id.as_bytes()],
        ))
    }

    pub(crate) fn from_secret(secret: &Secret<32>) -> Result<Self> {
        LockedSecret::copied_from(secret.expose()).map(Self)
    }

    pub(crate) fn secret(&self) -> &LockedSecret<32> {
        &self.0
    }
}
