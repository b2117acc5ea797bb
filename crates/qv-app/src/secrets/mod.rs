//! Key material of assets, stored only as `qv-wrap-v1` envelopes.
//!
//! Material enters an envelope under its environment's active anchor the moment it is added. An
//! *asset* counts as wrapped once all of its material was wrapped by its owner ([`wrap`], or a
//! policy's batch): then its wrapper fields, status and score change.
//!
//! Start with [`add`] and [`wrap`]; `pipeline` seals, `batch` is the durable job.

mod batch;
mod bundle;
mod files;
pub(crate) mod pipeline;
mod retry;
mod wrapping;

use qv_audit::Action;
use qv_crypto::suite::AeadSuite;
use qv_store::{Asset, Material, NewMaterial, StoredEnvelope};
use qv_types::{AssetId, AssetStatus, Cursor, Environment, KeyType, MaterialId, Page, Timestamp};
use serde::{Deserialize, Serialize};

use self::pipeline::{Item, Sealer, Source};
use crate::assess::{Meaning, reassess};
use crate::query::cut_page;
use crate::{AppError, SecretBytes, Vault, anchors, assets};

pub(crate) use batch::run as run_batch;
pub use batch::{WrapFailure, WrapReport};
pub use bundle::{Bundle, Opened, export, unwrap};
pub use files::{shred, write_bundle, write_secret};
pub use retry::{FailedAsset, FailureCause, JobFailures};
pub(crate) use retry::{again as wrap_again, failures as wrap_failures};
pub use wrapping::{WrappedMany, apply_policy, rewrap, wrap, wrap_many};

/// The largest secret: larger ones belong into a file envelope.
const LIMIT: usize = 1 << 20;

/// A secret to store.
#[derive(Debug)]
pub struct NewSecret {
    /// What the user calls it; unique within the asset.
    pub label: String,
    /// What it is.
    pub key_type: KeyType,
    /// Where it came from, for people: `file:/etc/ssl/key.pem`, `stdin`, `prompt`.
    pub origin: String,
    /// The secret itself, at most 1 MiB.
    pub material: SecretBytes,
}

/// A secret as lists show it: never its plaintext.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct SecretView {
    /// Its id.
    pub id: MaterialId,
    /// Its label.
    pub label: String,
    /// The asset that it belongs to.
    pub asset_id: AssetId,
    /// Where the asset is.
    pub location: String,
    /// What it is.
    pub key_type: KeyType,
    /// Where it came from.
    pub origin: String,
    /// Suites of its envelope.
    pub suite: String,
    /// The anchor of its envelope.
    pub anchor_id: Option<qv_types::AnchorId>,
    /// The version of the anchor's key.
    pub key_version: Option<u64>,
    /// The policy under which it was wrapped.
    pub policy_id: Option<qv_types::PolicyId>,
    /// When it was last wrapped.
    pub wrapped_at: Option<Timestamp>,
}

/// Stores a secret as an envelope under its environment's active anchor. The vault must be unlocked.
///
/// # Errors
/// As [`add_many`].
pub async fn add(vault: &Vault, asset: &str, new: NewSecret) -> Result<SecretView, AppError> {
    let ids = add_many(vault, asset, vec![new]).await?;
    let id = ids
        .first()
        .ok_or_else(|| AppError::Internal("sealing gave nothing".into()))?;
    view(vault, vault.store().material(*id).await?).await
}

/// Stores many secrets of one asset in one transaction, all or none, while later ones are still being
/// sealed. Each has its own encapsulation. The vault must be unlocked.
///
/// # Errors
/// [`AppError::Locked`], an environment without an active anchor, a secret that is empty or too
/// large, a label that the asset has already.
pub async fn add_many(
    vault: &Vault,
    asset: &str,
    new: Vec<NewSecret>,
) -> Result<Vec<MaterialId>, AppError> {
    let asset = assets::find(vault, asset).await?;
    new.iter().try_for_each(check)?;
    let anchor = anchors::active(vault, asset.summary.environment).await?;
    let sealer = Sealer::new(vault, &anchor, AeadSuite::Aes256Gcm).await?;
    let suite = sealer.suite().to_string();
    let (rows, items): (Vec<_>, Vec<_>) = new
        .into_iter()
        .map(|one| row_and_item(asset.summary.id, one))
        .unzip();
    let ids = rows.iter().map(|row| row.id).collect();
    let mut sealed = sealer.start(items);
    let mut tx = vault.begin().await?;
    tx.add_materials(
        rows.into_iter()
            .map(|row| (vault.event(Action::MaterialAdded, row.id), row))
            .collect(),
    )
    .await?;
    while let Some(chunk) = sealed.recv().await {
        let envelopes = chunk?
            .into_iter()
            .map(|one| one.map_err(|(_, error)| error))
            .collect::<Result<Vec<_>, _>>()?;
        let envelopes = envelopes
            .into_iter()
            .map(|one| (vault.event(Action::MaterialWrapped, one.material_id), one));
        tx.put_envelopes(envelopes.collect()).await?;
    }
    if asset.summary.status == AssetStatus::AtRisk
        || asset.summary.wrapper_algorithm.as_ref() != Some(&suite)
    {
        let event = vault.event(Action::AssetUpdated, asset.summary.id);
        tx.set_asset_status(
            event,
            asset.summary.id,
            AssetStatus::InRemediation,
            Timestamp::now(),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(ids)
}

fn row_and_item(asset: AssetId, new: NewSecret) -> (NewMaterial, Item) {
    let row = NewMaterial {
        id: MaterialId::make(),
        asset_id: asset,
        label: new.label,
        key_type: new.key_type,
        storage_reference: new.origin,
        created_at: Timestamp::now(),
    };
    let item = Item {
        asset,
        material: row.id,
        policy: None,
        source: Source::Plain(new.material),
    };
    (row, item)
}

fn check(new: &NewSecret) -> Result<(), AppError> {
    if new.material.is_empty() {
        return Err(AppError::InvalidInput(
            "the secret is empty; nothing was stored".into(),
        ));
    }
    if new.material.len() > LIMIT {
        return Err(AppError::InvalidInput(
            "the secret is larger than 1 MiB; nothing was stored".into(),
        ));
    }
    if new.label.trim().is_empty() {
        return Err(AppError::InvalidInput("the secret needs a label".into()));
    }
    Ok(())
}

/// Which secrets a list has: all, unless it is narrowed.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SecretFilter {
    /// Only of this asset, by id or location.
    pub asset: Option<String>,
    /// Only of assets of any of these environments.
    pub environments: Vec<Environment>,
}

impl SecretFilter {
    /// The secrets of one asset, by id or location.
    pub fn of_asset(asset: impl Into<String>) -> Self {
        Self {
            asset: Some(asset.into()),
            ..Self::default()
        }
    }
}

/// Rows that [`list`] reads at a time.
const PART: u32 = 500;

/// Lists secrets.
///
/// # Errors
/// [`AppError::NotFound`] for an asset that is not there.
pub async fn list(vault: &Vault, filter: &SecretFilter) -> Result<Vec<SecretView>, AppError> {
    let mut views: Vec<SecretView> = Vec::new();
    loop {
        let after = views.last().map(|view| view.id);
        let part = page(vault, filter, after, PART).await?;
        views.extend(part.items);
        if part.next.is_none() {
            return Ok(views);
        }
    }
}

/// One page of secrets, in the order in which they were added.
///
/// # Errors
/// [`AppError::NotFound`] for an asset that is not there.
pub async fn page(
    vault: &Vault,
    filter: &SecretFilter,
    after: Option<MaterialId>,
    limit: u32,
) -> Result<Page<SecretView>, AppError> {
    let limit = limit.clamp(1, PART);
    let rows = match &filter.asset {
        Some(asset) => of_asset(vault, asset, filter, after, limit).await?,
        None => {
            let environments = &filter.environments;
            vault
                .store()
                .materials_after(environments, after, limit)
                .await?
        }
    };
    let full = rows.len() == limit as usize;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(view(vault, row).await?);
    }
    let found = items.len();
    cut_page(&mut items);
    let goes_on = full || items.len() < found;
    let next = items.last().filter(|_| goes_on);
    let next = next.map(|view| Cursor(view.id.to_string()));
    Ok(Page { items, next })
}

async fn of_asset(
    vault: &Vault,
    asset: &str,
    filter: &SecretFilter,
    after: Option<MaterialId>,
    limit: u32,
) -> Result<Vec<Material>, AppError> {
    let asset = assets::find(vault, asset).await?.summary;
    if !filter.environments.is_empty() && !filter.environments.contains(&asset.environment) {
        return Ok(Vec::new());
    }
    let mut rows = vault.store().materials(asset.id).await?;
    rows.retain(|row| after.is_none_or(|after| row.id > after));
    rows.sort_by_key(|row| row.id);
    rows.truncate(limit as usize);
    Ok(rows)
}

/// One secret, without what it holds.
///
/// # Errors
/// From the store, where it does not exist.
pub async fn show(vault: &Vault, secret: MaterialId) -> Result<SecretView, AppError> {
    view(vault, vault.store().material(secret).await?).await
}

async fn view(vault: &Vault, row: Material) -> Result<SecretView, AppError> {
    let location = vault.store().asset(row.asset_id).await?.summary.location;
    let suite = suite_of(&row).to_owned();
    Ok(SecretView {
        id: row.id,
        asset_id: row.asset_id,
        location,
        key_type: row.key_type,
        origin: row.storage_reference,
        suite,
        anchor_id: row.key.map(|(anchor, _)| anchor),
        key_version: row.key.map(|(_, version)| version),
        policy_id: row.policy_id,
        wrapped_at: row.last_wrapped_at,
        label: row.label,
    })
}

/// The suites of a piece of material, as assets show them; empty where it is not wrapped.
fn suite_of(row: &Material) -> &str {
    row.algorithm_details
        .get("algorithm")
        .and_then(|text| text.as_str())
        .unwrap_or_default()
}

/// Shows one secret, by id. The vault must be unlocked; the log notes it.
///
/// # Errors
/// [`AppError::Locked`], [`AppError::NotFound`], a failed check of the envelope.
pub async fn reveal(vault: &Vault, secret: &str) -> Result<SecretBytes, AppError> {
    let id = parse_id(secret)?;
    let plaintext = open(vault, vault.store().envelope(id).await?).await?;
    note(vault, Action::MaterialRevealed, id).await?;
    Ok(plaintext)
}

pub(crate) async fn open(vault: &Vault, row: StoredEnvelope) -> Result<SecretBytes, AppError> {
    let key = anchors::opening_key(vault, row.anchor_id, row.key_version).await?;
    vault.keys().open_envelope(key, row).await
}

async fn note(vault: &Vault, action: Action, id: MaterialId) -> Result<(), AppError> {
    let mut tx = vault.begin().await?;
    tx.note(vault.event(action, id));
    Ok(tx.commit().await?)
}

fn parse_id(secret: &str) -> Result<MaterialId, AppError> {
    secret.parse().map_err(|_| AppError::NotFound {
        what: "secret",
        name: secret.to_owned(),
        hint: "use an id from `qv secrets list`",
    })
}

/// Destroys one secret.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn remove(vault: &Vault, secret: &str) -> Result<(), AppError> {
    let id = parse_id(secret)?;
    let material = vault.store().material(id).await?;
    let asset = vault.store().asset(material.asset_id).await?;
    let mut tx = vault.begin().await?;
    tx.remove_material(vault.event(Action::MaterialRemoved, id), id)
        .await?;
    if vault.store().materials(asset.summary.id).await?.len() == 1 {
        // The last one: the asset has nothing wrapped any more.
        let update = unwrapped(&asset)?;
        tx.set_wrappers(vec![(
            vault.event(Action::AssetUpdated, asset.summary.id),
            update,
        )])
        .await?;
    }
    Ok(tx.commit().await?)
}

fn unwrapped(asset: &Asset) -> Result<qv_store::WrapperUpdate, AppError> {
    let now = Timestamp::now();
    let meaning = Meaning {
        wrapper_algorithm: None,
        ..Meaning::of(&asset.summary)
    };
    Ok(qv_store::WrapperUpdate {
        id: asset.summary.id,
        wrapper: None,
        status: AssetStatus::AtRisk,
        assessment: reassess(asset, &meaning, now)?,
        at: now,
    })
}
