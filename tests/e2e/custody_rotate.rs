//! Rotating the master key with the real program: whole after a kill at any instant, and the end of
//! an agent that holds the old key.

use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::driver::{PASSPHRASE, Qv, text};

/// A vault with secrets, and their ids.
fn with_secrets() -> (Qv, Vec<String>) {
    let qv = Qv::with_vault();
    qv.ok(&["anchors", "create", "main", "--activate"]);
    qv.ok(&["assets", "add", "app", "--type", "APPLICATION"]);
    let secrets =
        (0..6).map(|n| qv.add_secret("app", &format!("secret {n}"), &format!("value {n}")));
    let secrets = secrets.collect();
    (qv, secrets)
}

fn assert_all_open(qv: &Qv, secrets: &[String]) {
    for (n, id) in secrets.iter().enumerate() {
        assert_eq!(
            qv.ok(&["secrets", "reveal", id, "--yes"]).out,
            format!("value {n}")
        );
    }
    assert_eq!(qv.json(&["audit", "verify", "--unlock"])["ok"], true);
}

#[test]
fn a_rotation_that_is_killed_leaves_one_key_or_the_other() {
    let (qv, secrets) = with_secrets();
    let mut seed = std::process::id();
    for _ in 0..4 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mut child = qv.start(&["rotate", "--yes"]);
        sleep(Duration::from_millis(u64::from(300 + (seed >> 8) % 1200)));
        child.kill().unwrap();
        qv.end_of(child);
        qv.ok(&["secrets", "reveal", &secrets[0], "--yes"]);
    }
    let done = qv.json(&["rotate", "--yes"]);
    assert_eq!((&done["envelopes"], &done["slots"]), (&6.into(), &1.into()));
    assert_all_open(&qv, &secrets);
}

#[test]
fn an_agent_with_the_old_key_is_ended() {
    let (qv, secrets) = with_secrets();
    qv.ok(&["unlock"]);
    qv.ok(&["rotate", "--yes"]);
    let status = qv.json(&["status"]);
    assert_eq!(text(&status["vault"]["session"], "state"), "locked");
    assert_eq!(status["vault"]["agent"], json!(null));
    assert_all_open(&qv, &secrets);
}

#[test]
fn after_a_leak_the_old_ways_are_gone() {
    let (qv, secrets) = with_secrets();
    let before = qv.json(&["slots", "list"]);
    // The old passphrase to unlock, then a new one for the slot that is made anew.
    qv.set_passphrase(&format!("{PASSPHRASE}\nladle tundra 47 okapi"));
    let done = qv.json(&["rotate", "--after-leak", "--yes"]);
    assert_eq!((&done["slots"], &done["removed"]), (&1.into(), &json!([])));
    let refused = qv.fails(4, "wrong_factor", &["anchors", "create", "second"]);
    assert!(refused.contains("did not open"), "{refused}");
    qv.set_passphrase("ladle tundra 47 okapi");
    assert_all_open(&qv, &secrets);
    let after = qv.json(&["slots", "list"]);
    assert_eq!(after[0]["label"], before[0]["label"]);
    assert_ne!(after[0]["id"], before[0]["id"]);
}
