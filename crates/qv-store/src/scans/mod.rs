//! Scans and what each saw (MVP section 2.1). Seen assets are noted by `WriteTx::upsert_asset`,
//! failed targets here. What windows show of a scan, a piece at a time, is in `tally` and
//! `failures`; `sightings` is the other way round.

mod failures;
mod sightings;
mod tally;

pub use self::sightings::Sighting;
pub use self::tally::ScanTally;

use qv_audit::Event;
use qv_types::{AssetId, JobId, ScanId, ScanResult, ScanStatus, ScanType, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;

use crate::error::{Error, Result};
use crate::row::{Columns, text_of};
use crate::write::expect_one;
use crate::{Store, WriteTx};

/// A scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// Its id.
    pub id: ScanId,
    /// Who started it.
    pub triggered_by: Option<UserId>,
    /// The durable job that runs it.
    pub job_id: Option<JobId>,
    /// Why it was made.
    pub scan_type: ScanType,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// Targets that it touches.
    pub targets: u64,
    /// What it found; counted when it ends.
    pub counts: ScanCounts,
    /// How it ended, or that it has not.
    pub status: ScanStatus,
    /// Why it failed as a whole.
    pub error_message: Option<String>,
}

/// What a scan found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScanCounts {
    /// Distinct assets seen.
    pub assets: u64,
    /// Of these, not post-quantum (non-compliant or unknown).
    pub non_pqc: u64,
    /// Targets that failed.
    pub failed_targets: u64,
}

/// A target that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanFailure {
    /// The scan.
    pub scan_id: ScanId,
    /// The target as it was given.
    pub target: String,
    /// What went wrong.
    pub error: String,
    /// What else is worth keeping.
    pub details: Map<String, Value>,
    /// When.
    pub at: Timestamp,
}

/// One line of a scan: an asset that it saw, or a target that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanEntry {
    /// The target.
    pub target: String,
    /// The asset; `None` where the target failed.
    pub asset_id: Option<AssetId>,
    /// The asset's name now.
    pub asset_name: Option<String>,
    /// What the scan did to the asset.
    pub result: Option<ScanResult>,
    /// What was kept; `error` among it where the target failed.
    pub details: Map<String, Value>,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Scans, newest first.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn scans(&self, limit: u32) -> Result<Vec<Scan>> {
        let rows = sqlx::query("SELECT * FROM scans ORDER BY started_at DESC, id DESC LIMIT ?")
            .bind(limit)
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(read).collect()
    }

    /// One scan.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn scan(&self, id: ScanId) -> Result<Scan> {
        let row = sqlx::query("SELECT * FROM scans WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?;
        read(&row.ok_or_else(|| Error::not_found("scan", id))?)
    }

    /// What a scan saw, in the order in which it did.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn scan_entries(&self, id: ScanId) -> Result<Vec<ScanEntry>> {
        let rows = sqlx::query("SELECT s.*, a.name AS asset_name FROM scan_assets s LEFT JOIN assets a ON a.id = s.asset_id WHERE s.scan_id = ? ORDER BY s.id")
            .bind(id.to_string())
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(read_entry).collect()
    }

    /// What a scan has found up to now.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn scan_counts(&self, id: ScanId) -> Result<ScanCounts> {
        read_counts(
            &sqlx::query(COUNT_SQL)
                .bind(id.to_string())
                .fetch_one(&self.reads)
                .await?,
        )
    }
}

impl WriteTx {
    /// Records a scan that begins.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn create_scan(&mut self, event: Event, scan: &Scan) -> Result<()> {
        sqlx::query("INSERT INTO scans (id, triggered_by_user_id, job_id, scan_type, started_at, number_of_targets, status) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(scan.id.to_string())
            .bind(text_of(scan.triggered_by))
            .bind(text_of(scan.job_id))
            .bind(scan.scan_type.as_str())
            .bind(scan.started_at.unix_ms())
            .bind(scan.targets.cast_signed())
            .bind(scan.status.as_str())
            .execute(self.change())
            .await?;
        self.record(event);
        Ok(())
    }

    /// Keeps a target's failure with the scan. A second run of the same step changes nothing.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn add_scan_failure(&mut self, event: Event, failure: &ScanFailure) -> Result<()> {
        let mut details = failure.details.clone();
        details.insert("error".into(), failure.error.clone().into());
        sqlx::query("INSERT INTO scan_assets (scan_id, asset_id, target, scan_result, details, recorded_at) VALUES (?, NULL, ?, NULL, ?, ?) ON CONFLICT DO NOTHING")
            .bind(failure.scan_id.to_string())
            .bind(failure.target.clone())
            .bind(serde_json::to_string(&details)?)
            .bind(failure.at.unix_ms())
            .execute(self.change())
            .await?;
        self.record(event);
        Ok(())
    }

    /// Ends a scan and counts what it found: `SUCCESS` where no target failed, `FAILED` where all
    /// did, `PARTIAL` between; `error` makes it `FAILED`. The event gets status and counts.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the scan is not running.
    pub async fn finish_scan(
        &mut self,
        event: Event,
        id: ScanId,
        error: Option<&str>,
        at: Timestamp,
    ) -> Result<ScanStatus> {
        let db = self.change();
        let counts = read_counts(
            &sqlx::query(COUNT_SQL)
                .bind(id.to_string())
                .fetch_one(&mut *db)
                .await?,
        )?;
        let status = match (error, counts.failed_targets, counts.assets) {
            (Some(_), ..) => ScanStatus::Failed,
            (None, 0, _) => ScanStatus::Success,
            (None, _, 0) => ScanStatus::Failed,
            (None, ..) => ScanStatus::Partial,
        };
        let done = sqlx::query(
            "UPDATE scans SET completed_at = ?, number_of_assets_scanned = ?, number_of_non_pqc_assets_found = ?,
               number_of_targets_failed = ?, status = ?, error_message = ? WHERE id = ? AND status = 'RUNNING'",
        )
        .bind(at.unix_ms())
        .bind(counts.assets.cast_signed())
        .bind(counts.non_pqc.cast_signed())
        .bind(counts.failed_targets.cast_signed())
        .bind(status.as_str())
        .bind(error.map(str::to_owned))
        .bind(id.to_string())
        .execute(db)
        .await?;
        expect_one(done.rows_affected(), "running scan", id)?;
        self.record(
            event
                .with("status", status.as_str())
                .with("assets", counts.assets)
                .with("non_pqc", counts.non_pqc)
                .with("failed_targets", counts.failed_targets),
        );
        Ok(status)
    }
}

const COUNT_SQL: &str = "SELECT count(*) AS assets, coalesce(sum(a.pqc_compliance <> 'COMPLIANT'), 0) AS non_pqc,
       (SELECT count(*) FROM scan_assets WHERE scan_id = ?1 AND asset_id IS NULL) AS failed
     FROM (SELECT DISTINCT asset_seq FROM scan_assets WHERE scan_id = ?1 AND asset_seq IS NOT NULL) s JOIN assets a ON a.seq = s.asset_seq";

fn read_counts(row: &SqliteRow) -> Result<ScanCounts> {
    Ok(ScanCounts {
        assets: row.count("assets")?,
        non_pqc: row.count("non_pqc")?,
        failed_targets: row.count("failed")?,
    })
}

fn read_entry(row: &SqliteRow) -> Result<ScanEntry> {
    Ok(ScanEntry {
        target: row.text("target")?,
        asset_id: row.parsed_opt("asset_id")?,
        asset_name: row.raw("asset_name")?,
        result: row.parsed_opt("scan_result")?,
        details: row.json("details")?,
        at: row.time("recorded_at")?,
    })
}

fn read(row: &SqliteRow) -> Result<Scan> {
    Ok(Scan {
        id: row.parsed("id")?,
        triggered_by: row.parsed_opt("triggered_by_user_id")?,
        job_id: row.parsed_opt("job_id")?,
        scan_type: row.parsed("scan_type")?,
        started_at: row.time("started_at")?,
        completed_at: row.time_opt("completed_at")?,
        targets: row.count("number_of_targets")?,
        counts: ScanCounts {
            assets: row.count("number_of_assets_scanned")?,
            non_pqc: row.count("number_of_non_pqc_assets_found")?,
            failed_targets: row.count("number_of_targets_failed")?,
        },
        status: row.parsed("status")?,
        error_message: row.raw("error_message")?,
    })
}
