//! Key-exchange groups (IANA "TLS Supported Groups") and the drafts that were deployed before.

use std::sync::LazyLock;

/// What kind of problem protects a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupKind {
    /// A classical group together with a KEM.
    Hybrid,
    /// A KEM alone.
    PostQuantum,
    /// An elliptic curve.
    Curve,
    /// A finite field (RFC 7919).
    FiniteField,
}

/// A named group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// Number on the wire.
    pub code: u16,
    /// Name in the IANA registry (or in the draft).
    pub label: &'static str,
    /// Canonical name, one of [`crate::names::KEY_EXCHANGE`].
    pub name: &'static str,
    /// Kind.
    pub kind: GroupKind,
    /// KEM part.
    pub kem: Option<&'static str>,
    /// Size of the classical key in bits.
    pub bits: Option<u32>,
    /// Whether TLS 1.3 may use it; the others are for ECDHE in TLS 1.2 and older.
    pub tls13: bool,
}

const fn hybrid(code: u16, name: &'static str, kem: &'static str, bits: u32) -> Group {
    let (kind, kem, bits) = (GroupKind::Hybrid, Some(kem), Some(bits));
    Group {
        code,
        label: name,
        name,
        kind,
        kem,
        bits,
        tls13: true,
    }
}

const fn kem(code: u16, label: &'static str, name: &'static str) -> Group {
    Group {
        code,
        label,
        name,
        kind: GroupKind::PostQuantum,
        kem: Some(name),
        bits: None,
        tls13: true,
    }
}

const fn curve(
    code: u16,
    label: &'static str,
    name: &'static str,
    bits: u32,
    tls13: bool,
) -> Group {
    Group {
        code,
        label,
        name,
        kind: GroupKind::Curve,
        kem: None,
        bits: Some(bits),
        tls13,
    }
}

const fn field(code: u16, label: &'static str, bits: u32) -> Group {
    Group {
        code,
        label,
        name: "DHE",
        kind: GroupKind::FiniteField,
        kem: None,
        bits: Some(bits),
        tls13: true,
    }
}

/// Every group that is probed, in the order in which a client that prefers hybrids offers them.
pub const GROUPS: &[Group] = &[
    hybrid(0x11ec, "X25519MLKEM768", "ML-KEM-768", 256),
    hybrid(0x11eb, "SecP256r1MLKEM768", "ML-KEM-768", 256),
    hybrid(0x11ed, "SecP384r1MLKEM1024", "ML-KEM-1024", 384),
    hybrid(0x11ee, "curveSM2MLKEM768", "ML-KEM-768", 256),
    hybrid(0x6399, "X25519Kyber768Draft00", "Kyber768", 256),
    hybrid(0x639a, "SecP256r1Kyber768Draft00", "Kyber768", 256),
    hybrid(0xfe30, "X25519Kyber512Draft00", "Kyber512", 256),
    kem(0x0202, "MLKEM1024", "ML-KEM-1024"),
    kem(0x0201, "MLKEM768", "ML-KEM-768"),
    kem(0x0200, "MLKEM512", "ML-KEM-512"),
    curve(0x001d, "x25519", "X25519", 256, true),
    curve(0x0017, "secp256r1", "P-256", 256, true),
    curve(0x0018, "secp384r1", "P-384", 384, true),
    curve(0x0019, "secp521r1", "P-521", 521, true),
    curve(0x001e, "x448", "X448", 448, true),
    curve(0x001f, "brainpoolP256r1tls13", "brainpoolP256r1", 256, true),
    curve(0x0020, "brainpoolP384r1tls13", "brainpoolP384r1", 384, true),
    curve(0x0021, "brainpoolP512r1tls13", "brainpoolP512r1", 512, true),
    curve(0x0029, "curveSM2", "curveSM2", 256, true),
    curve(0x001a, "brainpoolP256r1", "brainpoolP256r1", 256, false),
    curve(0x001b, "brainpoolP384r1", "brainpoolP384r1", 384, false),
    curve(0x001c, "brainpoolP512r1", "brainpoolP512r1", 512, false),
    curve(0x0016, "secp256k1", "secp256k1", 256, false),
    curve(0x0015, "secp224r1", "P-224", 224, false),
    curve(0x0013, "secp192r1", "P-192", 192, false),
    field(0x0101, "ffdhe3072", 3072),
    field(0x0100, "ffdhe2048", 2048),
    field(0x0102, "ffdhe4096", 4096),
    field(0x0103, "ffdhe6144", 6144),
    field(0x0104, "ffdhe8192", 8192),
];

/// The group of a number on the wire.
#[must_use]
pub fn find(code: u16) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.code == code)
}

/// Groups that TLS 1.3 may use, hybrids first.
#[must_use]
pub fn tls13() -> &'static [u16] {
    static CODES: LazyLock<Vec<u16>> = LazyLock::new(|| codes(|group| group.tls13));
    &CODES
}

/// Curves of ECDHE in TLS 1.2 and older (RFC 8422 and Brainpool).
#[must_use]
pub fn tls12_curves() -> &'static [u16] {
    static CODES: LazyLock<Vec<u16>> = LazyLock::new(|| codes(is_tls12_curve));
    &CODES
}

/// `supported_groups` of TLS 1.2 and older: curves, and the finite fields of RFC 7919.
#[must_use]
pub fn tls12() -> &'static [u16] {
    static CODES: LazyLock<Vec<u16>> = LazyLock::new(|| {
        codes(|group| is_tls12_curve(group) || group.kind == GroupKind::FiniteField)
    });
    &CODES
}

fn is_tls12_curve(group: &Group) -> bool {
    const NOT_BEFORE_TLS13: [u16; 4] = [0x001f, 0x0020, 0x0021, 0x0029];
    group.kind == GroupKind::Curve && !NOT_BEFORE_TLS13.contains(&group.code)
}

fn codes(keep: impl Fn(&Group) -> bool) -> Vec<u16> {
    GROUPS
        .iter()
        .filter(|group| keep(group))
        .map(|group| group.code)
        .collect()
}
