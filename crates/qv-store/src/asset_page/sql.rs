//! The statements of pages. They are put together from constant pieces; every value is bound, but for
//! numbers that are ours.

use qv_types::{Harvest, RiskLevel, ScanResult, SortOrder};

use super::cursor::{Key, Position};
use super::facet::place_of;
use super::plan::{Plan, Way};
use super::{
    AssetFilter, AssetQuery, AssetSort, HarvestFilter, PolicyFilter, ScanFilter, indexed_search,
    search_text,
};
use crate::audit_page::like_pattern;
use crate::bulk::Binding;

/// A search that needs no index.
pub(super) const SHORT_SEARCH: &str =
    "(a.name LIKE ?4 ESCAPE '\\' OR a.location LIKE ?4 ESCAPE '\\')";

/// The conditions of a filter on `assets a`. Parameters: see [`bind_filter`].
pub(super) fn conditions(filter: &AssetFilter, plan: &Plan) -> String {
    let mut all = vec!["1"];
    if plan.facets.is_some() {
        all.push("a.facet IN (SELECT value FROM json_each(?1))");
    }
    if filter.tag.is_some() {
        all.push("EXISTS (SELECT 1 FROM asset_tags t WHERE t.tag = ?2 AND t.asset_seq = a.seq)");
    }
    match filter.policy {
        None => {}
        Some(PolicyFilter::InScope(_)) => all.push(
            "EXISTS (SELECT 1 FROM policy_assets p WHERE p.policy_id = ?3 AND p.asset_seq = a.seq)",
        ),
        Some(PolicyFilter::Compliant(_)) => {
            all.push("EXISTS (SELECT 1 FROM policy_assets p WHERE p.policy_id = ?3 AND p.asset_seq = a.seq AND p.is_compliant = 1)");
        }
        Some(PolicyFilter::OutOf(_)) => {
            all.push("EXISTS (SELECT 1 FROM policy_assets p WHERE p.policy_id = ?3 AND p.asset_seq = a.seq AND p.is_compliant = 0)");
        }
        Some(PolicyFilter::OutOfAny) => all.push(
            "EXISTS (SELECT 1 FROM policy_assets p WHERE p.asset_seq = a.seq AND p.is_compliant = 0
               AND p.policy_id IN (SELECT id FROM encryption_policies WHERE is_active = 1))",
        ),
    }
    match filter.scan {
        None => {}
        Some(ScanFilter { result: None, .. }) => {
            all.push(
                "EXISTS (SELECT 1 FROM scan_assets s WHERE s.scan_id = ?6 AND s.asset_seq = a.seq)",
            );
        }
        Some(ScanFilter {
            result: Some(_), ..
        }) => {
            all.push("EXISTS (SELECT 1 FROM scan_assets s WHERE s.scan_id = ?6 AND s.asset_seq = a.seq AND s.scan_result = ?7)");
        }
    }
    if search_text(filter).is_some_and(|text| text.is_ascii() || indexed_search(filter).is_none()) {
        all.push(SHORT_SEARCH);
    } else if search_text(filter).is_some() {
        // LIKE knows no case beyond ASCII; the trigram index does.
        all.push("a.seq IN (SELECT rowid FROM asset_search WHERE asset_search MATCH ?5)");
    }
    let mut all = all.join(" AND ");
    if let Some(traits) = filter.traits {
        all.push_str(&format!(" AND {}", having_traits(traits)));
    }
    if let Some(harvest) = &filter.harvest {
        all.push_str(&format!(" AND {}", standing_so(harvest)));
    }
    all
}

/// Whether an asset stands so in the ledger. All of it are numbers and words that this program makes.
pub(super) fn standing_so(harvest: &HarvestFilter) -> String {
    let places: Vec<String> = harvest
        .too_long
        .iter()
        .map(|(environment, asset_type)| place_of(*environment, *asset_type).to_string())
        .collect();
    let too_long = format!(
        "CASE WHEN a.secrecy_years IS NULL THEN a.facet >> 12 IN ({}) ELSE a.secrecy_years > {} END",
        places.join(", "),
        harvest.years_left
    );
    match harvest.standing {
        Harvest::Exposed => format!("a.recorded = 'VULNERABLE' AND {too_long}"),
        Harvest::NotKnown => format!("a.recorded = 'NOT_KNOWN' AND {too_long}"),
        Harvest::Safe => format!("(a.recorded = 'PROTECTED' OR NOT {too_long})"),
    }
}

/// Whether an asset has any of these traits. They are bits that this program makes.
pub(super) fn having_traits(traits: u32) -> String {
    format!("a.crypto_traits & {traits} <> 0")
}

/// Binds ?1 facets, ?2 tag, ?3 policy, ?4 LIKE pattern, ?5 trigram query, ?6 scan, ?7 its result,
/// and leaves ?8 to ?10 (the cursor) NULL, so that ?11 (a limit) can follow.
pub(super) fn bind_filter<'q>(
    query: Binding<'q>,
    filter: &AssetFilter,
    facets: Option<&str>,
) -> Binding<'q> {
    bind_parts(query, filter, facets)
        .bind(None::<i64>)
        .bind(None::<i64>)
        .bind(None::<i64>)
}

fn bind_parts<'q>(query: Binding<'q>, filter: &AssetFilter, facets: Option<&str>) -> Binding<'q> {
    let policy = match filter.policy {
        Some(PolicyFilter::InScope(id) | PolicyFilter::Compliant(id) | PolicyFilter::OutOf(id)) => {
            Some(id.to_string())
        }
        Some(PolicyFilter::OutOfAny) | None => None,
    };
    let result = filter.scan.and_then(|scan| scan.result);
    query
        .bind(facets.map(str::to_owned))
        .bind(filter.tag.clone())
        .bind(policy)
        .bind(search_text(filter).map(like_pattern))
        .bind(indexed_search(filter))
        .bind(filter.scan.map(|scan| scan.id.to_string()))
        .bind(result.map(ScanResult::as_str))
}

pub(super) fn bind_page<'q>(
    query: Binding<'q>,
    page: &AssetQuery,
    plan: &Plan,
    after: Option<&Position>,
    limit: usize,
) -> Binding<'q> {
    let query = bind_parts(query, &page.filter, plan.facets.as_deref());
    let query = match after.map(|position| position.key.clone()) {
        None => query.bind(None::<i64>),
        Some(Key::Number(number)) => query.bind(number),
        Some(Key::Text(text)) => query.bind(text),
    };
    query
        .bind(after.map(|position| position.facet))
        .bind(after.map(|position| position.seq))
        .bind(limit as i64)
}

/// The statement of a page. The rows of a merge or a
/// set are sorted by their keys alone and read whole only where they are of the page.
pub(super) fn page_sql(query: &AssetQuery, plan: &Plan, continued: bool) -> String {
    let (key, name) = (query.sort.column(), query.sort.index());
    let (beyond, reaches, way) = match query.order {
        SortOrder::Asc => (">", ">=", "ASC"),
        SortOrder::Desc => ("<", "<=", "DESC"),
    };
    let when = |condition: String| if continued { condition } else { String::new() };
    let cursor = when(format!(
        "AND (a.{key}, a.facet, a.seq) {beyond} (?8, ?9, ?10)"
    ));
    let order = format!("ORDER BY a.{key} {way}, a.facet {way}, a.seq {way} LIMIT ?11");
    let filter = conditions(&query.filter, plan);
    match &plan.way {
        Way::Walk => {
            let levels = level_bounds(query);
            format!("SELECT a.* FROM assets a INDEXED BY assets_by_{name} WHERE {filter} {levels} {cursor} {order}")
        }
        Way::Merge => {
            let inner_cursor =
                when(format!("AND b.{key} {reaches} ?8 AND (b.{key}, b.facet, b.seq) {beyond} (?8, ?9, ?10)"));
            format!(
                "SELECT a.* FROM assets a WHERE a.seq IN (
                   SELECT a.seq FROM json_each(?1) f CROSS JOIN assets a ON a.seq IN (
                     SELECT b.seq FROM assets b INDEXED BY assets_by_facet_{name} WHERE b.facet = f.value {inner_cursor}
                     ORDER BY b.{key} {way}, b.seq {way} LIMIT ?11) {order}) {order}"
            )
        }
        Way::Set(set) => format!(
            "SELECT a.* FROM assets a WHERE a.seq IN (
               SELECT a.seq FROM ({set}) s CROSS JOIN assets a ON a.seq = s.seq WHERE {filter} {cursor} {order}) {order}"
        ),
    }
}

/// A level is a range of scores, so a walk by score can begin where the levels do.
fn level_bounds(query: &AssetQuery) -> String {
    let bounds = |level: &RiskLevel| match level {
        RiskLevel::Low => (0, 24),
        RiskLevel::Medium => (25, 49),
        RiskLevel::High => (50, 74),
        RiskLevel::Critical => (75, 100),
    };
    let levels = query.filter.levels.iter().map(bounds);
    match (
        query.sort,
        levels.clone().map(|(low, _)| low).min(),
        levels.map(|(_, high)| high).max(),
    ) {
        (AssetSort::Score, Some(low), Some(high)) => {
            format!("AND a.quantum_risk_score BETWEEN {low} AND {high}")
        }
        _ => String::new(),
    }
}

impl AssetSort {
    const fn column(self) -> &'static str {
        match self {
            Self::Score => "quantum_risk_score",
            Self::Name => "name COLLATE NOCASE",
            Self::Location => "location",
            Self::LastScan => "scanned_sort",
            Self::Updated => "updated_at",
        }
    }

    const fn index(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Name => "name",
            Self::Location => "location",
            Self::LastScan => "scan",
            Self::Updated => "update",
        }
    }
}
