//! Failed attempts to open the vault, kept across restarts so that a restart does not end a cooldown.

use qv_audit::Event;
use qv_types::Timestamp;

use crate::error::Result;
use crate::row::{Columns, ms};
use crate::{Store, WriteTx};

/// The failed attempts since the last good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// How many failed in a row.
    pub failures: u32,
    /// When the last one failed.
    pub last_failed_at: Option<Timestamp>,
    /// No attempt is accepted before.
    pub cooldown_until: Option<Timestamp>,
}

impl Store {
    /// The failed attempts since the last good one.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn attempts(&self) -> Result<Attempts> {
        let row =
            sqlx::query("SELECT failures, last_failed_at, cooldown_until FROM session_attempts")
                .fetch_one(&self.reads)
                .await?;
        Ok(Attempts {
            failures: row.small("failures")?,
            last_failed_at: row.time_opt("last_failed_at")?,
            cooldown_until: row.time_opt("cooldown_until")?,
        })
    }
}

impl WriteTx {
    /// Replaces the count; `Attempts::default()` after a good attempt.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn set_attempts(&mut self, event: Event, attempts: Attempts) -> Result<()> {
        sqlx::query(
            "UPDATE session_attempts SET failures = ?, last_failed_at = ?, cooldown_until = ?",
        )
        .bind(attempts.failures)
        .bind(ms(attempts.last_failed_at))
        .bind(ms(attempts.cooldown_until))
        .execute(self.change())
        .await?;
        self.record(event);
        Ok(())
    }
}
