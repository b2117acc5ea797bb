//! Wrong attempts: no attempt before a time.

use std::time::Duration;

use qv_types::Timestamp;

use super::{Effect, Event, Locked, State, Unlocking};

/// Waiting after wrong attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cooldown {
    /// When the next attempt is accepted.
    pub until: Timestamp,
    /// Failed attempts in a row.
    pub failures: u32,
}

/// How many failures in a row have no pause after them.
const FREE: u32 = 2;

/// The pause after this many failures in a row: none for the first two (people mistype), then 5 s,
/// doubling up to 15 min. The slow key derivation is the defence against guessing on a copy of the
/// database; this one slows guessing through the program.
#[must_use]
pub fn cooldown_after(failures: u32) -> Option<Duration> {
    let doublings = failures.checked_sub(FREE + 1)?;
    let seconds = 5u64.saturating_mul(1u64.checked_shl(doublings).unwrap_or(u64::MAX));
    Some(Duration::from_secs(seconds.min(900)))
}

/// How many tries are left after this many failures until a wrong one brings a pause, that one counted.
#[must_use]
pub const fn tries_before_a_pause(failures: u32) -> u32 {
    (FREE + 1).saturating_sub(failures)
}

impl Cooldown {
    pub(super) fn step(self, event: &Event, now: Timestamp) -> (State, Vec<Effect>) {
        let over = now >= self.until;
        let state = match event {
            Event::Begin if over => State::Unlocking(Unlocking {
                failures: self.failures,
            }),
            Event::Tick if over => State::Locked(Locked {
                failures: self.failures,
            }),
            _ => State::Cooldown(self),
        };
        (state, Vec::new())
    }
}
