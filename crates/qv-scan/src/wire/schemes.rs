//! Signature schemes (IANA "TLS SignatureScheme").

use std::sync::LazyLock;

use self::SchemeKind::{Dsa, Ecdsa, Eddsa, MlDsa, Rsa, SlhDsa, Sm2};

/// Schemes of one kind need the same kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SchemeKind {
    /// RSA, PKCS#1 v1.5 and PSS.
    Rsa,
    /// ECDSA.
    Ecdsa,
    /// Ed25519 and Ed448.
    Eddsa,
    /// DSA (TLS 1.2 and older).
    Dsa,
    /// SM2.
    Sm2,
    /// FIPS 204.
    MlDsa,
    /// FIPS 205.
    SlhDsa,
}

/// A signature scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheme {
    /// Number on the wire.
    pub code: u16,
    /// Name in the registry.
    pub label: &'static str,
    /// Canonical name of the key's algorithm, one of [`crate::names::AUTHENTICATION`].
    pub algorithm: &'static str,
    /// Kind of the key.
    pub kind: SchemeKind,
    /// Whether TLS 1.3 allows it in a handshake signature.
    pub tls13: bool,
}

const fn scheme(
    code: u16,
    label: &'static str,
    algorithm: &'static str,
    kind: SchemeKind,
    tls13: bool,
) -> Scheme {
    Scheme {
        code,
        label,
        algorithm,
        kind,
        tls13,
    }
}

/// Every scheme that is offered, in the order in which a client of today offers them: classical
/// first, because that is what such a client gets from a server that has both.
pub const SCHEMES: &[Scheme] = &[
    scheme(0x0403, "ecdsa_secp256r1_sha256", "ECDSA", Ecdsa, true),
    scheme(0x0503, "ecdsa_secp384r1_sha384", "ECDSA", Ecdsa, true),
    scheme(0x0603, "ecdsa_secp521r1_sha512", "ECDSA", Ecdsa, true),
    scheme(0x0807, "ed25519", "Ed25519", Eddsa, true),
    scheme(0x0808, "ed448", "Ed448", Eddsa, true),
    scheme(0x0804, "rsa_pss_rsae_sha256", "RSA", Rsa, true),
    scheme(0x0805, "rsa_pss_rsae_sha384", "RSA", Rsa, true),
    scheme(0x0806, "rsa_pss_rsae_sha512", "RSA", Rsa, true),
    scheme(0x0809, "rsa_pss_pss_sha256", "RSA", Rsa, true),
    scheme(0x080a, "rsa_pss_pss_sha384", "RSA", Rsa, true),
    scheme(0x080b, "rsa_pss_pss_sha512", "RSA", Rsa, true),
    scheme(0x0401, "rsa_pkcs1_sha256", "RSA", Rsa, false),
    scheme(0x0501, "rsa_pkcs1_sha384", "RSA", Rsa, false),
    scheme(0x0601, "rsa_pkcs1_sha512", "RSA", Rsa, false),
    scheme(
        0x081a,
        "ecdsa_brainpoolP256r1tls13_sha256",
        "ECDSA",
        Ecdsa,
        true,
    ),
    scheme(
        0x081b,
        "ecdsa_brainpoolP384r1tls13_sha384",
        "ECDSA",
        Ecdsa,
        true,
    ),
    scheme(
        0x081c,
        "ecdsa_brainpoolP512r1tls13_sha512",
        "ECDSA",
        Ecdsa,
        true,
    ),
    scheme(0x0904, "mldsa44", "ML-DSA-44", MlDsa, true),
    scheme(0x0905, "mldsa65", "ML-DSA-65", MlDsa, true),
    scheme(0x0906, "mldsa87", "ML-DSA-87", MlDsa, true),
    scheme(
        0x0911,
        "slhdsa_sha2_128s",
        "SLH-DSA-SHA2-128s",
        SlhDsa,
        true,
    ),
    scheme(
        0x0912,
        "slhdsa_sha2_128f",
        "SLH-DSA-SHA2-128f",
        SlhDsa,
        true,
    ),
    scheme(
        0x0913,
        "slhdsa_sha2_192s",
        "SLH-DSA-SHA2-192s",
        SlhDsa,
        true,
    ),
    scheme(
        0x0914,
        "slhdsa_sha2_192f",
        "SLH-DSA-SHA2-192f",
        SlhDsa,
        true,
    ),
    scheme(
        0x0915,
        "slhdsa_sha2_256s",
        "SLH-DSA-SHA2-256s",
        SlhDsa,
        true,
    ),
    scheme(
        0x0916,
        "slhdsa_sha2_256f",
        "SLH-DSA-SHA2-256f",
        SlhDsa,
        true,
    ),
    scheme(
        0x0917,
        "slhdsa_shake_128s",
        "SLH-DSA-SHAKE-128s",
        SlhDsa,
        true,
    ),
    scheme(
        0x0918,
        "slhdsa_shake_128f",
        "SLH-DSA-SHAKE-128f",
        SlhDsa,
        true,
    ),
    scheme(
        0x0919,
        "slhdsa_shake_192s",
        "SLH-DSA-SHAKE-192s",
        SlhDsa,
        true,
    ),
    scheme(
        0x091a,
        "slhdsa_shake_192f",
        "SLH-DSA-SHAKE-192f",
        SlhDsa,
        true,
    ),
    scheme(
        0x091b,
        "slhdsa_shake_256s",
        "SLH-DSA-SHAKE-256s",
        SlhDsa,
        true,
    ),
    scheme(
        0x091c,
        "slhdsa_shake_256f",
        "SLH-DSA-SHAKE-256f",
        SlhDsa,
        true,
    ),
    scheme(0x0708, "sm2sig_sm3", "SM2", Sm2, true),
    scheme(0x0203, "ecdsa_sha1", "ECDSA", Ecdsa, false),
    scheme(0x0201, "rsa_pkcs1_sha1", "RSA", Rsa, false),
    scheme(0x0402, "dsa_sha256", "DSA", Dsa, false),
    scheme(0x0202, "dsa_sha1", "DSA", Dsa, false),
];

/// The scheme of a number on the wire.
#[must_use]
pub fn find(code: u16) -> Option<&'static Scheme> {
    SCHEMES.iter().find(|scheme| scheme.code == code)
}

/// Numbers of all schemes.
#[must_use]
pub fn all() -> &'static [u16] {
    static ALL: LazyLock<Vec<u16>> =
        LazyLock::new(|| SCHEMES.iter().map(|scheme| scheme.code).collect());
    &ALL
}
