//! Authorizations: what a wallet signs to permit one act, and when that signature counts
//! (crypto.md section 3).
//!
//! Invariants: the text names vault, wallet, cluster and act, so one signature cannot be spent on
//! another; the verifier writes the text anew from the challenge that it holds and compares bytes,
//! and never parses what comes back; every value is printable ASCII on one line, so nothing is
//! shown otherwise than it is signed. A challenge is made by [`Challenge::issue`] and judged by
//! [`Challenge::verify`]; keeping challenges and the used nonces is the caller's.

mod challenge;
mod purpose;
mod refusal;
mod verify;

pub use challenge::{Act, Challenge, Cluster, DOMAIN, Line, request_hash};
pub use purpose::Rules;
pub use refusal::Refusal;
pub use verify::{Authorized, Expected, History, IssuedNonce, Presented};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod vectors;
