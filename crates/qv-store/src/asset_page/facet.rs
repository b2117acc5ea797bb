//! Facets: the five traits that lists are narrowed by most, packed into one integer by the schema,
//! one hexadecimal digit each. How many assets each facet has is kept by triggers.

use qv_types::{AssetStatus, AssetType, Compliance, Environment, RiskLevel, Verdict};
use sqlx::query::Query;
use sqlx::sqlite::SqliteConnection;

use super::AssetFilter;
use crate::error::{Error, Result};
use crate::row::Columns;

/// The facets that a filter admits.
pub(super) struct Facets {
    /// A JSON list.
    pub(super) list: String,
    /// How many there are.
    pub(super) count: u64,
    /// Assets in them.
    pub(super) rows: u64,
}

/// The mask that admits every digit.
const EVERY: i64 = 0xffff;

/// What the digit of compliance says, by its value.
const COMPLIANCE: [(Compliance, Verdict); 4] = [
    (Compliance::Compliant, Verdict::Pqc),
    (Compliance::NonCompliant, Verdict::NonPqc),
    (Compliance::Unknown, Verdict::Unknown),
    (Compliance::Compliant, Verdict::Hybrid),
];

/// The traits of a facet.
pub(crate) struct Traits {
    pub(crate) environment: Environment,
    pub(crate) asset_type: AssetType,
    pub(crate) verdict: Verdict,
    pub(crate) level: RiskLevel,
    pub(crate) status: AssetStatus,
}

impl Traits {
    /// Reads a facet that the schema made.
    pub(crate) fn of(facet: i64) -> Result<Self> {
        Ok(Self {
            environment: value(Environment::ALL, digit(facet, 0))?,
            asset_type: value(AssetType::ALL, digit(facet, 1))?,
            verdict: value(&COMPLIANCE, digit(facet, 2))?.1,
            level: value(RiskLevel::ALL, digit(facet, 3))?,
            status: value(AssetStatus::ALL, digit(facet, 4))?,
        })
    }
}

fn value<T: Copy>(all: &[T], digit: usize) -> Result<T> {
    all.get(digit)
        .copied()
        .ok_or_else(|| Error::corrupt("facet"))
}

/// The places, one bit each, at which the masks of a filter refuse a facet.
pub(super) fn refused_places(masks: &[i64; 5], facet: i64) -> u8 {
    let refuses = |place: usize, mask: i64| mask >> digit(facet, place) & 1 == 0;
    masks.iter().enumerate().fold(0, |places, (place, mask)| {
        places | u8::from(refuses(place, *mask)) << place
    })
}

/// The first two digits of the facets of an environment and a type.
pub(super) fn place_of(environment: Environment, asset_type: AssetType) -> usize {
    fn digit<T: PartialEq>(all: &[T], value: &T) -> usize {
        all.iter().position(|one| one == value).unwrap_or(0)
    }
    digit(Environment::ALL, &environment) << 4 | digit(AssetType::ALL, &asset_type)
}

/// A digit of a facet, counted from the highest.
const fn digit(facet: i64, place: usize) -> usize {
    (facet >> (16 - 4 * place) & 15) as usize
}

/// For each digit of a facet, from the highest, the values that a filter admits.
pub(super) fn masks(filter: &AssetFilter) -> [i64; 5] {
    let states = COMPLIANCE.map(|(state, _)| state);
    let verdicts = COMPLIANCE.map(|(_, verdict)| verdict);
    [
        mask(&filter.environments, Environment::ALL),
        mask(&filter.types, AssetType::ALL),
        mask(&filter.compliance, &states) & mask(&filter.verdicts, &verdicts),
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
