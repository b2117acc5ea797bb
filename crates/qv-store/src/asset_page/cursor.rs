//! Cursors: the last row of a page, bound to the list that it is of.

use qv_types::Cursor;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;

use super::{AssetQuery, AssetSort};
use crate::error::{Error, Result};
use crate::row::Columns;

/// A sort key of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Key {
    Number(i64),
    Text(String),
}

/// What a cursor says: for which list, and after which row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Position {
    list: String,
    pub(super) key: Key,
    pub(super) facet: i64,
    pub(super) seq: i64,
}

/// A name for the list that a cursor belongs to: a cursor of another one is refused.
pub(super) fn list_name(query: &AssetQuery) -> Result<String> {
    let text = serde_json::to_vec(&(&query.filter, query.sort, query.order))?;
    Ok(hex::encode(
        Sha256::digest(text).get(..8).unwrap_or_default(),
    ))
}

pub(super) fn make_cursor(row: &SqliteRow, list: &str, sort: AssetSort) -> Result<Cursor> {
    let position = Position {
        list: list.into(),
        key: sort.key(row)?,
        facet: row.raw("facet")?,
        seq: row.raw("seq")?,
    };
    Ok(Cursor(hex::encode(serde_json::to_vec(&position)?)))
}

pub(super) fn read_cursor(cursor: &Cursor, list: &str, sort: AssetSort) -> Result<Position> {
    let bytes = hex::decode(&cursor.0).map_err(|_| Error::BadCursor)?;
    let position: Position = serde_json::from_slice(&bytes).map_err(|_| Error::BadCursor)?;
    let textual = matches!(sort, AssetSort::Name | AssetSort::Location);
    if position.list != list || matches!(position.key, Key::Text(_)) != textual {
        return Err(Error::BadCursor);
    }
    Ok(position)
}

impl AssetSort {
    fn key(self, row: &SqliteRow) -> Result<Key> {
        match self {
            Self::Score => row.raw("quantum_risk_score").map(Key::Number),
            Self::Name => row.text("name").map(Key::Text),
            Self::Location => row.text("location").map(Key::Text),
            Self::LastScan => row.raw("scanned_sort").map(Key::Number),
            Self::Updated => row.raw("updated_at").map(Key::Number),
        }
    }
}
