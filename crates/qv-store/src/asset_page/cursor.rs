//! Cursors of the asset list: the last row of a page, bound to the list that it is of.

use qv_types::Cursor;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;

use super::{AssetQuery, AssetSort};
use crate::cursor;
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

/// A name for the list that a cursor belongs to.
pub(super) fn list_name(query: &AssetQuery) -> Result<String> {
    cursor::list_name(&(&query.filter, query.sort, query.order))
}

pub(super) fn make_cursor(row: &SqliteRow, list: &str, sort: AssetSort) -> Result<Cursor> {
    cursor::encode(&Position {
        list: list.into(),
        key: sort.key(row)?,
        facet: row.raw("facet")?,
        seq: row.raw("seq")?,
    })
}

pub(super) fn read_cursor(cursor: &Cursor, list: &str, sort: AssetSort) -> Result<Position> {
    let position: Position = cursor::decode(cursor)?;
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
