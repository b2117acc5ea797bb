//! The head of an HTTP/1.1 response: sans-I/O, on top of `httparse`.

use crate::failure::bounded;
use crate::report::Hsts;

/// Header fields that are read; a head with more is refused.
const HEADERS: usize = 128;

/// Bytes of a `Location` that is followed.
pub(super) const LOCATION_LIMIT: usize = 2048;

/// What a head says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub status: u16,
    pub location: Option<String>,
    pub hsts: Option<Hsts>,
    pub http3: bool,
}

impl Head {
    /// Where the response sends to, if it does.
    pub(super) fn redirect(&self) -> Option<&str> {
        self.location
            .as_deref()
            .filter(|_| matches!(self.status, 301 | 302 | 303 | 307 | 308))
    }
}

/// Parses a head; `None` until it is whole.
///
/// # Errors
/// The parser's words where the bytes are no HTTP/1.1 head.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Head>, httparse::Error> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    if response.parse(bytes)?.is_partial() {
        return Ok(None);
    }
    let field = |name: &str| {
        let found = response
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(found.value).into_owned())
    };
    Ok(Some(Head {
        status: response.code.unwrap_or_default(),
        location: field("location").map(|value| bounded(&value, LOCATION_LIMIT)),
        hsts: field("strict-transport-security").and_then(|value| parse_hsts(&value)),
        http3: field("alt-svc").is_some_and(|value| advertises_http3(&value)),
    }))
}

/// RFC 6797, section 6.1. A header without a valid `max-age` is no policy.
fn parse_hsts(value: &str) -> Option<Hsts> {
    let (mut max_age, mut include_subdomains, mut preload) = (None, false, false);
    for directive in value.split(';') {
        let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "max-age" => max_age = argument.trim().trim_matches('"').parse::<u64>().ok(),
            "includesubdomains" => include_subdomains = true,
            "preload" => preload = true,
            _ => {}
        }
    }
    Some(Hsts {
        max_age: max_age?,
        include_subdomains,
        preload,
    })
}

/// RFC 7838, section 3: `h3` or one of its drafts among the alternatives.
fn advertises_http3(value: &str) -> bool {
    let protocol = |entry: &str| entry.trim().split('=').next().map(str::to_ascii_lowercase);
    value
        .split(',')
        .filter_map(protocol)
        .any(|name| name == "h3" || name.starts_with("h3-"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_head_is_read_as_sent() {
        let bytes = b"HTTP/1.1 301 Moved\r\nLOCATION: /x\r\nStrict-Transport-Security: max-age=\"31536000\"; IncludeSubDomains ; preload\r\nAlt-Svc: h2=\":443\", h3=\":443\"; ma=86400\r\n\r\nbody";
        let head = parse(bytes).unwrap().unwrap();
        assert!(head.http3);
        assert_eq!(head.redirect(), Some("/x"));
        assert_eq!(
            head.hsts,
            Some(Hsts {
                max_age: 31_536_000,
                include_subdomains: true,
                preload: true
            })
        );
        assert_eq!(parse(b"HTTP/1.1 200 OK\r\nA: b\r\n"), Ok(None));
        assert!(parse(b"SSH-2.0-OpenSSH\r\n\r\n").is_err());
    }

    #[test]
    fn a_policy_without_age_is_none() {
        assert_eq!(parse_hsts("includeSubDomains"), None);
        assert_eq!(parse_hsts("max-age=-1"), None);
        assert_eq!(parse_hsts("max-age=0").unwrap().max_age, 0);
        assert!(!advertises_http3("clear"));
        assert!(advertises_http3("h3-29=\":443\""));
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse(&bytes);
            let _ = parse(&[b"HTTP/1.1 200 OK\r\n", bytes.as_slice()].concat());
        }
    }
}
