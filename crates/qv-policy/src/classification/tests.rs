//! Classification: the decision record's table, and what must hold for any facts.

use super::*;
use Layer::{Authentication as Auth, DataAtRest as Rest, KeyExchange as Kex};
use proptest::prelude::*;

fn found(layer: Layer, algorithm: &str) -> AlgorithmUse {
    AlgorithmUse::new(layer, algorithm, "test", true)
}

fn offered(layer: Layer, algorithm: &str) -> AlgorithmUse {
    AlgorithmUse::new(layer, algorithm, "test", false)
}

fn verdict(uses: &[AlgorithmUse]) -> Classification {
    classify(uses, Map::builtin().unwrap())
}

#[test]
fn compliance_follows_the_decision_record_in_every_combination() {
    use Compliance::{Compliant, NonCompliant, Unknown};
    // key exchange, authentication, data at rest → compliance, hybrid
    for (kex, auth, rest, expected, hybrid) in [
        ("X25519", "ECDSA", "", NonCompliant, false),
        ("X25519", "ML-DSA-65", "", NonCompliant, false),
        ("X25519MLKEM768", "ECDSA", "", Compliant, true),
        ("X25519MLKEM768", "ML-DSA-65", "", Compliant, true),
        ("X25519MLKEM768", "mystery", "", Compliant, true),
        ("X25519MLKEM768", "", "", Compliant, true),
        ("X25519MLKEM768", "ECDSA", "RSA", NonCompliant, true),
        ("X25519MLKEM768", "ECDSA", "mystery", Unknown, true),
        ("X25519MLKEM768", "ECDSA", "AES-256-GCM", Compliant, true),
        // As written: only a hybrid key exchange excuses a classical certificate.
        ("ML-KEM-1024", "ECDSA", "", NonCompliant, false),
        ("ML-KEM-1024", "ML-DSA-65", "", Compliant, false),
        ("ML-KEM-1024", "mystery", "", Unknown, false),
        (
            "ML-KEM-1024",
            "MLDSA65-ECDSA-P256-SHA512",
            "",
            Compliant,
            true,
        ),
        ("mystery", "ECDSA", "", NonCompliant, false),
        ("mystery", "ML-DSA-65", "", Unknown, false),
        ("mystery", "", "", Unknown, false),
        ("", "RSA", "", NonCompliant, false),
        ("", "SLH-DSA-SHA2-256s", "", Compliant, false),
        ("", "", "ML-KEM-1024", Compliant, false),
        ("", "", "P-384+ML-KEM-1024", Compliant, true),
        ("", "", "RSA", NonCompliant, false),
        ("", "", "AES-256-GCM", Unknown, false),
        ("PSK", "", "", Unknown, false),
        ("", "", "", Unknown, false),
    ] {
        let layers = [(Kex, kex), (Auth, auth), (Rest, rest)];
        let uses: Vec<AlgorithmUse> = layers
            .iter()
            .filter(|(_, name)| !name.is_empty())
            .map(|(layer, name)| found(*layer, name))
            .collect();
        let got = verdict(&uses);
        assert_eq!(
            (got.compliance, got.hybrid),
            (expected, hybrid),
            "{kex} / {auth} / {rest}: {}",
            got.compliance_rule
        );
    }
}

#[test]
fn each_verdict_names_its_rule_its_algorithm_and_the_map() {
    let got = verdict(&[
        found(Kex, "X25519MLKEM768"),
        found(Auth, "ECDSA"),
        found(Auth, "ML-DSA-65"),
    ]);
    assert_eq!(got.map_version, Map::builtin().unwrap().version());
    assert_eq!(
        (got.key_exchange.verdict, got.key_exchange.rule.as_str()),
        (Verdict::Hybrid, "hybrid.tls-ml-kem")
    );
    assert_eq!(
        (got.authentication.verdict, got.authentication.rule.as_str()),
        (Verdict::NonPqc, "classical.ecdsa")
    );
    assert_eq!(
        got.authentication.algorithm.as_deref(),
        Some("ECDSA"),
        "the weakest use decides"
    );
    assert_eq!(
        (got.data_at_rest.decisive, got.data_at_rest.rule.as_str()),
        (false, "layer.not-seen")
    );
    assert_eq!(got.compliance_rule, "compliance.hybrid-negotiated");
}

#[test]
fn what_is_only_offered_decides_nothing_but_is_said() {
    let got = verdict(&[found(Kex, "X25519"), offered(Kex, "X25519MLKEM768")]);
    assert_eq!(got.key_exchange.verdict, Verdict::NonPqc);
    assert_eq!(got.findings[0].kind, FindingKind::PostQuantumNotPreferred);
    assert_eq!(got.findings[0].algorithm.as_deref(), Some("X25519MLKEM768"));

    let got = verdict(&[
        found(Kex, "X25519MLKEM768"),
        offered(Kex, "P-256"),
        offered(Kex, "X25519"),
    ]);
    assert_eq!(got.key_exchange.verdict, Verdict::Hybrid);
    assert_eq!(got.findings[0].kind, FindingKind::DowngradeAccepted);
    assert_eq!(got.findings[0].algorithm.as_deref(), Some("P-256, X25519"));

    let got = verdict(&[offered(Kex, "X25519MLKEM768")]);
    assert_eq!(
        (got.compliance, got.key_exchange.rule.as_str()),
        (Compliance::Unknown, "layer.not-negotiated")
    );
}

#[test]
fn findings_name_drafts_legacy_unknown_and_classical_certificates() {
    let mut cipher = found(Kex, "RSA-KX");
    cipher.symmetric = Some("3DES-CBC".into());
    cipher.protocol = Some("TLS1.0".into());
    let kinds = |uses: &[AlgorithmUse]| {
        verdict(uses)
            .findings
            .iter()
            .map(|finding| finding.kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(&[cipher]),
        [
            FindingKind::NoPostQuantumKeyExchange,
            FindingKind::Legacy,
            FindingKind::Legacy
        ]
    );
    assert_eq!(
        kinds(&[
            found(Kex, "X25519Kyber768Draft00"),
            found(Auth, "RSA"),
            found(Auth, "mystery")
        ]),
        [
            FindingKind::ClassicalAuthentication,
            FindingKind::Superseded,
            FindingKind::UnknownAlgorithm
        ]
    );
}

#[test]
fn a_classification_survives_its_json() {
    let got = verdict(&[found(Kex, "X25519Kyber768Draft00"), found(Auth, "mystery")]);
    let text = serde_json::to_string(&got).unwrap();
    assert_eq!(serde_json::from_str::<Classification>(&text).unwrap(), got);
}

fn any_use() -> impl Strategy<Value = AlgorithmUse> {
    let names = prop::sample::select(vec![
        "RSA",
        "X25519",
        "X25519MLKEM768",
        "ML-KEM-768",
        "ML-DSA-65",
        "AES-256-GCM",
        "PSK",
        "mystery",
    ]);
    (
        prop::sample::select(vec![Kex, Auth, Rest]),
        names,
        any::<bool>(),
    )
        .prop_map(|(layer, name, negotiated)| AlgorithmUse::new(layer, name, "test", negotiated))
}

proptest! {
    #[test]
    fn the_order_of_facts_never_matters(uses in prop::collection::vec(any_use(), 0..8), turn in 0usize..8) {
        let mut turned = uses.clone();
        turned.reverse();
        if !turned.is_empty() {
            let by = turn % turned.len();
            turned.rotate_left(by);
        }
        prop_assert_eq!(verdict(&uses), verdict(&turned));
    }

    #[test]
    fn no_name_from_outside_can_upset_it_and_unknown_is_never_compliant(name in "\\PC{0,40}") {
        let got = verdict(&[found(Kex, &name)]);
        if Map::builtin().unwrap().rule_for(&name).is_none() {
            prop_assert_eq!(got.compliance, Compliance::Unknown);
        }
    }

    #[test]
    fn one_more_negotiated_use_never_strengthens_a_layer(uses in prop::collection::vec(any_use(), 1..6), more in any_use()) {
        let before = verdict(&uses);
        let mut longer = uses;
        longer.push(more);
        let after = verdict(&longer);
        for (old, new) in [
            (&before.key_exchange, &after.key_exchange),
            (&before.authentication, &after.authentication),
            (&before.data_at_rest, &after.data_at_rest),
        ] {
            let was_decided = old.algorithm.is_some();
            prop_assert!(!was_decided || weakness(new.verdict) <= weakness(old.verdict));
        }
    }
}
