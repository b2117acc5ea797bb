//! `qv jobs`

use clap::Subcommand;
use qv_app::AppError;
use qv_app::jobs;
use qv_types::JobId;

use serde_json::json;

use super::{Context, watched};
use crate::exit::Verdict;

#[derive(Debug, Subcommand)]
pub enum JobsCommand {
    /// Lists jobs, newest first
    List {
        /// How many, 1 to 1000
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Lists what of a wrap failed, by cause
    Failures {
        /// Id of the job
        job: JobId,
    },
    /// Wraps again what failed of a wrap that has ended
    Retry {
        /// Id of the job
        job: JobId,
    },
    /// Goes on with every job that was interrupted
    Resume,
    /// Ends a job; what it has done stays
    Cancel {
        /// Id of the job
        job: JobId,
    },
}

pub async fn run(command: JobsCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        JobsCommand::List { limit } => list(limit, context).await,
        JobsCommand::Failures { job } => failures(job, context).await,
        JobsCommand::Retry { job } => retry(job, context).await,
        JobsCommand::Resume => resume(context).await,
        JobsCommand::Cancel { job } => {
            context.confirm(&format!("End job {job}? What it has done stays."))?;
            jobs::cancel(&context.vault().await?, job).await?;
            context.out.show(&json!({ "cancelled": job }), |out| {
                out.success("the job is ended")
            });
            Ok(Verdict::Done)
        }
    }
}

async fn failures(job: JobId, context: &Context<'_>) -> Result<Verdict, AppError> {
    let failures = jobs::failures(&context.vault().await?, job, usize::MAX).await?;
    context.out.show(&failures, |out| {
        if failures.total == 0 {
            out.note("nothing of it failed");
            return;
        }
        for cause in &failures.causes {
            out.heading(&format!("{} × {}", cause.count, cause.why));
            let gone = || "(removed since)".to_owned();
            out.table(
                &["asset", "id"],
                cause.assets.iter().map(|asset| {
                    let location = asset.location.clone().unwrap_or_else(gone);
                    vec![location, asset.asset_id.to_string()]
                }),
            );
        }
        out.note(&format!("try these again: qv jobs retry {job}"));
    });
    Ok(Verdict::Done)
}

async fn retry(job: JobId, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.unlocked().await?;
    let again = jobs::retry(&vault, job).await?;
    let ended = watched(context.out, "wrapping", vault.progress(), async |cancel| {
        jobs::finish(&vault, again, cancel).await
    })
    .await?;
    context.out.show(&ended, |out| {
        let done = ended.done - ended.failed;
        let summary = format!("{done} of {} that had failed are wrapped now", ended.total);
        if ended.failed == 0 {
            out.success(&summary);
        } else {
            out.warn(&format!("{summary}: see `qv jobs failures {}`", ended.id));
        }
    });
    Ok(Verdict::of(ended.failed == 0))
}

/// Asks for the passphrase only where a job needs the master key.
async fn resume(context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?;
    let open = jobs::open(&vault).await?;
    if open
        .iter()
        .any(|job| job.interrupted && jobs::needs_key(job.kind))
    {
        context.unlock(&vault).await?;
    }
    let ended = watched(context.out, "resuming", vault.progress(), async |cancel| {
        jobs::resume_all(&vault, cancel).await
    })
    .await?;
    context.out.show(&ended, |out| {
        if open.is_empty() {
            out.note("no interrupted job");
            return;
        }
        out.success(&format!("{} job(s) went on to their end", ended.len()));
        let running = open.len().saturating_sub(ended.len());
        if running > 0 {
            out.note(&format!("{running} job(s) are run by another process"));
        }
    });
    Ok(Verdict::of(ended.iter().all(|job| job.failed == 0)))
}

async fn list(limit: u32, context: &Context<'_>) -> Result<Verdict, AppError> {
    let rows = jobs::list(&context.vault().await?, limit).await?;
    context.out.show(&rows, |out| {
        if rows.is_empty() {
            out.note("no jobs yet");
            return;
        }
        out.table(
            &["job", "kind", "state", "done", "failed", "made"],
            rows.iter().map(|row| {
                vec![
                    row.id.to_string(),
                    row.kind.to_string(),
                    if row.interrupted {
                        "interrupted".into()
                    } else {
                        row.state.to_string()
                    },
                    format!("{}/{}", row.done, row.total),
                    row.failed.to_string(),
                    row.created_at.to_seconds_text(),
                ]
            }),
        );
        if let Some(row) = rows.iter().find(|row| row.retryable) {
            out.note(&format!("see what failed: `qv jobs failures {}`", row.id));
        }
        if rows.iter().any(|row| row.interrupted) {
            out.note("go on with what was interrupted: `qv jobs resume`");
        }
    });
    Ok(Verdict::Done)
}
