//! The organisation's numbers.

use qv_app::risk::{self, RiskProfile};
use tauri::State;

use crate::host::Host;
use crate::problem::Answer;

/// The numbers now, and their trend of so many snapshots.
#[tauri::command]
#[specta::specta]
pub async fn risk_show(host: State<'_, Host>, points: u32) -> Answer<RiskProfile> {
    host.read(|vault| async move { risk::profile(&vault, points.min(200)).await })
        .await
}
