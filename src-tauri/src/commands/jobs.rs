//! Durable jobs.

use qv_app::jobs::{self, JobView};
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

/// Ends a job; what it has done stays.
#[tauri::command]
#[specta::specta]
pub async fn jobs_cancel(host: State<'_, Host>, job: JobId) -> Answer<()> {
    host.unlocked(|vault| async move { jobs::cancel(&vault, job).await })
        .await
}
