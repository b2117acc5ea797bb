//! What the cursors of all lists share: they say which list they are of, so that a cursor of another
//! one is refused; and how much a page may weigh.

use qv_types::{Cursor, Page};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;

use crate::error::{Error, Result};

/// Bytes of JSON that the rows of a page may take: a page goes over a bridge whole in at most 64 KiB,
/// and its cursor repeats the longest key, escaped and in hex.
pub(crate) const PAGE_BYTES: usize = 48 * 1024;

/// A name for a list, from all that decides what is on it and in which order.
pub(crate) fn list_name(list: &impl Serialize) -> Result<String> {
    let digest = Sha256::digest(serde_json::to_vec(list)?);
    Ok(hex::encode(digest.get(..8).unwrap_or_default()))
}

pub(crate) fn encode(position: &impl Serialize) -> Result<Cursor> {
    Ok(Cursor(hex::encode(serde_json::to_vec(position)?)))
}

pub(crate) fn decode<T: DeserializeOwned>(cursor: &Cursor) -> Result<T> {
    let bytes = hex::decode(&cursor.0).map_err(|_| Error::BadCursor)?;
    serde_json::from_slice(&bytes).map_err(|_| Error::BadCursor)
}

/// The page of what was read, which is one row more than `limit` where the list goes on: as many
/// rows as are light enough, and the cursor of the last of them.
pub(crate) fn page_of<T: Serialize>(
    rows: &[SqliteRow],
    limit: usize,
    read: impl Fn(&SqliteRow) -> Result<T>,
    cursor_of: impl FnOnce(&SqliteRow) -> Result<Cursor>,
) -> Result<Page<T>> {
    let mut items = rows
        .iter()
        .take(limit)
        .map(read)
        .collect::<Result<Vec<_>>>()?;
    cut_to_weight(&mut items)?;
    let last = rows
        .get(items.len().wrapping_sub(1))
        .filter(|_| rows.len() > items.len());
    let next = last.map(cursor_of).transpose()?;
    Ok(Page { items, next })
}

/// Takes away the rows at the end that make a page too heavy; the first one always stays.
fn cut_to_weight(rows: &mut Vec<impl Serialize>) -> Result<()> {
    let mut weight = 0;
    let mut kept = 0;
    for row in rows.iter() {
        weight += serde_json::to_vec(row)?.len() + 1;
        if kept > 0 && weight > PAGE_BYTES {
            break;
        }
        kept += 1;
    }
    rows.truncate(kept);
    Ok(())
}

/// The last row of a page of a list that is in the order of a key and a row number.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowPosition {
    pub(crate) list: String,
    pub(crate) key: String,
    pub(crate) row: i64,
}

/// The position of a cursor of this list; `None` where there is no cursor.
pub(crate) fn read_position(cursor: Option<&Cursor>, list: &str) -> Result<Option<RowPosition>> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let position: RowPosition = decode(cursor)?;
    if position.list == list {
        Ok(Some(position))
    } else {
        Err(Error::BadCursor)
    }
}
