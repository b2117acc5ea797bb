//! What was found, and what it means.

mod edit;
mod history;
mod ledger;
mod query;

use std::collections::HashSet;

use qv_audit::Action;
use qv_policy::{Classification, LayerVerdict, Score};
pub use qv_store::AssetSummary;
use qv_store::{Asset, Observation};
pub use qv_store::{AssetCounts, Choice};
use qv_types::{
    AlgorithmUse, AssetId, AssetType, Compliance, Criticality, Environment, Exposure, Sensitivity,
    Timestamp, Verdict,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::edit::{AssetEdit, EditedAssets, Secrecy, UndoneBy, edit, edit_many};
pub use self::history::{Sighting, Standing, history};
pub use self::ledger::{Ledger, LedgerRow, ledger};
pub use self::query::{AssetQuery, AssetSort, PolicyScope, ScanScope, count, list};
use crate::assess::{Meaning, assess, from_json, reassess};
use crate::risk::{LedgerLine, When, harvest_line, missed_by};
use crate::{AppError, Vault};

/// An asset in full.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct AssetDetail {
    /// What lists show.
    #[serde(flatten)]
    pub row: AssetSummary,
    /// Its tags.
    pub tags: Vec<String>,
    /// The verdicts, each with its rule.
    pub classification: Classification,
    /// The score as a sum.
    pub breakdown: Score,
    /// What people should know beside the verdicts.
    pub findings: Vec<String>,
    /// Every algorithm that was seen.
    pub algorithms: Vec<AlgorithmUse>,
    /// What the probe recorded.
    pub facts: Value,
    /// The dates of NIST IR 8547 and CNSA 2.0 that it misses as it is, earliest first.
    pub deadlines: Vec<When>,
    /// Whether what is recorded of it today can be read too early, as a sum.
    pub harvest: LedgerLine,
}

impl AssetDetail {
    /// The three verdicts with the names of their layers.
    #[must_use]
    pub fn verdicts(&self) -> [(&'static str, &LayerVerdict); 3] {
        [
            ("key exchange", &self.classification.key_exchange),
            ("authentication", &self.classification.authentication),
            ("data at rest", &self.classification.data_at_rest),
        ]
    }
}

/// An asset that no scan finds.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAsset {
    /// Path, host or any other place that names it.
    pub location: String,
    /// Its name; the location where none is given.
    pub name: Option<String>,
    /// What it is.
    pub asset_type: AssetType,
    /// Where it lives.
    pub environment: Environment,
}

/// The one verdict that a list shows: from the compliance state and the hybrid flag.
#[must_use]
pub const fn verdict_of(row: &AssetSummary) -> Verdict {
    match (row.compliance, row.hybrid) {
        (Compliance::Compliant, true) => Verdict::Hybrid,
        (Compliance::Compliant, false) => Verdict::Pqc,
        (Compliance::NonCompliant, _) => Verdict::NonPqc,
        (Compliance::Unknown, _) => Verdict::Unknown,
    }
}

/// One asset, by id or location, scored as of now.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Ambiguous`].
pub async fn show(vault: &Vault, name: &str) -> Result<AssetDetail, AppError> {
    detail(vault, find(vault, name).await?)
}

/// Each of the assets that are meant once, in their order.
///
/// # Errors
/// [`AppError::InvalidInput`] for none, and for more than `most`.
pub(crate) fn distinct(ids: &[AssetId], most: usize) -> Result<Vec<AssetId>, AppError> {
    let mut seen = HashSet::new();
    let ids: Vec<AssetId> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
    if !(1..=most).contains(&ids.len()) {
        return Err(AppError::InvalidInput(format!(
            "{} assets at once; choose 1 to {most}",
            ids.len()
        )));
    }
    Ok(ids)
}

/// Finds an asset by id or by a location that only one asset has.
pub(crate) async fn find(vault: &Vault, name: &str) -> Result<Asset, AppError> {
    if let Ok(id) = name.parse::<AssetId>() {
        return Ok(vault.store().asset(id).await?);
    }
    let mut found = None;
    for environment in Environment::ALL {
        for asset_type in AssetType::ALL {
            if let Some(asset) = vault
                .store()
                .find_asset(*environment, name, *asset_type)
                .await?
                && found.replace(asset).is_some()
            {
                return Err(AppError::Ambiguous {
                    what: "asset",
                    name: name.to_owned(),
                });
            }
        }
    }
    found.ok_or_else(|| AppError::NotFound {
        what: "asset",
        name: name.to_owned(),
        hint: "see `qv assets list`",
    })
}

fn detail(vault: &Vault, asset: Asset) -> Result<AssetDetail, AppError> {
    let now = Timestamp::now();
    let assessment = reassess(&asset, &Meaning::of(&asset.summary), now)?;
    let classification: Classification = from_json(&assessment.verdicts)?;
    let mut row = asset.summary;
    // Days pass between scans: what is shown is the score of today.
    row.score = assessment.score;
    row.level = assessment.level;
    row.exposure_points = assessment.exposure_points;
    Ok(AssetDetail {
        tags: asset.tags,
        findings: classification
            .findings
            .iter()
            .map(|finding| finding.explanation.clone())
            .collect(),
        deadlines: missed_by(row.asset_type, assessment.traits, now)?,
        harvest: harvest_line(vault, &row, asset.secrecy_years, assessment.recorded, now),
        row,
        classification,
        breakdown: from_json(&assessment.breakdown)?,
        algorithms: asset.algorithms,
        facts: asset.facts,
    })
}

/// Adds an asset by hand.
///
/// # Errors
/// An asset of this environment, location and type that is there already.
pub async fn add(vault: &Vault, new: NewAsset) -> Result<AssetDetail, AppError> {
    check_text("location", &new.location, LOCATION_LIMIT)?;
    if let Some(name) = &new.name {
        check_text("name", name, NAME_LIMIT)?;
    }
    if vault
        .store()
        .find_asset(new.environment, &new.location, new.asset_type)
        .await?
        .is_some()
    {
        return Err(AppError::NotAllowed(format!(
            "{} is an asset of {} already",
            new.location, new.environment
        )));
    }
    let now = Timestamp::now();
    let seen = observation(new, now)?;
    let mut tx = vault.begin().await?;
    let added = tx
        .upsert_asset(vault.event(Action::AssetAdded, vault.id()), &seen)
        .await?;
    tx.commit().await?;
    show(vault, &added.id.to_string()).await
}

/// Bytes of a name. Lists show it, and a page of a list is bounded.
const NAME_LIMIT: usize = 256;
/// Bytes of a location.
const LOCATION_LIMIT: usize = 1024;

fn check_text(what: &str, text: &str, limit: usize) -> Result<(), AppError> {
    if !text.trim().is_empty() && text.len() <= limit {
        return Ok(());
    }
    Err(AppError::InvalidInput(format!(
        "the {what} of an asset has 1 to {limit} bytes: a path, a host or any other name"
    )))
}

fn observation(new: NewAsset, now: Timestamp) -> Result<Observation, AppError> {
    let (criticality, sensitivity, exposure) = (
        Criticality::Medium,
        Sensitivity::Internal,
        Exposure::Internal,
    );
    let meaning = Meaning {
        exposure,
        sensitivity,
        criticality,
        wrapper_algorithm: None,
        last_scan: None,
    };
    Ok(Observation {
        name: new.name.unwrap_or_else(|| new.location.clone()),
        asset_type: new.asset_type,
        location: new.location,
        environment: new.environment,
        criticality,
        sensitivity,
        exposure,
        algorithms: Vec::new(),
        facts: Value::Object(serde_json::Map::new()),
        assessment: assess(&[], &meaning, now)?,
        at: now,
        scan: None,
    })
}
