//! The one place where keys are used (`docs/decisions/0006-custody.md`).
//!
//! A [`Request`] says what is to be done with the master key or with what it seals; [`perform`] does
//! it. No master key, subkey or private key leaves `perform`: answers are public values, ciphertext, or
//! the plaintext that was asked for. So the same enum is what a session in this process is asked and
//! what the agent is asked over its socket.
//!
//! Start with [`Keys`]; its calls have a name and a type for each request.

mod calls;
mod perform;
mod request;

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use qv_crypto::umk::Umk;
use qv_types::{Timestamp, VaultState};

pub(crate) use perform::perform;
pub(crate) use request::{
    AnchorKey, Answer, EnvelopeMark, EnvelopeRow, Request, SealedSigner, SealedSigningKey,
};

use crate::AppError;
use crate::session::{Effect, Event, Limits, State, step};

/// The keys of an unlocked vault, wherever they are. A cheap handle that may go to other threads.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    session: Arc<RwLock<State>>,
    limits: Limits,
}

impl Keys {
    pub fn new(state: State, limits: Limits) -> Self {
        Self {
            session: Arc::new(RwLock::new(state)),
            limits,
        }
    }

    /// The same keys under other limits.
    pub fn with_limits(&self, limits: Limits) -> Self {
        Self {
            session: Arc::clone(&self.session),
            limits,
        }
    }

    /// Carries out a request from an asynchronous task.
    async fn ask(&self, request: Request) -> Result<Answer, AppError> {
        self.ask_blocking(request)
    }

    /// Carries out a request from a thread that may wait.
    fn ask_blocking(&self, request: Request) -> Result<Answer, AppError> {
        self.with_umk(|umk| perform(umk, request))
    }

    /// Runs one computation with the master key of this process's session. Not async: no key is held
    /// across an await. Several may run at once; locking waits for those that run.
    ///
    /// Everything that is not about slots goes through [`perform`].
    pub fn with_umk<T>(
        &self,
        compute: impl FnOnce(&Umk) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let _ = self.advance(Event::Used);
        match &*self.state() {
            State::Unlocked(unlocked) => compute(unlocked.umk()),
            _ => Err(AppError::Locked),
        }
    }

    /// Takes the session one step further.
    pub fn advance(&self, event: Event) -> Vec<Effect> {
        let now = Timestamp::now();
        let mut guard = self.session.write().unwrap_or_else(PoisonError::into_inner);
        let state = std::mem::replace(&mut *guard, State::restored(0, None, now));
        let (next, effects) = step(state, event, now, self.limits);
        *guard = next;
        effects
    }

    /// Starts over from what is persisted.
    pub fn restore(&self, state: State) {
        *self.session.write().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// What faces may know of this process's session.
    pub fn publish(&self) -> VaultState {
        self.state().publish()
    }

    /// Whether this process holds keys now.
    pub fn is_unlocked(&self) -> bool {
        matches!(&*self.state(), State::Unlocked(_))
    }

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.session.read().unwrap_or_else(PoisonError::into_inner)
    }
}
