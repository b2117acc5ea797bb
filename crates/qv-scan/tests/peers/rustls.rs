//! Servers of this process.

use qv_scan::{Depth, Limits};
use qv_testkit::tls::rustls_server::{Options, RustlsServer};
use rustls::crypto::aws_lc_rs::kx_group;

use super::{
    facts, groups, negotiated_uses, old_suites, probe, probe_with, sentences, target, uses,
    versions,
};

#[tokio::test]
async fn rsa_2048_with_tls_1_2_only() {
    let server = RustlsServer::start(&Options::rsa2048_tls12().unwrap()).unwrap();
    let report = probe(server.address()).await;
    assert_eq!(versions(&report), ["TLS1.2"]);
    assert_eq!(groups(&report), ["secp256r1", "secp384r1", "x25519"]);
    assert!(facts(&report).groups_complete);
    let negotiated = facts(&report).negotiated.as_ref().unwrap();
    assert!(negotiated.finished);
    assert_eq!(
        (
            negotiated.version.as_str(),
            negotiated.suite.key_exchange.as_str()
        ),
        ("TLS1.2", "X25519")
    );
    assert_eq!(
        negotiated.suite.name,
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    );
    assert_eq!(
        negotiated.signature_scheme.as_deref(),
        Some("rsa_pss_rsae_sha512")
    );
    let [leaf] = facts(&report).certificates.as_slice() else {
        panic!("{report:#?}")
    };
    assert_eq!(
        (leaf.key.algorithm.as_str(), leaf.key.bits),
        ("RSA", Some(2048))
    );
    assert_eq!(leaf.signature_name, "sha256WithRSAEncryption");
    assert!(leaf.self_issued && leaf.not_before < leaf.not_after);
    assert_eq!(leaf.subject, "CN=localhost");
    assert_eq!(leaf.alternative_names, ["localhost", "127.0.0.1"]);
    assert_eq!(
        negotiated_uses(&report),
        [
            ("X25519", "group negotiated"),
            ("RSA", "handshake signature"),
            ("RSA", "leaf key"),
            ("RSA", "leaf signature")
        ],
    );
    assert_eq!(
        sentences(&report),
        [
            "No post-quantum key exchange offered: the server does not speak TLS 1.3, which it needs."
        ],
    );
}

#[tokio::test]
async fn ecdsa_with_tls_1_3_only() {
    let server = RustlsServer::start(&Options::ecdsa_tls13().unwrap()).unwrap();
    let report = probe(server.address()).await;
    assert_eq!(versions(&report), ["TLS1.3"]);
    assert_eq!(groups(&report), ["secp256r1", "secp384r1", "x25519"]);
    let mut suites: Vec<&str> = facts(&report)
        .suites
        .iter()
        .map(|suite| suite.name.as_str())
        .collect();
    suites.sort_unstable();
    assert_eq!(
        suites,
        [
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256"
        ]
    );
    assert!(facts(&report).legacy.is_none());
    assert_eq!(
        facts(&report).group_preference,
        qv_scan::survey::Preference::Client
    );
    assert!(facts(&report).resumption);
    let [leaf] = facts(&report).certificates.as_slice() else {
        panic!("{report:#?}")
    };
    assert_eq!(
        (leaf.key.algorithm.as_str(), leaf.key.curve.as_deref()),
        ("ECDSA", Some("P-256"))
    );
    assert_eq!(leaf.signature_name, "ecdsa-with-SHA256");
    let key = uses(&report, "leaf key");
    assert_eq!(
        (key[0].key_length, key[0].curve.as_deref()),
        (Some(256), Some("P-256"))
    );
    assert_eq!(
        sentences(&report),
        ["No post-quantum key exchange offered."]
    );
}

#[tokio::test]
async fn hybrid_is_what_a_modern_client_gets() {
    let server = RustlsServer::start(&Options::hybrid().unwrap()).unwrap();
    let report = probe(server.address()).await;
    assert_eq!(versions(&report), ["TLS1.3", "TLS1.2"]);
    assert_eq!(groups(&report), ["X25519MLKEM768", "x25519"]);
    assert!(facts(&report).legacy.unwrap().downgrade_marked);
    let negotiated = uses(&report, "group negotiated");
    assert_eq!(negotiated.len(), 1);
    assert!(negotiated[0].negotiated);
    assert_eq!(negotiated[0].algorithm, "X25519MLKEM768");
    assert_eq!(negotiated[0].kem.as_deref(), Some("ML-KEM-768"));
    assert_eq!(negotiated[0].protocol.as_deref(), Some("TLS1.3"));
    assert_eq!(
        negotiated[0].negotiated_cipher.as_deref(),
        Some("TLS_AES_256_GCM_SHA384")
    );
    assert_eq!(
        (
            negotiated[0].symmetric.as_deref(),
            negotiated[0].mode.as_deref()
        ),
        (Some("AES-256-GCM"), Some("GCM"))
    );
    let offered = uses(&report, "group offered");
    assert_eq!(offered.len(), 1);
    assert!(!offered[0].negotiated && offered[0].algorithm == "X25519");
    assert!(old_suites(&report).contains(&"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"));
    assert_eq!(
        sentences(&report),
        [
            "Downgrade accepted: besides X25519MLKEM768 the server also accepts x25519 in TLS1.3, and TLS1.2."
        ],
    );
}

#[tokio::test]
async fn a_server_with_pure_ml_kem_only_is_reported_whole() {
    let mut options = Options::ecdsa_tls13().unwrap();
    options.groups = vec![kx_group::MLKEM1024];
    options.tickets = 0;
    let server = RustlsServer::start(&options).unwrap();
    let report = probe(server.address()).await;
    assert_eq!(groups(&report), ["MLKEM1024"]);
    assert_eq!(
        uses(&report, "group negotiated")[0].algorithm,
        "ML-KEM-1024"
    );
    assert!(facts(&report).negotiated.as_ref().unwrap().hello_retry);
    assert!(!facts(&report).resumption);
    assert_eq!(facts(&report).certificates.len(), 1);
    assert!(report.findings.is_empty());
}

#[tokio::test]
async fn a_full_probe_names_every_suite() {
    let server = RustlsServer::start(&Options::rsa2048_tls12().unwrap()).unwrap();
    let report = probe_with(&target(server.address()), Limits::default(), Depth::Full).await;
    assert_eq!(
        old_suites(&report),
        [
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        ],
    );
}

#[tokio::test]
async fn a_full_probe_names_every_signature_scheme() {
    let mut options = Options::rsa2048_tls12().unwrap();
    options.versions = vec![&rustls::version::TLS13];
    let server = RustlsServer::start(&options).unwrap();
    let report = probe_with(&target(server.address()), Limits::default(), Depth::Full).await;
    let mut schemes = facts(&report).signature_schemes.clone();
    schemes.sort_unstable();
    assert_eq!(
        schemes,
        [
            "rsa_pss_rsae_sha256",
            "rsa_pss_rsae_sha384",
            "rsa_pss_rsae_sha512"
        ]
    );
    assert!(facts(&report).other_signatures.is_empty());
}

#[tokio::test]
async fn reports_survive_json() {
    let server = RustlsServer::start(&Options::hybrid().unwrap()).unwrap();
    let report = probe(server.address()).await;
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(
        serde_json::from_str::<qv_scan::Report>(&text).unwrap(),
        report
    );
}
