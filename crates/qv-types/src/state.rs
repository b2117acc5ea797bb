//! States that faces observe. Key-free by construction.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What a face may know of the session.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum VaultState {
    /// No key in memory.
    Locked,
    /// Factors are being collected.
    Unlocking,
    /// The user master key is in memory.
    Unlocked {
        /// Factor kinds of the slot that opened it, joined by `+`.
        by: String,
        /// When it locks by itself.
        until: Timestamp,
    },
    /// Wrong attempts: no attempt before `until`.
    Cooldown {
        /// When the next attempt is accepted.
        until: Timestamp,
        /// Failed attempts in a row.
        failures: u32,
    },
}

crate::word_enums! {
    /// State of a durable job.
    JobState ("a job state") {
        /// Ready to be claimed.
        Ready = "READY",
        /// Claimed under a lease.
        Running = "RUNNING",
        /// Waits for an unlock; not a failure.
        WaitingUnlock = "WAITING_UNLOCK",
        /// Waits for an approval; not a failure.
        WaitingApproval = "WAITING_APPROVAL",
        /// Waits for chain confirmations; not a failure.
        WaitingConfirmations = "WAITING_CONFIRMATIONS",
        /// All steps done.
        Done = "DONE",
        /// Ended by an error.
        Failed = "FAILED",
        /// Ended by its user.
        Cancelled = "CANCELLED",
    }
}

impl JobState {
    /// Whether the job will never run again.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}
