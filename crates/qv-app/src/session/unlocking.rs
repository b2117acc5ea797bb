//! Factors are being collected.

use qv_types::Timestamp;

use super::{Cooldown, Effect, Event, Limits, Locked, State, Unlocked, cooldown_after};

/// An attempt is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unlocking {
    /// Failed attempts in a row before this one.
    pub failures: u32,
}

impl Unlocking {
    pub(super) fn step(self, event: Event, now: Timestamp, limits: Limits) -> (State, Vec<Effect>) {
        match event {
            Event::Opened { umk, by, .. } => {
                let effects = vec![Effect::PersistUnlocked { by: by.clone() }];
                (
                    State::Unlocked(Unlocked::new(umk, by, now, limits)),
                    effects,
                )
            }
            Event::Refused => self.refused(now),
            Event::Abandoned | Event::Lock(_) => (
                State::Locked(Locked {
                    failures: self.failures,
                }),
                Vec::new(),
            ),
            Event::Begin | Event::Used | Event::Tick => (State::Unlocking(self), Vec::new()),
        }
    }

    fn refused(self, now: Timestamp) -> (State, Vec<Effect>) {
        let failures = self.failures.saturating_add(1);
        let until = cooldown_after(failures).map(|pause| now.plus(pause));
        let state = match until {
            Some(until) => State::Cooldown(Cooldown { until, failures }),
            None => State::Locked(Locked { failures }),
        };
        (state, vec![Effect::PersistFailure { failures, until }])
    }
}
