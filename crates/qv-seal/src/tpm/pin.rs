//! The PIN of a TPM factor.

use qv_crypto::secret::{Secret, SecretBytes};
use qv_crypto::suite::hash::hmac_sha256;

use crate::{Interaction, Prompt, SealError, SlotContext};

/// Characters of a PIN. The TPM takes few guesses, so that a short one will do.
const CHARACTERS: std::ops::RangeInclusive<usize> = 4..=64;

/// Asks for a new PIN.
pub(super) fn ask_new(
    slot: &SlotContext,
    ask: &mut dyn Interaction,
) -> Result<Secret<32>, SealError> {
    let pin = ask.ask(&Prompt::NewTpmPin)?;
    check(&pin)?;
    Ok(auth_of(slot, &pin))
}

/// Asks for the PIN that was chosen.
pub(super) fn ask(slot: &SlotContext, ask: &mut dyn Interaction) -> Result<Secret<32>, SealError> {
    Ok(auth_of(slot, &ask.ask(&Prompt::TpmPin)?))
}

fn check(pin: &SecretBytes) -> Result<(), SealError> {
    let refuse = |advice| Err(SealError::TpmPinRefused { advice });
    let Ok(text) = str::from_utf8(pin.expose()) else {
        return refuse("it is not valid text; type it again");
    };
    if !CHARACTERS.contains(&text.chars().count()) {
        return refuse("use 4 to 64 characters");
    }
    if text.chars().any(char::is_control) {
        return refuse("leave out characters that cannot be seen");
    }
    if text.chars().all(|one| text.starts_with(one)) {
        return refuse("use more than one character over and over");
    }
    Ok(())
}

/// What the TPM is given in place of the PIN: of fixed length, and so that the PIN itself never
/// enters memory of the TPM's library, which does not erase it.
fn auth_of(slot: &SlotContext, pin: &SecretBytes) -> Secret<32> {
    Secret::filled(|auth| {
        *auth = hmac_sha256(&slot.salt.0, &[b"QuantumVault:tpm-pin:", pin.expose()]);
        // A TPM takes zeros off the end of an authorization value.
        auth[31] |= 1;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_that_protect_nothing_are_refused() {
        let taken = |pin: &str| check(&SecretBytes::copied_from(pin.as_bytes())).is_ok();
        for pin in ["2580", "zwölf", &"ab".repeat(32)] {
            assert!(taken(pin), "{pin}");
        }
        for pin in ["", "123", "0000", "12\u{7}45", &"ab".repeat(33)] {
            assert!(!taken(pin), "{pin}");
        }
        assert!(check(&SecretBytes::copied_from(&[0xff; 8])).is_err());
    }
}
