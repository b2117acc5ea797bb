//! Random text that a person can type.

use qv_crypto::secret::{Secret, SecretBytes};

use crate::AppError;

/// Letters and digits that are not mistaken for each other: 5 bits each.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// `length` random characters of 5 bits each, at most 64.
///
/// # Errors
/// Where the system has no randomness.
pub fn random_text(length: usize) -> Result<SecretBytes, AppError> {
    let random = Secret::<64>::make_random().map_err(qv_crypto::CryptoError::from)?;
    Ok(SecretBytes::filled(length.min(64), |text| {
        for (character, byte) in text.iter_mut().zip(random.expose()) {
            *character = ALPHABET
                .get(usize::from(byte % 32))
                .copied()
                .unwrap_or(b'a');
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_are_never_alike_and_use_the_alphabet() {
        let (one, other) = (random_text(24).unwrap(), random_text(24).unwrap());
        assert_ne!(one.expose(), other.expose());
        assert!(one.expose().iter().all(|byte| ALPHABET.contains(byte)) && one.len() == 24);
    }
}
