//! The one place where keys are used (`docs/decisions/0006-custody.md`).
//!
//! A [`Request`] says what is to be done with the master key or with what it seals; [`perform()`] does
//! it. No master key, subkey or private key leaves `perform`: answers are public values, ciphertext, or
//! the plaintext that was asked for. So the same enum is what a session in this process is asked and
//! what the agent is asked over its socket.
//!
//! Start with [`Keys`]; its calls have a name and a type for each request.

mod calls;
mod perform;
mod plaintext;
mod request;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use qv_crypto::secret::scrub_stack;
use qv_crypto::umk::Umk;
use qv_types::{Timestamp, VaultState};

pub(crate) use perform::perform;
pub(crate) use request::{
    AnchorKey, Answer, EnvelopeMark, EnvelopeRow, Request, SealedSigner, SealedSigningKey,
};

use crate::AppError;
use crate::agent::Client;
use crate::session::{Effect, Event, Limits, LockReason, State, step};

/// The keys of an unlocked vault: this process's session, or else the agent's. A cheap handle that may go
/// to other threads.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    session: Arc<RwLock<State>>,
    /// The master key that this process last had, 0 for none: what it sealed may still be on its way to
    /// the store when the session locks.
    last_epoch: Arc<AtomicU64>,
    /// What a use of the keys found, and could not store.
    found: Arc<Mutex<Vec<Effect>>>,
    /// How long the session lives: one for all handles, so that a change holds at once.
    limits: Arc<Mutex<Limits>>,
    agent: Option<Client>,
}

impl Keys {
    pub fn new(state: State, limits: Limits) -> Self {
        Self {
            session: Arc::new(RwLock::new(state)),
            last_epoch: Arc::default(),
            found: Arc::default(),
            limits: Arc::new(Mutex::new(limits)),
            agent: None,
        }
    }

    /// The same keys, with an agent to ask where this process has none.
    pub fn with_agent(&self, agent: Option<Client>) -> Self {
        Self {
            agent,
            ..self.clone()
        }
    }

    /// Has the session live so long, also where it has begun already.
    pub fn set_limits(&self, limits: Limits) {
        *self.limits.lock().unwrap_or_else(PoisonError::into_inner) = limits;
    }

    /// Carries out a request from an asynchronous task.
    async fn ask(&self, request: Request) -> Result<Answer, AppError> {
        if self.is_unlocked() || self.agent.is_none() {
            return self.perform_here(request);
        }
        let keys = self.clone();
        tokio::task::spawn_blocking(move || keys.ask_blocking(request))
            .await
            .map_err(|_| AppError::Internal("a request broke off".into()))?
    }

    /// Carries out a request from a thread that may wait.
    fn ask_blocking(&self, request: Request) -> Result<Answer, AppError> {
        match &self.agent {
            Some(agent) if !self.is_unlocked() => agent.perform(&request),
            _ => self.perform_here(request),
        }
    }

    /// Carries out a request with this process's session.
    pub fn perform_here(&self, request: Request) -> Result<Answer, AppError> {
        let answer = self.with_umk(|umk| perform(umk, request));
        if matches!(answer, Err(AppError::KeyChanged)) {
            self.note(Event::Lock(LockReason::KeyChanged));
        }
        answer
    }

    /// Runs one computation with the master key of this process's session. Not async: no key is held
    /// across an await. Several may run at once; locking waits for those that run.
    ///
    /// Everything that is not about slots goes through [`perform()`].
    pub fn with_umk<T>(
        &self,
        compute: impl FnOnce(&Umk) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.note(Event::Used);
        let computed = match &*self.state() {
            State::Unlocked(unlocked) => compute(unlocked.umk()),
            _ => Err(AppError::Locked),
        };
        scrub_stack();
        computed
    }

    /// Takes the session one step further, and keeps what that asks for until somebody can store it.
    fn note(&self, event: Event) {
        // Held before the step: whoever sees the session locked finds what that left to be stored.
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let effects = self.advance(event);
        found.extend(effects);
    }

    /// Takes the session one step further.
    pub fn advance(&self, event: Event) -> Vec<Effect> {
        let now = Timestamp::now();
        if let Event::Opened { epoch, .. } = &event {
            self.last_epoch.store(*epoch, Ordering::SeqCst);
        }
        let limits = *self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let mut guard = self.session.write().unwrap_or_else(PoisonError::into_inner);
        let state = std::mem::replace(&mut *guard, State::restored(0, None, now));
        let (next, effects) = step(state, event, now, limits);
        *guard = next;
        effects
    }

    /// What uses of the keys found since this was last asked: that the session had run out.
    pub fn take_found(&self) -> Vec<Effect> {
        std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Starts over from what is persisted.
    pub fn restore(&self, state: State) {
        *self.session.write().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// What faces may know of this process's session.
    pub fn publish(&self) -> VaultState {
        self.state().publish()
    }

    /// Which of the vault's master keys is used, or was until the session locked; `None` where none was.
    pub fn epoch(&self) -> Option<u64> {
        match self.last_epoch.load(Ordering::SeqCst) {
            0 => self.agent.as_ref().and_then(Client::epoch),
            epoch => Some(epoch),
        }
    }

    /// Nothing that was sealed under the last key is on its way any more.
    pub fn forget_epoch(&self) {
        self.last_epoch.store(0, Ordering::SeqCst);
    }

    /// Whether this process holds keys now.
    pub fn is_unlocked(&self) -> bool {
        matches!(&*self.state(), State::Unlocked(_))
    }

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.session.read().unwrap_or_else(PoisonError::into_inner)
    }
}
