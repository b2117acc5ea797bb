//! Driving the outbox: each attestation goes onto the chain exactly once.
//!
//! Every pass asks the chain about every open attestation, decides with
//! [`qv_evm::outbox::next_action`], and stores what it is about to do before it does it. All
//! attestations of a batch are under way together, each with its own nonce, so a batch takes about as
//! long as its confirmations.

mod act;
mod settle;

use std::time::Duration;

use qv_audit::Action;
use qv_evm::outbox::{self, Attempt, Failure, Observation};
use qv_evm::{Address, B256, BlockRef, ChainClient, Error as ChainError, Rules};
use qv_store::{AttestationJob, Job, Lease, OutboxEntry, Signer};
use qv_types::{AttestationId, AttestationJobId, JobState, OutboxState, StepState, Timestamp};

use super::{Step, address_of, cap, connect, rules};
use crate::progress::Cancel;
use crate::{AppError, Vault, runner};

/// Attestations under way at once; nodes drop long queues of one account.
const IN_FLIGHT: usize = 16;
/// Between two looks at the chain.
const POLL: Duration = Duration::from_millis(500);
/// A node that stays silent longer ends the run; the job goes on later.
const NODE_PATIENCE: Duration = Duration::from_secs(120);

/// Runs the batch from wherever it stands.
pub(super) async fn run(
    vault: &Vault,
    job: &Job,
    lease: &Lease,
    batch: AttestationJobId,
    cancel: Cancel,
) -> Result<(), AppError> {
    let batch = vault.store().attestation_job(batch).await?;
    let client = connect(&vault.config().chain).await?;
    if format!("eip155:{}", client.chain()) != batch.network {
        return Err(AppError::NotAllowed(format!(
            "this batch is for {}, but eip155:{} is configured; configure its chain to go on",
            batch.network,
            client.chain()
        )));
    }
    let registry = address_of(&batch.contract)?;
    client.check_registry(registry).await?;
    let signer = vault.store().signer(batch.signer_id).await?;
    let sender = Sender {
        address: address_of(&signer.address)?,
        rules: rules(&vault.config().chain),
        vault,
        job,
        lease,
        client,
        registry,
        signer,
        batch,
    };
    sender.run(cancel).await
}

struct Sender<'a> {
    vault: &'a Vault,
    job: &'a Job,
    lease: &'a Lease,
    client: ChainClient,
    registry: Address,
    signer: Signer,
    batch: AttestationJob,
    address: Address,
    rules: Rules,
}

/// Whether an attestation needs another look.
#[derive(PartialEq, Eq)]
enum Pass {
    /// It waits.
    Waiting,
    /// It has its result.
    Ended,
    /// Something was done; look again at once.
    Acted,
}

impl Sender<'_> {
    async fn run(self, cancel: Cancel) -> Result<(), AppError> {
        self.mark(false).await?;
        let mut open = Vec::new();
        for step in self
            .vault
            .store()
            .job_steps(self.job.id, Some(StepState::Pending))
            .await?
        {
            let Step { attestation } = runner::stored(self.job, step.input)?;
            open.push((step.step, attestation));
        }
        let mut done = self.job.steps_ended;
        let mut silent_since: Option<Timestamp> = None;
        while !open.is_empty() {
            let mut acted = false;
            let mut still_open = Vec::with_capacity(open.len());
            for (index, (step, attestation)) in open.into_iter().enumerate() {
                if cancel.is_cancelled() {
                    return Err(AppError::Cancelled);
                }
                let pass = if index < IN_FLIGHT {
                    self.pass(step, attestation).await
                } else {
                    Ok(Pass::Waiting)
                };
                match self.patient(pass, &mut silent_since)? {
                    Pass::Ended => {
                        done += 1;
                        runner::report(self.vault, self.job, done, None);
                    }
                    pass => {
                        acted |= pass == Pass::Acted;
                        still_open.push((step, attestation));
                    }
                }
            }
            open = still_open;
            if !acted && !open.is_empty() {
                tokio::select! {
                    () = tokio::time::sleep(POLL) => {}
                    () = cancel.cancelled() => return Err(AppError::Cancelled),
                }
            }
        }
        self.finish().await
    }

    /// A node that does not answer for a while is waited for.
    fn patient(
        &self,
        pass: Result<Pass, AppError>,
        since: &mut Option<Timestamp>,
    ) -> Result<Pass, AppError> {
        match pass {
            Err(AppError::Chain(
                error @ (ChainError::Unreachable { .. } | ChainError::BadAnswer { .. }),
            )) => {
                let now = Timestamp::now();
                if now.since(*since.get_or_insert(now)) < NODE_PATIENCE {
                    Ok(Pass::Waiting)
                } else {
                    Err(error.into())
                }
            }
            pass => {
                *since = None;
                pass
            }
        }
    }

    async fn mark(&self, ended: bool) -> Result<(), AppError> {
        let mut tx = self.vault.begin().await?;
        let event = self.vault.event(Action::AttestationTracked, self.batch.id);
        tx.update_attestation_job(event, self.batch.id, ended, Timestamp::now())
            .await?;
        Ok(tx.commit().await?)
    }

    async fn finish(&self) -> Result<(), AppError> {
        let now = Timestamp::now();
        let mut tx = self.vault.begin().await?;
        let event = self
            .vault
            .event(Action::AttestationCompleted, self.batch.id);
        tx.update_attestation_job(event, self.batch.id, true, now)
            .await?;
        tx.end_job(
            self.vault.event(Action::JobStateChanged, self.job.id),
            self.lease,
            JobState::Done,
            None,
            now,
        )
        .await?;
        tx.take_snapshot(
            self.vault.event(Action::SnapshotTaken, self.job.id),
            "attest",
            now,
        )
        .await?;
        Ok(tx.commit().await?)
    }

    async fn pass(&self, step: u64, id: AttestationId) -> Result<Pass, AppError> {
        let row = self.vault.store().attestation(id).await?;
        let entries: Vec<OutboxEntry> = self.vault.store().transactions_of(id).await?;
        let attempts = entries.iter().map(attempt).collect::<Result<Vec<_>, _>>()?;
        let seen = if attempts.is_empty() {
            Observation {
                mined_nonce: 0,
                statuses: Vec::new(),
            }
        } else {
            self.client
                .observe(self.address, &attempts, self.rules.confirmations)
                .await?
        };
        match outbox::next_action(&attempts, &seen, Timestamp::now(), &self.rules) {
            outbox::Action::Prepare => self.prepare(step, &row).await,
            outbox::Action::Send(hash)
            | outbox::Action::Rebroadcast(hash)
            | outbox::Action::ReorgedResend(hash) => self.send(entry_of(&entries, hash)?).await,
            outbox::Action::Bump(hash) => self.bump(entry_of(&entries, hash)?).await,
            outbox::Action::Wait(_) => self.note_block(&entries, &seen).await,
            outbox::Action::Done { hash, block } => {
                self.confirm(step, &row, Some(entry_of(&entries, hash)?), hash, block)
                    .await
            }
            outbox::Action::Failed(failure) => {
                self.ask_registry(step, &row, &failure_text(&failure)).await
            }
        }
    }
}

fn entry_of(entries: &[OutboxEntry], hash: B256) -> Result<&OutboxEntry, AppError> {
    let hash = hash.to_string();
    entries
        .iter()
        .find(|entry| entry.transaction.tx_hash == hash)
        .ok_or_else(|| AppError::Internal("an action on a transaction that is not stored".into()))
}

/// A stored transaction as the decision sees it.
fn attempt(entry: &OutboxEntry) -> Result<Attempt, AppError> {
    let tampered = |why: &str| AppError::Tampered {
        what: format!("transaction {}", entry.transaction.tx_hash),
        why: why.into(),
    };
    let hash = entry
        .transaction
        .tx_hash
        .parse()
        .map_err(|_| tampered("its hash is none"))?;
    // Waiting counts from the signature: sending it again must not put off raising its fees.
    let mut attempt = Attempt::new(hash, entry.transaction.nonce, entry.transaction.created_at);
    attempt.sent_at = (entry.state != OutboxState::Signed).then_some(entry.updated_at);
    attempt.seen_in = match &entry.block {
        None => None,
        Some((number, block_hash)) => Some(BlockRef {
            number: *number,
            hash: block_hash
                .parse()
                .map_err(|_| tampered("its block is none"))?,
        }),
    };
    Ok(attempt)
}

fn failure_text(failure: &Failure) -> String {
    match failure {
        Failure::Reverted { revert, .. } => format!("the registry refused it: {revert}"),
        Failure::NonceTaken => {
            "another transaction of this account took its place; is its key used elsewhere?".into()
        }
    }
}
