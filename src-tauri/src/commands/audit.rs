//! The log.

use qv_app::audit::{self, LogQuery, LogReport, LogRow};
use tauri::State;

use crate::host::Host;
use crate::problem::Answer;

/// Events, newest first.
#[tauri::command]
#[specta::specta]
pub async fn audit_list(host: State<'_, Host>, query: LogQuery) -> Answer<Vec<LogRow>> {
    host.read(|vault| async move { audit::list(&vault, query).await })
        .await
}

/// Hashes the whole log again and checks every signature; also a note that was kept elsewhere.
#[tauri::command]
#[specta::specta]
pub async fn audit_verify(host: State<'_, Host>, kept: Option<String>) -> Answer<LogReport> {
    host.read(|vault| async move { audit::verify(&vault, kept.as_deref()).await })
        .await
}

/// Signs the log as it is; the signed note.
#[tauri::command]
#[specta::specta]
pub async fn audit_checkpoint(host: State<'_, Host>) -> Answer<String> {
    host.unlocked(|vault| async move { audit::checkpoint(&vault).await })
        .await
}
