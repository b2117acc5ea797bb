//! What to do next with an outgoing transaction: a pure decision from what is stored and what is seen.
//!
//! All attempts at one attestation carry the same nonce, so the chain itself mines at most one. The
//! caller's loop: read the attempts, [`crate::ChainClient::observe`] them, [`next_action`], do it,
//! [`Attempt::mark_sent`] and [`Attempt::note`] it, store. A new attempt is stored *before* it is sent.
//!
//! Invariants, held by the tests: `Done` only for a confirmed attempt; nothing is sent or replaced while
//! an attempt is in a block; a new nonce is never taken while an old attempt could still be mined.

use std::num::NonZeroU64;
use std::time::Duration;

use qv_types::Timestamp;
use serde::{Deserialize, Serialize};

use crate::B256;
use crate::registry::Revert;
use crate::status::{BlockRef, TxStatus};

/// A stored attempt. Its signed bytes are stored beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The transaction.
    pub hash: B256,
    /// Its nonce, the same for all attempts at one attestation.
    pub nonce: u64,
    /// Since when it waits to be mined: when it was stored, first sent, or sent again after a reorganisation.
    pub waiting_since: Timestamp,
    /// When it was last given to a node; `None` where nobody knows that it ever was.
    pub sent_at: Option<Timestamp>,
    /// The block that it was last seen in.
    pub seen_in: Option<BlockRef>,
}

impl Attempt {
    /// A fresh attempt, to be stored before it is sent.
    #[must_use]
    pub const fn new(hash: B256, nonce: u64, now: Timestamp) -> Self {
        Self {
            hash,
            nonce,
            waiting_since: now,
            sent_at: None,
            seen_in: None,
        }
    }

    /// Notes that it was given to a node.
    pub fn mark_sent(&mut self, now: Timestamp) {
        if self.sent_at.is_none() || self.seen_in.is_some() {
            self.waiting_since = now;
        }
        self.sent_at = Some(now);
    }

    /// Notes what was seen of it, after the action has been carried out.
    pub const fn note(&mut self, status: &TxStatus) {
        self.seen_in = status.block();
    }

    fn last_active(&self) -> Timestamp {
        self.sent_at.unwrap_or(self.waiting_since)
    }
}

/// What the chain shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// How many of the account's transactions were mined, read before the statuses.
    pub mined_nonce: u64,
    /// The status of each attempt, in the attempts' order.
    pub statuses: Vec<TxStatus>,
}

/// Patience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Confirmations that make an attestation final.
    pub confirmations: NonZeroU64,
    /// How long a node may forget a transaction before it gets it again.
    pub rebroadcast_after: Duration,
    /// How long an attempt may wait to be mined before its fees are raised.
    pub bump_after: Duration,
    /// How many attempts are made in all.
    pub max_attempts: usize,
    /// How long a node may lag before a used-up nonce counts as somebody else's.
    pub nonce_grace: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            confirmations: NonZeroU64::MIN,
            rebroadcast_after: Duration::from_secs(30),
            bump_after: Duration::from_secs(120),
            max_attempts: 6,
            nonce_grace: Duration::from_secs(60),
        }
    }
}

/// What to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitFor {
    /// A block that takes the transaction.
    Mining,
    /// More blocks on top.
    Confirmations {
        /// So far.
        have: u64,
        /// Asked for.
        need: u64,
    },
    /// A node that lags behind: the nonce is used up, but by which transaction is not visible yet.
    NodeCatchUp,
}

/// Why it cannot succeed under this nonce. In both cases ask the registry
/// ([`crate::ChainClient::verify_attestation`]) before anything else is tried: the goal may be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The registry refused it, finally.
    Reverted {
        /// The transaction.
        hash: B256,
        /// Why.
        revert: Revert,
    },
    /// Another transaction of the account has used the nonce up: someone else uses the signer's key.
    NonceTaken,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing is stored yet: prepare, store, ask again.
    Prepare,
    /// Send this stored attempt, which may never have been sent.
    Send(B256),
    /// Send it again: the node has forgotten it.
    Rebroadcast(B256),
    /// Send it again: its block was reorganised away, and it with it.
    ReorgedResend(B256),
    /// Replace it ([`crate::tx::replace`]), store, ask again. Where the fee cap forbids it, wait.
    Bump(B256),
    /// Ask again later.
    Wait(WaitFor),
    /// It is final.
    Done {
        /// The attempt that made it.
        hash: B256,
        /// Its block.
        block: BlockRef,
    },
    /// It cannot succeed under this nonce.
    Failed(Failure),
}

/// Decides. `attempts` oldest first, `seen` of the same attempts in the same order (a missing status
/// counts as unknown); a clock that runs backwards only makes it wait longer.
#[must_use]
pub fn next_action(
    attempts: &[Attempt],
    seen: &Observation,
    now: Timestamp,
    rules: &Rules,
) -> Action {
    let Some(newest) = attempts.last() else {
        return Action::Prepare;
    };
    if let Some(action) = in_a_block(attempts, seen, rules) {
        return action;
    }
    if seen.mined_nonce > newest.nonce {
        let idle = attempts
            .iter()
            .map(|attempt| now.since(attempt.last_active()))
            .min()
            .unwrap_or_default();
        return if idle >= rules.nonce_grace {
            Action::Failed(Failure::NonceTaken)
        } else {
            Action::Wait(WaitFor::NodeCatchUp)
        };
    }
    let pending = |index| seen.statuses.get(index) == Some(&TxStatus::Pending);
    if attempts.iter().any(|attempt| attempt.seen_in.is_some()) {
        return if (0..attempts.len()).any(pending) {
            Action::Wait(WaitFor::Mining)
        } else {
            Action::ReorgedResend(newest.hash)
        };
    }
    let is_pending = pending(attempts.len() - 1);
    let may_bump = attempts.len() < rules.max_attempts;
    match newest.sent_at {
        None if !is_pending => Action::Send(newest.hash),
        // Before the fees are raised, which a cap may forbid for as long as it likes.
        Some(sent_at) if !is_pending && now.since(sent_at) >= rules.rebroadcast_after => {
            Action::Rebroadcast(newest.hash)
        }
        _ if may_bump && now.since(newest.waiting_since) >= rules.bump_after => {
            Action::Bump(newest.hash)
        }
        _ => Action::Wait(WaitFor::Mining),
    }
}

/// The decision where an attempt is in a block; at most one can be.
fn in_a_block(attempts: &[Attempt], seen: &Observation, rules: &Rules) -> Option<Action> {
    let need = rules.confirmations.get();
    attempts
        .iter()
        .zip(&seen.statuses)
        .find_map(|(attempt, status)| match status {
            TxStatus::Unknown | TxStatus::Pending => None,
            TxStatus::Confirmed { block, .. } => Some(Action::Done {
                hash: attempt.hash,
                block: *block,
            }),
            TxStatus::Reverted {
                confirmations,
                revert,
                ..
            } if *confirmations >= need => Some(Action::Failed(Failure::Reverted {
                hash: attempt.hash,
                revert: revert.clone(),
            })),
            TxStatus::Mined { confirmations, .. } | TxStatus::Reverted { confirmations, .. } => {
                Some(Action::Wait(WaitFor::Confirmations {
                    have: *confirmations,
                    need,
                }))
            }
        })
}

#[cfg(test)]
mod tests;
