//! What an evaluation would change: the dry run of a policy.

use std::collections::BTreeMap;

use qv_types::AssetId;
use serde::{Deserialize, Serialize};

/// How an asset's standing under a policy would change.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Comes into scope and meets the policy.
    EntersCompliant,
    /// Comes into scope and does not meet the policy.
    EntersNonCompliant,
    /// Leaves the scope.
    Leaves,
    /// Was in scope and now meets the policy.
    BecomesCompliant,
    /// Was in scope and no longer meets the policy.
    BecomesNonCompliant,
}

/// One asset's change.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Change {
    /// The asset.
    pub asset_id: AssetId,
    /// What would change.
    pub kind: ChangeKind,
}

/// Lists what changes from `old` to `new`, by asset id. Each pair is an asset in scope and whether
/// it meets the policy; of an asset that occurs twice the later pair counts.
#[must_use]
pub fn diff(
    old: impl IntoIterator<Item = (AssetId, bool)>,
    new: impl IntoIterator<Item = (AssetId, bool)>,
) -> Vec<Change> {
    let old: BTreeMap<AssetId, bool> = old.into_iter().collect();
    let new: BTreeMap<AssetId, bool> = new.into_iter().collect();
    let arrivals_and_turns = new.iter().filter_map(|(asset_id, meets)| {
        let kind = match (old.get(asset_id), meets) {
            (None, true) => ChangeKind::EntersCompliant,
            (None, false) => ChangeKind::EntersNonCompliant,
            (Some(false), true) => ChangeKind::BecomesCompliant,
            (Some(true), false) => ChangeKind::BecomesNonCompliant,
            (Some(_), _) => return None,
        };
        Some(Change {
            asset_id: *asset_id,
            kind,
        })
    });
    let departures = old
        .keys()
        .filter(|id| !new.contains_key(id))
        .map(|asset_id| Change {
            asset_id: *asset_id,
            kind: ChangeKind::Leaves,
        });
    let mut changes: Vec<Change> = arrivals_and_turns.chain(departures).collect();
    changes.sort_by_key(|change| change.asset_id);
    changes
}
