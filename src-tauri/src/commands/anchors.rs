//! Anchors.

use qv_app::anchors::{self, AnchorView, NewAnchor};
use qv_app::secrets::{self, WrapReport};
use tauri::State;

use crate::host::Host;
use crate::problem::Answer;

/// Makes an anchor.
#[tauri::command]
#[specta::specta]
pub async fn anchors_create(host: State<'_, Host>, wanted: NewAnchor) -> Answer<AnchorView> {
    host.unlocked(|vault| async move { anchors::create(&vault, wanted).await })
        .await
}

/// Every anchor with its versions.
#[tauri::command]
#[specta::specta]
pub async fn anchors_list(host: State<'_, Host>) -> Answer<Vec<AnchorView>> {
    host.read(|vault| async move { anchors::list(&vault).await })
        .await
}

/// One anchor.
#[tauri::command]
#[specta::specta]
pub async fn anchors_show(host: State<'_, Host>, name: String) -> Answer<AnchorView> {
    host.read(|vault| async move { anchors::show(&vault, &name).await })
        .await
}

/// Makes an anchor the one of its environment.
#[tauri::command]
#[specta::specta]
pub async fn anchors_activate(host: State<'_, Host>, name: String) -> Answer<AnchorView> {
    host.unlocked(|vault| async move { anchors::activate(&vault, &name).await })
        .await
}

/// Gives an anchor a new version, perhaps of another suite.
#[tauri::command]
#[specta::specta]
pub async fn anchors_rotate(
    host: State<'_, Host>,
    name: String,
    suite: Option<String>,
) -> Answer<AnchorView> {
    host.unlocked(|vault| async move { anchors::rotate(&vault, &name, suite.as_deref()).await })
        .await
}

/// Wraps what older versions of an anchor hold under its newest.
#[tauri::command]
#[specta::specta]
pub async fn anchors_rewrap(host: State<'_, Host>, name: String) -> Answer<WrapReport> {
    host.work(async move |vault, stop| secrets::rewrap(&vault, &name, stop).await)
        .await
}
