//! Secrets: they come in as files or typed text, and go out as pictures or into files of the person's.

use std::path::Path;

use qv_app::secrets::{self, NewSecret, SecretFilter, SecretView, WrapReport, WrappedMany};
use qv_types::{AssetId, KeyType, MaterialId, Page};
use serde::Deserialize;
use tauri::State;

use super::Typed;
use crate::files::{self, Purpose};
use crate::host::Host;
use crate::problem::Answer;
use crate::reveal;

/// The rows of a page.
const ROWS: u32 = 100;

/// What a secret is to be called.
#[derive(Debug, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The asset that it belongs to.
    pub asset: String,
    /// What it is called.
    pub label: String,
    /// What it is.
    pub key_type: KeyType,
}

/// Stores what the person typed or pasted, as an envelope.
#[tauri::command]
#[specta::specta]
pub async fn secrets_add(
    host: State<'_, Host>,
    named: Named,
    material: Typed,
) -> Answer<SecretView> {
    host.unlocked(|vault| async move {
        let new = NewSecret {
            label: named.label,
            key_type: named.key_type,
            origin: "window".into(),
            material: material.into_secret(),
        };
        secrets::add(&vault, &named.asset, new).await
    })
    .await
}

/// Stores a file that the person chose, as an envelope; then overwrites and deletes it, where they want
/// that.
#[tauri::command]
#[specta::specta]
pub async fn secrets_add_file(
    host: State<'_, Host>,
    named: Named,
    file: u32,
    shred: bool,
) -> Answer<SecretView> {
    let path = host.files().take(file, Purpose::Secret)?;
    let shred = shred && files::confirm(&shred_question(&path)).await;
    host.unlocked(|vault| async move {
        let new = NewSecret {
            label: named.label,
            key_type: named.key_type,
            origin: format!("file:{}", path.display()),
            material: files::read_secret(&path)?,
        };
        let view = secrets::add(&vault, &named.asset, new).await?;
        if shred {
            secrets::shred(&path)?;
        }
        Ok(view)
    })
    .await
}

/// One page of secrets; never what they hold.
#[tauri::command]
#[specta::specta]
pub async fn secrets_list(
    host: State<'_, Host>,
    filter: SecretFilter,
    after: Option<MaterialId>,
) -> Answer<Page<SecretView>> {
    host.read(|vault| async move { secrets::page(&vault, &filter, after, ROWS).await })
        .await
}

/// Wraps an asset's material under its environment's active anchor.
#[tauri::command]
#[specta::specta]
pub async fn secrets_wrap(
    host: State<'_, Host>,
    asset: String,
    policy: Option<String>,
) -> Answer<WrapReport> {
    host.work(async move |vault, stop| secrets::wrap(&vault, &asset, policy.as_deref(), stop).await)
        .await
}

/// Wraps the material of many assets, as one job.
#[tauri::command]
#[specta::specta]
pub async fn secrets_wrap_many(host: State<'_, Host>, assets: Vec<AssetId>) -> Answer<WrappedMany> {
    host.work(async move |vault, stop| secrets::wrap_many(&vault, &assets, None, stop).await)
        .await
}

/// Opens the window that shows a secret.
#[tauri::command]
#[specta::specta]
pub async fn secrets_reveal(host: State<'_, Host>, secret: MaterialId) -> Answer<()> {
    let showing = host.inner().clone();
    host.unlocked(|vault| async move { reveal::open(&showing, vault, secret).await })
        .await
}

/// Writes a secret into a new file of the person's; false where they choose none.
#[tauri::command]
#[specta::specta]
pub async fn secrets_write(host: State<'_, Host>, secret: MaterialId) -> Answer<bool> {
    let about = host.unlocked(|vault| async move { secrets::show(&vault, secret).await });
    let name = about.await?.label;
    let Some(path) = files::save_as("Write the secret to a file", &name).await else {
        return Ok(false);
    };
    host.unlocked(|vault| async move {
        let material = secrets::reveal(&vault, &secret.to_string()).await?;
        secrets::write_secret(&path, &material)?;
        Ok(true)
    })
    .await
}

/// Writes an asset's envelopes as a bundle that opens elsewhere; false where no file is chosen.
#[tauri::command]
#[specta::specta]
pub async fn secrets_export(host: State<'_, Host>, asset: String) -> Answer<bool> {
    host.unlocked(async |_| Ok(())).await?;
    let Some(path) = files::save_as("Save the bundle", "bundle.qvb.json").await else {
        return Ok(false);
    };
    host.unlocked(|vault| async move {
        secrets::write_bundle(&path, &secrets::export(&vault, &asset).await?)?;
        Ok(true)
    })
    .await
}

/// Destroys a secret.
#[tauri::command]
#[specta::specta]
pub async fn secrets_remove(host: State<'_, Host>, secret: MaterialId) -> Answer<()> {
    host.unlocked(|vault| async move { secrets::remove(&vault, &secret.to_string()).await })
        .await
}

/// Opens a secret of a bundle that the person chose, into a new file of theirs; false where they choose
/// none.
#[tauri::command]
#[specta::specta]
pub async fn secrets_unwrap(
    host: State<'_, Host>,
    file: u32,
    secret: Option<String>,
) -> Answer<bool> {
    let bundle = host.files().take(file, Purpose::Bundle)?;
    let Some(path) = files::save_as("Write the secret to a file", "secret").await else {
        return Ok(false);
    };
    host.unlocked(|vault| async move {
        let text = files::read_text(&bundle)?;
        let opened = secrets::unwrap(&vault, &text, secret.as_deref()).await?;
        secrets::write_secret(&path, &opened.material)?;
        Ok(true)
    })
    .await
}

/// Asked outside of the page, since what is destroyed cannot be had back.
fn shred_question(path: &Path) -> String {
    format!(
        "Overwrite and delete {} once the secret is stored?",
        path.display()
    )
}
