//! The vectors of signed messages, made by another implementation.

use qv_crypto::encoding::hex_decode;
use qv_crypto::secret::SecretBytes;
use qv_types::Timestamp;
use serde_json::Value;

use super::*;

const MESSAGES: &str = include_str!("../../../../tests/vectors/messages.json");

fn vectors() -> Value {
    serde_json::from_str(MESSAGES).unwrap()
}

fn list<'a>(vectors: &'a Value, name: &str) -> &'a [Value] {
    vectors[name].as_array().unwrap()
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap()
}

/// Verifies a vector as its verifier would: `expected` is the challenge that was stored.
fn judge(vector: &Value) -> Result<(), Refusal> {
    let malformed = |_| Refusal::Malformed("");
    let challenge: Challenge =
        serde_json::from_value(vector["challenge"].clone()).map_err(malformed)?;
    let now: Timestamp = text(vector, "now").parse().unwrap();
    let mut nonce = IssuedNonce::of(&challenge);
    nonce.used_at = (vector["used"] == true).then_some(now);
    let signature = SecretBytes::from(hex_decode(text(vector, "signature")).unwrap());
    let expected = Expected {
        vault: challenge.vault,
        wallet: challenge.wallet(),
        cluster: challenge.cluster(),
        act: challenge.act(),
    };
    let presented = Presented {
        text: text(vector, "text"),
        signature: &signature,
    };
    let history = History {
        nonce: Some(&nonce),
        verified: &[],
    };
    challenge
        .verify(&expected, &presented, &history, now)
        .map(drop)
}

#[test]
fn what_is_right_is_taken() {
    let vectors = vectors();
    for vector in list(&vectors, "positive") {
        assert_eq!(judge(vector), Ok(()), "{}", text(vector, "name"));
        let challenge: Challenge = serde_json::from_value(vector["challenge"].clone()).unwrap();
        assert_eq!(challenge.text(), text(vector, "text"));
        assert_eq!(
            serde_json::to_value(&challenge).unwrap(),
            vector["challenge"]
        );
        if let Some(request) = vector.get("request_json") {
            let hash = request_hash(request).unwrap().to_string();
            assert_eq!(vector["challenge"]["request"], hash.as_str());
        }
    }
}

#[test]
fn what_is_wrong_is_refused() {
    let vectors = vectors();
    let positives = list(&vectors, "positive");
    let negatives = list(&vectors, "negative");
    assert_eq!(negatives.len(), 41);
    for negative in negatives {
        let name = text(negative, "name");
        let of = positives.iter().find(|one| one["name"] == negative["of"]);
        let mut vector = of.unwrap().clone();
        for (member, value) in negative["set"].as_object().unwrap() {
            match (member.as_str(), value) {
                ("challenge", Value::Object(changed)) => {
                    for (line, value) in changed {
                        vector["challenge"][line] = value.clone();
                    }
                }
                _ => vector[member] = value.clone(),
            }
        }
        let refused = judge(&vector).unwrap_err();
        // The vectors tell texts from signatures; which of two faults is named first is ours.
        let of_text = matches!(refused, Refusal::OtherText | Refusal::Malformed(_));
        let of_signature = matches!(refused, Refusal::BadSignature(_));
        match text(negative, "expect") {
            "BadSignature" => assert!(of_signature || of_text, "{name}: {refused:?}"),
            _ => assert!(!of_signature, "{name}: {refused:?}"),
        }
    }
}
