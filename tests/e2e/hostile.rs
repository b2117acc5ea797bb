//! What comes from outside never steers the terminal, whoever sends it and wherever it is shown.

use qv_testkit::tls::hostile::Peer;
use qv_testkit::tls::rustls_server::{Options, RustlsServer};
use rcgen::{CertificateParams, DnType, KeyPair};

use crate::driver::{Qv, Said, text};

/// Escape sequences, C1 controls, bidirectional overrides, invisible characters, line ends.
const EVIL: &str =
    "a\u{1b}[31m\u{1b}]0;title\u{7}\u{9b}2J\u{202e}txt\u{2066}\u{200b}\r\n\u{e0041}b";

fn assert_clean(said: &Said) {
    for text in [&said.out, &said.err] {
        let bad = text.chars().find(|c| {
            (c.is_control() && *c != '\n')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
        });
        assert_eq!(bad, None, "{text:?}");
    }
}

fn assert_all_clean(qv: &Qv, commands: &[&[&str]]) {
    for args in commands {
        assert_clean(&qv.run(args));
        let json = qv.run(&[args, &["--json"][..]].concat());
        assert_clean(&json);
        for document in [&json.out, &json.err]
            .into_iter()
            .filter(|text| text.starts_with(['{', '[']))
        {
            serde_json::from_str::<serde_json::Value>(document)
                .unwrap_or_else(|error| panic!("{args:?}: {error}"));
        }
    }
}

#[test]
fn names_of_our_own_things() {
    let qv = Qv::with_vault();
    qv.ok(&["assets", "add", EVIL, "--name", EVIL]);
    qv.ok(&["assets", "edit", EVIL, "--tag", "\u{202e}tag\u{1b}[2J"]);
    qv.ok(&[
        "policies",
        "add",
        EVIL,
        "--description",
        EVIL,
        "--mode",
        "enforce",
    ]);
    qv.ok(&[
        "anchors",
        "create",
        EVIL,
        "--description",
        EVIL,
        "--activate",
    ]);
    qv.ok(&["attest", "signer", "create", EVIL]);
    let id = qv.add_secret(EVIL, EVIL, "material");
    assert_eq!(
        text(&qv.json(&["assets", "show", EVIL]), "name"),
        EVIL,
        "JSON keeps what it is"
    );
    let missing = format!("{EVIL}missing");
    assert_all_clean(
        &qv,
        &[
            &["assets", "list"],
            &["assets", "show", EVIL],
            &["assets", "show", &missing],
            &["assets", "list", "--search", EVIL],
            &["policies", "list"],
            &["policies", "show", EVIL],
            &["policies", "show", &missing],
            &["policies", "evaluate"],
            &["policies", "apply", EVIL, "--dry-run"],
            &["policies", "apply", EVIL],
            &["policies", "add", "bad", "--scope-definition", EVIL],
            &["anchors", "list"],
            &["anchors", "show", EVIL],
            &["anchors", "show", &missing],
            &["secrets", "list"],
            &["secrets", "export", EVIL],
            &["secrets", "add", EVIL, "--file", &missing],
            &["attest", "signer", "list"],
            &["targets", "add", EVIL],
            &["scan", EVIL],
            &["status"],
            &["audit", "list", "--limit", "500"],
            &["audit", "list", "--action", EVIL],
            &["unwrap", &missing],
            &["--home", &missing, "status"],
            &["jobs", "cancel", EVIL],
            &["assets", "list", "--env", EVIL],
            &[EVIL],
        ],
    );
    assert_clean(&qv.run_with(EVIL, &["unwrap", "-", "--output", "x"]));
    assert_clean(&qv.run_with(EVIL, &["targets", "import", "-"]));
    qv.configure(&format!("[scan]\n\"{}\" = 1\n", "\\u001b[31m\\u202e"));
    assert_all_clean(
        &qv,
        &[&["config", "check"], &["config", "show"], &["doctor"]],
    );
    qv.configure("");
    assert_eq!(qv.ok(&["secrets", "reveal", &id, "--yes"]).out, "material");
}

/// A server whose certificate is full of them.
fn evil_server() -> RustlsServer {
    let options = Options::ecdsa_tls13().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    for kind in [DnType::CommonName, DnType::OrganizationName] {
        params.distinguished_name.push(kind, EVIL);
    }
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    std::fs::write(options.identity.certificates(), certificate.pem()).unwrap();
    std::fs::write(options.identity.key(), key.serialize_pem()).unwrap();
    RustlsServer::start(&options).unwrap()
}

#[test]
fn certificates_and_banners() {
    let qv = Qv::with_vault();
    let server = evil_server();
    let banner = Peer::saying(format!("220 {EVIL}\r\n")).unwrap();
    let (cert, clear) = (server.address().to_string(), banner.address().to_string());
    assert_eq!(qv.run(&["scan", "--allow-private", &cert, &clear]).code, 3);
    assert_all_clean(
        &qv,
        &[
            &["scan", "--allow-private", &cert, &clear],
            &["assets", "list"],
            &["assets", "show", &cert],
            &["audit", "list"],
        ],
    );
    let shown = qv.json(&["assets", "show", &cert]).to_string();
    assert!(
        shown.contains("\\u001b[31m"),
        "the subject is kept, escaped: {shown}"
    );
}
