//! What opens a slot: factors, their kinds in the one fixed order, and their public parameters.
//!
//! Invariant: a factor is 32 secret bytes, whatever device or person it came from; what must be
//! kept beside the slot to get them again is public and stands in the slot's descriptor.

pub mod passphrase;
pub mod yubikey_piv;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::wallet::WalletAddress;
use crate::CryptoError;
use crate::secret::Secret;
use crate::umk::Result;

/// A kind of factor. The order of the variants is the order in every descriptor and KEK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactorKind {
    /// A random secret sealed by a TPM.
    Tpm,
    /// ECDH with a key in a YubiKey's PIV application.
    YubikeyPiv,
    /// CTAP2 hmac-secret.
    Fido2,
    /// A random secret kept by the system's keyring.
    Keyring,
    /// A passphrase.
    Passphrase,
    /// A wallet's derivation signature.
    Wallet,
    /// A secret recovered from printed shares.
    Shares,
}

impl FactorKind {
    /// Every kind, in order.
    pub const ALL: [Self; 7] = [
        Self::Tpm,
        Self::YubikeyPiv,
        Self::Fido2,
        Self::Keyring,
        Self::Passphrase,
        Self::Wallet,
        Self::Shares,
    ];

    /// The kind as it stands in descriptors and info strings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tpm => "tpm",
            Self::YubikeyPiv => "yubikey-piv",
            Self::Fido2 => "fido2",
            Self::Keyring => "keyring",
            Self::Passphrase => "passphrase",
            Self::Wallet => "wallet",
            Self::Shares => "shares",
        }
    }

    /// Whether a quantum attacker who has only the database can compute the factor from its
    /// public parameters.
    #[must_use]
    pub const fn is_classical(self) -> bool {
        matches!(self, Self::Wallet | Self::YubikeyPiv)
    }
}

impl fmt::Display for FactorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FactorKind {
    type Err = CryptoError;
    fn from_str(text: &str) -> Result<Self> {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        known.ok_or(CryptoError::UnknownFactorKind)
    }
}

/// The kinds joined by `+`, as in info strings and messages.
pub fn join_kinds(kinds: impl IntoIterator<Item = FactorKind>) -> String {
    kinds
        .into_iter()
        .map(FactorKind::as_str)
        .collect::<Vec<_>>()
        .join("+")
}

/// The factors that someone presents to one slot or one group, each kind at most once.
#[derive(Debug, Default)]
pub struct Factors(BTreeMap<FactorKind, Secret<32>>);

impl Factors {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a factor; one of the same kind is replaced and erased.
    pub fn insert(&mut self, kind: FactorKind, secret: Secret<32>) {
        self.0.insert(kind, secret);
    }

    /// The kinds, in the fixed order.
    pub fn kinds(&self) -> impl Iterator<Item = FactorKind> + Clone {
        self.0.keys().copied()
    }

    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret<32>> {
        self.0.values()
    }
}

impl FromIterator<(FactorKind, Secret<32>)> for Factors {
    fn from_iter<I: IntoIterator<Item = (FactorKind, Secret<32>)>>(factors: I) -> Self {
        Self(factors.into_iter().collect())
    }
}

/// A factor's kind and all its public parameters: one element of a descriptor's `factors`.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorParameters {
    kind: FactorKind,
    members: Map<String, Value>,
}

impl FactorParameters {
    /// The kind with the members of `parameters`, a structure.
    ///
    /// # Errors
    /// [`CryptoError::Malformed`] where `parameters` is no structure or has a member `kind`.
    pub fn new(kind: FactorKind, parameters: &impl Serialize) -> Result<Self> {
        match serde_json::to_value(parameters) {
            Ok(Value::Object(members)) if !members.contains_key("kind") => {
                Ok(Self { kind, members })
            }
            _ => Err(MALFORMED),
        }
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> FactorKind {
        self.kind
    }

    /// Reads the parameters as the structure that the kind's backend wrote.
    ///
    /// # Errors
    /// [`CryptoError::Malformed`].
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_value(Value::Object(self.members.clone())).map_err(|_| MALFORMED)
    }

    pub(super) fn from_value(value: &Value) -> Result<Self> {
        let mut members = value.as_object().cloned().unwrap_or_default();
        match members.remove("kind") {
            Some(Value::String(kind)) => Ok(Self {
                kind: kind.parse()?,
                members,
            }),
            _ => Err(CryptoError::UnknownFactorKind),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let mut members = self.members.clone();
        members.insert("kind".into(), self.kind.as_str().into());
        Value::Object(members)
    }
}

/// Public parameters of a wallet factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalletParameters {
    /// The wallet whose derivation signature opens the slot.
    pub wallet: WalletAddress,
}

/// A factor at enrolment: what is kept beside the slot, and the secret itself.
#[derive(Debug)]
pub struct Enrolled {
    /// Kind and public parameters.
    pub parameters: FactorParameters,
    /// The factor.
    pub factor: Secret<32>,
}

const MALFORMED: CryptoError = CryptoError::Malformed("the public parameters of a factor");
