//! Why a part of a probe has no result. Failures are data of a [`Report`](crate::Report), never
//! errors of a scan.

use std::fmt;
use std::io;

use qv_types::Code;
use serde::{Deserialize, Serialize};

use crate::wire::WireError;

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Name resolution and the address guard.
    Resolve,
    /// The first connection and hello: without it there are no facts.
    FirstHello,
    /// The handshake of a modern client.
    ModernHandshake,
    /// Old protocol versions.
    Versions,
    /// Cipher suites.
    Suites,
    /// Key-exchange groups.
    Groups,
    /// Signature kinds.
    Signatures,
    /// A certificate that does not parse.
    Certificates,
    /// The HTTPS request or a redirect.
    Https,
    /// The probe as a whole.
    Probe,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCause {
    /// The name does not resolve.
    Dns,
    /// The guard refuses the address.
    AddressRefused,
    /// Nothing listens on the port.
    Refused,
    /// No route, or a network error.
    Unreachable,
    /// No connection within the limit.
    ConnectTimeout,
    /// No answer within the limit.
    HandshakeTimeout,
    /// The limit of the whole target was reached.
    OverallTimeout,
    /// The peer reset the connection.
    Reset,
    /// The peer closed the connection.
    Closed,
    /// The peer sent a fatal alert.
    Alert,
    /// The peer speaks something else that is readable.
    NotTls,
    /// The peer sends bytes without meaning, or breaks the protocol.
    Garbage,
    /// The peer sends more than the limit.
    TooLarge,
    /// Valid TLS that the client library cannot finish.
    Incompatible,
    /// The peer's HTTP answer is no HTTP/1.1.
    BadHttp,
    /// More redirects than the limit.
    TooManyRedirects,
    /// A redirect that cannot be followed.
    BadRedirect,
    /// A defect of ours.
    Internal,
}

impl FailureCause {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::AddressRefused => Code::AddressRefused,
            Self::Dns
            | Self::Refused
            | Self::Unreachable
            | Self::ConnectTimeout
            | Self::HandshakeTimeout
            | Self::OverallTimeout
            | Self::Reset
            | Self::Closed => Code::Unreachable,
            Self::Internal => Code::Internal,
            _ => Code::BadPeer,
        }
    }
}

/// One failure: what was being done, why it failed, and in which words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What was being done.
    pub stage: Stage,
    /// Why it failed.
    pub cause: FailureCause,
    /// Words for people, at most [`DETAIL_LIMIT`] bytes. May quote the peer: escape before showing.
    pub detail: String,
}

/// Bytes of a detail.
pub const DETAIL_LIMIT: usize = 240;

impl Failure {
    /// A failure with a bounded detail.
    #[must_use]
    pub fn new(stage: Stage, cause: FailureCause, detail: impl fmt::Display) -> Self {
        Self {
            stage,
            cause,
            detail: bounded(&detail.to_string(), DETAIL_LIMIT),
        }
    }

    /// A failed read or write on a connection that was open.
    #[must_use]
    pub fn from_io(stage: Stage, error: &io::Error) -> Self {
        let cause = match error.kind() {
            io::ErrorKind::ConnectionRefused => FailureCause::Refused,
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => FailureCause::Reset,
            io::ErrorKind::UnexpectedEof => FailureCause::Closed,
            io::ErrorKind::FileTooLarge => FailureCause::TooLarge,
            io::ErrorKind::TimedOut => FailureCause::ConnectTimeout,
            _ => FailureCause::Unreachable,
        };
        Self::new(stage, cause, error)
    }

    /// An answer that is not TLS or breaks it.
    #[must_use]
    pub fn from_wire(stage: Stage, error: &WireError) -> Self {
        match error {
            WireError::NotTls { banner } if is_readable(banner) => {
                let words = String::from_utf8_lossy(banner);
                let first_line = words.lines().next().unwrap_or_default();
                Self::new(
                    stage,
                    FailureCause::NotTls,
                    format_args!("the peer answers in clear: {first_line}"),
                )
            }
            WireError::NotTls { .. } => Self::new(stage, FailureCause::Garbage, error),
            WireError::Malformed(_) => Self::new(stage, FailureCause::Garbage, error),
            WireError::TooLarge { .. } => Self::new(stage, FailureCause::TooLarge, error),
        }
    }

    /// Whether a later probe of the same target would fail alike, so that none is tried.
    #[must_use]
    pub const fn ends_probing(&self) -> bool {
        matches!(
            self.cause,
            FailureCause::ConnectTimeout
                | FailureCause::HandshakeTimeout
                | FailureCause::OverallTimeout
                | FailureCause::Refused
                | FailureCause::Unreachable
                | FailureCause::TooLarge
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

fn is_readable(banner: &[u8]) -> bool {
    let text = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    !banner.is_empty() && banner.iter().all(text)
}

/// The beginning of a text, at most `limit` bytes, cut between characters.
#[must_use]
pub(crate) fn bounded(text: &str, limit: usize) -> String {
    let end = (0..=limit.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    text.get(..end).unwrap_or_default().to_owned()
}
