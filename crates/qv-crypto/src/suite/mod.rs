//! The registry of algorithms (crypto.md section 1).
//!
//! A suite is a name that is stored with every key, ciphertext and signature; the names are the
//! vocabulary of [`qv_types::suite`]. A name that is not there, or whose keys this version cannot
//! make or load, is [`UnknownSuite`](crate::CryptoError::UnknownSuite). Which library serves a suite
//! is decided in one line beside its implementation and seen nowhere else.
//!
//! - [`kem`]: ML-KEM and its hybrids with X25519 and P-384,
//! - [`aead`], [`kdf`], [`hash`]: the symmetric side,
//! - [`signature`]: ML-DSA and Ed25519, with roles.

pub mod aead;
pub mod hash;
pub mod kdf;
pub mod kem;
pub mod signature;

pub use aead::Aead;
pub use kdf::Kdf;
pub use kem::{DecapsulationKey, EncapsulationKey};
pub use qv_types::suite::{AeadSuite, KdfSuite, KemSuite, SignatureSuite};
pub use signature::{Role, SigningKey, VerifyingKey};
