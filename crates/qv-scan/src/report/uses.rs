//! From facts to the uses of algorithms that `qv-policy` classifies. Roles are in
//! [`names::role`](crate::names::role).

use qv_types::{AlgorithmUse, Layer};

use super::facts::{GroupFact, Negotiated, SuiteFact, TlsFacts};
use crate::cert::CertificateFacts;
use crate::names::role;
use crate::wire::Version;
use crate::wire::groups::{self, GroupKind};

/// Uses of a TLS endpoint, without repetition, negotiated ones first.
pub(super) fn of(tls: &TlsFacts) -> Vec<AlgorithmUse> {
    let mut uses = Vec::new();
    if let Some(negotiated) = &tls.negotiated {
        uses.push(negotiated_key_exchange(negotiated));
        uses.extend(handshake_signature(negotiated));
    }
    for (position, certificate) in tls.certificates.iter().enumerate() {
        uses.extend(certificate_uses(certificate, position));
    }
    let given = tls.negotiated.as_ref().map(|negotiated| &negotiated.suite);
    let other_groups = tls
        .groups
        .iter()
        .filter(|group| given.is_none_or(|suite| !is_same(suite, group)));
    uses.extend(other_groups.map(offered_group));
    // Suites of TLS 1.3 say nothing of the key exchange: its groups are above.
    let other_suites = tls
        .suites
        .iter()
        .filter(|suite| suite.version < Version::Tls13 && given != Some(suite));
    uses.extend(other_suites.map(|suite| key_exchange(suite, role::SUITE_OFFERED, false)));
    uses.extend(
        tls.other_certificates
            .iter()
            .map(|certificate| leaf_key(certificate, role::SIGNATURE_OFFERED, false)),
    );
    let others = tls.other_signatures.iter();
    uses.extend(others.map(|name| {
        AlgorithmUse::new(Layer::Authentication, name, role::SIGNATURE_OFFERED, false)
    }));
    without_repetition(uses)
}

fn negotiated_key_exchange(negotiated: &Negotiated) -> AlgorithmUse {
    let suite = &negotiated.suite;
    let is_group = groups::GROUPS
        .iter()
        .any(|group| group.kind != GroupKind::FiniteField && group.name == suite.key_exchange);
    let role = if is_group {
        role::GROUP_NEGOTIATED
    } else {
        role::KEY_EXCHANGE_NEGOTIATED
    };
    key_exchange(suite, role, true)
}

fn key_exchange(suite: &SuiteFact, role: &str, negotiated: bool) -> AlgorithmUse {
    let group = groups::GROUPS
        .iter()
        .find(|group| group.name == suite.key_exchange);
    AlgorithmUse {
        protocol: Some(suite.version.as_str().to_owned()),
        key_length: suite.bits,
        curve: group
            .filter(|group| group.kind == GroupKind::Curve)
            .map(|group| group.name.to_owned()),
        kem: group.and_then(|group| group.kem).map(str::to_owned),
        symmetric: Some(suite.symmetric.clone()),
        mode: suite.mode.clone(),
        negotiated_cipher: Some(suite.name.clone()),
        ..AlgorithmUse::new(Layer::KeyExchange, &suite.key_exchange, role, negotiated)
    }
}

fn offered_group(fact: &GroupFact) -> AlgorithmUse {
    let group = groups::find(fact.code);
    let curve = match group.map(|group| group.kind) {
        Some(GroupKind::Curve) => Some(fact.name.clone()),
        Some(GroupKind::FiniteField) => Some(fact.label.clone()),
        _ => None,
    };
    AlgorithmUse {
        protocol: Some(fact.version.as_str().to_owned()),
        key_length: group.and_then(|group| group.bits),
        curve,
        kem: group.and_then(|group| group.kem).map(str::to_owned),
        ..AlgorithmUse::new(Layer::KeyExchange, &fact.name, role::GROUP_OFFERED, false)
    }
}

fn is_same(suite: &SuiteFact, group: &GroupFact) -> bool {
    let bits = groups::find(group.code).and_then(|group| group.bits);
    suite.version == group.version && suite.key_exchange == group.name && suite.bits == bits
}

fn handshake_signature(negotiated: &Negotiated) -> Option<AlgorithmUse> {
    let algorithm = negotiated.signature_algorithm.as_ref()?;
    Some(AlgorithmUse {
        protocol: Some(negotiated.version.as_str().to_owned()),
        signature_alg: negotiated.signature_scheme.clone(),
        ..AlgorithmUse::new(
            Layer::Authentication,
            algorithm,
            role::HANDSHAKE_SIGNATURE,
            true,
        )
    })
}

/// Key and signature of a certificate in the chain. Nobody relies on what a root says of itself, so
/// that signature is not a negotiated one.
fn certificate_uses(certificate: &CertificateFacts, position: usize) -> [AlgorithmUse; 2] {
    let is_leaf = position == 0;
    let key_role = if is_leaf {
        role::LEAF_KEY
    } else {
        role::CHAIN_KEY
    };
    let (signature_role, relied_on) = match (is_leaf, certificate.self_issued) {
        (true, _) => (role::LEAF_SIGNATURE, true),
        (false, true) => (role::ROOT_SIGNATURE, false),
        (false, false) => (role::CHAIN_SIGNATURE, true),
    };
    let signature = AlgorithmUse {
        signature_alg: Some(certificate.signature_name.clone()),
        ..AlgorithmUse::new(
            Layer::Authentication,
            &certificate.signature_algorithm,
            signature_role,
            relied_on,
        )
    };
    [leaf_key(certificate, key_role, true), signature]
}

fn leaf_key(certificate: &CertificateFacts, role: &str, negotiated: bool) -> AlgorithmUse {
    let key = &certificate.key;
    AlgorithmUse {
        key_length: key.bits,
        curve: key.curve.clone(),
        ..AlgorithmUse::new(Layer::Authentication, &key.algorithm, role, negotiated)
    }
}

fn without_repetition(uses: Vec<AlgorithmUse>) -> Vec<AlgorithmUse> {
    let mut seen = std::collections::HashSet::with_capacity(uses.len());
    uses.into_iter()
        .filter(|used| seen.insert(used.clone()))
        .collect()
}
