//! Choosing how a page is found, from counts that the database keeps.

use qv_types::{AssetStatus, AssetType, Compliance, Environment, RiskLevel};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, query::Query};

use super::sql::bind_filter;
use super::{AssetFilter, AssetQuery, AssetSort, PolicyFilter, indexed_search, search_text};
use crate::error::Result;
use crate::row::Columns;

/// How a page is found.
pub(super) struct Plan {
    pub(super) way: Way,
    /// The facets that match, a JSON list; `None` where every one does.
    pub(super) facets: Option<String>,
}

pub(super) enum Way {
    /// Along the sort's index.
    Walk,
    /// The first rows of each facet.
    Merge,
    /// From the rows that this statement lists.
    Set(&'static str),
}

impl Plan {
    pub(super) fn walk(facets: Option<String>) -> Self {
        Self {
            way: Way::Walk,
            facets,
        }
    }
}

/// The facets that a filter admits.
pub(super) struct Facets {
    /// A JSON list.
    pub(super) list: String,
    /// How many there are.
    pub(super) count: u64,
    /// Assets in them.
    pub(super) rows: u64,
}

/// Whether a filter narrows by facet at all.
pub(super) fn has_facets(filter: &AssetFilter) -> bool {
    masks(filter).iter().any(|mask| *mask != EVERY)
}

pub(super) async fn matching_facets(
    db: &mut SqliteConnection,
    filter: &AssetFilter,
) -> Result<Facets> {
    let statement = sqlx::query(
        "SELECT json_group_array(facet) AS list, count(*) AS count, coalesce(sum(assets), 0) AS assets FROM asset_facets WHERE assets > 0
           AND ?1 >> (facet >> 16 & 15) & 1 AND ?2 >> (facet >> 12 & 15) & 1 AND ?3 >> (facet >> 8 & 15) & 1
           AND ?4 >> (facet >> 4 & 15) & 1 AND ?5 >> (facet & 15) & 1",
    );
    let row = masks(filter)
        .into_iter()
        .fold(statement, Query::bind)
        .fetch_one(db)
        .await?;
    Ok(Facets {
        list: row.text("list")?,
        count: row.count("count")?,
        rows: row.count("assets")?,
    })
}

/// The mask that admits every digit.
const EVERY: i64 = 0xffff;

/// For each digit of a facet, from the highest, the values that a filter admits.
fn masks(filter: &AssetFilter) -> [i64; 5] {
    [
        mask(&filter.environments, Environment::ALL),
        mask(&filter.types, AssetType::ALL),
        mask(&filter.compliance, Compliance::ALL),
        mask(&filter.levels, RiskLevel::ALL),
        mask(&filter.statuses, AssetStatus::ALL),
    ]
}

fn mask<T: PartialEq>(wanted: &[T], all: &[T]) -> i64 {
    if wanted.is_empty() {
        return EVERY;
    }
    let digits = (0..).zip(all).filter(|(_, value)| wanted.contains(value));
    digits.fold(0, |mask, (digit, _)| mask | 1 << digit)
}

/// Chooses the plan; `None` where nothing can match.
pub(super) async fn choose(
    db: &mut SqliteConnection,
    query: &AssetQuery,
    limit: usize,
    few: usize,
) -> Result<Option<Plan>> {
    let filter = &query.filter;
    let facets = match has_facets(filter) {
        true => Some(matching_facets(db, filter).await?),
        false => None,
    };
    if facets.as_ref().is_some_and(|facets| facets.rows == 0) {
        return Ok(None);
    }
    let list = facets.as_ref().map(|facets| facets.list.clone());
    for (set, bound) in small_sets(query, few) {
        let sql = AssertSqlSafe(format!("SELECT count(*) AS n FROM ({set} LIMIT ?9)"));
        let count = bind_filter(sqlx::query(sql), filter, None).bind(bound as i64 + 1);
        let rows = count.fetch_one(&mut *db).await?.count("n")?;
        if rows == 0 {
            return Ok(None);
        }
        if rows <= bound as u64 {
            return Ok(Some(Plan {
                way: Way::Set(set),
                facets: list,
            }));
        }
    }
    let residual = filter.tag.is_some() || filter.policy.is_some() || search_text(filter).is_some();
    let cheap = facets.is_some_and(|facets| {
        facets.count * limit as u64 <= few as u64 || facets.rows <= few as u64
    });
    let way = if cheap && !residual {
        Way::Merge
    } else {
        Way::Walk
    };
    Ok(Some(Plan { way, facets: list }))
}

/// Statements that list the rows of each part of the filter that may match few, with the number
/// up to which they are few.
fn small_sets(query: &AssetQuery, few: usize) -> Vec<(&'static str, usize)> {
    let filter = &query.filter;
    let mut sets = Vec::new();
    if indexed_search(filter).is_some() {
        // What a name contains and where it sorts go together, so that a walk by name may have far
        // to go to its first match: more is worth sorting then.
        let textual = matches!(query.sort, AssetSort::Name | AssetSort::Location);
        let bound = if textual { few * 4 } else { few };
        sets.push((
            "SELECT rowid AS seq FROM asset_search WHERE asset_search MATCH ?5",
            bound,
        ));
    }
    if filter.tag.is_some() {
        sets.push((
            "SELECT asset_seq AS seq FROM asset_tags WHERE tag = ?2",
            few,
        ));
    }
    match filter.policy {
        None | Some(PolicyFilter::OutOfAny) => {}
        Some(PolicyFilter::OutOf(_)) => {
            sets.push(("SELECT asset_seq AS seq FROM policy_assets WHERE policy_id = ?3 AND is_compliant = 0", few));
        }
        Some(PolicyFilter::InScope(_) | PolicyFilter::Compliant(_)) => {
            sets.push((
                "SELECT asset_seq AS seq FROM policy_assets WHERE policy_id = ?3",
                few,
            ));
        }
    }
    sets
}
