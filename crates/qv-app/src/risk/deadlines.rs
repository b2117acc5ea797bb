//! The dates of NIST IR 8547 and CNSA 2.0, and the assets that miss them.

use qv_policy::deadlines::{Calendar, Deadline, Traits, Weakness};
use qv_store::TraitCount;
use qv_types::{AssetType, Layer, Timestamp};
use serde::Serialize;

use crate::{AppError, Vault};

/// A date, and how many assets would miss it if nothing changed.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct DeadlineView {
    /// Which one, and how far off.
    #[serde(flatten)]
    pub when: When,
    /// Who says so, and where.
    pub source: String,
    /// What the source says, in a sentence, and how it is read here.
    pub text: String,
    /// The asset types that it concerns; none where no type stands for what the source speaks of.
    pub types: Vec<AssetType>,
    /// The layers that are looked at.
    pub layers: Vec<Layer>,
    /// What makes an asset miss it.
    pub misses: Vec<Weakness>,
    /// Assets that miss it as they are.
    pub missed: u64,
    /// Assets of which it cannot be said, since a layer of them is not known.
    pub not_known: u64,
}

/// A date, by its name and how far off it is.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct When {
    /// Unique name, for example `cnsa2-web-prefer`; a list of assets takes it as a filter.
    pub id: String,
    /// What happens, in a few words.
    pub title: String,
    /// The last day of the old state, `YYYY-MM-DD`.
    pub date: String,
    /// Whether that day is over.
    pub passed: bool,
    /// Whole days that are left; 0 afterwards.
    pub days_left: u32,
}

impl When {
    fn of(deadline: &Deadline, now: Timestamp) -> Self {
        Self {
            id: deadline.id.clone(),
            title: deadline.title.clone(),
            date: deadline.date.clone(),
            passed: deadline.has_passed(now),
            days_left: deadline.days_left(now),
        }
    }
}

/// Every date, earliest first.
///
/// # Errors
/// From the store.
pub async fn deadlines(vault: &Vault) -> Result<Vec<DeadlineView>, AppError> {
    let now = Timestamp::now();
    let counts = vault.store().trait_counts().await?;
    let assets = |counted: &dyn Fn(AssetType, Traits) -> bool| {
        let counted = |one: &&TraitCount| counted(one.asset_type, Traits::from_bits(one.traits));
        counts.iter().filter(counted).map(|one| one.assets).sum()
    };
    let view = |deadline: &Deadline| DeadlineView {
        when: When::of(deadline, now),
        source: deadline.source.clone(),
        text: deadline.text.clone(),
        types: deadline.types.clone(),
        layers: deadline.layers.clone(),
        misses: deadline.misses.clone(),
        missed: assets(&|kind, traits| deadline.is_missed_by(kind, traits)),
        not_known: assets(&|kind, traits| deadline.is_open_for(kind, traits)),
    };
    Ok(Calendar::builtin()?.deadlines().iter().map(view).collect())
}

/// The dates that an asset misses as it is, earliest first.
pub(crate) fn missed_by(
    asset_type: AssetType,
    traits: u32,
    now: Timestamp,
) -> Result<Vec<When>, AppError> {
    let traits = Traits::from_bits(traits);
    let all = Calendar::builtin()?.deadlines().iter();
    Ok(all
        .filter(|deadline| deadline.is_missed_by(asset_type, traits))
        .map(|deadline| When::of(deadline, now))
        .collect())
}

/// The date of this id.
pub(crate) fn find(id: &str) -> Result<&'static Deadline, AppError> {
    Calendar::builtin()?
        .find(id)
        .ok_or_else(|| AppError::NotFound {
            what: "deadline",
            name: id.to_owned(),
            hint: "see `qv risk`",
        })
}
