//! The vault's own row.

use qv_audit::Event;
use qv_types::{Timestamp, VaultId};

use crate::error::Result;
use crate::row::Columns;
use crate::{Store, WriteTx};

/// What the vault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultMeta {
    /// Its id, part of every signed message and checkpoint.
    pub vault_id: VaultId,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Store {
    /// The vault, or `None` where creation was interrupted before it was made.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn vault(&self) -> Result<Option<VaultMeta>> {
        let row = sqlx::query("SELECT vault_id, created_at FROM vault")
            .fetch_optional(&self.reads)
            .await?;
        row.map(|row| {
            Ok(VaultMeta {
                vault_id: row.parsed("vault_id")?,
                created_at: row.time("created_at")?,
            })
        })
        .transpose()
    }
}

impl WriteTx {
    /// Makes the vault. Its slot and signing keys belong in the same transaction.
    ///
    /// # Errors
    /// [`crate::Error::Conflict`] where there is one already.
    pub async fn create_vault(&mut self, event: Event, meta: &VaultMeta) -> Result<()> {
        sqlx::query("INSERT INTO vault (one, vault_id, created_at) VALUES (1, ?, ?)")
            .bind(meta.vault_id.to_string())
            .bind(meta.created_at.unix_ms())
            .execute(self.change())
            .await?;
        self.record(event);
        Ok(())
    }
}
