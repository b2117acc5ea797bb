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

/// The pause after this many failures in a row: none for the first two (people mistype), then 5 s,
/// doubling up to 15 min. The slow key derivation is the defence against guessing on a copy of the
/// database; this one slows guessing through the program.
#[must_use]
pub fn cooldown_after(failures: u32) -> Option<Duration> {
    let doublings = failures.checked_sub(3)?;
    let seconds = 5u64.saturating_mul(1u64.checked_shl(doublings).unwrap_or(u64::MAX));
    Some(Duration::from_secs(seconds.min(900)))
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
