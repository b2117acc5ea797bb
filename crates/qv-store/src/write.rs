//! The only way to write: a transaction whose every change takes the audit event that tells of it.
//!
//! ```compile_fail
//! # async fn forgotten(store: &qv_store::Store, id: qv_types::TargetId) -> Result<(), qv_store::Error> {
//! let mut tx = store.begin().await?;
//! tx.remove_target(id).await?; // no event: does not compile
//! tx.commit().await
//! # }
//! ```
//!
//! ```no_run
//! # use qv_audit::{Action, Origin};
//! # async fn told(store: &qv_store::Store, origin: Origin, now: qv_types::Timestamp, id: qv_types::TargetId) -> Result<(), qv_store::Error> {
//! let mut tx = store.begin().await?;
//! tx.remove_target(origin.event(now, Action::TargetRemoved, id), id).await?;
//! tx.commit().await
//! # }
//! ```
//!
//! Invariants: the events of a transaction enter the log in the order in which they were given,
//! in the transaction itself; a transaction in which a change failed or was abandoned half-way
//! cannot be committed.

use qv_audit::Event;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::mpsc;

use crate::audit::Appender;
use crate::error::{Error, Result};
use crate::writer::{Begun, Transaction};

/// Events that a bulk change appends to the log before the commit.
const EARLY: usize = 256;

/// A write transaction. Dropped without [`WriteTx::commit`] it changes nothing.
#[derive(Debug)]
#[must_use = "a transaction that is not committed changes nothing"]
pub struct WriteTx {
    tx: Transaction,
    /// Recorded and not appended yet.
    events: Vec<Event>,
    log: Appender,
    pub(crate) umk_epoch: u64,
    /// A change began and its event was not recorded: it failed, or its future was dropped.
    torn: bool,
    written: mpsc::Sender<()>,
}

impl WriteTx {
    pub(crate) fn new((tx, begun): (Transaction, Begun), written: mpsc::Sender<()>) -> Self {
        Self {
            tx,
            events: Vec::new(),
            log: Appender::new(begun.tree),
            umk_epoch: begun.umk_epoch,
            torn: false,
            written,
        }
    }

    /// Appends the events to the log and makes everything durable: all of it or nothing.
    ///
    /// # Errors
    /// [`Error::Conflict`] where an earlier change of this transaction failed; [`Error::Storage`]
    /// where the disk refuses. Nothing was changed then.
    pub async fn commit(mut self) -> Result<()> {
        if self.torn {
            return Err(Error::Conflict(
                "an earlier change of this transaction failed".into(),
            ));
        }
        let last = self.log.finish(self.tx.db(), &self.events).await?;
        self.tx.commit_with(last).await?;
        // Full means that the task is awake already.
        let _ = self.written.try_send(());
        Ok(())
    }

    /// Records an event that changes no row: a reveal, an export, an unlock.
    pub fn note(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Appends what bulk changes recorded to the log while the caller prepares the next rows, so
    /// that it need not wait for the commit.
    pub(crate) async fn append_early(&mut self) -> Result<()> {
        if self.events.len() >= EARLY {
            self.torn = true;
            self.log.append(self.tx.db(), &self.events).await?;
            self.events.clear();
            self.torn = false;
        }
        Ok(())
    }

    /// The connection, for reading within the transaction.
    pub(crate) fn read(&mut self) -> &mut SqliteConnection {
        self.tx.db()
    }

    /// The connection, for a change; [`WriteTx::record`] must follow.
    pub(crate) fn change(&mut self) -> &mut SqliteConnection {
        self.torn = true;
        self.tx.db()
    }

    /// Records the event of a change that went well.
    pub(crate) fn record(&mut self, event: Event) {
        self.record_all(std::iter::once(event));
    }

    /// Records the events of a change in bulk that went well.
    pub(crate) fn record_all(&mut self, events: impl IntoIterator<Item = Event>) {
        self.events.extend(events);
        self.torn = false;
    }
}

/// The one row that a change must have touched.
pub(crate) fn expect_one(rows: u64, what: &'static str, id: impl ToString) -> Result<()> {
    if rows == 0 {
        Err(Error::not_found(what, id))
    } else {
        Ok(())
    }
}
