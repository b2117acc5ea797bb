//! Object identifiers of keys, signatures and curves.

/// What an object identifier of a public key or a signature names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    /// Canonical algorithm, one of [`crate::names::AUTHENTICATION`].
    pub algorithm: &'static str,
    /// Name in the standard that defines the identifier.
    pub label: &'static str,
}

/// Finds a public-key algorithm by its dotted identifier. `id-ecPublicKey` is `ECDSA`.
pub(crate) fn key(id: &str) -> Option<Named> {
    find(KEYS, id).or_else(|| same_for_both(id))
}

/// Finds a signature algorithm by its dotted identifier.
pub(crate) fn signature(id: &str) -> Option<Named> {
    find(SIGNATURES, id).or_else(|| same_for_both(id))
}

/// A curve's name and bits.
pub(crate) fn curve(id: &str) -> Option<(&'static str, u32)> {
    CURVES
        .iter()
        .find(|(oid, ..)| *oid == id)
        .map(|(_, name, bits)| (*name, *bits))
}

fn find(table: &[(&str, &'static str, &'static str)], id: &str) -> Option<Named> {
    let (_, algorithm, label) = table.iter().find(|(oid, ..)| *oid == id)?;
    Some(Named { algorithm, label })
}

/// Algorithms whose key and signature share one identifier: EdDSA, FIPS 204 and 205 (the NIST arc
/// `sigAlgs`, 17 to 46), composites (PKIX `alg`, 37 to 54) and the stateful hash-based ones.
fn same_for_both(id: &str) -> Option<Named> {
    let pick = |list: &'static [&'static str], number: &str, first: usize| {
        let index = number.parse::<usize>().ok()?.checked_sub(first)?;
        list.get(index).map(|name| Named {
            algorithm: name,
            label: name,
        })
    };
    if let Some(number) = id.strip_prefix("2.16.840.1.101.3.4.3.") {
        return pick(NIST_PURE, number, 17).or_else(|| {
            let prehash = pick(NIST_PREHASH, number, 32)?;
            let label = if prehash.algorithm.starts_with("ML") {
                "HashML-DSA"
            } else {
                "HashSLH-DSA"
            };
            Some(Named { label, ..prehash })
        });
    }
    if let Some(number) = id.strip_prefix("1.3.6.1.5.5.7.6.") {
        return pick(PKIX, number, 34);
    }
    find(OTHERS, id)
}

const KEYS: &[(&str, &str, &str)] = &[
    ("1.2.840.113549.1.1.1", "RSA", "rsaEncryption"),
    ("1.2.840.113549.1.1.10", "RSA", "rsassaPss"),
    ("1.2.840.10045.2.1", "ECDSA", "id-ecPublicKey"),
    ("1.2.840.10040.4.1", "DSA", "id-dsa"),
];

const SIGNATURES: &[(&str, &str, &str)] = &[
    ("1.2.840.113549.1.1.2", "RSA", "md2WithRSAEncryption"),
    ("1.2.840.113549.1.1.4", "RSA", "md5WithRSAEncryption"),
    ("1.2.840.113549.1.1.5", "RSA", "sha1WithRSAEncryption"),
    ("1.2.840.113549.1.1.10", "RSA", "rsassaPss"),
    ("1.2.840.113549.1.1.11", "RSA", "sha256WithRSAEncryption"),
    ("1.2.840.113549.1.1.12", "RSA", "sha384WithRSAEncryption"),
    ("1.2.840.113549.1.1.13", "RSA", "sha512WithRSAEncryption"),
    ("1.2.840.113549.1.1.14", "RSA", "sha224WithRSAEncryption"),
    (
        "2.16.840.1.101.3.4.3.13",
        "RSA",
        "id-rsassa-pkcs1-v1_5-with-sha3-224",
    ),
    (
        "2.16.840.1.101.3.4.3.14",
        "RSA",
        "id-rsassa-pkcs1-v1_5-with-sha3-256",
    ),
    (
        "2.16.840.1.101.3.4.3.15",
        "RSA",
        "id-rsassa-pkcs1-v1_5-with-sha3-384",
    ),
    (
        "2.16.840.1.101.3.4.3.16",
        "RSA",
        "id-rsassa-pkcs1-v1_5-with-sha3-512",
    ),
    ("1.2.840.10045.4.1", "ECDSA", "ecdsa-with-SHA1"),
    ("1.2.840.10045.4.3.1", "ECDSA", "ecdsa-with-SHA224"),
    ("1.2.840.10045.4.3.2", "ECDSA", "ecdsa-with-SHA256"),
    ("1.2.840.10045.4.3.3", "ECDSA", "ecdsa-with-SHA384"),
    ("1.2.840.10045.4.3.4", "ECDSA", "ecdsa-with-SHA512"),
    ("2.16.840.1.101.3.4.3.9", "ECDSA", "id-ecdsa-with-sha3-224"),
    ("2.16.840.1.101.3.4.3.10", "ECDSA", "id-ecdsa-with-sha3-256"),
    ("2.16.840.1.101.3.4.3.11", "ECDSA", "id-ecdsa-with-sha3-384"),
    ("2.16.840.1.101.3.4.3.12", "ECDSA", "id-ecdsa-with-sha3-512"),
    ("1.2.840.10040.4.3", "DSA", "dsa-with-sha1"),
    ("2.16.840.1.101.3.4.3.1", "DSA", "id-dsa-with-sha224"),
    ("2.16.840.1.101.3.4.3.2", "DSA", "id-dsa-with-sha256"),
    ("1.2.156.10197.1.501", "SM2", "sm2-with-sm3"),
];

const OTHERS: &[(&str, &str, &str)] = &[
    ("1.3.101.112", "Ed25519", "Ed25519"),
    ("1.3.101.113", "Ed448", "Ed448"),
    (
        "1.2.840.113549.1.9.16.3.17",
        "HSS-LMS",
        "id-alg-hss-lms-hashsig",
    ),
    ("1.3.9999.3.6", "Falcon-512", "falcon512"),
    ("1.3.9999.3.9", "Falcon-1024", "falcon1024"),
    ("1.3.9999.3.11", "Falcon-512", "falcon512"),
    ("1.3.9999.3.14", "Falcon-1024", "falcon1024"),
];

/// 2.16.840.1.101.3.4.3.17 onwards.
const NIST_PURE: &[&str] = &[
    "ML-DSA-44",
    "ML-DSA-65",
    "ML-DSA-87",
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
];

/// 2.16.840.1.101.3.4.3.32 onwards: the same keys, over a digest of the message.
const NIST_PREHASH: &[&str] = NIST_PURE;

/// 1.3.6.1.5.5.7.6.34 onwards (RFC 9802, then draft-ietf-lamps-pq-composite-sigs).
const PKIX: &[&str] = &[
    "XMSS",
    "XMSSMT",
    "reserved",
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

/// The curve of SM2 keys, which `id-ecPublicKey` carries as it does those of ECDSA.
pub(crate) const SM2_CURVE: &str = "1.2.156.10197.1.301";

const CURVES: &[(&str, &str, u32)] = &[
    ("1.2.840.10045.3.1.1", "P-192", 192),
    ("1.3.132.0.33", "P-224", 224),
    ("1.2.840.10045.3.1.7", "P-256", 256),
    ("1.3.132.0.34", "P-384", 384),
    ("1.3.132.0.35", "P-521", 521),
    ("1.3.132.0.10", "secp256k1", 256),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512),
    (SM2_CURVE, "curveSM2", 256),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arcs_are_numbered_as_published() {
        let algorithm = |id: &str| key(id).map(|named| named.algorithm);
        assert_eq!(algorithm("2.16.840.1.101.3.4.3.17"), Some("ML-DSA-44"));
        assert_eq!(algorithm("2.16.840.1.101.3.4.3.19"), Some("ML-DSA-87"));
        assert_eq!(
            algorithm("2.16.840.1.101.3.4.3.20"),
            Some("SLH-DSA-SHA2-128s")
        );
        assert_eq!(
            algorithm("2.16.840.1.101.3.4.3.26"),
            Some("SLH-DSA-SHAKE-128s")
        );
        assert_eq!(
            algorithm("2.16.840.1.101.3.4.3.31"),
            Some("SLH-DSA-SHAKE-256f")
        );
        assert_eq!(key("2.16.840.1.101.3.4.3.33").unwrap().label, "HashML-DSA");
        assert_eq!(
            algorithm("2.16.840.1.101.3.4.3.46"),
            Some("SLH-DSA-SHAKE-256f")
        );
        assert_eq!(algorithm("1.3.6.1.5.5.7.6.34"), Some("XMSS"));
        assert_eq!(
            algorithm("1.3.6.1.5.5.7.6.37"),
            Some("MLDSA44-RSA2048-PSS-SHA256")
        );
        assert_eq!(
            algorithm("1.3.6.1.5.5.7.6.54"),
            Some("MLDSA87-ECDSA-P521-SHA512")
        );
        for unknown in [
            "2.16.840.1.101.3.4.3.47",
            "2.16.840.1.101.3.4.3.x",
            "1.3.6.1.5.5.7.6.55",
            "1.2.3",
            "",
        ] {
            assert_eq!(key(unknown), None, "{unknown}");
            assert_eq!(signature(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn every_name_is_published() {
        let names = [KEYS, SIGNATURES, OTHERS].concat();
        let lists = NIST_PURE
            .iter()
            .chain(PKIX.iter().filter(|name| **name != "reserved"));
        for name in names.iter().map(|(_, name, _)| name).chain(lists) {
            assert!(crate::names::AUTHENTICATION.contains(name), "{name}");
        }
    }
}
