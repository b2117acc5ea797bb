//! Choosing files.

use tauri::State;

use crate::files::{self, Picked, Purpose};
use crate::host::Host;

/// Lets the person choose files; what they chose can be used once, by its number, and for this purpose.
/// Nothing where they choose none.
#[tauri::command]
#[specta::specta]
pub async fn files_pick(host: State<'_, Host>, purpose: Purpose) -> Result<Vec<Picked>, ()> {
    let many = matches!(purpose, Purpose::Secret);
    let chosen = files::open(purpose.title(), many).await;
    Ok(chosen
        .into_iter()
        .map(|path| host.files().note(path, Some(purpose)))
        .collect())
}
