//! The session: a pure state machine that owns the user master key while, and only while, the
//! vault is unlocked.
//!
//! Invariants: only [`State::Unlocked`] owns a key, so locking is a drop; time is passed in; a wrong
//! attempt is an [`Effect`] that the driver (`crate::vault`) persists before it answers, so that a
//! restart does not forgive it.
//!
//! Start with [`step`]. Each state has its own file.

mod cooldown;
mod locked;
mod unlocked;
mod unlocking;

use std::time::Duration;

use qv_crypto::umk::Umk;
use qv_types::{Timestamp, VaultState};

pub use cooldown::{Cooldown, cooldown_after, tries_before_a_pause};
pub use locked::Locked;
pub use unlocked::Unlocked;
pub use unlocking::Unlocking;

/// Where the session stands.
#[derive(Debug)]
pub enum State {
    /// No key in memory.
    Locked(Locked),
    /// Factors are being collected.
    Unlocking(Unlocking),
    /// The key is in memory.
    Unlocked(Unlocked),
    /// Wrong attempts: wait.
    Cooldown(Cooldown),
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// A person wants to unlock.
    Begin,
    /// The factors opened a slot.
    Opened {
        /// The key.
        umk: Umk,
        /// Factor kinds of the slot, joined by `+`.
        by: String,
        /// Which of the vault's master keys it is: 1 for the first, one more with each rotation.
        epoch: u64,
    },
    /// The factors were wrong.
    Refused,
    /// The attempt was given up, or a device was missing: no wrong answer was given.
    Abandoned,
    /// Lock now.
    Lock(LockReason),
    /// The key was used.
    Used,
    /// Time passed.
    Tick,
}

/// Why a session locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockReason {
    /// A person asked.
    Asked,
    /// Nothing was done for the idle time.
    Idle,
    /// The session reached its longest life.
    Expired,
    /// The program ends.
    Quit,
    /// The machine goes to sleep.
    Suspend,
    /// The screen was locked.
    ScreenLock,
    /// The vault is under another master key now.
    KeyChanged,
}

impl LockReason {
    /// The word in the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Idle => "idle",
            Self::Expired => "expired",
            Self::Quit => "quit",
            Self::Suspend => "suspend",
            Self::ScreenLock => "screen_lock",
            Self::KeyChanged => "key_changed",
        }
    }
}

/// What the driver must do, in order, before it publishes the new state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Store the number of failures and the end of the cooldown, with its audit event.
    PersistFailure {
        /// Failed attempts in a row.
        failures: u32,
        /// No attempt before this time.
        until: Option<Timestamp>,
    },
    /// Store that the vault was unlocked and the failures are forgiven.
    PersistUnlocked {
        /// Factor kinds, joined by `+`.
        by: String,
    },
    /// Store that the vault was locked.
    PersistLocked(LockReason),
}

/// How long sessions live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Locks after this long without use.
    pub idle: Duration,
    /// Locks after this long in any case.
    pub life: Duration,
}

/// One step: consumes the state, so that a key in it is dropped unless the new state owns it.
#[must_use]
pub fn step(state: State, event: Event, now: Timestamp, limits: Limits) -> (State, Vec<Effect>) {
    match state {
        State::Locked(locked) => locked.step(event, now),
        State::Unlocking(unlocking) => unlocking.step(event, now, limits),
        State::Unlocked(unlocked) => unlocked.step(event, now, limits),
        State::Cooldown(cooldown) => cooldown.step(&event, now),
    }
}

impl State {
    /// The state after a start, from what was persisted.
    #[must_use]
    pub fn restored(failures: u32, until: Option<Timestamp>, now: Timestamp) -> Self {
        match until {
            Some(until) if now < until => Self::Cooldown(Cooldown { until, failures }),
            _ => Self::Locked(Locked { failures }),
        }
    }

    /// What faces may know.
    #[must_use]
    pub fn publish(&self) -> VaultState {
        match self {
            Self::Locked(_) => VaultState::Locked,
            Self::Unlocking(_) => VaultState::Unlocking,
            Self::Unlocked(unlocked) => unlocked.publish(),
            Self::Cooldown(cooldown) => VaultState::Cooldown {
                until: cooldown.until,
                failures: cooldown.failures,
            },
        }
    }
}

#[cfg(test)]
mod tests;
