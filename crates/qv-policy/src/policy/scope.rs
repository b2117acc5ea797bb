//! Which assets a policy applies to (MVP section 5.2).
//!
//! Invariants: keys are joined by AND, the values of one key by OR; a key that is not known, an
//! empty list and a definition that disagrees with its scope type are refused, because each would
//! silently choose other assets than its author meant.

use qv_types::{AssetStatus, AssetType, Compliance, Environment, RiskLevel, ScopeType};
use serde::{Deserialize, Serialize};

use super::AssetView;
use super::query::Query;
use crate::PolicyError;

/// Whether CUSTOM_QUERY scopes may be used. Off unless the configuration allows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CustomQueries {
    /// A CUSTOM_QUERY scope is refused.
    #[default]
    Refused,
    /// A CUSTOM_QUERY scope is parsed and evaluated.
    Allowed,
}

/// A parsed scope. Serialises to its canonical `scope_definition`.
#[derive(Debug, Clone, Serialize)]
pub struct Scope {
    #[serde(skip)]
    scope_type: ScopeType,
    #[serde(flatten)]
    definition: Definition,
    #[serde(skip)]
    query: Option<Query>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Definition {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    asset_type: Option<Vec<AssetType>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    environment: Option<Vec<Environment>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min_risk_level: Option<RiskLevel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pqc_compliance: Option<Vec<Compliance>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<Vec<AssetStatus>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    query: Option<String>,
}

impl Scope {
    /// Parses a `scope_definition` (a JSON object) for its scope type.
    ///
    /// # Errors
    /// Not an object, an unknown key or word (named), an empty list, a key that the scope type
    /// needs or does not allow, a query where they are switched off or that cannot be used.
    pub fn parse(
        scope_type: ScopeType,
        json: &str,
        queries: CustomQueries,
    ) -> Result<Self, PolicyError> {
        let definition: Definition =
            super::parse_object(json).map_err(|reason| PolicyError::ScopeMalformed { reason })?;
        definition.refuse_empty_lists()?;
        definition.agree_with(scope_type)?;
        let query = match (&definition.query, queries) {
            (None, _) => None,
            (Some(_), CustomQueries::Refused) => return Err(PolicyError::QueryDisabled),
            (Some(text), CustomQueries::Allowed) => Some(Query::parse(text)?),
        };
        Ok(Self {
            scope_type,
            definition,
            query,
        })
    }

    /// The scope type that it was parsed for.
    #[must_use]
    pub fn scope_type(&self) -> ScopeType {
        self.scope_type
    }

    /// Whether the asset is in scope.
    ///
    /// # Errors
    /// [`PolicyError::QueryFailed`] where a custom query fails on this asset.
    pub fn contains(&self, asset: &AssetView) -> Result<bool, PolicyError> {
        Ok(self.definition.matches(asset)
            && self
                .query
                .as_ref()
                .map_or(Ok(true), |query| query.matches(asset))?)
    }
}

impl Definition {
    fn refuse_empty_lists(&self) -> Result<(), PolicyError> {
        let tags_with_nothing = self
            .tags
            .as_ref()
            .is_some_and(|tags| tags.is_empty() || tags.iter().any(String::is_empty));
        let lists = [
            ("type", self.asset_type.as_ref().is_some_and(Vec::is_empty)),
            (
                "environment",
                self.environment.as_ref().is_some_and(Vec::is_empty),
            ),
            (
                "pqcCompliance",
                self.pqc_compliance.as_ref().is_some_and(Vec::is_empty),
            ),
            ("status", self.status.as_ref().is_some_and(Vec::is_empty)),
            ("tags", tags_with_nothing),
        ];
        lists
            .iter()
            .find(|(_, empty)| *empty)
            .map_or(Ok(()), |(key, _)| Err(PolicyError::EmptyList { key }))
    }

    fn agree_with(&self, scope_type: ScopeType) -> Result<(), PolicyError> {
        let present = [
            ("type", self.asset_type.is_some()),
            ("environment", self.environment.is_some()),
            ("minRiskLevel", self.min_risk_level.is_some()),
            ("pqcCompliance", self.pqc_compliance.is_some()),
            ("status", self.status.is_some()),
            ("tags", self.tags.is_some()),
            ("query", self.query.is_some()),
        ];
        let needed = match scope_type {
            ScopeType::AllAssets => None,
            ScopeType::ByType => Some("type"),
            ScopeType::ByEnvironment => Some("environment"),
            ScopeType::ByTag => Some("tags"),
            ScopeType::ByRiskLevel => Some("minRiskLevel"),
            ScopeType::CustomQuery => Some("query"),
        };
        if let Some(key) = needed.filter(|needed| !present.contains(&(*needed, true))) {
            return Err(PolicyError::ScopeKeyMissing { scope_type, key });
        }
        let refused = |key: &str| {
            scope_type == ScopeType::AllAssets
                || (key == "query" && scope_type != ScopeType::CustomQuery)
        };
        present
            .iter()
            .find(|(key, given)| *given && refused(key))
            .map_or(Ok(()), |(key, _)| {
                Err(PolicyError::ScopeKeyRefused { scope_type, key })
            })
    }

    fn matches(&self, asset: &AssetView) -> bool {
        fn allows<T: PartialEq>(wanted: Option<&Vec<T>>, value: &T) -> bool {
            wanted.is_none_or(|wanted| wanted.contains(value))
        }
        allows(self.asset_type.as_ref(), &asset.asset_type)
            && allows(self.environment.as_ref(), &asset.environment)
            && allows(self.pqc_compliance.as_ref(), &asset.compliance)
            && allows(self.status.as_ref(), &asset.status)
            && self
                .min_risk_level
                .is_none_or(|least| asset.risk_level >= least)
            && self
                .tags
                .as_ref()
                .is_none_or(|wanted| wanted.iter().any(|tag| asset.tags.contains(tag)))
    }
}
