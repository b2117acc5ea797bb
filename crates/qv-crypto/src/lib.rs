//! Every cryptographic construction of QuantumVault, and the types that hold its secrets.
//!
//! Invariants:
//! - No caller names a library: algorithms are reached through the suites of [`suite`], whose
//!   names are stored with every ciphertext, key and signature.
//! - Key material lives in [`secret`] types only: erased on drop, never printed.
//! - Nothing here does I/O, except to ask the operating system for randomness, or reads a clock.
//! - Bytes from outside are parsed once into types that cannot be half valid.
//!
//! Start with [`envelope`] for how one secret is wrapped to a public key, with [`umk`] for how the
//! vault's own keys are derived and sealed, and with [`suite`] to add or replace an algorithm.

pub mod encoding;
pub mod envelope;
pub mod error;
pub mod locked;
pub mod secret;
pub mod suite;
pub mod umk;

pub use error::CryptoError;

#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod test_support;
