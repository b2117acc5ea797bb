//! What the window that shows a secret may ask.

use tauri::{State, WebviewWindow};

use crate::host::Host;
use crate::reveal::About;

/// What this window shows; nothing once that is over.
#[tauri::command]
#[specta::specta]
pub fn reveal_about(host: State<'_, Host>, window: WebviewWindow) -> Option<About> {
    host.reveals().about(window.label())
}

/// Closes this window.
#[tauri::command]
#[specta::specta]
pub fn reveal_done(host: State<'_, Host>, window: WebviewWindow) {
    host.reveals().forget(host.app(), window.label());
}
