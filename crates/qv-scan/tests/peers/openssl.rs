//! `openssl s_server` 3.0.

use qv_testkit::tls::{Identity, KeyKind, openssl};

use super::{facts, groups, negotiated_uses, old_suites, probe, sentences, uses, versions};

#[tokio::test]
async fn tls_1_0_only() {
    let identity = Identity::self_signed(KeyKind::Rsa(2048)).unwrap();
    let server = openssl::start(
        &identity,
        &["-tls1", "-cipher", "AES128-SHA:AES256-SHA:@SECLEVEL=0"],
    )
    .unwrap();
    let report = probe(server.address()).await;
    assert_eq!(versions(&report), ["TLS1.0"]);
    assert!(facts(&report).modern_refusal.is_some());
    let negotiated = facts(&report).negotiated.as_ref().unwrap();
    assert!(!negotiated.finished);
    assert_eq!(
        (
            negotiated.version.as_str(),
            negotiated.suite.key_exchange.as_str()
        ),
        ("TLS1.0", "RSA-KX")
    );
    assert_eq!(facts(&report).certificates[0].key.bits, Some(2048));
    assert_eq!(
        negotiated_uses(&report),
        [
            ("RSA-KX", "key exchange negotiated"),
            ("RSA", "leaf key"),
            ("RSA", "leaf signature")
        ],
    );
    assert_eq!(report.findings.len(), 1);
}

#[tokio::test]
async fn static_rsa_in_tls_1_2() {
    let identity = Identity::self_signed(KeyKind::Rsa(3072)).unwrap();
    let server = openssl::start(&identity, &["-tls1_2", "-cipher", "kRSA+AESGCM"]).unwrap();
    let report = probe(server.address()).await;
    assert_eq!(versions(&report), ["TLS1.2"]);
    let negotiated = &facts(&report).negotiated.as_ref().unwrap().suite;
    assert_eq!(
        (negotiated.key_exchange.as_str(), negotiated.name.as_str()),
        ("RSA-KX", "TLS_RSA_WITH_AES_256_GCM_SHA384")
    );
    assert!(facts(&report).groups.is_empty());
    assert_eq!(facts(&report).certificates[0].key.bits, Some(3072));
}

#[tokio::test]
async fn finite_field_with_its_size() {
    let identity = Identity::self_signed(KeyKind::Rsa(2048)).unwrap();
    let arguments = ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"];
    let server = openssl::start(&identity, &arguments).unwrap();
    let report = probe(server.address()).await;
    assert_eq!(old_suites(&report), ["TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"]);
    let negotiated = uses(&report, "key exchange negotiated");
    assert_eq!(
        (negotiated[0].algorithm.as_str(), negotiated[0].key_length),
        ("DHE", Some(2048))
    );
    assert_eq!(
        facts(&report)
            .negotiated
            .as_ref()
            .unwrap()
            .signature_algorithm
            .as_deref(),
        Some("RSA")
    );
}

#[tokio::test]
async fn edwards_certificates() {
    for (kind, name, bits) in [
        (KeyKind::Ed25519, "Ed25519", 256),
        (KeyKind::Ed448, "Ed448", 456),
    ] {
        let identity = Identity::self_signed(kind).unwrap();
        let server = openssl::start(&identity, &[]).unwrap();
        let report = probe(server.address()).await;
        assert_eq!(versions(&report), ["TLS1.3", "TLS1.2"]);
        let leaf = &facts(&report).certificates[0];
        assert_eq!(
            (
                leaf.key.algorithm.as_str(),
                leaf.key.bits,
                leaf.signature_name.as_str()
            ),
            (name, Some(bits), name)
        );
        assert_eq!(
            facts(&report)
                .negotiated
                .as_ref()
                .unwrap()
                .signature_algorithm
                .as_deref(),
            Some(name)
        );
    }
}

#[tokio::test]
async fn each_certificate_of_a_chain() {
    let chain = Identity::chain().unwrap();
    let server = openssl::start(&chain, &[]).unwrap();
    let report = probe(server.address()).await;
    let seen: Vec<_> = facts(&report)
        .certificates
        .iter()
        .map(|certificate| {
            let key = &certificate.key;
            (
                key.algorithm.as_str(),
                key.bits.unwrap(),
                certificate.signature_name.as_str(),
                certificate.is_ca,
            )
        })
        .collect();
    let expected = [
        ("ECDSA", 256, "sha256WithRSAEncryption", false),
        ("RSA", 2048, "ecdsa-with-SHA384", true),
        ("ECDSA", 384, "ecdsa-with-SHA384", true),
    ];
    assert_eq!(seen, expected);
    assert_eq!(facts(&report).certificate_count, 3);
    let root = uses(&report, "root signature");
    assert_eq!(root.len(), 1);
    assert!(!root[0].negotiated);
    let chain = uses(&report, "chain signature");
    assert_eq!(
        (chain[0].algorithm.as_str(), chain[0].negotiated),
        ("ECDSA", true)
    );
    assert_eq!(uses(&report, "leaf signature")[0].algorithm, "RSA");
}

#[tokio::test]
async fn groups_of_a_default_server_and_a_hello_retry() {
    let identity = Identity::self_signed(KeyKind::Rsa(2048)).unwrap();
    let server = openssl::start(&identity, &[]).unwrap();
    let report = probe(server.address()).await;
    let found = groups(&report);
    for group in ["x25519", "secp256r1", "x448", "secp521r1", "secp384r1"] {
        assert!(found.contains(&group), "{group} not in {found:?}");
    }
    assert_eq!(
        found
            .iter()
            .filter(|label| label.starts_with("ffdhe"))
            .count(),
        1,
        "{found:?}"
    );
    assert_eq!(
        sentences(&report),
        ["No post-quantum key exchange offered."]
    );

    let server = openssl::start(&identity, &["-groups", "P-384"]).unwrap();
    let report = probe(server.address()).await;
    assert_eq!(groups(&report), ["secp384r1"]);
    assert!(facts(&report).negotiated.as_ref().unwrap().hello_retry);

    let server = openssl::start(&identity, &["-tls1_3", "-groups", "X448"]).unwrap();
    let report = probe(server.address()).await;
    assert_eq!(
        (versions(&report), groups(&report)),
        (vec!["TLS1.3"], vec!["x448"])
    );
    let negotiated = facts(&report).negotiated.as_ref().unwrap();
    assert_eq!(
        (negotiated.finished, negotiated.suite.key_exchange.as_str()),
        (false, "X448")
    );
}

#[tokio::test]
async fn whose_order_decides() {
    use qv_scan::survey::Preference;
    let identity = Identity::self_signed(KeyKind::Rsa(2048)).unwrap();
    let by_client = openssl::start(&identity, &[]).unwrap();
    let report = probe(by_client.address()).await;
    assert_eq!(facts(&report).suite_preference, Preference::Client);
    // Without a key share OpenSSL goes by its own list.
    assert_eq!(facts(&report).group_preference, Preference::Server);
    let by_server =
        openssl::start(&identity, &["-serverpref", "-groups", "P-384:X25519:P-256"]).unwrap();
    let report = probe(by_server.address()).await;
    assert_eq!(facts(&report).suite_preference, Preference::Server);
    assert_eq!(facts(&report).group_preference, Preference::Server);
    let order: Vec<&str> = facts(&report)
        .groups
        .iter()
        .map(|group| group.name.as_str())
        .collect();
    assert_eq!(order.last(), Some(&"P-256"), "{order:?}");
}

#[tokio::test]
async fn a_second_certificate_is_seen() {
    let rsa = Identity::self_signed(KeyKind::Rsa(2048)).unwrap();
    let ecdsa = Identity::self_signed(KeyKind::Ec("secp384r1")).unwrap();
    let (certificate, key) = (ecdsa.certificates(), ecdsa.key());
    let arguments = [
        "-dcert",
        certificate.to_str().unwrap(),
        "-dkey",
        key.to_str().unwrap(),
    ];
    let server = openssl::start(&rsa, &arguments).unwrap();
    let report = probe(server.address()).await;
    let leaf = &facts(&report).certificates[0].key.algorithm;
    let other = &facts(&report).other_certificates[0].key.algorithm;
    let mut both = [leaf.as_str(), other.as_str()];
    both.sort_unstable();
    assert_eq!(both, ["ECDSA", "RSA"]);
    assert_eq!(facts(&report).other_signatures, [other.as_str()]);
    assert!(
        uses(&report, "signature offered")
            .iter()
            .all(|used| !used.negotiated)
    );
}

#[tokio::test]
async fn a_key_for_pss_alone_has_its_size() {
    let identity = Identity::self_signed(KeyKind::RsaPss(2048)).unwrap();
    let server = openssl::start(&identity, &[]).unwrap();
    let report = probe(server.address()).await;
    let leaf = &facts(&report).certificates[0];
    assert_eq!(
        (leaf.key.algorithm.as_str(), leaf.key.bits),
        ("RSA", Some(2048))
    );
    assert_eq!(leaf.signature_name, "rsassaPss");
    assert_eq!(leaf.key.oid, "1.2.840.113549.1.1.10");
}
