//! The payload against vectors made by another implementation, and those against Foundry's keccak.

// A panic is how a test fails, also in what surrounds the tests themselves.
#![allow(clippy::unwrap_used)]

use std::process::Command;

use qv_evm::payload::{Facts, Payload, hash_text, id_hash};
use qv_testkit::evm::foundry_tool;
use serde_json::Value;

fn cases() -> Vec<Value> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/attestation.json"
    );
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    file["cases"].as_array().unwrap().clone()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap()
}

fn payload_of(facts: &Value) -> Payload {
    let policies = facts["policy_ids"].as_array().unwrap();
    Payload::new(Facts {
        asset_id: text(facts, "asset_id").parse().unwrap(),
        location: text(facts, "location"),
        anchor_id: text(facts, "anchor_id").parse().unwrap(),
        policy_ids: policies
            .iter()
            .map(|id| id.as_str().unwrap().parse().unwrap())
            .collect(),
        risk_level: text(facts, "risk_level").parse().unwrap(),
        risk_score: u8::try_from(facts["risk_score"].as_u64().unwrap()).unwrap(),
        wrapper_algorithm: facts["wrapper_algorithm"].as_str().map(String::from),
        at: text(facts, "at").parse().unwrap(),
    })
    .unwrap()
}

#[test]
fn payloads_are_those_of_the_other_implementation() {
    for case in cases() {
        let payload = payload_of(&case["facts"]);
        let canonical = String::from_utf8(payload.to_canonical().unwrap()).unwrap();
        assert_eq!(canonical, text(&case, "canonical"), "{}", case["name"]);
        assert_eq!(
            hash_text(&payload.hash().unwrap()),
            text(&case, "payload_hash")
        );
        assert_eq!(
            hash_text(&id_hash(payload.asset_id())),
            text(&case, "asset_id_hash")
        );
        assert_eq!(
            hash_text(&id_hash(payload.anchor_id())),
            text(&case, "anchor_id_hash")
        );
        assert_eq!(
            Payload::from_canonical(canonical.as_bytes()).unwrap(),
            payload
        );
    }
}

#[test]
fn the_hashes_are_foundrys() {
    let cast = foundry_tool("cast").unwrap();
    for case in cases() {
        let canonical = payload_of(&case["facts"]).to_canonical().unwrap();
        let input = format!("0x{}", hex::encode(&canonical));
        let output = Command::new(&cast)
            .args(["keccak", &input])
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed.trim(), format!("0x{}", text(&case, "payload_hash")));
    }
}
