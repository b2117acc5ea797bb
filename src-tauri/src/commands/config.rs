//! The configuration.

use qv_app::Config;
use tauri::State;

use crate::host::Host;
use crate::problem::Answer;

/// The configuration in force, without what an address may hide.
#[tauri::command]
#[specta::specta]
pub fn config_show(host: State<'_, Host>) -> Answer<Config> {
    Ok(host.config()?.shown())
}
