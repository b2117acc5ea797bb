//! Signed checkpoints and stored events.

use std::sync::LazyLock;

use qv_audit::checkpoint::Checkpoint;
use qv_audit::{Event, Leaf};
use qv_crypto::encoding::hex_decode;
use qv_crypto::suite::{Role, SignatureSuite, VerifyingKey};
use serde_json::Value;

use super::text;

/// A log with keys and signed checkpoints, of another implementation.
static LOG: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../vectors/checkpoints.json")).unwrap());
static KEYS: LazyLock<[VerifyingKey; 2]> = LazyLock::new(|| {
    let key = |suite, member: &str| {
        let bytes = hex_decode(LOG[member].as_str().unwrap()).unwrap();
        VerifyingKey::from_bytes(suite, Role::Checkpoint, &bytes).unwrap()
    };
    [
        key(SignatureSuite::Ed25519, "ed25519_public"),
        key(SignatureSuite::MlDsa87, "mldsa87_public"),
    ]
});

/// Only what the log signed verifies.
pub fn checkpoint(data: &[u8]) -> bool {
    let note = text(data).unwrap_or_default();
    let origin = LOG["origin"].as_str().unwrap();
    let [ed25519, ml_dsa] = &*KEYS;
    let Ok(checkpoint) = Checkpoint::verify(note, origin, ed25519, ml_dsa) else {
        return false;
    };
    let mut signed = LOG["positive"].as_array().unwrap().iter();
    assert!(signed.any(|signed| {
        signed["size"] == checkpoint.size && note.starts_with(signed["text"].as_str().unwrap())
    }));
    true
}

/// An event that was taken can be written as a leaf, and is the same after any number of turns. (After
/// the first only: canonical numbers have one spelling, the input's may have another.)
pub fn audit_event(data: &[u8]) -> bool {
    let Some(Ok(event)) = text(data).map(Event::from_stored) else {
        return false;
    };
    let Ok(leaf) = Leaf::make(&event) else {
        return false;
    };
    let canonical = Event::from_stored(&leaf.text).unwrap();
    let again = Leaf::make(&canonical).unwrap();
    assert_eq!(Event::from_stored(&again.text).unwrap(), canonical);
    true
}
