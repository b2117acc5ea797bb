//! Facts of a TLS endpoint and of the HTTPS service behind it. Facts only: no verdicts.

use serde::{Deserialize, Serialize};

use crate::cert::CertificateFacts;
use crate::failure::Failure;
use crate::survey::Preference;
use crate::wire::Version;

/// What a TLS endpoint showed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsFacts {
    /// Every version from SSLv3 to TLS 1.3, newest first.
    pub versions: Vec<VersionFact>,
    /// What a modern client gets: the newest version, hybrid groups first.
    pub negotiated: Option<Negotiated>,
    /// Why the modern client could not finish a handshake, where it could not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modern_refusal: Option<String>,
    /// Cipher suites. In a [`Depth::Standard`](crate::Depth) probe one of each kind before TLS 1.3.
    pub suites: Vec<SuiteFact>,
    /// Whose order decides on the suite before TLS 1.3.
    pub suite_preference: Preference,
    /// Key-exchange groups: of TLS 1.3, or of ECDHE where the server does not speak it.
    pub groups: Vec<GroupFact>,
    /// Whether the server refused everything beyond [`TlsFacts::groups`].
    pub groups_complete: bool,
    /// Whose order decides on the group where the client has sent no key share for it. (With key
    /// shares many servers take one of those; what a modern client gets is in `negotiated`.)
    pub group_preference: Preference,
    /// Signature algorithms of keys that the server has besides the leaf's (or of all its keys where
    /// no handshake could be finished), canonical names.
    pub other_signatures: Vec<String>,
    /// Signature schemes of TLS 1.3 that the server uses, IANA names: the one that a modern client
    /// gets, and in a [`Depth::Full`](crate::Depth) probe all.
    pub signature_schemes: Vec<String>,
    /// The chain that a modern client gets, leaf first; at most 16.
    pub certificates: Vec<CertificateFacts>,
    /// Certificates that the server sent, also those not kept.
    pub certificate_count: u32,
    /// Leaves that other hellos got.
    pub other_certificates: Vec<CertificateFacts>,
    /// Whether an OCSP response was stapled.
    pub ocsp_stapled: bool,
    /// Whether signed certificate timestamps came, in the certificate or the handshake.
    pub sct_present: bool,
    /// Whether the session can be resumed (ticket or session id).
    pub resumption: bool,
    /// Marks and extensions before TLS 1.3; `None` where the server speaks no such version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy: Option<LegacyFacts>,
}

impl TlsFacts {
    /// Whether a version is offered; `None` where that is not known.
    #[must_use]
    pub fn offers(&self, version: Version) -> Option<bool> {
        let fact = self.versions.iter().find(|fact| fact.version == version)?;
        match fact.support {
            Support::Offered => Some(true),
            Support::Refused => Some(false),
            Support::Unknown => None,
        }
    }
}

/// Support of one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionFact {
    /// The version.
    pub version: Version,
    /// Whether the server speaks it.
    pub support: Support,
}

/// Whether something is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// The server accepted it.
    Offered,
    /// The server refused it, or everything that would include it.
    Refused,
    /// Not found out.
    #[default]
    Unknown,
}

/// What one hello got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Negotiated {
    /// Version.
    pub version: Version,
    /// Suite.
    pub suite: SuiteFact,
    /// Whether the server asked for another key share first (HelloRetryRequest).
    pub hello_retry: bool,
    /// Scheme of the server's handshake signature, IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_scheme: Option<String>,
    /// Canonical algorithm of that scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_algorithm: Option<String>,
    /// Protocol chosen by ALPN, bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alpn: Option<String>,
    /// Whether a whole handshake was made; otherwise only hello and answer were exchanged.
    pub finished: bool,
}

/// A suite that the server chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuiteFact {
    /// Version in which it was chosen.
    pub version: Version,
    /// Number on the wire.
    pub code: u16,
    /// IANA name.
    pub name: String,
    /// Canonical key exchange: the group where one is named, otherwise the kind (`RSA-KX`, `DHE`, …).
    pub key_exchange: String,
    /// Bits of the key exchange: curve or prime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
    /// Canonical cipher.
    pub symmetric: String,
    /// Mode of the cipher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}

/// A group that the server accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupFact {
    /// Version in which it was chosen.
    pub version: Version,
    /// Number on the wire.
    pub code: u16,
    /// IANA name, for example `x25519`, `ffdhe2048`.
    pub label: String,
    /// Canonical name, for example `X25519`, `DHE`.
    pub name: String,
    /// Whether it withstands a quantum attacker by a KEM, alone or in a hybrid.
    pub post_quantum: bool,
}

/// Facts that only a hello of TLS 1.2 or older shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyFacts {
    /// Whether the server marks the downgrade from a newer version that it speaks (RFC 8446, 4.1.3).
    pub downgrade_marked: bool,
    /// Secure renegotiation (RFC 5746).
    pub secure_renegotiation: bool,
    /// Extended master secret (RFC 7627).
    pub extended_master_secret: bool,
    /// TLS compression.
    pub compression: bool,
}

/// What an HTTPS service showed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpsFacts {
    /// The first URL and those it redirected to, in order.
    pub hops: Vec<HopFacts>,
    /// Whether a redirect led to plain HTTP (and was not followed).
    pub leaves_https: bool,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HopFacts {
    /// The URL, bounded.
    pub url: String,
    /// What the TLS handshake negotiated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negotiated: Option<Negotiated>,
    /// Status code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Where it redirects to, as sent; bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// HSTS policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hsts: Option<Hsts>,
    /// Whether `Alt-Svc` advertises HTTP/3.
    pub http3: bool,
    /// Why there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// A `Strict-Transport-Security` header (RFC 6797).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hsts {
    /// `max-age` in seconds; 0 switches the policy off.
    pub max_age: u64,
    /// `includeSubDomains`.
    pub include_subdomains: bool,
    /// `preload`.
    pub preload: bool,
}
