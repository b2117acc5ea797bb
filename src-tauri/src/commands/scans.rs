//! Scans.

use qv_app::scans::{self, FailedTarget, ScanOverview, ScanRequest, ScanRow, ScanView};
use qv_types::{Cursor, Page, ScanId};
use tauri::State;

use crate::host::Host;
use crate::problem::Answer;

/// Starts a scan, which goes on in the background.
#[tauri::command]
#[specta::specta]
pub async fn scans_start(host: State<'_, Host>, request: ScanRequest) -> Answer<ScanId> {
    let working = host.inner().clone();
    host.unlocked(|vault| async move {
        let scan = scans::start(&vault, request).await?;
        working.spawn(&vault, async move |vault, stop| {
            scans::run(&vault, scan, stop).await.map(drop)
        });
        Ok(scan)
    })
    .await
}

/// The newest scans.
#[tauri::command]
#[specta::specta]
pub async fn scans_list(host: State<'_, Host>, limit: u32) -> Answer<Vec<ScanRow>> {
    host.read(|vault| async move { scans::list(&vault, limit).await })
        .await
}

/// One scan with its results.
#[tauri::command]
#[specta::specta]
pub async fn scans_show(host: State<'_, Host>, scan: ScanId) -> Answer<ScanView> {
    host.read(|vault| async move { scans::show(&vault, scan).await })
        .await
}

/// One scan in numbers.
#[tauri::command]
#[specta::specta]
pub async fn scans_overview(host: State<'_, Host>, scan: ScanId) -> Answer<ScanOverview> {
    host.read(|vault| async move { scans::overview(&vault, scan).await })
        .await
}

/// One page of the targets of a scan that failed, of one cause or of all.
#[tauri::command]
#[specta::specta]
pub async fn scans_failures(
    host: State<'_, Host>,
    scan: ScanId,
    cause: Option<String>,
    after: Option<Cursor>,
    limit: u32,
) -> Answer<Page<FailedTarget>> {
    host.read(|vault| async move {
        scans::failures(&vault, scan, cause.as_deref(), after.as_ref(), limit).await
    })
    .await
}

/// Scans again what failed, in the background.
#[tauri::command]
#[specta::specta]
pub async fn scans_retry(
    host: State<'_, Host>,
    scan: ScanId,
    cause: Option<String>,
    allow_private: bool,
) -> Answer<ScanId> {
    let working = host.inner().clone();
    host.unlocked(|vault| async move {
        let scan = scans::retry(&vault, scan, cause.as_deref(), allow_private).await?;
        working.spawn(&vault, async move |vault, stop| {
            scans::run(&vault, scan, stop).await.map(drop)
        });
        Ok(scan)
    })
    .await
}

/// Goes on with interrupted scans in the background.
#[tauri::command]
#[specta::specta]
pub async fn scans_resume(host: State<'_, Host>) -> Answer<()> {
    let working = host.inner().clone();
    host.unlocked(|vault| async move {
        working.spawn(&vault, async |vault, stop| {
            scans::resume(&vault, stop).await.map(drop)
        });
        Ok(())
    })
    .await
}
