//! What is typed and not saved.

use tauri::State;

use crate::drafts::{Draft, Drafts};

/// Says which forms have something unsaved, so that the window is not closed without a question.
#[tauri::command]
#[specta::specta]
pub fn drafts_hold(drafts: State<'_, Drafts>, unsaved: Vec<Draft>) {
    drafts.hold(unsaved);
}
