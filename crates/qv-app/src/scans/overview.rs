//! A scan a piece at a time: its numbers, and its failures in pages. Its assets are a list of
//! [`crate::assets`] with the scan as filter.

use qv_types::{Cursor, JobId, Page, ScanId, ScanStatus, ScanType, Timestamp};
use serde::Serialize;

use super::FailedTarget;
use super::record::remedy;
use super::retry::not_reached;
use super::show::{counts, failed};
use crate::query::page_size;
use crate::{AppError, Vault};

/// A scan in numbers; it weighs the same whatever the scan saw.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct ScanOverview {
    /// Its id.
    pub id: ScanId,
    /// The job that runs it, where there still is one.
    pub job_id: Option<JobId>,
    /// Why it was made.
    pub scan_type: ScanType,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// How it ended, or that it has not.
    pub status: ScanStatus,
    /// Why it ended as a whole.
    pub error: Option<String>,
    /// Targets there are.
    pub targets: u64,
    /// Assets that were seen.
    pub scanned: u64,
    /// Of these, seen for the first time.
    pub new: u64,
    /// Of these, changed since they were seen before.
    pub updated: u64,
    /// Of these, not changed.
    pub unchanged: u64,
    /// Of these, quantum-vulnerable or unknown.
    pub non_pqc: u64,
    /// Targets that failed.
    pub failed: u64,
    /// Targets that it did not reach, because it was ended before.
    pub not_reached: u64,
    /// Why they failed, the most frequent cause first.
    pub causes: Vec<CauseOfFailure>,
}

/// A cause of failure.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct CauseOfFailure {
    /// A stable word.
    pub cause: String,
    /// Targets that failed by it.
    pub targets: u64,
    /// What to do.
    pub remedy: String,
}

/// A scan in numbers.
///
/// # Errors
/// From the store, where there is no such scan.
pub async fn overview(vault: &Vault, scan: ScanId) -> Result<ScanOverview, AppError> {
    let row = vault.store().scan(scan).await?;
    let counts = counts(vault, &row).await?;
    let tally = vault.store().scan_tally(scan).await?;
    let not_reached = match row.job_id {
        Some(job) => not_reached(&vault.store().job(job).await?),
        None => 0,
    };
    let causes = tally.causes.into_iter().map(|(cause, targets)| {
        let remedy = remedy(&cause).to_owned();
        CauseOfFailure {
            cause,
            targets,
            remedy,
        }
    });
    Ok(ScanOverview {
        id: scan,
        job_id: row.job_id,
        scan_type: row.scan_type,
        started_at: row.started_at,
        completed_at: row.completed_at,
        status: row.status,
        error: row.error_message,
        targets: row.targets,
        scanned: counts.assets,
        new: tally.new,
        updated: tally.updated,
        unchanged: tally.unchanged,
        non_pqc: counts.non_pqc,
        failed: counts.failed_targets,
        not_reached,
        causes: causes.collect(),
    })
}

/// One page of the targets that failed, of one cause or of all, by cause.
///
/// # Errors
/// A cursor of another list; a page size out of range; no such scan.
pub async fn failures(
    vault: &Vault,
    scan: ScanId,
    cause: Option<&str>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<FailedTarget>, AppError> {
    let limit = page_size(limit)?;
    vault.store().scan(scan).await?;
    let page = vault
        .store()
        .scan_failures(scan, cause, after, limit)
        .await?;
    Ok(Page {
        items: page.items.into_iter().map(failed).collect(),
        next: page.next,
    })
}
