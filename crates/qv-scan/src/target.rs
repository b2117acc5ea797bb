//! What is to be scanned: a host and port, or an HTTPS URL.
//!
//! Invariants: a [`Target`] is always complete and canonical (IDN in punycode, lower case, numeric
//! hosts as addresses), so equal targets have equal texts; it holds no credentials.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::error::ScanError;

/// Port where none is given.
pub const DEFAULT_PORT: u16 = 443;

/// Bytes of a target's text.
pub const TARGET_LIMIT: usize = 2048;

/// A scan target.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Target {
    host: Host<String>,
    port: u16,
    /// Of an HTTPS URL; `None` for a bare TLS endpoint.
    url: Option<Url>,
}

impl Target {
    /// The host.
    #[must_use]
    pub const fn host(&self) -> &Host<String> {
        &self.host
    }

    /// The TCP port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The URL of an HTTPS target; `None` for a TLS endpoint.
    #[must_use]
    pub const fn url(&self) -> Option<&Url> {
        self.url.as_ref()
    }

    /// The DNS name for SNI and for resolution; `None` where the host is an address.
    #[must_use]
    pub fn dns_name(&self) -> Option<&str> {
        match &self.host {
            Host::Domain(name) => Some(name),
            Host::Ipv4(_) | Host::Ipv6(_) => None,
        }
    }

    /// The address, where the host is one.
    #[must_use]
    pub const fn address(&self) -> Option<IpAddr> {
        match self.host {
            Host::Ipv4(v4) => Some(IpAddr::V4(v4)),
            Host::Ipv6(v6) => Some(IpAddr::V6(v6)),
            Host::Domain(_) => None,
        }
    }

    /// Host and port, `[…]` around IPv6 addresses.
    #[must_use]
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// The target of an `https` URL.
    ///
    /// # Errors
    /// [`ScanError`] for another scheme, credentials, or no usable host.
    pub fn from_url(mut url: Url) -> Result<Self, ScanError> {
        if url.scheme() != "https" {
            return Err(ScanError::UnsupportedScheme {
                given: quoted(url.as_str()),
            });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ScanError::CredentialsInUrl);
        }
        url.set_fragment(None);
        let invalid = || ScanError::InvalidHost {
            given: quoted(url.as_str()),
        };
        check_len(url.as_str())?;
        let host = checked(url.host().ok_or_else(invalid)?.to_owned(), url.as_str())?;
        let port = url.port().unwrap_or(DEFAULT_PORT);
        if port == 0 {
            return Err(ScanError::InvalidPort {
                given: quoted(url.as_str()),
            });
        }
        Ok(Self {
            host,
            port,
            url: Some(url),
        })
    }

    fn from_endpoint(text: &str) -> Result<Self, ScanError> {
        if let Some((head, tail)) = text.rsplit_once('/') {
            let range = head.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
                && tail.parse::<u8>().is_ok();
            let given = quoted(text);
            return Err(if range {
                ScanError::AddressRange { given }
            } else {
                ScanError::InvalidHost { given }
            });
        }
        let (host, port) = split_port(text)?;
        let parsed = match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(v4)) => Host::Ipv4(v4),
            Ok(IpAddr::V6(v6)) => Host::Ipv6(v6),
            Err(_) => Host::parse(host).map_err(|_| ScanError::InvalidHost {
                given: quoted(text),
            })?,
        };
        Ok(Self {
            host: checked(parsed, text)?,
            port,
            url: None,
        })
    }
}

/// Holds for what is given and for the canonical text, which percent-encoding may make longer: a target
/// that was taken must be one again when it is read back.
fn check_len(text: &str) -> Result<(), ScanError> {
    if text.len() > TARGET_LIMIT {
        return Err(ScanError::TargetTooLong {
            len: text.len(),
            limit: TARGET_LIMIT,
        });
    }
    Ok(())
}

/// Host and port of `host`, `host:port`, `v6`, `[v6]` or `[v6]:port`.
fn split_port(text: &str) -> Result<(&str, u16), ScanError> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, tail) = rest.split_once(']').ok_or_else(|| ScanError::InvalidHost {
                given: quoted(text),
            })?;
            (host, tail)
        }
        None if text.parse::<IpAddr>().is_ok() => (text, ""),
        None => text.find(':').map_or((text, ""), |at| text.split_at(at)),
    };
    if port.is_empty() {
        return Ok((host, DEFAULT_PORT));
    }
    let digits = port
        .strip_prefix(':')
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits
        .and_then(|digits| digits.parse::<u16>().ok())
        .filter(|number| *number != 0);
    number
        .map(|number| (host, number))
        .ok_or_else(|| ScanError::InvalidPort {
            given: quoted(text),
        })
}

/// A domain must be one that DNS and SNI can carry; one trailing dot is dropped.
fn checked(host: Host<String>, given: &str) -> Result<Host<String>, ScanError> {
    let Host::Domain(name) = host else {
        return Ok(host);
    };
    let name = name.strip_suffix('.').unwrap_or(&name).to_owned();
    match rustls::pki_types::DnsName::try_from(name.as_str()) {
        Ok(_) if !name.ends_with('.') => Ok(Host::Domain(name)),
        _ => Err(ScanError::InvalidHost {
            given: quoted(given),
        }),
    }
}

fn quoted(text: &str) -> String {
    crate::failure::bounded(text, 100)
}

impl FromStr for Target {
    type Err = ScanError;

    fn from_str(text: &str) -> Result<Self, ScanError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ScanError::EmptyTarget);
        }
        check_len(text)?;
        if !text.contains("://") {
            return Self::from_endpoint(text);
        }
        let url = Url::parse(text).map_err(|error| match error {
            url::ParseError::InvalidPort => ScanError::InvalidPort {
                given: quoted(text),
            },
            _ => ScanError::InvalidHost {
                given: quoted(text),
            },
        })?;
        Self::from_url(url)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.url {
            Some(url) => f.write_str(url.as_str()),
            None => f.write_str(&self.authority()),
        }
    }
}

impl TryFrom<String> for Target {
    type Error = ScanError;

    fn try_from(text: String) -> Result<Self, ScanError> {
        text.parse()
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(given: &str) -> String {
        given.parse::<Target>().unwrap().to_string()
    }

    #[test]
    fn endpoints_are_canonical() {
        assert_eq!(text("Example.ORG"), "example.org:443");
        assert_eq!(text(" example.org.:8443 "), "example.org:8443");
        assert_eq!(text("bücher.example"), "xn--bcher-kva.example:443");
        assert_eq!(text("127.0.0.1:1"), "127.0.0.1:1");
        assert_eq!(text("::1"), "[::1]:443");
        assert_eq!(text("[2001:DB8::1]:444"), "[2001:db8::1]:444");
        assert_eq!(text("_srv.example.org:1"), "_srv.example.org:1");
    }

    #[test]
    fn odd_spellings_of_addresses_become_addresses() {
        for given in ["0x7f.1", "2130706433", "127.1", "0177.0.0.1"] {
            assert_eq!(
                given.parse::<Target>().unwrap().address(),
                Some("127.0.0.1".parse().unwrap()),
                "{given}"
            );
        }
    }

    #[test]
    fn urls_keep_their_path_and_lose_their_fragment() {
        assert_eq!(text("https://Example.org"), "https://example.org/");
        assert_eq!(
            text("HTTPS://example.org:443/a?b#c"),
            "https://example.org/a?b"
        );
        assert_eq!(
            "https://[::1]:8443/".parse::<Target>().unwrap().port(),
            8443
        );
    }

    #[test]
    fn what_is_no_target_says_why() {
        let refusal = |given: &str| given.parse::<Target>().unwrap_err();
        assert!(matches!(refusal(" "), ScanError::EmptyTarget));
        assert!(matches!(
            refusal("10.0.0.0/8"),
            ScanError::AddressRange { .. }
        ));
        assert!(matches!(
            refusal("fd00::/8"),
            ScanError::AddressRange { .. }
        ));
        assert!(matches!(
            refusal("example.org/path"),
            ScanError::InvalidHost { .. }
        ));
        assert!(matches!(
            refusal("http://example.org"),
            ScanError::UnsupportedScheme { .. }
        ));
        assert!(matches!(
            refusal("https://me:pw@example.org"),
            ScanError::CredentialsInUrl
        ));
        for port in [
            "a:0",
            "a:65536",
            "a:",
            "a:+1",
            "a:1:2",
            "[::1]443",
            "https://a:0/",
        ] {
            assert!(
                matches!(refusal(port), ScanError::InvalidPort { .. }),
                "{port}"
            );
        }
        for host in [
            "a b",
            "-x",
            "[::1",
            "exa\u{0}mple",
            "a..b",
            "a..",
            "https://a../",
            "https://%00/",
            "256.256.256.256",
        ] {
            assert!(
                matches!(refusal(host), ScanError::InvalidHost { .. }),
                "{host}"
            );
        }
        assert!(matches!(
            refusal(&"a".repeat(3000)),
            ScanError::TargetTooLong { .. }
        ));
        let grows = format!("https://example.org/{}", "é".repeat(500));
        assert!(matches!(refusal(&grows), ScanError::TargetTooLong { .. }));
    }

    proptest! {
        #[test]
        fn any_text_parses_or_is_refused_and_parsing_is_stable(given in "\\PC{0,60}") {
            if let Ok(target) = given.parse::<Target>() {
                prop_assert_eq!(target.to_string().parse::<Target>().unwrap(), target);
            }
        }
    }
}
