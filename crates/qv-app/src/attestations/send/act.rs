//! Signing, sending and raising the fee: each is stored before it is done.

use qv_audit::{Action, Event};
use qv_evm::outbox::Observation;
use qv_evm::{Broadcast, Call, Error as ChainError, Payload, Revert, SignedTx, Unsigned, tx};
use qv_store::{Attestation, NewTransaction, OutboxEntry, OutboxUpdate};
use qv_types::{AttestationId, OutboxState, Timestamp};
use serde_json::json;

use super::super::signers;
use super::settle::stored_block;
use super::{Pass, Sender, cap};
use crate::AppError;

impl Sender<'_> {
    /// Signs and stores; sending is the next pass, after the commit.
    pub(super) async fn prepare(&self, step: u64, row: &Attestation) -> Result<Pass, AppError> {
        let payload = Payload::from_canonical(row.payload.as_bytes())?;
        let call = Call::Record {
            registry: self.registry,
            attestation: qv_evm::Attestation::of(&payload)?,
        };
        let quote = match self.client.quote(self.address, &call).await {
            Ok(quote) => quote,
            Err(ChainError::WouldRevert(Revert::AlreadyRecorded { .. })) => {
                return self
                    .ask_registry(step, row, "the registry says that it is recorded already")
                    .await;
            }
            Err(error @ (ChainError::WouldRevert(_) | ChainError::InsufficientFunds { .. })) => {
                return self.fail(step, row, &error.to_string()).await;
            }
            Err(error) => return Err(error.into()),
        };
        let on_chain = self.client.next_nonce(self.address).await?;
        let mut store_tx = self.vault.begin().await?;
        let in_outbox = store_tx
            .next_nonce(self.signer.id, &self.batch.network)
            .await?
            .unwrap_or(0);
        let nonce = on_chain.max(in_outbox);
        let draft = match tx::prepare(
            self.client.chain(),
            &call,
            nonce,
            &quote,
            cap(&self.vault.config().chain),
        ) {
            Ok(draft) => draft,
            Err(error @ ChainError::FeeCap { .. }) => {
                drop(store_tx);
                return self.fail(step, row, &error.to_string()).await;
            }
            Err(error) => return Err(error.into()),
        };
        let signed = self.sign(&draft).await?;
        let event = self.tx_event(Action::AttestationSigned, row.id, &signed);
        store_tx
            .store_transactions(vec![(event, self.new_transaction(row.id, &signed))])
            .await?;
        store_tx.commit().await?;
        Ok(Pass::Acted)
    }

    async fn sign(&self, draft: &Unsigned) -> Result<SignedTx, AppError> {
        signers::sign(self.vault, &self.signer, draft, self.client.chain()).await
    }

    pub(super) fn new_transaction(
        &self,
        attestation: AttestationId,
        signed: &SignedTx,
    ) -> NewTransaction {
        let fees = signed.fees();
        NewTransaction {
            attestation_id: attestation,
            signer_id: self.signer.id,
            network: self.batch.network.clone(),
            nonce: signed.nonce(),
            tx_hash: signed.hash().to_string(),
            signed_tx: signed.raw(),
            fee: json!({
                "gas_limit": signed.gas_limit(),
                "max_fee_per_gas": fees.max_fee_per_gas.0.to_string(),
                "max_priority_fee_per_gas": fees.max_priority_fee_per_gas.0.to_string(),
            }),
            created_at: Timestamp::now(),
        }
    }

    pub(super) fn tx_event(
        &self,
        action: Action,
        attestation: AttestationId,
        signed: &SignedTx,
    ) -> Event {
        self.vault
            .event(action, attestation)
            .with("tx", signed.hash().to_string())
            .with("nonce", signed.nonce())
    }

    pub(super) fn stored(&self, entry: &OutboxEntry) -> Result<SignedTx, AppError> {
        Ok(SignedTx::from_stored(
            &entry.transaction.signed_tx,
            self.address,
            self.client.chain(),
        )?)
    }

    pub(super) async fn send(&self, entry: &OutboxEntry) -> Result<Pass, AppError> {
        let signed = self.stored(entry)?;
        let answer = self.client.broadcast(&signed).await?;
        let event = self.tx_event(
            Action::AttestationSent,
            entry.transaction.attestation_id,
            &signed,
        );
        self.update(entry, event, OutboxState::Sent, None).await?;
        // A nonce that is gone or a fee that is too low shows at the next look; there is nothing to add here.
        Ok(match answer {
            Broadcast::Accepted | Broadcast::AlreadyKnown | Broadcast::AlreadyMined => Pass::Acted,
            Broadcast::NonceTaken | Broadcast::Underpriced => Pass::Waiting,
        })
    }

    pub(super) async fn bump(&self, entry: &OutboxEntry) -> Result<Pass, AppError> {
        let old = self.stored(entry)?;
        let market = self.client.fees().await?;
        let cap = cap(&self.vault.config().chain);
        let draft = match tx::replace(self.address, &old, market, cap) {
            Ok(draft) => draft,
            // Dearer than allowed: the present one goes on waiting.
            Err(ChainError::FeeCap { .. }) => return Ok(Pass::Waiting),
            Err(error) => return Err(error.into()),
        };
        let signed = self.sign(&draft).await?;
        let attestation = entry.transaction.attestation_id;
        let mut store_tx = self.vault.begin().await?;
        let event = self
            .tx_event(Action::AttestationSigned, attestation, &signed)
            .with("replaces", old.hash().to_string());
        store_tx
            .replace_transaction(event, entry.id, &self.new_transaction(attestation, &signed))
            .await?;
        store_tx.commit().await?;
        Ok(Pass::Acted)
    }

    /// Keeps the block that an attempt was seen in, so that a reorganisation is recognised later,
    /// also by another process.
    pub(super) async fn note_block(
        &self,
        entries: &[OutboxEntry],
        seen: &Observation,
    ) -> Result<Pass, AppError> {
        for (entry, status) in entries.iter().zip(&seen.statuses) {
            let block = status.block().map(stored_block);
            if block.is_some() && entry.block != block {
                let event = self
                    .vault
                    .event(Action::AttestationTracked, entry.transaction.attestation_id);
                self.update(entry, event, OutboxState::Mined, block).await?;
            }
        }
        Ok(Pass::Waiting)
    }

    pub(super) async fn update(
        &self,
        entry: &OutboxEntry,
        event: Event,
        state: OutboxState,
        block: Option<(u64, String)>,
    ) -> Result<(), AppError> {
        let mut tx = self.vault.begin().await?;
        let update = OutboxUpdate {
            id: entry.id,
            state,
            block,
            error_message: None,
            at: Timestamp::now(),
        };
        tx.update_transactions(vec![(event, update)]).await?;
        Ok(tx.commit().await?)
    }
}
