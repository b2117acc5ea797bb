//! Scanning again what failed.

use std::collections::HashSet;

use qv_types::{Environment, ScanId, StepState};

use super::{Input, ScanRequest, Step, input_of, job_of, store};
use crate::{AppError, Vault};

/// Stores a new scan of the targets of another one that failed, of one cause or of all. Environments
/// are the targets' own; private addresses may be touched where the first scan could or
/// `allow_private` says so.
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
    let failed = vault.store().failed_targets(scan, cause).await?;
    let failed: HashSet<String> = failed.into_iter().collect();
    let mut steps = Vec::new();
    let ended = vault.store().job_steps(job.id, Some(StepState::Failed));
    for row in ended.await? {
        let step: Step = serde_json::from_value(row.input).map_err(|error| AppError::Tampered {
            what: format!("job {}", job.id),
            why: error.to_string(),
        })?;
        if failed.contains(&step.target) {
            steps.push(step);
        }
    }
    if steps.is_empty() {
        let how = cause.map_or_else(String::new, |cause| format!(" by `{cause}`"));
        return Err(AppError::NotAllowed(format!(
            "no target of scan {scan} failed{how}; `qv scans overview {scan}` lists the causes"
        )));
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
