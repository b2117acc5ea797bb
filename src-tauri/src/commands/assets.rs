//! Assets.

use qv_app::assets::{
    self, AssetCounts, AssetDetail, AssetEdit, AssetQuery, AssetSummary, EditedAssets, Ledger,
    NewAsset, Sighting,
};
use qv_types::{AssetId, Cursor, Page};
use tauri::State;

use crate::host::Host;
use crate::problem::Answer;

/// One page of assets.
#[tauri::command]
#[specta::specta]
pub async fn assets_list(host: State<'_, Host>, query: AssetQuery) -> Answer<Page<AssetSummary>> {
    host.read(|vault| async move { assets::list(&vault, query).await })
        .await
}

/// How many assets a query has, and each choice of a filter beside the rest of it.
#[tauri::command]
#[specta::specta]
pub async fn assets_count(host: State<'_, Host>, query: AssetQuery) -> Answer<AssetCounts> {
    host.read(|vault| async move { assets::count(&vault, query).await })
        .await
}

/// One page of the ledger of what is recorded today and read later.
#[tauri::command]
#[specta::specta]
pub async fn assets_ledger(host: State<'_, Host>, query: AssetQuery) -> Answer<Ledger> {
    host.read(|vault| async move { assets::ledger(&vault, query).await })
        .await
}

/// One asset in full.
#[tauri::command]
#[specta::specta]
pub async fn assets_show(host: State<'_, Host>, name: String) -> Answer<AssetDetail> {
    host.read(|vault| async move { assets::show(&vault, &name).await })
        .await
}

/// Adds an asset that no scan finds.
#[tauri::command]
#[specta::specta]
pub async fn assets_add(host: State<'_, Host>, wanted: NewAsset) -> Answer<AssetDetail> {
    host.unlocked(|vault| async move { assets::add(&vault, wanted).await })
        .await
}

/// Changes what an asset means to its owner.
#[tauri::command]
#[specta::specta]
pub async fn assets_edit(
    host: State<'_, Host>,
    name: String,
    edit: AssetEdit,
) -> Answer<AssetDetail> {
    host.unlocked(|vault| async move { assets::edit(&vault, &name, edit).await })
        .await
}

/// Changes what many assets mean to their owner; the answer says how to put it back.
#[tauri::command]
#[specta::specta]
pub async fn assets_edit_many(
    host: State<'_, Host>,
    ids: Vec<AssetId>,
    edit: AssetEdit,
) -> Answer<EditedAssets> {
    host.unlocked(|vault| async move { assets::edit_many(&vault, &ids, edit).await })
        .await
}

/// One page of the scans that saw an asset, with what changed from one to the next.
#[tauri::command]
#[specta::specta]
pub async fn assets_history(
    host: State<'_, Host>,
    name: String,
    after: Option<Cursor>,
    limit: u32,
) -> Answer<Page<Sighting>> {
    host.read(|vault| async move { assets::history(&vault, &name, after.as_ref(), limit).await })
        .await
}
