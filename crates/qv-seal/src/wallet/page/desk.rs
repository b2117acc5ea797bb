//! The state of one visit: what is to be signed on one side, the page on the other.
//!
//! Invariants: one page holds the visit, the first that claims it; a message is signed once; a
//! signature that does not verify is refused at once, so that the person can sign again; when the
//! visit is over nothing changes any more.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use qv_crypto::secret::SecretBytes;
use qv_crypto::umk::wallet::WalletAddress;

use super::Visit;
use crate::SealError;
use crate::wallet::{ASKED, Message};

/// How a visit ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// All is signed.
    Done,
    /// It came to nothing, for this reason.
    Failed(String),
    /// The person went away.
    Cancelled,
}

/// What the page is to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// Ask again.
    Wait,
    /// Have this signed.
    Sign { id: u32, message: Message },
    /// Show how it ended.
    End(End),
}

/// Why the desk does not take what the page brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rejected {
    /// Another page holds the visit, or the visit is over.
    Gone,
    /// The message is not the one that waits for a signature.
    NotAsked,
    /// Another account than the one that is needed, or none.
    Account(String),
    /// The signature does not verify.
    Signature(String),
}

#[derive(Debug)]
pub(crate) struct Desk {
    visit: Visit,
    wanted: Option<WalletAddress>,
    ends: Instant,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    claimed: bool,
    connected: Option<WalletAddress>,
    /// The number of the last message.
    id: u32,
    message: Option<Message>,
    signature: Option<SecretBytes>,
    end: Option<End>,
    told: bool,
}

impl Desk {
    pub(super) fn new(visit: Visit, wanted: Option<WalletAddress>, ends: Instant) -> Self {
        Self {
            visit,
            wanted,
            ends,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    pub(super) const fn visit(&self) -> Visit {
        self.visit
    }

    /// The wallet that must be connected, where it is known.
    pub(super) const fn wanted(&self) -> Option<&WalletAddress> {
        self.wanted.as_ref()
    }

    /// Time until the visit ends by itself.
    pub(super) fn left(&self) -> Duration {
        self.ends.saturating_duration_since(Instant::now())
    }

    // -- The page's side

    /// Gives the visit to the first page that asks.
    pub(super) fn claim(&self) -> Result<(), Rejected> {
        let mut state = self.state();
        if state.claimed || state.end.is_some() {
            return Err(Rejected::Gone);
        }
        state.claimed = true;
        Ok(())
    }

    /// The person connected this account.
    pub(super) fn connect(&self, account: &str) -> Result<WalletAddress, Rejected> {
        let account = WalletAddress::from_wallet(account)
            .map_err(|error| Rejected::Account(error.to_string()))?;
        if let Some(wanted) = self.wanted.as_ref().filter(|wanted| **wanted != account) {
            return Err(Rejected::Account(format!(
                "This way into the vault was made with {wanted}, and {account} is connected. Choose that account in \
                 the wallet."
            )));
        }
        let mut state = self.state();
        if state.end.is_some() || state.connected.as_ref().is_some_and(|one| *one != account) {
            return Err(Rejected::Gone);
        }
        state.connected = Some(account.clone());
        self.changed.notify_all();
        Ok(account)
    }

    /// What is to be done next; waits for news, at most `patience`.
    pub(super) fn next(&self, patience: Duration) -> Next {
        let news = |state: &State| state.end.is_some() || state.message.is_some();
        let state = self.wait(patience.min(self.left()), news);
        match (&state.end, &state.message) {
            (Some(end), _) => Next::End(end.clone()),
            (None, Some(message)) => Next::Sign {
                id: state.id,
                message: message.clone(),
            },
            (None, None) => Next::Wait,
        }
    }

    /// The page was told of the end.
    pub(super) fn tell(&self) {
        self.state().told = true;
        self.changed.notify_all();
    }

    /// The signature over message `id`.
    pub(super) fn take(&self, id: u32, signature: &SecretBytes) -> Result<(), Rejected> {
        let mut state = self.state();
        let message = state
            .message
            .as_ref()
            .filter(|_| state.id == id && state.end.is_none())
            .ok_or(Rejected::NotAsked)?;
        let signature = message
            .wallet
            .verify(&message.text, signature)
            .map_err(|error| Rejected::Signature(SealError::WalletSignature(error).to_string()))?;
        state.message = None;
        state.signature = Some(signature);
        self.changed.notify_all();
        Ok(())
    }

    /// The person gave up waiting for the page.
    pub(crate) fn cancel(&self) {
        self.end(End::Cancelled);
    }

    /// Whether the visit goes on.
    pub(crate) fn is_open(&self) -> bool {
        self.state().end.is_none()
    }

    /// Ends the visit; the first end counts.
    pub(super) fn end(&self, end: End) {
        let mut state = self.state();
        state.end.get_or_insert(end);
        state.message = None;
        self.changed.notify_all();
    }

    // -- The backend's side

    /// Waits for the account that the person connects.
    pub(super) fn connected(&self) -> Result<WalletAddress, SealError> {
        let state = self.wait(self.left(), |state| {
            state.connected.is_some() || state.end.is_some()
        });
        match &state.connected {
            Some(account) if state.end.is_none() => Ok(account.clone()),
            _ => Err(Self::failure(&state)),
        }
    }

    /// Has `message` signed.
    pub(super) fn sign(&self, message: &Message) -> Result<SecretBytes, SealError> {
        let mut state = self.state();
        state.id += 1;
        if state.end.is_none() {
            state.message = Some(message.clone());
        }
        self.changed.notify_all();
        drop(state);
        let mut state = self.wait(self.left(), |state| {
            state.signature.is_some() || state.end.is_some()
        });
        let signature = state.signature.take();
        signature.ok_or_else(|| Self::failure(&state))
    }

    /// Lets the page learn of the end, if there is a page.
    pub(super) fn wait_until_told(&self, patience: Duration) {
        let told = |state: &State| state.told || !state.claimed;
        drop(self.wait(patience, told));
    }

    /// Why there is nothing to be had from the page.
    fn failure(state: &State) -> SealError {
        match (&state.end, state.claimed) {
            (Some(End::Cancelled), _) => SealError::Declined(ASKED),
            (Some(End::Failed(why)), _) => SealError::WalletPage { why: why.clone() },
            (Some(End::Done) | None, true) => SealError::WalletPage {
                why: "nobody signed within five minutes; try again".into(),
            },
            (Some(End::Done) | None, false) => SealError::WalletPage {
                why: "no browser came to its address within five minutes; try again, and open the address that is \
                      told yourself"
                    .into(),
            },
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, patience: Duration, until: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let waited = self
            .changed
            .wait_timeout_while(self.state(), patience, |state| !until(state));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
