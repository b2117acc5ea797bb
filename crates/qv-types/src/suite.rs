//! The names of the suites, and the sizes that belong to them.
//!
//! A suite is an algorithm under the name that is stored with every key, ciphertext and signature,
//! and that policies ask for. This is the only list of them. Names are taken byte for byte. A name
//! here says that the suite exists, not that this version can compute with it: that is decided where
//! its keys are made, in `qv-crypto`.

crate::word_enums! { exact;
    /// Key encapsulation: a secret shared with the holder of a private key.
    KemSuite ("a KEM suite") {
        /// FIPS 203, category 5: the default.
        MlKem1024 = "ML-KEM-1024",
        /// FIPS 203, category 3.
        MlKem768 = "ML-KEM-768",
        /// X-Wing (draft-connolly-cfrg-xwing-kem).
        XWing = "X25519+ML-KEM-768",
        /// ECDH on P-384 beside ML-KEM-768.
        P384MlKem768 = "P-384+ML-KEM-768",
        /// ECDH on P-384 beside ML-KEM-1024: the default where a policy says HYBRID.
        P384MlKem1024 = "P-384+ML-KEM-1024",
    }
    /// Authenticated encryption with associated data. Keys have 32 bytes, tags 16.
    AeadSuite ("an AEAD suite") {
        /// SP 800-38D, the default. At most 2^32 messages with random nonces under one key.
        Aes256Gcm = "AES-256-GCM",
        /// Nonces so long that random ones never collide.
        XChaCha20Poly1305 = "XChaCha20-Poly1305",
        /// RFC 8452: a repeated nonce only shows that two messages are equal.
        Aes256GcmSiv = "AES-256-GCM-SIV",
    }
    /// Key derivation.
    KdfSuite ("a KDF suite") {
        /// RFC 5869 with SHA-256.
        HkdfSha256 = "HKDF-SHA-256",
    }
    /// Signatures.
    SignatureSuite ("a signature suite") {
        /// FIPS 204, category 3.
        MlDsa65 = "ML-DSA-65",
        /// FIPS 204, category 5.
        MlDsa87 = "ML-DSA-87",
        /// FIPS 205, category 5, for long-term roots.
        SlhDsaSha2256s = "SLH-DSA-SHA2-256s",
        /// Round 3, category 1.
        Falcon512 = "Falcon-512",
        /// Round 3, category 5.
        Falcon1024 = "Falcon-1024",
        /// RFC 8032: classical.
        Ed25519 = "Ed25519",
    }
}

impl KemSuite {
    /// Length of a public key in bytes.
    #[must_use]
    pub const fn public_key_len(self) -> usize {
        match self {
            Self::MlKem1024 => 1568,
            Self::MlKem768 => 1184,
            Self::XWing => 1184 + 32,
            Self::P384MlKem768 => 97 + 1184,
            Self::P384MlKem1024 => 97 + 1568,
        }
    }

    /// Length of a capsule in bytes.
    #[must_use]
    pub const fn capsule_len(self) -> usize {
        match self {
            Self::MlKem1024 => 1568,
            Self::MlKem768 => 1088,
            Self::XWing => 1088 + 32,
            Self::P384MlKem768 => 97 + 1088,
            Self::P384MlKem1024 => 97 + 1568,
        }
    }

    /// Length of the stored form of a private key in bytes: its seeds.
    #[must_use]
    pub const fn private_key_len(self) -> usize {
        match self {
            Self::MlKem1024 | Self::MlKem768 => 64,
            Self::XWing => 32,
            Self::P384MlKem768 | Self::P384MlKem1024 => 48 + 64,
        }
    }

    /// The post-quantum part of a hybrid; the suite itself where it is post-quantum alone.
    #[must_use]
    pub const fn post_quantum_part(self) -> Self {
        match self {
            Self::MlKem1024 | Self::P384MlKem1024 => Self::MlKem1024,
            Self::MlKem768 | Self::XWing | Self::P384MlKem768 => Self::MlKem768,
        }
    }

    /// Whether a classical key agreement stands beside ML-KEM.
    #[must_use]
    pub const fn is_hybrid(self) -> bool {
        !matches!(self, Self::MlKem1024 | Self::MlKem768)
    }
}

impl AeadSuite {
    /// Length of a nonce in bytes.
    #[must_use]
    pub const fn nonce_len(self) -> usize {
        match self {
            Self::Aes256Gcm | Self::Aes256GcmSiv => 12,
            Self::XChaCha20Poly1305 => 24,
        }
    }
}

impl SignatureSuite {
    /// Length of a public key in bytes.
    #[must_use]
    pub const fn public_key_len(self) -> usize {
        match self {
            Self::MlDsa65 => 1952,
            Self::MlDsa87 => 2592,
            Self::SlhDsaSha2256s => 64,
            Self::Falcon512 => 897,
            Self::Falcon1024 => 1793,
            Self::Ed25519 => 32,
        }
    }

    /// Length of a signature in bytes; `None` for Falcon, whose compressed signatures vary.
    #[must_use]
    pub const fn signature_len(self) -> Option<usize> {
        match self {
            Self::MlDsa65 => Some(3309),
            Self::MlDsa87 => Some(4627),
            Self::SlhDsaSha2256s => Some(29_792),
            Self::Falcon512 | Self::Falcon1024 => None,
            Self::Ed25519 => Some(64),
        }
    }

    /// Whether a quantum computer leaves it standing.
    #[must_use]
    pub const fn is_post_quantum(self) -> bool {
        !matches!(self, Self::Ed25519)
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::*;

    fn round_trips<S>(all: &[S], word: fn(S) -> &'static str)
    where
        S: FromStr + Copy + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned,
    {
        for &suite in all {
            assert_eq!(word(suite).parse().ok(), Some(suite));
            let json = serde_json::to_value(suite).unwrap();
            assert_eq!(json, word(suite));
            assert_eq!(serde_json::from_value::<S>(json).unwrap(), suite);
        }
    }

    #[test]
    fn names_round_trip_in_text_and_json() {
        round_trips(KemSuite::ALL, KemSuite::as_str);
        round_trips(AeadSuite::ALL, AeadSuite::as_str);
        round_trips(KdfSuite::ALL, KdfSuite::as_str);
        round_trips(SignatureSuite::ALL, SignatureSuite::as_str);
    }

    #[test]
    fn names_are_taken_byte_for_byte() {
        for name in [
            "ml-kem-1024",
            "ML_KEM_1024",
            "ML-KEM-1024 ",
            "ML-KEM-512",
            "X-Wing",
            "",
        ] {
            let error = name.parse::<KemSuite>().unwrap_err().to_string();
            assert!(
                error.contains("a KEM suite; use one of ML-KEM-1024, "),
                "{error}"
            );
            assert!(serde_json::from_value::<KemSuite>(name.into()).is_err());
        }
        for name in ["ml-dsa-65", "ML-DSA-44", "ED25519"] {
            assert!(name.parse::<SignatureSuite>().is_err(), "{name}");
        }
        assert!(serde_json::from_str::<AeadSuite>("\"AES-128-GCM\"").is_err());
    }

    #[test]
    fn hybrids_and_their_post_quantum_parts() {
        for &suite in KemSuite::ALL {
            assert_eq!(suite.is_hybrid(), suite != suite.post_quantum_part());
            assert!(suite.as_str().ends_with(suite.post_quantum_part().as_str()));
            assert_eq!(suite.is_hybrid(), suite.as_str().contains('+'));
        }
    }
}
