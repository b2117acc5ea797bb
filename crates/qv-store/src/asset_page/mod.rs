//! Pages of the asset list: filters, sorts and search over any number of assets.
//!
//! A page costs about the same at a thousand assets as at a hundred thousand, because one of three
//! plans reads little more than the page itself:
//! - *walk*: read the sort's index in order and skip what does not match, where much matches;
//! - *merge*: the five enum filters name a few facets (see the schema); read the first rows of each
//!   from the index (facet, sort) and merge, where few facets or few rows match;
//! - *set*: a tag, a policy, a scan or a search that matches few assets is read first, then sorted.
//!
//! The order is (sort key, facet, seq), so it is the same in all three and a cursor fits each.

mod counts;
mod cursor;
mod facet;
mod plan;
mod sql;

use qv_types::{
    AssetId, AssetStatus, AssetType, Compliance, Cursor, Environment, Harvest, Page, PolicyId,
    RiskLevel, ScanId, ScanResult, SortOrder, Verdict,
};
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnection;

pub(crate) use self::counts::verdict_counts;
pub use self::counts::{AssetCounts, Choice, SecrecyCount, TraitCount, VerdictCounts};
use self::cursor::{list_name, make_cursor, read_cursor};
pub(crate) use self::facet::Traits;
use self::facet::{has_facets, matching_facets};
use self::plan::{Plan, choose};
use self::sql::{bind_filter, bind_page, conditions, page_sql};
use crate::Store;
use crate::assets::{AssetSummary, read_summary};
use crate::cursor::page_of;
use crate::error::Result;
use crate::row::Columns;

/// What to list; an empty list or `None` does not narrow.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssetFilter {
    /// Any of these environments.
    pub environments: Vec<Environment>,
    /// Any of these types.
    pub types: Vec<AssetType>,
    /// Any of these compliance states.
    pub compliance: Vec<Compliance>,
    /// Any of these verdicts.
    pub verdicts: Vec<Verdict>,
    /// Any of these risk levels.
    pub levels: Vec<RiskLevel>,
    /// Any of these statuses.
    pub statuses: Vec<AssetStatus>,
    /// With this tag.
    pub tag: Option<String>,
    /// Standing so to a policy.
    pub policy: Option<PolicyFilter>,
    /// Seen by a scan.
    pub scan: Option<ScanFilter>,
    /// Having any of these traits ([`crate::Assessment::traits`]).
    pub traits: Option<u32>,
    /// Standing so in the ledger of what is recorded today and read later.
    pub harvest: Option<HarvestFilter>,
    /// Name or location contains this, in any case.
    pub search: Option<String>,
}

/// How an asset stands to a policy, as last evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyFilter {
    /// In its scope.
    InScope(PolicyId),
    /// In its scope and compliant.
    Compliant(PolicyId),
    /// In its scope and not compliant.
    OutOf(PolicyId),
    /// Not compliant with at least one active policy.
    OutOfAny,
}

/// Which scan saw an asset, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanFilter {
    /// The scan.
    pub id: ScanId,
    /// What it did to the asset; `None` for whatever that was.
    pub result: Option<ScanResult>,
}

/// How an asset stands in the ledger, and what decides it (`qv_policy::harvest`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HarvestFilter {
    /// The standing.
    pub standing: Harvest,
    /// A lifetime of more years than these is too long; negative where every one is.
    pub years_left: i64,
    /// Where and of which type assets are whose lifetime is too long unless their owner says otherwise.
    pub too_long: Vec<(Environment, AssetType)>,
}

/// What an asset list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetSort {
    /// Risk score.
    #[default]
    Score,
    /// Name, in any case.
    Name,
    /// Location.
    Location,
    /// Last scan; never scanned counts as earliest.
    LastScan,
    /// Last change.
    Updated,
}

/// One page of the asset list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetQuery {
    /// What to list.
    pub filter: AssetFilter,
    /// Sorted by what.
    pub sort: AssetSort,
    /// In which direction.
    pub order: SortOrder,
    /// Rows of a page, at most 1,000; fewer where they would weigh more than 64 KiB of JSON.
    pub limit: u32,
    /// Where the page begins; of the same filter and sort.
    pub cursor: Option<Cursor>,
}

impl Store {
    /// One page of the asset list.
    ///
    /// # Errors
    /// [`crate::Error::BadCursor`] where the cursor is not of this filter and sort.
    pub async fn asset_page(&self, query: &AssetQuery) -> Result<Page<AssetSummary>> {
        let list = list_name(query)?;
        let after = query
            .cursor
            .as_ref()
            .map(|cursor| read_cursor(cursor, &list, query.sort))
            .transpose()?;
        let limit = query.limit.clamp(1, 1000) as usize;
        let mut db = self.reads.acquire().await?;
        let Some(plan) = choose(&mut db, query, limit + 1, self.few).await? else {
            return Ok(Page {
                items: Vec::new(),
                next: None,
            });
        };
        let sql = page_sql(query, &plan, after.is_some());
        let rows = bind_page(
            sqlx::query(AssertSqlSafe(sql)),
            query,
            &plan,
            after.as_ref(),
            limit + 1,
        )
        .fetch_all(&mut *db)
        .await?;
        page_of(&rows, limit, read_summary, |last| {
            make_cursor(last, &list, query.sort)
        })
    }

    /// The ids of all assets that match, at most `limit`.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn asset_ids(&self, filter: &AssetFilter, limit: u32) -> Result<Vec<AssetId>> {
        let mut db = self.reads.acquire().await?;
        let plan = plain_plan(&mut db, filter).await?;
        let condition = conditions(filter, &plan);
        let sql = format!("SELECT id FROM assets a WHERE {condition} ORDER BY seq LIMIT ?11");
        let rows = bind_filter(
            sqlx::query(AssertSqlSafe(sql)),
            filter,
            plan.facets.as_deref(),
        )
        .bind(limit)
        .fetch_all(&mut *db)
        .await?;
        rows.iter().map(|row| row.parsed("id")).collect()
    }
}

/// The plan of a statement that reads all that matches.
async fn plain_plan(db: &mut SqliteConnection, filter: &AssetFilter) -> Result<Plan> {
    let facets = match has_facets(filter) {
        true => Some(matching_facets(db, filter).await?.list),
        false => None,
    };
    Ok(Plan::walk(facets))
}

/// Whether a filter narrows by more than facets.
fn has_residual(filter: &AssetFilter) -> bool {
    filter.tag.is_some()
        || filter.policy.is_some()
        || filter.scan.is_some()
        || filter.traits.is_some()
        || filter.harvest.is_some()
        || search_text(filter).is_some()
}

fn search_text(filter: &AssetFilter) -> Option<&str> {
    filter.search.as_deref().filter(|text| !text.is_empty())
}

/// The search as a query of the trigram index, which needs three characters.
fn indexed_search(filter: &AssetFilter) -> Option<String> {
    let text = search_text(filter).filter(|text| text.chars().count() >= 3)?;
    Some(format!("\"{}\"", text.replace('"', "\"\"")))
}
