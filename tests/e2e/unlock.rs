//! Ways into the vault: wrong passphrases, pauses, slots.

use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use crate::driver::{PASSPHRASE, Qv, rows, text};

#[test]
fn wrong_passphrases_lead_to_a_pause_that_outlives_the_process() {
    let qv = Qv::with_vault();
    qv.set_passphrase("not the passphrase");
    for _ in 0..3 {
        qv.fails(4, "wrong_factor", &["audit", "checkpoint"]);
    }
    qv.set_passphrase(PASSPHRASE);
    let message = qv.fails(4, "cooldown", &["audit", "checkpoint"]);
    assert!(message.contains("try again in"), "{message}");
    assert_eq!(
        qv.json(&["status"])["vault"]["session"]["state"],
        "cooldown"
    );
    let opened = (0..60).any(|_| {
        sleep(Duration::from_millis(250));
        qv.run(&["anchors", "create", "after"]).code == 0
    });
    assert!(opened, "the pause ends by itself");
    assert_eq!(
        qv.json(&["status"])["vault"]["session"]["state"],
        "locked",
        "failures are forgiven"
    );
    let failures = qv.json(&["audit", "list", "--action", "unlock_failed"]);
    assert_eq!(rows(&failures).len(), 3);
}

#[test]
fn nobody_to_ask_is_an_error_that_says_what_to_do() {
    let qv = Qv::with_vault();
    let said = qv.finish(qv.bare(&["audit", "checkpoint"]), None);
    assert!(
        said.code == 2 && said.err.contains("--passphrase-fd"),
        "{said:?}"
    );
    let piped = qv.finish(
        qv.bare(&["audit", "checkpoint", "--passphrase-fd", "0"]),
        Some(&format!("{PASSPHRASE}\r\n")),
    );
    assert_eq!(piped.code, 0, "a pipe is a descriptor: {piped:?}");
    let empty = qv.finish(
        qv.bare(&["audit", "checkpoint", "--passphrase-fd", "0"]),
        Some(""),
    );
    assert_eq!(empty.code, 2, "{empty:?}");
    let closed = qv.finish(
        qv.bare(&["audit", "checkpoint", "--passphrase-fd", "77"]),
        None,
    );
    assert_eq!(closed.code, 2, "{closed:?}");
}

#[test]
fn a_weak_passphrase_makes_no_vault() {
    let qv = Qv::new();
    qv.set_passphrase("password");
    let message = qv.fails(2, "invalid_input", &["init"]);
    assert!(message.contains("easy to guess"), "{message}");
    assert!(!qv.home().join("vault.db").exists());
    qv.set_passphrase(PASSPHRASE);
    qv.ok(&["init"]);
}

#[test]
fn slots_come_and_go_but_the_last_one_stays() {
    let qv = Qv::with_vault();
    let first = text(&qv.json(&["slots", "list"])[0], "id").to_owned();
    assert!(
        rows(&qv.json(&["status"])["vault"]["warnings"])[0]
            .as_str()
            .unwrap()
            .contains("only way in")
    );
    qv.fails(1, "conflict", &["slots", "remove", &first, "--yes"]);

    let second = "marmot quartz 19 velvet";
    qv.set_passphrase(&format!("{PASSPHRASE}\n{second}"));
    let added = qv.json(&["slots", "add", "passphrase"]);
    assert_eq!(
        (text(&added, "factors"), &added["classical"]),
        ("passphrase", &false.into())
    );
    for passphrase in [PASSPHRASE, second] {
        qv.set_passphrase(passphrase);
        qv.ok(&["audit", "checkpoint"]);
    }
    qv.ok(&["slots", "remove", &first, "--yes"]);
    qv.set_passphrase(PASSPHRASE);
    qv.fails(4, "wrong_factor", &["audit", "checkpoint"]);
    qv.set_passphrase(second);
    qv.ok(&["audit", "checkpoint"]);

    let no_keyring = qv.fails(4, "factor_unavailable", &["slots", "add", "keyring"]);
    assert!(no_keyring.contains("keyring"), "{no_keyring}");
    assert_eq!(rows(&qv.json(&["slots", "list"])).len(), 1);
    qv.fails(5, "not_found", &["slots", "remove", &first, "--yes"]);
    assert_eq!(qv.run(&["slots", "add", "eyes"]).code, 2);
}

/// A kill between making the file and putting a vault into it leaves nothing that stands in the way.
#[test]
fn a_killed_init_can_be_repeated() {
    for delay_ms in [20, 60, 150, 300, 400, 500] {
        let qv = Qv::new();
        let mut child = qv.start(&["init"]);
        sleep(Duration::from_millis(delay_ms));
        child.kill().unwrap();
        let killed = qv.end_of(child);
        let again = qv.run(&["init"]);
        assert!(
            again.code == 0 || (again.code == 1 && qv.run(&["status"]).code == 0),
            "{killed:?} {again:?}"
        );
        qv.ok(&["audit", "checkpoint"]);
    }
}

#[test]
fn files_are_the_owners_alone() {
    let qv = Qv::with_vault();
    let listed = Command::new("stat")
        .args(["-c", "%a"])
        .arg(qv.home())
        .arg(qv.home().join("vault.db"))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(listed.stdout).unwrap(), "700\n600\n");
    let names: Vec<_> = std::fs::read_dir(qv.home())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["vault.db"], "a command that ended leaves one file");
}
