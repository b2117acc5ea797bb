//! Recovery shares: handed over, proven, and all that is left of a vault's ways in.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::driver::{PASSPHRASE, Qv, Said, rows, text};
use crate::terminal::Session;

const SECOND: &str = "marmot quartz 19 velvet";

/// Runs a command that hands out three shares into `folder`, and answers with `first` and then with what
/// `read_back` makes of the shares.
fn handed_over(
    qv: &Qv,
    args: &[&str],
    folder: &Path,
    first: &str,
    read_back: impl FnOnce(Vec<String>) -> Vec<String>,
) -> Said {
    let into = folder.display().to_string();
    let options = ["--shares-dir", &into, "--passphrase-fd", "0"];
    let mut command = qv.bare(&[args, &options].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{first}").unwrap();
    let shares = wait_for_shares(folder);
    for line in read_back(shares) {
        writeln!(stdin, "{line}").unwrap();
    }
    drop(stdin);
    qv.end_of(child)
}

fn wait_for_shares(folder: &Path) -> Vec<String> {
    let whole = |index: u8| {
        let text = fs::read_to_string(folder.join(format!("share-{index}-of-3.txt"))).ok()?;
        text.ends_with('\n').then(|| text.trim().to_owned())
    };
    for _ in 0..600 {
        let shares: Vec<_> = (1..=3).filter_map(whole).collect();
        if shares.len() == 3 {
            return shares;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("no shares in {}", folder.display());
}

/// A vault with a passphrase and a recovery set, and the shares.
fn with_recovery() -> (Qv, Vec<String>) {
    let qv = Qv::new();
    let folder = qv.file("shares");
    let init = ["init", "--recovery", "2-of-3"];
    let said = handed_over(&qv, &init, &folder, PASSPHRASE, |shares| shares);
    assert_eq!(said.code, 0, "{said:?}");
    let shares = wait_for_shares(&folder);
    (qv, shares)
}

/// The id of the slot that opens with `factors`.
fn slot(qv: &Qv, factors: &str) -> String {
    let slots = qv.json(&["slots", "list"]);
    let slot = rows(&slots)
        .iter()
        .find(|slot| text(slot, "factors") == factors);
    text(slot.unwrap(), "id").to_owned()
}

#[test]
fn shares_alone_regain_the_vault_on_a_new_machine() {
    let (old, shares) = with_recovery();
    old.ok(&["anchors", "create", "main", "--activate"]);
    let slots = old.json(&["slots", "list"]);
    assert!(rows(&slots).iter().all(|slot| slot["classical"] == false));

    let new = Qv::new();
    fs::create_dir(new.home()).unwrap();
    fs::copy(old.home().join("vault.db"), new.home().join("vault.db")).unwrap();
    let (lost, set) = (slot(&new, "passphrase"), slot(&new, "shares"));
    new.set_passphrase(&format!(
        "{}\n{}\n{SECOND}",
        shares[2],
        shares[0].to_uppercase()
    ));
    new.ok(&["slots", "add", "passphrase", "--with-slot", &set]);
    new.set_passphrase(SECOND);
    new.ok(&["slots", "remove", &lost, "--yes"]);
    new.ok(&["audit", "checkpoint"]);
    new.set_passphrase(PASSPHRASE);
    new.fails(4, "wrong_factor", &["audit", "checkpoint"]);

    // A new set takes the place of the one that was used.
    let folder = new.file("anew");
    let add = [
        "slots",
        "add",
        "shares",
        "--with-slot",
        &slot(&new, "passphrase"),
    ];
    let said = handed_over(&new, &add, &folder, SECOND, |shares| shares);
    assert_eq!(said.code, 0, "{said:?}");
    new.set_passphrase(SECOND);
    new.ok(&["slots", "remove", &set, "--yes"]);
    let anew = wait_for_shares(&folder);
    let set = slot(&new, "shares");
    new.set_passphrase(&format!("{}\n{}", shares[0], shares[1]));
    let said = new.fails(
        2,
        "invalid_input",
        &["audit", "checkpoint", "--with-slot", &set],
    );
    assert!(said.contains("not of one set"), "{said}");
    new.set_passphrase(&format!("{}\n{}", anew[1], anew[2]));
    new.ok(&["audit", "checkpoint", "--with-slot", &set]);
}

#[test]
fn fewer_shares_and_wrong_ones_open_nothing_and_say_why() {
    let (qv, shares) = with_recovery();
    let set = slot(&qv, "shares");
    let try_with = |lines: &[&str]| {
        qv.set_passphrase(&lines.join("\n"));
        let said = qv.run(&["audit", "checkpoint", "--with-slot", &set]);
        assert_ne!(said.code, 0, "{said:?}");
        said.err
    };
    let misread = shares[1].replacen(' ', " zoo", 1);
    assert!(try_with(&[&shares[0]]).contains("recovery share"));
    assert!(try_with(&[&shares[0], &shares[0]]).contains("given twice"));
    assert!(try_with(&[&shares[0], &misread]).contains("of the English BIP-39 list"));
    assert!(try_with(&["zoo"; 5]).contains("144 hex digits"));
    qv.set_passphrase(&[&*misread, &shares[1], "", &shares[2]].join("\n"));
    qv.ok(&["audit", "checkpoint", "--with-slot", &set]);
    assert_eq!(qv.json(&["status"])["vault"]["session"]["state"], "locked");
}

#[test]
fn a_share_that_is_not_proven_makes_no_vault() {
    let qv = Qv::new();
    let folder = qv.file("shares");
    let init = ["init", "--recovery", "2-of-3"];
    let said = handed_over(&qv, &init, &folder, PASSPHRASE, |shares| {
        vec![shares[0].clone(), shares[0].clone()]
    });
    assert!(
        said.code == 4 && said.err.contains("share 2 of the new set"),
        "{said:?}"
    );
    assert!(!qv.home().join("vault.db").exists() && !folder.exists());

    let nowhere = qv.run(&["init", "--recovery", "2-of-3"]);
    assert!(
        nowhere.code == 2 && nowhere.err.contains("--shares-pdf"),
        "{nowhere:?}"
    );
    let impossible = qv.run(&["init", "--recovery", "4-of-3"]);
    assert!(
        impossible.code == 2 && impossible.err.contains("no way to share a secret"),
        "{impossible:?}"
    );
    assert_eq!(qv.run(&["init", "--recovery", "2/3"]).code, 2);
    assert!(!qv.home().join("vault.db").exists());
}

#[test]
fn a_killed_init_leaves_no_vault_and_the_files_are_the_owners_alone() {
    let qv = Qv::new();
    let folder = qv.file("shares");
    let into = folder.display().to_string();
    let init = [
        "init",
        "--recovery",
        "2-of-3",
        "--shares-dir",
        &into,
        "--passphrase-fd",
        "0",
    ];
    let mut child = qv.bare(&init).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{PASSPHRASE}").unwrap();
    let shares = wait_for_shares(&folder);
    writeln!(stdin, "{}\n{}", shares[0], shares[1]).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("share-1-of-3.txt")), 0o600);
    assert!(!qv.home().join("vault.db").exists());
    let again = qv.run(&init[..5]);
    assert!(again.err.contains("exists"), "{again:?}");
    assert!(
        folder.join("share-3-of-3.txt").exists(),
        "what was there before stays"
    );
}

/// The QR codes of a form, rendered and scanned, in the order of its pages.
fn scanned(pdf: &Path) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let render = Command::new("pdftoppm")
        .args(["-r", "150", "-gray", "-png"])
        .arg(pdf)
        .arg(folder.path().join("page"))
        .status();
    assert!(render.unwrap().success());
    let mut pages: Vec<PathBuf> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    pages.sort();
    let scan = |page: &PathBuf| {
        let said = Command::new("zbarimg")
            .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
            .arg(page)
            .output();
        String::from_utf8(said.unwrap().stdout).unwrap()
    };
    pages
        .iter()
        .map(|page| scan(page).trim().to_owned())
        .collect()
}

#[test]
fn at_a_terminal_a_set_is_suggested_and_its_form_is_printed_proven_and_shredded() {
    let qv = Qv::new();
    let pdf = qv.file("form.pdf");
    let mut session = Session::start(&qv, &["init", "--shares-pdf", &pdf.display().to_string()]);
    session.answer("Make a recovery set too?", 1, "");
    session.answer("New passphrase: ", 1, PASSPHRASE);
    session.answer("The same again: ", 1, PASSPHRASE);
    session.wait_for("type share 1 of 3", 1);
    let shares = scanned(&pdf);
    assert_eq!(shares.len(), 3);
    session.answer("0/53 > ", 1, &shares[1]);
    session.answer("Not taken: that is another share", 1, &shares[0]);
    session.answer("type share 2 of 3", 1, &shares[1]);
    session.answer("type share 3 of 3", 1, &shares[2]);
    session.answer("[Y/n]", 2, "");
    let (code, shown) = session.end();
    assert_eq!(code, 0, "{shown}");
    assert!(
        !pdf.exists() && shown.contains("overwritten and deleted"),
        "{shown}"
    );
    assert_eq!(rows(&qv.json(&["slots", "list"])).len(), 2);
    let set = slot(&qv, "shares");
    qv.set_passphrase(&format!("{}\n{}", shares[0].to_lowercase(), shares[2]));
    qv.ok(&["audit", "checkpoint", "--with-slot", &set]);
}

#[test]
fn shares_are_shown_one_at_a_time_and_typed_back_over_several_lines() {
    let qv = Qv::new();
    let mut session = Session::start(&qv, &["init", "--recovery", "2-of-2"]);
    session.answer("New passphrase: ", 1, PASSPHRASE);
    session.answer("The same again: ", 1, PASSPHRASE);
    let mut shares = Vec::new();
    for share in 1..=2 {
        session.wait_for("Press Enter once it is on paper.", share);
        shares.push(shown_words(session.shown()));
        session.answer("Press Enter once it is on paper.", share, "");
    }
    for (index, words) in (1..).zip(&shares) {
        session.wait_for(&format!("type share {index} of 2"), 1);
        // The first four letters of each word, over two lines.
        let short: Vec<String> = words
            .iter()
            .map(|word| word.chars().take(4).collect())
            .collect();
        session.answer(" 0/53 > ", index, &short[..30].join(" "));
        session.answer("30/53 > ", index, &short[30..].join(" "));
    }
    let (code, shown) = session.end();
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.matches("\u{1b}[2J\u{1b}[3J").count() >= 4,
        "each share is cleared away"
    );
    assert_eq!(rows(&qv.json(&["slots", "list"])).len(), 2);
}

/// The words that were shown last, in the order of their numbers.
fn shown_words(shown: &str) -> Vec<String> {
    let last = shown.rsplit("Recovery share ").next().unwrap();
    let tokens: Vec<_> = last
        .lines()
        .skip(1)
        .flat_map(str::split_whitespace)
        .collect();
    let word = |number: usize| {
        let at = tokens.iter().position(|token| *token == number.to_string());
        tokens[at.unwrap_or_else(|| panic!("no word {number} in {last}")) + 1].to_owned()
    };
    (1..=53).map(word).collect()
}

#[test]
fn declined_means_no_set() {
    let qv = Qv::new();
    let mut session = Session::start(&qv, &["init"]);
    session.answer("Make a recovery set too?", 1, "n");
    session.answer("New passphrase: ", 1, PASSPHRASE);
    session.answer("The same again: ", 1, PASSPHRASE);
    let (code, shown) = session.end();
    assert_eq!(code, 0, "{shown}");
    assert_eq!(rows(&qv.json(&["slots", "list"])).len(), 1);
}
