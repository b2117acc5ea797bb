//! Durable jobs of every kind: listing, ending, and going on with those that were interrupted.
//!
//! `runner` holds the lease and drives the steps; each noun's own module does the work.

use qv_audit::Action;
use qv_store::Job;
use qv_types::{JobId, JobKind, JobState, ScanId, Timestamp};
use serde::Serialize;

pub use crate::secrets::{FailedAsset, FailureCause, JobFailures};

use crate::progress::Cancel;
use crate::{AppError, Vault, runner, secrets};

/// A job as lists show it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: JobKind,
    /// The scan that it runs, where it runs one.
    pub scan: Option<ScanId>,
    /// Its state.
    pub state: JobState,
    /// Whether it has not ended and nobody runs it: `qv jobs resume` goes on with it.
    pub interrupted: bool,
    /// Steps that ended.
    pub done: u64,
    /// Steps there are.
    pub total: u64,
    /// Steps that failed.
    pub failed: u64,
    /// Why it failed or waits.
    pub message: Option<String>,
    /// Whether what failed of it can be tried again: `qv jobs retry`.
    pub retryable: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            kind: job.kind,
            scan: crate::scans::scan_of(&job),
            state: job.state,
            interrupted: !job.state.is_final() && !runner::is_running(&job),
            done: job.steps_ended,
            total: job.steps,
            failed: job.steps_failed,
            message: job.error.map(|(_, message)| message),
            retryable: job.state.is_final()
                && job.steps_failed > 0
                && matches!(job.kind, JobKind::Wrap | JobKind::Rewrap),
            created_at: job.created_at,
        }
    }
}

/// Jobs, newest first.
///
/// # Errors
/// From the store.
pub async fn list(vault: &Vault, limit: u32) -> Result<Vec<JobView>, AppError> {
    Ok(vault
        .store()
        .jobs(limit)
        .await?
        .into_iter()
        .map(JobView::from)
        .collect())
}

/// Ends a job; what it has done stays.
///
/// # Errors
/// From the store, where it does not exist or has ended.
pub async fn cancel(vault: &Vault, job: JobId) -> Result<(), AppError> {
    let row = vault.store().job(job).await?;
    let now = Timestamp::now();
    let mut tx = vault.begin().await?;
    tx.cancel_job(vault.event(Action::JobCancelled, job), job, now)
        .await?;
    match row.kind {
        JobKind::Scan => crate::scans::cancelled(vault, &mut tx, &row, now).await?,
        JobKind::Attest => crate::attestations::cancelled(vault, &mut tx, &row, now).await?,
        JobKind::Wrap | JobKind::Rewrap => {}
    }
    Ok(tx.commit().await?)
}

/// Jobs that have not ended, oldest first.
///
/// # Errors
/// From the store.
pub async fn open(vault: &Vault) -> Result<Vec<JobView>, AppError> {
    Ok(vault
        .store()
        .open_jobs()
        .await?
        .into_iter()
        .map(JobView::from)
        .collect())
}

/// Whether jobs of this kind need the master key.
#[must_use]
pub const fn needs_key(kind: JobKind) -> bool {
    !matches!(kind, JobKind::Scan)
}

/// Goes on with every job that has not ended and that nobody runs. Jobs that need the master key are
/// left alone while the vault is locked. A job that fails holds up no other.
///
/// # Errors
/// [`AppError::Cancelled`]; else the first job's that failed, after all others had their turn.
pub async fn resume_all(vault: &Vault, cancel: Cancel) -> Result<Vec<JobView>, AppError> {
    let mut ended = Vec::new();
    let mut failed = None;
    for job in vault.store().open_jobs().await? {
        let ran = match may_run(vault, job.kind).await {
            Ok(true) => run(vault, &job, cancel.clone()).await,
            Ok(false) => continue,
            Err(error) => Err(error),
        };
        match ran {
            Ok(()) => ended.push(vault.store().job(job.id).await?.into()),
            Err(AppError::Busy) => {}
            Err(AppError::Cancelled) => return Err(AppError::Cancelled),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(ended), Err)
}

/// Stores a new job of what failed in one that has ended, for [`finish`] to run. Wraps only: a scan
/// and an attestation have ways of their own.
///
/// # Errors
/// From the store, where it does not exist; a job that has not ended or of which nothing failed.
pub async fn retry(vault: &Vault, job: JobId) -> Result<JobId, AppError> {
    secrets::wrap_again(vault, &wrap_job(vault, job).await?).await
}

/// What of a wrap failed, by cause, with at most `each` assets of every cause.
///
/// # Errors
/// From the store, where it does not exist; a job of another kind.
pub async fn failures(vault: &Vault, job: JobId, each: usize) -> Result<JobFailures, AppError> {
    secrets::wrap_failures(vault, &wrap_job(vault, job).await?, each).await
}

async fn wrap_job(vault: &Vault, id: JobId) -> Result<Job, AppError> {
    let job = vault.store().job(id).await?;
    let other = match job.kind {
        JobKind::Wrap | JobKind::Rewrap => return Ok(job),
        JobKind::Scan => "a scan; see `qv scans failures` and `qv scans retry`",
        JobKind::Attest => "an attestation; see `qv attest show` and `qv attest run`",
    };
    Err(AppError::NotAllowed(format!("job {id} is {other}")))
}

/// Runs a job to its end. Jobs that need the master key need an unlocked vault.
///
/// # Errors
/// From the store, where it does not exist; [`AppError::Busy`], [`AppError::Cancelled`], the work's own.
pub async fn finish(vault: &Vault, job: JobId, cancel: Cancel) -> Result<JobView, AppError> {
    run(vault, &vault.store().job(job).await?, cancel).await?;
    Ok(vault.store().job(job).await?.into())
}

async fn may_run(vault: &Vault, kind: JobKind) -> Result<bool, AppError> {
    Ok(!needs_key(kind) || vault.is_unlocked().await?)
}

async fn run(vault: &Vault, job: &Job, cancel: Cancel) -> Result<(), AppError> {
    match job.kind {
        JobKind::Scan => crate::scans::run_job(vault, job, cancel).await.map(drop),
        JobKind::Wrap | JobKind::Rewrap => {
            secrets::run_batch(vault, job.id, cancel).await.map(drop)
        }
        JobKind::Attest => crate::attestations::run_job(vault, job, cancel)
            .await
            .map(drop),
    }
}
