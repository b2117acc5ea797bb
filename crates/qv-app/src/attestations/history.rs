//! The attestations of one asset.

use qv_store::AttestationRecord;
use qv_types::{AttestationId, AttestationJobId, AttestationStatus, Cursor, Page, Timestamp};
use serde::Serialize;

use crate::query::page_size;
use crate::{AppError, Vault, assets};

/// One attestation of an asset.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct AssetAttestation {
    /// Its id.
    pub id: AttestationId,
    /// The batch that it is of.
    pub batch: AttestationJobId,
    /// When that was made.
    pub created_at: Timestamp,
    /// When it was confirmed.
    pub attested_at: Option<Timestamp>,
    /// Its state.
    pub status: AttestationStatus,
    /// CAIP-2 id of the chain.
    pub network: String,
    /// Address of the registry.
    pub contract: String,
    /// The transaction that was confirmed.
    pub tx_hash: Option<String>,
    /// The block that has it.
    pub block: Option<u64>,
    /// keccak256 of the payload, hex.
    pub payload_hash: String,
    /// Why it failed.
    pub error: Option<String>,
}

/// One page of the attestations of an asset, newest first. The asset is given by id or location.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Ambiguous`]; a cursor of another list; a page size out of range.
pub async fn history(
    vault: &Vault,
    name: &str,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<AssetAttestation>, AppError> {
    let limit = page_size(limit)?;
    let asset = assets::find(vault, name).await?.summary.id;
    let page = vault
        .store()
        .attestation_history(asset, after, limit)
        .await?;
    Ok(Page {
        items: page.items.into_iter().map(row).collect(),
        next: page.next,
    })
}

fn row(record: AttestationRecord) -> AssetAttestation {
    let attestation = record.attestation;
    AssetAttestation {
        id: attestation.id,
        batch: attestation.job_id,
        created_at: record.created_at,
        attested_at: attestation.attested_at,
        status: attestation.status,
        network: record.network,
        contract: record.contract,
        tx_hash: attestation.tx_id,
        block: super::block_of(&attestation.evidence),
        payload_hash: attestation.payload_hash,
        error: attestation.error_message,
    }
}
