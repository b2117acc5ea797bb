//! What an envelope is bound to. All of it is public and authenticated as associated data.

use std::fmt;

use qv_types::{AnchorId, AssetId, MaterialId, PolicyId, Timestamp};

use super::VERSION;
use crate::CryptoError;
use crate::encoding::push_json_string;

/// An id as envelopes carry it: any non-empty text of at most 256 bytes, compared byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContextId(String);

impl ContextId {
    /// Most bytes of an id.
    pub const MAX_LEN: usize = 256;

    /// Takes any id of an allowed length.
    ///
    /// # Errors
    /// [`CryptoError::Malformed`] for an empty one or more than 256 bytes.
    pub fn new(text: impl Into<String>) -> Result<Self, CryptoError> {
        let text = text.into();
        if text.is_empty() || text.len() > Self::MAX_LEN {
            return Err(CryptoError::Malformed("an id must have 1 to 256 bytes"));
        }
        Ok(Self(text))
    }

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

macro_rules! from_typed_ids {
    ($($id:ty),+) => {$(
        impl From<$id> for ContextId {
            fn from(id: $id) -> Self {
                Self(id.to_string())
            }
        }
    )+};
}

from_typed_ids!(AnchorId, AssetId, MaterialId, PolicyId);

/// Version of an anchor's key: 1 to 2^53 − 1, so that every JSON reader sees the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyVersion(u64);

impl KeyVersion {
    /// The largest version.
    pub const MAX: u64 = (1 << 53) - 1;

    /// Takes a version in range.
    ///
    /// # Errors
    /// [`CryptoError::Malformed`] for 0 or more than 2^53 − 1.
    pub const fn new(version: u64) -> Result<Self, CryptoError> {
        if version == 0 || version > Self::MAX {
            return Err(CryptoError::Malformed(
                "a key version must be from 1 to 2^53 − 1",
            ));
        }
        Ok(Self(version))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for KeyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// When an envelope was made: `YYYY-MM-DDTHH:MM:SS.sssZ`. Checked for form, not against a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CreatedAt(String);

impl CreatedAt {
    /// Takes text of the right form.
    ///
    /// # Errors
    /// [`CryptoError::Malformed`].
    pub fn new(text: impl Into<String>) -> Result<Self, CryptoError> {
        const FORM: &[u8; 24] = b"dddd-dd-ddTdd:dd:dd.dddZ";
        let text = text.into();
        let fits = |(byte, form): (u8, &u8)| {
            if *form == b'd' {
                byte.is_ascii_digit()
            } else {
                byte == *form
            }
        };
        if text.len() == FORM.len() && text.bytes().zip(FORM).all(fits) {
            Ok(Self(text))
        } else {
            Err(CryptoError::Malformed(
                "created_at must look like 2026-11-23T09:00:00.000Z",
            ))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Fails only for times before the year 0.
impl TryFrom<Timestamp> for CreatedAt {
    type Error = CryptoError;
    fn try_from(at: Timestamp) -> Result<Self, CryptoError> {
        Self::new(at.to_string())
    }
}

/// What one envelope is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The anchor whose key opens it.
    pub anchor_id: ContextId,
    /// Version of that key.
    pub key_version: KeyVersion,
    /// The policy under which it was made, if any.
    pub policy_id: Option<ContextId>,
    /// The asset that the secret belongs to.
    pub asset_id: ContextId,
    /// The piece of key material that the secret is (`asset_key_material_id`).
    pub material_id: ContextId,
    /// When it was made.
    pub created_at: CreatedAt,
}

impl Context {
    /// The associated data: JCS of one flat object with the context and the format's version.
    #[must_use]
    pub fn aad(&self) -> String {
        let mut out = String::with_capacity(384);
        out.push_str("{\"anchor_id\":");
        push_json_string(&mut out, self.anchor_id.as_str());
        out.push_str(",\"asset_id\":");
        push_json_string(&mut out, self.asset_id.as_str());
        out.push_str(",\"asset_key_material_id\":");
        push_json_string(&mut out, self.material_id.as_str());
        out.push_str(",\"created_at\":");
        push_json_string(&mut out, self.created_at.as_str());
        out.push_str(",\"key_version\":");
        self.push_key_version_and_policy(&mut out);
        out
    }

    /// The tail that associated data and envelope have in common.
    pub(super) fn push_key_version_and_policy(&self, out: &mut String) {
        out.push_str(&self.key_version.to_string());
        out.push_str(",\"policy_id\":");
        match &self.policy_id {
            Some(id) => push_json_string(out, id.as_str()),
            None => out.push_str("null"),
        }
        out.push_str(",\"version\":\"");
        out.push_str(VERSION);
        out.push_str("\"}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_1_to_256_bytes() {
        assert!(ContextId::new("").is_err());
        assert!(ContextId::new("ä".repeat(128)).is_ok());
        assert!(ContextId::new("ä".repeat(128) + "x").is_err());
    }

    #[test]
    fn key_versions_are_exact_in_every_json_reader() {
        assert!(KeyVersion::new(0).is_err());
        assert!(KeyVersion::new(KeyVersion::MAX).is_ok());
        assert!(KeyVersion::new(KeyVersion::MAX + 1).is_err());
    }

    #[test]
    fn created_at_is_checked_for_form() {
        assert!(CreatedAt::new("2026-99-99T99:99:99.999Z").is_ok());
        for other in [
            "2026-11-22T09:00:01Z",
            "2026-11-22T09:00:01.00Z",
            "2026-11-22 09:00:01.000Z",
            "2026-11-22T09:00:01.000z",
            "+026-11-22T09:00:01.000Z",
            "2026-11-22T09:00:01.000+00:00",
            "",
        ] {
            assert!(CreatedAt::new(other).is_err(), "{other}");
        }
        assert_eq!(
            CreatedAt::try_from(Timestamp::from_unix_ms(0))
                .unwrap()
                .as_str(),
            "1970-01-01T00:00:00.000Z"
        );
        assert!(CreatedAt::try_from(Timestamp::from_unix_ms(-70_000_000_000_000)).is_err());
    }
}
