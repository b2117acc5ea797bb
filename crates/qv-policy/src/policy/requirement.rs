//! What a policy requires (MVP section 2.1, `required_pqc_algorithms`).

use std::fmt;
use std::str::FromStr;

use qv_types::{AeadSuite, KemSuite, SignatureSuite, TransitionStrategy, UnknownWord};
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};

use crate::PolicyError;

/// Required algorithms; an empty list requires nothing of its kind. Several names of one kind are
/// alternatives.
///
/// `kem` and `symmetric` bind what wrapping uses. `signature` binds the authentication layer of
/// an asset that counts as compliant by its own cryptography; no wrapping changes that layer, so a
/// wrapped asset is not measured by it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirements {
    /// Key encapsulation suites.
    #[serde(
        default,
        deserialize_with = "suites",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub kem: Vec<KemSuite>,
    /// AEAD suites.
    #[serde(
        default,
        deserialize_with = "suites",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub symmetric: Vec<AeadSuite>,
    /// Signature suites, post-quantum ones.
    #[serde(
        default,
        deserialize_with = "post_quantum",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub signature: Vec<SignatureSuite>,
}

impl Requirements {
    /// Parses `required_pqc_algorithms` (a JSON object).
    ///
    /// # Errors
    /// [`PolicyError::RequirementsMalformed`] for an unknown key or suite (named), a suite that occurs
    /// twice; [`PolicyError::Unsatisfiable`] where PQC_ONLY meets only hybrid KEMs.
    pub fn parse(json: &str, strategy: TransitionStrategy) -> Result<Self, PolicyError> {
        let required: Self = super::parse_object(json)
            .map_err(|reason| PolicyError::RequirementsMalformed { reason })?;
        let only_hybrids =
            !required.kem.is_empty() && required.kem.iter().all(|kem| kem.is_hybrid());
        if strategy == TransitionStrategy::PqcOnly && only_hybrids {
            return Err(PolicyError::Unsatisfiable);
        }
        Ok(required)
    }
}

/// Names of suites, each once.
fn suites<'de, D, S>(deserializer: D) -> Result<Vec<S>, D::Error>
where
    D: Deserializer<'de>,
    S: FromStr<Err = UnknownWord> + PartialEq + fmt::Display,
{
    let names = Vec::<String>::deserialize(deserializer)?;
    let mut suites: Vec<S> = Vec::with_capacity(names.len());
    for name in &names {
        let suite: S = name.parse().map_err(de::Error::custom)?;
        if suites.contains(&suite) {
            return Err(de::Error::custom(format_args!("`{suite}` occurs twice")));
        }
        suites.push(suite);
    }
    Ok(suites)
}

/// As [`suites`]; a classical signature cannot be what a policy requires.
fn post_quantum<'de, D>(deserializer: D) -> Result<Vec<SignatureSuite>, D::Error>
where
    D: Deserializer<'de>,
{
    let suites: Vec<SignatureSuite> = suites(deserializer)?;
    match suites.iter().find(|suite| !suite.is_post_quantum()) {
        Some(suite) => Err(de::Error::custom(format_args!(
            "`{suite}` is not a post-quantum signature suite; use one such as {}",
            SignatureSuite::MlDsa65
        ))),
        None => Ok(suites),
    }
}
