//! Policies: which assets they apply to, what they require, who meets it, who may be wrapped
//! (MVP sections 5 and 8.3).
//!
//! Invariants: a [`Policy`] exists only parsed, so nothing evaluates half a policy; an evaluation
//! says why. Start with [`Policy::parse`] and [`evaluate()`].

mod diff;
mod evaluate;
mod query;
mod requirement;
mod scope;
mod suite;
#[cfg(test)]
mod tests;

use qv_types::{
    AeadSuite, AssetStatus, AssetType, Compliance, Criticality, EnforcementMode, Environment,
    Exposure, KemSuite, RiskLevel, ScopeType, Sensitivity, TransitionStrategy, Verdict,
};

pub use diff::{Change, ChangeKind, diff};
pub use evaluate::{Evaluation, Ineligible, Reason, eligible, evaluate};
pub use requirement::Requirements;
pub use scope::{CustomQueries, Scope};
pub use suite::{UnknownWrapping, WrapSuite};

use crate::PolicyError;
use crate::kpi::Percent;

/// A policy as it is stored and received.
#[derive(Debug, Clone, Copy)]
pub struct PolicySource<'a> {
    /// How it chooses its assets.
    pub scope_type: ScopeType,
    /// `scope_definition`, a JSON object.
    pub scope_definition: &'a str,
    /// `required_pqc_algorithms`, a JSON object.
    pub required_pqc_algorithms: &'a str,
    /// Whether hybrid satisfies it.
    pub transition_strategy: TransitionStrategy,
    /// Whether it acts.
    pub enforcement_mode: EnforcementMode,
    /// Whether it counts.
    pub is_active: bool,
}

/// A parsed policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Which assets it applies to.
    pub scope: Scope,
    /// What it requires.
    pub required: Requirements,
    /// Whether hybrid satisfies it.
    pub transition_strategy: TransitionStrategy,
    /// Whether it acts.
    pub enforcement_mode: EnforcementMode,
    /// Whether it counts.
    pub is_active: bool,
}

impl Policy {
    /// Parses a policy.
    ///
    /// # Errors
    /// As [`Scope::parse`] and [`Requirements::parse`].
    pub fn parse(source: &PolicySource<'_>, queries: CustomQueries) -> Result<Self, PolicyError> {
        Ok(Self {
            scope: Scope::parse(source.scope_type, source.scope_definition, queries)?,
            required: Requirements::parse(
                source.required_pqc_algorithms,
                source.transition_strategy,
            )?,
            transition_strategy: source.transition_strategy,
            enforcement_mode: source.enforcement_mode,
            is_active: source.is_active,
        })
    }

    /// Whether material wrapped with `suite` meets this policy. Under HYBRID a hybrid suite stands
    /// for its post-quantum part too: `P-384+ML-KEM-1024` meets a required `ML-KEM-1024`.
    #[must_use]
    pub fn accepts(&self, suite: WrapSuite) -> bool {
        self.accepts_kem(suite.kem)
            && (self.required.symmetric.is_empty() || self.required.symmetric.contains(&suite.aead))
    }

    /// Whether an anchor of this KEM may wrap under this policy.
    #[must_use]
    pub fn accepts_kem(&self, kem: KemSuite) -> bool {
        let strategy_allows =
            !kem.is_hybrid() || self.transition_strategy == TransitionStrategy::Hybrid;
        let required = &self.required.kem;
        strategy_allows
            && (required.is_empty()
                || required.contains(&kem)
                || required.contains(&kem.post_quantum_part()))
    }

    /// What to wrap with under this policy where the anchor is free to choose: the first required
    /// suite, in its hybrid form under HYBRID (P-384), and ML-KEM-1024 and AES-256-GCM by default.
    /// An existing anchor of another KEM serves as well where [`Self::accepts_kem`] says so.
    #[must_use]
    pub fn wrapping_suite(&self) -> WrapSuite {
        let required = &self.required.kem;
        let kem = match self.transition_strategy {
            TransitionStrategy::PqcOnly => required
                .iter()
                .copied()
                .find(|kem| !kem.is_hybrid())
                .unwrap_or(KemSuite::MlKem1024),
            TransitionStrategy::Hybrid => required
                .iter()
                .copied()
                .find(|kem| kem.is_hybrid())
                .unwrap_or_else(|| match required.first() {
                    Some(KemSuite::MlKem768) => KemSuite::P384MlKem768,
                    _ => KemSuite::P384MlKem1024,
                }),
        };
        WrapSuite {
            kem,
            aead: self
                .required
                .symmetric
                .first()
                .copied()
                .unwrap_or(AeadSuite::Aes256Gcm),
        }
    }
}

/// What a policy may know of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetView {
    /// Name.
    pub name: String,
    /// Host, URI or path.
    pub location: String,
    /// Kind.
    pub asset_type: AssetType,
    /// Where it lives.
    pub environment: Environment,
    /// Compliance from its last scan.
    pub compliance: Compliance,
    /// Whether hybrid cryptography was detected.
    pub hybrid: bool,
    /// Verdict on its authentication layer.
    pub authentication: Verdict,
    /// Names of the algorithms that are negotiated in its authentication layer.
    pub authentication_algorithms: Vec<String>,
    /// Normative score.
    pub risk_score: u8,
    /// Level of the score.
    pub risk_level: RiskLevel,
    /// Where it stands.
    pub status: AssetStatus,
    /// Tags.
    pub tags: Vec<String>,
    /// What all of its material is wrapped with; `None` where it is not (all) wrapped.
    pub wrapper_algorithm: Option<String>,
    /// Who can reach it.
    pub exposure: Exposure,
    /// How sensitive its data is.
    pub sensitivity: Sensitivity,
    /// How much the business depends on it.
    pub criticality: Criticality,
}

impl AssetView {
    /// An ordinary TLS endpoint, to try a custom query on.
    pub(crate) fn example() -> Self {
        Self {
            name: "www".into(),
            location: "www.example.org:443".into(),
            asset_type: AssetType::TlsCert,
            environment: Environment::Prod,
            compliance: Compliance::NonCompliant,
            hybrid: false,
            authentication: Verdict::NonPqc,
            authentication_algorithms: vec!["ECDSA".into()],
            risk_score: 60,
            risk_level: RiskLevel::High,
            status: AssetStatus::AtRisk,
            tags: vec!["pci".into()],
            wrapper_algorithm: None,
            exposure: Exposure::InternetFacing,
            sensitivity: Sensitivity::Internal,
            criticality: Criticality::Medium,
        }
    }
}

/// `policy_coverage_percent` (MVP section 5.3): assets in scope of all assets.
#[must_use]
pub fn coverage(in_scope: u64, total: u64) -> Percent {
    Percent::of(in_scope, total)
}

/// Parses a JSON object. Serde alone would also take an array for a struct.
fn parse_object<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, String> {
    if !json.trim_start().starts_with('{') {
        return Err("it must be a JSON object, `{…}`".into());
    }
    serde_json::from_str(json).map_err(|error| error.to_string())
}
