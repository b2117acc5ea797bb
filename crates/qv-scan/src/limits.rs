//! Limits of a scan: time, bytes and how many at once.

use std::time::Duration;

/// Limits. Every default is safe for a scan of foreign hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For name resolution, and again for each connection.
    pub connect: Duration,
    /// For the answer to one hello, one handshake, or one HTTP request.
    pub handshake: Duration,
    /// For everything that concerns one target, from its first connection on.
    pub overall: Duration,
    /// Targets under way at once.
    pub concurrency: usize,
    /// Targets under way at once at one address; each has one connection open at a time.
    pub per_host: usize,
    /// Bytes that are read on one connection until its handshake ends.
    pub handshake_bytes: usize,
    /// Bytes of an HTTP response head.
    pub http_head_bytes: usize,
    /// Redirects that are followed.
    pub redirects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            handshake: Duration::from_secs(10),
            overall: Duration::from_secs(30),
            concurrency: 20,
            per_host: 4,
            handshake_bytes: 256 * 1024,
            http_head_bytes: 32 * 1024,
            redirects: 5,
        }
    }
}
