//! Slots with a YubiKey, as their owner lives with them: virtual cards behind a real pcscd.

use std::process::Command;

use qv_testkit::card::{Card, PIN, Readers, SOCKET_VARIABLE};
use tempfile::TempDir;

use crate::driver::{PASSPHRASE, Qv, Said, rows, text};

const SECOND: &str = "marmot quartz 19 velvet";

/// A person's machine: a vault, and readers for cards.
struct Desk {
    qv: Qv,
    readers: Readers,
    _folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self {
            qv: Qv::with_vault(),
            readers: Readers::start(folder.path()).unwrap(),
            _folder: folder,
        }
    }

    /// Runs `qv` with these answers, one for each question.
    fn run(&self, answers: &[&str], args: &[&str]) -> Said {
        self.qv.set_passphrase(&answers.join("\n"));
        self.qv.finish(self.command(args), None)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.qv.command(args);
        command.env(SOCKET_VARIABLE, self.readers.socket());
        command
    }

    fn ok(&self, answers: &[&str], args: &[&str]) -> Said {
        let said = self.run(answers, args);
        assert_eq!(said.code, 0, "{args:?}: {said:?}");
        said
    }

    /// Runs to a failure with this exit code, and gives what was said.
    fn fails(&self, code: i32, answers: &[&str], args: &[&str]) -> String {
        let said = self.run(answers, args);
        assert_eq!(said.code, code, "{args:?}: {said:?}");
        said.err
    }

    /// A vault that opens with the card and a passphrase only.
    fn enrol(&self) {
        let first = text(&self.qv.json(&["slots", "list"])[0], "id").to_owned();
        self.ok(
            &[PASSPHRASE, PIN, SECOND],
            &["slots", "add", "yubikey-piv", "passphrase"],
        );
        self.ok(&[PASSPHRASE], &["slots", "remove", &first, "--yes"]);
    }
}

#[test]
fn a_yubikey_and_a_passphrase_open_the_vault_together() {
    let desk = Desk::new();
    let card = Card::new(11_223_344).unwrap();
    let open = ["audit", "checkpoint"];
    let none = desk.fails(
        4,
        &[PASSPHRASE, PIN, SECOND],
        &["slots", "add", "yubikey-piv", "passphrase"],
    );
    assert!(none.contains("no YubiKey is inserted"), "{none}");

    let inserted = desk.readers.insert(&card, 0).unwrap();
    desk.enrol();
    let slots = desk.qv.json(&["slots", "list"]);
    assert_eq!(rows(&slots).len(), 1);
    assert_eq!(text(&slots[0], "factors"), "yubikey-piv+passphrase");
    assert_eq!(slots[0]["classical"], false);
    desk.ok(&[PIN, SECOND], &open);
    assert!(card.touches() >= 2, "made and opened with a touch each");

    // A wrong PIN is a wrong attempt, and says what the YubiKey says.
    let wrong = desk.fails(4, &["654321", SECOND], &open);
    assert!(
        wrong.contains("PIN of YubiKey 11223344 is wrong"),
        "{wrong}"
    );
    assert!(wrong.contains("2 tries are left"), "{wrong}");
    let failures = desk
        .qv
        .json(&["audit", "list", "--action", "unlock_failed"]);
    assert_eq!(rows(&failures).len(), 1);
    let wrong = desk.fails(4, &[PIN, PASSPHRASE], &open);
    assert!(wrong.contains("did not open the vault"), "{wrong}");

    drop(inserted);
    let removed = desk.fails(4, &[PIN, SECOND], &open);
    assert!(removed.contains("insert"), "{removed}");
    let other = Card::new(55_667_788).unwrap();
    let inserted = desk.readers.insert(&other, 0).unwrap();
    let replaced = desk.fails(4, &[PIN, SECOND], &open);
    assert!(
        replaced.contains("YubiKey 55667788 holds not the slot's key"),
        "{replaced}"
    );
    drop(inserted);

    let _inserted = desk.readers.insert(&card, 1).unwrap();
    desk.ok(&[PIN, SECOND], &open);
}

#[test]
fn a_yubikey_alone_is_refused_as_quantum_vulnerable_and_leaves_nothing_on_it() {
    let desk = Desk::new();
    let card = Card::new(11_223_344).unwrap();
    let _inserted = desk.readers.insert(&card, 0).unwrap();
    let refused = desk.fails(1, &[PASSPHRASE, PIN], &["slots", "add", "yubikey-piv"]);
    assert!(refused.contains("quantum"), "{refused}");
    let weak = desk.fails(
        2,
        &[PASSPHRASE, PIN, "password"],
        &["slots", "add", "yubikey-piv", "passphrase"],
    );
    assert!(weak.contains("easy to guess"), "{weak}");
    assert_eq!(rows(&desk.qv.json(&["slots", "list"])).len(), 1);
    // Both attempts gave their slot back, so that the first one is free.
    let args = [
        "slots",
        "add",
        "yubikey-piv",
        "passphrase",
        "--yubikey-slot",
        "82",
    ];
    desk.ok(&[PASSPHRASE, PIN, SECOND], &args);
}

#[test]
fn options_choose_key_slot_and_policies() {
    let desk = Desk::new();
    let (card, other) = (
        Card::new(11_223_344).unwrap(),
        Card::new(55_667_788).unwrap(),
    );
    let _first = desk.readers.insert(&card, 0).unwrap();
    let _second = desk.readers.insert(&other, 1).unwrap();
    let add = ["slots", "add", "yubikey-piv", "passphrase"];
    let several = desk.fails(4, &[PASSPHRASE, PIN, SECOND], &add);
    assert!(several.contains("--yubikey-serial"), "{several}");
    let chosen = [
        &add[..],
        &["--yubikey-serial", "55667788", "--yubikey-slot", "95"],
        &["--yubikey-pin", "never", "--yubikey-touch", "never"],
    ];
    desk.ok(&[PASSPHRASE, SECOND], &chosen.concat());
    desk.ok(&[SECOND], &["audit", "checkpoint"]);
    assert_eq!((card.touches(), other.touches()), (0, 0));
    for wrong in [
        ["--yubikey-slot", "9a"],
        ["--yubikey-slot", "zz"],
        ["--yubikey-pin", "often"],
    ] {
        desk.fails(2, &[PASSPHRASE, PIN, SECOND], &[&add[..], &wrong].concat());
    }
    let said = desk.ok(&[], &["doctor", "--json"]).out;
    assert!(said.contains("11223344 (firmware 5.4.3)"), "{said}");
    assert!(said.contains("55667788"), "{said}");
}
