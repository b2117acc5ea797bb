//! The same server through other scanners' eyes.

use std::process::Command;

use qv_scan::{Depth, Limits};
use qv_testkit::tls::{Identity, KeyKind, nginx, openssl};

use super::{facts, groups, old_suites, probe_with, target, versions};

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .stdin(std::process::Stdio::null())
        .output();
    let output =
        output.unwrap_or_else(|error| panic!("{program}: {error}; apt-get install {program}"));
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

/// Values of an attribute in elements of a name, in sslscan's XML.
fn attributes(xml: &str, element: &str, attribute: &str) -> Vec<String> {
    let elements = xml
        .split('<')
        .filter(|part| part.starts_with(&format!("{element} ")));
    let value = |part: &str| {
        let (_, rest) = part.split_once(&format!("{attribute}=\""))?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    elements.filter_map(value).collect()
}

#[tokio::test]
async fn sslscan_sees_the_same_versions_suites_and_groups() {
    let identity = Identity::self_signed(KeyKind::Rsa(2048)).unwrap();
    let server = nginx::start(
        &identity,
        "ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers DEFAULT@SECLEVEL=1;",
    )
    .unwrap();
    let ours = probe_with(&target(server.address()), Limits::default(), Depth::Full).await;
    assert!(ours.failures.is_empty(), "{ours:#?}");
    let xml = output(
        "sslscan",
        &["--xml=-", "--no-colour", &server.address().to_string()],
    );
    let enabled: Vec<String> = xml
        .split('<')
        .filter(|part| part.starts_with("protocol ") && part.contains("enabled=\"1\""))
        .filter_map(|part| attributes(&format!("<{part}"), "protocol", "version").pop())
        .collect();
    let mut theirs: Vec<String> = enabled
        .iter()
        .map(|version| format!("TLS{version}"))
        .collect();
    theirs.sort_by(|a, b| b.cmp(a));
    assert_eq!(versions(&ours), theirs);

    let theirs = attributes(&xml, "cipher", "id").len();
    assert_eq!(
        facts(&ours).suites.len(),
        theirs,
        "{:?}\n{xml}",
        old_suites(&ours)
    );

    let mut theirs = attributes(&xml, "group", "name");
    theirs.sort();
    theirs.dedup();
    let normal = |label: &str| label.to_ascii_lowercase();
    let mut ours: Vec<String> = groups(&ours).into_iter().map(normal).collect();
    ours.sort();
    let mut theirs: Vec<String> = theirs
        .iter()
        .map(|name| normal(name.split(' ').next().unwrap()))
        .collect();
    theirs.sort();
    assert_eq!(ours, theirs, "{xml}");
}

#[tokio::test]
async fn openssl_sees_the_same_certificate_and_negotiation() {
    let identity = Identity::self_signed(KeyKind::Ec("secp384r1")).unwrap();
    let server = openssl::start(&identity, &["-groups", "X25519"]).unwrap();
    let ours = super::probe(server.address()).await;
    let address = server.address().to_string();
    let words = output("openssl", &["s_client", "-connect", &address]);
    let certificate = identity.certificates();
    let print = [
        "x509",
        "-noout",
        "-fingerprint",
        "-sha256",
        "-serial",
        "-in",
        certificate.to_str().unwrap(),
    ];
    let theirs = output("openssl", &print)
        .replace(':', "")
        .to_ascii_lowercase();
    let leaf = &facts(&ours).certificates[0];
    assert!(theirs.contains(&leaf.sha256), "{theirs}");
    assert!(
        theirs.contains(leaf.serial.trim_start_matches("00")),
        "{theirs} {}",
        leaf.serial
    );
    let negotiated = facts(&ours).negotiated.as_ref().unwrap();
    assert!(words.contains(&negotiated.suite.name), "{words}");
    assert!(words.contains("Server Temp Key: X25519") && negotiated.suite.key_exchange == "X25519");
    assert!(words.contains("Peer signature type: ECDSA"));
    assert_eq!(negotiated.signature_algorithm.as_deref(), Some("ECDSA"));
}
