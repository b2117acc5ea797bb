//! The targets of a scan that failed, by their cause. A failure without a word for its cause counts
//! as `other`, here and in the index.

use qv_types::{Cursor, Page, ScanId};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteRow;

use super::{ScanEntry, read_entry};
use crate::Store;
use crate::cursor::{RowPosition, encode, list_name, page_of, read_position};
use crate::error::Result;
use crate::row::Columns;

/// Failures in the order of cause and row, which the index has. ?1 scan, ?2 cause, ?3 and ?4 the
/// last cause and row of the page before.
const FAILURES: &str = "SELECT id, target, asset_id, NULL AS asset_name, scan_result, details, recorded_at,
       coalesce(details ->> 'cause', 'other') AS cause FROM scan_assets INDEXED BY scan_assets_failed
     WHERE scan_id = ?1 AND asset_id IS NULL";
const OF_CAUSE: &str = "AND coalesce(details ->> 'cause', 'other') = ?2";
const BEYOND: &str = "AND coalesce(details ->> 'cause', 'other') >= ?3 AND (coalesce(details ->> 'cause', 'other'), id) > (?3, ?4)";
const ORDER: &str = "ORDER BY coalesce(details ->> 'cause', 'other'), id LIMIT ?5";

impl Store {
    /// One page of the targets that failed, of one cause or of all, by cause.
    ///
    /// # Errors
    /// [`crate::Error::BadCursor`] where the cursor is not of this scan and cause.
    pub async fn scan_failures(
        &self,
        scan: ScanId,
        cause: Option<&str>,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<ScanEntry>> {
        let list = list_name(&("failures", scan, cause))?;
        let after = read_position(after, &list)?;
        let limit = limit.clamp(1, 1000) as usize;
        let rows = self
            .failure_rows(scan, cause, after, limit as i64 + 1)
            .await?;
        page_of(&rows, limit, read_entry, |last| {
            encode(&RowPosition {
                list,
                key: last.text("cause")?,
                row: last.raw("id")?,
            })
        })
    }

    /// Every target that failed, of one cause or of all.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn failed_targets(&self, scan: ScanId, cause: Option<&str>) -> Result<Vec<String>> {
        let rows = self.failure_rows(scan, cause, None, -1).await?;
        rows.iter().map(|row| row.text("target")).collect()
    }

    async fn failure_rows(
        &self,
        scan: ScanId,
        cause: Option<&str>,
        after: Option<RowPosition>,
        limit: i64,
    ) -> Result<Vec<SqliteRow>> {
        let of_cause = if cause.is_some() { OF_CAUSE } else { "" };
        let beyond = if after.is_some() { BEYOND } else { "" };
        let (key, row) = after.map(|after| (after.key, after.row)).unzip();
        let sql = AssertSqlSafe(format!("{FAILURES} {of_cause} {beyond} {ORDER}"));
        Ok(sqlx::query(sql)
            .bind(scan.to_string())
            .bind(cause.map(str::to_owned))
            .bind(key)
            .bind(row)
            .bind(limit)
            .fetch_all(&self.reads)
            .await?)
    }
}
