//! `tests/vectors/envelope.json`: envelopes made by another implementation, and broken ones.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use qv_crypto::CryptoError;
use qv_crypto::envelope::{Envelope, Expected};
use qv_crypto::secret::{Secret, SecretBytes};
use qv_crypto::suite::DecapsulationKey;
use serde_json::Value;
use support::{text, unhex, vectors};

struct Key {
    private: DecapsulationKey,
    anchor_id: String,
    key_version: u64,
}

fn key(file: &Value, name: &str) -> Key {
    let key = &file["keys"][name];
    let suite = text(&key["kem"]).parse().unwrap();
    let private = match key.get("public") {
        Some(public) => DecapsulationKey::import(suite, &unhex(&key["private"]), &unhex(public)),
        None => DecapsulationKey::from_seeds(suite, &unhex(&key["private"])),
    };
    Key {
        private: private.unwrap(),
        anchor_id: text(&key["anchor_id"]).into(),
        key_version: key["key_version"].as_u64().unwrap(),
    }
}

/// Opens as a caller would who expects the envelope's own asset and material, or `context`.
fn open(key: &Key, json: &str, context: &Value) -> Result<SecretBytes, CryptoError> {
    let envelope = Envelope::from_json(json.as_bytes())?;
    let own = envelope.context().clone();
    let or_own = |name: &str, own: &str| {
        context
            .get(name)
            .map_or(own.to_owned(), |id| text(id).to_owned())
    };
    envelope.open(
        &key.private,
        &Expected {
            anchor_id: &key.anchor_id,
            key_version: key.key_version,
            asset_id: &or_own("asset_id", own.asset_id.as_str()),
            material_id: &or_own("asset_key_material_id", own.material_id.as_str()),
        },
    )
}

fn positive<'a>(file: &'a Value, name: &str) -> &'a Value {
    file["positive"]
        .as_array()
        .unwrap()
        .iter()
        .find(|vector| vector["name"] == name)
        .unwrap()
}

fn error_name(error: &CryptoError) -> String {
    let debug = format!("{error:?}");
    debug.split([' ', '(', '{']).next().unwrap().to_owned()
}

#[test]
fn positives_open() {
    let file = vectors("envelope.json");
    for vector in file["positive"].as_array().unwrap() {
        let name = text(&vector["name"]);
        let key = key(&file, text(&vector["key"]));
        let json = vector["envelope"].to_string();
        let plaintext =
            open(&key, &json, &Value::Null).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(plaintext.expose(), unhex(&vector["plaintext"]), "{name}");

        let envelope = Envelope::from_json(json.as_bytes()).unwrap();
        assert_eq!(
            envelope.hash_hex(),
            text(&vector["envelope"]["hash"]),
            "{name}"
        );
        assert_eq!(
            envelope.as_json(),
            serde_json_canonicalizer::to_string(&vector["envelope"]).unwrap(),
            "{name}"
        );
        assert_eq!(
            envelope.open_standalone(&key.private).unwrap(),
            plaintext,
            "{name}"
        );
        // The envelope with an all-zero point has no intermediate values.
        if let Some(shared_secret) = vector.get("shared_secret") {
            let secret = key.private.decapsulate(envelope.capsule()).unwrap();
            assert_eq!(secret.expose().as_slice(), unhex(shared_secret), "{name}");
            assert_eq!(envelope.context().aad(), text(&vector["aad_jcs"]), "{name}");
        }
    }
}

#[test]
fn negatives_fail_with_their_error() {
    let file = vectors("envelope.json");
    for vector in file["negative"].as_array().unwrap() {
        let name = text(&vector["name"]);
        let json = match (vector.get("envelope_text"), vector.get("envelope")) {
            (Some(json), _) => text(json).to_owned(),
            (None, Some(envelope)) => envelope.to_string(),
            (None, None) => {
                let mut envelope = positive(&file, text(&vector["base"]))["envelope"].clone();
                let members = envelope.as_object_mut().unwrap();
                members.extend(vector["set"].as_object().unwrap().clone());
                for member in vector
                    .get("remove")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    members.remove(text(member)).unwrap();
                }
                envelope.to_string()
            }
        };
        let context = vector.get("expected_context").unwrap_or(&Value::Null);
        let error = open(&key(&file, text(&vector["key"])), &json, context).unwrap_err();
        assert_eq!(error_name(&error), text(&vector["expect"]), "{name}");
    }
}

#[test]
fn the_vault_authenticates_its_envelopes() {
    let file = vectors("envelope.json");
    let vault = &file["vault"];
    let envelope = Envelope::from_json(
        positive(&file, text(&vault["of"]))["envelope"]
            .to_string()
            .as_bytes(),
    )
    .unwrap();
    let envelope_auth = Secret::copied_from(&unhex(&vault["envelope_auth"])).unwrap();
    assert_eq!(
        envelope.authenticate(&envelope_auth).as_slice(),
        unhex(&vault["auth"])
    );
}
