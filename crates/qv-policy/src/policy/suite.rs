//! The name of a whole wrapping, made of the suites of [`qv_types::suite`].

use std::fmt;
use std::str::FromStr;

use qv_types::{AeadSuite, KemSuite};

/// What an asset is wrapped with, `{KEM}+HKDF-SHA256+{AEAD}` (MVP section 2.1, `wrapper_algorithm`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WrapSuite {
    /// Key encapsulation.
    pub kem: KemSuite,
    /// Authenticated encryption.
    pub aead: AeadSuite,
}

/// A text that names no wrapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a wrapping of the form KEM+HKDF-SHA256+AEAD")]
pub struct UnknownWrapping {
    /// What was given, at most 64 characters of it.
    pub given: String,
}

impl fmt::Display for WrapSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+HKDF-SHA256+{}", self.kem, self.aead)
    }
}

impl FromStr for WrapSuite {
    type Err = UnknownWrapping;

    fn from_str(text: &str) -> Result<Self, UnknownWrapping> {
        let unknown = || UnknownWrapping {
            given: text.chars().take(64).collect(),
        };
        // From the right, because a hybrid KEM has a `+` of its own.
        let mut parts = text.rsplitn(3, '+');
        let (aead, kdf, kem) = (
            parts.next().unwrap_or_default(),
            parts.next(),
            parts.next().unwrap_or_default(),
        );
        if !matches!(kdf, Some("HKDF-SHA256" | "HKDF-SHA-256")) {
            return Err(unknown());
        }
        Ok(Self {
            kem: kem.parse().map_err(|_| unknown())?,
            aead: aead.parse().map_err(|_| unknown())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrapping_round_trips_hybrids_included() {
        for &kem in KemSuite::ALL {
            for &aead in AeadSuite::ALL {
                let suite = WrapSuite { kem, aead };
                assert_eq!(suite.to_string().parse::<WrapSuite>(), Ok(suite));
            }
        }
        assert_eq!(
            "ML-KEM-1024+HKDF-SHA256+AES-256-GCM"
                .parse::<WrapSuite>()
                .map(|suite| suite.kem),
            Ok(KemSuite::MlKem1024)
        );
        for wrong in [
            "",
            "ML-KEM-1024",
            "ML-KEM-1024+AES-256-GCM",
            "RSA+HKDF-SHA256+AES-256-GCM",
            "ML-KEM-1024+MD5+AES-256-GCM",
            "+ML-KEM-1024+HKDF-SHA256+AES-256-GCM",
        ] {
            assert!(wrong.parse::<WrapSuite>().is_err(), "{wrong}");
        }
    }
}
