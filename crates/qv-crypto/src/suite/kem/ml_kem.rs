//! ML-KEM (FIPS 203) through liboqs and aws-lc.
//!
//! Keys are derived from seeds by liboqs, the one of the two that can; encapsulation and
//! decapsulation go to the provider that [`ParameterSet`] names. Numbers behind the choice:
//! `docs/decisions/0003-crypto-providers.md`.

use std::sync::LazyLock;

use aws_lc_rs::kem as aws;
use oqs::kem as liboqs;
use zeroize::Zeroizing;

use super::{Encapsulation, SHARED_SECRET_LEN};
use crate::CryptoError;
use crate::secret::{Secret, SecretBytes};

const FAILED: CryptoError = CryptoError::Provider("ML-KEM");

/// Prime modulus of ML-KEM.
const Q: u16 = 3329;
/// Length of the seed ρ at the end of a public key, in bytes.
const RHO_LEN: usize = 32;

/// A library that serves encapsulation and decapsulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Provider {
    #[cfg_attr(not(test), allow(dead_code, reason = "chosen by no suite at present"))]
    Liboqs,
    AwsLc,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ParameterSet {
    MlKem768,
    MlKem1024,
}

impl ParameterSet {
    /// The one line to change for another provider.
    const fn provider(self) -> Provider {
        match self {
            Self::MlKem768 => Provider::AwsLc,
            Self::MlKem1024 => Provider::AwsLc,
        }
    }

    pub(super) const fn public_key_len(self) -> usize {
        match self {
            Self::MlKem768 => 1184,
            Self::MlKem1024 => 1568,
        }
    }

    fn aws_lc(self) -> &'static aws::Algorithm {
        match self {
            Self::MlKem768 => &aws::ML_KEM_768,
            Self::MlKem1024 => &aws::ML_KEM_1024,
        }
    }

    fn liboqs(self) -> Result<&'static liboqs::Kem, CryptoError> {
        static ML_KEM_768: LazyLock<Option<liboqs::Kem>> =
            LazyLock::new(|| load(liboqs::Algorithm::MlKem768));
        static ML_KEM_1024: LazyLock<Option<liboqs::Kem>> =
            LazyLock::new(|| load(liboqs::Algorithm::MlKem1024));
        fn load(algorithm: liboqs::Algorithm) -> Option<liboqs::Kem> {
            oqs::init();
            liboqs::Kem::new(algorithm).ok()
        }
        match self {
            Self::MlKem768 => ML_KEM_768.as_ref(),
            Self::MlKem1024 => ML_KEM_1024.as_ref(),
        }
        .ok_or(FAILED)
    }
}

pub(super) enum PublicKey {
    Liboqs(ParameterSet, Box<[u8]>),
    AwsLc(aws::EncapsulationKey),
}

impl PublicKey {
    /// `None` for a wrong length or a coefficient from the modulus up (FIPS 203 section 7.2).
    pub(super) fn parse(set: ParameterSet, bytes: &[u8]) -> Option<Self> {
        Self::parse_for(set.provider(), set, bytes)
    }

    pub(super) fn parse_for(provider: Provider, set: ParameterSet, bytes: &[u8]) -> Option<Self> {
        if bytes.len() != set.public_key_len() || !coefficients_are_reduced(bytes) {
            return None;
        }
        match provider {
            Provider::Liboqs => Some(Self::Liboqs(set, bytes.into())),
            Provider::AwsLc => aws::EncapsulationKey::new(set.aws_lc(), bytes)
                .ok()
                .map(Self::AwsLc),
        }
    }

    pub(super) fn encapsulate(&self) -> Result<Encapsulation, CryptoError> {
        match self {
            Self::Liboqs(set, bytes) => {
                let kem = set.liboqs()?;
                let key = kem.public_key_from_bytes(bytes).ok_or(FAILED)?;
                let (capsule, secret) = kem.encapsulate(key).map_err(|_| FAILED)?;
                let secret = Zeroizing::new(secret.into_vec());
                Ok(Encapsulation {
                    capsule: capsule.into_vec(),
                    shared_secret: shared_secret(&secret)?,
                })
            }
            Self::AwsLc(key) => {
                let (capsule, secret) = key.encapsulate().map_err(|_| FAILED)?;
                Ok(Encapsulation {
                    capsule: capsule.as_ref().to_vec(),
                    shared_secret: shared_secret(secret.as_ref())?,
                })
            }
        }
    }
}

/// Whether each 12-bit coefficient of the encoded vector is below the modulus.
fn coefficients_are_reduced(public_key: &[u8]) -> bool {
    let vector = public_key
        .get(..public_key.len().saturating_sub(RHO_LEN))
        .unwrap_or_default();
    vector.chunks(3).all(|three| match *three {
        [low, middle, high] => {
            let first = u16::from(low) | (u16::from(middle & 0x0f) << 8);
            let second = u16::from(middle >> 4) | (u16::from(high) << 4);
            first < Q && second < Q
        }
        _ => false,
    })
}

pub(super) struct PrivateKey {
    set: ParameterSet,
    expanded: SecretBytes,
    /// Present where aws-lc decapsulates.
    aws_lc: Option<aws::DecapsulationKey>,
}

impl PrivateKey {
    /// The key pair of the seed d ‖ z (FIPS 203 algorithm 16); the public key as bytes.
    pub(super) fn derive(set: ParameterSet, seed: &[u8]) -> Result<(Self, Vec<u8>), CryptoError> {
        let kem = set.liboqs()?;
        let seed = kem.keypair_seed_from_bytes(seed).ok_or(FAILED)?;
        let (public, private) = kem.keypair_derand(seed).map_err(|_| FAILED)?;
        let key = Self::from_expanded(set.provider(), set, SecretBytes::from(private.into_vec()))?;
        Ok((key, public.into_vec()))
    }

    pub(super) fn from_expanded(
        provider: Provider,
        set: ParameterSet,
        expanded: SecretBytes,
    ) -> Result<Self, CryptoError> {
        let aws_lc = match provider {
            Provider::Liboqs => None,
            Provider::AwsLc => Some(
                aws::DecapsulationKey::new(set.aws_lc(), expanded.expose()).map_err(|_| FAILED)?,
            ),
        };
        Ok(Self {
            set,
            expanded,
            aws_lc,
        })
    }

    /// The private key in the form of FIPS 203.
    pub(super) fn expanded(&self) -> &[u8] {
        self.expanded.expose()
    }

    pub(super) fn decapsulate(
        &self,
        capsule: &[u8],
    ) -> Result<Secret<SHARED_SECRET_LEN>, CryptoError> {
        if let Some(key) = &self.aws_lc {
            return shared_secret(
                key.decapsulate(capsule.into())
                    .map_err(|_| FAILED)?
                    .as_ref(),
            );
        }
        let kem = self.set.liboqs()?;
        let key = kem
            .secret_key_from_bytes(self.expanded.expose())
            .ok_or(FAILED)?;
        let capsule = kem.ciphertext_from_bytes(capsule).ok_or(FAILED)?;
        let secret = Zeroizing::new(
            kem.decapsulate(key, capsule)
                .map_err(|_| FAILED)?
                .into_vec(),
        );
        shared_secret(&secret)
    }
}

fn shared_secret(bytes: &[u8]) -> Result<Secret<SHARED_SECRET_LEN>, CryptoError> {
    Secret::copied_from(bytes).ok_or(FAILED)
}
