//! The hot wallet's key. It pays for attestations and says who made them; it guards nothing else.

use std::fmt;

use alloy::primitives::Signature;
use alloy::signers::SignerSync;
use alloy::signers::local::PrivateKeySigner;

use crate::{Address, B256, Error};

/// A secp256k1 private key, erased from memory on drop. No Clone, no Debug that shows it.
pub struct Signer {
    key: PrivateKeySigner,
}

impl Signer {
    /// Takes the 32 bytes of a private key (big-endian scalar). The copy made here is erased on drop; the
    /// given one stays the caller's to erase.
    ///
    /// # Errors
    /// [`Error::InvalidKey`] where they are zero or not below the group order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Error> {
        PrivateKeySigner::from_slice(bytes.as_slice())
            .map(|key| Self { key })
            .map_err(|_| Error::InvalidKey)
    }

    /// The account's address.
    #[must_use]
    pub fn address(&self) -> Address {
        self.key.address()
    }

    /// Signs a transaction's hash (RFC 6979, so the same transaction always gets the same bytes).
    pub(crate) fn sign(&self, hash: &B256) -> Result<Signature, Error> {
        self.key
            .sign_hash_sync(hash)
            .map_err(|_| Error::Internal("a transaction hash could not be signed"))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}, [redacted])", self.address())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_the_keys_and_the_key_stays_hidden() {
        // The first account of the public test mnemonic "test test … junk".
        let bytes = hex::decode("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
            .unwrap();
        let signer = Signer::from_bytes(&bytes.try_into().unwrap()).unwrap();
        assert_eq!(
            signer.address().to_string(),
            "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
        );
        assert!(!format!("{signer:?}").to_lowercase().contains("ac0974"));
    }

    #[test]
    fn impossible_keys_are_refused() {
        for bytes in [[0; 32], [0xff; 32]] {
            assert_eq!(Signer::from_bytes(&bytes).unwrap_err(), Error::InvalidKey);
        }
    }
}
