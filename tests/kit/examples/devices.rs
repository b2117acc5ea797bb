//! Devices for tests that are not written in Rust: a TPM, a reader with a YubiKey in it, and a wallet in a
//! browser, kept until standard input ends.
//!
//! Prints one line of JSON with their addresses. Then each line that it reads is done and answered with
//! `done`: `untouched` and `touched` say whether a finger is on the YubiKey.

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::time::Duration;

use qv_testkit::card::{Card, PIN, Readers, SOCKET_VARIABLE};
use qv_testkit::tpm::Swtpm;
use qv_testkit::wallets::Visitor;
use serde_json::json;

/// More than a test guesses wrongly.
const TPM_GUESSES: u32 = 10;
const TPM_FORGIVES_AFTER_S: u32 = 600;
const SERIAL: u32 = 11_223_344;
/// As long as a real YubiKey waits.
const TOUCH_PATIENCE: Duration = Duration::from_secs(15);

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::TempDir::new()?;
    let tpm = Swtpm::start()?;
    tpm.set_guesses(TPM_GUESSES, TPM_FORGIVES_AFTER_S)?;
    let readers = Readers::start(folder.path())?;
    let card = Card::new(SERIAL)?;
    let _inserted = readers.insert(&card, 0)?;
    let wallet = json!({ "kind": "solana", "name": "Sol", "seed": 1 });
    let visitor = Visitor::new(&json!({ "wallets": [wallet], "choose": "Sol" }))?;
    let places = json!({
        "tcti": tpm.tcti(),
        "pcsc": { "variable": SOCKET_VARIABLE, "socket": readers.socket() },
        "yubikey": { "serial": SERIAL, "pin": PIN },
        "browser": visitor.program(),
    });
    say(&places.to_string())?;
    for line in io::stdin().lock().lines() {
        match line?.as_str() {
            "touched" => card.set_touched(true)?,
            "untouched" => card.set_untouched_for(TOUCH_PATIENCE)?,
            other => return Err(format!("{other:?} is nothing that can be done").into()),
        }
        say("done")?;
    }
    Ok(())
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
