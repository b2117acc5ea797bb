//! Scanning again what failed, and what a scan that ended early did not reach.

use std::collections::HashSet;

use qv_store::Job;
use qv_types::{Environment, ScanId, StepState};

use super::{Input, ScanRequest, Step, input_of, job_of, store};
use crate::{AppError, Vault, runner};

/// In place of a cause of failure: what a scan that ended early did not reach.
pub const NOT_REACHED: &str = "not_reached";

/// Stores a new scan of the targets of another one that failed or were not reached: those of one
/// cause, which may be [`NOT_REACHED`], or all. Environments are the targets' own; private addresses
/// may be touched where the first scan could or `allow_private` says so.
///
/// # Errors
/// No such scan; nothing that failed so.
pub async fn retry(
    vault: &Vault,
    scan: ScanId,
    cause: Option<&str>,
    allow_private: bool,
) -> Result<ScanId, AppError> {
    let job = vault.store().job(job_of(vault, scan).await?).await?;
    let Input {
        scan_type,
        allow_private: allowed,
        ..
    } = input_of(&job)?;
    let mut steps = Vec::new();
    if cause != Some(NOT_REACHED) {
        steps.extend(failed(vault, &job, scan, cause).await?);
    }
    if cause.is_none_or(|cause| cause == NOT_REACHED) && job.state.is_final() {
        steps.extend(steps_in(vault, &job, StepState::Pending).await?);
    }
    if steps.is_empty() {
        return Err(AppError::NotAllowed(nothing_left(scan, cause)));
    }
    let request = ScanRequest {
        targets: Vec::new(),
        saved: false,
        save: false,
        environment: Environment::Other,
        scan_type,
        allow_private: allow_private || allowed,
    };
    store(vault, &request, &steps).await
}

/// Targets that a scan will not reach any more: it ended before.
pub(super) fn not_reached(job: &Job) -> u64 {
    if job.state.is_final() {
        job.steps.saturating_sub(job.steps_ended)
    } else {
        0
    }
}

async fn failed(
    vault: &Vault,
    job: &Job,
    scan: ScanId,
    cause: Option<&str>,
) -> Result<Vec<Step>, AppError> {
    let failed = vault.store().failed_targets(scan, cause).await?;
    let failed: HashSet<String> = failed.into_iter().collect();
    let mut steps = steps_in(vault, job, StepState::Failed).await?;
    steps.retain(|step| failed.contains(&step.target));
    Ok(steps)
}

async fn steps_in(vault: &Vault, job: &Job, state: StepState) -> Result<Vec<Step>, AppError> {
    let rows = vault.store().job_steps(job.id, Some(state)).await?;
    rows.into_iter()
        .map(|row| runner::stored(job, row.input))
        .collect()
}

fn nothing_left(scan: ScanId, cause: Option<&str>) -> String {
    match cause {
        Some(NOT_REACHED) => format!(
            "scan {scan} has left no target out; where it was interrupted, `qv scans resume` goes on with it"
        ),
        Some(cause) => format!(
            "no target of scan {scan} failed by `{cause}`; `qv scans overview {scan}` lists the causes"
        ),
        None => format!("no target of scan {scan} failed; `qv scans overview {scan}` shows it"),
    }
}
