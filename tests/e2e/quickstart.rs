//! The guided run: one document for scripts, again in the same home, and on targets of one's own.

use qv_testkit::evm::foundry_tool;
use qv_testkit::tls::rustls_server::{Options, RustlsServer};
use serde_json::{Value, json};

use crate::driver::{Qv, rows, text};

fn anvil() -> String {
    foundry_tool("anvil").unwrap().display().to_string()
}

#[test]
fn without_anybody_to_ask_it_leaves_nothing_behind() {
    let qv = Qv::new();
    let said = qv.finish(
        qv.bare(&["quickstart", "--json", "--anvil", &anvil()]),
        None,
    );
    assert_eq!(said.code, 0, "{said:?}");
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        (&report["kept"], &report["verified"]),
        (&false.into(), &true.into())
    );
    assert_eq!(
        (&report["scan"]["scanned"], &report["wrapped"]["secrets"]),
        (&3.into(), &2.into())
    );
    let lower = |when: &str| report[when]["now"]["exposure_points"].as_i64().unwrap();
    assert_eq!(lower("before") - lower("after"), 40);
    assert!(!std::path::Path::new(text(&report, "folder")).exists());
    assert!(!qv.home().exists());
}

#[test]
fn it_runs_again_in_the_same_home_and_never_signs_for_its_user_afterwards() {
    let qv = Qv::new();
    let first = qv.json(&["quickstart", "--anvil", &anvil()]);
    assert_eq!(first["kept"], true);
    let own = qv.json(&["attest", "signer", "create", "mine"]);
    let said = qv.ok(&["quickstart", "--anvil", &anvil()]);
    for word in [
        "1. A vault",
        "6. Watch the numbers improve",
        "COMPLETED",
        "Go on",
    ] {
        assert!(said.out.contains(word), "{word}: {said:?}");
    }
    let signers = qv.json(&["attest", "signer", "list"]);
    let signing: Vec<&Value> = rows(&signers)
        .iter()
        .filter(|row| row["is_active"] == true)
        .collect();
    assert_eq!((signing.len(), &signing[0]["id"]), (1, &own["id"]));
    let again = qv.json(&["status"]);
    assert_eq!(again["risk"]["now"]["attested"], 4);
    assert!(qv.json(&["audit", "verify"])["ok"].as_bool().unwrap());
}

#[test]
fn it_takes_targets_and_says_so_where_none_answers() {
    let qv = Qv::new();
    let server = RustlsServer::start(&Options::ecdsa_tls13().unwrap()).unwrap();
    let target = server.address().to_string();
    let refused = qv.json_ending(3, &["quickstart", &target]);
    assert_eq!(
        (&refused["scan"]["scanned"], &refused["attestation"]),
        (&0.into(), &Value::Null)
    );
    let report = qv.json(&[
        "quickstart",
        &target,
        "--allow-private",
        "--anvil",
        &anvil(),
    ]);
    assert_eq!(
        (&report["wrapped"]["assets"], &report["verified"]),
        (&1.into(), &true.into())
    );
    let without_chain = qv.json(&["quickstart", &target, "--allow-private"]);
    assert_eq!(
        (
            &without_chain["verified"],
            &without_chain["wrapped"]["assets"]
        ),
        (&Value::Null, &json!(0))
    );
}
