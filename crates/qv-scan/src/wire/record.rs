//! The record layer of a plaintext flight: bytes in, alerts and handshake messages out.
//!
//! Invariants: never holds more than its limit; work is linear in the bytes pushed, however they
//! are cut into records and reads.

use super::cursor::{Cursor, Short};

/// Why bytes are not a TLS flight.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The first bytes are no TLS record.
    #[error("the peer does not speak TLS")]
    NotTls {
        /// The first bytes, at most [`BANNER_LIMIT`].
        banner: Vec<u8>,
    },
    /// TLS records whose content breaks the protocol.
    #[error("malformed {0}")]
    Malformed(&'static str),
    /// More handshake bytes than the limit.
    #[error("more than {limit} handshake bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
}

/// Bytes of a banner that are kept.
pub const BANNER_LIMIT: usize = 80;

/// A record holds at most 2^14 bytes, plus 2048 for compression and protection (RFC 5246, 6.2.3).
const RECORD_LIMIT: usize = (1 << 14) + 2048;

/// A message of the flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Level and description.
    Alert(u8, u8),
    /// Message type and body.
    Handshake(u8, Vec<u8>),
    /// A record that is protected, or says that the next ones are, with so many bytes.
    Protected(usize),
}

/// Cuts bytes into messages.
#[derive(Debug)]
pub struct Deframer {
    raw: Queue,
    handshake: Queue,
    received: usize,
    limit: usize,
    is_tls: bool,
}

impl Deframer {
    /// A deframer that takes at most `limit` bytes in all.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            raw: Queue::default(),
            handshake: Queue::default(),
            received: 0,
            limit,
            is_tls: false,
        }
    }

    /// Takes bytes from the peer.
    ///
    /// # Errors
    /// [`WireError::TooLarge`] past the limit.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        self.received = self.received.saturating_add(bytes.len());
        if self.received > self.limit {
            return Err(WireError::TooLarge { limit: self.limit });
        }
        self.raw.push(bytes);
        Ok(())
    }

    /// The next whole message; `None` until more bytes come.
    ///
    /// # Errors
    /// [`WireError`] where the bytes are not TLS, break it, or announce more than the limit.
    pub fn next_message(&mut self) -> Result<Option<Message>, WireError> {
        loop {
            if let Some(message) = self.whole_handshake()? {
                return Ok(Some(message));
            }
            let Some((kind, len)) = self.record_head()? else {
                return Ok(None);
            };
            let Some(body) = self.raw.bytes().get(RECORD_HEAD..RECORD_HEAD + len) else {
                return Ok(None);
            };
            let other = match kind {
                HANDSHAKE => {
                    self.handshake.push(body);
                    None
                }
                ALERT => Some(parse_alert(body)?),
                _ => Some(Message::Protected(len)),
            };
            self.raw.consume(RECORD_HEAD + len);
            if other.is_some() {
                return Ok(other);
            }
        }
    }

    /// What came so far of something that is not TLS: for peers that close early.
    #[must_use]
    pub fn unread(&self) -> &[u8] {
        self.raw.bytes()
    }

    fn record_head(&mut self) -> Result<Option<(u8, usize)>, WireError> {
        let bytes = self.raw.bytes();
        let &[kind, major, _minor, high, low, ..] = bytes else {
            return Ok(None);
        };
        let is_record = (CHANGE_CIPHER_SPEC..=HEARTBEAT).contains(&kind) && major == 3;
        if !is_record && !self.is_tls {
            return Err(WireError::NotTls {
                banner: bytes.iter().copied().take(BANNER_LIMIT).collect(),
            });
        }
        let len = usize::from(u16::from_be_bytes([high, low]));
        if !is_record || len > RECORD_LIMIT {
            return Err(WireError::Malformed("record"));
        }
        self.is_tls = true;
        Ok(Some((kind, len)))
    }

    fn whole_handshake(&mut self) -> Result<Option<Message>, WireError> {
        let &[kind, a, b, c, ..] = self.handshake.bytes() else {
            return Ok(None);
        };
        let len = usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap_or(usize::MAX);
        if len > self.limit {
            return Err(WireError::TooLarge { limit: self.limit });
        }
        let Some(body) = self.handshake.bytes().get(MESSAGE_HEAD..MESSAGE_HEAD + len) else {
            return Ok(None);
        };
        let message = Message::Handshake(kind, body.to_vec());
        self.handshake.consume(MESSAGE_HEAD + len);
        Ok(Some(message))
    }
}

const RECORD_HEAD: usize = 5;
const MESSAGE_HEAD: usize = 4;
const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const HEARTBEAT: u8 = 24;

fn parse_alert(body: &[u8]) -> Result<Message, WireError> {
    let mut fields = Cursor::new(body);
    let parsed: Result<_, Short> = fields
        .u8()
        .and_then(|level| Ok(Message::Alert(level, fields.u8()?)));
    parsed.map_err(|Short| WireError::Malformed("alert"))
}

/// Bytes with a read position. What is read is dropped only when it is more than what is left,
/// which keeps the work linear.
#[derive(Debug, Default)]
struct Queue {
    bytes: Vec<u8>,
    read: usize,
}

impl Queue {
    fn bytes(&self) -> &[u8] {
        self.bytes.get(self.read..).unwrap_or_default()
    }

    fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn consume(&mut self, len: usize) {
        self.read = self.read.saturating_add(len).min(self.bytes.len());
        if self.read > self.bytes.len() / 2 {
            self.bytes.drain(..self.read);
            self.read = 0;
        }
    }
}
