//! Scan targets.

use qv_app::AppError;
use qv_app::targets::{self, CheckedList, NewTarget, Target, TargetEdit};
use qv_types::Environment;
use tauri::State;

use crate::files::{self, Purpose};
use crate::host::Host;
use crate::problem::Answer;

/// Saves targets.
#[tauri::command]
#[specta::specta]
pub async fn targets_add(host: State<'_, Host>, wanted: Vec<NewTarget>) -> Answer<Vec<Target>> {
    host.unlocked(|vault| async move { targets::add(&vault, wanted).await })
        .await
}

/// Saved targets, by name.
#[tauri::command]
#[specta::specta]
pub async fn targets_list(host: State<'_, Host>) -> Answer<Vec<Target>> {
    host.read(|vault| async move { targets::list(&vault).await })
        .await
}

/// Changes a target.
#[tauri::command]
#[specta::specta]
pub async fn targets_edit(host: State<'_, Host>, name: String, edit: TargetEdit) -> Answer<Target> {
    host.unlocked(|vault| async move { targets::edit(&vault, &name, edit).await })
        .await
}

/// Saves every target of a list, one a line.
#[tauri::command]
#[specta::specta]
pub async fn targets_import(
    host: State<'_, Host>,
    text: String,
    environment: Environment,
) -> Answer<Vec<Target>> {
    host.unlocked(|vault| async move { targets::import(&vault, &text, environment).await })
        .await
}

/// The text of a list that the person chose, to be looked at before it is scanned. What is mostly no
/// target is no list: a key that was dropped does not become text in the page.
#[tauri::command]
#[specta::specta]
pub async fn targets_read(host: State<'_, Host>, file: u32) -> Answer<String> {
    let path = host.files().take(file, Purpose::Targets)?;
    let text = files::read_text(&path)?;
    let checked = targets::check(&text);
    if checked.wrong > checked.targets {
        return Err(AppError::InvalidInput(format!(
            "{} is no list of targets: {} of its lines are none",
            path.display(),
            checked.wrong
        ))
        .into());
    }
    Ok(text)
}

/// Which lines of a list are targets, and why others are not.
#[tauri::command]
#[specta::specta]
pub async fn targets_check(text: String) -> CheckedList {
    targets::check(&text)
}
