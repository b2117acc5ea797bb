//! The node's address. It often carries an API key in its path or query, so only scheme, host and port
//! are ever shown, and texts from outside are searched for the rest before they are shown.

use std::fmt;
use std::net::IpAddr;

use alloy::transports::http::reqwest::Url;

use crate::Error;

/// Longest text from outside that an error shows, in characters.
const MAX_SHOWN: usize = 200;
/// Shorter parts of an address (`v3`, `eth`) are no secrets, and hiding them would garble messages.
const MIN_SECRET: usize = 8;

/// Whether `http://` is accepted beyond loopback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainHttp {
    /// Only to this machine, the default.
    LoopbackOnly,
    /// Anywhere; for private networks whose operator asked for it.
    Anywhere,
}

/// A checked RPC address: https, or http where allowed.
#[derive(Clone, PartialEq, Eq)]
pub struct RpcUrl {
    url: Url,
}

impl RpcUrl {
    /// Parses an address.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] where it is none, of another scheme, or plain http to another machine than
    /// allowed.
    pub fn parse(text: &str, plain: PlainHttp) -> Result<Self, Error> {
        let url = Url::parse(text.trim())
            .map_err(|_| Error::InvalidUrl("write it as https://host/path"))?;
        match url.scheme() {
            "https" => {}
            "http" if plain == PlainHttp::Anywhere || is_loopback(&url) => {}
            "http" => {
                return Err(Error::InvalidUrl(
                    "plain http is allowed only to this machine; use https",
                ));
            }
            _ => return Err(Error::InvalidUrl("use an https:// address")),
        }
        Ok(Self { url })
    }

    /// The whole address, secrets included: for the transport alone.
    pub(crate) fn expose(&self) -> &Url {
        &self.url
    }

    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// Cleans a text from outside for display: this address's secrets and anything that looks like an
    /// address are hidden, control and bidirectional characters become spaces, long texts are cut.
    #[must_use]
    pub fn sanitize(&self, text: &str) -> String {
        let mut clean: String = text.chars().take(8 * MAX_SHOWN).collect();
        for secret in self.secrets() {
            clean = clean.replace(secret, "[hidden]");
        }
        let words: Vec<&str> = clean
            .split(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c))
            .filter(|word| !word.is_empty())
            .map(|word| {
                if word.contains("://") {
                    "[address]"
                } else {
                    word
                }
            })
            .collect();
        let clean = words.join(" ");
        match clean.char_indices().nth(MAX_SHOWN) {
            Some((end, _)) => format!("{}…", clean.get(..end).unwrap_or_default()),
            None => clean,
        }
    }

    fn secrets(&self) -> impl Iterator<Item = &str> {
        let path = self
            .url
            .path_segments()
            .into_iter()
            .flatten()
            .filter(|part| part.len() >= MIN_SECRET);
        let query = self
            .url
            .query()
            .into_iter()
            .flat_map(|query| query.split(['&', '=']))
            .filter(|part| part.len() >= MIN_SECRET);
        let user = (!self.url.username().is_empty()).then(|| self.url.username());
        path.chain(query).chain(self.url.password()).chain(user)
    }
}

/// Scheme, host and port.
impl fmt::Display for RpcUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}://{}",
            self.url.scheme(),
            self.url.host_str().unwrap_or_default()
        )?;
        self.url.port().map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// As [`fmt::Display`]: the rest may be secret.
impl fmt::Debug for RpcUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RpcUrl({self})")
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Characters that change how the text around them is shown.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine() {
        for fine in [
            "https://rpc.example.org/v3/key",
            "http://127.0.0.1:8545",
            "http://localhost:1",
            "http://[::1]:9",
        ] {
            assert!(
                RpcUrl::parse(fine, PlainHttp::LoopbackOnly).is_ok(),
                "{fine}"
            );
        }
        for wrong in [
            "http://rpc.example.org",
            "http://127.0.0.1.example.org",
            "ws://127.0.0.1:1",
            "ftp://x",
            "rpc",
        ] {
            assert!(
                matches!(
                    RpcUrl::parse(wrong, PlainHttp::LoopbackOnly),
                    Err(Error::InvalidUrl(_))
                ),
                "{wrong}"
            );
        }
        assert!(RpcUrl::parse("http://10.0.0.7:8545", PlainHttp::Anywhere).is_ok());
    }

    #[test]
    fn secrets_of_the_address_are_never_shown() {
        let text =
            "https://alice:pa55word@rpc.example.org:8443/v3/0123456789abcdef?apikey=tok3n-tok3n";
        let url = RpcUrl::parse(text, PlainHttp::LoopbackOnly).unwrap();
        assert_eq!(url.to_string(), "https://rpc.example.org:8443");
        assert_eq!(format!("{url:?}"), "RpcUrl(https://rpc.example.org:8443)");
        let shown = url.sanitize(&format!(
            "bad key 0123456789abcdef / tok3n-tok3n, alice pa55word; see {text}"
        ));
        for secret in ["0123456789abcdef", "tok3n-tok3n", "alice", "pa55word"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(
            shown.contains("[hidden]") && shown.ends_with("see [address]"),
            "{shown}"
        );
    }

    #[test]
    fn texts_from_outside_cannot_drive_a_terminal() {
        let url = RpcUrl::parse("http://127.0.0.1:1", PlainHttp::LoopbackOnly).unwrap();
        assert_eq!(
            url.sanitize("a\u{1b}[31m\r\nb\u{202e}c\u{9b}d"),
            "a [31m b c d"
        );
        assert_eq!(
            url.sanitize(&"x".repeat(5_000)).chars().count(),
            MAX_SHOWN + 1
        );
    }
}
