//! Key derivation: HKDF (RFC 5869).
//!
//! [`Prk`] keeps the state after extraction, so that many keys come from one secret for the price
//! of the expansions alone. Provider: RustCrypto (`docs/decisions/0003-crypto-providers.md`).

use hkdf::Hkdf;
use sha2::Sha256;

use super::KdfSuite;
use crate::CryptoError;
use crate::secret::Secret;

/// A pseudorandom key: a secret after extraction, ready to be expanded. Erased on drop.
pub struct Prk(Hkdf<Sha256>);

/// What a KDF suite does.
pub trait Kdf: Sized {
    /// Extracts a pseudorandom key from the secret `ikm`.
    #[must_use]
    fn extract(self, salt: &[u8], ikm: &[u8]) -> Prk;

    /// Derives `N` bytes from the secret `ikm`; `info` is the parts one after another.
    ///
    /// # Errors
    /// [`CryptoError::Provider`] for more than 8,160 bytes.
    fn derive<const N: usize>(
        self,
        ikm: &[u8],
        salt: &[u8],
        info: &[&[u8]],
    ) -> Result<Secret<N>, CryptoError> {
        self.extract(salt, ikm).expand(info)
    }
}

impl Kdf for KdfSuite {
    fn extract(self, salt: &[u8], ikm: &[u8]) -> Prk {
        match self {
            Self::HkdfSha256 => Prk(Hkdf::new(Some(salt), ikm)),
        }
    }
}

impl Prk {
    /// Expands to `N` bytes; `info` is the parts one after another.
    ///
    /// # Errors
    /// [`CryptoError::Provider`] for more than 8,160 bytes.
    pub fn expand<const N: usize>(&self, info: &[&[u8]]) -> Result<Secret<N>, CryptoError> {
        Secret::try_filled(|okm| self.expand_into(info, okm))
    }

    /// As [`Prk::expand`], into `okm`.
    ///
    /// # Errors
    /// [`CryptoError::Provider`] for more than 8,160 bytes.
    pub fn expand_into(&self, info: &[&[u8]], okm: &mut [u8]) -> Result<(), CryptoError> {
        self.0
            .expand_multi_info(info, okm)
            .map_err(|_| CryptoError::Provider("HKDF"))
    }
}

impl std::fmt::Debug for Prk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}
