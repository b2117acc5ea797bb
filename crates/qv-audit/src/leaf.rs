//! A leaf: the bytes of an event as they are stored, and their RFC 9162 hash.

use std::fmt::Display;
use std::io::Write;

use qv_types::Timestamp;

use crate::event::Event;
use crate::tree::{Hash, leaf_hash};
use crate::{Error, jcs};

/// Bytes of the random salt of each leaf.
pub const SALT_BYTES: usize = 16;

/// The stored form of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The event as canonical JSON (RFC 8785) with its salt.
    pub text: String,
    /// SHA-256 of 0x00 and the text's bytes (RFC 9162 section 2.1.1).
    pub hash: Hash,
}

impl Leaf {
    /// Writes events as leaves, each with a random salt of its own.
    ///
    /// # Errors
    /// [`Error::Random`] where the system gives no randomness, [`Error::Metadata`] where metadata
    /// has no canonical form.
    pub fn make_many(events: &[Event]) -> Result<Vec<Self>, Error> {
        let mut salts = vec![0u8; events.len() * SALT_BYTES];
        getrandom::fill(&mut salts).map_err(Error::Random)?;
        let mut clock = Clock::default();
        let salts = salts.chunks_exact(SALT_BYTES);
        events
            .iter()
            .zip(salts)
            .map(|(event, salt)| Self::write(event, salt, &mut clock))
            .collect()
    }

    /// Writes one event as a leaf.
    ///
    /// # Errors
    /// As [`Leaf::make_many`].
    pub fn make(event: &Event) -> Result<Self, Error> {
        let mut salt = [0u8; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(Error::Random)?;
        Self::write(event, &salt, &mut Clock::default())
    }

    /// Members stand in the order that JCS asks for: each name is ASCII, so that is byte order.
    /// Values put in plain quotes are words, ids, times and hex, in which nothing is escaped.
    fn write(event: &Event, salt: &[u8], clock: &mut Clock) -> Result<Self, Error> {
        let mut out = Vec::with_capacity(640);
        quoted(&mut out, "{\"action\":", event.action.as_str());
        quoted(&mut out, ",\"actor\":", event.actor);
        out.extend_from_slice(b",\"entity_id\":");
        jcs::write_string(&mut out, &event.entity.id);
        quoted(&mut out, ",\"entity_type\":", event.entity.kind.as_str());
        quoted(&mut out, ",\"id\":", event.id);
        out.extend_from_slice(b",\"metadata\":");
        jcs::write_object(&mut out, &event.metadata).map_err(Error::Metadata)?;
        quoted(&mut out, ",\"request_id\":", event.request_id);
        quoted(&mut out, ",\"salt\":", hex::encode(salt));
        quoted(&mut out, ",\"timestamp\":", clock.text(event.timestamp));
        out.push(b'}');
        let hash = leaf_hash(&out);
        // Every part came from a `str`.
        let text =
            String::from_utf8(out).map_err(|_| Error::TreeState("an event was not UTF-8"))?;
        Ok(Self { text, hash })
    }
}

fn quoted(out: &mut Vec<u8>, name: &str, value: impl Display) {
    // Writing to memory cannot fail.
    let _ = write!(out, "{name}\"{value}\"");
}

/// The text of the last time that was written: the events of a batch mostly share one.
#[derive(Default)]
struct Clock {
    last: Option<(Timestamp, String)>,
}

impl Clock {
    fn text(&mut self, at: Timestamp) -> &str {
        if self.last.as_ref().is_none_or(|(last, _)| *last != at) {
            self.last = Some((at, at.to_string()));
        }
        self.last.as_ref().map_or("", |(_, text)| text)
    }
}

#[cfg(test)]
mod tests {
    use qv_types::{AssetId, RequestId, Timestamp};
    use serde_json::{Value, json};

    use super::*;
    use crate::event::{Action, Actor, Origin};

    fn event() -> Event {
        Origin {
            actor: Actor::Owner,
            request: RequestId::make(),
        }
        .event(
            Timestamp::from_unix_ms(1_764_000_000_123),
            Action::AssetWrapped,
            AssetId::make(),
        )
        .with("z", json!({"b": 1, "a": [true, null, 0.5]}))
        .with("label", "tab\t quote\" 🔒")
    }

    #[test]
    fn stored_bytes_are_jcs_and_read_back() {
        let event = event();
        let leaf = Leaf::make(&event).unwrap();
        let value: Value = serde_json::from_str(&leaf.text).unwrap();
        assert_eq!(
            serde_json_canonicalizer::to_string(&value).unwrap(),
            leaf.text
        );
        assert_eq!(value["salt"].as_str().unwrap().len(), 32);
        assert_eq!(Event::from_stored(&leaf.text).unwrap(), event);
        assert_eq!(leaf.hash, leaf_hash(leaf.text.as_bytes()));
    }

    #[test]
    fn equal_events_have_different_leaves() {
        let event = event();
        let leaves = Leaf::make_many(&[event.clone(), event]).unwrap();
        assert_ne!(leaves[0].hash, leaves[1].hash);
    }

    #[test]
    fn other_members_are_refused() {
        let text = Leaf::make(&event())
            .unwrap()
            .text
            .replacen("{", "{\"extra\":1,", 1);
        assert!(matches!(Event::from_stored(&text), Err(Error::Event(_))));
    }
}
