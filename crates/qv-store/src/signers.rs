//! Chain signers: the accounts that send attestations. Each one's private key is the sealed record
//! (`chain_signer`, id).

use qv_audit::Event;
use qv_types::{SignerId, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;

use crate::error::{Error, Result};
use crate::records::{GONE, RECORD_SHA256, SealedRecord, check_named, put, sha256_hex};
use crate::row::Columns;
use crate::write::expect_one;
use crate::{Store, WriteTx};

/// Record kind of a signer's key.
pub(crate) const CHAIN_SIGNER: &str = "chain_signer";

/// A chain signer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// Its id.
    pub id: SignerId,
    /// Its name, unique.
    pub name: String,
    /// Its address in the chain's own form.
    pub address: String,
    /// Whether it may be chosen.
    pub is_active: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Store {
    /// All signers by name.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn signers(&self) -> Result<Vec<Signer>> {
        let rows = sqlx::query("SELECT * FROM chain_signers ORDER BY name COLLATE NOCASE")
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(read).collect()
    }

    /// One signer.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn signer(&self, id: SignerId) -> Result<Signer> {
        let row = sqlx::query("SELECT * FROM chain_signers WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?;
        read(&row.ok_or_else(|| Error::not_found("chain signer", id))?)
    }

    /// A signer's sealed key, compared with the audit log.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Substituted`] where the log names another record.
    pub async fn signer_record(&self, id: SignerId) -> Result<String> {
        let row = sqlx::query("SELECT record FROM sealed_records WHERE kind = ? AND id = ?")
            .bind(CHAIN_SIGNER)
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?;
        let record = row
            .ok_or_else(|| Error::not_found("key of chain signer", id))?
            .text("record")?;
        let named = self
            .latest_metadata(&id.into(), RECORD_SHA256, None)
            .await?;
        check_named(named, &record, || format!("the key of chain signer {id}"))?;
        Ok(record)
    }
}

impl WriteTx {
    /// Adds a signer with its sealed key, or replaces it (the master key was rotated). The event's
    /// entity becomes the signer, and its metadata names the record.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the name is taken.
    pub async fn put_signer(
        &mut self,
        mut event: Event,
        signer: &Signer,
        record: &str,
    ) -> Result<()> {
        let db = self.change();
        sqlx::query(
            "INSERT INTO chain_signers (id, name, address, is_active, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, is_active = excluded.is_active, updated_at = excluded.updated_at",
        )
        .bind(signer.id.to_string())
        .bind(signer.name.clone())
        .bind(signer.address.clone())
        .bind(signer.is_active)
        .bind(signer.created_at.unix_ms())
        .bind(signer.updated_at.unix_ms())
        .execute(&mut *db)
        .await?;
        let sealed = SealedRecord {
            kind: CHAIN_SIGNER.into(),
            id: signer.id.to_string(),
            record: record.into(),
            public_key: None,
            created_at: signer.created_at,
            updated_at: signer.updated_at,
        };
        put(db, &sealed).await?;
        event.entity = signer.id.into();
        self.record(event.with(RECORD_SHA256, sha256_hex(record)));
        Ok(())
    }

    /// Removes a signer and its key.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where attestations name it: deactivate it instead.
    pub async fn remove_signer(&mut self, mut event: Event, id: SignerId) -> Result<()> {
        let db = self.change();
        let done = sqlx::query("DELETE FROM chain_signers WHERE id = ?")
            .bind(id.to_string())
            .execute(&mut *db)
            .await?;
        expect_one(done.rows_affected(), "chain signer", id)?;
        sqlx::query("DELETE FROM sealed_records WHERE kind = ? AND id = ?")
            .bind(CHAIN_SIGNER)
            .bind(id.to_string())
            .execute(db)
            .await?;
        event.entity = id.into();
        self.record(event.with(RECORD_SHA256, GONE));
        Ok(())
    }
}

fn read(row: &SqliteRow) -> Result<Signer> {
    Ok(Signer {
        id: row.parsed("id")?,
        name: row.text("name")?,
        address: row.text("address")?,
        is_active: row.raw("is_active")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
