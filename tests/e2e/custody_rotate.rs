//! Rotating the master key with the real program: whole after a kill at any instant, and noticed by
//! an agent that holds the old key.

use std::thread::sleep;
use std::time::Duration;

use crate::driver::{Qv, text};

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
        assert_eq!(qv.ok(&["secrets", "reveal", id]).out, format!("value {n}"));
    }
    assert_eq!(qv.json(&["audit", "verify", "--unlock"])["ok"], true);
}

#[test]
fn a_rotation_that_is_killed_leaves_one_key_or_the_other() {
    let (qv, secrets) = with_secrets();
    let mut seed = std::process::id();
    for _ in 0..6 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mut child = qv.start(&["rotate", "--yes"]);
        sleep(Duration::from_millis(u64::from(300 + (seed >> 8) % 1200)));
        child.kill().unwrap();
        qv.end_of(child);
        qv.ok(&["secrets", "reveal", &secrets[0]]);
    }
    let done = qv.json(&["rotate", "--yes"]);
    assert_eq!((&done["envelopes"], &done["slots"]), (&6.into(), &1.into()));
    assert_all_open(&qv, &secrets);
}

#[test]
fn an_agent_with_the_old_key_locks_and_says_why() {
    let (qv, secrets) = with_secrets();
    qv.ok(&["unlock"]);
    qv.ok(&["rotate", "--yes"]);
    let args = ["secrets", "reveal", &secrets[0], "--output", "/dev/null"];
    let message = qv.fails(4, "locked", &args);
    assert!(message.contains("unlock again"), "{message}");
    let status = qv.json(&["status"]);
    assert_eq!(text(&status["vault"]["session"], "state"), "locked");
    assert_all_open(&qv, &secrets);
}
