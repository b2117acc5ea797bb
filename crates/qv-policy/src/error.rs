//! What can be wrong with a classification map, a file of deadlines, a scope or a requirement.

use qv_types::{Code, ScopeType};

/// Why a map, a policy or an evaluation was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The classification map breaks its schema.
    #[error(
        "the classification map is wrong: {reason}; correct the file or remove it to use the built-in one"
    )]
    Map {
        /// What is wrong, with its place where known.
        reason: String,
    },
    /// The file of deadlines breaks its schema.
    #[error("the file of deadlines is wrong: {reason}; correct it or use the built-in one")]
    Calendar {
        /// What is wrong, with its place where known.
        reason: String,
    },
    /// The scope definition is not the JSON object that is expected.
    #[error("the scope definition is wrong: {reason}")]
    ScopeMalformed {
        /// What is wrong, with the key and its place.
        reason: String,
    },
    /// The scope type asks for a key that is absent.
    #[error(
        "scope type {scope_type} needs the key `{key}` in the scope definition; add it or choose another scope type"
    )]
    ScopeKeyMissing {
        /// The scope type.
        scope_type: ScopeType,
        /// The key that it needs.
        key: &'static str,
    },
    /// A key that the scope type does not allow.
    #[error(
        "scope type {scope_type} does not allow the key `{key}` in the scope definition; remove it or choose another scope type"
    )]
    ScopeKeyRefused {
        /// The scope type.
        scope_type: ScopeType,
        /// The key.
        key: &'static str,
    },
    /// A list that would match nothing.
    #[error(
        "`{key}` is an empty list, which no asset can match; name at least one value or remove the key"
    )]
    EmptyList {
        /// The key.
        key: &'static str,
    },
    /// Custom queries are off.
    #[error(
        "custom queries are switched off; set `custom_query = true` under [policy] in the configuration to allow them"
    )]
    QueryDisabled,
    /// The query cannot be used.
    #[error("the custom query cannot be used: {reason}")]
    QueryRefused {
        /// What is wrong.
        reason: String,
    },
    /// The query failed on an asset.
    #[error("the custom query failed on an asset: {reason}; correct the policy's query")]
    QueryFailed {
        /// What went wrong.
        reason: String,
    },
    /// The required algorithms are not the JSON object that is expected.
    #[error("the required algorithms are wrong: {reason}")]
    RequirementsMalformed {
        /// What is wrong, with the key and its place.
        reason: String,
    },
    /// No wrapping could ever satisfy the policy.
    #[error(
        "PQC_ONLY cannot be met with only hybrid suites under `kem`; name ML-KEM-1024 or ML-KEM-768, or choose HYBRID"
    )]
    Unsatisfiable,
}

impl PolicyError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Map { .. } | Self::Calendar { .. } => Code::InvalidConfig,
            Self::QueryDisabled => Code::NotAllowed,
            _ => Code::InvalidInput,
        }
    }
}
