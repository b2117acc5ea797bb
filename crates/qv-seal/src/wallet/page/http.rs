//! The little of HTTP/1.1 that one page needs.
//!
//! Written here, over `httparse`, because a request may carry key material: it is read into one
//! buffer that is erased, which no server library offers. One request for each connection, bounded
//! in size and time.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use qv_crypto::secret::SecretBytes;
use zeroize::Zeroizing;

/// Most bytes of a request, head and body.
const LIMIT: usize = 16 * 1024;
/// Most bytes of a body: a message's number and a signature, or an address.
const BODY_LIMIT: usize = 512;
const MAX_HEADERS: usize = 64;
/// How long a client may take for its request.
const REQUEST_TIME: Duration = Duration::from_secs(5);
/// How long a client may take to read the answer.
const ANSWER_TIME: Duration = Duration::from_secs(5);
/// How long is read on, so that an answer is not lost with what was sent too much.
const DRAIN_TIME: Duration = Duration::from_millis(250);

/// The header that carries the token of a page's visit.
pub(super) const SESSION: &str = "x-quantumvault-session";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
}

/// A request, as far as it matters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) host: Option<String>,
    pub(super) origin: Option<String>,
    pub(super) fetch_site: Option<String>,
    pub(super) fetch_dest: Option<String>,
    pub(super) session: Option<SecretBytes>,
    pub(super) body: SecretBytes,
}

/// Why there is no request.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// To be answered with this status.
    Status(u16),
    /// The client went away or took too long: there is nobody to answer.
    Gone,
}

impl From<io::Error> for Unreadable {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// Reads one request.
pub(super) fn read(stream: &mut TcpStream) -> Result<Request, Unreadable> {
    let until = Instant::now() + REQUEST_TIME;
    let mut buffer = Zeroizing::new(vec![0; LIMIT]);
    let mut len = 0;
    loop {
        let rest = buffer.get_mut(len..).unwrap_or_default();
        if rest.is_empty() {
            return Err(Unreadable::Status(413));
        }
        len += match read_until(stream, rest, until)? {
            0 => return Err(Unreadable::Gone),
            more => more,
        };
        if let Some(request) = parse(buffer.get(..len).unwrap_or_default())? {
            return Ok(request);
        }
    }
}

fn read_until(stream: &mut TcpStream, to: &mut [u8], until: Instant) -> io::Result<usize> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    stream.set_read_timeout(Some(left))?;
    stream.read(to)
}

/// A request from the bytes so far; `None` where more are needed.
fn parse(bytes: &[u8]) -> Result<Option<Request>, Unreadable> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    let body_at = match head.parse(bytes) {
        Ok(httparse::Status::Complete(len)) => len,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Unreadable::Status(431)),
        Err(_) => return Err(Unreadable::Status(400)),
    };
    let method = match head.method {
        Some("GET") => Method::Get,
        Some("POST") => Method::Post,
        _ => return Err(Unreadable::Status(405)),
    };
    if head.version != Some(1) {
        return Err(Unreadable::Status(505));
    }
    if one(head.headers, "transfer-encoding")?.is_some() {
        return Err(Unreadable::Status(411));
    }
    let length = body_length(one(head.headers, "content-length")?)?;
    let body = bytes.get(body_at..).unwrap_or_default();
    if body.len() < length {
        return Ok(None);
    }
    if body.len() > length {
        return Err(Unreadable::Status(400));
    }
    let text = |name| Ok::<_, Unreadable>(one(head.headers, name)?.map(str::to_owned));
    Ok(Some(Request {
        method,
        path: head.path.unwrap_or_default().to_owned(),
        host: text("host")?,
        origin: text("origin")?,
        fetch_site: text("sec-fetch-site")?,
        fetch_dest: text("sec-fetch-dest")?,
        session: one(head.headers, SESSION)?
            .map(|token| SecretBytes::copied_from(token.as_bytes())),
        body: SecretBytes::copied_from(body),
    }))
}

/// A header that may be there once.
fn one<'a>(headers: &[httparse::Header<'a>], name: &str) -> Result<Option<&'a str>, Unreadable> {
    let mut found = headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case(name));
    let first = found.next();
    if found.next().is_some() {
        return Err(Unreadable::Status(400));
    }
    first
        .map(|header| str::from_utf8(header.value).map_err(|_| Unreadable::Status(400)))
        .transpose()
}

fn body_length(header: Option<&str>) -> Result<usize, Unreadable> {
    let Some(text) = header else { return Ok(0) };
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Unreadable::Status(400));
    }
    match text.parse() {
        Ok(length) if length <= BODY_LIMIT => Ok(length),
        _ => Err(Unreadable::Status(413)),
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) kind: &'static str,
    pub(super) body: Vec<u8>,
    /// Whether it tells the page that the visit is over.
    pub(super) ends: bool,
}

impl Answer {
    /// An answer without content.
    pub(super) const fn empty(status: u16) -> Self {
        Self {
            status,
            kind: "text/plain",
            body: Vec::new(),
            ends: false,
        }
    }
}

/// What every answer forbids: storing it, framing it, loading anything from elsewhere, telling
/// others of its address, and running any script but the page's own.
const HEADERS: &str = "\
    Cache-Control: no-store\r\n\
    Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
    Cross-Origin-Opener-Policy: same-origin\r\n\
    Cross-Origin-Resource-Policy: same-origin\r\n\
    Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=()\r\n\
    Referrer-Policy: no-referrer\r\n\
    X-Content-Type-Options: nosniff\r\n\
    X-Frame-Options: DENY\r\n\
    Connection: close\r\n";

/// Writes the answer and closes the connection.
pub(super) fn write(stream: &mut TcpStream, answer: &Answer) -> io::Result<()> {
    stream.set_write_timeout(Some(ANSWER_TIME))?;
    let head = format!(
        "HTTP/1.1 {} {}\r\nContent-Type: {}; charset=utf-8\r\nContent-Length: {}\r\n{HEADERS}\r\n",
        answer.status,
        reason(answer.status),
        answer.kind,
        answer.body.len(),
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&answer.body)?;
    stream.shutdown(Shutdown::Write)?;
    let until = Instant::now() + DRAIN_TIME;
    let mut rest = Zeroizing::new([0; 1024]);
    while read_until(stream, rest.as_mut_slice(), until)? > 0 {}
    Ok(())
}

const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        413 => "Content Too Large",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        431 => "Request Header Fields Too Large",
        _ => "Not Supported",
    }
}

/// For fuzzing: whether the bytes are a whole request. One that is stays one only with exactly its
/// bytes: its beginnings are none.
#[doc(hidden)]
#[must_use]
pub fn fuzz_request(bytes: &[u8]) -> bool {
    let whole = |bytes: &[u8]| matches!(parse(bytes), Ok(Some(_)));
    let taken = whole(bytes);
    if taken {
        let (_, shorter) = bytes.split_last().unwrap_or((&0, &[]));
        assert!(!whole(shorter), "a request that ends before its end");
        assert!(
            !whole(&[bytes, b"x"].concat()),
            "a request with something after it"
        );
    }
    taken
}
