//! The one connection that writes, and the transaction that is open on it.
//!
//! A round trip to the connection's thread costs about as much as the statement itself, so a
//! transaction begins and ends with statements that also do what comes first and last: reading the
//! log's tree, writing its new state. That is why this does not use sqlx's own transactions.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use qv_audit::Tree;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Connection, Sqlite, query::Query};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

use crate::audit::read_tree_row;
use crate::error::{Error, Result};
use crate::row::Columns;

/// How long a transaction waits for others of this process.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(60);

const BEGIN: &str = "BEGIN IMMEDIATE; SELECT size, nodes, coalesce((SELECT umk_epoch FROM vault), 0) AS umk_epoch FROM audit_tree";

/// What a transaction finds.
#[derive(Debug)]
pub(crate) struct Begun {
    /// The log's tree.
    pub tree: Tree,
    /// Which user master key the records are under; 0 before there is a vault.
    pub umk_epoch: u64,
}

/// The connection that writes, shared by all clones of a store.
#[derive(Debug, Clone)]
pub(crate) struct Writer(Arc<Mutex<Option<Line>>>);

/// The connection, and whether a transaction may be open on it.
struct Line {
    db: SqliteConnection,
    open: bool,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

/// An open transaction. Dropped without [`Transaction::commit_with`] it is rolled back.
#[derive(Debug)]
pub(crate) struct Transaction {
    line: OwnedMappedMutexGuard<Option<Line>, Line>,
    writer: Writer,
}

impl Writer {
    pub(crate) fn new(db: SqliteConnection) -> Self {
        Self(Arc::new(Mutex::new(Some(Line { db, open: false }))))
    }

    /// Begins a transaction that holds the write lock, and reads under it what every one needs.
    pub(crate) async fn begin(&self) -> Result<(Transaction, Begun)> {
        let queue = Arc::clone(&self.0).lock_owned();
        let guard = tokio::time::timeout(QUEUE_TIMEOUT, queue)
            .await
            .map_err(|_| Error::Busy)?;
        let line = OwnedMutexGuard::try_map(guard, Option::as_mut)
            .map_err(|_| Error::Conflict("this process has closed the vault's database".into()))?;
        let mut tx = Transaction {
            line,
            writer: self.clone(),
        };
        roll_back(&mut tx.line).await;
        // Set before the statement: a future dropped here must not leave the lock behind.
        tx.line.open = true;
        let row = sqlx::query(BEGIN).fetch_one(&mut tx.line.db).await?;
        let begun = Begun {
            tree: read_tree_row(&row)?,
            umk_epoch: row.count("umk_epoch")?,
        };
        Ok((tx, begun))
    }

    /// Closes the connection.
    pub(crate) async fn close(&self) {
        if let Some(line) = self.0.lock().await.take() {
            // What cannot be folded into the file stays in the write-ahead log, which is durable.
            let _ = line.db.close().await;
        }
    }
}

impl Transaction {
    /// The connection.
    pub(crate) fn db(&mut self) -> &mut SqliteConnection {
        &mut self.line.db
    }

    /// Runs the last statement, which ends with COMMIT.
    pub(crate) async fn commit_with(
        mut self,
        last: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<()> {
        last.execute(&mut self.line.db).await?;
        self.line.open = false;
        Ok(())
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        // Other processes wait for the lock, so it is not left until the next transaction.
        if self.line.open
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let writer = self.writer.clone();
            runtime.spawn(async move {
                if let Some(line) = writer.0.lock().await.as_mut() {
                    roll_back(line).await;
                }
            });
        }
    }
}

/// Rolls back what an abandoned transaction left open. Failing means that nothing was open.
async fn roll_back(line: &mut Line) {
    if line.open {
        let _ = sqlx::query("ROLLBACK").execute(&mut line.db).await;
        line.open = false;
    }
}
