//! Assets: what scans find, how they stand, and what was done about them (MVP section 2.1).
//!
//! An asset is the same as long as its environment, location and type are. Lists are in
//! [`crate::asset_page`].

mod write;

use qv_types::{
    AlgorithmUse, AnchorId, AssetId, AssetStatus, AssetType, Compliance, Criticality, Environment,
    Exposure, Recorded, RiskLevel, ScanId, ScanResult, Sensitivity, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::Store;
use crate::bulk::Binding;
use crate::error::{Error, Result};
use crate::row::Columns;

/// What lists show of an asset.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetSummary {
    /// Its id.
    pub id: AssetId,
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub asset_type: AssetType,
    /// Host name, URI or path.
    pub location: String,
    /// Where it lives.
    pub environment: Environment,
    /// Whether it withstands a quantum attacker.
    pub compliance: Compliance,
    /// Whether a hybrid was negotiated.
    pub hybrid: bool,
    /// The normative score, 0–100.
    pub score: u32,
    /// The sum that the score clamps, without the wrapping floor: wrapping always lowers it.
    pub exposure_points: i64,
    /// Level of the score.
    pub level: RiskLevel,
    /// How much the business depends on it.
    pub criticality: Criticality,
    /// How sensitive the data behind it is.
    pub sensitivity: Sensitivity,
    /// Who can reach it.
    pub exposure: Exposure,
    /// When a scan last saw it.
    pub last_scan: Option<Timestamp>,
    /// Where it stands between found and proven.
    pub status: AssetStatus,
    /// Whether its material is wrapped.
    pub wrapper_enabled: bool,
    /// How, for example `ML-KEM-1024+HKDF-SHA256+AES-256-GCM`.
    pub wrapper_algorithm: Option<String>,
    /// Under which anchor.
    pub wrapper_anchor_id: Option<AnchorId>,
    /// When it was last wrapped.
    pub wrapper_updated_at: Option<Timestamp>,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// An asset with its facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    /// What lists show.
    #[serde(flatten)]
    pub summary: AssetSummary,
    /// The algorithms that were seen.
    pub algorithms: Vec<AlgorithmUse>,
    /// Everything else that was seen.
    pub facts: Value,
    /// Verdict of each layer, with its rule.
    pub verdicts: Value,
    /// Every addend of the score.
    pub breakdown: Value,
    /// Its tags, in order.
    pub tags: Vec<String>,
    /// What decides which dates it misses ([`Assessment::traits`]).
    pub traits: u32,
    /// What a recording of its data is worth one day.
    pub recorded: Recorded,
    /// For how many years its data must stay secret, where its owner says so.
    pub secrecy_years: Option<u32>,
}

/// What `qv-policy` says of an asset.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Whether it withstands a quantum attacker.
    pub compliance: Compliance,
    /// Whether a hybrid was negotiated.
    pub hybrid: bool,
    /// The normative score, 0–100.
    pub score: u32,
    /// The unclamped sum.
    pub exposure_points: i64,
    /// Level of the score.
    pub level: RiskLevel,
    /// What decides which dates it misses, twelve bits (`qv_policy::deadlines::Traits`).
    pub traits: u32,
    /// What a recording of its data is worth one day.
    pub recorded: Recorded,
    /// Verdict of each layer, with its rule.
    pub verdicts: Value,
    /// Every addend of the score.
    pub breakdown: Value,
}

/// What a scan (or an import) saw of an asset.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Name for a new asset; a known one keeps its own.
    pub name: String,
    /// Part of the identity.
    pub asset_type: AssetType,
    /// Part of the identity.
    pub location: String,
    /// Part of the identity.
    pub environment: Environment,
    /// Traits for a new asset; a known one keeps its own.
    pub criticality: Criticality,
    /// As `criticality`.
    pub sensitivity: Sensitivity,
    /// As `criticality`.
    pub exposure: Exposure,
    /// The algorithms that were seen.
    pub algorithms: Vec<AlgorithmUse>,
    /// Everything else that was seen. Facts that differ between two scans of an unchanged
    /// endpoint do not belong here: they would make it UPDATED each time.
    pub facts: Value,
    /// What is thought of it.
    pub assessment: Assessment,
    /// When it was seen.
    pub at: Timestamp,
    /// The scan and the target of it that saw it, and what to keep with that scan.
    pub scan: Option<(ScanId, String, Map<String, Value>)>,
}

/// What an observation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upserted {
    /// The asset.
    pub id: AssetId,
    /// New, updated or unchanged.
    pub result: ScanResult,
}

/// What of an asset a user can edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetEdit {
    /// Its name.
    pub name: String,
    /// How much the business depends on it.
    pub criticality: Criticality,
    /// How sensitive the data behind it is.
    pub sensitivity: Sensitivity,
    /// Who can reach it.
    pub exposure: Exposure,
    /// For how many years its data must stay secret; `None` for what the configuration says.
    pub secrecy_years: Option<u32>,
}

/// What wrapping (or unwrapping) makes of an asset.
#[derive(Debug, Clone, PartialEq)]
pub struct WrapperUpdate {
    /// The asset.
    pub id: AssetId,
    /// How it is wrapped and under which anchor; `None` where it is not.
    pub wrapper: Option<(String, AnchorId)>,
    /// Where it stands now.
    pub status: AssetStatus,
    /// Its score now.
    pub assessment: Assessment,
    /// When.
    pub at: Timestamp,
}

const ASSET_COLUMNS: &str = "SELECT a.*, d.*, (SELECT json_group_array(tag) FROM (SELECT tag FROM asset_tags WHERE asset_seq = a.seq ORDER BY tag)) AS tags
     FROM assets a JOIN asset_details d ON d.asset_seq = a.seq ";

/// Whole assets, chosen by a constant condition.
fn select<'q>(condition: &'static str) -> Binding<'q> {
    sqlx::query(AssertSqlSafe(format!("{ASSET_COLUMNS}{condition}")))
}

impl Store {
    /// One asset.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn asset(&self, id: AssetId) -> Result<Asset> {
        let row = select("WHERE a.id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?;
        read_asset(&row.ok_or_else(|| Error::not_found("asset", id))?)
    }

    /// The assets of these ids that exist, in no particular order.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn assets_by_id(&self, ids: &[AssetId]) -> Result<Vec<Asset>> {
        let rows = select("WHERE a.id IN (SELECT value FROM json_each(?))")
            .bind(serde_json::to_string(ids)?)
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(read_asset).collect()
    }

    /// The asset of this identity.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn find_asset(
        &self,
        environment: Environment,
        location: &str,
        asset_type: AssetType,
    ) -> Result<Option<Asset>> {
        find(
            &mut *self.reads.acquire().await?,
            environment,
            location,
            asset_type,
        )
        .await
    }

    /// Assets in the order in which they were first seen, for walks over all of them: pass the
    /// last number of one batch to get the next.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn assets_after(&self, after: u64, limit: u32) -> Result<Vec<(u64, Asset)>> {
        let rows = select("WHERE a.seq > ? ORDER BY a.seq LIMIT ?")
            .bind(after.cast_signed())
            .bind(limit)
            .fetch_all(&self.reads)
            .await?;
        rows.iter()
            .map(|row| Ok((row.count("seq")?, read_asset(row)?)))
            .collect()
    }

    /// Every tag with the number of its assets.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn tags(&self) -> Result<Vec<(String, u64)>> {
        let rows =
            sqlx::query("SELECT tag, count(*) AS n FROM asset_tags GROUP BY tag ORDER BY tag")
                .fetch_all(&self.reads)
                .await?;
        rows.iter()
            .map(|row| Ok((row.text("tag")?, row.count("n")?)))
            .collect()
    }
}

async fn find(
    db: &mut SqliteConnection,
    environment: Environment,
    location: &str,
    asset_type: AssetType,
) -> Result<Option<Asset>> {
    let row = select("WHERE a.environment = ? AND a.location = ? AND a.type = ?")
        .bind(environment.as_str())
        .bind(location.to_owned())
        .bind(asset_type.as_str())
        .fetch_optional(db)
        .await?;
    row.as_ref().map(read_asset).transpose()
}

pub(crate) fn read_summary(row: &SqliteRow) -> Result<AssetSummary> {
    Ok(AssetSummary {
        id: row.parsed("id")?,
        name: row.text("name")?,
        asset_type: row.parsed("type")?,
        location: row.text("location")?,
        environment: row.parsed("environment")?,
        compliance: row.parsed("pqc_compliance")?,
        hybrid: row.raw("hybrid")?,
        score: row.small("quantum_risk_score")?,
        exposure_points: row.raw("exposure_points")?,
        level: row.parsed("risk_level")?,
        criticality: row.parsed("business_criticality")?,
        sensitivity: row.parsed("data_sensitivity")?,
        exposure: row.parsed("exposure")?,
        last_scan: row.time_opt("last_scan_timestamp")?,
        status: row.parsed("status")?,
        wrapper_enabled: row.raw("wrapper_enabled")?,
        wrapper_algorithm: row.raw("wrapper_algorithm")?,
        wrapper_anchor_id: row.parsed_opt("wrapper_anchor_id")?,
        wrapper_updated_at: row.time_opt("wrapper_last_updated_at")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

fn read_asset(row: &SqliteRow) -> Result<Asset> {
    Ok(Asset {
        summary: read_summary(row)?,
        algorithms: row.json("crypto_algorithms_in_use")?,
        facts: row.json("facts")?,
        verdicts: row.json("verdicts")?,
        breakdown: row.json("score")?,
        tags: row.json("tags")?,
        traits: row.small("crypto_traits")?,
        recorded: row.parsed("recorded")?,
        secrecy_years: row
            .raw::<Option<i64>>("secrecy_years")?
            .map(|years| u32::try_from(years).map_err(|_| Error::corrupt("secrecy_years")))
            .transpose()?,
    })
}
