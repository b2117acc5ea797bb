//! Durable jobs: rows that say what is to be done and how far it got.
//!
//! A job is run by one process at a time, which holds a lease on it. A lease that runs out can be
//! taken by another process; the attempt number fences the first one off, so its late results are
//! refused. Steps are done once: a step that is `DONE` or `FAILED` never runs again.
//! Taking, renewing and giving back leases are the only writes without an audit event.

use qv_audit::Event;
use qv_types::{Code, JobId, JobKind, JobState, StepState, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::bulk::insert_rows;
use crate::error::{Error, Result};
use crate::row::Columns;
use crate::write::expect_one;
use crate::{Store, WriteTx};

/// A durable job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: JobKind,
    /// Version of the form of `input` and of its steps' inputs.
    pub input_version: u32,
    /// What is to be done. Never plaintext of secrets.
    pub input: Value,
    /// Its state.
    pub state: JobState,
    /// How often it was claimed.
    pub attempt: u64,
    /// Who runs it, until when.
    pub lease: Option<(String, Timestamp)>,
    /// Why it failed or waits: a code word and a message.
    pub error: Option<(String, String)>,
    /// Steps there are.
    pub steps: u64,
    /// Steps done or failed.
    pub steps_ended: u64,
    /// Of these, failed.
    pub steps_failed: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A job to be made, with the inputs of its steps in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: JobKind,
    /// Version of the inputs' form.
    pub input_version: u32,
    /// What is to be done.
    pub input: Value,
    /// What each step is to do.
    pub steps: Vec<Value>,
    /// When it is made.
    pub created_at: Timestamp,
}

/// One step of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobStep {
    /// Its place, from 0.
    pub step: u64,
    /// What it is to do.
    pub input: Value,
    /// Its state.
    pub state: StepState,
    /// What came of it.
    pub output: Option<Value>,
}

/// The right to run a job until it runs out. Not `Clone`: who gives it back has it no more.
#[derive(Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job: JobId,
    owner: String,
    attempt: u64,
}

macro_rules! job_sql {
    ($tail:literal) => {
        concat!(
            "SELECT j.*, (SELECT count(*) FROM job_steps s WHERE s.job_id = j.id) AS steps,
               (SELECT count(*) FROM job_steps s WHERE s.job_id = j.id AND s.state <> 'PENDING') AS steps_ended,
               (SELECT count(*) FROM job_steps s WHERE s.job_id = j.id AND s.state = 'FAILED') AS steps_failed FROM jobs j ",
            $tail
        )
    };
}

impl Store {
    /// Jobs, newest first.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn jobs(&self, limit: u32) -> Result<Vec<Job>> {
        let rows = sqlx::query(job_sql!("ORDER BY j.created_at DESC, j.id DESC LIMIT ?"))
            .bind(limit)
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Jobs that have not ended, oldest first.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn open_jobs(&self) -> Result<Vec<Job>> {
        let rows = sqlx::query(job_sql!(
            "WHERE j.state NOT IN ('DONE', 'FAILED', 'CANCELLED') ORDER BY j.created_at, j.id"
        ))
        .fetch_all(&self.reads)
        .await?;
        rows.iter().map(read).collect()
    }

    /// One job.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn job(&self, id: JobId) -> Result<Job> {
        let row = sqlx::query(job_sql!("WHERE j.id = ?"))
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?;
        read(&row.ok_or_else(|| Error::not_found("job", id))?)
    }

    /// The steps of a job that are in this state (or all), in order.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn job_steps(&self, id: JobId, state: Option<StepState>) -> Result<Vec<JobStep>> {
        let rows = sqlx::query("SELECT * FROM job_steps WHERE job_id = ?1 AND (?2 IS NULL OR state = ?2) ORDER BY step")
            .bind(id.to_string())
            .bind(state.map(StepState::as_str))
            .fetch_all(&self.reads)
            .await?;
        let read = |row: &SqliteRow| {
            let output: Option<&str> = row.raw("output")?;
            Ok(JobStep {
                step: row.count("step")?,
                input: row.json("input")?,
                state: row.parsed("state")?,
                output: output
                    .map(|text| {
                        serde_json::from_str(text).map_err(|_| Error::corrupt("job_steps.output"))
                    })
                    .transpose()?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Takes the oldest job that can run (of this kind, or any): one that is `READY`, or whose
    /// runner's lease ran out. `None` where there is none. Jobs that wait are taken by
    /// [`Store::claim_job`] when what they wait for may have come.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn claim_next(
        &self,
        kind: Option<JobKind>,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(Job, Lease)>> {
        self.claim(
            "SELECT id FROM jobs WHERE state NOT IN ('DONE', 'FAILED', 'CANCELLED') AND (?1 IS NULL OR kind = ?1)
               AND (state = 'READY' OR (state = 'RUNNING' AND lease_until <= ?2)) ORDER BY created_at, id LIMIT 1",
            kind.map(|kind| kind.as_str().to_owned()),
            owner,
            (now, until),
        )
        .await
    }

    /// Takes this job, if it has not ended and nobody else runs it.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn claim_job(
        &self,
        id: JobId,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(Job, Lease)>> {
        self.claim(
            "SELECT id FROM jobs WHERE id = ?1 AND state NOT IN ('DONE', 'FAILED', 'CANCELLED') AND (lease_until IS NULL OR lease_until <= ?2)",
            Some(id.to_string()),
            owner,
            (now, until),
        )
        .await
    }

    async fn claim(
        &self,
        choose: &'static str,
        which: Option<String>,
        owner: &str,
        span: (Timestamp, Timestamp),
    ) -> Result<Option<(Job, Lease)>> {
        let mut tx = self.begin().await?;
        let Some(chosen) = sqlx::query(choose)
            .bind(which)
            .bind(span.0.unix_ms())
            .fetch_optional(tx.read())
            .await?
        else {
            return Ok(None);
        };
        let id: JobId = chosen.parsed("id")?;
        sqlx::query("UPDATE jobs SET state = 'RUNNING', attempt = attempt + 1, lease_owner = ?, lease_until = ?, error_code = NULL, error_message = NULL, updated_at = ? WHERE id = ?")
            .bind(owner.to_owned())
            .bind(span.1.unix_ms())
            .bind(span.0.unix_ms())
            .bind(id.to_string())
            .execute(tx.read())
            .await?;
        let job = read(
            &sqlx::query(job_sql!("WHERE j.id = ?"))
                .bind(id.to_string())
                .fetch_one(tx.read())
                .await?,
        )?;
        tx.commit().await?;
        let lease = Lease {
            job: id,
            owner: owner.into(),
            attempt: job.attempt,
        };
        Ok(Some((job, lease)))
    }

    /// Extends a lease.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] where another process has the job or it was ended.
    pub async fn renew_lease(&self, lease: &Lease, until: Timestamp) -> Result<()> {
        let mut tx = self.begin().await?;
        let done = sqlx::query("UPDATE jobs SET lease_until = ? WHERE id = ? AND lease_owner = ? AND attempt = ? AND state = 'RUNNING'")
            .bind(until.unix_ms())
            .bind(lease.job.to_string())
            .bind(lease.owner.clone())
            .bind(lease.attempt.cast_signed())
            .execute(tx.read())
            .await?;
        held(done.rows_affected(), lease)?;
        tx.commit().await
    }

    /// Gives a lease back unfinished (the process ends): the job is `READY` at once.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] where another process has the job or it was ended.
    pub async fn release_lease(&self, lease: Lease) -> Result<()> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE jobs SET state = 'READY', lease_owner = NULL, lease_until = NULL WHERE id = ? AND lease_owner = ? AND attempt = ? AND state = 'RUNNING'",
        )
        .bind(lease.job.to_string())
        .bind(lease.owner.clone())
        .bind(lease.attempt.cast_signed())
        .execute(tx.read())
        .await?;
        held(done.rows_affected(), &lease)?;
        tx.commit().await
    }
}

impl WriteTx {
    /// Makes a job with its steps.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn create_job(&mut self, event: Event, job: &NewJob) -> Result<()> {
        let db = self.change();
        sqlx::query("INSERT INTO jobs (id, kind, input_version, input, state, created_at, updated_at) VALUES (?, ?, ?, ?, 'READY', ?, ?)")
            .bind(job.id.to_string())
            .bind(job.kind.as_str())
            .bind(job.input_version)
            .bind(job.input.to_string())
            .bind(job.created_at.unix_ms())
            .bind(job.created_at.unix_ms())
            .execute(&mut *db)
            .await?;
        insert_steps(db, job.id, 0, &job.steps, job.created_at).await?;
        self.record(event);
        Ok(())
    }

    /// Adds steps behind the last one: work that a step found.
    ///
    /// # Errors
    /// [`Error::LeaseLost`].
    pub async fn add_steps(
        &mut self,
        event: Event,
        lease: &Lease,
        steps: &[Value],
        at: Timestamp,
    ) -> Result<()> {
        check_lease(self.read(), lease).await?;
        let db = self.change();
        let first: i64 =
            sqlx::query_scalar("SELECT coalesce(max(step) + 1, 0) FROM job_steps WHERE job_id = ?")
                .bind(lease.job.to_string())
                .fetch_one(&mut *db)
                .await?;
        insert_steps(db, lease.job, first, steps, at).await?;
        self.record(event);
        Ok(())
    }

    /// Ends a step in the transaction that also holds what it did.
    ///
    /// # Errors
    /// [`Error::LeaseLost`]; [`Error::Conflict`] where the step has ended already: then nothing of
    /// this transaction may count, and it cannot be committed.
    pub async fn end_step(
        &mut self,
        event: Event,
        lease: &Lease,
        step: u64,
        state: StepState,
        output: &Value,
        at: Timestamp,
    ) -> Result<()> {
        let db = self.change();
        check_lease(&mut *db, lease).await?;
        let done = sqlx::query("UPDATE job_steps SET state = ?, output = ?, updated_at = ? WHERE job_id = ? AND step = ? AND state = 'PENDING'")
            .bind(state.as_str())
            .bind(output.to_string())
            .bind(at.unix_ms())
            .bind(lease.job.to_string())
            .bind(step.cast_signed())
            .execute(db)
            .await?;
        if done.rows_affected() == 0 {
            return Err(Error::Conflict(format!(
                "step {step} of job {} has ended already",
                lease.job
            )));
        }
        self.record(event.with("step", step).with("step_state", state.as_str()));
        Ok(())
    }

    /// Ends a job, or lets it wait, and gives the lease back. The event gets the state.
    ///
    /// # Errors
    /// [`Error::LeaseLost`].
    pub async fn end_job(
        &mut self,
        event: Event,
        lease: &Lease,
        state: JobState,
        error: Option<(Code, &str)>,
        at: Timestamp,
    ) -> Result<()> {
        let db = self.change();
        check_lease(&mut *db, lease).await?;
        let code = error
            .map(|(code, _)| serde_json::to_value(code))
            .transpose()?;
        sqlx::query("UPDATE jobs SET state = ?, lease_owner = NULL, lease_until = NULL, error_code = ?, error_message = ?, updated_at = ? WHERE id = ?")
            .bind(state.as_str())
            .bind(code.as_ref().and_then(Value::as_str).map(str::to_owned))
            .bind(error.map(|(_, message)| message.to_owned()))
            .bind(at.unix_ms())
            .bind(lease.job.to_string())
            .execute(db)
            .await?;
        self.record(event.with("state", state.as_str()));
        Ok(())
    }

    /// Cancels a job whoever runs it; its runner finds out at its next write.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it does not exist or has ended.
    pub async fn cancel_job(&mut self, event: Event, id: JobId, at: Timestamp) -> Result<()> {
        let done = sqlx::query(
            "UPDATE jobs SET state = 'CANCELLED', lease_owner = NULL, lease_until = NULL, updated_at = ?
             WHERE id = ? AND state NOT IN ('DONE', 'FAILED', 'CANCELLED')",
        )
        .bind(at.unix_ms())
        .bind(id.to_string())
        .execute(self.change())
        .await?;
        expect_one(done.rows_affected(), "open job", id)?;
        self.record(event);
        Ok(())
    }
}

async fn insert_steps(
    db: &mut SqliteConnection,
    job: JobId,
    first: i64,
    steps: &[Value],
    at: Timestamp,
) -> Result<()> {
    let rows: Vec<_> = (first..).zip(steps.iter().map(Value::to_string)).collect();
    let statement = (
        "INSERT INTO job_steps (job_id, step, input, state, updated_at)",
        5,
        "",
    );
    insert_rows(db, statement, rows, |query, (step, input)| {
        query
            .bind(job.to_string())
            .bind(step)
            .bind(input)
            .bind("PENDING")
            .bind(at.unix_ms())
    })
    .await
}

async fn check_lease(db: &mut SqliteConnection, lease: &Lease) -> Result<()> {
    let row = sqlx::query(
        "SELECT 1 FROM jobs WHERE id = ? AND lease_owner = ? AND attempt = ? AND state = 'RUNNING'",
    )
    .bind(lease.job.to_string())
    .bind(lease.owner.clone())
    .bind(lease.attempt.cast_signed())
    .fetch_optional(db)
    .await?;
    held(u64::from(row.is_some()), lease)
}

fn held(rows: u64, lease: &Lease) -> Result<()> {
    if rows == 0 {
        Err(Error::LeaseLost {
            job: lease.job.to_string(),
        })
    } else {
        Ok(())
    }
}

fn read(row: &SqliteRow) -> Result<Job> {
    let owner: Option<String> = row.raw("lease_owner")?;
    let code: Option<String> = row.raw("error_code")?;
    let message: Option<String> = row.raw("error_message")?;
    Ok(Job {
        id: row.parsed("id")?,
        kind: row.parsed("kind")?,
        input_version: row.small("input_version")?,
        input: row.json("input")?,
        state: row.parsed("state")?,
        attempt: row.count("attempt")?,
        lease: owner.zip(row.time_opt("lease_until")?),
        error: code.map(|code| (code, message.unwrap_or_default())),
        steps: row.count("steps")?,
        steps_ended: row.count("steps_ended")?,
        steps_failed: row.count("steps_failed")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
