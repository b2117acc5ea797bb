//! Sans-I/O TLS codecs: a [`ClientHello`] goes out as bytes, the server's first flight comes back
//! through an [`AnswerReader`].
//!
//! Invariants: no sockets, no clock, no randomness; every length that a peer claims is checked
//! against what it sent and against a limit; nothing here panics on any input (property tests in
//! `tests/wire.rs`).
//!
//! Start with [`client_hello`] and [`answer`]; the code points are in [`groups`], [`suites`],
//! [`schemes`] and [`version`].

pub mod answer;
pub mod client_hello;
mod cursor;
pub mod groups;
pub mod record;
pub mod schemes;
pub mod server_messages;
mod suite_table;
pub mod suites;
pub mod version;

pub use answer::{Alert, Answer, AnswerReader};
pub use client_hello::ClientHello;
pub use record::WireError;
pub use server_messages::{Downgrade, KeyExchangeParameters, ServerHello, ServerKeyExchange};
pub use version::Version;
