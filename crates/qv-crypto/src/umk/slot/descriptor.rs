//! The public description of a slot, which its records authenticate.

use std::fmt;

use qv_types::{SlotId, VaultId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::CryptoError;
use crate::encoding::jcs;
use crate::umk::factor::{FactorParameters, join_kinds};
use crate::umk::{HexBytes, Result};

/// Version of the descriptors that this code writes.
const VERSION: u64 = 1;

/// A slot's descriptor: kept and compared as its canonical text (JCS), the AAD of its records.
///
/// Parsing takes members and versions that it does not know, because only the tag of a record
/// decides whether a descriptor is genuine: an edited one must not be told from a forged one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Descriptor {
    canonical: String,
    version: u64,
    vault: VaultId,
    slot: SlotId,
    salt: HexBytes<32>,
    opening: Opening,
}

/// What opens a slot.
#[derive(Debug, Clone, PartialEq)]
pub enum Opening {
    /// All of these factors.
    All(Vec<FactorParameters>),
    /// Any `k` of these groups, each with all of its factors. Groups count from 1.
    Threshold {
        /// How many groups it takes.
        k: u8,
        /// The groups.
        groups: Vec<Vec<FactorParameters>>,
    },
}

impl Descriptor {
    /// Parses a stored descriptor.
    ///
    /// # Errors
    /// [`CryptoError::Malformed`] where the text is no descriptor or not in its canonical form,
    /// [`CryptoError::UnknownFactorKind`].
    pub fn parse(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).map_err(|_| malformed())?;
        let descriptor = Self::from_value(&value)?;
        if descriptor.canonical == text {
            Ok(descriptor)
        } else {
            Err(malformed())
        }
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.canonical
    }

    /// The vault that the slot belongs to.
    #[must_use]
    pub const fn vault(&self) -> VaultId {
        self.vault
    }

    /// The slot's id.
    #[must_use]
    pub const fn slot(&self) -> SlotId {
        self.slot
    }

    /// The slot's salt, which wallets sign and every key of the slot is derived with.
    #[must_use]
    pub const fn salt(&self) -> &HexBytes<32> {
        &self.salt
    }

    /// What opens the slot.
    #[must_use]
    pub const fn opening(&self) -> &Opening {
        &self.opening
    }

    /// Whether a quantum attacker with the database alone could open the slot. Of a threshold
    /// slot the weakest set of `k` groups counts.
    #[must_use]
    pub fn is_classical(&self) -> bool {
        let classical = |factors: &[FactorParameters]| {
            factors.iter().all(|factor| factor.kind().is_classical())
        };
        match &self.opening {
            Opening::All(factors) => classical(factors),
            Opening::Threshold { k, groups } => {
                groups.iter().filter(|group| classical(group)).count() >= usize::from(*k)
            }
        }
    }

    pub(super) fn new(
        vault: VaultId,
        slot: SlotId,
        salt: HexBytes<32>,
        opening: &Opening,
    ) -> Result<Self> {
        let mut value = json!({
            "type": "umk_slot", "version": VERSION, "vault_id": vault, "slot_id": slot, "salt": salt,
        });
        match opening {
            Opening::All(factors) => value["factors"] = factors_value(factors),
            Opening::Threshold { k, groups } => {
                let group = |(index, factors): (u8, &Vec<_>)| json!({"index": index, "factors": factors_value(factors)});
                value["k"] = json!(k);
                value["groups"] = (1..).zip(groups).map(group).collect();
            }
        }
        Self::from_value(&value)
    }

    pub(in crate::umk) fn from_value(value: &Value) -> Result<Self> {
        let members = value.as_object().ok_or_else(malformed)?;
        if member::<String>(members, "type")? != "umk_slot" {
            return Err(malformed());
        }
        Ok(Self {
            canonical: jcs(value)?,
            version: member(members, "version")?,
            vault: member(members, "vault_id")?,
            slot: member(members, "slot_id")?,
            salt: member(members, "salt")?,
            opening: opening_from(members)?,
        })
    }

    /// Refuses a version that this code does not write. Only after a record's tag has vouched for it.
    pub(super) fn check_version(&self) -> Result<()> {
        match self.version {
            VERSION => Ok(()),
            other => Err(CryptoError::UnknownVersion {
                found: format!("umk_slot {other}"),
            }),
        }
    }
}

impl fmt::Display for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds =
            |factors: &[FactorParameters]| join_kinds(factors.iter().map(FactorParameters::kind));
        match self {
            Self::All(factors) => f.write_str(&kinds(factors)),
            Self::Threshold { k, groups } => {
                let groups: Vec<_> = groups.iter().map(|group| kinds(group)).collect();
                write!(f, "{k} of ({})", groups.join(", "))
            }
        }
    }
}

impl TryFrom<String> for Descriptor {
    type Error = CryptoError;
    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl From<Descriptor> for String {
    fn from(descriptor: Descriptor) -> Self {
        descriptor.canonical
    }
}

fn opening_from(members: &Map<String, Value>) -> Result<Opening> {
    match (members.get("factors"), members.get("groups")) {
        (Some(factors), None) if !members.contains_key("k") => {
            Ok(Opening::All(factors_from(factors)?))
        }
        (None, Some(groups)) => {
            let groups = groups.as_array().ok_or_else(malformed)?;
            let groups = (1..)
                .zip(groups)
                .map(|(index, group)| group_from(index, group));
            let groups = groups.collect::<Result<Vec<_>>>()?;
            let k = member::<u8>(members, "k")?;
            let sound = (2..=16).contains(&groups.len()) && (1..=groups.len()).contains(&k.into());
            if sound {
                Ok(Opening::Threshold { k, groups })
            } else {
                Err(malformed())
            }
        }
        _ => Err(malformed()),
    }
}

fn group_from(index: u8, group: &Value) -> Result<Vec<FactorParameters>> {
    let members = group.as_object().ok_or_else(malformed)?;
    if member::<u8>(members, "index")? != index {
        return Err(malformed());
    }
    factors_from(members.get("factors").ok_or_else(malformed)?)
}

/// At least one factor, each kind at most once, in the fixed order.
fn factors_from(value: &Value) -> Result<Vec<FactorParameters>> {
    let factors = value
        .as_array()
        .filter(|factors| !factors.is_empty())
        .ok_or_else(malformed)?;
    let factors = factors
        .iter()
        .map(FactorParameters::from_value)
        .collect::<Result<Vec<_>>>()?;
    let ordered = factors.is_sorted_by(|one, next| one.kind() < next.kind());
    if ordered {
        Ok(factors)
    } else {
        Err(malformed())
    }
}

fn factors_value(factors: &[FactorParameters]) -> Value {
    factors.iter().map(FactorParameters::to_value).collect()
}

fn member<T: DeserializeOwned>(members: &Map<String, Value>, name: &str) -> Result<T> {
    let value = members.get(name).cloned().ok_or_else(malformed)?;
    serde_json::from_value(value).map_err(|_| malformed())
}

fn malformed() -> CryptoError {
    CryptoError::Malformed("a slot descriptor")
}
