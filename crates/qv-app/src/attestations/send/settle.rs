//! The end of an attestation: confirmed, or failed after the registry was asked.

use qv_audit::Action;
use qv_evm::{B256, BlockRef, Payload, Verification};
use qv_store::{Attestation, AttestationOutcome, OutboxEntry, OutboxUpdate};
use qv_types::{AttestationStatus, OutboxState, StepState, Timestamp};
use serde_json::{Map, json};

use super::{Pass, Sender};
use crate::AppError;

impl Sender<'_> {
    pub(super) async fn confirm(
        &self,
        step: u64,
        row: &Attestation,
        entry: Option<&OutboxEntry>,
        hash: B256,
        block: BlockRef,
    ) -> Result<Pass, AppError> {
        let now = Timestamp::now();
        let mut evidence = Map::new();
        evidence.insert("block_number".into(), json!(block.number));
        evidence.insert("block_hash".into(), json!(block.hash.to_string()));
        evidence.insert("contract".into(), json!(self.batch.contract));
        let event = self
            .vault
            .event(Action::AttestationConfirmed, row.id)
            .with("tx", hash.to_string());
        let mut tx = self.vault.begin().await?;
        if let Some(entry) = entry {
            let update = OutboxUpdate {
                id: entry.id,
                state: OutboxState::Confirmed,
                block: Some(stored_block(block)),
                error_message: None,
                at: now,
            };
            tx.update_transactions(vec![(
                self.vault.event(Action::AttestationTracked, row.id),
                update,
            )])
            .await?;
        }
        tx.end_attestation(
            event,
            row.id,
            &AttestationOutcome::Confirmed {
                tx_id: hash.to_string(),
                evidence,
            },
            now,
        )
        .await?;
        self.end_step(&mut tx, step, StepState::Done, now).await?;
        tx.commit().await?;
        Ok(Pass::Ended)
    }

    /// Under this nonce nothing more can happen; but the goal may be reached by another transaction
    /// of ours, and the registry knows.
    pub(super) async fn ask_registry(
        &self,
        step: u64,
        row: &Attestation,
        why: &str,
    ) -> Result<Pass, AppError> {
        let payload = Payload::from_canonical(row.payload.as_bytes())?;
        let claim = qv_evm::Claim {
            registry: self.registry,
            sender: self.address,
            asset_id_hash: qv_evm::payload::id_hash(payload.asset_id()),
            payload_hash: payload.hash()?,
            tx_hash: None,
            from_block: 0,
        };
        match self.client.verify_attestation(&claim).await? {
            Verification::Found {
                found,
                confirmations,
                ..
            } if confirmations >= self.rules.confirmations.get() => {
                self.confirm(step, row, None, found.tx_hash, found.block)
                    .await
            }
            Verification::Found { .. } | Verification::EventMissing => Ok(Pass::Waiting),
            Verification::OtherAsset(_) | Verification::NotRecorded => {
                self.fail(step, row, why).await
            }
        }
    }

    pub(super) async fn fail(
        &self,
        step: u64,
        row: &Attestation,
        why: &str,
    ) -> Result<Pass, AppError> {
        if row.status != AttestationStatus::Pending {
            return Ok(Pass::Ended);
        }
        let now = Timestamp::now();
        let mut tx = self.vault.begin().await?;
        let event = self
            .vault
            .event(Action::AttestationFailed, row.id)
            .with("why", why);
        tx.end_attestation(
            event,
            row.id,
            &AttestationOutcome::Failed {
                error: why.to_owned(),
            },
            now,
        )
        .await?;
        self.end_step(&mut tx, step, StepState::Failed, now).await?;
        tx.commit().await?;
        Ok(Pass::Ended)
    }

    pub(super) async fn end_step(
        &self,
        tx: &mut qv_store::WriteTx,
        step: u64,
        state: StepState,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let event = self
            .vault
            .event(Action::JobStepDone, self.job.id)
            .with("step", step);
        Ok(tx
            .end_step(event, self.lease, step, state, &json!({}), now)
            .await?)
    }
}

pub(super) fn stored_block(block: BlockRef) -> (u64, String) {
    (block.number, block.hash.to_string())
}
