//! The form on paper: rendered as a printer would, and read as a scanner would.

use std::path::Path;
use std::process::Command;

use qv_crypto::secret::Secret;
use qv_crypto::umk::sharing::{Scheme, split};
use qv_crypto::umk::slot::Draft;
use qv_seal::SlotContext;
use qv_types::VaultId;

use super::*;

fn run(program: &str, args: &[&str], folder: &Path) -> String {
    let said = Command::new(program)
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(said.status.success(), "{program}: {said:?}");
    String::from_utf8(said.stdout).unwrap()
}

#[test]
fn the_printed_form_can_be_read_back_by_eye_and_by_scanner() {
    let folder = tempfile::tempdir().unwrap();
    let slot = SlotContext::from(&Draft::make(VaultId::make_random()).unwrap());
    let secret = Secret::make_random().unwrap();
    let shares = split(&secret, Scheme::new(2, 3).unwrap()).unwrap();
    let handout = Handout {
        slot: &slot,
        shares: &shares,
    };
    let pdf = form(&handout).unwrap();
    std::fs::write(folder.path().join("form.pdf"), pdf.expose()).unwrap();
    run(
        "pdftoppm",
        &["-r", "150", "-gray", "-png", "form.pdf", "page"],
        folder.path(),
    );
    for share in &shares {
        let page = share.index().to_string();
        let image = format!("page-{page}.png");
        let scanned = run(
            "zbarimg",
            &["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", &image],
            folder.path(),
        );
        assert_eq!(Share::read(&scanned).unwrap().index(), share.index());

        let text = run(
            "pdftotext",
            &["-layout", "-f", &page, "-l", &page, "form.pdf", "-"],
            folder.path(),
        );
        for shown in [
            slot.vault.to_string(),
            slot.slot.to_string(),
            share.set_id().to_string(),
            format!("Recovery share {page} of 3"),
            "Any 2 of the 3".into(),
        ] {
            assert!(text.contains(&shown), "{shown} is not in {text}");
        }
        assert_eq!(
            Share::read(&words_of(&text)).unwrap().index(),
            share.index()
        );
    }
}

/// The words in the order of the numbers before them.
fn words_of(text: &str) -> String {
    let (_, text) = text.split_once("in words").unwrap();
    let tokens: Vec<_> = text.split_whitespace().collect();
    let after = |number: usize| {
        let at = tokens.windows(2).position(|pair| {
            pair[0] == number.to_string() && pair[1].chars().all(char::is_lowercase)
        });
        tokens[at.unwrap_or_else(|| panic!("no word {number} in {text}")) + 1]
    };
    (1..=Share::WORDS).map(after).collect::<Vec<_>>().join(" ")
}
