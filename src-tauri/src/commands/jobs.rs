//! Durable jobs.

use qv_app::jobs::{self, JobFailures, JobView};
use qv_types::JobId;
use tauri::State;

use crate::host::Host;
use crate::problem::Answer;

/// The newest jobs.
#[tauri::command]
#[specta::specta]
pub async fn jobs_list(host: State<'_, Host>, limit: u32) -> Answer<Vec<JobView>> {
    host.read(|vault| async move { jobs::list(&vault, limit.min(100)).await })
        .await
}

/// Goes on with interrupted jobs in the background.
#[tauri::command]
#[specta::specta]
pub async fn jobs_resume(host: State<'_, Host>) -> Answer<()> {
    let working = host.inner().clone();
    host.unlocked(|vault| async move {
        working.go_on(&vault);
        Ok(())
    })
    .await
}

/// What of a wrap failed, by cause.
#[tauri::command]
#[specta::specta]
pub async fn jobs_failures(host: State<'_, Host>, job: JobId) -> Answer<JobFailures> {
    host.read(|vault| async move {
        let failures = jobs::failures(&vault, job, ASSETS_OF_A_CAUSE).await?;
        Ok(failures.first())
    })
    .await
}

/// The assets of a cause that the window lists.
const ASSETS_OF_A_CAUSE: usize = 20;

/// Tries again what of a wrap failed, in the background; the id of the new job.
#[tauri::command]
#[specta::specta]
pub async fn jobs_retry(host: State<'_, Host>, job: JobId) -> Answer<JobId> {
    let working = host.inner().clone();
    host.unlocked(|vault| async move {
        let again = jobs::retry(&vault, job).await?;
        working.spawn(&vault, async move |vault, stop| {
            jobs::finish(&vault, again, stop).await.map(drop)
        });
        Ok(again)
    })
    .await
}

/// Ends a job; what it has done stays.
#[tauri::command]
#[specta::specta]
pub async fn jobs_cancel(host: State<'_, Host>, job: JobId) -> Answer<()> {
    host.unlocked(|vault| async move { jobs::cancel(&vault, job).await })
        .await
}
