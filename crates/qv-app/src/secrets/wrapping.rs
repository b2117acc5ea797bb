//! What is wrapped together: an asset, what fails a policy, what an anchor's older versions hold.
//! Each is a durable job of `batch`.

use std::collections::{BTreeSet, HashSet};

use qv_types::{AnchorId, AssetId, JobKind, PolicyId};
use serde::Serialize;

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
    let policy = policy_of(vault, policy).await?;
    if vault.store().materials(asset.summary.id).await?.is_empty() {
        return Err(AppError::NotAllowed(format!(
            "{} has no key material; add some with `qv secrets add`",
            asset.summary.location
        )));
    }
    wrap_all(vault, policy, vec![asset.summary.id], cancel).await
}

/// Wraps what these assets hold under the active anchors of their environments, as one durable job.
async fn wrap_all(
    vault: &Vault,
    policy: Option<PolicyId>,
    assets: Vec<AssetId>,
    cancel: Cancel,
) -> Result<WrapReport, AppError> {
    let input = Input {
        policy,
        anchor: None,
    };
    let job = batch::create(vault, JobKind::Wrap, &input, assets).await?;
    batch::run(vault, job, cancel).await
}

/// What wrapping chosen assets did.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct WrappedMany {
    /// What was wrapped, and what failed.
    #[serde(flatten)]
    pub report: WrapReport,
    /// Assets that hold nothing to wrap; they are as they were.
    pub bare: Vec<AssetId>,
}

/// Wraps the material of many assets anew under the active anchors of their environments, as one
/// durable job. Assets without material are passed over. The vault must be unlocked.
///
/// # Errors
/// None or too many assets, one that does not exist, [`AppError::Locked`]; a policy that does not exist.
pub async fn wrap_many(
    vault: &Vault,
    ids: &[AssetId],
    policy: Option<&str>,
    cancel: Cancel,
) -> Result<WrappedMany, AppError> {
    let policy = policy_of(vault, policy).await?;
    let ids = assets::distinct(ids, MANY)?;
    let mut known = HashSet::new();
    for chunk in ids.chunks(CHUNK) {
        let assets = vault.store().assets_by_id(chunk).await?;
        known.extend(assets.into_iter().map(|asset| asset.summary.id));
    }
    if let Some(missing) = ids.iter().find(|id| !known.contains(id)) {
        return Err(AppError::NotFound {
            what: "asset",
            name: missing.to_string(),
            hint: "see `qv assets list`",
        });
    }
    let with_material = vault.store().assets_with_material().await?;
    let (full, bare): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| with_material.contains(id));
    if full.is_empty() {
        return Ok(WrappedMany {
            report: WrapReport::default(),
            bare,
        });
    }
    let report = wrap_all(vault, policy, full, cancel).await?;
    Ok(WrappedMany { report, bare })
}

async fn policy_of(vault: &Vault, name: Option<&str>) -> Result<Option<PolicyId>, AppError> {
    Ok(match name {
        Some(name) => Some(policies::find(vault, name).await?.id),
        None => None,
    })
}

/// The most assets of one wrap; a policy has no such limit.
const MANY: usize = 10_000;
/// Assets read at once.
const CHUNK: usize = 500;

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
    policies::check_may_act(&row)?;
    policies::save_evaluation(vault, &row).await?;
    let assets = vault.store().wrap_candidates(row.id).await?;
    if assets.is_empty() {
        return Ok(WrapReport::default());
    }
    wrap_all(vault, Some(row.id), assets, cancel).await
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
