//! Reading columns into types: a value that does not parse is damage, never a panic.

use std::str::FromStr;

use qv_types::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::error::{Error, Result};

/// Typed column access by name.
pub(crate) trait Columns {
    /// A column as SQLite has it.
    fn raw<'r, T>(&'r self, column: &str) -> Result<T>
    where
        T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>;

    /// Text.
    fn text(&self, column: &str) -> Result<String> {
        self.raw(column)
    }

    /// Text that parses: ids and words.
    fn parsed<T: FromStr>(&self, column: &str) -> Result<T> {
        self.raw::<&str>(column)?
            .parse()
            .map_err(|_| Error::corrupt(column))
    }

    /// Text that parses, or NULL.
    fn parsed_opt<T: FromStr>(&self, column: &str) -> Result<Option<T>> {
        let text: Option<&str> = self.raw(column)?;
        text.map(|text| text.parse().map_err(|_| Error::corrupt(column)))
            .transpose()
    }

    /// JSON text.
    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T> {
        serde_json::from_str(self.raw::<&str>(column)?).map_err(|_| Error::corrupt(column))
    }

    /// A time.
    fn time(&self, column: &str) -> Result<Timestamp> {
        self.raw(column).map(Timestamp::from_unix_ms)
    }

    /// A time or NULL.
    fn time_opt(&self, column: &str) -> Result<Option<Timestamp>> {
        Ok(self
            .raw::<Option<i64>>(column)?
            .map(Timestamp::from_unix_ms))
    }

    /// A count that is never negative.
    fn count(&self, column: &str) -> Result<u64> {
        u64::try_from(self.raw::<i64>(column)?).map_err(|_| Error::corrupt(column))
    }

    /// A small count that is never negative.
    fn small(&self, column: &str) -> Result<u32> {
        u32::try_from(self.raw::<i64>(column)?).map_err(|_| Error::corrupt(column))
    }

    /// 32 bytes.
    fn hash(&self, column: &str) -> Result<[u8; 32]> {
        self.raw::<&[u8]>(column)?
            .try_into()
            .map_err(|_| Error::corrupt(column))
    }
}

impl Columns for SqliteRow {
    fn raw<'r, T>(&'r self, column: &str) -> Result<T>
    where
        T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        self.try_get(column).map_err(|error| match error {
            sqlx::Error::ColumnDecode { .. } => Error::corrupt(column),
            other => Error::Database(other),
        })
    }
}

/// Milliseconds of an optional time, for binding.
pub(crate) fn ms(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::unix_ms)
}

/// Text of an optional id, for binding.
pub(crate) fn text_of<T: ToString>(id: Option<T>) -> Option<String> {
    id.map(|id| id.to_string())
}
