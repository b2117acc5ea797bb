//! Building a ClientHello of any version.

use super::version::Version;

/// A ClientHello. Lists are offered in their order.
#[derive(Debug, Clone)]
pub struct ClientHello<'a> {
    /// Highest version offered; with [`Version::Tls13`] it is the only one.
    pub version: Version,
    /// DNS name for `server_name`; none for addresses.
    pub server_name: Option<&'a str>,
    /// The client's random. Nothing secret depends on it here.
    pub random: [u8; 32],
    /// Cipher suites.
    pub suites: &'a [u16],
    /// Groups.
    pub groups: &'a [u16],
    /// Signature schemes.
    pub schemes: &'a [u16],
    /// Key shares (TLS 1.3). An empty list asks for a HelloRetryRequest.
    pub key_shares: &'a [(u16, Vec<u8>)],
}

/// Signals secure renegotiation without an extension (RFC 5746).
const EMPTY_RENEGOTIATION_INFO: u16 = 0x00ff;

/// A ClientHello of between 256 and 511 bytes hangs some old servers (RFC 7685).
const PADDED: std::ops::Range<usize> = 256..512;

impl ClientHello<'_> {
    /// The record to send.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(1024);
        put_u16(&mut body, self.version.min(Version::Tls12).code());
        body.extend_from_slice(&self.random);
        // A session id makes TLS 1.3 pass middleboxes (RFC 8446, appendix D.4).
        let session_id = if self.version == Version::Tls13 {
            self.random.as_slice()
        } else {
            &[]
        };
        put_vec(&mut body, 1, |out| out.extend_from_slice(session_id));
        put_vec(&mut body, 2, |out| self.put_suites(out));
        let compression: &[u8] = if self.version == Version::Tls13 {
            &[0]
        } else {
            &[0, 1]
        };
        put_vec(&mut body, 1, |out| out.extend_from_slice(compression));
        if self.version > Version::Ssl3 {
            put_vec(&mut body, 2, |out| self.put_extensions(out));
        }
        frame(&body, self.version)
    }

    fn put_suites(&self, out: &mut Vec<u8>) {
        self.suites.iter().for_each(|suite| put_u16(out, *suite));
        if self.version < Version::Tls13 {
            put_u16(out, EMPTY_RENEGOTIATION_INFO);
        }
    }

    fn put_extensions(&self, out: &mut Vec<u8>) {
        if let Some(name) = self.server_name {
            put_extension(out, 0, |out| {
                put_vec(out, 2, |out| {
                    out.push(0); // host_name
                    put_vec(out, 2, |out| out.extend_from_slice(name.as_bytes()));
                });
            });
        }
        put_extension(out, 10, |out| put_u16_list(out, self.groups));
        if self.version >= Version::Tls12 {
            put_extension(out, 13, |out| put_u16_list(out, self.schemes));
        }
        put_extension(out, 5, |out| out.extend_from_slice(&[1, 0, 0, 0, 0])); // status_request
        if self.version == Version::Tls13 {
            self.put_tls13_extensions(out);
        } else {
            put_extension(out, 11, |out| out.extend_from_slice(&[1, 0])); // ec_point_formats
            put_extension(out, 18, |_| {}); // signed_certificate_timestamp
            put_extension(out, 23, |_| {}); // extended_master_secret
            put_extension(out, 35, |_| {}); // session_ticket
        }
        pad(out);
    }

    fn put_tls13_extensions(&self, out: &mut Vec<u8>) {
        put_extension(out, 43, |out| {
            put_vec(out, 1, |out| put_u16(out, Version::Tls13.code()));
        });
        put_extension(out, 51, |out| {
            put_vec(out, 2, |out| {
                for (group, share) in self.key_shares {
                    put_u16(out, *group);
                    put_vec(out, 2, |out| out.extend_from_slice(share));
                }
            });
        });
    }
}

/// Pads a message whose body is in `body` so far.
fn pad(body: &mut Vec<u8>) {
    const MESSAGE_HEAD: usize = 4;
    const EXTENSION_HEAD: usize = 4;
    let len = body.len() + MESSAGE_HEAD;
    if PADDED.contains(&len) {
        let zeros = PADDED.end.saturating_sub(len + EXTENSION_HEAD);
        put_extension(body, 21, |out| out.resize(out.len() + zeros, 0));
    }
}

/// Wraps the message into its handshake header and record.
fn frame(body: &[u8], version: Version) -> Vec<u8> {
    const CLIENT_HELLO: u8 = 1;
    const HANDSHAKE: u8 = 22;
    let mut record = Vec::with_capacity(body.len() + 9);
    record.push(HANDSHAKE);
    put_u16(&mut record, version.min(Version::Tls10).code());
    put_vec(&mut record, 2, |out| {
        out.push(CLIENT_HELLO);
        put_vec(out, 3, |out| out.extend_from_slice(body));
    });
    record
}

fn put_u16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_be_bytes());
}

fn put_u16_list(out: &mut Vec<u8>, values: &[u16]) {
    put_vec(out, 2, |out| {
        values.iter().for_each(|value| put_u16(out, *value))
    });
}

fn put_extension(out: &mut Vec<u8>, kind: u16, content: impl FnOnce(&mut Vec<u8>)) {
    put_u16(out, kind);
    put_vec(out, 2, content);
}

/// Writes `content` behind its length in `prefix` bytes (1 to 3).
fn put_vec(out: &mut Vec<u8>, prefix: usize, content: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len() + prefix;
    out.resize(start, 0);
    content(out);
    let len = (out.len() - start).to_be_bytes();
    let tail = len.iter().rev().take(prefix).rev();
    for (slot, byte) in out.iter_mut().skip(start - prefix).zip(tail) {
        *slot = *byte;
    }
}
