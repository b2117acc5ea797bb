//! Cipher suites: what a suite's name says about key exchange, authentication and cipher.

use std::sync::LazyLock;

use super::Version;
use super::suite_table::{TLS12_AND_OLDER, TLS13};

/// How a suite agrees on keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kx {
    /// TLS 1.3: by a group that is negotiated apart from the suite.
    Tls13,
    /// Ephemeral elliptic curve.
    Ecdhe,
    /// Ephemeral finite field.
    Dhe,
    /// RSA key transport.
    Rsa,
    /// Static elliptic curve.
    Ecdh,
    /// Static finite field.
    Dh,
    /// Unauthenticated elliptic curve.
    EcdhAnon,
    /// Unauthenticated finite field.
    DhAnon,
    /// Pre-shared key.
    Psk,
    /// Pre-shared key with finite field.
    DhePsk,
    /// Pre-shared key with elliptic curve.
    EcdhePsk,
    /// Pre-shared key with RSA key transport.
    RsaPsk,
}

impl Kx {
    /// Canonical name where no group is known, one of [`crate::names::KEY_EXCHANGE`].
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tls13 | Self::Ecdhe => "ECDHE",
            Self::Dhe => "DHE",
            Self::Rsa => "RSA-KX",
            Self::Ecdh => "ECDH",
            Self::Dh => "DH",
            Self::EcdhAnon => "ECDH-anon",
            Self::DhAnon => "DH-anon",
            Self::Psk => "PSK",
            Self::DhePsk => "DHE-PSK",
            Self::EcdhePsk => "ECDHE-PSK",
            Self::RsaPsk => "RSA-PSK",
        }
    }
}

/// Why a suite is broken whatever its key exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// 40-bit keys by design.
    Export,
    /// No encryption.
    Null,
    /// No authentication.
    Anonymous,
    /// RC4.
    Rc4,
    /// Single DES.
    Des,
    /// Triple DES: 64-bit blocks.
    TripleDes,
}

/// Suites of one class are one fact: finding one shows the class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Broken, by its flaw.
    Flawed(Flaw),
    /// Sound enough, by key exchange and certificate kind.
    Sound(Kx, &'static str),
}

/// A cipher suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suite {
    /// Number on the wire.
    pub code: u16,
    /// Name in the IANA registry.
    pub name: &'static str,
    /// Key exchange.
    pub kx: Kx,
    /// Certificate kind in the suite's name: `RSA`, `ECDSA`, `DSS`, `anon`, `PSK`; empty in TLS 1.3.
    pub auth: &'static str,
    /// Cipher, one of [`crate::names::SYMMETRIC`].
    pub symmetric: &'static str,
    /// Mode of the cipher, where it has one.
    pub mode: Option<&'static str>,
    /// Broken, and why.
    pub flaw: Option<Flaw>,
}

impl Suite {
    /// The class for which this suite stands.
    #[must_use]
    pub fn class(&self) -> Class {
        self.flaw
            .map_or(Class::Sound(self.kx, self.auth), Class::Flawed)
    }
}

/// Sorted by number.
static SUITES: LazyLock<Vec<Suite>> = LazyLock::new(|| {
    let table = TLS13.iter().chain(TLS12_AND_OLDER);
    let mut suites: Vec<Suite> = table.map(|(code, name)| parse(*code, name)).collect();
    suites.sort_unstable_by_key(|suite| suite.code);
    suites
});

/// The suite of a number on the wire.
#[must_use]
pub fn find(code: u16) -> Option<&'static Suite> {
    SUITES
        .binary_search_by_key(&code, |suite| suite.code)
        .ok()
        .and_then(|index| SUITES.get(index))
}

/// Numbers of the suites of TLS 1.3, best first.
#[must_use]
pub fn tls13() -> &'static [u16] {
    static CODES: LazyLock<Vec<u16>> = LazyLock::new(|| codes(TLS13, |_| true));
    &CODES
}

/// Numbers of the suites of TLS 1.2 and older, best first.
#[must_use]
pub fn tls12() -> &'static [u16] {
    static CODES: LazyLock<Vec<u16>> = LazyLock::new(|| codes(TLS12_AND_OLDER, |_| true));
    &CODES
}

/// Numbers of the suites that a version before TLS 1.2 knows: no AEAD, no SHA-2.
#[must_use]
pub fn before_tls12() -> &'static [u16] {
    static CODES: LazyLock<Vec<u16>> = LazyLock::new(|| {
        codes(TLS12_AND_OLDER, |name| {
            name.ends_with("_SHA") || name.ends_with("_MD5")
        })
    });
    &CODES
}

/// Numbers of the suites to offer in a version before TLS 1.3.
#[must_use]
pub fn legacy(version: Version) -> &'static [u16] {
    if version < Version::Tls12 {
        before_tls12()
    } else {
        tls12()
    }
}

fn codes(table: &[(u16, &str)], keep: impl Fn(&str) -> bool) -> Vec<u16> {
    table
        .iter()
        .filter(|(_, name)| keep(name))
        .map(|(code, _)| *code)
        .collect()
}

fn parse(code: u16, name: &'static str) -> Suite {
    let (head, cipher) = name
        .split_once("_WITH_")
        .unwrap_or(("TLS13", name.trim_start_matches("TLS_")));
    let export = head.ends_with("_EXPORT");
    let (kx, auth) = parse_head(head.trim_start_matches("TLS_").trim_end_matches("_EXPORT"));
    let (symmetric, mode) = parse_cipher(cipher);
    let flaw = match symmetric {
        _ if export => Some(Flaw::Export),
        "NULL" => Some(Flaw::Null),
        _ if auth == "anon" => Some(Flaw::Anonymous),
        "RC4-128" => Some(Flaw::Rc4),
        "DES-CBC" => Some(Flaw::Des),
        "3DES-CBC" => Some(Flaw::TripleDes),
        _ => None,
    };
    Suite {
        code,
        name,
        kx,
        auth,
        symmetric,
        mode,
        flaw,
    }
}

fn parse_head(head: &str) -> (Kx, &'static str) {
    match head {
        "ECDHE_ECDSA" => (Kx::Ecdhe, "ECDSA"),
        "ECDHE_RSA" => (Kx::Ecdhe, "RSA"),
        "DHE_RSA" => (Kx::Dhe, "RSA"),
        "DHE_DSS" => (Kx::Dhe, "DSS"),
        "RSA" => (Kx::Rsa, "RSA"),
        "ECDH_ECDSA" => (Kx::Ecdh, "ECDSA"),
        "ECDH_RSA" => (Kx::Ecdh, "RSA"),
        "DH_RSA" => (Kx::Dh, "RSA"),
        "ECDH_anon" => (Kx::EcdhAnon, "anon"),
        "DH_anon" => (Kx::DhAnon, "anon"),
        "PSK" => (Kx::Psk, "PSK"),
        "DHE_PSK" => (Kx::DhePsk, "PSK"),
        "ECDHE_PSK" => (Kx::EcdhePsk, "PSK"),
        "RSA_PSK" => (Kx::RsaPsk, "RSA"),
        _ => (Kx::Tls13, ""),
    }
}

/// Longer prefixes stand before their own beginnings.
const CIPHERS: &[(&str, &str, Option<&str>)] = &[
    ("AES_128_GCM", "AES-128-GCM", Some("GCM")),
    ("AES_256_GCM", "AES-256-GCM", Some("GCM")),
    ("AES_128_CCM_8", "AES-128-CCM-8", Some("CCM")),
    ("AES_256_CCM_8", "AES-256-CCM-8", Some("CCM")),
    ("AES_128_CCM", "AES-128-CCM", Some("CCM")),
    ("AES_256_CCM", "AES-256-CCM", Some("CCM")),
    ("AES_128_CBC", "AES-128-CBC", Some("CBC")),
    ("AES_256_CBC", "AES-256-CBC", Some("CBC")),
    ("CHACHA20", "CHACHA20-POLY1305", None),
    ("CAMELLIA_128_CBC", "CAMELLIA-128-CBC", Some("CBC")),
    ("CAMELLIA_256_CBC", "CAMELLIA-256-CBC", Some("CBC")),
    ("CAMELLIA_128_GCM", "CAMELLIA-128-GCM", Some("GCM")),
    ("CAMELLIA_256_GCM", "CAMELLIA-256-GCM", Some("GCM")),
    ("ARIA_128_GCM", "ARIA-128-GCM", Some("GCM")),
    ("ARIA_256_GCM", "ARIA-256-GCM", Some("GCM")),
    ("SM4_GCM", "SM4-GCM", Some("GCM")),
    ("SM4_CCM", "SM4-CCM", Some("CCM")),
    ("SEED_CBC", "SEED-CBC", Some("CBC")),
    ("IDEA_CBC", "IDEA-CBC", Some("CBC")),
    ("3DES_EDE_CBC", "3DES-CBC", Some("CBC")),
    ("DES_CBC", "DES-CBC", Some("CBC")),
    ("DES40_CBC", "DES-40-CBC", Some("CBC")),
    ("RC2_CBC_40", "RC2-40-CBC", Some("CBC")),
    ("RC4_128", "RC4-128", None),
    ("RC4_40", "RC4-40", None),
];

/// Whatever is not in the table encrypts nothing: the NULL suites and those of RFC 9150.
fn parse_cipher(cipher: &str) -> (&'static str, Option<&'static str>) {
    let known = CIPHERS
        .iter()
        .find(|(prefix, ..)| cipher.starts_with(prefix));
    known.map_or(("NULL", None), |(_, name, mode)| (*name, *mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_suite_is() {
        let suite = find(0x000a).unwrap();
        assert_eq!(
            (suite.kx, suite.auth, suite.symmetric),
            (Kx::Rsa, "RSA", "3DES-CBC")
        );
        assert_eq!(suite.class(), Class::Flawed(Flaw::TripleDes));
        let suite = find(0xc02f).unwrap();
        assert_eq!(
            (suite.kx, suite.auth, suite.symmetric),
            (Kx::Ecdhe, "RSA", "AES-128-GCM")
        );
        assert_eq!(find(0xc0a0).unwrap().symmetric, "AES-128-CCM-8");
        assert_eq!(find(0x0003).unwrap().class(), Class::Flawed(Flaw::Export));
        assert_eq!(find(0x1303).unwrap().symmetric, "CHACHA20-POLY1305");
        assert_eq!(find(0xc0b4).unwrap().class(), Class::Flawed(Flaw::Null));
    }

    #[test]
    fn only_null_suites_have_no_cipher_and_no_code_is_twice() {
        let mut codes: Vec<u16> = SUITES.iter().map(|suite| suite.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), SUITES.len());
        for suite in SUITES.iter().filter(|suite| suite.symmetric == "NULL") {
            assert!(
                suite.name.contains("NULL") || suite.name.starts_with("TLS_SHA"),
                "{}",
                suite.name
            );
        }
    }

    #[test]
    fn every_name_is_published() {
        for suite in SUITES.iter() {
            assert!(
                crate::names::SYMMETRIC.contains(&suite.symmetric),
                "{}",
                suite.symmetric
            );
            assert!(
                crate::names::KEY_EXCHANGE.contains(&suite.kx.name()),
                "{}",
                suite.kx.name()
            );
        }
        for group in super::super::groups::GROUPS {
            assert!(
                crate::names::KEY_EXCHANGE.contains(&group.name),
                "{}",
                group.name
            );
        }
        for scheme in super::super::schemes::SCHEMES {
            assert!(
                crate::names::AUTHENTICATION.contains(&scheme.algorithm),
                "{}",
                scheme.algorithm
            );
        }
    }
}
