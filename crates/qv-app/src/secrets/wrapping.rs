//! What is wrapped together: an asset, what fails a policy, what an anchor's older versions hold.
//! Each is a durable job of `batch`.

use std::collections::BTreeSet;

use qv_types::{AnchorId, AssetId, EnforcementMode, JobKind};

use super::batch::{self, Input, WrapReport};
use crate::progress::Cancel;
use crate::{AppError, Vault, anchors, assets, policies};

/// Wraps an asset's material anew under its environment's active anchor, as a durable job.
///
/// # Errors
/// [`AppError::Locked`], an asset without material, a policy that the active anchor cannot meet.
pub async fn wrap(
    vault: &Vault,
    asset: &str,
    policy: Option<&str>,
    cancel: Cancel,
) -> Result<WrapReport, AppError> {
    let asset = assets::find(vault, asset).await?;
    let policy = match policy {
        Some(name) => Some(policies::find(vault, name).await?.id),
        None => None,
    };
    if vault.store().materials(asset.summary.id).await?.is_empty() {
        return Err(AppError::NotAllowed(format!(
            "{} has no key material; add some with `qv secrets add`",
            asset.summary.location
        )));
    }
    let job = batch::create(
        vault,
        JobKind::Wrap,
        &Input {
            policy,
            anchor: None,
        },
        vec![asset.summary.id],
    )
    .await?;
    batch::run(vault, job, cancel).await
}

/// Wraps the material of every asset that fails a policy and has some. The vault must be unlocked.
///
/// # Errors
/// [`AppError::NotFound`], a policy that may not act, [`AppError::Locked`].
pub async fn apply_policy(
    vault: &Vault,
    name: &str,
    cancel: Cancel,
) -> Result<WrapReport, AppError> {
    let row = policies::find(vault, name).await?;
    if !row.is_active || row.enforcement_mode == EnforcementMode::MonitorOnly {
        return Err(AppError::NotAllowed(format!(
            "policy {} may not act: it must be active and ENFORCE (qv policies edit {} --mode ENFORCE)",
            row.name, row.id
        )));
    }
    policies::save_evaluation(vault, &row).await?;
    let assets = vault.store().wrap_candidates(row.id).await?;
    if assets.is_empty() {
        return Ok(WrapReport::default());
    }
    let input = Input {
        policy: Some(row.id),
        anchor: None,
    };
    let job = batch::create(vault, JobKind::Wrap, &input, assets).await?;
    batch::run(vault, job, cancel).await
}

/// Wraps everything that older versions of an anchor hold again under its newest. The vault must be
/// unlocked.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Locked`].
pub async fn rewrap(vault: &Vault, anchor: &str, cancel: Cancel) -> Result<WrapReport, AppError> {
    let anchor = anchors::find(vault, anchor).await?;
    let mut assets = BTreeSet::new();
    for version in vault.store().anchor_versions(anchor.id).await? {
        if version.version != anchor.current_version {
            assets.extend(assets_under(vault, anchor.id, version.version).await?);
        }
    }
    let input = Input {
        policy: None,
        anchor: Some(anchor.id),
    };
    let job = batch::create(vault, JobKind::Rewrap, &input, assets.into_iter().collect()).await?;
    batch::run(vault, job, cancel).await
}

async fn assets_under(
    vault: &Vault,
    anchor: AnchorId,
    version: u64,
) -> Result<BTreeSet<AssetId>, AppError> {
    let mut assets = BTreeSet::new();
    let mut after = None;
    loop {
        let ids = vault
            .store()
            .materials_under(anchor, version, after, 500)
            .await?;
        let Some(last) = ids.last() else {
            return Ok(assets);
        };
        after = Some(*last);
        assets.extend(
            vault
                .store()
                .envelopes(&ids)
                .await?
                .into_iter()
                .map(|row| row.asset_id),
        );
    }
}
