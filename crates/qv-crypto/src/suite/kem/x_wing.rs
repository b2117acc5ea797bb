//! `X25519+ML-KEM-768`: X-Wing (draft-connolly-cfrg-xwing-kem-06 and later).
//!
//! Keys and capsules have the ML-KEM part first. An all-zero X25519 result is not an error: the
//! combiner binds the point and the public key. X25519 is RustCrypto's, because aws-lc refuses
//! that result.

use sha3::{Digest as _, Sha3_256};
use shake::{ExtendableOutput as _, Shake256, XofReader as _};
use x25519_dalek::{PublicKey as Point, StaticSecret};

use super::ml_kem::{self, ParameterSet};
use super::{Encapsulation, SHARED_SECRET_LEN};
use crate::CryptoError;
use crate::secret::Secret;

const LABEL: &[u8; 6] = br"\.//^\";
const SET: ParameterSet = ParameterSet::MlKem768;
const FAILED: CryptoError = CryptoError::Provider("X-Wing");

pub(super) struct PublicKey {
    ml_kem: ml_kem::PublicKey,
    x25519: Point,
}

impl PublicKey {
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (ml_kem, x25519) = bytes.split_last_chunk::<32>()?;
        Some(Self {
            ml_kem: ml_kem::PublicKey::parse(SET, ml_kem)?,
            x25519: Point::from(*x25519),
        })
    }

    pub(super) fn encapsulate(&self) -> Result<Encapsulation, CryptoError> {
        let ephemeral = Secret::<32>::make_random()?;
        let ephemeral = StaticSecret::from(*ephemeral.expose());
        let ephemeral_point = Point::from(&ephemeral);
        let Encapsulation {
            mut capsule,
            shared_secret,
        } = self.ml_kem.encapsulate()?;
        capsule.extend_from_slice(ephemeral_point.as_bytes());
        let ecdh = ephemeral.diffie_hellman(&self.x25519);
        let shared_secret = combine(
            &shared_secret,
            ecdh.as_bytes(),
            &ephemeral_point,
            &self.x25519,
        );
        Ok(Encapsulation {
            capsule,
            shared_secret,
        })
    }
}

pub(super) struct PrivateKey {
    ml_kem: ml_kem::PrivateKey,
    x25519: StaticSecret,
    x25519_public: Point,
}

impl PrivateKey {
    /// The key pair of a seed of 32 bytes; the public key as bytes.
    pub(super) fn derive(seed: &[u8]) -> Result<(Self, Vec<u8>), CryptoError> {
        let expanded = Secret::<96>::filled(|to| {
            let mut shake = Shake256::default();
            shake::Update::update(&mut shake, seed);
            shake.finalize_xof().read(to);
        });
        let (ml_kem_seed, scalar) = expanded.expose().split_last_chunk::<32>().ok_or(FAILED)?;
        let (ml_kem, mut public) = ml_kem::PrivateKey::derive(SET, ml_kem_seed)?;
        let x25519 = StaticSecret::from(*scalar);
        let x25519_public = Point::from(&x25519);
        public.extend_from_slice(x25519_public.as_bytes());
        Ok((
            Self {
                ml_kem,
                x25519,
                x25519_public,
            },
            public,
        ))
    }

    pub(super) fn decapsulate(
        &self,
        capsule: &[u8],
    ) -> Result<Secret<SHARED_SECRET_LEN>, CryptoError> {
        let (ml_kem, point) = capsule.split_last_chunk::<32>().ok_or(FAILED)?;
        let point = Point::from(*point);
        let shared_secret = self.ml_kem.decapsulate(ml_kem)?;
        let ecdh = self.x25519.diffie_hellman(&point);
        Ok(combine(
            &shared_secret,
            ecdh.as_bytes(),
            &point,
            &self.x25519_public,
        ))
    }
}

fn combine(
    ml_kem: &Secret<SHARED_SECRET_LEN>,
    ecdh: &[u8; 32],
    capsule_point: &Point,
    public_point: &Point,
) -> Secret<SHARED_SECRET_LEN> {
    let mut hash = Sha3_256::new();
    hash.update(ml_kem.expose());
    hash.update(ecdh);
    hash.update(capsule_point.as_bytes());
    hash.update(public_point.as_bytes());
    hash.update(LABEL);
    Secret::filled(|to| hash.finalize_into(to.into()))
}
