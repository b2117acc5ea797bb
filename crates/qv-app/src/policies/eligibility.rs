//! Which assets could be wrapped under a policy, and what holds back the others.

use std::collections::BTreeMap;

use qv_policy::eligible as eligible_for;
use qv_types::AssetId;
use serde::Serialize;

use super::{evaluation, find, parse};
use crate::query::{PAGE_BYTES, cut_to_weight};
use crate::{AppError, Vault};

/// Who in a policy's scope could be wrapped under it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct EligibilityReport {
    /// Assets in its scope.
    pub in_scope: u64,
    /// Of these, assets that can be wrapped.
    pub eligible: u64,
    /// Why others cannot, the most common reason first.
    pub held_back: Vec<HeldBack>,
    /// These assets, those that can be wrapped first. The window gets the first of many.
    pub assets: Vec<Eligibility>,
}

/// A reason, and how many assets it holds back.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldBack {
    /// Why.
    pub why: String,
    /// How many.
    pub assets: u64,
}

/// Whether an asset may be wrapped under a policy.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Eligibility {
    /// The asset.
    pub asset_id: AssetId,
    /// Where it is.
    pub location: String,
    /// Whether it may.
    pub eligible: bool,
    /// Why.
    pub why: String,
}

/// Which assets in a policy's scope could be wrapped under it now, and why others could not.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn eligible(vault: &Vault, name: &str) -> Result<EligibilityReport, AppError> {
    let policy = parse(vault, &find(vault, name).await?)?;
    let with_material = vault.store().assets_with_material().await?;
    let mut assets = Vec::new();
    evaluation::walk(vault, &policy, |asset, evaluation| {
        if evaluation.is_none() {
            return;
        }
        let id = asset.summary.id;
        let materials = u64::from(with_material.contains(&id));
        let refused = eligible_for(&policy, evaluation, materials).err();
        assets.push(Eligibility {
            asset_id: id,
            location: asset.summary.location.clone(),
            eligible: refused.is_none(),
            why: refused.map_or_else(
                || "fails the policy and has key material".into(),
                |reason| reason.to_string(),
            ),
        });
    })
    .await?;
    assets.sort_by_key(|row| !row.eligible);
    Ok(EligibilityReport {
        in_scope: assets.len() as u64,
        eligible: assets.iter().filter(|row| row.eligible).count() as u64,
        held_back: held_back(&assets),
        assets,
    })
}

fn held_back(assets: &[Eligibility]) -> Vec<HeldBack> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for row in assets.iter().filter(|row| !row.eligible) {
        *counts.entry(&row.why).or_default() += 1;
    }
    let reason = |(why, assets): (&str, u64)| HeldBack {
        why: why.to_owned(),
        assets,
    };
    let mut reasons: Vec<_> = counts.into_iter().map(reason).collect();
    reasons.sort_by_key(|one| std::cmp::Reverse(one.assets));
    reasons
}

impl EligibilityReport {
    /// The report with as many of its first assets as go over a bridge; the counts are of all.
    #[must_use]
    pub fn first(mut self) -> Self {
        cut_to_weight(&mut self.assets, PAGE_BYTES);
        self
    }
}
