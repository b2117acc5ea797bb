//! What a scan came to, in numbers.

use qv_types::{ScanId, ScanResult};

use crate::Store;
use crate::error::Result;
use crate::row::Columns;

/// What a scan did to assets, and why targets failed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScanTally {
    /// Assets that it added.
    pub new: u64,
    /// Assets that had changed.
    pub updated: u64,
    /// Assets that had not.
    pub unchanged: u64,
    /// Causes of failure with the number of their targets, the most frequent first.
    pub causes: Vec<(String, u64)>,
}

impl Store {
    /// What a scan came to up to now.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn scan_tally(&self, id: ScanId) -> Result<ScanTally> {
        let mut tally = ScanTally::default();
        let seen = sqlx::query(
            "SELECT scan_result, count(*) AS n FROM scan_assets WHERE scan_id = ? AND asset_seq IS NOT NULL GROUP BY scan_result",
        )
        .bind(id.to_string())
        .fetch_all(&self.reads)
        .await?;
        for row in seen {
            let count = row.count("n")?;
            match row.parsed("scan_result")? {
                ScanResult::New => tally.new = count,
                ScanResult::Updated => tally.updated = count,
                ScanResult::Unchanged => tally.unchanged = count,
            }
        }
        let failed = sqlx::query(
            "SELECT coalesce(details ->> 'cause', 'other') AS cause, count(*) AS n FROM scan_assets
             WHERE scan_id = ? AND asset_id IS NULL GROUP BY 1 ORDER BY n DESC, cause",
        )
        .bind(id.to_string())
        .fetch_all(&self.reads)
        .await?;
        for row in failed {
            tally.causes.push((row.text("cause")?, row.count("n")?));
        }
        Ok(tally)
    }
}
