//! Carrying a message to a wallet on another machine, and its signature back.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use qv_app::devices::{Message, Why};
use qv_app::{SealError, SecretBytes};

/// The most that a file with a signature may hold.
const LIMIT: u64 = 4096;

/// What a person is told before the signature is asked for.
pub fn explain(message: &Message, qr: Option<&str>) -> String {
    let why = match message.why {
        Why::Authorization => "It permits opening the vault now, and is no secret.",
        Why::Derivation { times: 1, .. } => {
            "Its signature is the key of the slot: carry it over by hand, and erase it elsewhere."
        }
        Why::Derivation { time: 1, .. } => {
            "Its signature will be the key of the slot: carry it over by hand, and erase it elsewhere."
        }
        Why::Derivation { .. } => {
            "The same once more: a wallet that signs differently each time could never open the slot again."
        }
    };
    let how = if message.wallet.is_evm() {
        "With personal_sign (EIP-191), as `cast wallet sign` does."
    } else {
        "Ed25519 over the bytes themselves. `solana sign-offchain-message` puts a header before them: its signatures \
         are not taken."
    };
    let qr = qr.unwrap_or("(too long for a QR code)\n");
    format!(
        "Sign this text with wallet {}, exactly as it is, without an end of line after it:\n\n{}\n\n{qr}\n{why}\n{how}",
        message.wallet, message.text
    )
}

/// Asks for the signature. `@FILE` reads it from a file, `>FILE` first writes the text to one.
pub fn ask(
    message: &Message,
    mut line: impl FnMut(&str) -> Result<SecretBytes, SealError>,
) -> Result<SecretBytes, SealError> {
    loop {
        let typed =
            line("Signature (hex, base64 or base58; @FILE reads it, >FILE writes the text): ")?;
        let (first, rest) = typed.expose().split_at_checked(1).unwrap_or_default();
        let path = str::from_utf8(rest).unwrap_or_default().trim();
        match first {
            b"@" => match super::read_limited_file(Path::new(path), LIMIT) {
                Ok(signature) => return Ok(signature),
                Err(error) => say(&format!("{path:?} cannot be read: {error}")),
            },
            b">" => match write_new(Path::new(path), &message.text) {
                Ok(()) => say(&format!("The text is in {path:?}.")),
                Err(error) => say(&format!("{path:?} cannot be written: {error}")),
            },
            _ => return Ok(typed),
        }
    }
}

/// Writes the text alone, to a file that was not there.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a message is worse than none.
        let _ = fs::remove_file(path);
    }
    written
}

fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
