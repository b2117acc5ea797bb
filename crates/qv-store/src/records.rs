//! Sealed records (crypto.md section 2) that have no table of their own: signing keys, chain
//! signers' keys, tokens.
//!
//! The audit event of each write names the SHA-256 of the record's text, and reading compares it
//! with the latest such event, so that an older record cannot be put back unseen.

use qv_audit::{Entity, Event};
use qv_types::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::error::{Error, Result};
use crate::row::Columns;
use crate::write::expect_one;
use crate::{Store, WriteTx};

/// Member of an event's metadata that names a record.
pub(crate) const RECORD_SHA256: &str = "record_sha256";

/// What the event names where a record is gone. It is the hash of nothing, so that a row put back
/// from an older copy of the database is refused like any other that the log does not name.
pub(crate) const GONE: &str = "";

/// A sealed record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRecord {
    /// Its type, for example `audit_signing`.
    pub kind: String,
    /// Its id within the type, for example `Ed25519`.
    pub id: String,
    /// Base64 of IV, tag and ciphertext.
    pub record: String,
    /// The public key that belongs to it, where there is one.
    pub public_key: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last sealed.
    pub updated_at: Timestamp,
}

impl Store {
    /// A record, compared with the audit log.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Substituted`] where the log names another.
    pub async fn record(&self, kind: &str, id: &str) -> Result<SealedRecord> {
        let row = sqlx::query("SELECT * FROM sealed_records WHERE kind = ? AND id = ?")
            .bind(kind)
            .bind(id)
            .fetch_optional(&self.reads)
            .await?
            .ok_or_else(|| Error::not_found("sealed record", format_args!("{kind}/{id}")))?;
        let record = read(&row)?;
        let named = self
            .latest_metadata(&Entity::record(kind, id), RECORD_SHA256, None)
            .await?;
        check_named(named, &record.record, || format!("record {kind}/{id}"))?;
        Ok(record)
    }

    /// All records of a kind, or all; not compared with the log.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn records(&self, kind: Option<&str>) -> Result<Vec<SealedRecord>> {
        let rows = sqlx::query(
            "SELECT * FROM sealed_records WHERE kind = ?1 OR ?1 IS NULL ORDER BY kind, id",
        )
        .bind(kind)
        .fetch_all(&self.reads)
        .await?;
        rows.iter().map(read).collect()
    }
}

impl WriteTx {
    /// Stores a record, replacing one of the same kind and id. The event's entity becomes the
    /// record, and its metadata names it.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn put_record(&mut self, mut event: Event, record: &SealedRecord) -> Result<()> {
        put(self.change(), record).await?;
        event.entity = Entity::record(&record.kind, &record.id);
        self.record(event.with(RECORD_SHA256, sha256_hex(&record.record)));
        Ok(())
    }

    /// Deletes a record; its pages are overwritten.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete_record(&mut self, mut event: Event, kind: &str, id: &str) -> Result<()> {
        let done = sqlx::query("DELETE FROM sealed_records WHERE kind = ? AND id = ?")
            .bind(kind)
            .bind(id)
            .execute(self.change())
            .await?;
        expect_one(
            done.rows_affected(),
            "sealed record",
            format_args!("{kind}/{id}"),
        )?;
        event.entity = Entity::record(kind, id);
        self.record(event.with(RECORD_SHA256, GONE));
        Ok(())
    }
}

pub(crate) async fn put(db: &mut SqliteConnection, record: &SealedRecord) -> Result<()> {
    sqlx::query(
        "INSERT INTO sealed_records (kind, id, record, public_key, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (kind, id) DO UPDATE SET record = excluded.record, public_key = excluded.public_key, updated_at = excluded.updated_at",
    )
    .bind(record.kind.clone())
    .bind(record.id.clone())
    .bind(record.record.clone())
    .bind(record.public_key.clone())
    .bind(record.created_at.unix_ms())
    .bind(record.updated_at.unix_ms())
    .execute(db)
    .await?;
    Ok(())
}

/// SHA-256 of a record's text, in hex, as events name it.
pub(crate) fn sha256_hex(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Compares what the log names with what is stored.
pub(crate) fn check_named(
    named: Option<String>,
    record: &str,
    what: impl FnOnce() -> String,
) -> Result<()> {
    if named.as_deref() == Some(sha256_hex(record).as_str()) {
        Ok(())
    } else {
        Err(Error::Substituted { what: what() })
    }
}

fn read(row: &SqliteRow) -> Result<SealedRecord> {
    Ok(SealedRecord {
        kind: row.text("kind")?,
        id: row.text("id")?,
        record: row.text("record")?,
        public_key: row.raw("public_key")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
