//! Running durable jobs: rows that say where to go on, run by whoever holds their lease.
//!
//! Invariants: a step and what it did are stored in one transaction, so that a kill at any instant
//! repeats at most work, never its effect; two processes never run one job, because each of the
//! runner's writes checks its lease.
//!
//! Start with [`run_leased`].

use std::time::Duration;

use qv_audit::Action;
use qv_store::{Job, Lease, NewJob, Store, WriteTx};
use qv_types::{JobId, JobKind, JobState, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::progress::JobEvent;
use crate::{AppError, Vault};

/// How long a runner may be silent before another process on another machine may take over. On this
/// machine a runner that died is recognised at once.
const LEASE: Duration = Duration::from_secs(60);
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Adds a job to a transaction.
pub(crate) async fn create(
    vault: &Vault,
    tx: &mut WriteTx,
    kind: JobKind,
    input: Value,
    steps: Vec<Value>,
) -> Result<JobId, AppError> {
    let job = NewJob {
        id: JobId::make(),
        kind,
        input_version: 1,
        input,
        steps,
        created_at: Timestamp::now(),
    };
    tx.create_job(
        vault
            .event(Action::JobCreated, job.id)
            .with("kind", kind.as_str()),
        &job,
    )
    .await?;
    Ok(job.id)
}

/// What a job stored of its own input, or of a step's. What cannot be read was edited from outside.
///
/// # Errors
/// [`AppError::Tampered`].
pub(crate) fn stored<T: DeserializeOwned>(job: &Job, value: Value) -> Result<T, AppError> {
    serde_json::from_value(value).map_err(|error| AppError::Tampered {
        what: format!("job {}", job.id),
        why: error.to_string(),
    })
}

/// Takes the job, keeps its lease alive while `work` runs, and gives it back where the work stops
/// without having ended the job.
///
/// # Errors
/// [`AppError::Busy`] where another process runs it, [`AppError::Cancelled`], the work's own.
pub(crate) async fn run_leased<T>(
    vault: &Vault,
    id: JobId,
    work: impl AsyncFnOnce(&Job, &Lease) -> Result<T, AppError>,
) -> Result<T, AppError> {
    let (job, lease) = claim(vault.store(), id).await?;
    let result = with_heartbeat(vault.store(), &lease, work(&job, &lease)).await;
    if vault.store().job(id).await?.state.is_final() {
        return result;
    }
    // Losing the lease meanwhile means that somebody else goes on already.
    let _ = vault.store().release_lease(lease).await;
    result.map_err(AppError::kept)
}

async fn with_heartbeat<T>(
    store: &Store,
    lease: &Lease,
    working: impl Future<Output = Result<T, AppError>>,
) -> Result<T, AppError> {
    let mut working = std::pin::pin!(working);
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    heartbeat.tick().await;
    loop {
        tokio::select! {
            result = &mut working => return result,
            _ = heartbeat.tick() => store.renew_lease(lease, Timestamp::now().plus(LEASE)).await?,
        }
    }
}

async fn claim(store: &Store, id: JobId) -> Result<(Job, Lease), AppError> {
    let owner = owner();
    let now = Timestamp::now();
    if let Some(claimed) = store.claim_job(id, &owner, now, now.plus(LEASE)).await? {
        return Ok(claimed);
    }
    let job = store.job(id).await?;
    let Some((_, until)) = job.lease.filter(|(holder, _)| !is_alive(holder)) else {
        return Err(AppError::Busy);
    };
    // The holder is a process of this machine that is gone: its lease counts as run out.
    store
        .claim_job(id, &owner, until.max(now), now.plus(LEASE))
        .await?
        .ok_or(AppError::Busy)
}

/// Whether a process that lives holds the job.
pub(crate) fn is_running(job: &Job) -> bool {
    let held =
        |(holder, until): &(String, Timestamp)| is_alive(holder) && *until > Timestamp::now();
    job.state == JobState::Running && job.lease.as_ref().is_some_and(held)
}

/// Names this process so that another one on this machine can tell whether it still runs: boot, pid
/// and the pid's start time, since pids are used again.
fn owner() -> String {
    let pid = std::process::id();
    format!("{}:{pid}:{}", boot(), start_time(pid).unwrap_or_default())
}

/// Whether the owner may still run. An owner of another boot or machine counts as alive: then only its
/// lease decides.
fn is_alive(owner: &str) -> bool {
    let mut parts = owner.split(':');
    let (Some(holder_boot), Some(pid), Some(started)) = (parts.next(), parts.next(), parts.next())
    else {
        return true;
    };
    if holder_boot != boot() {
        return true;
    }
    let Ok(pid) = pid.parse() else { return true };
    start_time(pid).is_some_and(|now| now == started)
}

fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// Field 22 of `/proc/<pid>/stat`; the command in field 2 may hold anything but ends at the last `)`.
fn start_time(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after_command) = stat.rsplit_once(')')?;
    after_command.split_whitespace().nth(19).map(str::to_owned)
}

/// Tells listeners how far a job is.
pub(crate) fn report(vault: &Vault, job: &Job, done: u64, step: Option<String>) {
    vault.progress().report(JobEvent {
        job: job.id,
        kind: job.kind,
        state: JobState::Running,
        done,
        total: job.steps,
        step,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive_and_another_start_of_its_pid_is_not() {
        assert!(is_alive(&owner()));
        assert!(!is_alive(&format!("{}:{}:1", boot(), std::process::id())));
        assert!(!is_alive(&format!("{}:{}:1", boot(), u32::MAX / 2)));
        assert!(
            is_alive(&format!("another-boot:{}:1", std::process::id())),
            "only its lease decides"
        );
        assert!(is_alive("made by somebody else"));
    }
}
