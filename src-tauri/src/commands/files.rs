//! Choosing files.

use serde::Deserialize;
use tauri::State;

use crate::files::{self, Picked};
use crate::host::Host;

/// What a file is chosen for: the dialog says it in the core's words, not the page's.
#[derive(Debug, Clone, Copy, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To be stored as an envelope.
    Secret,
    /// A list of targets.
    Targets,
    /// A bundle of envelopes.
    Bundle,
}

impl Purpose {
    const fn title(self) -> &'static str {
        match self {
            Self::Secret => "Choose the files to store as secrets",
            Self::Targets => "Choose a list of targets",
            Self::Bundle => "Choose the bundle to open",
        }
    }
}

/// Lets the person choose files; what they chose can be used once, by its number. Nothing where they
/// choose none.
#[tauri::command]
#[specta::specta]
pub async fn files_pick(host: State<'_, Host>, purpose: Purpose) -> Result<Vec<Picked>, ()> {
    let many = matches!(purpose, Purpose::Secret);
    let chosen = files::open(purpose.title(), many).await;
    Ok(chosen
        .into_iter()
        .map(|path| host.files().note(path))
        .collect())
}
