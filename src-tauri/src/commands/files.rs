//! Choosing files.

use tauri::State;

use crate::files::{self, Picked};
use crate::host::Host;

/// Lets the person choose files; what they chose can be used once, by its number.
#[tauri::command]
#[specta::specta]
pub async fn files_pick(
    host: State<'_, Host>,
    title: String,
    many: bool,
) -> Result<Vec<Picked>, ()> {
    let chosen = files::open(&title, many).await;
    Ok(chosen
        .into_iter()
        .map(|path| host.files().note(path))
        .collect())
}
