//! Scans: durable jobs that look at targets and keep what they find.
//!
//! A step is a target. What a target showed, the asset's verdicts and score, and the end of its step
//! are stored in one transaction, so that a killed scan goes on where it was and doubles nothing.
//!
//! Start with [`start`] and [`run`]; `record` stores results, `overview` shows them a piece at a time.

mod changes;
mod overview;
mod record;
mod retry;
mod show;

use std::collections::HashSet;
use std::time::Duration;

use futures_util::stream;
use qv_audit::Action;
use qv_scan::{Depth, Guard, Limits, Prober, Report, scan_many};
use qv_store::{Job, JobStep, Lease, Scan, ScanCounts, WriteTx};
use qv_types::{
    Environment, JobId, JobKind, JobState, ScanId, ScanStatus, ScanType, StepState, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::mpsc;

pub use self::changes::Change;
pub use self::overview::{CauseOfFailure, ScanOverview, failures, overview};
use self::record::Recorder;
pub use self::retry::{NOT_REACHED, retry};
pub use self::show::{FailedTarget, ScanRow, ScanView, ScannedAsset, list, show};
use crate::progress::Cancel;
use crate::targets::{self, NewTarget};
use crate::{AppError, ScanConfig, Vault, policies, runner};

/// A scan to start.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanRequest {
    /// Targets, as typed.
    pub targets: Vec<String>,
    /// Whether every active saved target is scanned too.
    pub saved: bool,
    /// Whether the named targets are saved.
    pub save: bool,
    /// Environment of the named targets.
    pub environment: Environment,
    /// Why.
    pub scan_type: ScanType,
    /// Whether this scan may touch private and loopback addresses.
    pub allow_private: bool,
}

/// The job's input.
#[derive(Debug, Serialize, Deserialize)]
struct Input {
    scan: ScanId,
    scan_type: ScanType,
    allow_private: bool,
}

/// The input of a step.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Step {
    target: String,
    environment: Environment,
}

/// Stores a scan as a job. Each target is scanned once, however often it is named.
///
/// # Errors
/// The first target that does not parse; no target at all.
pub async fn start(vault: &Vault, request: ScanRequest) -> Result<ScanId, AppError> {
    let mut steps = Vec::new();
    for target in &request.targets {
        steps.push(Step {
            target: targets::parse(target)?.0,
            environment: request.environment,
        });
    }
    if request.save {
        let named = request.targets.iter().cloned();
        let new = named.map(|target| NewTarget {
            name: None,
            target,
            environment: request.environment,
        });
        targets::add(vault, new.collect()).await?;
    }
    if request.saved {
        let saved = vault.store().targets(true).await?;
        steps.extend(saved.into_iter().map(|row| Step {
            target: row.target,
            environment: row.environment,
        }));
    }
    let mut seen = HashSet::new();
    steps.retain(|step| seen.insert(step.clone()));
    if steps.is_empty() {
        return Err(AppError::InvalidInput(
            "nothing to scan: name targets, a --file, or --saved with saved targets".into(),
        ));
    }
    store(vault, &request, &steps).await
}

async fn store(vault: &Vault, request: &ScanRequest, steps: &[Step]) -> Result<ScanId, AppError> {
    let id = ScanId::make();
    let input = Input {
        scan: id,
        scan_type: request.scan_type,
        allow_private: request.allow_private,
    };
    let mut tx = vault.begin().await?;
    let step_inputs = steps.iter().map(|step| json!(step)).collect();
    let job = runner::create(vault, &mut tx, JobKind::Scan, json!(input), step_inputs).await?;
    let scan = Scan {
        id,
        triggered_by: None,
        job_id: Some(job),
        scan_type: request.scan_type,
        started_at: Timestamp::now(),
        completed_at: None,
        targets: steps.len() as u64,
        counts: ScanCounts::default(),
        status: ScanStatus::Running,
        error_message: None,
    };
    let event = vault
        .event(Action::ScanStarted, id)
        .with("scan_type", request.scan_type.as_str())
        .with("targets", steps.len())
        .with("allow_private", request.allow_private);
    tx.create_scan(event, &scan).await?;
    tx.commit().await?;
    Ok(id)
}

/// Runs a scan to its end, from wherever it stands.
///
/// # Errors
/// [`AppError::Busy`], [`AppError::Cancelled`]; failures of targets are results, not errors.
pub async fn run(vault: &Vault, scan: ScanId, cancel: Cancel) -> Result<ScanView, AppError> {
    let job = job_of(vault, scan).await?;
    run_job(vault, &vault.store().job(job).await?, cancel).await
}

async fn job_of(vault: &Vault, scan: ScanId) -> Result<JobId, AppError> {
    let row = vault.store().scan(scan).await?;
    row.job_id.ok_or_else(|| {
        AppError::NotAllowed(format!("scan {scan} has no job any more; start a new one"))
    })
}

/// Goes on with every interrupted scan.
///
/// # Errors
/// The first scan's that cannot go on; one that another process runs is passed over.
pub async fn resume(vault: &Vault, cancel: Cancel) -> Result<Vec<ScanView>, AppError> {
    let mut views = Vec::new();
    for job in vault.store().open_jobs().await? {
        if job.kind != JobKind::Scan {
            continue;
        }
        match run_job(vault, &job, cancel.clone()).await {
            Ok(view) => views.push(view),
            Err(AppError::Busy) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(views)
}

pub(crate) async fn run_job(
    vault: &Vault,
    job: &Job,
    cancel: Cancel,
) -> Result<ScanView, AppError> {
    let input = input_of(job)?;
    runner::run_leased(vault, job.id, async |job, lease| {
        run_steps(vault, job, lease, &input, cancel).await
    })
    .await?;
    show(vault, input.scan).await
}

/// The scan that a job runs.
pub(crate) fn scan_of(job: &Job) -> Option<ScanId> {
    let is_scan = job.kind == JobKind::Scan;
    is_scan
        .then(|| input_of(job).ok())
        .flatten()
        .map(|input| input.scan)
}

fn input_of(job: &Job) -> Result<Input, AppError> {
    runner::stored(job, job.input.clone())
}

/// Ends the scan of a job that its user cancelled.
pub(crate) async fn cancelled(
    vault: &Vault,
    tx: &mut WriteTx,
    job: &Job,
    now: Timestamp,
) -> Result<(), AppError> {
    let scan = input_of(job)?.scan;
    tx.finish_scan(
        vault.event(Action::ScanCancelled, scan),
        scan,
        Some("cancelled by its user"),
        now,
    )
    .await?;
    Ok(())
}

async fn run_steps(
    vault: &Vault,
    job: &Job,
    lease: &Lease,
    input: &Input,
    cancel: Cancel,
) -> Result<(), AppError> {
    let mut pending = Vec::new();
    for step in vault
        .store()
        .job_steps(job.id, Some(StepState::Pending))
        .await?
    {
        let target = target_of(job, &step)?;
        pending.push((step, target));
    }
    let guard = Guard {
        allow_loopback: input.allow_private || vault.config().scan.allow_private,
        allow_private: input.allow_private || vault.config().scan.allow_private,
    };
    let prober = Prober::new(limits(&vault.config().scan), guard, Depth::Standard)?;
    let recorder = Recorder {
        vault,
        job,
        lease,
        scan: input.scan,
    };
    let (sender, receiver) = mpsc::channel(64);
    let probing = async {
        tokio::select! {
            () = probe_all(&prober, pending, sender) => Ok(()),
            () = cancel.cancelled() => Err(AppError::Cancelled),
        }
    };
    // Recording goes on while probing does, and takes in what arrived before a cancellation.
    let (probed, recorded) = tokio::join!(probing, recorder.run(receiver));
    recorded?;
    probed?;
    finish(vault, job, lease, input.scan).await
}

async fn probe_all(
    prober: &Prober,
    steps: Vec<(JobStep, qv_scan::Target)>,
    results: mpsc::Sender<(JobStep, Report)>,
) {
    scan_many(prober, stream::iter(steps), async |step, report| {
        // A closed channel: the recorder ended with an error, which is what the caller will see.
        let _ = results.send((step, report)).await;
    })
    .await;
}

/// Targets were parsed before they were stored: one that does not parse now was edited from outside.
fn target_of(job: &Job, step: &JobStep) -> Result<qv_scan::Target, AppError> {
    let Step { target, .. } = runner::stored(job, step.input.clone())?;
    target
        .parse()
        .map_err(|error: qv_scan::ScanError| AppError::Tampered {
            what: format!("job {}", job.id),
            why: error.to_string(),
        })
}

fn limits(config: &ScanConfig) -> Limits {
    Limits {
        connect: Duration::from_millis(config.connect_timeout_ms),
        handshake: Duration::from_millis(config.handshake_timeout_ms),
        overall: Duration::from_millis(config.target_timeout_ms),
        concurrency: config.concurrency as usize,
        per_host: config.per_host as usize,
        ..Limits::default()
    }
}

async fn finish(vault: &Vault, job: &Job, lease: &Lease, scan: ScanId) -> Result<(), AppError> {
    // Before the snapshot, which counts what is out of policy, and before the job has ended.
    policies::reevaluate_all(vault).await?;
    let now = Timestamp::now();
    let mut tx = vault.begin().await?;
    tx.finish_scan(vault.event(Action::ScanCompleted, scan), scan, None, now)
        .await?;
    tx.end_job(
        vault.event(Action::JobStateChanged, job.id),
        lease,
        JobState::Done,
        None,
        now,
    )
    .await?;
    tx.take_snapshot(vault.event(Action::SnapshotTaken, scan), "scan", now)
        .await?;
    Ok(tx.commit().await?)
}
