//! How many assets a filter has, and how many each choice of a filter would have.

use qv_types::{AssetStatus, AssetType, Environment, Recorded, RiskLevel, Verdict};
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnection;

use super::facet::{Traits, masks, refused_places};
use super::plan::sets;
use super::sql::{SHORT_SEARCH, bind_filter, having_traits, standing_so};
use super::{AssetFilter, has_residual, indexed_search, search_text};
use crate::Store;
use crate::error::Result;
use crate::row::Columns;

/// One choice of a filter, and how many assets it has.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Choice<T> {
    /// The choice.
    pub value: T,
    /// Assets that match it and all other parts of the filter.
    pub assets: u64,
}

/// How many assets match a filter, and what each choice of its five traits has: the rest of the
/// filter holds, but not what it says of that trait itself.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetCounts {
    /// Assets that match.
    pub total: u64,
    /// By verdict.
    pub verdicts: Vec<Choice<Verdict>>,
    /// By level.
    pub levels: Vec<Choice<RiskLevel>>,
    /// By status.
    pub statuses: Vec<Choice<AssetStatus>>,
    /// By environment.
    pub environments: Vec<Choice<Environment>>,
    /// By type.
    pub types: Vec<Choice<AssetType>>,
}

/// Assets of one type with the same traits ([`crate::Assessment::traits`]); there may be several of
/// one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraitCount {
    /// The type.
    pub asset_type: AssetType,
    /// The traits.
    pub traits: u32,
    /// How many.
    pub assets: u64,
}

/// How many assets have each verdict.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VerdictCounts {
    /// Post-quantum.
    pub post_quantum: u64,
    /// Hybrid: classical and post-quantum together.
    pub hybrid: u64,
    /// Quantum-vulnerable.
    pub vulnerable: u64,
    /// Not known.
    pub not_known: u64,
}

/// Assets that the ledger cannot tell apart; there may be several of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecrecyCount {
    /// The environment.
    pub environment: Environment,
    /// The type.
    pub asset_type: AssetType,
    /// What a recording is worth.
    pub recorded: Recorded,
    /// The lifetime that the owner gives.
    pub secrecy_years: Option<u32>,
    /// How many.
    pub assets: u64,
}

impl Store {
    /// How many assets have each verdict.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn verdict_counts(&self) -> Result<VerdictCounts> {
        verdict_counts(&mut *self.reads.acquire().await?).await
    }

    /// How many assets match, in all and for each choice.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn asset_counts(&self, filter: &AssetFilter) -> Result<AssetCounts> {
        let mut db = self.reads.acquire().await?;
        let rows = by_facet(&mut db, filter).await?;
        let masks = masks(filter);
        let mut facets = Vec::with_capacity(rows.len());
        for (facet, assets) in rows {
            facets.push((Traits::of(facet)?, refused_places(&masks, facet), assets));
        }
        Ok(AssetCounts {
            total: facets
                .iter()
                .filter(|(_, refused, _)| *refused == 0)
                .map(|(.., assets)| assets)
                .sum(),
            verdicts: choices(Verdict::ALL, 2, &facets, |traits| traits.verdict),
            levels: choices(RiskLevel::ALL, 3, &facets, |traits| traits.level),
            statuses: choices(AssetStatus::ALL, 4, &facets, |traits| traits.status),
            environments: choices(Environment::ALL, 0, &facets, |traits| traits.environment),
            types: choices(AssetType::ALL, 1, &facets, |traits| traits.asset_type),
        })
    }

    /// How many assets there are of each type and traits.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn trait_counts(&self) -> Result<Vec<TraitCount>> {
        let rows = sqlx::query(
            "SELECT facet, crypto_traits, count(*) AS assets FROM assets INDEXED BY assets_by_traits GROUP BY facet, crypto_traits",
        )
        .fetch_all(&self.reads)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(TraitCount {
                    asset_type: Traits::of(row.raw("facet")?)?.asset_type,
                    traits: row.raw("crypto_traits")?,
                    assets: row.count("assets")?,
                })
            })
            .collect()
    }

    /// How many assets there are of each kind that the ledger tells apart.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn secrecy_counts(&self) -> Result<Vec<SecrecyCount>> {
        let rows = sqlx::query(
            "SELECT facet, recorded, secrecy_years, count(*) AS assets FROM assets INDEXED BY assets_by_secrecy
             GROUP BY facet, recorded, secrecy_years",
        )
        .fetch_all(&self.reads)
        .await?;
        rows.iter()
            .map(|row| {
                let Traits {
                    environment,
                    asset_type,
                    ..
                } = Traits::of(row.raw("facet")?)?;
                Ok(SecrecyCount {
                    environment,
                    asset_type,
                    recorded: row.parsed("recorded")?,
                    secrecy_years: row.raw("secrecy_years")?,
                    assets: row.count("assets")?,
                })
            })
            .collect()
    }

    /// How many assets match.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn count_assets(&self, filter: &AssetFilter) -> Result<u64> {
        Ok(self.asset_counts(filter).await?.total)
    }
}

/// By verdict, from the counts that the database keeps.
pub(crate) async fn verdict_counts(db: &mut SqliteConnection) -> Result<VerdictCounts> {
    let mut counts = VerdictCounts::default();
    for (facet, assets) in by_facet(db, &AssetFilter::default()).await? {
        let of = match Traits::of(facet)?.verdict {
            Verdict::Pqc => &mut counts.post_quantum,
            Verdict::Hybrid => &mut counts.hybrid,
            Verdict::NonPqc => &mut counts.vulnerable,
            Verdict::Unknown => &mut counts.not_known,
        };
        *of += assets;
    }
    Ok(counts)
}

/// What each choice of the trait at a place has, of facets that the filter refuses there at most.
fn choices<T: Copy + PartialEq>(
    all: &[T],
    place: u8,
    facets: &[(Traits, u8, u64)],
    trait_of: impl Fn(&Traits) -> T,
) -> Vec<Choice<T>> {
    let assets_of = |value: T| {
        facets
            .iter()
            .filter(|(traits, refused, _)| {
                refused & !(1 << place) == 0 && trait_of(traits) == value
            })
            .map(|(.., assets)| assets)
            .sum()
    };
    all.iter()
        .map(|&value| Choice {
            value,
            assets: assets_of(value),
        })
        .collect()
}

/// How many assets each facet has, of those that match the rest of the filter.
async fn by_facet(db: &mut SqliteConnection, filter: &AssetFilter) -> Result<Vec<(i64, u64)>> {
    let counting = sqlx::query(AssertSqlSafe(counting_sql(filter)));
    let rows = bind_filter(counting, filter, None).fetch_all(db).await?;
    rows.iter()
        .map(|row| Ok((row.raw("facet")?, row.count("assets")?)))
        .collect()
}

/// Constant pieces only. An index that begins with the facet has all that is read, but not what a
/// search that is too short for its own index looks at.
fn counting_sql(filter: &AssetFilter) -> String {
    if !has_residual(filter) {
        return "SELECT facet, assets FROM asset_facets WHERE assets > 0".into();
    }
    let mut conditions: Vec<String> = sets(filter)
        .into_iter()
        .map(|set| format!("a.seq IN ({set})"))
        .collect();
    let mut source = "assets a INDEXED BY assets_by_facet_score";
    if let Some(traits) = filter.traits {
        conditions.push(having_traits(traits));
        source = "assets a INDEXED BY assets_by_traits";
    }
    if let Some(harvest) = &filter.harvest {
        conditions.push(standing_so(harvest));
        source = match filter.traits {
            None => "assets a INDEXED BY assets_by_secrecy",
            Some(_) => "assets a NOT INDEXED",
        };
    }
    if search_text(filter).is_some() && indexed_search(filter).is_none() {
        conditions.push(SHORT_SEARCH.into());
        source = "assets a NOT INDEXED";
    }
    let conditions = conditions.join(" AND ");
    format!("SELECT a.facet, count(*) AS assets FROM {source} WHERE {conditions} GROUP BY a.facet")
}
