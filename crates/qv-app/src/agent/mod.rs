//! The agent: one unlocked session that every `qv` of this account uses, as ssh-agent does.
//!
//! Invariants: no key crosses the socket, only [`Request`](crate::keys::Request)s and their answers; a peer
//! of another account is not answered; an agent serves one vault, and is there only while it is
//! unlocked: when it locks, it ends, and its memory with it.
//!
//! A process that becomes the agent takes its [`Door`], unlocks the vault, and calls [`serve()`]. Everyone
//! else attaches with [`Vault::with_agent`](crate::Vault::with_agent), or calls [`lock`].

mod client;
mod departure;
mod door;
mod frame;
mod line;
mod serve;
mod settings;

use qv_types::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use client::Client;
pub use door::Door;
pub(crate) use frame::MAX_ENVELOPES;
pub use serve::serve;

use crate::{AppError, Vault};

/// The version that both ends must share, since their messages have no other.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What an agent says of itself.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentStatus {
    /// Its process.
    pub pid: u32,
    /// Factor kinds of the slot that opened it, joined by `+`.
    pub by: String,
    /// When it locks by itself, unless it is used.
    pub until: Timestamp,
    /// Which of the vault's master keys it holds.
    pub epoch: u64,
}

/// The agent of a vault, where one runs. Waits for its answer, for some seconds.
///
/// # Errors
/// [`AppError::AgentVersion`], [`AppError::AgentRefused`], [`AppError::AgentSilent`].
pub fn status(vault: &Vault) -> Result<Option<AgentStatus>, AppError> {
    match Client::of(vault).status() {
        Ok(status) => Ok(Some(status)),
        Err(AppError::AgentGone) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Locks the agent of a vault, whatever its version: its key is gone when this returns. False where none
/// runs.
///
/// # Errors
/// [`AppError::AgentRefused`], [`AppError::AgentSilent`].
pub fn lock(vault: &Vault) -> Result<bool, AppError> {
    match Client::of(vault).lock() {
        Ok(()) => Ok(true),
        Err(AppError::AgentGone) => Ok(false),
        Err(error) => Err(error),
    }
}
