//! The outbox: chain transactions, stored signed before they are sent, so that a crash at any
//! instant can neither lose one nor send another in its place.
//!
//! At most one transaction for each (signer, network, nonce) is alive; a replacement with a higher
//! fee takes the place of the one before in the same database transaction.

use qv_audit::Event;
use qv_types::{AttestationId, OutboxState, SignerId, Timestamp};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::error::Result;
use crate::row::Columns;
use crate::write::expect_one;
use crate::{Store, WriteTx};

/// A signed transaction to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTransaction {
    /// The attestation that it carries.
    pub attestation_id: AttestationId,
    /// Who signed.
    pub signer_id: SignerId,
    /// CAIP-2 id of the chain.
    pub network: String,
    /// Its nonce.
    pub nonce: u64,
    /// Its hash, as the chain writes it.
    pub tx_hash: String,
    /// The signed bytes.
    pub signed_tx: Vec<u8>,
    /// What it offers to pay: gas limit and fees.
    pub fee: Value,
    /// When it was signed.
    pub created_at: Timestamp,
}

/// A stored transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its number.
    pub id: u64,
    /// What was stored.
    pub transaction: NewTransaction,
    /// Where it stands.
    pub state: OutboxState,
    /// The block that has it: number and hash.
    pub block: Option<(u64, String)>,
    /// Why it failed; sanitized.
    pub error_message: Option<String>,
    /// When its state last changed.
    pub updated_at: Timestamp,
}

/// A new state of a stored transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxUpdate {
    /// Its number.
    pub id: u64,
    /// Where it stands now. After a reorganisation a mined one is `SENT` again.
    pub state: OutboxState,
    /// The block that has it.
    pub block: Option<(u64, String)>,
    /// Why it failed; sanitized.
    pub error_message: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Transactions that are neither confirmed nor out of the game, oldest nonce first.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn open_transactions(&self) -> Result<Vec<OutboxEntry>> {
        let rows = sqlx::query("SELECT * FROM attestation_outbox WHERE state IN ('SIGNED', 'SENT', 'MINED') ORDER BY signer_id, network, nonce, id")
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(read).collect()
    }

    /// All transactions of an attestation, oldest first.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn transactions_of(&self, attestation: AttestationId) -> Result<Vec<OutboxEntry>> {
        let rows =
            sqlx::query("SELECT * FROM attestation_outbox WHERE attestation_id = ? ORDER BY id")
                .bind(attestation.to_string())
                .fetch_all(&self.reads)
                .await?;
        rows.iter().map(read).collect()
    }
}

impl WriteTx {
    /// The nonce behind the highest one that a live transaction of this signer has; `None` where it
    /// has none. The chain's own count may be higher. Read it in the transaction that stores the
    /// next one: then two processes cannot take the same nonce.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn next_nonce(&mut self, signer: SignerId, network: &str) -> Result<Option<u64>> {
        let highest: Option<i64> = sqlx::query_scalar(
            "SELECT max(nonce) FROM attestation_outbox WHERE signer_id = ? AND network = ? AND state IN ('SIGNED', 'SENT', 'MINED', 'CONFIRMED')",
        )
        .bind(signer.to_string())
        .bind(network.to_owned())
        .fetch_one(self.read())
        .await?;
        Ok(highest.map(|nonce| nonce.cast_unsigned() + 1))
    }

    /// Stores signed transactions before they are sent, one event each; returns their numbers.
    ///
    /// # Errors
    /// [`crate::Error::Conflict`] where a nonce has a live transaction already.
    pub async fn store_transactions(
        &mut self,
        transactions: Vec<(Event, NewTransaction)>,
    ) -> Result<Vec<u64>> {
        let db = self.change();
        let mut ids = Vec::with_capacity(transactions.len());
        for (_, transaction) in &transactions {
            ids.push(insert(db, transaction).await?);
        }
        self.record_all(
            transactions
                .into_iter()
                .map(|(event, transaction)| named(event, &transaction)),
        );
        Ok(ids)
    }

    /// Stores a replacement under the nonce of a live transaction, which is `REPLACED`.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] where `replaced` is not alive; [`crate::Error::Conflict`] where the nonces differ.
    pub async fn replace_transaction(
        &mut self,
        event: Event,
        replaced: u64,
        transaction: &NewTransaction,
    ) -> Result<u64> {
        let db = self.change();
        let done = sqlx::query(
            "UPDATE attestation_outbox SET state = 'REPLACED', updated_at = ? WHERE id = ? AND nonce = ? AND signer_id = ? AND network = ?
               AND state IN ('SIGNED', 'SENT', 'MINED')",
        )
        .bind(transaction.created_at.unix_ms())
        .bind(replaced.cast_signed())
        .bind(transaction.nonce.cast_signed())
        .bind(transaction.signer_id.to_string())
        .bind(transaction.network.clone())
        .execute(&mut *db)
        .await?;
        expect_one(
            done.rows_affected(),
            "live transaction of that nonce",
            replaced,
        )?;
        let id = insert(db, transaction).await?;
        self.record(named(event, transaction));
        Ok(id)
    }

    /// Writes new states of transactions, one event each.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    pub async fn update_transactions(&mut self, updates: Vec<(Event, OutboxUpdate)>) -> Result<()> {
        let db = self.change();
        for (_, update) in &updates {
            let (number, hash) = update.block.clone().unzip();
            let done = sqlx::query("UPDATE attestation_outbox SET state = ?, block_number = ?, block_hash = ?, error_message = ?, updated_at = ? WHERE id = ?")
                .bind(update.state.as_str())
                .bind(number.map(u64::cast_signed))
                .bind(hash)
                .bind(update.error_message.clone())
                .bind(update.at.unix_ms())
                .bind(update.id.cast_signed())
                .execute(&mut *db)
                .await?;
            expect_one(done.rows_affected(), "transaction", update.id)?;
        }
        self.record_all(
            updates
                .into_iter()
                .map(|(event, update)| event.with("tx_state", update.state.as_str())),
        );
        Ok(())
    }
}

fn named(mut event: Event, transaction: &NewTransaction) -> Event {
    event.entity = transaction.attestation_id.into();
    event
        .with("tx_hash", transaction.tx_hash.clone())
        .with("nonce", transaction.nonce)
}

async fn insert(db: &mut SqliteConnection, transaction: &NewTransaction) -> Result<u64> {
    let done = sqlx::query(
        "INSERT INTO attestation_outbox (attestation_id, signer_id, network, nonce, tx_hash, signed_tx, fee, state, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'SIGNED', ?8, ?8)",
    )
    .bind(transaction.attestation_id.to_string())
    .bind(transaction.signer_id.to_string())
    .bind(transaction.network.clone())
    .bind(transaction.nonce.cast_signed())
    .bind(transaction.tx_hash.clone())
    .bind(transaction.signed_tx.clone())
    .bind(transaction.fee.to_string())
    .bind(transaction.created_at.unix_ms())
    .execute(db)
    .await?;
    Ok(done.last_insert_rowid().cast_unsigned())
}

fn read(row: &SqliteRow) -> Result<OutboxEntry> {
    let number: Option<i64> = row.raw("block_number")?;
    let hash: Option<String> = row.raw("block_hash")?;
    Ok(OutboxEntry {
        id: row.count("id")?,
        transaction: NewTransaction {
            attestation_id: row.parsed("attestation_id")?,
            signer_id: row.parsed("signer_id")?,
            network: row.text("network")?,
            nonce: row.count("nonce")?,
            tx_hash: row.text("tx_hash")?,
            signed_tx: row.raw("signed_tx")?,
            fee: row.json("fee")?,
            created_at: row.time("created_at")?,
        },
        state: row.parsed("state")?,
        block: number.map(i64::cast_unsigned).zip(hash),
        error_message: row.raw("error_message")?,
        updated_at: row.time("updated_at")?,
    })
}
