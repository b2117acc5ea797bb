//! Authenticated encryption. Ciphertexts carry their tag of 16 bytes at the end.
//!
//! Providers: aws-lc for the AES suites, RustCrypto for XChaCha20-Poly1305, which aws-lc has not.

use aws_lc_rs::aead::{
    AES_256_GCM, AES_256_GCM_SIV, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey,
};
use chacha20poly1305::aead::{AeadInOut as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::AeadSuite;
use crate::CryptoError;
use crate::secret::SecretBytes;

/// Length of a key in bytes.
pub const KEY_LEN: usize = 32;
/// Length of a tag in bytes.
pub const TAG_LEN: usize = 16;

const FAILED: CryptoError = CryptoError::Provider("the AEAD");

/// What an AEAD suite does.
pub trait Aead: Sized {
    /// Seals `plaintext`: the ciphertext with its tag at the end. The nonce must be fresh for the key.
    ///
    /// # Errors
    /// [`CryptoError::Provider`] where the nonce is not of [`AeadSuite::nonce_len`].
    fn seal(
        self,
        key: &[u8; KEY_LEN],
        nonce: &[u8],
        aad: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, CryptoError>;

    /// Opens what [`Aead::seal`] made. No plaintext on any failure.
    ///
    /// # Errors
    /// [`CryptoError::TagMismatch`] where key, nonce, associated data or ciphertext are not those of
    /// the sealing; [`CryptoError::Provider`] where the nonce is not of [`AeadSuite::nonce_len`].
    fn open(
        self,
        key: &[u8; KEY_LEN],
        nonce: &[u8],
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<SecretBytes, CryptoError>;
}

impl Aead for AeadSuite {
    fn seal(
        self,
        key: &[u8; KEY_LEN],
        nonce: &[u8],
        aad: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let mut sealed = vec![0; plaintext.len() + TAG_LEN];
        let (ciphertext, tag) = sealed.split_at_mut(plaintext.len());
        match self {
            Self::Aes256Gcm => {
                aws_key(&AES_256_GCM, key)?
                    .seal_out_of_place_scatter(
                        aws_nonce(nonce)?,
                        Aad::from(aad),
                        plaintext,
                        ciphertext,
                        &[],
                        tag,
                    )
                    .map_err(|_| FAILED)?;
            }
            Self::Aes256GcmSiv => {
                ciphertext.copy_from_slice(plaintext);
                let made = aws_key(&AES_256_GCM_SIV, key)?
                    .seal_in_place_separate_tag(aws_nonce(nonce)?, Aad::from(aad), ciphertext)
                    .map_err(|_| FAILED)?;
                tag.copy_from_slice(made.as_ref());
            }
            Self::XChaCha20Poly1305 => {
                ciphertext.copy_from_slice(plaintext);
                let made = XChaCha20Poly1305::new(key.into())
                    .encrypt_inout_detached(xchacha_nonce(nonce)?, aad, ciphertext.into())
                    .map_err(|_| FAILED)?;
                tag.copy_from_slice(&made);
            }
        }
        Ok(sealed)
    }

    fn open(
        self,
        key: &[u8; KEY_LEN],
        nonce: &[u8],
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<SecretBytes, CryptoError> {
        let split = sealed
            .len()
            .checked_sub(TAG_LEN)
            .ok_or(CryptoError::TagMismatch)?;
        let (ciphertext, tag) = sealed.split_at(split);
        match self {
            Self::Aes256Gcm => aws_open(&AES_256_GCM, key, nonce, aad, ciphertext, tag),
            Self::Aes256GcmSiv => aws_open(&AES_256_GCM_SIV, key, nonce, aad, ciphertext, tag),
            Self::XChaCha20Poly1305 => {
                let nonce = xchacha_nonce(nonce)?;
                let tag = tag.try_into().map_err(|_| CryptoError::TagMismatch)?;
                SecretBytes::try_filled(split, |plaintext| {
                    plaintext.copy_from_slice(ciphertext);
                    XChaCha20Poly1305::new(key.into())
                        .decrypt_inout_detached(nonce, aad, plaintext.into(), tag)
                        .map_err(|_| CryptoError::TagMismatch)
                })
            }
        }
    }
}

fn aws_open(
    algorithm: &'static Algorithm,
    key: &[u8; KEY_LEN],
    nonce: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
    tag: &[u8],
) -> Result<SecretBytes, CryptoError> {
    let (key, nonce) = (aws_key(algorithm, key)?, aws_nonce(nonce)?);
    SecretBytes::try_filled(ciphertext.len(), |plaintext| {
        key.open_separate_gather(nonce, Aad::from(aad), ciphertext, tag, plaintext)
            .map_err(|_| CryptoError::TagMismatch)
    })
}

fn aws_key(algorithm: &'static Algorithm, key: &[u8; KEY_LEN]) -> Result<LessSafeKey, CryptoError> {
    UnboundKey::new(algorithm, key)
        .map(LessSafeKey::new)
        .map_err(|_| FAILED)
}

fn aws_nonce(nonce: &[u8]) -> Result<Nonce, CryptoError> {
    Nonce::try_assume_unique_for_key(nonce).map_err(|_| FAILED)
}

fn xchacha_nonce(nonce: &[u8]) -> Result<&XNonce, CryptoError> {
    nonce.try_into().map_err(|_| FAILED)
}
