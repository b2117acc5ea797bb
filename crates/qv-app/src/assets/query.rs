//! Lists of assets: which ones, in which order, and how many.

use std::str::FromStr;

use qv_policy::deadlines::{Deadline, Traits};
use qv_store::{
    AssetCounts, AssetFilter, AssetSort as Key, AssetSummary, PolicyFilter, ScanFilter,
};
use qv_types::{
    AssetStatus, AssetType, Compliance, Cursor, Environment, Harvest, Page, RiskLevel, ScanId,
    ScanResult, SortOrder, Verdict,
};
use serde::Deserialize;

use crate::query::page_size;
use crate::risk::{find_deadline, harvest_filter};
use crate::{AppError, Vault, policies};

/// Which assets, and in which order. Parts that are empty or missing do not narrow.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssetQuery {
    /// Part of a name or location, in any case.
    pub search: Option<String>,
    /// Any of these environments.
    pub environments: Vec<Environment>,
    /// Any of these types.
    pub types: Vec<AssetType>,
    /// Any of these compliance states.
    pub compliance: Vec<Compliance>,
    /// Any of these verdicts.
    pub verdicts: Vec<Verdict>,
    /// Any of these levels.
    pub levels: Vec<RiskLevel>,
    /// Any of these statuses.
    pub statuses: Vec<AssetStatus>,
    /// With this tag.
    pub tag: Option<String>,
    /// Standing so to policies.
    pub policy: Option<PolicyScope>,
    /// Seen by this scan.
    pub scan: Option<ScanScope>,
    /// Missing the date of this id as they are.
    pub deadline: Option<String>,
    /// Standing so in the ledger of what is recorded today and read later.
    pub harvest: Option<Harvest>,
    /// The order.
    pub sort: AssetSort,
    /// Its direction; the sort's own where none is given.
    pub order: Option<SortOrder>,
    /// Rows of a page, 1 to 500; fewer where they would weigh more than 64 KiB of JSON.
    pub limit: u32,
    /// Where the page begins.
    pub after: Option<Cursor>,
}

/// How an asset stands to policies, as last evaluated. A policy is given by id or name.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyScope {
    /// In the scope of this policy.
    InScope(String),
    /// In its scope and compliant with it.
    Compliant(String),
    /// In its scope and failing it.
    OutOf(String),
    /// Failing at least one active policy.
    OutOfAny,
}

/// Which scan saw an asset, and how.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanScope {
    /// The scan.
    pub id: ScanId,
    /// What it did to the asset; whatever that was where none is given.
    #[serde(default)]
    pub result: Option<ScanResult>,
}

/// The orders that lists offer.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetSort {
    /// Riskiest first.
    #[default]
    Risk,
    /// By name.
    Name,
    /// By location.
    Location,
    /// Longest not scanned first.
    Scan,
    /// Newest change first.
    Updated,
}

impl AssetSort {
    /// The words of the orders.
    pub const WORDS: &'static [&'static str] = &["risk", "name", "location", "scan", "updated"];

    /// The direction that is meant where none is said.
    #[must_use]
    pub const fn order(self) -> SortOrder {
        match self {
            Self::Risk | Self::Updated => SortOrder::Desc,
            Self::Name | Self::Location | Self::Scan => SortOrder::Asc,
        }
    }

    const fn key(self) -> Key {
        match self {
            Self::Risk => Key::Score,
            Self::Name => Key::Name,
            Self::Location => Key::Location,
            Self::Scan => Key::LastScan,
            Self::Updated => Key::Updated,
        }
    }
}

impl FromStr for AssetSort {
    type Err = AppError;
    fn from_str(text: &str) -> Result<Self, AppError> {
        Ok(match text {
            "risk" => Self::Risk,
            "name" => Self::Name,
            "location" => Self::Location,
            "scan" => Self::Scan,
            "updated" => Self::Updated,
            _ => {
                return Err(AppError::InvalidInput(format!(
                    "`{text}` is no order; use {}",
                    Self::WORDS.join(", ")
                )));
            }
        })
    }
}

/// One page of assets.
///
/// # Errors
/// A cursor of another list; a page size out of range; a policy, a scan or a deadline that does not
/// exist.
pub async fn list(vault: &Vault, query: AssetQuery) -> Result<Page<AssetSummary>, AppError> {
    let stored = qv_store::AssetQuery {
        sort: query.sort.key(),
        order: query.order.unwrap_or(query.sort.order()),
        limit: page_size(query.limit)?,
        cursor: query.after.clone(),
        filter: filter(vault, query).await?,
    };
    Ok(vault.store().asset_page(&stored).await?)
}

/// How many assets a query has on all its pages, and how many each choice of verdict, level, status,
/// environment and type has beside the rest of it. Order and page do not matter.
///
/// # Errors
/// A policy, a scan or a deadline that does not exist.
pub async fn count(vault: &Vault, query: AssetQuery) -> Result<AssetCounts, AppError> {
    let deadline = query.deadline.as_deref().map(find_deadline).transpose()?;
    let filter = filter(vault, query).await?;
    let mut counts = vault.store().asset_counts(&filter).await?;
    // A date concerns some types only, whichever is chosen beside it.
    for choice in &mut counts.types {
        if deadline.is_some_and(|deadline| !deadline.concerns(choice.value)) {
            choice.assets = 0;
        }
    }
    Ok(counts)
}

async fn filter(vault: &Vault, query: AssetQuery) -> Result<AssetFilter, AppError> {
    if let Some(scan) = query.scan {
        vault.store().scan(scan.id).await?;
    }
    let policy = match query.policy {
        Some(scope) => Some(policy_filter(vault, scope).await?),
        None => None,
    };
    let deadline = query.deadline.as_deref().map(find_deadline).transpose()?;
    let (types, traits) = match deadline {
        Some(deadline) => missing(deadline, query.types),
        None => (query.types, None),
    };
    Ok(AssetFilter {
        environments: query.environments,
        types,
        traits,
        harvest: query
            .harvest
            .map(|standing| harvest_filter(vault, standing)),
        compliance: query.compliance,
        verdicts: query.verdicts,
        levels: query.levels,
        statuses: query.statuses,
        tag: query.tag,
        policy,
        scan: query.scan.map(|scan| ScanFilter {
            id: scan.id,
            result: scan.result,
        }),
        search: query.search,
    })
}

/// The types and traits of what misses a date, among `types` where some are given. No traits at all
/// match nothing.
fn missing(deadline: &Deadline, types: Vec<AssetType>) -> (Vec<AssetType>, Option<u32>) {
    let wanted = |one: &AssetType| types.is_empty() || types.contains(one);
    let left: Vec<_> = deadline.types.iter().copied().filter(wanted).collect();
    let traits = if left.is_empty() {
        Traits::default()
    } else {
        deadline.missing()
    };
    (left, Some(traits.bits()))
}

async fn policy_filter(vault: &Vault, scope: PolicyScope) -> Result<PolicyFilter, AppError> {
    let id = async |name: String| Ok::<_, AppError>(policies::find(vault, &name).await?.id);
    Ok(match scope {
        PolicyScope::InScope(name) => PolicyFilter::InScope(id(name).await?),
        PolicyScope::Compliant(name) => PolicyFilter::Compliant(id(name).await?),
        PolicyScope::OutOf(name) => PolicyFilter::OutOf(id(name).await?),
        PolicyScope::OutOfAny => PolicyFilter::OutOfAny,
    })
}
