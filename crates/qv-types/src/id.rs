//! Typed ids: a UUID that knows what it names, so that an asset id cannot be passed for an anchor's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not a lower-case hyphenated UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an id; ids look like 7e4336c2-9296-4666-8db7-c56243db3503")]
pub struct InvalidId {
    /// What was given.
    pub text: String,
}

/// Parses only the lower-case hyphenated form: ids are compared byte for byte in signed and
/// authenticated data, so a second spelling of the same id must not exist.
fn parse_canonical(text: &str) -> Result<Uuid, InvalidId> {
    let invalid = || InvalidId {
        text: text.chars().take(64).collect(),
    };
    let id = Uuid::try_parse(text).map_err(|_| invalid())?;
    if id.hyphenated().to_string() == text {
        Ok(id)
    } else {
        Err(invalid())
    }
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[cfg_attr(feature = "specta", derive(specta::Type), specta(type = String))]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new id, ordered by the time it was made (UUID version 7).
            #[must_use]
            pub fn make() -> Self {
                Self(Uuid::now_v7())
            }

            /// Makes a new id that says nothing of when it was made (UUID version 4).
            #[must_use]
            pub fn make_random() -> Self {
                Self(Uuid::new_v4())
            }

            /// The 16 bytes of the UUID.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_canonical(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )+};
}

typed_ids! {
    /// A vault (one database with one user master key).
    VaultId,
    /// An unlock slot.
    SlotId,
    /// An asset.
    AssetId,
    /// A piece of key material that belongs to an asset.
    MaterialId,
    /// A scan target.
    TargetId,
    /// A scan.
    ScanId,
    /// An encryption policy.
    PolicyId,
    /// An encryption anchor.
    AnchorId,
    /// A batch of attestations.
    AttestationJobId,
    /// One asset's attestation.
    AttestationId,
    /// An organisation risk snapshot.
    SnapshotId,
    /// A durable job.
    JobId,
    /// A user.
    UserId,
    /// An audit event.
    EventId,
    /// One request of a face; every audit event names the request that caused it.
    RequestId,
    /// A chain signer.
    SignerId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_spelling_parses() {
        let id = AssetId::make();
        assert_eq!(id.to_string().parse::<AssetId>(), Ok(id));
        for other in [
            id.to_string().to_uppercase(),
            id.to_string().replace('-', ""),
            format!("{{{id}}}"),
            String::new(),
        ] {
            assert!(other.parse::<AssetId>().is_err(), "{other}");
        }
    }
}
