//! Scans as lists show them, and one whole with all that it saw.

use std::collections::HashMap;

use qv_store::{Asset, Scan, ScanCounts, ScanEntry};
use qv_types::{AssetId, RiskLevel, ScanId, ScanResult, ScanStatus, ScanType, Timestamp, Verdict};
use serde::Serialize;

use super::record::remedy;
use crate::{AppError, Vault};

/// A scan with its results.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct ScanView {
    /// Its id.
    pub id: ScanId,
    /// Why it was made.
    pub scan_type: ScanType,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// How it ended, or that it has not.
    pub status: ScanStatus,
    /// Targets there are.
    pub targets: u64,
    /// Assets that were seen.
    pub scanned: u64,
    /// Of these, quantum-vulnerable or unknown.
    pub non_pqc: u64,
    /// Targets that failed.
    pub failed: u64,
    /// The assets.
    pub assets: Vec<ScannedAsset>,
    /// The failures, grouped by nothing: one a target.
    pub failures: Vec<FailedTarget>,
}

/// An asset as a scan saw it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct ScannedAsset {
    /// Its id.
    pub id: AssetId,
    /// Where it is.
    pub location: String,
    /// What the scan did to it.
    pub result: ScanResult,
    /// Verdict on its key exchange.
    pub key_exchange: Verdict,
    /// Verdict on its authentication.
    pub authentication: Verdict,
    /// Its normative score.
    pub score: u32,
    /// The level of the score.
    pub level: RiskLevel,
    /// The score's sum before it is held between 0 and 100.
    pub exposure_points: i64,
    /// What people should know beside the verdicts.
    pub findings: Vec<String>,
}

/// A target that failed.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct FailedTarget {
    /// The target.
    pub target: String,
    /// What was being done.
    pub stage: String,
    /// Why it failed, a stable word.
    pub cause: String,
    /// Why it failed, for people.
    pub detail: String,
    /// What to do.
    pub remedy: String,
}

/// A scan as lists show it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct ScanRow {
    /// Its id.
    pub id: ScanId,
    /// Why it was made.
    pub scan_type: ScanType,
    /// When it began.
    pub started_at: Timestamp,
    /// How it ended, or that it has not.
    pub status: ScanStatus,
    /// Assets that were seen.
    pub number_of_assets_scanned: u64,
    /// Of these, quantum-vulnerable or unknown.
    pub number_of_non_pqc_assets_found: u64,
}

/// Scans, newest first.
///
/// # Errors
/// From the store.
pub async fn list(vault: &Vault, limit: u32) -> Result<Vec<ScanRow>, AppError> {
    let rows = vault.store().scans(limit).await?;
    Ok(rows
        .into_iter()
        .map(|row| ScanRow {
            id: row.id,
            scan_type: row.scan_type,
            started_at: row.started_at,
            status: row.status,
            number_of_assets_scanned: row.counts.assets,
            number_of_non_pqc_assets_found: row.counts.non_pqc,
        })
        .collect())
}

/// One scan with its results.
///
/// # Errors
/// From the store, where there is no such scan.
pub async fn show(vault: &Vault, scan: ScanId) -> Result<ScanView, AppError> {
    let row = vault.store().scan(scan).await?;
    let counts = counts(vault, &row).await?;
    let mut view = ScanView {
        id: scan,
        scan_type: row.scan_type,
        started_at: row.started_at,
        completed_at: row.completed_at,
        status: row.status,
        targets: row.targets,
        scanned: counts.assets,
        non_pqc: counts.non_pqc,
        failed: counts.failed_targets,
        assets: Vec::new(),
        failures: Vec::new(),
    };
    let mut results = HashMap::new();
    for entry in vault.store().scan_entries(scan).await? {
        match (entry.asset_id, entry.result) {
            (Some(id), Some(result)) => drop(results.insert(id, result)),
            _ => view.failures.push(failed(entry)),
        }
    }
    let ids: Vec<AssetId> = results.keys().copied().collect();
    for asset in vault.store().assets_by_id(&ids).await? {
        let result = results
            .get(&asset.summary.id)
            .copied()
            .unwrap_or(ScanResult::Unchanged);
        view.assets.push(scanned(asset, result)?);
    }
    // Riskiest first, as in the asset list.
    view.assets.sort_by(|a, b| {
        b.exposure_points
            .cmp(&a.exposure_points)
            .then_with(|| a.location.cmp(&b.location))
    });
    Ok(view)
}

/// What a scan found: as it was counted at its end, or up to now.
pub(super) async fn counts(vault: &Vault, row: &Scan) -> Result<ScanCounts, AppError> {
    if row.completed_at.is_some() {
        return Ok(row.counts);
    }
    Ok(vault.store().scan_counts(row.id).await?)
}

fn scanned(asset: Asset, result: ScanResult) -> Result<ScannedAsset, AppError> {
    let classification: qv_policy::Classification = crate::assess::from_json(&asset.verdicts)?;
    Ok(ScannedAsset {
        id: asset.summary.id,
        location: asset.summary.location,
        result,
        key_exchange: classification.key_exchange.verdict,
        authentication: classification.authentication.verdict,
        score: asset.summary.score,
        level: asset.summary.level,
        exposure_points: asset.summary.exposure_points,
        findings: classification
            .findings
            .into_iter()
            .map(|finding| finding.explanation)
            .collect(),
    })
}

pub(super) fn failed(entry: ScanEntry) -> FailedTarget {
    let text = |key: &str, otherwise: &str| {
        let value = entry.details.get(key).and_then(|value| value.as_str());
        value.unwrap_or(otherwise).to_owned()
    };
    let cause = text("cause", "other");
    FailedTarget {
        stage: text("stage", ""),
        detail: text("error", ""),
        remedy: remedy(&cause).to_owned(),
        cause,
        target: entry.target,
    }
}
