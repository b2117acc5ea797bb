//! The scans that saw one asset, and what changed from one to the next.

use qv_store::{Assessment, Sighting as Stored};
use qv_types::{Cursor, Page, RiskLevel, ScanId, ScanResult, ScanType, Timestamp, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::find;
use crate::assess::from_json;
use crate::query::page_size;
use crate::scans::Change;
use crate::{AppError, Vault};

/// A scan that saw an asset.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Sighting {
    /// The scan.
    pub scan: ScanId,
    /// Why that was made.
    pub scan_type: ScanType,
    /// When it saw the asset.
    pub at: Timestamp,
    /// The target that led to it.
    pub target: String,
    /// What it did to the asset.
    pub result: ScanResult,
    /// How the asset stood then; `None` where an earlier version did not record it.
    pub standing: Option<Standing>,
    /// What had changed since the sighting before; `None` where that was not recorded.
    pub changes: Option<Vec<Change>>,
}

/// How an asset stood at one moment.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Verdict on its key exchange.
    pub key_exchange: Verdict,
    /// Verdict on its authentication.
    pub authentication: Verdict,
    /// Verdict on its data at rest.
    pub data_at_rest: Verdict,
    /// Its normative score.
    pub score: u32,
    /// The level of the score.
    pub level: RiskLevel,
    /// The score's sum before it is held between 0 and 100.
    pub exposure_points: i64,
}

impl Standing {
    pub(crate) fn of(assessment: &Assessment) -> Result<Self, AppError> {
        let verdicts: qv_policy::Classification = from_json(&assessment.verdicts)?;
        Ok(Self {
            key_exchange: verdicts.key_exchange.verdict,
            authentication: verdicts.authentication.verdict,
            data_at_rest: verdicts.data_at_rest.verdict,
            score: assessment.score,
            level: assessment.level,
            exposure_points: assessment.exposure_points,
        })
    }

    /// What of it differs from how it stood before.
    fn since(&self, before: &Self) -> Vec<Change> {
        let verdict = |verdict: Verdict| verdict.as_str().to_owned();
        let parts = [
            (
                "verdict on key exchange",
                verdict(before.key_exchange),
                verdict(self.key_exchange),
            ),
            (
                "verdict on authentication",
                verdict(before.authentication),
                verdict(self.authentication),
            ),
            (
                "verdict on data at rest",
                verdict(before.data_at_rest),
                verdict(self.data_at_rest),
            ),
            ("score", before.score.to_string(), self.score.to_string()),
        ];
        let changed = parts.into_iter().filter(|(_, was, is)| was != is);
        changed
            .map(|(what, was, is)| Change::new(what, Some(was), Some(is)))
            .collect()
    }
}

/// One page of the scans that saw an asset, newest first. The asset is given by id or location.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Ambiguous`]; a cursor of another list; a page size out of range.
pub async fn history(
    vault: &Vault,
    name: &str,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Sighting>, AppError> {
    let limit = page_size(limit)?;
    let asset = find(vault, name).await?.summary.id;
    let page = vault.store().sightings(asset, after, limit).await?;
    Ok(Page {
        items: page.items.into_iter().map(sighting).collect(),
        next: page.next,
    })
}

fn sighting(stored: Stored) -> Sighting {
    let details = &stored.entry.details;
    let standing = standing(details);
    let before = stored.before.as_ref().and_then(self::standing);
    let mut changes: Option<Vec<Change>> = recorded(details, "changes");
    if let (Some(changes), Some(now), Some(before)) = (&mut changes, standing, before) {
        changes.splice(0..0, now.since(&before));
    }
    Sighting {
        scan: stored.scan_id,
        scan_type: stored.scan_type,
        at: stored.entry.at,
        target: stored.entry.target,
        result: stored.entry.result.unwrap_or(ScanResult::Unchanged),
        standing,
        changes,
    }
}

fn standing(details: &Map<String, Value>) -> Option<Standing> {
    recorded(details, "standing")
}

/// What a scan recorded under a name; none where an earlier version recorded nothing, or something
/// else.
fn recorded<T: serde::de::DeserializeOwned>(details: &Map<String, Value>, name: &str) -> Option<T> {
    serde_json::from_value(details.get(name)?.clone()).ok()
}
