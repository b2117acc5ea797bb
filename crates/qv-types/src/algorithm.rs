//! What a scan found: one use of one algorithm (MVP section 2.1, `crypto_algorithms_in_use`).

use serde::{Deserialize, Serialize};

/// The layer an algorithm serves. Each has a verdict of its own.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Layer {
    /// How traffic keys are agreed.
    KeyExchange,
    /// How a peer or a signer proves itself.
    Authentication,
    /// How stored data is protected.
    DataAtRest,
}

/// One use of one algorithm by an asset. Names are the ones of `data/classification.toml` in
/// `qv-policy`; a name that it does not know classifies as UNKNOWN.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AlgorithmUse {
    /// The layer that the algorithm serves.
    pub layer: Layer,
    /// Canonical algorithm name, for example `X25519MLKEM768`, `RSA`, `ECDSA`, `ML-DSA-65`.
    pub algorithm: String,
    /// Where it was seen, for example `group offered`, `group negotiated`, `leaf key`, `chain signature`.
    pub role: String,
    /// Whether it is what the peer chose for a modern client. Only negotiated uses decide
    /// compliance; the rest says what else the peer would accept.
    pub negotiated: bool,
    /// Protocol and version, for example `TLS1.3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Key length in bits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_length: Option<u32>,
    /// Curve name, for example `P-256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<String>,
    /// Signature algorithm name, for example `sha256WithRSAEncryption`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_alg: Option<String>,
    /// KEM part of a hybrid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kem: Option<String>,
    /// Symmetric cipher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symmetric: Option<String>,
    /// Mode of the symmetric cipher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Cipher suite in its IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negotiated_cipher: Option<String>,
}

impl AlgorithmUse {
    /// A use with only what every use has.
    #[must_use]
    pub fn new(
        layer: Layer,
        algorithm: impl Into<String>,
        role: impl Into<String>,
        negotiated: bool,
    ) -> Self {
        Self {
            layer,
            algorithm: algorithm.into(),
            role: role.into(),
            negotiated,
            protocol: None,
            key_length: None,
            curve: None,
            signature_alg: None,
            kem: None,
            symmetric: None,
            mode: None,
            negotiated_cipher: None,
        }
    }
}
