//! Asking the chain whether an asset's attestation is there.

use qv_evm::{Claim, Payload, Verification};
use qv_store::Attestation;
use qv_types::{AssetId, AttestationStatus};
use serde::Serialize;

use super::{address_of, connect};
use crate::{AppError, Vault, assets};

/// What the chain says.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct VerifyReport {
    /// The asset.
    pub asset_id: AssetId,
    /// Where it is.
    pub location: String,
    /// Whether the chain holds the attestation.
    pub verified: bool,
    /// The finding, in one sentence.
    pub finding: String,
    /// keccak256 of the payload, hex; none where the asset was never attested.
    pub payload_hash: Option<String>,
    /// Who recorded it.
    pub sender: Option<String>,
    /// The transaction.
    pub tx_hash: Option<String>,
    /// Its block.
    pub block: Option<u64>,
    /// Confirmations, the block itself included.
    pub confirmations: Option<u64>,
}

/// Checks an asset's newest confirmed attestation against the chain. Nothing stored is believed: the
/// payload is hashed again, and the chain decides.
///
/// # Errors
/// [`AppError::NotFound`], a chain that cannot be reached. An asset that was never attested is a
/// finding, not an error.
pub async fn verify(vault: &Vault, asset: &str) -> Result<VerifyReport, AppError> {
    let asset = assets::find(vault, asset).await?;
    let mut report = VerifyReport {
        asset_id: asset.summary.id,
        location: asset.summary.location.clone(),
        verified: false,
        finding: "no attestation of it was ever confirmed; attest it with `qv attest run`".into(),
        payload_hash: None,
        sender: None,
        tx_hash: None,
        block: None,
        confirmations: None,
    };
    let all = vault.store().asset_attestations(asset.summary.id).await?;
    let Some(newest) = all
        .into_iter()
        .find(|row| row.status == AttestationStatus::Success)
    else {
        return Ok(report);
    };
    let batch = vault.store().attestation_job(newest.job_id).await?;
    let signer = vault.store().signer(batch.signer_id).await?;
    report.payload_hash = Some(newest.payload_hash.clone());
    report.sender = Some(signer.address.clone());
    report.tx_hash.clone_from(&newest.tx_id);
    let payload = match payload(&newest) {
        Ok(payload)
            if payload.asset_id() == asset.summary.id
                && payload.is_about_location(&asset.summary.location) =>
        {
            payload
        }
        Ok(_) => {
            report.finding = "the stored payload is about another asset".into();
            return Ok(report);
        }
        Err(why) => {
            report.finding = why;
            return Ok(report);
        }
    };
    let claim = Claim {
        registry: address_of(&batch.contract)?,
        sender: address_of(&signer.address)?,
        asset_id_hash: qv_evm::payload::id_hash(asset.summary.id),
        payload_hash: payload.hash()?,
        tx_hash: newest.tx_id.as_deref().and_then(|hash| hash.parse().ok()),
        from_block: 0,
    };
    let verification = connect(&vault.config().chain)
        .await?
        .verify_attestation(&claim)
        .await?;
    Ok(conclude(report, &verification))
}

fn payload(row: &Attestation) -> Result<Payload, String> {
    let payload =
        Payload::from_canonical(row.payload.as_bytes()).map_err(|error| error.to_string())?;
    let hash = payload.hash().map_err(|error| error.to_string())?;
    if qv_evm::payload::hash_text(&hash) == row.payload_hash {
        Ok(payload)
    } else {
        Err("the stored payload is not the one that was attested".into())
    }
}

fn conclude(mut report: VerifyReport, verification: &Verification) -> VerifyReport {
    match verification {
        Verification::Found {
            found,
            confirmations,
            is_latest,
        } => {
            report.verified = true;
            report.tx_hash = Some(found.tx_hash.to_string());
            report.block = Some(found.block.number);
            report.confirmations = Some(*confirmations);
            let newest = if *is_latest {
                "the newest for this asset"
            } else {
                "though a newer one exists"
            };
            report.finding = format!("on the chain in block {}, {newest}", found.block.number);
        }
        Verification::OtherAsset(_) => {
            report.finding = "the chain has this payload for another asset".into()
        }
        Verification::NotRecorded => report.finding = "the chain has no such attestation".into(),
        Verification::EventMissing => {
            report.finding =
                "the registry knows it, but its event was not found; ask another node".into();
        }
    }
    report
}
