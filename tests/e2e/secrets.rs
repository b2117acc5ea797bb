//! Key material: in, wrapped, out again, and never anywhere in clear.

use std::fs;
use std::os::unix::fs::MetadataExt;

use crate::driver::{Qv, rows, text};

/// A vault with an asset `vpn` and an active anchor `main`.
fn vault_with_asset() -> Qv {
    let qv = Qv::with_vault();
    qv.ok(&["assets", "add", "vpn", "--type", "key"]);
    qv.ok(&["anchors", "create", "main", "--activate"]);
    qv
}

#[test]
fn material_goes_in_by_file_or_input_and_comes_out_byte_for_byte() {
    let qv = vault_with_asset();
    let material = "-----BEGIN\r\n\u{1b}[31m\0line two\n\n";
    let file = qv.write("vpn.pem", material);
    let by_file = qv.json(&["secrets", "add", "vpn", "--file", &file]);
    assert_eq!(
        (text(&by_file, "label"), text(&by_file, "suite")),
        ("vpn.pem", "ML-KEM-1024+HKDF-SHA256+AES-256-GCM")
    );
    qv.fails(1, "conflict", &["secrets", "add", "vpn", "--file", &file]);
    let by_input = qv.add_secret("vpn", "token", "pass\n");
    let listed = qv.json(&["secrets", "list", "vpn"]);
    assert_eq!(rows(&listed).len(), 2);
    assert_eq!(rows(&qv.json(&["secrets", "list"])).len(), 2);

    assert_eq!(
        qv.ok(&["secrets", "reveal", &by_input, "--yes"]).out,
        "pass\n"
    );
    assert_eq!(
        qv.ok(&["secrets", "reveal", text(&by_file, "id"), "--yes"])
            .out,
        material
    );
    qv.fails(
        2,
        "invalid_input",
        &["secrets", "reveal", &by_input, "--yes"],
    );
    assert!(
        qv.run(&["secrets", "reveal", &by_input])
            .err
            .contains("--yes"),
        "nobody is there to confirm"
    );
    let out = qv.file("out");
    qv.ok(&[
        "secrets",
        "reveal",
        &by_input,
        "--output",
        out.to_str().unwrap(),
    ]);
    assert_eq!(
        (
            fs::read(&out).unwrap(),
            fs::metadata(&out).unwrap().mode() & 0o777
        ),
        (b"pass\n".to_vec(), 0o600)
    );
    let again = qv.fails(
        1,
        "not_allowed",
        &[
            "secrets",
            "reveal",
            &by_input,
            "--output",
            out.to_str().unwrap(),
        ],
    );
    assert!(again.contains("exists already"), "{again}");

    qv.fails(1, "not_allowed", &["secrets", "remove", &by_input]);
    qv.ok(&["secrets", "remove", &by_input, "--yes"]);
    qv.fails(
        5,
        "not_found",
        &["secrets", "reveal", &by_input, "--output", "x"],
    );
    qv.fails(2, "invalid_input", &["secrets", "add", "vpn"]);
    qv.fails(
        2,
        "invalid_input",
        &["secrets", "add", "vpn", "--file", "/dev/null"],
    );
    qv.fails(
        1,
        "storage",
        &["secrets", "add", "vpn", "--file", "/nonexistent"],
    );
    let large = qv.write("large", &"x".repeat((1 << 20) + 1));
    assert!(
        qv.fails(
            2,
            "invalid_input",
            &["secrets", "add", "vpn", "--file", &large]
        )
        .contains("1 MiB")
    );
}

#[test]
fn rotated_anchors_open_what_they_wrapped_and_rewrapping_moves_it() {
    let qv = vault_with_asset();
    let id = qv.add_secret("vpn", "key", "old but gold");
    let wrapped = qv.json(&["secrets", "wrap", "vpn"]);
    assert_eq!(
        (&wrapped["secrets"], &wrapped["assets"]),
        (&1.into(), &1.into())
    );
    let rotated = qv.json(&["anchors", "rotate", "main", "--suite", "X25519+ML-KEM-768"]);
    let states: Vec<_> = rows(&rotated["versions"])
        .iter()
        .map(|version| text(version, "state").to_owned())
        .collect();
    assert_eq!(states, ["ACTIVE", "RETIRED"]);
    assert_eq!(
        qv.ok(&["secrets", "reveal", &id, "--yes"]).out,
        "old but gold"
    );
    assert_eq!(qv.json(&["anchors", "rewrap", "main"])["secrets"], 1);
    let moved = qv.json(&["secrets", "list"]);
    assert_eq!(
        (&moved[0]["key_version"], text(&moved[0], "suite")),
        (&2.into(), "X25519+ML-KEM-768+HKDF-SHA256+AES-256-GCM")
    );
    assert_eq!(
        qv.ok(&["secrets", "reveal", &id, "--yes"]).out,
        "old but gold"
    );
    assert_eq!(
        qv.json(&["anchors", "rewrap", "main"])["assets"],
        0,
        "nothing is left to move"
    );
    let shown = qv.json(&["anchors", "show", "main"]);
    assert_eq!(
        (
            &shown["versions"][0]["secrets"],
            &shown["versions"][1]["secrets"]
        ),
        (&1.into(), &0.into())
    );
    qv.fails(1, "conflict", &["anchors", "create", "main"]);
    qv.fails(
        2,
        "invalid_input",
        &["anchors", "create", "other", "--suite", "RSA-2048"],
    );
}

#[test]
fn a_bundle_opens_where_its_anchor_is_and_nowhere_else() {
    let qv = vault_with_asset();
    let id = qv.add_secret("vpn", "one", "first");
    qv.add_secret("vpn", "two", "second");
    let bundle = qv.file("bundle.json");
    let bundle = bundle.to_str().unwrap();
    qv.ok(&["secrets", "export", "vpn", "--output", bundle]);
    let document = qv.json(&["secrets", "export", "vpn"]);
    assert_eq!(document["version"], "qv-bundle-v1");

    let several = qv.run(&["unwrap", bundle]);
    assert!(
        several.code == 2 && several.err.contains("one, two"),
        "{several:?}"
    );
    assert_eq!(qv.ok(&["unwrap", bundle, "--secret", "two"]).out, "second");
    assert_eq!(qv.ok(&["unwrap", bundle, "--secret", &id]).out, "first");
    let envelope = qv.write(
        "envelope.json",
        &document["secrets"][1]["envelope"].to_string(),
    );
    assert!(
        ["first", "second"].contains(&qv.ok(&["unwrap", &envelope]).out.as_str()),
        "one bare envelope"
    );

    let other = Qv::with_vault();
    let message = other.run(&["unwrap", bundle, "--secret", "two"]);
    assert!(
        message.code == 5 && message.err.contains("does not hold the private key"),
        "{message:?}"
    );
    let broken = fs::read_to_string(bundle)
        .unwrap()
        .replace("\"ciphertext\":\"", "\"ciphertext\":\"AA");
    let broken = qv.write("broken.json", &broken);
    let other = qv.write("other.json", "{}");
    let neither = qv.run(&["unwrap", &other]);
    assert!(
        neither
            .err
            .contains("neither a decryptor bundle nor an envelope"),
        "{neither:?}"
    );
    let refused = qv.run(&["unwrap", &broken, "--secret", "two"]);
    assert!(refused.code != 0 && refused.out.is_empty(), "{refused:?}");
}

#[test]
fn shredding_happens_only_after_the_secret_is_stored() {
    let qv = vault_with_asset();
    let file = qv.write("doomed.key", "to be shredded");
    assert!(
        qv.run(&["secrets", "add", "vpn", "--file", &file, "--shred"])
            .code
            != 0,
        "nobody confirms"
    );
    assert_eq!(
        rows(&qv.json(&["secrets", "list"])).len(),
        0,
        "nothing was done"
    );
    assert!(
        qv.run(&[
            "secrets", "add", "nowhere", "--file", &file, "--shred", "--yes"
        ])
        .code
            != 0
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "to be shredded");
    qv.ok(&["secrets", "add", "vpn", "--file", &file, "--shred", "--yes"]);
    assert!(!qv.file("doomed.key").exists());
    let id = qv.json(&["secrets", "list"])[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        qv.ok(&["secrets", "reveal", &id, "--yes"]).out,
        "to be shredded"
    );
    qv.fails(
        2,
        "invalid_input",
        &["secrets", "add", "vpn", "--file", "-", "--shred", "--yes"],
    );
}

/// Plants a secret and looks for it in every file of the vault and everything that was ever said.
#[test]
fn plaintext_is_nowhere() {
    const PLANTED: &str = "planted-secret-4fd1c7";
    let qv = vault_with_asset();
    qv.add_secret("vpn", "planted", PLANTED);
    let key = format!("0x{}", "c7".repeat(32));
    assert_eq!(
        qv.run_with(&key, &["attest", "signer", "import", "--file", "-"])
            .code,
        0
    );
    for args in [
        &["secrets", "list"][..],
        &["secrets", "wrap", "vpn"],
        &["assets", "show", "vpn"],
        &["anchors", "show", "main"],
        &["secrets", "export", "vpn"],
        &["attest", "signer", "list"],
        &["audit", "list"],
        &["jobs", "list"],
        &["status"],
        &["slots", "list"],
    ] {
        qv.json(args);
        qv.ok(args);
    }
    qv.run_with(PLANTED, &["secrets", "add", "nowhere", "--file", "-"]);
    qv.run_with(
        PLANTED,
        &["secrets", "add", "vpn", "--label", "planted", "--file", "-"],
    );
    qv.run_with(
        PLANTED,
        &["attest", "signer", "import", "again", "--file", "-"],
    );
    let everything = qv.everything();
    assert!(
        holds(&everything, b"planted"),
        "the label is there, so the search works"
    );
    for secret in [
        PLANTED.as_bytes(),
        crate::driver::PASSPHRASE.as_bytes(),
        &[0xc7; 32],
        &key.as_bytes()[2..],
    ] {
        assert!(
            !holds(&everything, secret),
            "{:?} was found in clear",
            String::from_utf8_lossy(secret)
        );
    }
}

fn holds(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}
