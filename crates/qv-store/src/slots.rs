//! Unlock slots (crypto.md section 2).

use qv_audit::{Entity, Event};
use qv_types::{SlotId, Timestamp};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::error::{Error, Result};
use crate::records::{GONE, RECORD_SHA256, check_named, sha256_hex};
use crate::row::Columns;
use crate::write::expect_one;
use crate::{Store, WriteTx};

/// Members of an event's metadata that name a slot's other records.
const SLOT_KEK_SHA256: &str = "slot_kek_sha256";
const SHARES_SHA256: &str = "share_records_sha256";

/// An unlock slot: what opens the vault, and the user master key under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its id.
    pub id: SlotId,
    /// What the user calls it.
    pub label: String,
    /// The descriptor's canonical JSON: the AAD of the records below.
    pub descriptor: String,
    /// The user master key, sealed under the slot's KEK.
    pub record: String,
    /// The slot's KEK, sealed under the user master key.
    pub slot_kek: String,
    /// Threshold slots: each group's sealed share, in the order of the descriptor's groups.
    pub share_records: Vec<String>,
    /// Whether a quantum attacker with the database alone could open it.
    pub classical: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
}

impl Store {
    /// All slots, oldest first; not compared with the audit log.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn slots(&self) -> Result<Vec<Slot>> {
        let rows = sqlx::query("SELECT * FROM umk_slots ORDER BY created_at, id")
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(read).collect()
    }

    /// One slot, its records compared with the audit log.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Substituted`] where the log names other records.
    pub async fn slot(&self, id: SlotId) -> Result<Slot> {
        let row = sqlx::query("SELECT * FROM umk_slots WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?
            .ok_or_else(|| Error::not_found("unlock slot", id))?;
        let slot = read(&row)?;
        let entity = Entity::from(id);
        let shares = shares_json(&slot)?;
        for (key, text) in [
            (RECORD_SHA256, &slot.record),
            (SLOT_KEK_SHA256, &slot.slot_kek),
            (SHARES_SHA256, &shares),
        ] {
            check_named(
                self.latest_metadata(&entity, key, None).await?,
                text,
                || format!("unlock slot {id}"),
            )?;
        }
        Ok(slot)
    }
}

impl WriteTx {
    /// Stores a slot, replacing one of the same id. The event's entity becomes the slot, and its
    /// metadata names the slot's records.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn put_slot(&mut self, mut event: Event, slot: &Slot) -> Result<()> {
        let shares = shares_json(slot)?;
        put(self.change(), slot, &shares).await?;
        event.entity = slot.id.into();
        self.record(
            event
                .with(RECORD_SHA256, sha256_hex(&slot.record))
                .with(SLOT_KEK_SHA256, sha256_hex(&slot.slot_kek))
                .with(SHARES_SHA256, sha256_hex(&shares)),
        );
        Ok(())
    }

    /// Removes a slot. The event's entity becomes the slot, and its metadata says that the record
    /// is gone.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it is the last one: the vault could never be opened again;
    /// [`Error::NotFound`].
    pub async fn remove_slot(&mut self, mut event: Event, id: SlotId) -> Result<()> {
        let done = sqlx::query("DELETE FROM umk_slots WHERE id = ?")
            .bind(id.to_string())
            .execute(self.change())
            .await?;
        expect_one(done.rows_affected(), "unlock slot", id)?;
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM umk_slots")
            .fetch_one(self.change())
            .await?;
        if left == 0 {
            return Err(Error::Conflict(
                "the last unlock slot cannot be removed; add another first".into(),
            ));
        }
        event.entity = id.into();
        self.record(event.with(RECORD_SHA256, GONE));
        Ok(())
    }
}

async fn put(db: &mut SqliteConnection, slot: &Slot, shares: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO umk_slots (id, label, descriptor, record, slot_kek, share_records, classical, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET label = excluded.label, descriptor = excluded.descriptor, record = excluded.record,
           slot_kek = excluded.slot_kek, share_records = excluded.share_records, classical = excluded.classical, updated_at = excluded.updated_at",
    )
    .bind(slot.id.to_string())
    .bind(slot.label.clone())
    .bind(slot.descriptor.clone())
    .bind(slot.record.clone())
    .bind(slot.slot_kek.clone())
    .bind(shares.to_owned())
    .bind(slot.classical)
    .bind(slot.created_at.unix_ms())
    .bind(slot.updated_at.unix_ms())
    .execute(db)
    .await?;
    Ok(())
}

fn shares_json(slot: &Slot) -> Result<String> {
    Ok(serde_json::to_string(&slot.share_records)?)
}

fn read(row: &SqliteRow) -> Result<Slot> {
    Ok(Slot {
        id: row.parsed("id")?,
        label: row.text("label")?,
        descriptor: row.text("descriptor")?,
        record: row.text("record")?,
        slot_kek: row.text("slot_kek")?,
        share_records: row.json("share_records")?,
        classical: row.raw("classical")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
