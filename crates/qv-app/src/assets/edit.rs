//! Saying what assets mean to the business: one asset, or many at once.

use std::str::FromStr;

use qv_audit::Action;
use qv_policy::harvest::MOST_YEARS;
use qv_store::{Assessment, Asset, AssetEdit as Stored, WriteTx};
use qv_types::{AssetId, Criticality, Exposure, Sensitivity, Timestamp};
use serde::{Deserialize, Serialize};

use super::{AssetDetail, NAME_LIMIT, check_text, distinct, find, show};
use crate::assess::{Meaning, reassess};
use crate::{AppError, Vault};

/// The most assets of one edit: what undoes it is answered whole.
const MANY: usize = 250;

/// What to change; `None` leaves a field as it is.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssetEdit {
    /// A new name.
    pub name: Option<String>,
    /// Criticality to the business.
    pub criticality: Option<Criticality>,
    /// Sensitivity of its data.
    pub sensitivity: Option<Sensitivity>,
    /// Who can reach it.
    pub exposure: Option<Exposure>,
    /// For how long its data must stay secret.
    pub secrecy: Option<Secrecy>,
    /// Tags to add.
    pub tags_added: Vec<String>,
    /// Tags to take away.
    pub tags_removed: Vec<String>,
}

/// For how long the data of an asset must stay secret.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrecy {
    /// So many years, 0 to 100.
    Years(u32),
    /// What the configuration says of its type, its environment or every asset.
    Configured,
}

impl Secrecy {
    fn of(stored: Option<u32>) -> Self {
        stored.map_or(Self::Configured, Self::Years)
    }

    const fn stored(self) -> Option<u32> {
        match self {
            Self::Years(years) => Some(years),
            Self::Configured => None,
        }
    }
}

impl FromStr for Secrecy {
    type Err = AppError;
    fn from_str(text: &str) -> Result<Self, AppError> {
        if text == "configured" {
            return Ok(Self::Configured);
        }
        let years = text.parse().map_err(|_| {
            AppError::InvalidInput(format!(
                "`{text}` is no secrecy lifetime; use a number of years, or `configured` for what the configuration says"
            ))
        })?;
        Ok(Self::Years(years))
    }
}

/// What an edit of many assets did.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditedAssets {
    /// Assets that were not so already.
    pub changed: u64,
    /// The edits that put back what was before.
    pub undo: Vec<UndoneBy>,
}

/// An edit of many assets that puts back what they were.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoneBy {
    /// The assets.
    pub assets: Vec<AssetId>,
    /// What to change of them.
    pub edit: AssetEdit,
}

/// Edits an asset's meaning and scores it anew.
///
/// # Errors
/// [`AppError::NotFound`], a name or tag that is empty or too long.
pub async fn edit(vault: &Vault, name: &str, edit: AssetEdit) -> Result<AssetDetail, AppError> {
    check(&edit)?;
    let id = find(vault, name).await?.summary.id;
    let mut tx = vault.begin().await?;
    apply(vault, &mut tx, id, &edit, Timestamp::now()).await?;
    tx.commit().await?;
    show(vault, &id.to_string()).await
}

/// Edits many assets at once and scores them anew: all or none.
///
/// # Errors
/// None or too many assets, a name for several, a tag that is empty or too long; an asset that does
/// not exist.
pub async fn edit_many(
    vault: &Vault,
    ids: &[AssetId],
    edit: AssetEdit,
) -> Result<EditedAssets, AppError> {
    check(&edit)?;
    let ids = distinct(ids, MANY)?;
    if edit.name.is_some() && ids.len() > 1 {
        return Err(AppError::InvalidInput(
            "a name goes with one asset; the other fields with many".into(),
        ));
    }
    let now = Timestamp::now();
    let mut edited = EditedAssets {
        changed: 0,
        undo: Vec::new(),
    };
    let mut tx = vault.begin().await?;
    for id in ids {
        let Some(back) = apply(vault, &mut tx, id, &edit, now).await? else {
            continue;
        };
        edited.changed += 1;
        match edited.undo.iter_mut().find(|undo| undo.edit == back) {
            Some(undo) => undo.assets.push(id),
            None => edited.undo.push(UndoneBy {
                assets: vec![id],
                edit: back,
            }),
        }
    }
    tx.commit().await?;
    Ok(edited)
}

/// Edits one asset as the transaction sees it; the edit that puts it back, or `None` where it was so
/// already.
async fn apply(
    vault: &Vault,
    tx: &mut WriteTx,
    id: AssetId,
    edit: &AssetEdit,
    now: Timestamp,
) -> Result<Option<AssetEdit>, AppError> {
    let asset = tx.asset(id).await?;
    let stored = edited(&asset, edit);
    let tags = edited_tags(&asset.tags, edit);
    let back = way_back(&asset, &stored, &tags);
    if back == AssetEdit::default() {
        return Ok(None);
    }
    let meaning = Meaning {
        exposure: stored.exposure,
        sensitivity: stored.sensitivity,
        criticality: stored.criticality,
        ..Meaning::of(&asset.summary)
    };
    let assessment = reassess(&asset, &meaning, now)?;
    let event = edited_event(vault, &asset, &stored, &assessment);
    tx.update_asset(event, id, &stored, &assessment, now)
        .await?;
    if tags != asset.tags {
        let event = vault.event(Action::AssetTagged, id);
        tx.set_tags(event.with("tags", tags.clone()), id, &tags, now)
            .await?;
    }
    Ok(Some(back))
}

fn edited(asset: &Asset, edit: &AssetEdit) -> Stored {
    let summary = &asset.summary;
    Stored {
        name: edit.name.clone().unwrap_or_else(|| summary.name.clone()),
        criticality: edit.criticality.unwrap_or(summary.criticality),
        sensitivity: edit.sensitivity.unwrap_or(summary.sensitivity),
        exposure: edit.exposure.unwrap_or(summary.exposure),
        secrecy_years: edit.secrecy.map_or(asset.secrecy_years, Secrecy::stored),
    }
}

/// What of an asset an edit changes, the other way round.
fn way_back(asset: &Asset, stored: &Stored, tags: &[String]) -> AssetEdit {
    fn other<T: Clone + PartialEq>(before: &T, after: &T) -> Option<T> {
        (before != after).then(|| before.clone())
    }
    let without = |these: &[String], others: &[String]| -> Vec<String> {
        let these = these.iter().filter(|tag| !others.contains(tag));
        these.cloned().collect()
    };
    let summary = &asset.summary;
    AssetEdit {
        name: other(&summary.name, &stored.name),
        criticality: other(&summary.criticality, &stored.criticality),
        sensitivity: other(&summary.sensitivity, &stored.sensitivity),
        exposure: other(&summary.exposure, &stored.exposure),
        secrecy: other(
            &Secrecy::of(asset.secrecy_years),
            &Secrecy::of(stored.secrecy_years),
        ),
        tags_added: without(&asset.tags, tags),
        tags_removed: without(tags, &asset.tags),
    }
}

fn edited_event(
    vault: &Vault,
    before: &Asset,
    edit: &Stored,
    assessment: &Assessment,
) -> qv_audit::Event {
    let event = vault.event(Action::AssetUpdated, before.summary.id);
    // Also that one was taken away: that may take the asset out of those that the ledger counts as exposed.
    let event = match edit.secrecy_years {
        same if same == before.secrecy_years => event,
        Some(years) => event.with("secrecy_years", years),
        None => event.with("secrecy_years", "configured"),
    };
    event
        .with("criticality", edit.criticality.as_str())
        .with("sensitivity", edit.sensitivity.as_str())
        .with("exposure", edit.exposure.as_str())
        .with("score", assessment.score)
}

fn check(edit: &AssetEdit) -> Result<(), AppError> {
    if let Some(name) = &edit.name {
        check_text("name", name, NAME_LIMIT)?;
    }
    if let Some(Secrecy::Years(years)) = edit.secrecy
        && years > MOST_YEARS
    {
        return Err(AppError::InvalidInput(format!(
            "a secrecy lifetime of {years} years; use 0 to {MOST_YEARS}"
        )));
    }
    let bad = |tag: &&String| tag.trim().is_empty() || tag.len() > 64;
    match edit.tags_added.iter().find(bad) {
        None => Ok(()),
        Some(tag) => Err(AppError::InvalidInput(format!(
            "`{tag}` is no tag; use 1 to 64 bytes"
        ))),
    }
}

fn edited_tags(present: &[String], edit: &AssetEdit) -> Vec<String> {
    let kept = present
        .iter()
        .filter(|tag| !edit.tags_removed.contains(tag));
    let mut tags: Vec<String> = kept.chain(&edit.tags_added).cloned().collect();
    tags.sort();
    tags.dedup();
    tags
}
