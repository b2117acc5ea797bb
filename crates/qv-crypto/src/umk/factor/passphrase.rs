//! The passphrase factor: Argon2id over the passphrase's NFC form.
//!
//! Invariant: costs come from a descriptor that is not yet authenticated when they are used, so
//! they are held to their limits before any work or memory is spent on them.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::CryptoError;
use crate::secret::{Secret, SecretBytes};
use crate::umk::{HexBytes, Result};

const MEMORY_KIB: std::ops::RangeInclusive<u32> = 64 * 1024..=4 * 1024 * 1024;
const PASSES: std::ops::RangeInclusive<u32> = 3..=64;
const LANES: std::ops::RangeInclusive<u32> = 4..=16;

/// The costs of Argon2id (version 0x13). The least are the second choice of RFC 9106.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    m_kib: u32,
    t: u32,
    p: u32,
}

impl Cost {
    /// The least that is accepted: 64 MiB, 3 passes, 4 lanes.
    pub const MINIMUM: Self = Self {
        m_kib: *MEMORY_KIB.start(),
        t: *PASSES.start(),
        p: *LANES.start(),
    };
    /// What enrolment uses unless memory is short: 256 MiB, 3 passes, 4 lanes.
    pub const STANDARD: Self = Self {
        m_kib: 256 * 1024,
        t: 3,
        p: 4,
    };

    /// For machines short of memory: 128 MiB, 3 passes, 4 lanes.
    pub const HALF: Self = Self {
        m_kib: 128 * 1024,
        t: 3,
        p: 4,
    };

    /// Memory in KiB (64 MiB to 4 GiB), passes (3 to 64) and lanes (4 to 16).
    ///
    /// # Errors
    /// [`CryptoError::CostRefused`] outside these limits.
    pub fn new(m_kib: u32, t: u32, p: u32) -> Result<Self> {
        let within = MEMORY_KIB.contains(&m_kib) && PASSES.contains(&t) && LANES.contains(&p);
        if within {
            Ok(Self { m_kib, t, p })
        } else {
            Err(CryptoError::CostRefused { m_kib, t, p })
        }
    }

    /// Memory in KiB.
    #[must_use]
    pub const fn memory_kib(self) -> u32 {
        self.m_kib
    }
}

/// Public parameters of a passphrase factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassphraseParameters {
    /// Random, this factor's own.
    pub salt: HexBytes<16>,
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

impl PassphraseParameters {
    /// Parameters of a new factor, with a random salt.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn make(cost: Cost) -> Result<Self> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt)?;
        Ok(Self {
            salt: HexBytes(salt),
            m_kib: cost.m_kib,
            t: cost.t,
            p: cost.p,
        })
    }
}

/// Derives the factor. Takes as long and as much memory as the parameters say.
///
/// # Errors
/// [`CryptoError::CostRefused`], [`CryptoError::InvalidPassphrase`] (empty, or not UTF-8),
/// [`CryptoError::OutOfMemory`].
pub fn derive(passphrase: &SecretBytes, parameters: &PassphraseParameters) -> Result<Secret<32>> {
    let Cost { m_kib, t, p } = Cost::new(parameters.m_kib, parameters.t, parameters.p)?;
    let passphrase = nfc(passphrase)?;
    let refused = |_| CryptoError::CostRefused { m_kib, t, p };
    let params = Params::new(m_kib, t, p, Some(32)).map_err(refused)?;
    let mut memory = memory(params.block_count())?;
    Secret::try_filled(|factor| {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(
                passphrase.as_bytes(),
                &parameters.salt.0,
                factor,
                memory.as_mut_slice(),
            )
            .map_err(refused)
    })
}

/// The work memory; it is erased when dropped, for its last block gives the factor.
fn memory(blocks: usize) -> Result<Zeroizing<Vec<Block>>> {
    let mut memory = Vec::new();
    memory
        .try_reserve_exact(blocks)
        .map_err(|_| CryptoError::OutOfMemory)?;
    memory.resize(blocks, Block::new());
    Ok(Zeroizing::new(memory))
}

/// The NFC form, not trimmed.
fn nfc(passphrase: &SecretBytes) -> Result<Zeroizing<String>> {
    let text = str::from_utf8(passphrase.expose()).map_err(|_| CryptoError::InvalidPassphrase)?;
    if text.is_empty() {
        return Err(CryptoError::InvalidPassphrase);
    }
    // NFC is at most three times as long in UTF-8 (Unicode FAQ): no growing, so no stray copies.
    let mut normal = Zeroizing::new(String::with_capacity(3 * text.len()));
    normal.extend(text.nfc());
    Ok(normal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::umk::vectors::{hex_secret, json, list, text};

    const SLOTS: &str = include_str!("../../../../../tests/vectors/slots.json");

    fn parameters(vector: &serde_json::Value) -> PassphraseParameters {
        let number = |name: &str| u32::try_from(vector[name].as_u64().unwrap()).unwrap();
        let salt = vector["salt"]
            .as_str()
            .unwrap_or("00112233445566778899aabbccddeeff")
            .to_owned();
        PassphraseParameters {
            salt: salt.try_into().unwrap(),
            m_kib: number("m_kib"),
            t: number("t"),
            p: number("p"),
        }
    }

    #[test]
    fn factors_that_another_implementation_derived() {
        for vector in list(&json(SLOTS), "passphrase_factors") {
            let passphrase = SecretBytes::copied_from(text(vector, "passphrase").as_bytes());
            let factor = derive(&passphrase, &parameters(vector)).unwrap();
            assert_eq!(factor, hex_secret(&vector["factor"]), "{vector}");
        }
    }

    #[test]
    fn costs_outside_the_limits_are_refused() {
        let passphrase = SecretBytes::copied_from(b"abc");
        let below = serde_json::json!([{"m_kib": 65536, "t": 3, "p": 3}, {"m_kib": u32::MAX, "t": 3, "p": 4}]);
        for vector in list(&json(SLOTS), "passphrase_refused")
            .iter()
            .chain(below.as_array().unwrap())
        {
            let result = derive(&passphrase, &parameters(vector));
            assert!(
                matches!(result, Err(CryptoError::CostRefused { .. })),
                "{vector}"
            );
        }
    }

    #[test]
    fn empty_and_ill_formed_passphrases_are_refused() {
        let parameters = PassphraseParameters::make(Cost::MINIMUM).unwrap();
        for bad in [b"".as_slice(), b"\xff"] {
            let result = derive(&SecretBytes::copied_from(bad), &parameters);
            assert!(matches!(result, Err(CryptoError::InvalidPassphrase)));
        }
    }

    #[test]
    fn nfc_never_outgrows_its_buffer() {
        // The characters of the greatest growth in NFC, after the Unicode FAQ.
        let longest = "\u{1D160}\u{0390}\u{0344}".repeat(50);
        let normal = nfc(&SecretBytes::from(longest.clone())).unwrap();
        assert!(normal.capacity() <= 3 * longest.len());
    }
}
