//! Opening: the checks that need the key and the caller, in the specified order. The checks before
//! them, from JSON to hash, were made when the envelope was parsed.

use subtle::ConstantTimeEq as _;

use super::Envelope;
use super::seal::{BoundAad, WrapKeys, extract};
use super::vault::RowBinding;
use crate::CryptoError;
use crate::secret::{Secret, SecretBytes};
use crate::suite::{Aead as _, DecapsulationKey};

/// What the caller expects to find: an envelope of its own key, for the secret it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected<'a> {
    /// The anchor that the private key belongs to.
    pub anchor_id: &'a str,
    /// The private key's version.
    pub key_version: u64,
    /// The asset asked for.
    pub asset_id: &'a str,
    /// The material asked for.
    pub material_id: &'a str,
}

impl Envelope {
    /// Opens an envelope from outside a vault, which proves no sender.
    ///
    /// # Errors
    /// In this order: [`CryptoError::WrongAnchor`] for another anchor, key version or suite of the
    /// key, [`CryptoError::WrongContext`], [`CryptoError::CommitmentMismatch`],
    /// [`CryptoError::TagMismatch`]. No plaintext on any of them.
    pub fn open(
        &self,
        key: &DecapsulationKey,
        expected: &Expected<'_>,
    ) -> Result<SecretBytes, CryptoError> {
        self.check_anchor(key, expected)?;
        self.check_context(expected)?;
        self.decrypt(key)
    }

    /// Opens an envelope of a vault, which must be the one that the vault wrote last for the material.
    ///
    /// # Errors
    /// As [`Envelope::open`], with [`CryptoError::Substituted`] after [`CryptoError::WrongContext`].
    pub fn open_in_vault(
        &self,
        key: &DecapsulationKey,
        expected: &Expected<'_>,
        envelope_auth: &Secret<32>,
        row: &RowBinding,
    ) -> Result<SecretBytes, CryptoError> {
        self.check_anchor(key, expected)?;
        self.check_context(expected)?;
        row.check(envelope_auth, self)?;
        self.decrypt(key)
    }

    /// Opens an envelope for a caller that expects nothing and shows [`Envelope::context`] instead,
    /// as the stand-alone decryptor does.
    ///
    /// # Errors
    /// [`CryptoError::WrongAnchor`] for a key of another suite, [`CryptoError::CommitmentMismatch`]
    /// for another key, [`CryptoError::TagMismatch`].
    pub fn open_standalone(&self, key: &DecapsulationKey) -> Result<SecretBytes, CryptoError> {
        self.check_suite(key)?;
        self.decrypt(key)
    }

    fn check_anchor(
        &self,
        key: &DecapsulationKey,
        expected: &Expected<'_>,
    ) -> Result<(), CryptoError> {
        let own = &self.context;
        if own.anchor_id.as_str() != expected.anchor_id
            || own.key_version.get() != expected.key_version
        {
            return Err(CryptoError::WrongAnchor);
        }
        self.check_suite(key)
    }

    fn check_suite(&self, key: &DecapsulationKey) -> Result<(), CryptoError> {
        if key.suite() == self.suites.kem {
            Ok(())
        } else {
            Err(CryptoError::WrongAnchor)
        }
    }

    fn check_context(&self, expected: &Expected<'_>) -> Result<(), CryptoError> {
        let own = &self.context;
        if own.asset_id.as_str() == expected.asset_id
            && own.material_id.as_str() == expected.material_id
        {
            Ok(())
        } else {
            Err(CryptoError::WrongContext)
        }
    }

    fn decrypt(&self, key: &DecapsulationKey) -> Result<SecretBytes, CryptoError> {
        let shared_secret = key.decapsulate(&self.capsule)?;
        let prk = extract(self.suites.kdf, &self.capsule, &shared_secret);
        let aad = BoundAad::of(&self.context);
        let keys = WrapKeys::derive(&prk, &self.suites.info_prefix(), &aad)?;
        if !bool::from(keys.commitment().ct_eq(&self.commitment)) {
            return Err(CryptoError::CommitmentMismatch);
        }
        self.suites
            .aead
            .open(keys.key(), &self.iv, aad.text.as_bytes(), &self.ciphertext)
    }
}
