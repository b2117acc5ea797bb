//! A server's answer to one ClientHello, as far as it is in clear.

use super::record::{Deframer, Message, WireError};
use super::server_messages::{
    ServerHello, ServerKeyExchange, parse_certificates, parse_key_exchange, parse_server_hello,
};
use super::suites;
use super::version::Version;

/// An alert (RFC 8446, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alert {
    /// Number of the description.
    pub description: u8,
}

impl Alert {
    /// `protocol_version`: the server speaks no version that was offered.
    pub const PROTOCOL_VERSION: u8 = 70;

    /// Name of the description, or its number.
    #[must_use]
    pub fn name(self) -> String {
        let name = match self.description {
            0 => "close_notify",
            10 => "unexpected_message",
            20 => "bad_record_mac",
            22 => "record_overflow",
            40 => "handshake_failure",
            41 => "no_certificate",
            42 => "bad_certificate",
            43 => "unsupported_certificate",
            46 => "certificate_unknown",
            47 => "illegal_parameter",
            48 => "unknown_ca",
            49 => "access_denied",
            50 => "decode_error",
            51 => "decrypt_error",
            70 => "protocol_version",
            71 => "insufficient_security",
            80 => "internal_error",
            86 => "inappropriate_fallback",
            90 => "user_canceled",
            109 => "missing_extension",
            110 => "unsupported_extension",
            112 => "unrecognized_name",
            116 => "certificate_required",
            120 => "no_application_protocol",
            other => return format!("alert {other}"),
        };
        name.to_owned()
    }
}

/// What a server answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// A fatal alert.
    pub alert: Option<Alert>,
    /// ServerHello or HelloRetryRequest.
    pub hello: Option<ServerHello>,
    /// The chain, before TLS 1.3 (DER, leaf first).
    pub certificates: Vec<Vec<u8>>,
    /// Certificates that the server sent, also those that were not kept.
    pub certificate_count: usize,
    /// Key-exchange parameters, before TLS 1.3.
    pub key_exchange: Option<ServerKeyExchange>,
    /// Whether an OCSP response was stapled, before TLS 1.3.
    pub ocsp_stapled: bool,
    /// Bytes of protected records after a ServerHello of TLS 1.3, as far as they were waited for.
    pub protected_bytes: usize,
}

/// Whether more bytes are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Read on.
    More,
    /// The answer is whole.
    Done,
}

/// Collects an [`Answer`] from bytes.
#[derive(Debug)]
pub struct AnswerReader {
    deframer: Deframer,
    answer: Answer,
    protected_wanted: usize,
    done: bool,
}

impl AnswerReader {
    /// A reader that takes at most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            deframer: Deframer::new(limit),
            answer: Answer::default(),
            protected_wanted: 0,
            done: false,
        }
    }

    /// Reads on after a ServerHello of TLS 1.3 until so many protected bytes have come.
    #[must_use]
    pub const fn with_protected(mut self, bytes: usize) -> Self {
        self.protected_wanted = bytes;
        self
    }

    /// Takes bytes from the server. After [`Progress::Done`] nothing more is read.
    ///
    /// # Errors
    /// [`WireError`]; the answer so far stays available through [`AnswerReader::finish`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<Progress, WireError> {
        self.deframer.push(bytes)?;
        while !self.done {
            let Some(message) = self.deframer.next_message()? else {
                return Ok(Progress::More);
            };
            self.take(message)?;
        }
        Ok(Progress::Done)
    }

    /// The answer, whole or not.
    #[must_use]
    pub fn finish(self) -> Answer {
        self.answer
    }

    /// Bytes that have come and are part of no whole record.
    #[must_use]
    pub fn unread(&self) -> &[u8] {
        self.deframer.unread()
    }

    fn take(&mut self, message: Message) -> Result<(), WireError> {
        const CLOSE_NOTIFY: u8 = 0;
        const FATAL: u8 = 2;
        match message {
            Message::Alert(level, description) if level == FATAL || description == CLOSE_NOTIFY => {
                self.answer.alert = Some(Alert { description });
                self.done = true;
            }
            Message::Alert(..) => {}
            Message::Protected(len) => {
                self.answer.protected_bytes += len;
                let tls13 = self
                    .answer
                    .hello
                    .as_ref()
                    .is_some_and(|hello| hello.version == Version::Tls13);
                self.done = !tls13 || self.answer.protected_bytes >= self.protected_wanted;
            }
            Message::Handshake(kind, body) => self.take_handshake(kind, &body)?,
        }
        Ok(())
    }

    fn take_handshake(&mut self, kind: u8, body: &[u8]) -> Result<(), WireError> {
        match kind {
            SERVER_HELLO => {
                let hello = parse_server_hello(body)?;
                let tls13 = hello.version == Version::Tls13;
                self.done = hello.retry || (tls13 && self.protected_wanted == 0);
                self.answer.hello = Some(hello);
            }
            CERTIFICATE => {
                (self.answer.certificates, self.answer.certificate_count) =
                    parse_certificates(body)?;
            }
            CERTIFICATE_STATUS => self.answer.ocsp_stapled = !body.is_empty(),
            SERVER_KEY_EXCHANGE => self.take_key_exchange(body)?,
            SERVER_HELLO_DONE => self.done = true,
            _ if self.answer.hello.is_none() => return Err(WireError::Malformed("flight")),
            _ => {}
        }
        Ok(())
    }

    fn take_key_exchange(&mut self, body: &[u8]) -> Result<(), WireError> {
        let Some(hello) = &self.answer.hello else {
            return Err(WireError::Malformed("flight"));
        };
        if let Some(suite) = suites::find(hello.suite) {
            self.answer.key_exchange = parse_key_exchange(body, suite.kx, hello.version)?;
        }
        Ok(())
    }
}

const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const SERVER_KEY_EXCHANGE: u8 = 12;
const SERVER_HELLO_DONE: u8 = 14;
const CERTIFICATE_STATUS: u8 = 22;
