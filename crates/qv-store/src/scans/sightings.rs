//! What scans said of one asset, one after another.

use qv_types::{AssetId, Cursor, Page, ScanId, ScanType};
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;

use super::{ScanEntry, read_entry};
use crate::Store;
use crate::cursor::{RowPosition, encode, list_name, page_of, read_position};
use crate::error::{Error, Result};
use crate::row::Columns;

/// A scan that saw an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sighting {
    /// The scan.
    pub scan_id: ScanId,
    /// Why that was made.
    pub scan_type: ScanType,
    /// What it kept.
    pub entry: ScanEntry,
    /// What the scan before that saw the asset kept.
    pub before: Option<Map<String, Value>>,
}

impl Store {
    /// One page of the scans that saw an asset, newest first.
    ///
    /// # Errors
    /// [`Error::BadCursor`] where the cursor is not of this asset.
    pub async fn sightings(
        &self,
        asset: AssetId,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Sighting>> {
        let list = list_name(&("sightings", asset))?;
        let after = read_position(after, &list)?;
        let limit = limit.clamp(1, 1000) as usize;
        let rows = sqlx::query(
            "SELECT s.*, NULL AS asset_name, scans.scan_type,
               (SELECT p.details FROM scan_assets p WHERE p.asset_id = s.asset_id AND p.id < s.id ORDER BY p.id DESC LIMIT 1) AS before
             FROM scan_assets s JOIN scans ON scans.id = s.scan_id WHERE s.asset_id = ? AND s.id < ? ORDER BY s.id DESC LIMIT ?",
        )
        .bind(asset.to_string())
        .bind(after.map_or(i64::MAX, |after| after.row))
        .bind(limit as i64 + 1)
        .fetch_all(&self.reads)
        .await?;
        page_of(&rows, limit, read_sighting, |last| {
            encode(&RowPosition {
                list,
                key: String::new(),
                row: last.raw("id")?,
            })
        })
    }
}

fn read_sighting(row: &SqliteRow) -> Result<Sighting> {
    let before: Option<&str> = row.raw("before")?;
    Ok(Sighting {
        scan_id: row.parsed("scan_id")?,
        scan_type: row.parsed("scan_type")?,
        entry: read_entry(row)?,
        before: before
            .map(|text| serde_json::from_str(text).map_err(|_| Error::corrupt("details")))
            .transpose()?,
    })
}
