//! Parsers of the handshake messages that a server sends in clear.

use super::cursor::{Cursor, Short};
use super::record::WireError;
use super::suites::Kx;
use super::version::Version;

/// Certificates of one message that are kept; what is beyond is counted and dropped.
pub const CERTIFICATES_KEPT: usize = 16;

/// Extensions of one message that are kept.
const EXTENSIONS_KEPT: usize = 64;

/// The random of a HelloRetryRequest (RFC 8446, section 4.1.3).
const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;

/// What the end of the random says of a downgrade (RFC 8446, section 4.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Downgrade {
    /// The server could do TLS 1.3 and negotiated TLS 1.2.
    ToTls12,
    /// The server could do TLS 1.2 and negotiated TLS 1.1 or older.
    ToTls11OrOlder,
}

/// A ServerHello or a HelloRetryRequest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerHello {
    /// The chosen version.
    pub version: Version,
    /// Whether this is a HelloRetryRequest.
    pub retry: bool,
    /// Mark of a downgrade.
    pub downgrade: Option<Downgrade>,
    /// The chosen suite.
    pub suite: u16,
    /// The chosen compression method; 0 is none.
    pub compression: u8,
    /// Whether a session id was given, by which the session can be resumed before TLS 1.3.
    pub has_session_id: bool,
    /// The group of the key share (or the group asked for).
    pub group: Option<u16>,
    /// Extension types, in order.
    pub extensions: Vec<u16>,
}

impl ServerHello {
    /// Whether the server sent an extension of this type.
    #[must_use]
    pub fn has_extension(&self, kind: u16) -> bool {
        self.extensions.contains(&kind)
    }
}

/// Parses a ServerHello of any version.
///
/// # Errors
/// [`WireError::Malformed`].
pub fn parse_server_hello(body: &[u8]) -> Result<ServerHello, WireError> {
    server_hello(Cursor::new(body)).map_err(|Short| WireError::Malformed("ServerHello"))
}

fn server_hello(mut body: Cursor<'_>) -> Result<ServerHello, Short> {
    let legacy_version = body.u16()?;
    let random = body.take(32)?;
    let session_id = body.vec(1)?;
    let suite = body.u16()?;
    let compression = body.u8()?;
    let mut version = legacy_version;
    let mut group = None;
    let mut extensions = Vec::new();
    let mut rest = if body.is_empty() {
        body
    } else {
        Cursor::new(body.vec(2)?)
    };
    while !rest.is_empty() {
        let kind = rest.u16()?;
        let mut content = Cursor::new(rest.vec(2)?);
        match kind {
            SUPPORTED_VERSIONS => version = content.u16()?,
            KEY_SHARE => group = Some(content.u16()?),
            _ => {}
        }
        if extensions.len() < EXTENSIONS_KEPT {
            extensions.push(kind);
        }
    }
    Ok(ServerHello {
        version: Version::from_code(version).ok_or(Short)?,
        retry: random == RETRY_RANDOM,
        downgrade: downgrade_mark(random),
        suite,
        compression,
        has_session_id: !session_id.is_empty(),
        group,
        extensions,
    })
}

fn downgrade_mark(random: &[u8]) -> Option<Downgrade> {
    match random.last_chunk::<8>()? {
        b"DOWNGRD\x01" => Some(Downgrade::ToTls12),
        b"DOWNGRD\x00" => Some(Downgrade::ToTls11OrOlder),
        _ => None,
    }
}

/// The certificates of a Certificate message before TLS 1.3, at most [`CERTIFICATES_KEPT`], and how many there were.
///
/// # Errors
/// [`WireError::Malformed`].
pub fn parse_certificates(body: &[u8]) -> Result<(Vec<Vec<u8>>, usize), WireError> {
    certificates(Cursor::new(body)).map_err(|Short| WireError::Malformed("Certificate"))
}

fn certificates(mut body: Cursor<'_>) -> Result<(Vec<Vec<u8>>, usize), Short> {
    let mut list = Cursor::new(body.vec(3)?);
    let (mut kept, mut count) = (Vec::new(), 0);
    while !list.is_empty() {
        let certificate = list.vec(3)?;
        count += 1;
        if kept.len() < CERTIFICATES_KEPT {
            kept.push(certificate.to_vec());
        }
    }
    Ok((kept, count))
}

/// Parameters of a key exchange before TLS 1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyExchangeParameters {
    /// ECDHE with a named curve; `None` for explicit parameters.
    Curve(Option<u16>),
    /// DHE with a prime of so many bits.
    Prime {
        /// Bits of the prime.
        bits: u32,
    },
    /// RSA_EXPORT with a temporary modulus of so many bits.
    Modulus {
        /// Bits of the modulus.
        bits: u32,
    },
}

/// A ServerKeyExchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerKeyExchange {
    /// Parameters.
    pub parameters: KeyExchangeParameters,
    /// Signature scheme (TLS 1.2, authenticated suites).
    pub scheme: Option<u16>,
}

/// Parses the ServerKeyExchange of a suite; `None` for kinds whose message holds no parameters.
///
/// # Errors
/// [`WireError::Malformed`].
pub fn parse_key_exchange(
    body: &[u8],
    kx: Kx,
    version: Version,
) -> Result<Option<ServerKeyExchange>, WireError> {
    key_exchange(Cursor::new(body), kx, version)
        .map_err(|Short| WireError::Malformed("ServerKeyExchange"))
}

fn key_exchange(
    mut body: Cursor<'_>,
    kx: Kx,
    version: Version,
) -> Result<Option<ServerKeyExchange>, Short> {
    if matches!(kx, Kx::DhePsk | Kx::EcdhePsk) {
        body.vec(2)?; // psk_identity_hint
    }
    let parameters = match kx {
        Kx::Ecdhe | Kx::EcdhAnon | Kx::EcdhePsk => curve(&mut body)?,
        Kx::Dhe | Kx::DhAnon | Kx::DhePsk => {
            let bits = bit_length(body.vec(2)?);
            body.vec(2)?; // generator
            body.vec(2)?; // public value
            KeyExchangeParameters::Prime { bits }
        }
        Kx::Rsa => {
            let bits = bit_length(body.vec(2)?);
            body.vec(2)?; // exponent
            KeyExchangeParameters::Modulus { bits }
        }
        Kx::Tls13 | Kx::Ecdh | Kx::Dh | Kx::Psk | Kx::RsaPsk => return Ok(None),
    };
    let signed = version == Version::Tls12 && matches!(kx, Kx::Ecdhe | Kx::Dhe | Kx::Rsa);
    let explicit = parameters == KeyExchangeParameters::Curve(None);
    let scheme = if signed && !explicit {
        Some(body.u16()?)
    } else {
        None
    };
    Ok(Some(ServerKeyExchange { parameters, scheme }))
}

fn curve(body: &mut Cursor<'_>) -> Result<KeyExchangeParameters, Short> {
    const NAMED_CURVE: u8 = 3;
    if body.u8()? != NAMED_CURVE {
        return Ok(KeyExchangeParameters::Curve(None));
    }
    let group = body.u16()?;
    body.vec(1)?; // public point
    Ok(KeyExchangeParameters::Curve(Some(group)))
}

/// Bits of a big-endian number without its leading zeros.
#[must_use]
pub fn bit_length(number: &[u8]) -> u32 {
    let mut digits = number.iter().skip_while(|byte| **byte == 0);
    let Some(first) = digits.next() else { return 0 };
    let rest = u32::try_from(digits.count()).unwrap_or(u32::MAX / 8);
    (8 - first.leading_zeros()) + rest.saturating_mul(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_without_leading_zeros() {
        assert_eq!(bit_length(&[]), 0);
        assert_eq!(bit_length(&[0, 0]), 0);
        assert_eq!(bit_length(&[0, 1]), 1);
        assert_eq!(bit_length(&[0x80, 0]), 16);
        assert_eq!(bit_length(&[0x7f, 0]), 15);
    }

    #[test]
    fn a_hello_without_extensions_is_whole() {
        let mut body = vec![3, 0];
        body.extend([7; 32]);
        body.extend([0, 0, 5, 0]);
        let hello = parse_server_hello(&body).unwrap();
        assert_eq!(
            (hello.version, hello.suite, hello.retry),
            (Version::Ssl3, 5, false)
        );
        assert_eq!(
            parse_server_hello(&body[..37]),
            Err(WireError::Malformed("ServerHello"))
        );
    }
}
