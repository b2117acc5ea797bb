//! Decryptor bundles (MVP section 8.5): what someone who holds the anchor's private key needs to
//! open an asset's secrets elsewhere. A bundle is no secret.

use qv_audit::Action;
use qv_crypto::envelope::Envelope;
use qv_store::{Material, StoredEnvelope};
use qv_types::{AnchorId, AssetId, KeyType, MaterialId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::suite_of;
use crate::{AppError, SecretBytes, Vault, anchors, assets};

/// The form that this version writes.
const VERSION: &str = "qv-bundle-v1";

/// A bundle.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// `qv-bundle-v1`.
    pub version: String,
    /// The asset.
    pub asset_id: AssetId,
    /// Where the asset is.
    pub location: String,
    /// When the bundle was made.
    pub created_at: Timestamp,
    /// What to do with it, for people.
    pub instructions: String,
    /// The secrets.
    pub secrets: Vec<BundledSecret>,
}

/// One secret of a bundle.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledSecret {
    /// Its id.
    pub id: MaterialId,
    /// Its label.
    pub label: String,
    /// What it is.
    pub key_type: KeyType,
    /// KEM, KDF and AEAD.
    pub suite: String,
    /// The anchor whose private key opens it.
    pub anchor_id: AnchorId,
    /// The version of that key.
    pub key_version: u64,
    /// The anchor's public key, hex, to recognise the private key by.
    pub anchor_public_key: String,
    /// The `qv-wrap-v1` envelope, byte for byte.
    pub envelope: Box<RawValue>,
}

/// What an envelope says of itself once it opened.
#[derive(Debug, Clone, Serialize)]
pub struct OpenedContext {
    /// The asset it names.
    pub asset_id: String,
    /// The material it names.
    pub material_id: String,
    /// The anchor it names.
    pub anchor_id: String,
    /// When it was sealed.
    pub created_at: String,
}

/// An opened secret of a bundle.
#[derive(Debug)]
pub struct Opened {
    /// What the envelope says of itself; it proves no sender.
    pub context: OpenedContext,
    /// The secret.
    pub material: SecretBytes,
}

/// Makes the bundle of an asset.
///
/// # Errors
/// [`AppError::NotFound`], an asset without material.
pub async fn export(vault: &Vault, asset: &str) -> Result<Bundle, AppError> {
    let asset = assets::find(vault, asset).await?;
    let materials = vault.store().materials(asset.summary.id).await?;
    if materials.is_empty() {
        return Err(AppError::NotAllowed(format!(
            "{} has no key material to export",
            asset.summary.location
        )));
    }
    let mut secrets = Vec::with_capacity(materials.len());
    let mut tx = vault.begin().await?;
    for material in materials {
        let row = vault.store().envelope(material.id).await?;
        secrets.push(bundled(vault, material, &row).await?);
        tx.note(vault.event(Action::MaterialExported, row.material_id));
    }
    tx.commit().await?;
    Ok(Bundle {
        version: VERSION.into(),
        asset_id: asset.summary.id,
        location: asset.summary.location,
        created_at: Timestamp::now(),
        instructions: "Open with `qv unwrap FILE` in a vault that holds the anchor's private key."
            .into(),
        secrets,
    })
}

async fn bundled(
    vault: &Vault,
    material: Material,
    row: &StoredEnvelope,
) -> Result<BundledSecret, AppError> {
    let version = vault
        .store()
        .anchor_version(row.anchor_id, row.key_version)
        .await?;
    Ok(BundledSecret {
        id: row.material_id,
        suite: suite_of(&material).to_owned(),
        label: material.label,
        key_type: material.key_type,
        anchor_id: row.anchor_id,
        key_version: row.key_version,
        anchor_public_key: hex::encode(&version.public_key),
        envelope: RawValue::from_string(row.envelope.clone())
            .map_err(|error| AppError::Internal(error.to_string()))?,
    })
}

/// Opens a secret of a bundle, or one bare envelope, with an anchor of this vault; the log notes it.
///
/// # Errors
/// Text that is neither; several secrets and none named; an anchor that this vault does not have;
/// a failed check of the envelope.
pub async fn unwrap(vault: &Vault, text: &str, secret: Option<&str>) -> Result<Opened, AppError> {
    let envelope = choose(text, secret)?;
    let context = envelope.context();
    let unknown = || AppError::NotFound {
        what: "anchor",
        name: context.anchor_id.as_str().to_owned(),
        hint: "this vault does not hold the private key of this bundle",
    };
    let anchor: AnchorId = context.anchor_id.as_str().parse().map_err(|_| unknown())?;
    if !vault
        .store()
        .anchors()
        .await?
        .iter()
        .any(|known| known.id == anchor)
    {
        return Err(unknown());
    }
    let key = anchors::opening_key(vault, anchor, context.key_version.get()).await?;
    let material = vault.keys().open_foreign(key, envelope.as_json()).await?;
    let mut tx = vault.begin().await?;
    tx.note(
        vault
            .event(Action::MaterialRevealed, anchor)
            .with("envelope", envelope.hash_hex()),
    );
    tx.commit().await?;
    Ok(Opened {
        context: OpenedContext {
            asset_id: context.asset_id.as_str().into(),
            material_id: context.material_id.as_str().into(),
            anchor_id: context.anchor_id.as_str().into(),
            created_at: context.created_at.as_str().into(),
        },
        material,
    })
}

fn choose(text: &str, secret: Option<&str>) -> Result<Envelope, AppError> {
    let Ok(bundle) = serde_json::from_str::<Bundle>(text) else {
        return Envelope::from_json(text.as_bytes()).map_err(|error| {
            AppError::InvalidInput(format!(
                "neither a decryptor bundle nor an envelope: {error}"
            ))
        });
    };
    if bundle.version != VERSION {
        return Err(AppError::InvalidInput(format!(
            "`{}` is a form of bundle that this version does not read",
            bundle.version
        )));
    }
    let names = bundle
        .secrets
        .iter()
        .map(|one| one.label.clone())
        .collect::<Vec<_>>()
        .join(", ");
    let mut chosen = bundle
        .secrets
        .iter()
        .filter(|one| secret.is_none_or(|name| one.label == name || one.id.to_string() == name));
    match (chosen.next(), chosen.next()) {
        (Some(one), None) => Ok(Envelope::from_json(one.envelope.get().as_bytes())?),
        (Some(_), Some(_)) => Err(AppError::InvalidInput(format!(
            "the bundle holds several secrets; name one of {names}"
        ))),
        (None, _) => Err(AppError::InvalidInput(format!(
            "the bundle holds no such secret; it holds {names}"
        ))),
    }
}
