//! Errors of the crate's callers: a wrong target, a refused address, an unusable configuration.
//! What goes wrong at a peer is a [`Failure`](crate::Failure) instead.

use std::net::IpAddr;

use qv_types::Code;

/// What a caller did wrong, or what this machine lacks.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// Nothing where a target should be.
    #[error("the target is empty; give host, host:port or an https:// URL")]
    EmptyTarget,
    /// Longer than any real target.
    #[error("the target has {len} bytes; at most {limit} are taken")]
    TargetTooLong {
        /// Its length in bytes.
        len: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// An address range.
    #[error("`{given}` is an address range; name each host, as ranges are not scanned")]
    AddressRange {
        /// What was given.
        given: String,
    },
    /// Neither a name nor an address.
    #[error(
        "`{given}` has no valid host name or address; use host, host:port, [v6]:port or https://host/path"
    )]
    InvalidHost {
        /// What was given.
        given: String,
    },
    /// A port that cannot be.
    #[error("`{given}` has no valid port; use a number from 1 to 65535")]
    InvalidPort {
        /// What was given.
        given: String,
    },
    /// A URL of another kind.
    #[error("`{given}` is no https URL; use https://host/path or host:port")]
    UnsupportedScheme {
        /// What was given.
        given: String,
    },
    /// A URL with a user name or password.
    #[error("the URL holds a user name or password; leave them out, they are not sent")]
    CredentialsInUrl,
    /// The guard refuses the address.
    #[error("{address} is refused: {reason}")]
    AddressRefused {
        /// The address.
        address: IpAddr,
        /// Why, and what would allow it.
        reason: &'static str,
    },
    /// The TLS library refused its configuration.
    #[error("the TLS client cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

impl ScanError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::AddressRefused { .. } => Code::AddressRefused,
            Self::Tls(_) => Code::Internal,
            _ => Code::InvalidInput,
        }
    }
}
