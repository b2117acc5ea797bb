//! One file per noun: each command calls one use case and gives back what it returned.

pub mod anchors;
pub mod ask;
pub mod assets;
pub mod attest;
pub mod audit;
pub mod config;
pub mod drafts;
pub mod files;
pub mod jobs;
pub mod policies;
pub mod reveal;
pub mod risk;
pub mod scans;
pub mod secrets;
pub mod slots;
pub mod targets;
pub mod vault;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// Text that a person typed and that is secret.
#[derive(specta::Type)]
#[specta(type = String)]
pub struct Typed(Zeroizing<String>);

impl Typed {
    /// Its bytes.
    pub fn into_secret(self) -> qv_app::SecretBytes {
        qv_app::SecretBytes::copied_from(self.0.as_bytes())
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}
