//! Choosing how a page is found, from counts that the database keeps.

use std::borrow::Cow;

use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnection;

use super::facet::{Facets, has_facets, matching_facets};
use super::sql::{SHORT_SEARCH, bind_filter, having_traits, standing_so};
use super::{
    AssetFilter, AssetQuery, AssetSort, PolicyFilter, has_residual, indexed_search, search_text,
};
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
    Set(Cow<'static, str>),
}

impl Plan {
    pub(super) fn walk(facets: Option<String>) -> Self {
        Self {
            way: Way::Walk,
            facets,
        }
    }
}

/// How many times more rows are worth sorting where several parts narrow a list: their matches may
/// hardly meet, and a walk would find that out row by row.
const SEVERAL: usize = 10;

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
    if let Some(smallest) = smallest_set(db, query, few, facets.as_ref()).await? {
        return Ok((smallest.rows > 0).then_some(Plan {
            way: Way::Set(smallest.sql),
            facets: list,
        }));
    }
    let cheap = facets.is_some_and(|facets| {
        facets.count * limit as u64 <= few as u64 || facets.rows <= few as u64
    });
    let way = if cheap && !has_residual(filter) {
        Way::Merge
    } else {
        Way::Walk
    };
    Ok(Some(Plan { way, facets: list }))
}

/// Rows among which all that match are.
struct Set {
    sql: Cow<'static, str>,
    rows: u64,
}

/// The smallest set of rows that a part of the filter names, where it is small enough to be sorted.
async fn smallest_set(
    db: &mut SqliteConnection,
    query: &AssetQuery,
    few: usize,
    facets: Option<&Facets>,
) -> Result<Option<Set>> {
    let filter = &query.filter;
    let sets = candidates(filter);
    let several = sets.len() + usize::from(facets.is_some()) > 1;
    // What a name contains and where it sorts go together, so that a walk by name may have far to
    // go to its first match: more is worth sorting then.
    let textual = matches!(query.sort, AssetSort::Name | AssetSort::Location);
    let bound = match (several, textual && indexed_search(filter).is_some()) {
        (true, _) => few * SEVERAL,
        (false, true) => few * 4,
        (false, false) => few,
    };
    let in_facets = facets.filter(|_| has_residual(filter)).map(|facets| Set {
        sql: IN_FACETS.into(),
        rows: facets.rows,
    });
    let mut smallest = in_facets.filter(|set| set.rows <= bound as u64);
    for sql in sets {
        let bound = smallest.as_ref().map_or(bound as u64, |set| set.rows);
        let counting = AssertSqlSafe(format!("SELECT count(*) AS n FROM ({sql} LIMIT ?11)"));
        let count = bind_filter(sqlx::query(counting), filter, None).bind(bound.cast_signed() + 1);
        let rows = count.fetch_one(&mut *db).await?.count("n")?;
        if rows <= bound {
            smallest = Some(Set { sql, rows });
        }
    }
    Ok(smallest)
}

/// The statements of [`sets`], and those that look at more rows than they list.
fn candidates(filter: &AssetFilter) -> Vec<Cow<'static, str>> {
    let mut candidates: Vec<_> = sets(filter).into_iter().map(Cow::Borrowed).collect();
    if search_text(filter).is_some() && indexed_search(filter).is_none() {
        // In the order of the table: a walk along the sort's index would look all over it.
        candidates.push(Cow::Owned(format!(
            "SELECT a.seq FROM assets a NOT INDEXED WHERE {SHORT_SEARCH}"
        )));
    }
    if let Some(traits) = filter.traits {
        candidates.push(Cow::Owned(format!(
            "SELECT a.seq FROM assets a INDEXED BY assets_by_traits WHERE {}",
            having_traits(traits)
        )));
    }
    if let Some(harvest) = &filter.harvest {
        candidates.push(Cow::Owned(format!(
            "SELECT a.seq FROM assets a INDEXED BY assets_by_secrecy WHERE {}",
            standing_so(harvest)
        )));
    }
    candidates
}

const IN_FACETS: &str = "SELECT seq FROM assets WHERE facet IN (SELECT value FROM json_each(?1))";

/// For each part of the filter beside its facets that has an index of its own, the statement that
/// lists its rows, each once.
pub(super) fn sets(filter: &AssetFilter) -> Vec<&'static str> {
    let mut sets = Vec::new();
    if indexed_search(filter).is_some() {
        sets.push("SELECT rowid AS seq FROM asset_search WHERE asset_search MATCH ?5");
    }
    if filter.tag.is_some() {
        sets.push("SELECT asset_seq AS seq FROM asset_tags WHERE tag = ?2");
    }
    if let Some(scan) = filter.scan {
        sets.push(match scan.result {
            None => "SELECT DISTINCT asset_seq AS seq FROM scan_assets WHERE scan_id = ?6 AND asset_seq IS NOT NULL",
            Some(_) => "SELECT DISTINCT asset_seq AS seq FROM scan_assets WHERE scan_id = ?6 AND asset_seq IS NOT NULL AND scan_result = ?7",
        });
    }
    sets.extend(filter.policy.map(|policy| match policy {
        PolicyFilter::InScope(_) => {
            "SELECT asset_seq AS seq FROM policy_assets WHERE policy_id = ?3"
        }
        PolicyFilter::Compliant(_) => {
            "SELECT asset_seq AS seq FROM policy_assets WHERE policy_id = ?3 AND is_compliant = 1"
        }
        PolicyFilter::OutOf(_) => {
            "SELECT asset_seq AS seq FROM policy_assets WHERE policy_id = ?3 AND is_compliant = 0"
        }
        PolicyFilter::OutOfAny => {
            "SELECT DISTINCT asset_seq AS seq FROM policy_assets
               WHERE policy_id IN (SELECT id FROM encryption_policies WHERE is_active = 1) AND is_compliant = 0"
        }
    }));
    sets
}
