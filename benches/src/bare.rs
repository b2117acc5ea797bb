//! The peer of the store: one bare table in a SQLite file of the same durability, many rows in each statement.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use crate::Result;

/// Rows of one statement.
const ROWS: usize = 256;

/// A bare SQLite file.
pub struct BareFile(SqliteConnection);

impl BareFile {
    /// Makes the file: write-ahead log, a commit is durable when it returns.
    ///
    /// # Errors
    /// Those of SQLite.
    pub async fn create(path: &Path) -> Result<Self> {
        let mut connection = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-16384")
            .disable_statement_logging()
            .connect()
            .await?;
        sqlx::query("CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
            .execute(&mut connection)
            .await?;
        Ok(Self(connection))
    }

    /// Inserts all bodies in one transaction.
    ///
    /// # Errors
    /// Those of SQLite.
    pub async fn insert(&mut self, bodies: &[Vec<u8>]) -> Result<()> {
        let mut tx = self.0.begin_with("BEGIN IMMEDIATE").await?;
        for chunk in bodies.chunks(ROWS) {
            let sql = format!(
                "INSERT INTO rows (body) VALUES {}",
                vec!["(?)"; chunk.len()].join(",")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for body in chunk {
                query = query.bind(body.clone());
            }
            query.execute(&mut *tx).await?;
        }
        Ok(tx.commit().await?)
    }
}
