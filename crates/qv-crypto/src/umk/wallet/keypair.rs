//! A Solana keypair that lies in a file, as Solana's own tools write it.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{Result, WalletAddress};
use crate::CryptoError;
use crate::secret::{Secret, SecretBytes};

/// The keypair of a Solana wallet.
pub struct SolanaKeypair {
    key: SigningKey,
    address: WalletAddress,
}

impl SolanaKeypair {
    /// Reads a keypair file: a JSON list of 64 numbers, seed then public key. The caller erases
    /// `json`.
    ///
    /// # Errors
    /// [`CryptoError::Malformed`]; [`CryptoError::InvalidPrivateKey`] where the public key is not
    /// the seed's.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let Numbers(bytes) = serde_json::from_slice(json).map_err(|_| MALFORMED)?;
        let (seed, public) = bytes.expose().split_at(32);
        let seed = Secret::<32>::copied_from(seed).ok_or(MALFORMED)?;
        let key = SigningKey::from_bytes(seed.expose());
        if key.verifying_key().as_bytes() != public {
            return Err(CryptoError::InvalidPrivateKey { suite: "Ed25519" });
        }
        let address = bs58::encode(public).into_string().parse()?;
        Ok(Self { key, address })
    }

    /// Its address.
    #[must_use]
    pub const fn address(&self) -> &WalletAddress {
        &self.address
    }

    /// Signs the bytes of `text`. A signature may be key material.
    #[must_use]
    pub fn sign(&self, text: &str) -> SecretBytes {
        SecretBytes::copied_from(&self.key.sign(text.as_bytes()).to_bytes())
    }
}

impl fmt::Debug for SolanaKeypair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SolanaKeypair({})", self.address)
    }
}

const MALFORMED: CryptoError =
    CryptoError::Malformed("a Solana keypair file is a JSON list of 64 numbers, 0 to 255");

/// 64 numbers, filled in place.
struct Numbers(Secret<64>);

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_seq(Fill)
    }
}

struct Fill;

impl<'de> Visitor<'de> for Fill {
    type Value = Numbers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("64 numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Numbers, A::Error> {
        let secret = Secret::try_filled(|bytes| {
            for byte in bytes.iter_mut() {
                *byte = list
                    .next_element()?
                    .ok_or_else(|| de::Error::custom("too few"))?;
            }
            match list.next_element::<u8>()? {
                None => Ok(()),
                Some(_) => Err(de::Error::custom("too many")),
            }
        });
        secret.map(Numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file that `solana-keygen` writes for the seed 1, 1, … 1.
    fn file(seed: u8) -> Vec<u8> {
        let key = SigningKey::from_bytes(&[seed; 32]);
        serde_json::to_vec(&key.to_keypair_bytes().to_vec()).unwrap()
    }

    #[test]
    fn what_a_keypair_signs_its_address_verifies() {
        let keypair = SolanaKeypair::parse(&file(1)).unwrap();
        assert_eq!(
            keypair.address().as_str(),
            "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9"
        );
        let signature = keypair.sign("text");
        assert!(keypair.address().verify("text", &signature).is_ok());
        assert!(keypair.address().verify("other", &signature).is_err());
        assert!(format!("{keypair:?}").ends_with(&format!("({})", keypair.address())));
    }

    #[test]
    fn anything_else_is_refused() {
        let good = String::from_utf8(file(1)).unwrap();
        let others = [
            String::new(),
            "[]".into(),
            "{}".into(),
            good.replace(']', ",1]"),
            good.replacen("[1,", "[", 1),
            good.replacen("[1,", "[256,", 1),
            good.replacen("[1,", "[-1,", 1),
            good.replacen("[1,", "[1.0,", 1),
            format!("{good}x"),
        ];
        for other in others {
            assert_eq!(
                SolanaKeypair::parse(other.as_bytes()).unwrap_err(),
                MALFORMED,
                "{other}"
            );
        }
        let mismatched = good.replacen("[1,", "[2,", 1);
        assert!(matches!(
            SolanaKeypair::parse(mismatched.as_bytes()),
            Err(CryptoError::InvalidPrivateKey { .. })
        ));
    }
}
