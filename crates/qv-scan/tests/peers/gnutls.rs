//! `gnutls-serv`: what other libraries no longer speak.

use qv_testkit::tls::{Identity, KeyKind, gnutls};

use super::{facts, old_suites, probe, uses, versions};

#[tokio::test]
async fn broken_ciphers_and_a_small_key_in_tls_1_0() {
    let identity = Identity::self_signed(KeyKind::Rsa(1024)).unwrap();
    let priority = "NONE:+VERS-TLS1.0:+VERS-TLS1.1:+3DES-CBC:+ARCFOUR-128:+RSA:+SHA1:+MD5:+COMP-NULL:+CTYPE-X509:+SIGN-ALL";
    let server = gnutls::start(&identity, priority).unwrap();
    let report = probe(server.address()).await;
    assert_eq!(versions(&report), ["TLS1.1", "TLS1.0"]);
    let suites = old_suites(&report);
    assert!(
        suites.contains(&"TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
        "{suites:?}"
    );
    assert!(
        suites
            .iter()
            .any(|name| name.starts_with("TLS_RSA_WITH_RC4_128")),
        "{suites:?}"
    );
    let leaf = &facts(&report).certificates[0];
    assert_eq!(
        (leaf.key.algorithm.as_str(), leaf.key.bits),
        ("RSA", Some(1024))
    );
    let ciphers: Vec<_> = report
        .algorithms
        .iter()
        .filter_map(|used| used.symmetric.as_deref())
        .collect();
    assert!(
        ciphers.contains(&"3DES-CBC") && ciphers.contains(&"RC4-128"),
        "{ciphers:?}"
    );
}

#[tokio::test]
async fn every_version_and_kind_of_a_server_that_has_them() {
    let identity = Identity::self_signed(KeyKind::Rsa(2048)).unwrap();
    let priority = "NORMAL:+VERS-ALL:+3DES-CBC:+ARCFOUR-128:+DHE-RSA:+RSA:%COMPAT:%VERIFY_ALLOW_SIGN_WITH_SHA1";
    let server = gnutls::start(&identity, priority).unwrap();
    let report = super::probe_with(
        &super::target(server.address()),
        qv_scan::Limits::default(),
        qv_scan::Depth::Standard,
    )
    .await;
    assert!(report.failures.is_empty(), "{report:#?}");
    assert_eq!(versions(&report), ["TLS1.3", "TLS1.2", "TLS1.1", "TLS1.0"]);
    let suites = uses(&report, "suite offered");
    let kinds: Vec<&str> = suites.iter().map(|used| used.algorithm.as_str()).collect();
    for kind in ["RSA-KX", "DHE"] {
        assert!(kinds.contains(&kind), "{kind} not in {kinds:?}");
    }
    let ciphers: Vec<&str> = suites
        .iter()
        .filter_map(|used| used.symmetric.as_deref())
        .collect();
    assert!(
        ciphers.contains(&"3DES-CBC") && ciphers.contains(&"RC4-128"),
        "{ciphers:?}"
    );
}
