//! A wallet as a factor: with a keypair file, in the browser, and on another machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::driver::{PASSPHRASE, Qv, rows, text};

/// What `solana-keygen` writes, for a seed of ones, and its address.
const KEYPAIR: &str = "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,138,136,227,221,116,9,241,149,253,82,219,45,60,186,93,114,202,103,9,191,29,148,18,27,243,116,136,1,180,15,111,92]";
const ADDRESS: &str = "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9";
const OTHER_KEYPAIR: &str = "[2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,129,57,119,14,168,125,23,95,86,163,84,102,195,76,126,204,203,141,138,145,180,238,55,162,93,246,15,91,143,201,179,148]";
const SECOND: &str = "marmot quartz 19 velvet";

fn keypair(qv: &Qv, name: &str, json: &str) -> String {
    let path = qv.write(name, json);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// A vault with a second slot of passphrase and wallet; the id of that slot.
fn with_wallet_slot(qv: &Qv, how: &[&str]) -> String {
    qv.set_passphrase(&format!("{PASSPHRASE}\n{SECOND}"));
    let add = [&["slots", "add", "wallet", "passphrase"], how].concat();
    let slot = qv.json(&add);
    assert_eq!(text(&slot, "factors"), "passphrase+wallet");
    assert_eq!(slot["classical"], false);
    qv.set_passphrase(SECOND);
    text(&slot, "id").to_owned()
}

#[test]
fn a_keypair_file_opens_the_vault_with_a_passphrase_and_not_alone() {
    let qv = Qv::with_vault();
    let (file, other) = (
        keypair(&qv, "id.json", KEYPAIR),
        keypair(&qv, "other.json", OTHER_KEYPAIR),
    );
    let slot = with_wallet_slot(&qv, &["--wallet-file", &file, "--wallet", ADDRESS]);
    let unlock = ["audit", "checkpoint", "--with-slot", &slot, "--wallet-file"];
    qv.ok(&[&unlock[..], &[&file]].concat());

    let message = qv.fails(4, "wrong_factor", &[&unlock[..], &[&other]].concat());
    assert!(message.contains(ADDRESS), "{message}");
    qv.set_passphrase("not the passphrase");
    qv.fails(4, "wrong_factor", &[&unlock[..], &[&file]].concat());

    let verified = qv.json(&["audit", "list", "--action", "authorization_verified"]);
    assert_eq!(
        rows(&verified).len(),
        2,
        "one before each use of the factors"
    );
    assert_eq!(verified[0]["metadata"]["purpose"], "unlock_umk");
    assert_eq!(verified[0]["metadata"]["wallet"], ADDRESS);
}

#[test]
fn another_wallet_than_the_one_that_was_named_is_not_enrolled() {
    let qv = Qv::with_vault();
    let file = keypair(&qv, "other.json", OTHER_KEYPAIR);
    qv.set_passphrase(&format!("{PASSPHRASE}\n{SECOND}"));
    let add = [
        "slots",
        "add",
        "wallet",
        "passphrase",
        "--wallet-file",
        &file,
    ];
    qv.fails(
        4,
        "wrong_factor",
        &[&add[..], &["--wallet", ADDRESS]].concat(),
    );
    qv.fails(
        2,
        "invalid_input",
        &["slots", "add", "wallet", "passphrase", "--wallet-offline"],
    );
    assert_eq!(rows(&qv.json(&["slots", "list"])).len(), 1);
}

#[test]
fn a_wallet_alone_would_fall_to_a_quantum_attacker_and_is_refused() {
    let qv = Qv::with_vault();
    let file = keypair(&qv, "id.json", KEYPAIR);
    let message = qv.fails(
        1,
        "not_allowed",
        &["slots", "add", "wallet", "--wallet-file", &file],
    );
    assert!(message.contains("quantum"), "{message}");
    let message = Qv::new().fails(
        1,
        "not_allowed",
        &["init", "--factor", "wallet", "--wallet-file", &file],
    );
    assert!(message.contains("quantum"), "{message}");
}
