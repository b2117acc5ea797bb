//! The one place where secrets become bytes of a message, for the agent's socket (`crate::agent`).
//!
//! Invariant: the bytes go straight from and into a type that erases itself; the buffer of the message
//! is the caller's, and erases itself too.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{AppError, SecretBytes};

pub fn serialize<S: Serializer>(secret: &SecretBytes, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_bytes(secret.expose())
}

pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SecretBytes, D::Error> {
    from.deserialize_bytes(Bytes)
}

struct Bytes;

impl Visitor<'_> for Bytes {
    type Value = SecretBytes;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<SecretBytes, E> {
        Ok(SecretBytes::copied_from(bytes))
    }
}

/// Many secrets, each with what may have gone wrong.
pub mod results {
    use super::*;

    type Outcome = Result<SecretBytes, AppError>;

    #[derive(Serialize)]
    enum Sent<'a> {
        Plaintext(#[serde(with = "super")] &'a SecretBytes),
        Refused(qv_types::Code, String),
    }

    #[derive(Deserialize)]
    enum Received {
        Plaintext(#[serde(with = "super")] SecretBytes),
        Refused(qv_types::Code, String),
    }

    pub fn serialize<S: Serializer>(outcomes: &[Outcome], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(outcomes.iter().map(|outcome| match outcome {
            Ok(plaintext) => Sent::Plaintext(plaintext),
            Err(error) => Sent::Refused(error.code(), error.to_string()),
        }))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Outcome>, D::Error> {
        let received = Vec::<Received>::deserialize(from)?;
        let outcome = |one| match one {
            Received::Plaintext(plaintext) => Ok(plaintext),
            Received::Refused(code, message) => Err(AppError::Remote { code, message }),
        };
        Ok(received.into_iter().map(outcome).collect())
    }
}
