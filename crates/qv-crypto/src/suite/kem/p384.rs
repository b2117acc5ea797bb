//! `P-384+ML-KEM-768` and `P-384+ML-KEM-1024`: ECDH on P-384 beside ML-KEM (crypto.md section 1).
//!
//! Keys and capsules have the ECDH part first. Points are 0x04 ‖ X ‖ Y of 97 bytes; compressed and
//! hybrid forms, infinity and points off the curve are refused. Provider: aws-lc.

use aws_lc_rs::agreement::{self, ECDH_P384, ParsedPublicKey, UnparsedPublicKey};
use sha3::{Digest as _, Sha3_256};

use super::ml_kem::{self, ParameterSet};
use super::{Encapsulation, SHARED_SECRET_LEN};
use crate::CryptoError;
use crate::secret::Secret;
use crate::suite::KemSuite;

const POINT_LEN: usize = 97;
const SCALAR_LEN: usize = 48;
const UNCOMPRESSED: u8 = 0x04;
const LABEL_PREFIX: &[u8] = b"QuantumVault-v2 ";
const FAILED: CryptoError = CryptoError::Provider("ECDH on P-384");

/// A point on the curve, in its one accepted form.
struct Point {
    bytes: [u8; POINT_LEN],
    parsed: ParsedPublicKey,
}

impl Point {
    fn parse(bytes: &[u8; POINT_LEN]) -> Option<Self> {
        if bytes[0] != UNCOMPRESSED {
            return None;
        }
        let parsed = ParsedPublicKey::try_from(UnparsedPublicKey::new(&ECDH_P384, bytes)).ok()?;
        Some(Self {
            bytes: *bytes,
            parsed,
        })
    }
}

/// Whether `capsule` begins with a point on the curve.
pub(super) fn point_is_valid(capsule: &[u8]) -> bool {
    capsule
        .first_chunk()
        .is_some_and(|point| Point::parse(point).is_some())
}

pub(super) struct PublicKey {
    point: Point,
    ml_kem: ml_kem::PublicKey,
}

impl PublicKey {
    pub(super) fn parse(set: ParameterSet, bytes: &[u8]) -> Option<Self> {
        let (point, ml_kem) = bytes.split_first_chunk()?;
        Some(Self {
            point: Point::parse(point)?,
            ml_kem: ml_kem::PublicKey::parse(set, ml_kem)?,
        })
    }

    pub(super) fn encapsulate(&self, suite: KemSuite) -> Result<Encapsulation, CryptoError> {
        let ephemeral = agreement::PrivateKey::generate(&ECDH_P384).map_err(|_| FAILED)?;
        let ephemeral_point = public_point(&ephemeral)?;
        let Encapsulation {
            capsule: ml_kem_capsule,
            shared_secret,
        } = self.ml_kem.encapsulate()?;
        let mut capsule = Vec::with_capacity(suite.capsule_len());
        capsule.extend_from_slice(&ephemeral_point);
        capsule.extend_from_slice(&ml_kem_capsule);
        let shared_secret = combine(
            suite,
            &shared_secret,
            &ephemeral,
            &self.point.parsed,
            &ephemeral_point,
            &self.point.bytes,
        )?;
        Ok(Encapsulation {
            capsule,
            shared_secret,
        })
    }
}

pub(super) struct PrivateKey {
    ecdh: agreement::PrivateKey,
    point: [u8; POINT_LEN],
    ml_kem: ml_kem::PrivateKey,
}

impl PrivateKey {
    /// The key pair of scalar ‖ d ‖ z; the public key as bytes. `None` where the scalar is not in
    /// [1, n−1].
    pub(super) fn derive(
        set: ParameterSet,
        seeds: &[u8],
    ) -> Result<Option<(Self, Vec<u8>)>, CryptoError> {
        let (scalar, ml_kem_seed) = seeds.split_first_chunk::<SCALAR_LEN>().ok_or(FAILED)?;
        let Ok(ecdh) = agreement::PrivateKey::from_private_key(&ECDH_P384, scalar) else {
            return Ok(None);
        };
        let point = public_point(&ecdh)?;
        let (ml_kem, ml_kem_public) = ml_kem::PrivateKey::derive(set, ml_kem_seed)?;
        let public = [point.as_slice(), &ml_kem_public].concat();
        Ok(Some((
            Self {
                ecdh,
                point,
                ml_kem,
            },
            public,
        )))
    }

    /// `None` where the capsule's point is not valid.
    pub(super) fn decapsulate(
        &self,
        suite: KemSuite,
        capsule: &[u8],
    ) -> Result<Option<Secret<SHARED_SECRET_LEN>>, CryptoError> {
        let (point, ml_kem_capsule) = capsule.split_first_chunk().ok_or(FAILED)?;
        let Some(point) = Point::parse(point) else {
            return Ok(None);
        };
        let shared_secret = self.ml_kem.decapsulate(ml_kem_capsule)?;
        combine(
            suite,
            &shared_secret,
            &self.ecdh,
            &point.parsed,
            &point.bytes,
            &self.point,
        )
        .map(Some)
    }
}

fn public_point(key: &agreement::PrivateKey) -> Result<[u8; POINT_LEN], CryptoError> {
    let public = key.compute_public_key().map_err(|_| FAILED)?;
    public.as_ref().try_into().map_err(|_| FAILED)
}

/// `SHA3-256(ss_mlkem ‖ ss_ecdh ‖ ct_ecdh ‖ pk_ecdh ‖ label)`, `ss_ecdh` the x coordinate with its
/// leading zeros.
fn combine(
    suite: KemSuite,
    ml_kem: &Secret<SHARED_SECRET_LEN>,
    own: &agreement::PrivateKey,
    peer: &ParsedPublicKey,
    capsule_point: &[u8; POINT_LEN],
    public_point: &[u8; POINT_LEN],
) -> Result<Secret<SHARED_SECRET_LEN>, CryptoError> {
    agreement::agree(own, peer.clone(), FAILED, |ecdh| {
        let mut hash = Sha3_256::new();
        hash.update(ml_kem.expose());
        hash.update(ecdh);
        hash.update(capsule_point);
        hash.update(public_point);
        hash.update(LABEL_PREFIX);
        hash.update(suite.as_str());
        Ok(Secret::filled(|to| hash.finalize_into(to.into())))
    })
}
