//! The client against a real anvil, and against nodes that misbehave.

// A panic is how a test fails, also in what surrounds the tests themselves.
#![allow(clippy::unwrap_used, clippy::panic)]

mod caller;
mod happy;
mod hostile;
mod outbox;
