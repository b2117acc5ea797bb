//! What is attested about an asset: the payload `qv-attestation-v1` (QuantumVault MVP section 10.1).
//!
//! Its bytes are RFC 8785 (JCS) JSON, its hash is keccak256 of them, and the chain holds the hash alone;
//! whoever is given the payload can check it. As everywhere in QuantumVault's own documents, hex is lower
//! case without prefix; only values of the chain itself (addresses, transaction hashes) carry `0x`.
//! `wrapped` says whether `wrapper_algorithm` is set, which is null where it is not, never absent.

use alloy::primitives::keccak256;
use qv_types::{AnchorId, AssetId, PolicyId, RiskLevel, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{B256, Error};

/// The schema's name, a member of every payload.
pub const SCHEMA: &str = "qv-attestation-v1";

/// What a payload is made from.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The asset.
    pub asset_id: AssetId,
    /// Its location; only keccak256 of its UTF-8 enters the payload.
    pub location: &'a str,
    /// The anchor that its material is wrapped to.
    pub anchor_id: AnchorId,
    /// Policies that it was held against, in any order.
    pub policy_ids: Vec<PolicyId>,
    /// Its risk level.
    pub risk_level: RiskLevel,
    /// Its risk score, 0 to 100.
    pub risk_score: u8,
    /// The wrapper's suite names, or `None` where it is not wrapped.
    pub wrapper_algorithm: Option<String>,
    /// When the facts were true; cut to the second.
    pub at: Timestamp,
}

/// A valid payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    wire: Wire,
}

/// The members as they are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    schema: String,
    asset_id: AssetId,
    asset_location_hash: String,
    anchor_id: AnchorId,
    policy_ids: Vec<PolicyId>,
    risk_level: RiskLevel,
    risk_score: u8,
    wrapper_algorithm: Option<String>,
    wrapped: bool,
    timestamp: String,
}

impl Payload {
    /// Makes the payload of some facts: policy ids sorted and each once.
    ///
    /// # Errors
    /// [`Error::InvalidPayload`] for a score above 100 or an empty wrapper name.
    pub fn new(facts: Facts<'_>) -> Result<Self, Error> {
        let mut policy_ids = facts.policy_ids;
        policy_ids.sort_unstable();
        policy_ids.dedup();
        Self::checked(Wire {
            schema: SCHEMA.into(),
            asset_id: facts.asset_id,
            asset_location_hash: hex::encode(keccak256(facts.location)),
            anchor_id: facts.anchor_id,
            policy_ids,
            risk_level: facts.risk_level,
            risk_score: facts.risk_score,
            wrapped: facts.wrapper_algorithm.is_some(),
            wrapper_algorithm: facts.wrapper_algorithm,
            timestamp: facts.at.to_seconds_text(),
        })
    }

    /// Reads a payload from its canonical bytes; any other spelling of the same content is refused,
    /// because it would have another hash.
    ///
    /// # Errors
    /// [`Error::InvalidPayload`] where the bytes are not exactly what [`Self::to_canonical`] writes.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, Error> {
        let wire: Wire = serde_json::from_slice(bytes).map_err(|e| invalid(e.to_string()))?;
        let payload = Self::checked(wire)?;
        if payload.to_canonical()? == bytes {
            Ok(payload)
        } else {
            Err(invalid("it is not in canonical form"))
        }
    }

    fn checked(wire: Wire) -> Result<Self, Error> {
        let hash = wire.asset_location_hash.as_bytes();
        let increasing = wire.policy_ids.is_sorted_by(|a, b| a < b);
        let rules = [
            (wire.schema == SCHEMA, "its schema is another"),
            (
                hash.len() == 64 && hash.iter().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')),
                "asset_location_hash is not 64 lower-case hex digits",
            ),
            (increasing, "policy_ids are not sorted or hold one twice"),
            (wire.risk_score <= 100, "risk_score is above 100"),
            (
                wire.wrapper_algorithm.as_deref() != Some(""),
                "wrapper_algorithm is empty",
            ),
            (
                wire.wrapped == wire.wrapper_algorithm.is_some(),
                "wrapped contradicts wrapper_algorithm",
            ),
            (
                is_seconds_text(&wire.timestamp),
                "timestamp is not of the form 2026-11-23T09:00:00Z",
            ),
        ];
        match rules.into_iter().find(|(holds, _)| !holds) {
            Some((_, broken)) => Err(invalid(broken)),
            None => Ok(Self { wire }),
        }
    }

    /// The RFC 8785 bytes: what is hashed, kept and handed to whoever is to check it.
    ///
    /// # Errors
    /// [`Error::Internal`] only, for a defect of ours.
    pub fn to_canonical(&self) -> Result<Vec<u8>, Error> {
        serde_json_canonicalizer::to_vec(&self.wire)
            .map_err(|_| Error::Internal("a payload could not be written"))
    }

    /// keccak256 of [`Self::to_canonical`].
    ///
    /// # Errors
    /// As [`Self::to_canonical`].
    pub fn hash(&self) -> Result<B256, Error> {
        self.to_canonical().map(keccak256)
    }

    /// The asset.
    #[must_use]
    pub const fn asset_id(&self) -> AssetId {
        self.wire.asset_id
    }

    /// The anchor.
    #[must_use]
    pub const fn anchor_id(&self) -> AnchorId {
        self.wire.anchor_id
    }

    /// The risk level.
    #[must_use]
    pub const fn risk_level(&self) -> RiskLevel {
        self.wire.risk_level
    }

    /// Whether the payload speaks of an asset at this location.
    #[must_use]
    pub fn is_about_location(&self, location: &str) -> bool {
        self.wire.asset_location_hash == hex::encode(keccak256(location))
    }
}

/// keccak256 of an id's text: how assets and anchors are named on the chain.
#[must_use]
pub fn id_hash(id: impl ToString) -> B256 {
    keccak256(id.to_string())
}

/// A hash as QuantumVault's own documents and tables write it: lower-case hex without prefix.
#[must_use]
pub fn hash_text(hash: &B256) -> String {
    hex::encode(hash)
}

fn is_seconds_text(text: &str) -> bool {
    text.parse::<Timestamp>()
        .is_ok_and(|at| at.to_seconds_text() == text)
}

fn invalid(reason: impl Into<String>) -> Error {
    Error::InvalidPayload(reason.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn facts() -> Facts<'static> {
        Facts {
            asset_id: "7e4336c2-9296-4666-8db7-c56243db3503".parse().unwrap(),
            location: "example.org:443",
            anchor_id: "0b9d2c4e-6d0a-4a35-9c07-3f6f5f0b7a11".parse().unwrap(),
            policy_ids: vec![
                "c56243db-9296-4666-8db7-7e4336c23503".parse().unwrap(),
                "1f0c7a52-1111-4222-8333-444455556666".parse().unwrap(),
                "c56243db-9296-4666-8db7-7e4336c23503".parse().unwrap(),
            ],
            risk_level: RiskLevel::High,
            risk_score: 72,
            wrapper_algorithm: Some("ML-KEM-1024+HKDF-SHA256+AES-256-GCM".into()),
            at: "2025-12-14T00:00:00.999Z".parse().unwrap(),
        }
    }

    #[test]
    fn policies_are_a_set_and_time_is_cut_to_seconds() {
        let payload = Payload::new(facts()).unwrap();
        let mut other_order = facts();
        other_order.policy_ids.reverse();
        assert_eq!(Payload::new(other_order).unwrap(), payload);
        assert_eq!(payload.wire.policy_ids.len(), 2);
        assert_eq!(payload.wire.timestamp, "2025-12-14T00:00:00Z");
        assert!(
            payload.is_about_location("example.org:443")
                && !payload.is_about_location("example.org:444")
        );
    }

    #[test]
    fn an_unwrapped_asset_says_so() {
        let payload = Payload::new(Facts {
            wrapper_algorithm: None,
            ..facts()
        })
        .unwrap();
        let text = String::from_utf8(payload.to_canonical().unwrap()).unwrap();
        assert!(
            text.ends_with(r#""wrapped":false,"wrapper_algorithm":null}"#),
            "{text}"
        );
        assert_eq!(Payload::from_canonical(text.as_bytes()).unwrap(), payload);
    }

    #[test]
    fn broken_facts_are_refused() {
        assert!(
            Payload::new(Facts {
                risk_score: 101,
                ..facts()
            })
            .is_err()
        );
        assert!(
            Payload::new(Facts {
                wrapper_algorithm: Some(String::new()),
                ..facts()
            })
            .is_err()
        );
    }

    #[test]
    fn only_the_canonical_spelling_is_read() {
        let text =
            String::from_utf8(Payload::new(facts()).unwrap().to_canonical().unwrap()).unwrap();
        assert!(Payload::from_canonical(text.as_bytes()).is_ok());
        for (from, to) in [
            ("{", "{ "),
            ("72", "72.0"),
            (SCHEMA, "qv-attestation-v2"),
            ("\"wrapped\":true", "\"wrapped\":false"),
            (":00:00Z", ":00:00.000Z"),
            ("1f0c7a52", "ff0c7a52"),
            ("HIGH", "high"),
            (",\"wrapped\"", ",\"extra\":1,\"wrapped\""),
            ("\"asset_location_hash\":\"", "\"asset_location_hash\":\"0x"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{from}");
            assert!(
                Payload::from_canonical(changed.as_bytes()).is_err(),
                "{changed}"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_was_written_so(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(Payload::from_canonical(&bytes).is_err());
        }

        #[test]
        fn payloads_round_trip(location in ".*", score in 0..=100_u8, wrapper in proptest::option::of(".+"), ms in 0..4_000_000_000_000_i64) {
            let payload = Payload::new(Facts {
                location: &location, risk_score: score, wrapper_algorithm: wrapper, at: Timestamp::from_unix_ms(ms), ..facts()
            }).unwrap();
            let bytes = payload.to_canonical().unwrap();
            prop_assert_eq!(Payload::from_canonical(&bytes).unwrap(), payload);
        }
    }
}
