//! Makes the envelopes of `tests/vectors/envelope.json` again, byte for byte, from their
//! randomness. Capsules and shared secrets come from independent implementations.

use p384::elliptic_curve::sec1::ToSec1Point as _;
use serde_json::Value;
use sha3::{Digest as _, Sha3_256};

use super::seal::{BoundAad, Sealing};
use super::{Context, ContextId, CreatedAt, KeyVersion, Suites};
use crate::secret::Secret;
use crate::suite::kem::Encapsulation;
use crate::suite::{DecapsulationKey, KdfSuite, KemSuite};
use crate::test_support::{text, unhex, vectors};

#[test]
fn sealing_makes_the_vectors_again() {
    let file = vectors("envelope.json");
    for vector in file["positive"].as_array().unwrap() {
        let envelope = &vector["envelope"];
        // A point of small order comes from no randomness.
        if text(&vector["name"]).contains("ct_x-zero") {
            continue;
        }
        let suites = Suites {
            kem: text(&envelope["kem"]).parse().unwrap(),
            kdf: KdfSuite::HkdfSha256,
            aead: text(&envelope["aead"]).parse().unwrap(),
        };
        let private = unhex(&file["keys"][text(&vector["key"])]["private"]);
        let key = DecapsulationKey::from_seeds(suites.kem, &private).unwrap();
        let randomness = unhex(&vector["encapsulation_randomness"]);
        let made = encapsulate(suites.kem, key.encapsulation_key().as_bytes(), &randomness);
        assert_eq!(
            made.shared_secret.expose().as_slice(),
            unhex(&vector["shared_secret"]),
            "{}",
            vector["name"]
        );

        let context = context(envelope);
        let aad = BoundAad::of(&context);
        let sealed = Sealing::with(suites, &made)
            .seal(
                context,
                &aad,
                unhex(&envelope["iv"]),
                &unhex(&vector["plaintext"]),
            )
            .unwrap();
        let canonical = serde_json_canonicalizer::to_string(envelope).unwrap();
        assert_eq!(sealed.into_json(), canonical, "{}", vector["name"]);
    }
}

fn context(envelope: &Value) -> Context {
    let id = |value: &Value| ContextId::new(text(value)).unwrap();
    Context {
        anchor_id: id(&envelope["anchor_id"]),
        key_version: KeyVersion::new(envelope["key_version"].as_u64().unwrap()).unwrap(),
        policy_id: envelope["policy_id"]
            .as_str()
            .map(|text| ContextId::new(text).unwrap()),
        asset_id: id(&envelope["aad"]["asset_id"]),
        material_id: id(&envelope["aad"]["asset_key_material_id"]),
        created_at: CreatedAt::new(text(&envelope["aad"]["created_at"])).unwrap(),
    }
}

fn encapsulate(suite: KemSuite, public: &[u8], randomness: &[u8]) -> Encapsulation {
    let (capsule, secret) = match suite {
        KemSuite::MlKem768 => ml_kem_768(public, randomness),
        KemSuite::MlKem1024 => ml_kem_1024(public, randomness),
        KemSuite::XWing => {
            let key = x_wing::EncapsulationKey::try_from(public).unwrap();
            let (capsule, secret) = key.encapsulate_deterministic(randomness.try_into().unwrap());
            (capsule.to_vec(), secret.to_vec())
        }
        KemSuite::P384MlKem768 | KemSuite::P384MlKem1024 => p384_hybrid(suite, public, randomness),
    };
    Encapsulation {
        capsule,
        shared_secret: Secret::copied_from(&secret).unwrap(),
    }
}

fn p384_hybrid(suite: KemSuite, public: &[u8], randomness: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (point, ek) = public.split_at(97);
    let (scalar, m) = randomness.split_at(48);
    let (ml_kem_capsule, ml_kem_secret) = if suite == KemSuite::P384MlKem768 {
        ml_kem_768(ek, m)
    } else {
        ml_kem_1024(ek, m)
    };
    let scalar = p384::SecretKey::from_slice(scalar).unwrap();
    let ephemeral = scalar.public_key().to_sec1_point(false);
    let peer = p384::PublicKey::from_sec1_bytes(point).unwrap();
    let ecdh = p384::ecdh::diffie_hellman(scalar.to_nonzero_scalar(), peer.as_affine());
    let mut hash = Sha3_256::new();
    for part in [
        &ml_kem_secret,
        &ecdh.raw_secret_bytes()[..],
        ephemeral.as_bytes(),
        point,
    ] {
        hash.update(part);
    }
    hash.update(format!("QuantumVault-v2 {suite}"));
    (
        [ephemeral.as_bytes(), &ml_kem_capsule].concat(),
        hash.finalize().to_vec(),
    )
}

fn ml_kem_768(public: &[u8], m: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let key = ml_kem::ml_kem_768::EncapsulationKey::new(public.try_into().unwrap()).unwrap();
    let (capsule, secret) = key.encapsulate_deterministic(m.try_into().unwrap());
    (capsule.to_vec(), secret.to_vec())
}

fn ml_kem_1024(public: &[u8], m: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let key = ml_kem::ml_kem_1024::EncapsulationKey::new(public.try_into().unwrap()).unwrap();
    let (capsule, secret) = key.encapsulate_deterministic(m.try_into().unwrap());
    (capsule.to_vec(), secret.to_vec())
}
