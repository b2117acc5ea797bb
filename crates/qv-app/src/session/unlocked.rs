//! The key is in memory.

use std::time::Duration;

use qv_crypto::umk::Umk;
use qv_types::{Timestamp, VaultState};

use super::{Effect, Event, Limits, LockReason, Locked, State};

/// Unlocked; the only owner of the user master key.
#[derive(Debug)]
pub struct Unlocked {
    umk: Umk,
    by: String,
    since: Timestamp,
    last_used: Timestamp,
    until: Timestamp,
    /// The latest time that was seen.
    seen: Timestamp,
}

/// How far the clock may be set back, as the network's time does to mend it.
const MENDED: Duration = Duration::from_secs(60);

impl Unlocked {
    pub(super) fn new(umk: Umk, by: String, now: Timestamp, limits: Limits) -> Self {
        let mut unlocked = Self {
            umk,
            by,
            since: now,
            last_used: now,
            until: now,
            seen: now,
        };
        unlocked.limit(limits);
        unlocked
    }

    /// The key. Borrow it for one computation; never hold it across an await.
    #[must_use]
    pub const fn umk(&self) -> &Umk {
        &self.umk
    }

    pub(super) fn publish(&self) -> VaultState {
        VaultState::Unlocked {
            by: self.by.clone(),
            until: self.until,
        }
    }

    pub(super) fn step(
        mut self,
        event: Event,
        now: Timestamp,
        limits: Limits,
    ) -> (State, Vec<Effect>) {
        // The limits may be others than before.
        self.limit(limits);
        let set_back = self.seen.since(now) > MENDED;
        self.seen = self.seen.max(now);
        let reason = match event {
            Event::Lock(reason) => Some(reason),
            // How long it has lived and been idle is not known any more.
            _ if set_back => Some(LockReason::Expired),
            // A session that has run out is over whatever came, also a use.
            _ if now >= self.until => Some(self.expiry_reason(now, limits)),
            _ => None,
        };
        if let Some(reason) = reason {
            return (
                State::Locked(Locked { failures: 0 }),
                vec![Effect::PersistLocked(reason)],
            );
        }
        if matches!(event, Event::Used) {
            // A clock set back must not lengthen the session: this never goes back.
            self.last_used = self.last_used.max(now);
            self.limit(limits);
        }
        (State::Unlocked(self), Vec::new())
    }

    fn limit(&mut self, limits: Limits) {
        self.until = self
            .last_used
            .plus(limits.idle)
            .min(self.since.plus(limits.life));
    }

    fn expiry_reason(&self, now: Timestamp, limits: Limits) -> LockReason {
        if now >= self.since.plus(limits.life) {
            LockReason::Expired
        } else {
            LockReason::Idle
        }
    }
}
