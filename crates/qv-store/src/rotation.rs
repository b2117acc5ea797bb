//! Rotating the user master key: what depends on it beside the sealed records, and the count of
//! rotations, by which a session that holds an older key is recognised.

use qv_audit::Event;
use qv_types::MaterialId;

use crate::error::{Error, Result};
use crate::row::{Columns, text_of};
use crate::{Store, WriteTx};

/// What authenticates a stored envelope: values that depend on the user master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnvelopeAuth {
    /// The material.
    pub material_id: MaterialId,
    /// The hash of its envelope.
    pub hash: [u8; 32],
    /// HMAC of material id and hash (crypto.md section 4).
    pub auth: [u8; 32],
}

impl Store {
    /// Under which user master key the records are: 1 for the first, one more with each rotation.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no vault yet.
    pub async fn umk_epoch(&self) -> Result<u64> {
        let row = sqlx::query("SELECT umk_epoch FROM vault")
            .fetch_optional(&self.reads)
            .await?;
        row.ok_or_else(|| Error::not_found("vault", "in this database"))?
            .count("umk_epoch")
    }

    /// What authenticates the envelopes, in the order of material ids: pass the last id of one batch
    /// to get the next.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn envelope_auths(
        &self,
        after: Option<MaterialId>,
        limit: u32,
    ) -> Result<Vec<EnvelopeAuth>> {
        let rows = sqlx::query(
            "SELECT m.id, e.hash, e.auth FROM asset_key_material m JOIN envelopes e ON e.material_seq = m.seq
             WHERE m.id > ? ORDER BY m.id LIMIT ?",
        )
        .bind(text_of(after).unwrap_or_default())
        .bind(limit)
        .fetch_all(&self.reads)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(EnvelopeAuth {
                    material_id: row.parsed("id")?,
                    hash: row.hash("hash")?,
                    auth: row.hash("auth")?,
                })
            })
            .collect()
    }
}

impl WriteTx {
    /// Under which user master key the records were when this transaction began; nobody can rotate
    /// it while the transaction is open. 0 where there is no vault yet.
    #[must_use]
    pub const fn umk_epoch(&self) -> u64 {
        self.umk_epoch
    }

    /// Notes that the user master key was replaced. The records under it must be replaced in the
    /// same transaction.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no vault.
    pub async fn next_umk_epoch(&mut self, event: Event) -> Result<()> {
        let done = sqlx::query("UPDATE vault SET umk_epoch = umk_epoch + 1")
            .execute(self.change())
            .await?;
        crate::write::expect_one(done.rows_affected(), "vault", "in this database")?;
        self.record(event);
        Ok(())
    }

    /// Replaces what authenticates envelopes, whose hashes stay. One event for all: the envelopes
    /// themselves do not change.
    ///
    /// # Errors
    /// [`Error::Conflict`] where one of them was changed or removed meanwhile.
    pub async fn set_envelope_auths(&mut self, event: Event, auths: &[EnvelopeAuth]) -> Result<()> {
        let values: Vec<_> = auths
            .iter()
            .map(|one| {
                (
                    one.material_id,
                    hex::encode(one.hash),
                    hex::encode(one.auth),
                )
            })
            .collect();
        let done = sqlx::query(
            "UPDATE envelopes SET auth = unhex(j.value ->> 2) FROM json_each(?) j JOIN asset_key_material m ON m.id = j.value ->> 0
             WHERE envelopes.material_seq = m.seq AND envelopes.hash = unhex(j.value ->> 1)",
        )
        .bind(serde_json::to_string(&values)?)
        .execute(self.change())
        .await?;
        if done.rows_affected() != auths.len() as u64 {
            return Err(Error::Conflict(
                "an envelope was changed meanwhile; try again".into(),
            ));
        }
        self.record(event);
        Ok(())
    }
}
