//! Anchors: the post-quantum key pairs that secrets are wrapped under. The private part lives only
//! as a record under the subkey `anchor:{id}`.

use qv_audit::Action;
use qv_crypto::suite::{EncapsulationKey, KemSuite};
use qv_store::{Anchor, AnchorVersion};
use qv_types::{AnchorId, AnchorType, Environment, KeyState, Timestamp};
use serde::{Deserialize, Serialize};

use crate::keys::AnchorKey;
use crate::query::pick;
use crate::{AppError, Vault};

/// An anchor to make.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAnchor {
    /// Its name, unique in the vault.
    pub name: String,
    /// A note.
    pub description: Option<String>,
    /// Environment that it serves.
    pub environment: Environment,
    /// What it stands for.
    pub anchor_type: AnchorType,
    /// KEM suite name, for example `ML-KEM-1024`.
    pub suite: String,
    /// Whether it becomes the active one at once.
    pub activate: bool,
}

/// An anchor with its versions.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct AnchorView {
    /// Its id.
    pub id: AnchorId,
    /// Its name.
    pub name: String,
    /// A note.
    pub description: Option<String>,
    /// Environment that it serves.
    pub environment: Environment,
    /// What it stands for.
    pub anchor_type: AnchorType,
    /// Whether its environment wraps under it.
    pub is_active: bool,
    /// Its key versions, newest first.
    pub versions: Vec<VersionView>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// One version of an anchor's key pair.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct VersionView {
    /// The version, from 1.
    pub version: u64,
    /// Its KEM suite.
    pub suite: String,
    /// Its state.
    pub state: KeyState,
    /// How many secrets are wrapped under it.
    pub secrets: u64,
    /// The public key, hex.
    pub public_key: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Makes an anchor. The vault must be unlocked.
///
/// # Errors
/// [`AppError::Locked`], an unknown suite, a name that is taken.
pub async fn create(vault: &Vault, new: NewAnchor) -> Result<AnchorView, AppError> {
    if new.name.trim().is_empty() {
        return Err(AppError::InvalidInput("an anchor needs a name".into()));
    }
    let suite: KemSuite = new.suite.parse()?;
    let now = Timestamp::now();
    let id = AnchorId::make();
    let version = make_version(vault, id, 1, suite, now).await?;
    let anchor = Anchor {
        id,
        name: new.name,
        description: new.description,
        anchor_type: new.anchor_type,
        associated_policy_ids: Vec::new(),
        kem: suite.as_str().into(),
        current_version: 1,
        is_active: false,
        environment: new.environment,
        created_by: None,
        created_at: now,
        updated_at: now,
    };
    let mut tx = vault.begin().await?;
    tx.create_anchor(
        vault
            .event(Action::AnchorCreated, id)
            .with("kem", suite.as_str()),
        &anchor,
        &version,
    )
    .await?;
    if new.activate {
        tx.activate_anchor(vault.event(Action::AnchorActivated, id), id, now)
            .await?;
    }
    tx.commit().await?;
    view(vault, vault.store().anchor(id).await?).await
}

async fn make_version(
    vault: &Vault,
    id: AnchorId,
    version: u64,
    suite: KemSuite,
    now: Timestamp,
) -> Result<AnchorVersion, AppError> {
    let (public_key, record) = vault.keys().make_anchor_key(id, version, suite).await?;
    Ok(AnchorVersion {
        anchor_id: id,
        version,
        kem: suite.as_str().into(),
        public_key,
        record: Some(record),
        state: KeyState::Active,
        created_at: now,
        updated_at: now,
    })
}

/// Every anchor, by environment and name.
///
/// # Errors
/// From the store.
pub async fn list(vault: &Vault) -> Result<Vec<AnchorView>, AppError> {
    let mut views = Vec::new();
    for anchor in vault.store().anchors().await? {
        views.push(view(vault, anchor).await?);
    }
    Ok(views)
}

/// One anchor, by id or name.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn show(vault: &Vault, name: &str) -> Result<AnchorView, AppError> {
    view(vault, find(vault, name).await?).await
}

/// Makes an anchor its environment's active one.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn activate(vault: &Vault, name: &str) -> Result<AnchorView, AppError> {
    let anchor = find(vault, name).await?;
    let mut tx = vault.begin().await?;
    tx.activate_anchor(
        vault.event(Action::AnchorActivated, anchor.id),
        anchor.id,
        Timestamp::now(),
    )
    .await?;
    tx.commit().await?;
    show(vault, name).await
}

/// Adds a key version; the one before opens and never wraps again. The vault must be unlocked.
///
/// # Errors
/// [`AppError::Locked`], [`AppError::NotFound`], an unknown suite.
pub async fn rotate(
    vault: &Vault,
    name: &str,
    suite: Option<&str>,
) -> Result<AnchorView, AppError> {
    let anchor = find(vault, name).await?;
    let suite: KemSuite = suite.unwrap_or(&anchor.kem).parse()?;
    let version = make_version(
        vault,
        anchor.id,
        anchor.current_version + 1,
        suite,
        Timestamp::now(),
    )
    .await?;
    let mut tx = vault.begin().await?;
    let event = vault
        .event(Action::AnchorRotated, anchor.id)
        .with("kem", suite.as_str());
    tx.rotate_anchor(event, &version).await?;
    tx.commit().await?;
    show(vault, &anchor.id.to_string()).await
}

pub(crate) async fn find(vault: &Vault, name: &str) -> Result<Anchor, AppError> {
    pick(
        vault.store().anchors().await?,
        name,
        "anchor",
        "see `qv anchors list`",
        |row| row.id,
        |row| &row.name,
    )
}

/// The active anchor of an environment.
pub(crate) async fn active(vault: &Vault, environment: Environment) -> Result<Anchor, AppError> {
    vault.store().active_anchor(environment).await?.ok_or_else(|| {
        AppError::NotAllowed(format!(
            "{environment} has no active anchor to wrap under; make one with `qv anchors create NAME --env {environment} --activate`"
        ))
    })
}

/// The public key of an anchor's newest version. It is held against the sealed private part: a public
/// key swapped in the database must not receive secrets.
pub(crate) async fn wrapping_key(
    vault: &Vault,
    anchor: &Anchor,
) -> Result<EncapsulationKey, AppError> {
    let version = vault
        .store()
        .anchor_version(anchor.id, anchor.current_version)
        .await?;
    if version.state != KeyState::Active {
        return Err(AppError::NotAllowed(format!(
            "version {} of anchor {} is {}; only an active version wraps",
            version.version, anchor.name, version.state
        )));
    }
    vault
        .store()
        .check_wraps(anchor.id, anchor.current_version)
        .await?;
    let key = opening_key(vault, anchor.id, anchor.current_version).await?;
    let public = EncapsulationKey::from_bytes(key.kem.parse()?, &key.public_key)?;
    vault.keys().check_anchor_key(key).await?;
    Ok(public)
}

/// The sealed key pair of one version. The record was compared with the log.
pub(crate) async fn opening_key(
    vault: &Vault,
    id: AnchorId,
    version: u64,
) -> Result<AnchorKey, AppError> {
    let row = vault.store().anchor_version(id, version).await?;
    let record = row.record.ok_or_else(|| {
        AppError::NotAllowed(format!(
            "version {version} of anchor {id} is destroyed; what it wrapped cannot be opened"
        ))
    })?;
    Ok(AnchorKey {
        anchor: id,
        version,
        kem: row.kem,
        public_key: row.public_key,
        record,
    })
}

async fn view(vault: &Vault, anchor: Anchor) -> Result<AnchorView, AppError> {
    let mut versions = Vec::new();
    let counts = vault.store().envelope_counts().await?;
    for version in vault.store().anchor_versions(anchor.id).await? {
        versions.push(VersionView {
            secrets: counts
                .iter()
                .find(|(id, key_version, _)| (*id, *key_version) == (anchor.id, version.version))
                .map_or(0, |(_, _, secrets)| *secrets),
            version: version.version,
            suite: version.kem,
            state: version.state,
            public_key: hex::encode(&version.public_key),
            created_at: version.created_at,
        });
    }
    Ok(AnchorView {
        id: anchor.id,
        name: anchor.name,
        description: anchor.description,
        environment: anchor.environment,
        anchor_type: anchor.anchor_type,
        is_active: anchor.is_active,
        versions,
        created_at: anchor.created_at,
    })
}
