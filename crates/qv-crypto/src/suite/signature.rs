//! Signatures with roles: ML-DSA (FIPS 204, pure, hedged) and Ed25519 (RFC 8032, strict).
//!
//! One key serves one role. ML-DSA signs the role into its context, `QuantumVault-v2 ` ‖ role, so that a
//! signature made in one role never verifies in another. Ed25519 has no context: what it signs
//! must name its purpose itself, as checkpoints and manifests do.
//!
//! SLH-DSA and Falcon have names but no provider here yet: where a key of theirs is made or loaded,
//! the answer is [`CryptoError::UnknownSuite`], so no such key ever exists.
//!
//! Providers: RustCrypto for both. Of the libraries at hand only its ML-DSA takes a seed and a
//! context together; tests cross-check it with liboqs and aws-lc.

use std::fmt;

use ed25519_dalek::Signer as _;
use getrandom::SysRng;
use ml_dsa::{ExpandedSigningKey, MlDsa65, MlDsa87, MlDsaParams, Signature};

use super::SignatureSuite;
use crate::CryptoError;
use crate::secret::Secret;

#[cfg(test)]
mod vector_tests;

/// Length of a private key, a seed, in bytes.
pub const SEED_LEN: usize = 32;

const CONTEXT_PREFIX: &str = "QuantumVault-v2 ";

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Checkpoints of the audit log.
    Checkpoint,
    /// Votes of a quorum.
    Vote,
    /// Transcripts of key ceremonies.
    Transcript,
    /// Attestations.
    Attestation,
    /// Manifests of files and backups.
    Manifest,
    /// Responses to a challenge.
    Response,
}

impl Role {
    /// The word in the context.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Checkpoint => "checkpoint",
            Self::Vote => "vote",
            Self::Transcript => "transcript",
            Self::Attestation => "attestation",
            Self::Manifest => "manifest",
            Self::Response => "response",
        }
    }

    fn context(self) -> String {
        format!("{CONTEXT_PREFIX}{}", self.as_str())
    }
}

/// A private signing key, with the role that it serves.
pub struct SigningKey {
    role: Role,
    seed: Secret<SEED_LEN>,
    inner: Private,
    public: VerifyingKey,
}

enum Private {
    MlDsa65(Box<ExpandedSigningKey<MlDsa65>>),
    MlDsa87(Box<ExpandedSigningKey<MlDsa87>>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

impl SigningKey {
    /// Makes a new key from the system's randomness.
    ///
    /// # Errors
    /// [`CryptoError::UnknownSuite`], [`CryptoError::NoRandomness`].
    pub fn make(suite: SignatureSuite, role: Role) -> Result<Self, CryptoError> {
        Self::from_seed(suite, role, Secret::make_random()?)
    }

    /// The key of a stored seed (FIPS 204's ξ, RFC 8032's private key).
    ///
    /// # Errors
    /// [`CryptoError::UnknownSuite`] where this version cannot sign in the suite.
    pub fn from_seed(
        suite: SignatureSuite,
        role: Role,
        seed: Secret<SEED_LEN>,
    ) -> Result<Self, CryptoError> {
        let (inner, public) = match suite {
            SignatureSuite::MlDsa65 => {
                let key = Box::new(ExpandedSigningKey::<MlDsa65>::from_seed(
                    seed.expose().into(),
                ));
                let public = Public::MlDsa65(Box::new(key.verifying_key()));
                (Private::MlDsa65(key), public)
            }
            SignatureSuite::MlDsa87 => {
                let key = Box::new(ExpandedSigningKey::<MlDsa87>::from_seed(
                    seed.expose().into(),
                ));
                let public = Public::MlDsa87(Box::new(key.verifying_key()));
                (Private::MlDsa87(key), public)
            }
            SignatureSuite::Ed25519 => {
                let key = Box::new(ed25519_dalek::SigningKey::from_bytes(seed.expose()));
                let public = Public::Ed25519(key.verifying_key());
                (Private::Ed25519(key), public)
            }
            SignatureSuite::SlhDsaSha2256s
            | SignatureSuite::Falcon512
            | SignatureSuite::Falcon1024 => return Err(not_built(suite)),
        };
        Ok(Self {
            role,
            seed,
            inner,
            public: VerifyingKey {
                role,
                suite,
                inner: public,
            },
        })
    }

    /// Signs a message in the key's role. Two ML-DSA signatures over one message differ.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let context = self.role.context();
        match &self.inner {
            Private::MlDsa65(key) => sign_ml_dsa(key, message, context.as_bytes()),
            Private::MlDsa87(key) => sign_ml_dsa(key, message, context.as_bytes()),
            Private::Ed25519(key) => Ok(key.sign(message).to_bytes().to_vec()),
        }
    }

    /// The public key.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// The suite.
    #[must_use]
    pub fn suite(&self) -> SignatureSuite {
        self.public.suite
    }

    /// The stored form of the key.
    #[must_use]
    pub fn seed(&self) -> &Secret<SEED_LEN> {
        &self.seed
    }
}

fn not_built(suite: SignatureSuite) -> CryptoError {
    CryptoError::UnknownSuite {
        name: suite.as_str().into(),
        kind: "a signature suite",
    }
}

fn sign_ml_dsa<P: MlDsaParams>(
    key: &ExpandedSigningKey<P>,
    message: &[u8],
    context: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let signature = key
        .sign_randomized(message, context, &mut SysRng)
        .map_err(|_| CryptoError::NoRandomness)?;
    Ok(signature.encode().to_vec())
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("suite", &self.suite())
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// A public signing key, parsed and checked once, with the role that it serves.
#[derive(Clone)]
pub struct VerifyingKey {
    role: Role,
    suite: SignatureSuite,
    inner: Public,
}

#[derive(Clone)]
enum Public {
    MlDsa65(Box<ml_dsa::VerifyingKey<MlDsa65>>),
    MlDsa87(Box<ml_dsa::VerifyingKey<MlDsa87>>),
    Ed25519(ed25519_dalek::VerifyingKey),
}

impl VerifyingKey {
    /// Parses a public key. Ed25519 keys must be canonical and not of small order.
    ///
    /// # Errors
    /// [`CryptoError::UnknownSuite`] where this version cannot verify in the suite,
    /// [`CryptoError::InvalidPublicKey`].
    pub fn from_bytes(
        suite: SignatureSuite,
        role: Role,
        bytes: &[u8],
    ) -> Result<Self, CryptoError> {
        let inner = match suite {
            SignatureSuite::MlDsa65 => bytes
                .try_into()
                .ok()
                .map(|bytes| Public::MlDsa65(Box::new(ml_dsa::VerifyingKey::decode(bytes)))),
            SignatureSuite::MlDsa87 => bytes
                .try_into()
                .ok()
                .map(|bytes| Public::MlDsa87(Box::new(ml_dsa::VerifyingKey::decode(bytes)))),
            SignatureSuite::Ed25519 => parse_ed25519(bytes).map(Public::Ed25519),
            SignatureSuite::SlhDsaSha2256s
            | SignatureSuite::Falcon512
            | SignatureSuite::Falcon1024 => return Err(not_built(suite)),
        };
        let inner = inner.ok_or(CryptoError::InvalidPublicKey {
            suite: suite.as_str(),
        })?;
        Ok(Self { role, suite, inner })
    }

    /// Verifies that `signature` was made over `message` by this key in its role.
    ///
    /// # Errors
    /// [`CryptoError::BadSignature`].
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        self.verify_in(self.role.context().as_bytes(), message, signature)
    }

    pub(super) fn verify_in(
        &self,
        context: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let valid = match &self.inner {
            Public::MlDsa65(key) => ml_dsa_is_valid(key, context, message, signature),
            Public::MlDsa87(key) => ml_dsa_is_valid(key, context, message, signature),
            Public::Ed25519(key) => signature
                .try_into()
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
        };
        if valid {
            Ok(())
        } else {
            Err(CryptoError::BadSignature {
                suite: self.suite.as_str(),
            })
        }
    }

    /// The stored form, of [`SignatureSuite::public_key_len`] bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.inner {
            Public::MlDsa65(key) => key.encode().to_vec(),
            Public::MlDsa87(key) => key.encode().to_vec(),
            Public::Ed25519(key) => key.to_bytes().to_vec(),
        }
    }

    /// The suite.
    #[must_use]
    pub fn suite(&self) -> SignatureSuite {
        self.suite
    }

    /// The role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }
}

fn ml_dsa_is_valid<P: MlDsaParams>(
    key: &ml_dsa::VerifyingKey<P>,
    context: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    Signature::<P>::try_from(signature)
        .is_ok_and(|signature| key.verify_with_context(message, context, &signature))
}

/// `None` for an encoding that is not the canonical one, or a point of small order.
fn parse_ed25519(bytes: &[u8]) -> Option<ed25519_dalek::VerifyingKey> {
    let key = ed25519_dalek::VerifyingKey::from_bytes(bytes.try_into().ok()?).ok()?;
    let canonical = key.to_edwards().compress().as_bytes() == bytes;
    (canonical && !key.is_weak()).then_some(key)
}

/// Strict Ed25519 verification of a signature that was made outside the roles, by a wallet:
/// cofactorless equation, S < L, canonical A and R, no point of small order.
///
/// # Errors
/// [`CryptoError::InvalidPublicKey`], [`CryptoError::BadSignature`].
pub fn verify_ed25519(
    public_key: &[u8; 32],
    message: &[u8],
    signature: &[u8],
) -> Result<(), CryptoError> {
    VerifyingKey::from_bytes(SignatureSuite::Ed25519, Role::Response, public_key)?
        .verify_in(b"", message, signature)
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("suite", &self.suite)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}
