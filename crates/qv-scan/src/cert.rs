//! Facts of one X.509 certificate. Certificates come from strangers: nothing here trusts them, and
//! every text is bounded.

use std::fmt::Write as _;

use qv_types::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Name};

use crate::failure::bounded;
use crate::names;
use crate::oids;
use crate::wire::server_messages::bit_length;

/// Bytes of a distinguished name.
const NAME_LIMIT: usize = 256;
/// Alternative names that are kept, and bytes of each.
const ALTERNATIVE_NAMES: usize = 32;
const ALTERNATIVE_NAME_LIMIT: usize = 255;
/// Bytes of a serial number (RFC 5280 allows 20).
const SERIAL_LIMIT: usize = 32;

/// Facts of one certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// SHA-256 of the DER, in hex.
    pub sha256: String,
    /// Bytes of the DER.
    pub size: u32,
    /// Subject, as RFC 4514 writes it; bounded.
    pub subject: String,
    /// Issuer, likewise.
    pub issuer: String,
    /// Serial number in hex.
    pub serial: String,
    /// The key.
    pub key: KeyFacts,
    /// Canonical algorithm of the issuer's signature, one of [`names::AUTHENTICATION`].
    pub signature_algorithm: String,
    /// Name of the signature algorithm, for example `sha256WithRSAEncryption`; the dotted identifier
    /// where it is not known.
    pub signature_name: String,
    /// Start of validity.
    pub not_before: Timestamp,
    /// End of validity.
    pub not_after: Timestamp,
    /// Whether it may sign certificates (basic constraints).
    pub is_ca: bool,
    /// Whether subject and issuer are the same name.
    pub self_issued: bool,
    /// DNS names and addresses that it is for; bounded.
    pub alternative_names: Vec<String>,
    /// Embedded signed certificate timestamps.
    pub sct_count: u32,
    /// Whether it demands a stapled OCSP response (RFC 7633).
    pub must_staple: bool,
}

/// Facts of a public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFacts {
    /// Canonical algorithm, one of [`names::AUTHENTICATION`].
    pub algorithm: String,
    /// Dotted identifier.
    pub oid: String,
    /// Bits of a classical key: modulus, curve or prime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
    /// Curve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<String>,
}

/// The bytes are no X.509 certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an X.509 certificate: {0}")]
pub struct InvalidCertificate(String);

impl CertificateFacts {
    /// Reads a DER certificate.
    ///
    /// # Errors
    /// [`InvalidCertificate`].
    pub fn parse(der: &[u8]) -> Result<Self, InvalidCertificate> {
        let (_, certificate) = X509Certificate::from_der(der)
            .map_err(|error| InvalidCertificate(bounded(&error.to_string(), NAME_LIMIT)))?;
        let signature_id = certificate.signature_algorithm.algorithm.to_id_string();
        let signature = oids::signature(&signature_id);
        let validity = certificate.validity();
        let extensions = Extensions::of(&certificate);
        Ok(Self {
            sha256: hex::encode(Sha256::digest(der)),
            size: u32::try_from(der.len()).unwrap_or(u32::MAX),
            subject: name_text(certificate.subject()),
            issuer: name_text(certificate.issuer()),
            serial: serial_text(certificate.raw_serial()),
            key: key_facts(certificate.public_key()),
            signature_algorithm: signature.map_or_else(
                || names::unknown_signature(&signature_id),
                |named| named.algorithm.to_owned(),
            ),
            signature_name: signature.map_or(signature_id, |named| named.label.to_owned()),
            not_before: timestamp(validity.not_before.timestamp()),
            not_after: timestamp(validity.not_after.timestamp()),
            is_ca: certificate.is_ca(),
            self_issued: certificate.subject().as_raw() == certificate.issuer().as_raw(),
            alternative_names: extensions.alternative_names,
            sct_count: extensions.sct_count,
            must_staple: extensions.must_staple,
        })
    }
}

fn key_facts(info: &SubjectPublicKeyInfo<'_>) -> KeyFacts {
    let oid = info.algorithm.algorithm.to_id_string();
    let named = oids::key(&oid).map(|named| named.algorithm);
    let curve_id = match named {
        Some("ECDSA") => info
            .algorithm
            .parameters
            .as_ref()
            .and_then(|any| any.as_oid().ok()),
        _ => None,
    }
    .map(|id| id.to_id_string());
    let curve = curve_id.as_deref().and_then(oids::curve);
    let bits = match (named, info.parsed()) {
        (Some("RSA"), Ok(PublicKey::RSA(key))) => Some(bit_length(key.modulus)),
        // The modulus of an id-RSASSA-PSS key is encoded alike but not recognised by the parser.
        (Some("RSA"), _) => rsa_bits(info),
        (Some("ECDSA"), _) => curve.map(|(_, bits)| bits),
        (Some("DSA"), _) => dsa_bits(info),
        (Some("Ed25519"), _) => Some(256),
        (Some("Ed448"), _) => Some(456),
        _ => None,
    };
    let algorithm = match named {
        Some(_) if curve_id.as_deref() == Some(oids::SM2_CURVE) => "SM2".to_owned(),
        Some(name) => name.to_owned(),
        None => names::unknown_signature(&bounded(&oid, NAME_LIMIT)),
    };
    let curve = curve
        .map(|(name, _)| name.to_owned())
        .or(curve_id.map(|id| bounded(&id, NAME_LIMIT)));
    KeyFacts {
        algorithm,
        oid: bounded(&oid, NAME_LIMIT),
        bits,
        curve,
    }
}

fn rsa_bits(info: &SubjectPublicKeyInfo<'_>) -> Option<u32> {
    use x509_parser::public_key::RSAPublicKey;
    let (_, key) = RSAPublicKey::from_der(&info.subject_public_key.data).ok()?;
    Some(bit_length(key.modulus))
}

/// Bits of the prime, the first of the three parameters (RFC 3279, section 2.3.2).
fn dsa_bits(info: &SubjectPublicKeyInfo<'_>) -> Option<u32> {
    use x509_parser::der_parser::asn1_rs::Integer;
    let parameters = info.algorithm.parameters.as_ref()?.as_sequence().ok()?;
    let (_, prime) = Integer::from_der(parameters.content.as_ref()).ok()?;
    Some(bit_length(prime.as_ref()))
}

#[derive(Default)]
struct Extensions {
    alternative_names: Vec<String>,
    sct_count: u32,
    must_staple: bool,
}

impl Extensions {
    fn of(certificate: &X509Certificate<'_>) -> Self {
        const TLS_FEATURE: &str = "1.3.6.1.5.5.7.1.24";
        /// SEQUENCE { INTEGER 5 }: status_request.
        const STATUS_REQUEST: &[u8] = &[0x30, 0x03, 0x02, 0x01, 0x05];
        let mut found = Self::default();
        for extension in certificate.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectAlternativeName(names) => {
                    let texts = names.general_names.iter().filter_map(general_name);
                    found.alternative_names = texts.take(ALTERNATIVE_NAMES).collect();
                }
                ParsedExtension::SCT(list) => {
                    found.sct_count = u32::try_from(list.len()).unwrap_or(u32::MAX)
                }
                _ if extension.value == STATUS_REQUEST
                    && extension.oid.to_id_string() == TLS_FEATURE =>
                {
                    found.must_staple = true;
                }
                _ => {}
            }
        }
        found
    }
}

fn general_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(bounded(name, ALTERNATIVE_NAME_LIMIT)),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes)
                .ok()
                .map(|v4| std::net::Ipv4Addr::from(v4).to_string()),
            16 => <[u8; 16]>::try_from(*bytes)
                .ok()
                .map(|v6| std::net::Ipv6Addr::from(v6).to_string()),
            _ => None,
        },
        _ => None,
    }
}

fn name_text(name: &X509Name<'_>) -> String {
    let mut text = String::new();
    // A name that cannot be shown is an empty one: the fingerprint identifies the certificate.
    let _ = write!(text, "{name}");
    bounded(&text, NAME_LIMIT)
}

fn serial_text(serial: &[u8]) -> String {
    hex::encode(serial.get(..SERIAL_LIMIT).unwrap_or(serial))
}

fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_unix_ms(seconds.saturating_mul(1000))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, SanType};

    use super::*;

    /// ML-DSA-44 to 87 as NIST numbers them, made by rcgen with AWS-LC's ML-DSA.
    fn ml_dsa_65() -> Vec<u8> {
        let key = KeyPair::generate_for(&rcgen::PKCS_ML_DSA_65).unwrap();
        CertificateParams::new(vec!["example.org".to_owned()])
            .unwrap()
            .self_signed(&key)
            .unwrap()
            .der()
            .to_vec()
    }

    /// Replaces an object identifier's last arc wherever it occurs.
    fn with_last_arc(der: &[u8], arc: u8) -> Vec<u8> {
        const SIG_ALGS: &[u8] = &[0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03];
        let mut changed = der.to_vec();
        for at in 0..der.len() - SIG_ALGS.len() {
            if der[at..].starts_with(SIG_ALGS) {
                changed[at + SIG_ALGS.len()] = arc;
            }
        }
        changed
    }

    #[test]
    fn post_quantum_certificates_are_named() {
        let der = ml_dsa_65();
        let facts = CertificateFacts::parse(&der).unwrap();
        assert_eq!(
            (facts.key.algorithm.as_str(), facts.key.oid.as_str()),
            ("ML-DSA-65", "2.16.840.1.101.3.4.3.18")
        );
        assert_eq!(
            (facts.signature_algorithm.as_str(), facts.key.bits),
            ("ML-DSA-65", None)
        );
        assert_eq!(facts.alternative_names, ["example.org"]);
        for (arc, name) in [
            (17, "ML-DSA-44"),
            (19, "ML-DSA-87"),
            (20, "SLH-DSA-SHA2-128s"),
            (31, "SLH-DSA-SHAKE-256f"),
        ] {
            let facts = CertificateFacts::parse(&with_last_arc(&der, arc)).unwrap();
            assert_eq!(
                (facts.key.algorithm.as_str(), facts.signature_name.as_str()),
                (name, name)
            );
        }
        let unknown = CertificateFacts::parse(&with_last_arc(&der, 99)).unwrap();
        assert_eq!(
            unknown.key.algorithm,
            "unknown-signature-2.16.840.1.101.3.4.3.99"
        );
        assert_eq!(unknown.signature_name, "2.16.840.1.101.3.4.3.99");
    }

    #[test]
    fn texts_of_a_hostile_certificate_are_bounded() {
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "x\u{1b}[31m".repeat(10_000));
        let name = format!("{}.example", "a".repeat(60))
            .repeat(20)
            .try_into()
            .unwrap();
        params.subject_alt_names = vec![SanType::DnsName(name); 500];
        let key = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
        let facts = CertificateFacts::parse(params.self_signed(&key).unwrap().der()).unwrap();
        assert!(facts.subject.len() <= NAME_LIMIT && facts.issuer.len() <= NAME_LIMIT);
        assert_eq!(facts.alternative_names.len(), ALTERNATIVE_NAMES);
        assert!(
            facts
                .alternative_names
                .iter()
                .all(|name| name.len() <= ALTERNATIVE_NAME_LIMIT)
        );
    }
}
