//! Attestation on the chain.

use qv_app::attestations::{
    self, AssetAttestation, AttestRequest, AttestationRow, BatchView, SignerView, VerifyReport,
};
use qv_types::{AttestationJobId, Cursor, Page};
use serde::Serialize;
use tauri::State;

use super::Typed;
use crate::host::Host;
use crate::problem::Answer;

/// The rows of a page.
const ROWS: u32 = 100;

/// A batch with one page of its rows.
#[derive(Debug, Serialize, specta::Type)]
pub struct BatchPage {
    /// The batch, without rows.
    pub batch: BatchView,
    /// Rows from where the page begins.
    pub rows: Vec<AttestationRow>,
}

/// Attests what the request chooses, in the background; the batch's id.
#[tauri::command]
#[specta::specta]
pub async fn attest_run(host: State<'_, Host>, request: AttestRequest) -> Answer<AttestationJobId> {
    let working = host.inner().clone();
    host.unlocked(|vault| async move {
        let batch = attestations::start(&vault, request).await?;
        working.spawn(&vault, async move |vault, stop| {
            attestations::run(&vault, batch, stop).await.map(drop)
        });
        Ok(batch)
    })
    .await
}

/// The newest batches.
#[tauri::command]
#[specta::specta]
pub async fn attest_list(host: State<'_, Host>) -> Answer<Vec<BatchView>> {
    host.read(|vault| async move { attestations::list(&vault).await })
        .await
}

/// One batch with a page of its rows.
#[tauri::command]
#[specta::specta]
pub async fn attest_show(
    host: State<'_, Host>,
    batch: AttestationJobId,
    offset: u32,
) -> Answer<BatchPage> {
    host.read(|vault| async move {
        Ok(BatchPage {
            batch: attestations::overview(&vault, batch).await?,
            rows: attestations::rows(&vault, batch, offset, ROWS).await?,
        })
    })
    .await
}

/// One page of the attestations of an asset, newest first.
#[tauri::command]
#[specta::specta]
pub async fn attest_history(
    host: State<'_, Host>,
    asset: String,
    after: Option<Cursor>,
    limit: u32,
) -> Answer<Page<AssetAttestation>> {
    host.read(
        |vault| async move { attestations::history(&vault, &asset, after.as_ref(), limit).await },
    )
    .await
}

/// Holds an asset's attestation against the chain.
#[tauri::command]
#[specta::specta]
pub async fn attest_verify(host: State<'_, Host>, asset: String) -> Answer<VerifyReport> {
    host.read(|vault| async move { attestations::verify(&vault, &asset).await })
        .await
}

/// Deploys the registry; its address.
#[tauri::command]
#[specta::specta]
pub async fn attest_deploy(host: State<'_, Host>) -> Answer<String> {
    host.unlocked(|vault| async move { attestations::deploy(&vault).await })
        .await
}

/// Every account that can sign.
#[tauri::command]
#[specta::specta]
pub async fn attest_signer(host: State<'_, Host>) -> Answer<Vec<SignerView>> {
    host.read(|vault| async move { attestations::signers(&vault).await })
        .await
}

/// Makes a new account.
#[tauri::command]
#[specta::specta]
pub async fn attest_signer_make(host: State<'_, Host>, name: String) -> Answer<SignerView> {
    host.unlocked(|vault| async move { attestations::create_signer(&vault, &name).await })
        .await
}

/// Takes an account over by its private key, 64 hex digits.
#[tauri::command]
#[specta::specta]
pub async fn attest_signer_import(
    host: State<'_, Host>,
    name: String,
    key: Typed,
) -> Answer<SignerView> {
    let key = key.into_secret();
    host.unlocked(|vault| async move { attestations::import_signer(&vault, &name, &key).await })
        .await
}

/// Has an account sign from now on.
#[tauri::command]
#[specta::specta]
pub async fn attest_signer_use(host: State<'_, Host>, name: String) -> Answer<SignerView> {
    host.unlocked(|vault| async move { attestations::use_signer(&vault, &name).await })
        .await
}
