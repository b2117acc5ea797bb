//! No key in memory.

use qv_types::Timestamp;

use super::{Effect, Event, State, Unlocking};

/// Locked; remembers failed attempts so that pauses do not forgive them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locked {
    /// Failed attempts in a row.
    pub failures: u32,
}

impl Locked {
    pub(super) fn step(self, event: Event, _now: Timestamp) -> (State, Vec<Effect>) {
        match event {
            Event::Begin => (
                State::Unlocking(Unlocking {
                    failures: self.failures,
                }),
                Vec::new(),
            ),
            // A key that arrives without an attempt is dropped here.
            _ => (State::Locked(self), Vec::new()),
        }
    }
}
