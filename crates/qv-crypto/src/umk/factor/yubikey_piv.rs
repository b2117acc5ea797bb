//! The YubiKey PIV factor: ephemeral-static ECDH on P-256 with a key that never leaves the card.
//!
//! Invariant: the ephemeral scalar exists only inside [`make`]; afterwards only the card can
//! compute the shared point. (So can a quantum attacker, from the two public points: the factor is
//! classical.)

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use qv_types::SlotId;
use serde::{Deserialize, Serialize};

use crate::CryptoError;
use crate::secret::Secret;
use crate::suite::hash::sha256;
use crate::umk::{HexBytes, Result, hkdf};

/// Public parameters: two points of P-256, uncompressed (0x04 ‖ X ‖ Y).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YubikeyPivParameters {
    /// The card's public key.
    #[serde(rename = "static")]
    pub static_point: HexBytes<65>,
    /// The public part of the erased ephemeral key.
    #[serde(rename = "ephemeral")]
    pub ephemeral_point: HexBytes<65>,
}

/// Makes an ephemeral key, and with it the factor and its parameters for the card's public key.
///
/// # Errors
/// [`CryptoError::InvalidPublicKey`] where `static_point` is no point of the curve.
pub fn make(
    static_point: &HexBytes<65>,
    slot: &SlotId,
) -> Result<(YubikeyPivParameters, Secret<32>)> {
    let ephemeral = PrivateKey::generate(&ECDH_P256)
        .map_err(|_| CryptoError::Provider("P-256 key generation"))?;
    agree_with(&ephemeral, static_point, slot)
}

/// The factor from what the card computed: the x coordinate of its ECDH with the ephemeral point.
#[must_use]
pub fn derive(x: &Secret<32>, parameters: &YubikeyPivParameters, slot: &SlotId) -> Secret<32> {
    let salt = sha256(&[&parameters.ephemeral_point.0, &parameters.static_point.0]);
    hkdf::derive(
        x.expose(),
        &salt,
        &[b"QuantumVault:yubikey-piv:", slot.to_string().as_bytes()],
    )
}

fn agree_with(
    ephemeral: &PrivateKey,
    static_point: &HexBytes<65>,
    slot: &SlotId,
) -> Result<(YubikeyPivParameters, Secret<32>)> {
    let invalid = || CryptoError::InvalidPublicKey { suite: "P-256" };
    let own = ephemeral.compute_public_key().map_err(|_| invalid())?;
    let ephemeral_point = own
        .as_ref()
        .try_into()
        .map(HexBytes)
        .map_err(|_| invalid())?;
    let parameters = YubikeyPivParameters {
        static_point: *static_point,
        ephemeral_point,
    };
    let peer = UnparsedPublicKey::new(&ECDH_P256, &static_point.0);
    let x = agree(ephemeral, peer, invalid(), |x| {
        Secret::copied_from(x).ok_or_else(invalid)
    })?;
    let factor = derive(&x, &parameters, slot);
    Ok((parameters, factor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::umk::vectors::{hex_member, json, list, secret, text};

    const SLOTS: &str = include_str!("../../../../../tests/vectors/slots.json");

    #[test]
    fn both_sides_give_the_vectors_factor() {
        for vector in list(&json(SLOTS), "yubikey_piv_factors") {
            let point = |name| HexBytes::try_from(text(vector, name).to_owned()).unwrap();
            let scalar = |name| {
                PrivateKey::from_private_key(&ECDH_P256, hex_member(vector, name).expose()).unwrap()
            };
            let slot = text(vector, "slot_id").parse().unwrap();
            let (parameters, factor) =
                agree_with(&scalar("ephemeral_scalar"), &point("static_point"), &slot).unwrap();
            assert_eq!(parameters.ephemeral_point, point("ephemeral_point"));
            assert_eq!(factor, secret(vector, "factor"));

            let ephemeral = UnparsedPublicKey::new(&ECDH_P256, &parameters.ephemeral_point.0);
            let x = agree(&scalar("static_scalar"), ephemeral, (), |x| {
                Ok(Secret::copied_from(x).unwrap())
            })
            .unwrap();
            assert_eq!(x, secret(vector, "ecdh_x"));
            assert_eq!(derive(&x, &parameters, &slot), factor);
        }
    }

    #[test]
    fn what_is_no_point_of_the_curve_is_refused() {
        let off_curve = HexBytes([4; 65]);
        let infinity = HexBytes([0; 65]);
        for point in [off_curve, infinity] {
            let result = make(&point, &SlotId::make_random());
            assert!(matches!(result, Err(CryptoError::InvalidPublicKey { .. })));
        }
    }

    #[test]
    fn every_enrolment_has_its_own_ephemeral_key() {
        let card = PrivateKey::generate(&ECDH_P256).unwrap();
        let card = HexBytes(
            card.compute_public_key()
                .unwrap()
                .as_ref()
                .try_into()
                .unwrap(),
        );
        let slot = SlotId::make_random();
        assert_ne!(make(&card, &slot).unwrap().1, make(&card, &slot).unwrap().1);
    }
}
