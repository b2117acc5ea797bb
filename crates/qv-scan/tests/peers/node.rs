//! Node.js 24 with OpenSSL 3.5: post-quantum groups and certificates.

use qv_testkit::tls::{Identity, KeyKind, node};

use super::{facts, groups, negotiated_uses, probe, sentences, uses, versions};

#[tokio::test]
async fn every_hybrid_group() {
    let identity = Identity::self_signed(KeyKind::Ec("prime256v1")).unwrap();
    let options =
        r#"{"ecdhCurve":"X25519MLKEM768:SecP256r1MLKEM768:SecP384r1MLKEM1024:X25519:P-256"}"#;
    let server = node::start(&identity, options).unwrap();
    let report = probe(server.address()).await;
    assert_eq!(
        groups(&report),
        [
            "SecP256r1MLKEM768",
            "SecP384r1MLKEM1024",
            "X25519MLKEM768",
            "secp256r1",
            "x25519"
        ],
    );
    assert_eq!(
        uses(&report, "group negotiated")[0].algorithm,
        "X25519MLKEM768"
    );
    assert_eq!(uses(&report, "group offered").len(), 4);
}

#[tokio::test]
async fn servers_with_one_post_quantum_group_only() {
    let identity = Identity::self_signed(KeyKind::Ec("prime256v1")).unwrap();
    for (group, name, finished) in [
        ("SecP256r1MLKEM768", "SecP256r1MLKEM768", true),
        ("SecP384r1MLKEM1024", "SecP384r1MLKEM1024", true),
        ("MLKEM768", "ML-KEM-768", true),
        ("MLKEM1024", "ML-KEM-1024", true),
        ("MLKEM512", "ML-KEM-512", false),
    ] {
        let options = format!(r#"{{"ecdhCurve":"{group}","minVersion":"TLSv1.3"}}"#);
        let server = node::start(&identity, &options).unwrap();
        let report = probe(server.address()).await;
        assert_eq!(
            (versions(&report), groups(&report)),
            (vec!["TLS1.3"], vec![group])
        );
        let negotiated = facts(&report).negotiated.as_ref().unwrap();
        assert_eq!(
            (negotiated.suite.key_exchange.as_str(), negotiated.finished),
            (name, finished)
        );
        assert_eq!(
            facts(&report).certificates.len(),
            usize::from(finished),
            "{group}"
        );
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }
}

#[tokio::test]
async fn a_hybrid_that_is_not_preferred() {
    let identity = Identity::self_signed(KeyKind::Ec("prime256v1")).unwrap();
    let options =
        r#"{"ecdhCurve":"X25519/X25519MLKEM768","honorCipherOrder":true,"minVersion":"TLSv1.3"}"#;
    let server = node::start(&identity, options).unwrap();
    let report = probe(server.address()).await;
    assert_eq!(groups(&report), ["X25519MLKEM768", "x25519"]);
    assert_eq!(
        sentences(&report),
        [
            "Hybrid offered but not preferred: the server accepts X25519MLKEM768, but a modern client gets X25519.",
            "Downgrade accepted: besides X25519MLKEM768 the server also accepts x25519 in TLS1.3.",
        ],
    );
    assert_eq!(uses(&report, "group negotiated")[0].algorithm, "X25519");
}

#[tokio::test]
async fn an_ml_dsa_certificate() {
    let identity = Identity::self_signed(KeyKind::MlDsa65).unwrap();
    let server = node::start(
        &identity,
        r#"{"ecdhCurve":"X25519MLKEM768","minVersion":"TLSv1.3"}"#,
    )
    .unwrap();
    let report = probe(server.address()).await;
    let [leaf] = facts(&report).certificates.as_slice() else {
        panic!("{report:#?}")
    };
    assert_eq!(
        (leaf.key.algorithm.as_str(), leaf.key.oid.as_str()),
        ("ML-DSA-65", "2.16.840.1.101.3.4.3.18")
    );
    assert_eq!(
        (
            leaf.signature_algorithm.as_str(),
            leaf.signature_name.as_str()
        ),
        ("ML-DSA-65", "ML-DSA-65")
    );
    assert_eq!(
        facts(&report)
            .negotiated
            .as_ref()
            .unwrap()
            .signature_scheme
            .as_deref(),
        Some("mldsa65")
    );
    assert_eq!(
        negotiated_uses(&report),
        [
            ("X25519MLKEM768", "group negotiated"),
            ("ML-DSA-65", "handshake signature"),
            ("ML-DSA-65", "leaf key"),
            ("ML-DSA-65", "leaf signature"),
        ],
    );
    assert!(report.findings.is_empty());
}
