//! Key encapsulation: [`EncapsulationKey`] is the public side, [`DecapsulationKey`] the private.
//!
//! Invariants: a key that exists is valid (length, coefficients below the modulus, point on the
//! curve, scalar in range), so encapsulation checks nothing twice. Private keys are kept as the
//! seeds that the specification stores, and a new or imported pair has been tried once.
//!
//! One file per construction: [`ml_kem`] with its two providers, [`x_wing`], [`p384`].

mod ml_kem;
mod p384;
mod x_wing;

#[cfg(test)]
mod provider_tests;

use subtle::ConstantTimeEq as _;

use self::ml_kem::ParameterSet;
use super::KemSuite;
use crate::CryptoError;
use crate::secret::{Secret, SecretBytes};

/// Length of a shared secret in bytes, in every suite.
pub const SHARED_SECRET_LEN: usize = 32;

/// What an encapsulation gives: the capsule to send, and the secret that only the holder of the
/// private key gets out of it again.
#[derive(Debug)]
pub struct Encapsulation {
    /// The capsule, of [`KemSuite::capsule_len`] bytes.
    pub capsule: Vec<u8>,
    /// The shared secret.
    pub shared_secret: Secret<SHARED_SECRET_LEN>,
}

/// A public key, parsed and checked once. May be used from several threads at a time.
pub struct EncapsulationKey {
    suite: KemSuite,
    bytes: Box<[u8]>,
    inner: Public,
}

enum Public {
    MlKem(ml_kem::PublicKey),
    XWing(x_wing::PublicKey),
    P384(p384::PublicKey),
}

impl EncapsulationKey {
    /// Parses a public key and makes every check that its suite asks for (FIPS 203 section 7.2,
    /// SEC 1 section 3.2.2.1).
    ///
    /// # Errors
    /// [`CryptoError::InvalidPublicKey`].
    pub fn from_bytes(suite: KemSuite, bytes: &[u8]) -> Result<Self, CryptoError> {
        let inner = if bytes.len() == suite.public_key_len() {
            Public::parse(suite, bytes)
        } else {
            None
        };
        let inner = inner.ok_or(CryptoError::InvalidPublicKey {
            suite: suite.as_str(),
        })?;
        Ok(Self {
            suite,
            bytes: bytes.into(),
            inner,
        })
    }

    /// Makes a shared secret and the capsule that carries it. Each call is a fresh one.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`], [`CryptoError::Provider`].
    pub fn encapsulate(&self) -> Result<Encapsulation, CryptoError> {
        match &self.inner {
            Public::MlKem(key) => key.encapsulate(),
            Public::XWing(key) => key.encapsulate(),
            Public::P384(key) => key.encapsulate(self.suite),
        }
    }

    /// The suite.
    #[must_use]
    pub fn suite(&self) -> KemSuite {
        self.suite
    }

    /// The stored form, of [`KemSuite::public_key_len`] bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Public {
    fn parse(suite: KemSuite, bytes: &[u8]) -> Option<Self> {
        match suite {
            KemSuite::MlKem1024 => {
                ml_kem::PublicKey::parse(ParameterSet::MlKem1024, bytes).map(Self::MlKem)
            }
            KemSuite::MlKem768 => {
                ml_kem::PublicKey::parse(ParameterSet::MlKem768, bytes).map(Self::MlKem)
            }
            KemSuite::XWing => x_wing::PublicKey::parse(bytes).map(Self::XWing),
            KemSuite::P384MlKem768 => {
                p384::PublicKey::parse(ParameterSet::MlKem768, bytes).map(Self::P384)
            }
            KemSuite::P384MlKem1024 => {
                p384::PublicKey::parse(ParameterSet::MlKem1024, bytes).map(Self::P384)
            }
        }
    }
}

impl PartialEq for EncapsulationKey {
    fn eq(&self, other: &Self) -> bool {
        self.suite == other.suite && self.bytes == other.bytes
    }
}

impl Eq for EncapsulationKey {}

impl std::fmt::Debug for EncapsulationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EncapsulationKey")
            .field("suite", &self.suite)
            .finish_non_exhaustive()
    }
}

/// A private key with its public one. May be used from several threads at a time.
pub struct DecapsulationKey {
    seeds: SecretBytes,
    inner: Private,
    public: EncapsulationKey,
}

enum Private {
    MlKem(ml_kem::PrivateKey),
    XWing(x_wing::PrivateKey),
    P384(p384::PrivateKey),
}

impl DecapsulationKey {
    /// Makes a new key pair from the system's randomness.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`], [`CryptoError::Provider`].
    pub fn make(suite: KemSuite) -> Result<Self, CryptoError> {
        let seeds = SecretBytes::try_filled(suite.private_key_len(), getrandom::fill)?;
        match Self::from_seeds(suite, seeds.expose()) {
            // A scalar of 0 or from n up, which randomness gives once in 2^190 times.
            Err(CryptoError::InvalidPrivateKey { .. }) => Self::make(suite),
            made => made.and_then(Self::tried),
        }
    }

    /// The key pair that the stored form of the private key stands for (crypto.md section 1).
    ///
    /// # Errors
    /// [`CryptoError::InvalidPrivateKey`] for a wrong length or a scalar out of range.
    pub fn from_seeds(suite: KemSuite, seeds: &[u8]) -> Result<Self, CryptoError> {
        let invalid = CryptoError::InvalidPrivateKey {
            suite: suite.as_str(),
        };
        if seeds.len() != suite.private_key_len() {
            return Err(invalid);
        }
        let (inner, public) = Private::derive(suite, seeds)?.ok_or(invalid)?;
        let public = EncapsulationKey::from_bytes(suite, &public)?;
        Ok(Self {
            seeds: SecretBytes::copied_from(seeds),
            inner,
            public,
        })
    }

    /// Takes over a key pair from outside: both parts are checked, must belong together, and the
    /// pair is tried once.
    ///
    /// # Errors
    /// [`CryptoError::InvalidPrivateKey`], [`CryptoError::InvalidPublicKey`].
    pub fn import(suite: KemSuite, seeds: &[u8], public: &[u8]) -> Result<Self, CryptoError> {
        let public = EncapsulationKey::from_bytes(suite, public)?;
        let pair = Self::from_seeds(suite, seeds)?;
        if pair.public != public {
            return Err(CryptoError::InvalidPrivateKey {
                suite: suite.as_str(),
            });
        }
        pair.tried()
    }

    /// As [`DecapsulationKey::import`], for an ML-KEM private key in its expanded form of FIPS 203,
    /// which is accepted only with the seeds that reproduce it.
    ///
    /// # Errors
    /// [`CryptoError::InvalidPrivateKey`], also for a suite that is not plain ML-KEM.
    pub fn import_expanded(
        suite: KemSuite,
        seeds: &[u8],
        expanded: &[u8],
    ) -> Result<Self, CryptoError> {
        let pair = Self::from_seeds(suite, seeds)?;
        match &pair.inner {
            Private::MlKem(key) if bool::from(key.expanded().ct_eq(expanded)) => pair.tried(),
            _ => Err(CryptoError::InvalidPrivateKey {
                suite: suite.as_str(),
            }),
        }
    }

    /// Gets the shared secret out of a capsule. A capsule that was made for another key, or changed,
    /// gives an unrelated secret (implicit rejection): only what is sealed under it can tell.
    ///
    /// # Errors
    /// [`CryptoError::InvalidCapsule`] for a wrong length or a point that is not on the curve.
    pub fn decapsulate(&self, capsule: &[u8]) -> Result<Secret<SHARED_SECRET_LEN>, CryptoError> {
        let suite = self.suite();
        let invalid = CryptoError::InvalidCapsule {
            suite: suite.as_str(),
        };
        if capsule.len() != suite.capsule_len() {
            return Err(invalid);
        }
        match &self.inner {
            Private::MlKem(key) => key.decapsulate(capsule),
            Private::XWing(key) => key.decapsulate(capsule),
            Private::P384(key) => key.decapsulate(suite, capsule)?.ok_or(invalid),
        }
    }

    /// The suite.
    #[must_use]
    pub fn suite(&self) -> KemSuite {
        self.public.suite
    }

    /// The public key.
    #[must_use]
    pub fn encapsulation_key(&self) -> &EncapsulationKey {
        &self.public
    }

    /// The stored form of the private key, of [`KemSuite::private_key_len`] bytes.
    #[must_use]
    pub fn seeds(&self) -> &SecretBytes {
        &self.seeds
    }

    /// Tries the pair once (SP 800-227 section 3.1, pair-wise consistency).
    fn tried(self) -> Result<Self, CryptoError> {
        let trial = self.public.encapsulate()?;
        if self.decapsulate(&trial.capsule)? == trial.shared_secret {
            Ok(self)
        } else {
            Err(CryptoError::InvalidPrivateKey {
                suite: self.suite().as_str(),
            })
        }
    }
}

impl Private {
    /// The private key and the bytes of its public one; `None` where the seeds are out of range.
    fn derive(suite: KemSuite, seeds: &[u8]) -> Result<Option<(Self, Vec<u8>)>, CryptoError> {
        Ok(match suite {
            KemSuite::MlKem1024 => {
                let (key, public) = ml_kem::PrivateKey::derive(ParameterSet::MlKem1024, seeds)?;
                Some((Self::MlKem(key), public))
            }
            KemSuite::MlKem768 => {
                let (key, public) = ml_kem::PrivateKey::derive(ParameterSet::MlKem768, seeds)?;
                Some((Self::MlKem(key), public))
            }
            KemSuite::XWing => {
                let (key, public) = x_wing::PrivateKey::derive(seeds)?;
                Some((Self::XWing(key), public))
            }
            KemSuite::P384MlKem768 => p384::PrivateKey::derive(ParameterSet::MlKem768, seeds)?
                .map(|(key, public)| (Self::P384(key), public)),
            KemSuite::P384MlKem1024 => p384::PrivateKey::derive(ParameterSet::MlKem1024, seeds)?
                .map(|(key, public)| (Self::P384(key), public)),
        })
    }
}

impl std::fmt::Debug for DecapsulationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecapsulationKey")
            .field("suite", &self.suite())
            .finish_non_exhaustive()
    }
}

/// Whether `capsule` has the length and, in the P-384 suites, the point of its suite.
///
/// # Errors
/// [`CryptoError::InvalidCapsule`].
pub fn check_capsule(suite: KemSuite, capsule: &[u8]) -> Result<(), CryptoError> {
    let point_valid = match suite {
        KemSuite::MlKem1024 | KemSuite::MlKem768 | KemSuite::XWing => true,
        KemSuite::P384MlKem768 | KemSuite::P384MlKem1024 => p384::point_is_valid(capsule),
    };
    if capsule.len() == suite.capsule_len() && point_valid {
        Ok(())
    } else {
        Err(CryptoError::InvalidCapsule {
            suite: suite.as_str(),
        })
    }
}
