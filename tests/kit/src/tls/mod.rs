//! TLS peers of many kinds, good and hostile, on free loopback ports.
//!
//! Each server is a value: it listens when its constructor returns and is gone when it is dropped.
//! Several test runs can go on side by side. A missing program is an error that says how to get it.
//!
//! Start with [`rustls_server`] for a server in this process, [`openssl`], [`gnutls`], [`nginx`] and
//! [`node`] for those of others, [`hostile`] for peers that misbehave.

pub mod gnutls;
pub mod hostile;
mod identity;
pub mod nginx;
pub mod node;
pub mod openssl;
pub(crate) mod port;
mod process;
pub mod rustls_server;

pub use identity::{Identity, KeyKind};
pub use port::Port;
pub use process::ServerProcess;
