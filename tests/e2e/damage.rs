//! Databases that are foreign, newer, damaged or gone: a clear error, and not a byte of them changes.

use std::fs;

use crate::driver::Qv;

/// Where the header holds the schema version (sqlite.org/fileformat2.html, user version).
const USER_VERSION: usize = 60;
/// And the application.
const APPLICATION: usize = 68;

fn damaged(damage: impl Fn(&mut Vec<u8>)) -> (Qv, Vec<u8>) {
    let qv = Qv::with_vault();
    qv.ok(&["assets", "add", "vpn"]);
    let path = qv.home().join("vault.db");
    let mut bytes = fs::read(&path).unwrap();
    damage(&mut bytes);
    fs::write(&path, &bytes).unwrap();
    (qv, bytes)
}

fn refused(damage: impl Fn(&mut Vec<u8>), code: &str, words: &str) {
    let (qv, bytes) = damaged(damage);
    for args in [
        &["status"][..],
        &["assets", "list"],
        &["audit", "checkpoint"],
        &["scan", "127.0.0.1:1", "--allow-private"],
        &["init"],
    ] {
        let message = qv.fails(1, code, args);
        assert!(message.contains(words), "{args:?}: {message}");
    }
    assert_eq!(
        fs::read(qv.home().join("vault.db")).unwrap(),
        bytes,
        "the file was changed"
    );
    let files: Vec<_> = fs::read_dir(qv.home())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(files, ["vault.db"], "something was left beside it");
}

#[test]
fn not_a_database() {
    refused(
        |bytes| *bytes = b"dear diary, ".repeat(40),
        "foreign_database",
        "not an SQLite database",
    );
    refused(Vec::clear, "foreign_database", "too short");
}

#[test]
fn of_another_application() {
    refused(
        |bytes| bytes[APPLICATION..APPLICATION + 4].fill(0),
        "foreign_database",
        "another application",
    );
}

#[test]
fn of_a_newer_version() {
    refused(
        |bytes| bytes[USER_VERSION..USER_VERSION + 4].copy_from_slice(&99u32.to_be_bytes()),
        "foreign_database",
        "newer QuantumVault",
    );
}

#[test]
fn cut_short() {
    refused(
        |bytes| bytes.truncate(bytes.len() / 2),
        "corrupt",
        "cut short",
    );
}

#[test]
fn overwritten_in_the_middle() {
    refused(|bytes| bytes[4096..40_000].fill(0xa5), "corrupt", "damaged");
}

/// A value changed behind the log's back is found by verifying it.
#[test]
fn an_edited_log_does_not_verify() {
    let (qv, _) = damaged(|bytes| {
        let word = b"ASSET_ADDED";
        let at = bytes
            .windows(word.len())
            .position(|window| window == word)
            .expect("the event is in the file");
        bytes[at..at + word.len()].copy_from_slice(b"ASSET_EATEN");
    });
    let said = qv.run(&["audit", "verify", "--json"]);
    assert!(said.code == 3 || said.code == 1, "{said:?}");
    assert_ne!(said.code, 0);
}

#[test]
fn gone() {
    let qv = Qv::new();
    for args in [
        &["status"][..],
        &["assets", "list"],
        &["secrets", "list"],
        &["scan", "x"],
        &["jobs", "resume"],
    ] {
        let message = qv.fails(5, "no_vault", args);
        assert!(message.contains("qv init"), "{message}");
    }
    assert!(!qv.home().exists(), "looking makes nothing");
    let nowhere = qv.finish(
        {
            let mut bare = qv.bare(&["status"]);
            bare.env_remove("HOME").env_remove("QV_HOME");
            bare
        },
        None,
    );
    assert!(
        nowhere.code == 2 && nowhere.err.contains("--home"),
        "{nowhere:?}"
    );
}
