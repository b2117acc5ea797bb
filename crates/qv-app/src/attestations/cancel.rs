//! Ending a batch that its user cancelled.

use qv_audit::Action;
use qv_store::{AttestationOutcome, Job, OutboxUpdate, WriteTx};
use qv_types::{AttestationStatus, OutboxState, Timestamp};

use super::batch_of;
use crate::{AppError, Vault};

const WHY: &str = "cancelled by its user";

/// Fails what is not confirmed. A transaction that was never sent gives its nonce back, so that the
/// next one does not wait behind a gap; one that was sent is the chain's and may still be included.
pub(crate) async fn cancelled(
    vault: &Vault,
    tx: &mut WriteTx,
    job: &Job,
    now: Timestamp,
) -> Result<(), AppError> {
    let batch = batch_of(job)?;
    for row in vault.store().attestations(batch).await? {
        if row.status != AttestationStatus::Pending {
            continue;
        }
        let unsent = vault.store().transactions_of(row.id).await?;
        let unsent = unsent
            .into_iter()
            .filter(|entry| entry.state == OutboxState::Signed);
        let updates = unsent.map(|entry| {
            let update = OutboxUpdate {
                id: entry.id,
                state: OutboxState::Failed,
                block: None,
                error_message: Some(WHY.into()),
                at: now,
            };
            (vault.event(Action::AttestationTracked, row.id), update)
        });
        tx.update_transactions(updates.collect()).await?;
        let event = vault
            .event(Action::AttestationFailed, row.id)
            .with("why", WHY);
        let outcome = AttestationOutcome::Failed { error: WHY.into() };
        tx.end_attestation(event, row.id, &outcome, now).await?;
    }
    let event = vault.event(Action::AttestationCompleted, batch);
    tx.update_attestation_job(event, batch, true, now).await?;
    Ok(())
}
