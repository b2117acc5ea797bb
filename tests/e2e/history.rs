//! What became of an asset: from scan to scan, and edited with others at once.

use qv_testkit::tls::rustls_server::{Options, RustlsServer};
use serde_json::{Value, json};

use crate::driver::{Qv, rows, text};

/// A server of these options on the address of one that is gone.
fn again_at(address: &str, options: Options) -> RustlsServer {
    RustlsServer::start_at(address.parse().unwrap(), &options).unwrap()
}

fn change<'a>(sighting: &'a Value, what: &str) -> &'a Value {
    let same = |row: &&Value| row["what"] == what;
    rows(&sighting["changes"])
        .iter()
        .find(same)
        .unwrap_or_else(|| panic!("{what} is not in {sighting}"))
}

#[test]
fn what_changed_from_scan_to_scan() {
    let qv = Qv::with_vault();
    let server = RustlsServer::start(&Options::ecdsa_tls13().unwrap()).unwrap();
    let address = server.address().to_string();
    let scan = ["scan", "--allow-private", &address];
    qv.ok(&scan);
    qv.ok(&scan);
    drop(server);
    let server = again_at(&address, Options::hybrid().unwrap());
    qv.ok(&scan);
    qv.ok(&["assets", "edit", &address, "--criticality", "high"]);
    qv.ok(&scan);
    drop(server);

    let page = qv.json(&["assets", "history", &address]);
    let seen = rows(&page["items"]);
    let results: Vec<_> = seen.iter().map(|row| text(row, "result")).collect();
    assert_eq!(results, ["UNCHANGED", "UPDATED", "UNCHANGED", "NEW"]);
    assert_eq!(
        (&seen[3]["changes"], &seen[2]["changes"]),
        (&json!([]), &json!([]))
    );
    let standing = &seen[1]["standing"];
    assert_eq!(
        (
            text(standing, "key_exchange"),
            text(standing, "data_at_rest")
        ),
        ("HYBRID", "UNKNOWN")
    );
    let verdict = change(&seen[1], "verdict on key exchange");
    assert_eq!(
        (text(verdict, "before"), text(verdict, "after")),
        ("NON_PQC", "HYBRID")
    );
    let group = change(&seen[1], "group negotiated");
    assert!(text(group, "before").starts_with("X25519,"), "{group}");
    assert!(
        text(group, "after").starts_with("X25519MLKEM768,"),
        "{group}"
    );
    assert!(text(change(&seen[1], "certificate"), "after").contains("valid until"));
    assert_eq!(
        rows(&seen[0]["changes"]).len(),
        1,
        "an edit moves the score alone"
    );
    let score = change(&seen[0], "score");
    assert_ne!(score["before"], score["after"]);

    let first = qv.json(&["assets", "history", &address, "--limit", "2"]);
    assert_eq!(rows(&first["items"]), &seen[..2]);
    let next = text(&first, "next");
    let rest = qv.json(&[
        "assets", "history", &address, "--limit", "2", "--after", next,
    ]);
    assert_eq!(
        (rows(&rest["items"]), &rest["next"]),
        (&seen[2..], &Value::Null)
    );
    let page = qv.ok(&["assets", "history", &address]).out;
    assert!(
        page.contains("verdict on key exchange: NON_PQC to HYBRID"),
        "{page}"
    );

    qv.ok(&["assets", "add", "vpn"]);
    assert_eq!(qv.json(&["assets", "history", "vpn"])["items"], json!([]));
    qv.fails(
        2,
        "invalid_input",
        &["assets", "history", "vpn", "--after", next],
    );
    assert_eq!(qv.json(&["attest", "history", "vpn"])["items"], json!([]));
    qv.fails(5, "not_found", &["attest", "history", "nope"]);
}

#[test]
fn many_are_edited_at_once_and_put_back() {
    let qv = Qv::with_vault();
    for name in ["a", "b", "c"] {
        qv.ok(&["assets", "add", name]);
    }
    qv.ok(&["assets", "edit", "a", "--tag", "eu", "--criticality", "low"]);
    qv.ok(&[
        "assets",
        "edit",
        "c",
        "--tag",
        "pci",
        "--criticality",
        "high",
    ]);
    let before = rows(&qv.json(&["audit", "list"])["items"]).len();
    let args = ["--criticality", "high", "--tag", "pci"];
    let edited = qv.json(&[&["assets", "edit", "a", "b", "c", "a"], &args[..]].concat());
    assert_eq!(edited["changed"], 2, "c was so already: {edited}");
    let undo = rows(&edited["undo"]);
    let back = |undo: &Value| {
        (
            undo["edit"]["criticality"].clone(),
            undo["edit"]["tags_removed"].clone(),
        )
    };
    assert_eq!(
        undo.iter().map(back).collect::<Vec<_>>(),
        [
            (json!("LOW"), json!(["pci"])),
            (json!("MEDIUM"), json!(["pci"])),
        ]
    );
    let told = rows(&qv.json(&["audit", "list"])["items"]).len();
    assert_eq!(told - before, 4, "an event for each edit and each tagging");
    let shown = qv.json(&["assets", "show", "a"]);
    assert_eq!(
        (&shown["tags"], &shown["criticality"]),
        (&json!(["eu", "pci"]), &json!("HIGH"))
    );

    let named = ["assets", "edit", "a", "b", "--name", "x"];
    qv.fails(2, "invalid_input", &named);
    qv.fails(
        2,
        "invalid_input",
        &["assets", "edit", "a", "b", "--tag", " "],
    );
    let long = "x".repeat(300);
    qv.fails(
        2,
        "invalid_input",
        &["assets", "edit", "a", "--name", &long],
    );
    qv.fails(2, "invalid_input", &["assets", "add", "d", "--name", " "]);
    qv.fails(
        5,
        "not_found",
        &["assets", "edit", "a", "nope", "--criticality", "low"],
    );
    assert_eq!(
        qv.json(&["assets", "show", "a"])["criticality"],
        "HIGH",
        "all or none"
    );
}

#[test]
fn a_list_of_targets_is_read_before_it_is_saved() {
    let qv = Qv::with_vault();
    let list = "# mine\nexample.org\nexample.org:443 # again\n\nhttp://example.org\nhttps://example.org/a\n";
    let list = qv.write("list.txt", list);
    let checked = qv.json_ending(3, &["targets", "check", &list]);
    assert_eq!(
        (&checked["targets"], &checked["wrong"]),
        (&2.into(), &1.into())
    );
    assert_eq!(checked["first_wrong"][0]["line"], 5);
    assert_eq!(qv.json(&["targets", "list"]), json!([]));
}
