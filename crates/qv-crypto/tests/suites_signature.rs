//! Signatures from the outside: roles, hedging, an independent implementation, strict Ed25519.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use qv_crypto::CryptoError;
use qv_crypto::suite::signature::verify_ed25519;
use qv_crypto::suite::{Role, SignatureSuite, SigningKey, VerifyingKey};

const ROLES: [Role; 6] = [
    Role::Checkpoint,
    Role::Vote,
    Role::Transcript,
    Role::Attestation,
    Role::Manifest,
    Role::Response,
];

const BUILT: [SignatureSuite; 3] = [
    SignatureSuite::MlDsa65,
    SignatureSuite::MlDsa87,
    SignatureSuite::Ed25519,
];

#[test]
fn a_suite_that_is_only_a_name_has_no_keys() {
    let names = SignatureSuite::ALL
        .iter()
        .filter(|suite| !BUILT.contains(suite));
    for &suite in names {
        let unknown = CryptoError::UnknownSuite {
            name: suite.to_string(),
            kind: "a signature suite",
        };
        let public = vec![0; suite.public_key_len()];
        assert_eq!(SigningKey::make(suite, Role::Vote).unwrap_err(), unknown);
        assert_eq!(
            VerifyingKey::from_bytes(suite, Role::Vote, &public).unwrap_err(),
            unknown
        );
    }
}

#[test]
fn signatures_verify_and_sizes_are_those_of_the_standard() {
    for suite in BUILT {
        let key = SigningKey::make(suite, Role::Manifest).unwrap();
        let signature = key.sign(b"message").unwrap();
        let public = key.verifying_key().to_bytes();
        assert_eq!(
            (public.len(), signature.len()),
            (suite.public_key_len(), suite.signature_len().unwrap()),
            "{suite}"
        );
        let parsed = VerifyingKey::from_bytes(suite, Role::Manifest, &public).unwrap();
        parsed.verify(b"message", &signature).unwrap();
        let bad = Err(CryptoError::BadSignature {
            suite: suite.as_str(),
        });
        assert_eq!(parsed.verify(b"messagf", &signature), bad);
        assert_eq!(parsed.verify(b"message", &signature[1..]), bad);
        assert_eq!(parsed.verify(b"message", &[]), bad);
        assert!(VerifyingKey::from_bytes(suite, Role::Manifest, &public[1..]).is_err());
    }
}

#[test]
fn ml_dsa_signatures_count_in_their_role_only() {
    for suite in [SignatureSuite::MlDsa65, SignatureSuite::MlDsa87] {
        let key = SigningKey::make(suite, Role::Checkpoint).unwrap();
        let signature = key.sign(b"message").unwrap();
        for role in ROLES {
            let other =
                VerifyingKey::from_bytes(suite, role, &key.verifying_key().to_bytes()).unwrap();
            assert_eq!(
                other.verify(b"message", &signature).is_ok(),
                role == Role::Checkpoint,
                "{suite} {role:?}"
            );
        }
    }
}

#[test]
fn ml_dsa_is_hedged_and_keys_come_back_from_their_seeds() {
    for suite in [SignatureSuite::MlDsa65, SignatureSuite::MlDsa87] {
        let key = SigningKey::make(suite, Role::Vote).unwrap();
        assert_ne!(
            key.sign(b"message").unwrap(),
            key.sign(b"message").unwrap(),
            "{suite}"
        );
        let seed = qv_crypto::secret::Secret::copied_from(key.seed().expose()).unwrap();
        let again = SigningKey::from_seed(suite, Role::Vote, seed).unwrap();
        again
            .verifying_key()
            .verify(b"message", &key.sign(b"message").unwrap())
            .unwrap();
    }
}

#[test]
fn liboqs_agrees_on_ml_dsa_both_ways_context_included() {
    oqs::init();
    for (suite, algorithm) in [
        (SignatureSuite::MlDsa65, oqs::sig::Algorithm::MlDsa65),
        (SignatureSuite::MlDsa87, oqs::sig::Algorithm::MlDsa87),
    ] {
        let theirs = oqs::sig::Sig::new(algorithm).unwrap();
        for role in ROLES {
            let context = format!("QuantumVault-v2 {}", role.as_str());

            let key = SigningKey::make(suite, role).unwrap();
            let (signature, public) = (
                key.sign(b"message").unwrap(),
                key.verifying_key().to_bytes(),
            );
            let signature = theirs.signature_from_bytes(&signature).unwrap();
            let public = theirs.public_key_from_bytes(&public).unwrap();
            theirs
                .verify_with_ctx_str(b"message", signature, context.as_bytes(), public)
                .unwrap();

            let (public, private) = theirs.keypair().unwrap();
            let signature = theirs
                .sign_with_ctx_str(b"message", context.as_bytes(), &private)
                .unwrap();
            let public = VerifyingKey::from_bytes(suite, role, public.as_ref()).unwrap();
            public.verify(b"message", signature.as_ref()).unwrap();
        }
    }
}

#[test]
fn ed25519_refuses_small_order_and_other_encodings_of_keys_and_points() {
    let identity = [[1].as_slice(), &[0; 31]].concat();
    // y = p + k, which decompression reduces; some are points of large order.
    let beyond_p = (0..19_u8).map(|k| {
        let mut key = [0xff; 32];
        (key[0], key[31]) = (0xed + k, 0x7f);
        key
    });
    let weighty = |key: &[u8; 32]| {
        ed25519_dalek::VerifyingKey::from_bytes(key).is_ok_and(|key| !key.is_weak())
    };
    assert!(beyond_p.clone().any(|key| weighty(&key)));
    for key in [identity.try_into().unwrap(), [0; 32]]
        .into_iter()
        .chain(beyond_p)
    {
        assert!(
            VerifyingKey::from_bytes(SignatureSuite::Ed25519, Role::Vote, &key).is_err(),
            "{key:?}"
        );
    }

    let key = SigningKey::make(SignatureSuite::Ed25519, Role::Vote).unwrap();
    let public: [u8; 32] = key.verifying_key().to_bytes().try_into().unwrap();
    let signature = key.sign(b"message").unwrap();
    verify_ed25519(&public, b"message", &signature).unwrap();
    let order: [u8; 32] =
        hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
            .unwrap()
            .try_into()
            .unwrap();
    let mut malleable = signature.clone();
    let mut carry = 0;
    for (digit, addend) in malleable[32..].iter_mut().zip(order) {
        let sum = u16::from(*digit) + u16::from(addend) + carry;
        *digit = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert!(
        verify_ed25519(&public, b"message", &malleable).is_err(),
        "S must be below the group order"
    );
}
