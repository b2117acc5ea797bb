//! The organisation's numbers, and the report of them.

use qv_app::Existing;
use qv_app::report::{self, ReportFile, ReportOptions};
use qv_app::risk::{self, RiskProfile};
use tauri::State;

use crate::files;
use crate::host::Host;
use crate::problem::Answer;

/// The numbers now, and their trend of so many snapshots.
#[tauri::command]
#[specta::specta]
pub async fn risk_show(host: State<'_, Host>, points: u32) -> Answer<RiskProfile> {
    host.read(|vault| async move { risk::profile(&vault, points.min(200)).await })
        .await
}

/// Writes the report to a file that the person chooses; nothing where they choose none.
#[tauri::command]
#[specta::specta]
pub async fn report_make(
    host: State<'_, Host>,
    options: ReportOptions,
) -> Answer<Option<ReportFile>> {
    host.unlocked(async |_| Ok(())).await?;
    let Some(path) = files::save_as("Save the report", "report.html").await else {
        return Ok(None);
    };
    host.unlocked(|vault| async move {
        // The dialog asked before it named a file that is there.
        let written = report::write(&vault, &options, &path, Existing::Replace).await?;
        Ok(Some(written))
    })
    .await
}
