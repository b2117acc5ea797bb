//! Sealing: one encapsulation for one secret, or for a batch of secrets with different contexts.

use std::collections::HashSet;
use std::sync::Arc;

use super::json::{self, Sealed};
use super::{Context, Envelope, MAX_PLAINTEXT_LEN, Suites};
use crate::CryptoError;
use crate::encoding::hex_encode;
use crate::secret::Secret;
use crate::suite::hash::sha256;
use crate::suite::kdf::Prk;
use crate::suite::kem::Encapsulation;
use crate::suite::{Aead as _, AeadSuite, EncapsulationKey, Kdf as _, KdfSuite};

/// Seals one secret of at most [`MAX_PLAINTEXT_LEN`] bytes to the holder of a private key.
///
/// # Errors
/// [`CryptoError::PlaintextTooLarge`], [`CryptoError::NoRandomness`], [`CryptoError::Provider`].
pub fn seal(
    key: &EncapsulationKey,
    aead: AeadSuite,
    context: Context,
    plaintext: &[u8],
) -> Result<Envelope, CryptoError> {
    let sealing = Sealing::start(key, aead)?;
    let mut iv = vec![0; aead.nonce_len()];
    getrandom::fill(&mut iv)?;
    let aad = BoundAad::of(&context);
    sealing.seal(context, &aad, iv, plaintext)
}

/// Seals many secrets under one encapsulation, many times faster than one by one. The context in
/// the key derivation gives each its own key. The envelopes show that they belong together, and
/// whoever learns the one shared secret opens all of them.
///
/// # Errors
/// As [`seal`], and [`CryptoError::DuplicateContext`] where two contexts are equal. On any error
/// there is no envelope at all.
pub fn seal_many<'a>(
    key: &EncapsulationKey,
    aead: AeadSuite,
    secrets: impl IntoIterator<Item = (Context, &'a [u8])>,
) -> Result<Vec<Envelope>, CryptoError> {
    let secrets: Vec<_> = secrets.into_iter().collect();
    if secrets.is_empty() {
        return Ok(Vec::new());
    }
    let sealing = Sealing::start(key, aead)?;
    let mut ivs = vec![0; aead.nonce_len() * secrets.len()];
    getrandom::fill(&mut ivs)?;
    let mut seen = HashSet::with_capacity(secrets.len());
    let seal_one = |((context, plaintext), iv): ((Context, &[u8]), &[u8])| {
        let aad = BoundAad::of(&context);
        if !seen.insert(aad.hash) {
            return Err(CryptoError::DuplicateContext);
        }
        sealing.seal(context, &aad, iv.to_vec(), plaintext)
    };
    secrets
        .into_iter()
        .zip(ivs.chunks_exact(aead.nonce_len()))
        .map(seal_one)
        .collect()
}

/// Associated data and its hash, which keys the derivation.
pub(super) struct BoundAad {
    pub(super) text: String,
    pub(super) hash: [u8; 32],
}

impl BoundAad {
    pub(super) fn of(context: &Context) -> Self {
        let text = context.aad();
        let hash = sha256(&[text.as_bytes()]);
        Self { text, hash }
    }
}

/// Keys of one secret: AEAD key ‖ key commitment.
pub(super) struct WrapKeys(Secret<64>);

impl WrapKeys {
    pub(super) fn derive(
        prk: &Prk,
        info_prefix: &str,
        aad: &BoundAad,
    ) -> Result<Self, CryptoError> {
        prk.expand(&[info_prefix.as_bytes(), &aad.hash]).map(Self)
    }

    pub(super) fn key(&self) -> &[u8; 32] {
        self.halves().0
    }

    pub(super) fn commitment(&self) -> &[u8; 32] {
        self.halves().1
    }

    fn halves(&self) -> (&[u8; 32], &[u8; 32]) {
        const ZEROS: &[u8; 32] = &[0; 32];
        let okm = self.0.expose();
        (
            okm.first_chunk().unwrap_or(ZEROS),
            okm.last_chunk().unwrap_or(ZEROS),
        )
    }
}

/// The key derivation after extraction: `salt = SHA-256(capsule)`.
pub(super) fn extract(kdf: KdfSuite, capsule: &[u8], shared_secret: &Secret<32>) -> Prk {
    kdf.extract(&sha256(&[capsule]), shared_secret.expose())
}

/// One encapsulation, for the duration of one sealing call.
pub(super) struct Sealing {
    suites: Suites,
    capsule: Arc<[u8]>,
    capsule_hex: String,
    info_prefix: String,
    prk: Prk,
}

impl Sealing {
    fn start(key: &EncapsulationKey, aead: AeadSuite) -> Result<Self, CryptoError> {
        let suites = Suites {
            kem: key.suite(),
            kdf: KdfSuite::HkdfSha256,
            aead,
        };
        key.encapsulate()
            .map(|encapsulation| Self::with(suites, &encapsulation))
    }

    pub(super) fn with(suites: Suites, encapsulation: &Encapsulation) -> Self {
        let Encapsulation {
            capsule,
            shared_secret,
        } = encapsulation;
        Self {
            suites,
            capsule: capsule.as_slice().into(),
            capsule_hex: hex_encode(capsule),
            info_prefix: suites.info_prefix(),
            prk: extract(suites.kdf, capsule, shared_secret),
        }
    }

    pub(super) fn seal(
        &self,
        context: Context,
        aad: &BoundAad,
        iv: Vec<u8>,
        plaintext: &[u8],
    ) -> Result<Envelope, CryptoError> {
        if plaintext.len() > MAX_PLAINTEXT_LEN {
            return Err(CryptoError::PlaintextTooLarge {
                len: plaintext.len(),
                max: MAX_PLAINTEXT_LEN,
            });
        }
        let keys = WrapKeys::derive(&self.prk, &self.info_prefix, aad)?;
        let commitment = *keys.commitment();
        let ciphertext = self
            .suites
            .aead
            .seal(keys.key(), &iv, aad.text.as_bytes(), plaintext)?;
        let sealed = Sealed {
            capsule_hex: &self.capsule_hex,
            iv: &iv,
            ciphertext: &ciphertext,
            commitment: &commitment,
        };
        let (json, hash) = json::write(self.suites, &context, &sealed);
        let capsule = Arc::clone(&self.capsule);
        Ok(Envelope {
            suites: self.suites,
            context,
            capsule,
            iv,
            ciphertext,
            commitment,
            hash,
            json,
        })
    }
}
