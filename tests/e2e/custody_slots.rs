//! Threshold slots and the lose-one drill, with a real keyring and a virtual card.

use std::process::Command;

use qv_testkit::card::{Card, PIN, Readers, SOCKET_VARIABLE};
use qv_testkit::keyring::Keyring;
use serde_json::Value;
use tempfile::TempDir;

use crate::driver::{PASSPHRASE, Qv, Said, rows, text};

const SECOND: &str = "marmot quartz 19 velvet";
/// A Solana keypair of bytes that are all 1.
const KEYPAIR: &str = "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,138,136,227,221,116,9,241,149,253,82,219,45,60,186,93,114,202,103,9,191,29,148,18,27,243,116,136,1,180,15,111,92]";
const OPEN: [&str; 2] = ["audit", "checkpoint"];

/// A person's desk: a vault that a passphrase opens, a keyring, readers for cards.
struct Desk {
    qv: Qv,
    keyring: Keyring,
    readers: Readers,
    _folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self {
            qv: Qv::with_vault(),
            keyring: Keyring::start().unwrap(),
            readers: Readers::start(folder.path()).unwrap(),
            _folder: folder,
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.qv.command(args);
        command.env(SOCKET_VARIABLE, self.readers.socket());
        self.keyring.offer_to(&mut command);
        command
    }

    /// Runs `qv` with exactly these answers: one that is asked for more gets none.
    fn ends(&self, code: i32, answers: &[&str], args: &[&str]) -> Said {
        self.qv.set_passphrase(&answers.join("\n"));
        if answers.is_empty() {
            std::fs::write(self.qv.file("passphrase"), "").unwrap();
        }
        let said = self.qv.finish(self.command(args), None);
        assert_eq!(said.code, code, "{args:?} {answers:?}: {said:?}");
        said
    }

    fn json(&self, code: i32, answers: &[&str], args: &[&str]) -> Value {
        let said = self.ends(code, answers, &[args, &["--json"]].concat());
        serde_json::from_str(&said.out).unwrap()
    }

    fn slots(&self) -> Vec<Value> {
        rows(&self.json(0, &[], &["slots", "list"])).to_vec()
    }

    /// Leaves one slot: any two of the keyring, the second passphrase and the card.
    fn any_two_of_three(&self) -> String {
        let first = text(&self.slots()[0], "id").to_owned();
        let args = [
            "slots",
            "add",
            "--any",
            "2",
            "keyring",
            "passphrase",
            "yubikey-piv",
            "--label",
            "any two",
        ];
        let added = self.json(0, &[PASSPHRASE, SECOND, PIN], &args);
        assert_eq!(text(&added, "label"), "any two");
        assert_eq!(
            text(&added, "factors"),
            "2 of (keyring, passphrase, yubikey-piv)"
        );
        self.ends(0, &[PASSPHRASE], &["slots", "remove", &first, "--yes"]);
        text(&added, "id").to_owned()
    }

    fn failures(&self) -> usize {
        let args = ["audit", "list", "--action", "unlock_failed"];
        rows(&self.json(0, &[], &args)).len()
    }
}

#[test]
fn any_two_of_three_groups_open_and_no_single_one_does() {
    let mut desk = Desk::new();
    let card = Card::new(11_223_344).unwrap();
    let mut inserted = desk.readers.insert(&card, 0).unwrap();
    desk.any_two_of_three();
    let touches = card.touches();

    let status = desk.json(0, &[], &["status"]);
    assert_eq!(rows(&status["vault"]["warnings"]).len(), 0, "{status}");
    // What needs nobody comes first, then one question is enough.
    desk.ends(0, &[SECOND], &OPEN);
    assert_eq!(card.touches(), touches);
    // A wrong answer in one group goes on with the next.
    desk.ends(0, &["no passphrase of mine", PIN], &OPEN);
    assert_eq!(desk.failures(), 0, "the vault opened");

    inserted.pull();
    desk.ends(0, &[SECOND], &OPEN);
    let wrong = desk.ends(4, &["no passphrase of mine"], &OPEN);
    assert!(wrong.err.contains("did not open the vault"), "{wrong:?}");
    assert_eq!(desk.failures(), 1);

    desk.keyring.end();
    // Too few can be had: nobody is asked in vain.
    let few = desk.ends(4, &[], &OPEN);
    assert!(few.err.contains("any 2 of its groups"), "{few:?}");
    assert!(few.err.contains("no YubiKey is inserted"), "{few:?}");
    let listed = &desk.slots()[0];
    assert_eq!(listed["here"], false);
    assert_eq!(rows(&listed["missing"]).len(), 2);
    assert_eq!(desk.failures(), 1);

    drop(inserted);
    let _inserted = desk.readers.insert(&card, 0).unwrap();
    desk.ends(0, &[SECOND, PIN], &OPEN);
    assert_eq!(desk.slots()[0]["here"], true);
}

/// The wallet authorizes where its group is used, and is left alone where others are enough.
#[test]
fn a_wallet_in_a_group_authorizes_only_when_it_is_used() {
    let mut desk = Desk::new();
    let file = desk.qv.write("keypair.json", KEYPAIR);
    let first = text(&desk.slots()[0], "id").to_owned();
    let wallet = ["--wallet-file", &file];
    let add = [
        "slots",
        "add",
        "--any",
        "2",
        "keyring",
        "passphrase",
        "wallet",
    ];
    desk.ends(0, &[PASSPHRASE, SECOND], &[&add[..], &wallet].concat());
    desk.ends(0, &[PASSPHRASE], &["slots", "remove", &first, "--yes"]);
    let authorized = |desk: &Desk| {
        let args = ["audit", "list", "--action", "authorization_verified"];
        rows(&desk.json(0, &[], &args)).len()
    };
    desk.ends(0, &[SECOND], &OPEN);
    assert_eq!(authorized(&desk), 0, "keyring and passphrase were enough");
    desk.ends(0, &[], &[&OPEN[..], &wallet].concat());
    assert_eq!(authorized(&desk), 1);
    desk.keyring.end();
    let said = desk.json(0, &[], &["slots", "drill"]);
    let lost: Vec<_> = rows(&said["losses"])
        .iter()
        .map(|loss| text(loss, "lost"))
        .collect();
    assert!(lost[2].starts_with("the wallet "), "{lost:?}");
    desk.ends(0, &[SECOND], &[&OPEN[..], &wallet].concat());
    assert_eq!(authorized(&desk), 2);
}

#[test]
fn a_wrong_pin_is_not_tried_twice_and_each_thing_is_asked_once() {
    let desk = Desk::new();
    let card = Card::new(11_223_344).unwrap();
    let _inserted = desk.readers.insert(&card, 0).unwrap();
    let first = text(&desk.slots()[0], "id").to_owned();
    let add = ["slots", "add", "yubikey-piv", "keyring"];
    for _ in 0..2 {
        desk.ends(0, &[PASSPHRASE, PIN], &add);
    }
    desk.ends(0, &[PASSPHRASE], &["slots", "remove", &first, "--yes"]);
    let wrong = desk.ends(4, &["654321", "654321"], &OPEN);
    assert!(wrong.err.contains("2 tries are left"), "{wrong:?}");
    assert!(!wrong.err.contains("1 try"), "{wrong:?}");
    desk.ends(0, &[PIN], &OPEN);
}

#[test]
fn after_a_wrong_answer_nothing_else_is_asked_for() {
    let desk = Desk::new();
    let card = Card::new(11_223_344).unwrap();
    let _inserted = desk.readers.insert(&card, 0).unwrap();
    let add = ["slots", "add", "yubikey-piv", "keyring"];
    desk.ends(0, &[PASSPHRASE, PIN], &add);
    let touches = card.touches();
    desk.ends(4, &["no passphrase of mine", PIN], &OPEN);
    assert_eq!(card.touches(), touches);
}

#[test]
fn testing_a_slot_proves_it_and_changes_nothing_else() {
    let desk = Desk::new();
    let passphrase = text(&desk.slots()[0], "id").to_owned();
    desk.ends(0, &[PASSPHRASE], &["slots", "add", "keyring"]);
    let keyring = text(&desk.slots()[1], "id").to_owned();
    let (slots, log) = (desk.slots(), log_size(&desk));

    let tested = desk.json(0, &[], &["slots", "test", &keyring]);
    assert_eq!(tested["opens"], true);
    desk.ends(0, &[PASSPHRASE], &["slots", "test", &passphrase]);
    assert_eq!(log_size(&desk), log + 2);
    assert_eq!(desk.slots(), slots);

    desk.ends(4, &[SECOND], &["slots", "test", &passphrase]);
    assert_eq!(desk.failures(), 1, "a wrong answer counts");
    desk.ends(5, &[], &["slots", "test", &uuid_of_nobody()]);
    for _ in 0..2 {
        desk.ends(4, &[SECOND], &["slots", "test", &passphrase]);
    }
    let paused = desk.ends(4, &[PASSPHRASE], &["slots", "test", &passphrase]);
    assert!(paused.err.contains("too many wrong attempts"), "{paused:?}");
}

#[test]
fn the_drill_says_and_proves_what_a_loss_would_leave() {
    let mut desk = Desk::new();
    let card = Card::new(11_223_344).unwrap();
    let _inserted = desk.readers.insert(&card, 0).unwrap();
    let alone = desk.json(3, &[], &["slots", "drill"]);
    assert_eq!(alone["safe"], false);
    assert_eq!(text(&alone["losses"][0], "lost"), "the passphrase");

    let slot = desk.any_two_of_three();
    let log = log_size(&desk);
    let said = desk.json(0, &[], &["slots", "drill"]);
    assert_eq!(rows(&said["losses"]).len(), 3);
    for loss in rows(&said["losses"]) {
        assert_eq!(loss["still_opens"], serde_json::json!([slot]), "{loss}");
    }
    assert_eq!(said["ways"][0]["proved"], Value::Null);
    assert_eq!(log_size(&desk), log, "by rule nothing is written");

    let slots = desk.slots();
    let proved = desk.json(0, &[SECOND, PIN], &["slots", "drill", "--prove"]);
    assert_eq!(proved["ways"][0]["groups"], serde_json::json!([1, 2, 3]));
    assert_eq!(log_size(&desk), log + 1);
    assert_eq!(desk.slots(), slots);

    // With only two proved, each of them is one too many to lose.
    desk.keyring.end();
    let proved = desk.json(3, &[SECOND, PIN], &["slots", "drill", "--prove"]);
    assert_eq!(proved["ways"][0]["groups"], serde_json::json!([2, 3]));
    assert!(text(&proved["ways"][0], "why").contains("keyring"));
    let open = rows(&proved["losses"])
        .iter()
        .filter(|loss| !rows(&loss["still_opens"]).is_empty());
    assert_eq!(open.count(), 1, "only without the keyring");
    desk.keyring.start_again().unwrap();
    desk.ends(0, &[SECOND], &OPEN);
}

#[test]
fn classical_slots_are_asked_for_by_name_and_warned_of() {
    let desk = Desk::new();
    let card = Card::new(11_223_344).unwrap();
    let _inserted = desk.readers.insert(&card, 0).unwrap();
    let add = ["slots", "add", "yubikey-piv"];
    let refused = desk.ends(1, &[PASSPHRASE, PIN], &add);
    assert!(refused.err.contains("--accept-classical"), "{refused:?}");
    let added = desk.json(
        0,
        &[PASSPHRASE, PIN],
        &[&add[..], &["--accept-classical"]].concat(),
    );
    assert_eq!(added["classical"], true);
    let listed = desk.slots();
    assert_eq!(text(&listed[0], "quantum"), "no");
    assert!(text(&listed[1], "quantum").starts_with("yes, "));

    let args = ["slots", "remove", text(&listed[0], "id"), "--yes"];
    let removed = desk.json(0, &[PASSPHRASE], &args);
    let warnings = removed["warnings"].to_string();
    assert!(
        warnings.contains("every way that is left") && warnings.contains("only way"),
        "{warnings}"
    );
}

#[test]
fn what_cannot_be_a_slot_is_refused_before_anything_is_asked() {
    let desk = Desk::new();
    for args in [
        &["--any", "2", "passphrase"][..],
        &["--any", "3", "passphrase", "keyring"],
        &["passphrase", "passphrase"],
        &["--any", "2", "passphrase", "keyring+passphrase"],
        &["passphrase", "--label", " "],
        &["eyes"],
    ] {
        let args = [&["slots", "add"], args].concat();
        desk.ends(2, &[PASSPHRASE], &args);
    }
    assert_eq!(desk.slots().len(), 1);
}

fn log_size(desk: &Desk) -> u64 {
    desk.json(0, &[], &["audit", "verify"])["size"]
        .as_u64()
        .unwrap()
}

fn uuid_of_nobody() -> String {
    "b6437b57-f408-4b9c-b7fc-28845bc27851".into()
}
