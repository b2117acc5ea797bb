//! The log.

use qv_app::Existing;
use qv_app::audit::{self, CheckpointFile, LogExport, LogPage, LogQuery, LogReport};
use tauri::State;

use crate::files::{self, Purpose};
use crate::host::Host;
use crate::problem::Answer;

/// A page of events, newest first, with a cursor for either way.
#[tauri::command]
#[specta::specta]
pub async fn audit_list(host: State<'_, Host>, query: LogQuery) -> Answer<LogPage> {
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

/// As [`audit_verify`], with a note in a file that the person chose.
#[tauri::command]
#[specta::specta]
pub async fn audit_verify_file(host: State<'_, Host>, file: u32) -> Answer<LogReport> {
    let path = host.files().take(file, Purpose::Checkpoint)?;
    host.read(|vault| async move {
        let note = files::read_text(&path)?;
        audit::verify(&vault, Some(&note)).await
    })
    .await
}

/// Signs the log as it is; the signed note.
#[tauri::command]
#[specta::specta]
pub async fn audit_checkpoint(host: State<'_, Host>) -> Answer<String> {
    host.unlocked(|vault| async move { audit::checkpoint(&vault).await })
        .await
}

/// Writes the newest signed note to a file that the person chooses; nothing where they choose none.
#[tauri::command]
#[specta::specta]
pub async fn audit_checkpoint_save(host: State<'_, Host>) -> Answer<Option<CheckpointFile>> {
    host.unlocked(async |_| Ok(())).await?;
    let Some(path) = files::save_as("Save the checkpoint", "checkpoint.txt").await else {
        return Ok(None);
    };
    host.unlocked(|vault| async move {
        // The dialog asked before it named a file that is there.
        audit::save_checkpoint(&vault, &path, Existing::Replace)
            .await
            .map(Some)
    })
    .await
}

/// Writes the whole log to a file that the person chooses; nothing where they choose none.
#[tauri::command]
#[specta::specta]
pub async fn audit_export(host: State<'_, Host>) -> Answer<Option<LogExport>> {
    host.unlocked(async |_| Ok(())).await?;
    let Some(path) = files::save_as("Export the log", "audit-log.jsonl").await else {
        return Ok(None);
    };
    host.unlocked(|vault| async move {
        // The dialog asked before it named a file that is there.
        audit::export(&vault, &path, Existing::Replace)
            .await
            .map(Some)
    })
    .await
}
