//! A wallet as a factor: with a keypair file, in the browser, and on another machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use qv_testkit::wallets::{Visitor, sign_with_openssl};
use serde_json::{Value, json};

use crate::driver::{PASSPHRASE, Qv, Said, rows, text};
use crate::terminal::Session;

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
    assert_eq!(rows(&verified)[0]["metadata"]["purpose"], "unlock_umk");
    assert_eq!(rows(&verified)[0]["metadata"]["wallet"], ADDRESS);
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

/// Runs with the visitor as the browser.
fn run_in_browser(qv: &Qv, visitor: &Visitor, args: &[&str]) -> Said {
    let mut command = qv.command(args);
    command.env("BROWSER", visitor.program());
    qv.finish(command, None)
}

fn texts(seen: &Value) -> Vec<&str> {
    let texts = seen["texts"].as_array().unwrap().iter();
    texts.map(|text| text.as_str().unwrap()).collect()
}

/// Nothing was loaded from elsewhere, and the page had no error.
fn is_clean(seen: &Value) {
    assert_eq!(seen["elsewhere"], json!([]), "{seen}");
    assert_eq!(seen["errors"], json!([]), "{seen}");
}

#[test]
fn a_solana_wallet_in_the_browser_is_enrolled_and_opens_the_vault() {
    let qv = Qv::with_vault();
    qv.set_passphrase(&format!("{PASSPHRASE}\n{SECOND}"));
    let wallets = json!([{ "kind": "solana", "name": "Sol", "seed": 1 }, { "kind": "evm", "name": "Eth", "seed": 4 }]);
    let visitor = Visitor::new(&json!({ "wallets": wallets, "choose": "Sol" })).unwrap();
    let said = run_in_browser(
        &qv,
        &visitor,
        &["slots", "add", "wallet", "passphrase", "--json"],
    );
    let seen = visitor.seen().unwrap();
    assert_eq!(said.code, 0, "{said:?} {seen}");
    is_clean(&seen);
    assert_eq!(seen["title"], "Done");
    let signed = texts(&seen);
    assert!(
        signed.len() == 2 && signed[0] == signed[1],
        "twice the same: {signed:?}"
    );
    assert!(
        signed[0].starts_with(&format!("QuantumVault:Unlock:{ADDRESS}:")),
        "{signed:?}"
    );

    let slot: Value = serde_json::from_str(&said.out).unwrap();
    qv.set_passphrase(SECOND);
    let unlock = ["audit", "checkpoint", "--with-slot", text(&slot, "id")];
    let visit = json!({ "wallets": [{ "kind": "solana", "name": "Sol", "seed": 1, "declines": 1 }], "choose": "Sol", "secondTab": true });
    let visitor = Visitor::new(&visit).unwrap();
    let said = run_in_browser(&qv, &visitor, &unlock);
    let seen = visitor.seen().unwrap();
    assert_eq!(said.code, 0, "{said:?} {seen}");
    is_clean(&json!({ "elsewhere": seen["elsewhere"], "errors": [] }));
    let signed = texts(&seen);
    assert!(signed[0].starts_with("QuantumVault authorization v2\ndomain: quantumvault.app\n"));
    assert!(
        signed[0].contains("\npurpose: unlock_umk\n")
            && signed[1].starts_with("QuantumVault:Unlock:")
    );
    assert!(text(&seen, "secondTab").contains("another tab"), "{seen}");
    assert!(
        seen["problems"][0].as_str().unwrap().contains("declined"),
        "{seen}"
    );

    // The same factor, whichever way the wallet signs.
    let file = keypair(&qv, "id.json", KEYPAIR);
    qv.ok(&[&unlock[..], &["--wallet-file", &file]].concat());
}

#[test]
fn an_evm_wallet_in_the_browser_opens_the_vault_and_another_account_does_not() {
    let qv = Qv::with_vault();
    qv.set_passphrase(&format!("{PASSPHRASE}\n{SECOND}"));
    let visit = |seed| json!({ "wallets": [{ "kind": "evm", "name": "Eth", "seed": seed }], "choose": "Eth" });
    let visitor = Visitor::new(&visit(4)).unwrap();
    let said = run_in_browser(
        &qv,
        &visitor,
        &["slots", "add", "wallet", "passphrase", "--json"],
    );
    assert_eq!(said.code, 0, "{said:?} {:?}", visitor.seen());
    let slot: Value = serde_json::from_str(&said.out).unwrap();
    qv.set_passphrase(SECOND);
    let unlock = ["audit", "checkpoint", "--with-slot", text(&slot, "id")];
    let visitor = Visitor::new(&visit(4)).unwrap();
    let said = run_in_browser(&qv, &visitor, &unlock);
    assert_eq!(said.code, 0, "{said:?} {:?}", visitor.seen());

    let visitor = Visitor::new(&visit(5)).unwrap();
    let said = run_in_browser(&qv, &visitor, &unlock);
    let seen = visitor.seen().unwrap();
    assert_eq!(said.code, 130, "{said:?} {seen}");
    let problem = seen["problems"][0].as_str().unwrap();
    assert!(problem.contains("Choose that account"), "{seen}");
    assert_eq!(
        texts(&seen),
        Vec::<&str>::new(),
        "nothing is asked of another account"
    );
}

#[test]
fn a_wallet_that_signs_differently_each_time_is_refused_with_the_reason() {
    let qv = Qv::with_vault();
    qv.set_passphrase(&format!("{PASSPHRASE}\n{SECOND}"));
    let wallet = json!({ "kind": "evm", "name": "Eth", "seed": 4, "unsteady": true });
    let visitor = Visitor::new(&json!({ "wallets": [wallet], "choose": "Eth" })).unwrap();
    let said = run_in_browser(&qv, &visitor, &["slots", "add", "wallet", "passphrase"]);
    let seen = visitor.seen().unwrap();
    assert_eq!(said.code, 1, "{said:?} {seen}");
    assert!(said.err.contains("differently each time"), "{said:?}");
    let problems = seen["problems"].to_string();
    assert!(problems.contains("differently each time"), "{seen}");
    assert_eq!(rows(&qv.json(&["slots", "list"])).len(), 1);
}

/// Signs as a wallet on another machine: OpenSSL, with the key of a seed of ones.
fn signed_elsewhere(text: &str) -> String {
    let signature = sign_with_openssl(&[1; 32], text).unwrap();
    signature.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_wallet_on_another_machine_signs_by_hand() {
    let qv = Qv::with_vault();
    let add = [
        "slots",
        "add",
        "wallet",
        "passphrase",
        "--wallet-offline",
        "--wallet",
        ADDRESS,
    ];
    let mut session = Session::start(&qv, &add);
    session.answer("Passphrase: ", 1, PASSPHRASE);
    let prompt = "Signature (hex";
    session.answer(prompt, 1, "not a signature");
    assert!(
        session.shown.contains('▀') || session.shown.contains('█'),
        "a QR code"
    );
    let line = session
        .shown
        .lines()
        .find(|line| line.starts_with("QuantumVault:Unlock:"));
    let signature = signed_elsewhere(line.unwrap().trim());
    session.answer(prompt, 2, &signature);
    let file = qv.write("signature.txt", &format!("0x{signature}\n"));
    session.answer(prompt, 3, &format!("@{file}"));
    session.answer("New passphrase: ", 1, SECOND);
    session.answer("The same again: ", 1, SECOND);
    let (code, shown) = session.end();
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("Not taken: ") && !shown.contains(&signature),
        "{shown}"
    );

    let slots = qv.json(&["slots", "list"]);
    let slot = rows(&slots)
        .iter()
        .find(|slot| slot["factors"] == "passphrase+wallet");
    let unlock = [
        "audit",
        "checkpoint",
        "--wallet-offline",
        "--with-slot",
        text(slot.unwrap(), "id"),
    ];
    let mut session = Session::start(&qv, &unlock);
    let message = qv.file("message.txt");
    session.answer(prompt, 1, &format!(">{}", message.display()));
    session.answer(prompt, 2, ">/proc/not/to/be/written");
    session.wait_for(prompt, 3);
    let written = fs::read_to_string(&message).unwrap();
    assert!(written.starts_with("QuantumVault authorization v2\n") && !written.ends_with('\n'));
    session.answer(prompt, 3, &signed_elsewhere(&written));
    session.answer("Passphrase: ", 1, SECOND);
    session.answer(prompt, 4, &signature);
    let (code, shown) = session.end();
    assert_eq!(code, 0, "{shown}");
}
