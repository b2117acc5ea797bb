//! Attestation batches and the attestation of each asset (MVP sections 2.1, 6.2 and 10). The
//! transactions that carry them are in [`crate::outbox`].

use qv_audit::Event;
use qv_types::{
    AnchorId, AssetId, AttestationId, AttestationJobId, AttestationJobStatus, AttestationStatus,
    Cursor, JobId, Page, SignerId, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;

use crate::bulk::insert_rows;
use crate::cursor::{RowPosition, encode, list_name, page_of, read_position};
use crate::error::{Error, Result};
use crate::row::{Columns, text_of};
use crate::write::expect_one;
use crate::{Store, WriteTx};

/// A batch of attestations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestationJob {
    /// Its id.
    pub id: AttestationJobId,
    /// Who started it.
    pub created_by: Option<UserId>,
    /// The durable job that runs it.
    pub job_id: Option<JobId>,
    /// The anchor that it names.
    pub anchor_id: AnchorId,
    /// Who signs.
    pub signer_id: SignerId,
    /// What its assets were chosen by.
    pub filters: Value,
    /// Attestations in it.
    pub total: u64,
    /// Of these, confirmed.
    pub succeeded: u64,
    /// Of these, failed.
    pub failed: u64,
    /// Its state.
    pub status: AttestationJobStatus,
    /// CAIP-2 id of the chain, for example `eip155:31337`.
    pub network: String,
    /// Address of the registry contract.
    pub contract: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
}

/// The attestation of one asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// Its id.
    pub id: AttestationId,
    /// Its batch.
    pub job_id: AttestationJobId,
    /// The asset.
    pub asset_id: AssetId,
    /// The anchor.
    pub anchor_id: AnchorId,
    /// Its state.
    pub status: AttestationStatus,
    /// Hash of the transaction that was confirmed.
    pub tx_id: Option<String>,
    /// When it was confirmed.
    pub attested_at: Option<Timestamp>,
    /// Why it failed; sanitized.
    pub error_message: Option<String>,
    /// keccak256 of the payload, hex.
    pub payload_hash: String,
    /// The canonical payload as it was hashed.
    pub payload: String,
    /// What else proves it: block, log index, contract.
    pub evidence: Map<String, Value>,
}

/// How an attestation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttestationOutcome {
    /// Confirmed on the chain.
    Confirmed {
        /// Hash of the transaction.
        tx_id: String,
        /// Block, log index, contract.
        evidence: Map<String, Value>,
    },
    /// Failed for good.
    Failed {
        /// Why; sanitized.
        error: String,
    },
}

/// An attestation of an asset with what its batch says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttestationRecord {
    /// The attestation.
    pub attestation: Attestation,
    /// CAIP-2 id of the chain.
    pub network: String,
    /// Address of the registry contract.
    pub contract: String,
    /// When the batch was made.
    pub created_at: Timestamp,
}

impl Store {
    /// Batches, newest first.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn attestation_jobs(&self, limit: u32) -> Result<Vec<AttestationJob>> {
        let rows = sqlx::query(
            "SELECT * FROM blockchain_attestation_jobs ORDER BY created_at DESC, id DESC LIMIT ?",
        )
        .bind(limit)
        .fetch_all(&self.reads)
        .await?;
        rows.iter().map(read_job).collect()
    }

    /// One batch.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn attestation_job(&self, id: AttestationJobId) -> Result<AttestationJob> {
        let row = sqlx::query("SELECT * FROM blockchain_attestation_jobs WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?;
        read_job(&row.ok_or_else(|| Error::not_found("attestation batch", id))?)
    }

    /// The attestations of a batch in the order in which they were made.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn attestations(&self, job: AttestationJobId) -> Result<Vec<Attestation>> {
        let rows =
            sqlx::query("SELECT * FROM blockchain_attestations WHERE job_id = ? ORDER BY rowid")
                .bind(job.to_string())
                .fetch_all(&self.reads)
                .await?;
        rows.iter().map(read).collect()
    }

    /// Attestations of a batch with the locations of their assets, in the order in which they were made,
    /// from the one that `offset` counts. What is passed over is not read.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn attestation_rows(
        &self,
        job: AttestationJobId,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<(Attestation, String)>> {
        let rows = sqlx::query(
            "SELECT a.*, s.location FROM blockchain_attestations a JOIN assets s ON s.id = a.asset_id
             WHERE a.rowid IN (SELECT rowid FROM blockchain_attestations WHERE job_id = ? ORDER BY rowid LIMIT ? OFFSET ?)
             ORDER BY a.rowid",
        )
        .bind(job.to_string())
        .bind(limit)
        .bind(offset)
        .fetch_all(&self.reads)
        .await?;
        rows.iter()
            .map(|row| Ok((read(row)?, row.text("location")?)))
            .collect()
    }

    /// One attestation.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn attestation(&self, id: AttestationId) -> Result<Attestation> {
        let row = sqlx::query("SELECT * FROM blockchain_attestations WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?;
        read(&row.ok_or_else(|| Error::not_found("attestation", id))?)
    }

    /// The attestations of an asset, newest first.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn asset_attestations(&self, asset: AssetId) -> Result<Vec<Attestation>> {
        let rows = sqlx::query(
            "SELECT * FROM blockchain_attestations WHERE asset_id = ? ORDER BY rowid DESC",
        )
        .bind(asset.to_string())
        .fetch_all(&self.reads)
        .await?;
        rows.iter().map(read).collect()
    }

    /// One page of the attestations of an asset, newest first.
    ///
    /// # Errors
    /// [`Error::BadCursor`] where the cursor is not of this asset.
    pub async fn attestation_history(
        &self,
        asset: AssetId,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<AttestationRecord>> {
        let list = list_name(&("attestations", asset))?;
        let after = read_position(after, &list)?;
        let limit = limit.clamp(1, 1000) as usize;
        let rows = sqlx::query(
            "SELECT a.*, a.rowid AS place, j.blockchain_network, j.contract, j.created_at FROM blockchain_attestations a
             JOIN blockchain_attestation_jobs j ON j.id = a.job_id WHERE a.asset_id = ? AND a.rowid < ? ORDER BY a.rowid DESC LIMIT ?",
        )
        .bind(asset.to_string())
        .bind(after.map_or(i64::MAX, |after| after.row))
        .bind(limit as i64 + 1)
        .fetch_all(&self.reads)
        .await?;
        page_of(&rows, limit, read_record, |last| {
            encode(&RowPosition {
                list,
                key: String::new(),
                row: last.raw("place")?,
            })
        })
    }
}

impl WriteTx {
    /// Makes a batch with its attestations.
    ///
    /// # Errors
    /// [`Error::Conflict`] where anchor, signer or an asset do not exist, or an asset is named twice.
    pub async fn create_attestation_job(
        &mut self,
        event: Event,
        job: &AttestationJob,
        attestations: &[Attestation],
    ) -> Result<()> {
        let db = self.change();
        sqlx::query(
            "INSERT INTO blockchain_attestation_jobs (id, created_by_user_id, job_id, anchor_id, signer_id, filters, total_assets, status,
               blockchain_network, contract, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(job.id.to_string())
        .bind(text_of(job.created_by))
        .bind(text_of(job.job_id))
        .bind(job.anchor_id.to_string())
        .bind(job.signer_id.to_string())
        .bind(job.filters.to_string())
        .bind(attestations.len() as i64)
        .bind(job.status.as_str())
        .bind(job.network.clone())
        .bind(job.contract.clone())
        .bind(job.created_at.unix_ms())
        .execute(&mut *db)
        .await?;
        let statement = (
            "INSERT INTO blockchain_attestations (id, job_id, asset_id, anchor_id, attestation_status, payload_hash, payload)",
            7,
            "",
        );
        insert_rows(
            db,
            statement,
            attestations.iter().collect(),
            |query, row: &Attestation| {
                query
                    .bind(row.id.to_string())
                    .bind(row.job_id.to_string())
                    .bind(row.asset_id.to_string())
                    .bind(row.anchor_id.to_string())
                    .bind(row.status.as_str())
                    .bind(row.payload_hash.clone())
                    .bind(row.payload.clone())
            },
        )
        .await?;
        self.record(event);
        Ok(())
    }

    /// Ends an attestation. A confirmed one makes its `WRAPPED_PQC` asset `ATTESTED` (MVP 10.4).
    /// The event's entity becomes the attestation.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn end_attestation(
        &mut self,
        mut event: Event,
        id: AttestationId,
        outcome: &AttestationOutcome,
        at: Timestamp,
    ) -> Result<()> {
        let db = self.change();
        let (status, tx_id, error, evidence) = match outcome {
            AttestationOutcome::Confirmed { tx_id, evidence } => (
                AttestationStatus::Success,
                Some(tx_id.clone()),
                None,
                evidence.clone(),
            ),
            AttestationOutcome::Failed { error } => (
                AttestationStatus::Failed,
                None,
                Some(error.clone()),
                Map::new(),
            ),
        };
        let done = sqlx::query(
            "UPDATE blockchain_attestations SET attestation_status = ?, blockchain_tx_id = ?, attested_at = ?, error_message = ?, evidence = ? WHERE id = ?",
        )
        .bind(status.as_str())
        .bind(tx_id)
        .bind((status == AttestationStatus::Success).then_some(at.unix_ms()))
        .bind(error)
        .bind(serde_json::to_string(&evidence)?)
        .bind(id.to_string())
        .execute(&mut *db)
        .await?;
        expect_one(done.rows_affected(), "attestation", id)?;
        if status == AttestationStatus::Success {
            sqlx::query(
                "UPDATE assets SET status = 'ATTESTED', updated_at = ? WHERE status = 'WRAPPED_PQC'
                   AND id = (SELECT asset_id FROM blockchain_attestations WHERE id = ?)",
            )
            .bind(at.unix_ms())
            .bind(id.to_string())
            .execute(db)
            .await?;
        }
        event.entity = id.into();
        self.record(event.with("status", status.as_str()));
        Ok(())
    }

    /// Moves a batch to `RUNNING`, or ends it and counts what came of it: `FAILED` where nothing
    /// succeeded though there was something to do, `COMPLETED` otherwise.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn update_attestation_job(
        &mut self,
        event: Event,
        id: AttestationJobId,
        ended: bool,
        at: Timestamp,
    ) -> Result<()> {
        let done = sqlx::query(
            "UPDATE blockchain_attestation_jobs SET succeeded_count = t.good, failed_count = t.bad,
               status = CASE WHEN NOT ?2 THEN 'RUNNING' WHEN t.good = 0 AND t.bad > 0 THEN 'FAILED' ELSE 'COMPLETED' END,
               completed_at = CASE WHEN ?2 THEN ?3 END
             FROM (SELECT coalesce(sum(attestation_status = 'SUCCESS'), 0) AS good, coalesce(sum(attestation_status = 'FAILED'), 0) AS bad
                   FROM blockchain_attestations WHERE job_id = ?1) t
             WHERE blockchain_attestation_jobs.id = ?1",
        )
        .bind(id.to_string())
        .bind(ended)
        .bind(at.unix_ms())
        .execute(self.change())
        .await?;
        expect_one(done.rows_affected(), "attestation batch", id)?;
        self.record(event);
        Ok(())
    }
}

fn read_job(row: &SqliteRow) -> Result<AttestationJob> {
    Ok(AttestationJob {
        id: row.parsed("id")?,
        created_by: row.parsed_opt("created_by_user_id")?,
        job_id: row.parsed_opt("job_id")?,
        anchor_id: row.parsed("anchor_id")?,
        signer_id: row.parsed("signer_id")?,
        filters: row.json("filters")?,
        total: row.count("total_assets")?,
        succeeded: row.count("succeeded_count")?,
        failed: row.count("failed_count")?,
        status: row.parsed("status")?,
        network: row.text("blockchain_network")?,
        contract: row.text("contract")?,
        created_at: row.time("created_at")?,
        completed_at: row.time_opt("completed_at")?,
    })
}

fn read(row: &SqliteRow) -> Result<Attestation> {
    Ok(Attestation {
        id: row.parsed("id")?,
        job_id: row.parsed("job_id")?,
        asset_id: row.parsed("asset_id")?,
        anchor_id: row.parsed("anchor_id")?,
        status: row.parsed("attestation_status")?,
        tx_id: row.raw("blockchain_tx_id")?,
        attested_at: row.time_opt("attested_at")?,
        error_message: row.raw("error_message")?,
        payload_hash: row.text("payload_hash")?,
        payload: row.text("payload")?,
        evidence: row.json("evidence")?,
    })
}

fn read_record(row: &SqliteRow) -> Result<AttestationRecord> {
    Ok(AttestationRecord {
        attestation: read(row)?,
        network: row.text("blockchain_network")?,
        contract: row.text("contract")?,
        created_at: row.time("created_at")?,
    })
}
