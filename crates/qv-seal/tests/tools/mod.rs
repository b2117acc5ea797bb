//! Other programs at the same cards: Yubico's tools, and openssl.

use std::path::Path;
use std::process::Command;

/// Yubico's own tool on the card in the first reader.
pub fn piv_tool(args: &[&str]) -> String {
    let output = Command::new("yubico-piv-tool")
        .args(["-r", "Virtual PCD 00 00"])
        .args(args)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{args:?}: {said}");
    said
}

/// What keeps a new management key behind the PIN.
pub const PROTECT: [&str; 7] = [
    "access",
    "change-management-key",
    "--generate",
    "--protect",
    "--force",
    "-m",
    "010203040506070801020304050607080102030405060708",
];

/// Yubico's manager on the PIV application of the card in the first reader.
pub fn ykman(args: &[&str]) -> String {
    let output = Command::new("ykman")
        .args(["--reader", "Virtual PCD 00 00", "piv"])
        .args(args)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{args:?}: {said}");
    said
}

/// Whether a certificate is signed with its own key.
pub fn assert_signed_by_itself(certificate: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), certificate).unwrap();
    let verified = Command::new("openssl")
        .args(["verify", "-check_ss_sig", "-CAfile"])
        .args([file.path(), file.path()])
        .output()
        .unwrap();
    assert!(verified.status.success(), "{verified:?}");
}

/// A certificate that no card has to do with; its file.
pub fn somebody_elses_certificate(folder: &Path) -> String {
    let file = |name| folder.join(name).display().to_string();
    let (key, certificate) = (file("key.pem"), file("certificate.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ])
        .args(["-nodes", "-subj", "/CN=somebody else"])
        .args(["-keyout", &key, "-out", &certificate])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    certificate
}
