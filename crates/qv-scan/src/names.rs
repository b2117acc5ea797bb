//! Canonical algorithm names: every word that this crate can put into an
//! [`AlgorithmUse`](qv_types::AlgorithmUse), and the roles that it uses.
//!
//! `qv-policy` classifies by these names, so each name here has a rule in its
//! `data/classification.toml`. What a peer shows that is in none of the lists becomes
//! [`unknown_group`], [`unknown_signature`] or [`unknown_cipher`]: a name that no rule knows and
//! that therefore classifies as UNKNOWN.
//!
//! Start with [`KEY_EXCHANGE`], [`AUTHENTICATION`] and [`SYMMETRIC`].

/// `algorithm` of a use in the key-exchange layer.
///
/// A named group is named by itself, in TLS 1.3 as in ECDHE of TLS 1.2. Finite-field groups are
/// `DHE` with `key_length` in bits (and, for RFC 7919 groups, `curve` = `ffdhe2048` …).
pub const KEY_EXCHANGE: &[&str] = &[
    // Hybrids: classical and post-quantum together.
    "X25519MLKEM768",
    "SecP256r1MLKEM768",
    "SecP384r1MLKEM1024",
    "curveSM2MLKEM768",
    "X25519Kyber768Draft00",
    "SecP256r1Kyber768Draft00",
    "X25519Kyber512Draft00",
    // Post-quantum alone.
    "ML-KEM-512",
    "ML-KEM-768",
    "ML-KEM-1024",
    // Elliptic curves, ephemeral.
    "X25519",
    "X448",
    "P-256",
    "P-384",
    "P-521",
    "P-192",
    "P-224",
    "secp256k1",
    "brainpoolP256r1",
    "brainpoolP384r1",
    "brainpoolP512r1",
    "curveSM2",
    // ECDHE whose curve is not in this list or was not shown.
    "ECDHE",
    // Finite fields, ephemeral.
    "DHE",
    // Static and unauthenticated kinds.
    "RSA-KX",
    "ECDH",
    "DH",
    "ECDH-anon",
    "DH-anon",
    "PSK",
    "DHE-PSK",
    "ECDHE-PSK",
    "RSA-PSK",
];

/// `algorithm` of a use in the authentication layer: keys and signatures of certificates and of
/// handshakes. A signature is named by its key's algorithm; the digest and padding are in
/// `signature_alg` (for example `sha256WithRSAEncryption`, `rsa_pss_rsae_sha256`).
pub const AUTHENTICATION: &[&str] = &[
    // Classical.
    "RSA",
    "ECDSA",
    "Ed25519",
    "Ed448",
    "DSA",
    "SM2",
    "anonymous",
    // FIPS 204.
    "ML-DSA-44",
    "ML-DSA-65",
    "ML-DSA-87",
    // FIPS 205.
    "SLH-DSA-SHA2-128s",
    "SLH-DSA-SHA2-128f",
    "SLH-DSA-SHA2-192s",
    "SLH-DSA-SHA2-192f",
    "SLH-DSA-SHA2-256s",
    "SLH-DSA-SHA2-256f",
    "SLH-DSA-SHAKE-128s",
    "SLH-DSA-SHAKE-128f",
    "SLH-DSA-SHAKE-192s",
    "SLH-DSA-SHAKE-192f",
    "SLH-DSA-SHAKE-256s",
    "SLH-DSA-SHAKE-256f",
    // Stateful hash-based signatures and a draft.
    "HSS-LMS",
    "XMSS",
    "XMSSMT",
    "Falcon-512",
    "Falcon-1024",
    // Composite ML-DSA (draft-ietf-lamps-pq-composite-sigs): classical and post-quantum together.
    "MLDSA44-RSA2048-PSS-SHA256",
    "MLDSA44-RSA2048-PKCS15-SHA256",
    "MLDSA44-Ed25519-SHA512",
    "MLDSA44-ECDSA-P256-SHA256",
    "MLDSA65-RSA3072-PSS-SHA512",
    "MLDSA65-RSA3072-PKCS15-SHA512",
    "MLDSA65-RSA4096-PSS-SHA512",
    "MLDSA65-RSA4096-PKCS15-SHA512",
    "MLDSA65-ECDSA-P256-SHA512",
    "MLDSA65-ECDSA-P384-SHA512",
    "MLDSA65-ECDSA-brainpoolP256r1-SHA512",
    "MLDSA65-Ed25519-SHA512",
    "MLDSA87-ECDSA-P384-SHA512",
    "MLDSA87-ECDSA-brainpoolP384r1-SHA512",
    "MLDSA87-Ed448-SHAKE256",
    "MLDSA87-RSA3072-PSS-SHA512",
    "MLDSA87-RSA4096-PSS-SHA512",
    "MLDSA87-ECDSA-P521-SHA512",
];

/// `symmetric` of a use. Never an `algorithm` of its own: it says what protects the records of the
/// suite in `negotiated_cipher`.
pub const SYMMETRIC: &[&str] = &[
    "AES-128-GCM",
    "AES-256-GCM",
    "AES-128-CCM",
    "AES-256-CCM",
    "AES-128-CCM-8",
    "AES-256-CCM-8",
    "AES-128-CBC",
    "AES-256-CBC",
    "CHACHA20-POLY1305",
    "CAMELLIA-128-CBC",
    "CAMELLIA-256-CBC",
    "CAMELLIA-128-GCM",
    "CAMELLIA-256-GCM",
    "ARIA-128-GCM",
    "ARIA-256-GCM",
    "SEED-CBC",
    "IDEA-CBC",
    "SM4-GCM",
    "SM4-CCM",
    "3DES-CBC",
    "DES-CBC",
    "DES-40-CBC",
    "RC2-40-CBC",
    "RC4-128",
    "RC4-40",
    "NULL",
];

/// Roles of uses, `AlgorithmUse::role`. The comment says whether such a use is `negotiated`.
pub mod role {
    /// Negotiated. The group (or key exchange) that a modern client gets.
    pub const GROUP_NEGOTIATED: &str = "group negotiated";
    /// Not negotiated. A TLS 1.3 group that the server would also accept.
    pub const GROUP_OFFERED: &str = "group offered";
    /// Negotiated. A key exchange without a named group (static RSA, DHE) that a modern client gets.
    pub const KEY_EXCHANGE_NEGOTIATED: &str = "key exchange negotiated";
    /// Not negotiated. A key exchange of TLS 1.2 or older that the server would also accept, with
    /// one suite that shows it.
    pub const SUITE_OFFERED: &str = "suite offered";
    /// Negotiated. The key of the end-entity certificate.
    pub const LEAF_KEY: &str = "leaf key";
    /// Negotiated. The issuer's signature on the end-entity certificate.
    pub const LEAF_SIGNATURE: &str = "leaf signature";
    /// Negotiated. The key of another certificate that the server sent.
    pub const CHAIN_KEY: &str = "chain key";
    /// Negotiated. The issuer's signature on another certificate that the server sent.
    pub const CHAIN_SIGNATURE: &str = "chain signature";
    /// Not negotiated. The signature of a self-issued CA certificate on itself: nobody relies on it.
    pub const ROOT_SIGNATURE: &str = "root signature";
    /// Negotiated. The signature that the server made in the handshake.
    pub const HANDSHAKE_SIGNATURE: &str = "handshake signature";
    /// Not negotiated. A kind of signature key that the server also has.
    pub const SIGNATURE_OFFERED: &str = "signature offered";
}

/// Name of a TLS group outside [`KEY_EXCHANGE`], for example `unknown-group-0x1234`.
#[must_use]
pub fn unknown_group(code: u16) -> String {
    format!("unknown-group-0x{code:04x}")
}

/// Name of a key or signature algorithm outside [`AUTHENTICATION`], by its object identifier (in
/// certificates) or code point (`0x0a0b`, in handshakes).
#[must_use]
pub fn unknown_signature(id: &str) -> String {
    format!("unknown-signature-{id}")
}

/// Name of a cipher suite that is not in the table, for example `unknown-cipher-0x1234`.
#[must_use]
pub fn unknown_cipher(code: u16) -> String {
    format!("unknown-cipher-0x{code:04x}")
}
