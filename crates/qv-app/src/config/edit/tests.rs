use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

/// A file as its owner wrote it.
const OWN: &str = "# ours, do not touch\n[scan]\n# the firewall counts (ticket 12)\nconcurrency = 5   # five\nper_host = 2\n\n[tpm]\npcrs = [7]\n";

fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("below/config.toml");
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    (folder, file)
}

fn text_of(file: &Path) -> String {
    fs::read_to_string(file).unwrap()
}

#[test]
fn one_value_changes_and_all_else_stays() {
    let (_folder, file) = file(OWN);
    let config = Config::set(&file, "scan.concurrency", "50").unwrap();
    assert_eq!(config.scan.concurrency, 50);
    assert_eq!(text_of(&file), OWN.replace("= 5 ", "= 50 "));
    Config::set(&file, "tpm.pcrs", "7, 11").unwrap();
    assert_eq!(Config::load(&file).unwrap().tpm.pcrs, [7, 11]);
    let before = text_of(&file);
    Config::set(&file, "session.lock_on_suspend", "false").unwrap();
    Config::set(&file, "scan.allow_private", "true").unwrap();
    let after = text_of(&file);
    assert!(
        after.contains("per_host = 2\nallow_private = true\n"),
        "{after}"
    );
    assert!(
        after.ends_with("\n\n[session]\nlock_on_suspend = false\n"),
        "{after}"
    );
    let added = [
        "allow_private = true\n",
        "\n[session]\nlock_on_suspend = false\n",
    ];
    let left = added
        .iter()
        .fold(after, |text, added| text.replace(added, ""));
    assert_eq!(left, before);
}

#[test]
fn taking_a_value_out_leaves_the_comments_above_it() {
    let (_folder, file) = file(OWN);
    let config = Config::unset(&file, "scan.concurrency").unwrap();
    assert_eq!(config.scan.concurrency, Config::default().scan.concurrency);
    assert_eq!(
        text_of(&file),
        OWN.replace("concurrency = 5   # five\n", "")
    );
    let before = text_of(&file);
    Config::unset(&file, "scan.concurrency").unwrap();
    Config::unset(&file, "chain.contract").unwrap();
    assert_eq!(text_of(&file), before);
}

#[test]
fn other_ways_to_write_a_table_are_understood() {
    for own in [
        "scan.concurrency = 5\nscan.per_host = 2\n",
        "scan = { concurrency = 5, per_host = 2 }\n",
    ] {
        let (_folder, file) = file(own);
        Config::set(&file, "scan.concurrency", "6").unwrap();
        assert_eq!(text_of(&file), own.replace('5', "6"));
        Config::set(&file, "scan.allow_private", "on").unwrap();
        Config::unset(&file, "scan.concurrency").unwrap();
        let config = Config::load(&file).unwrap();
        assert_eq!((config.scan.per_host, config.scan.allow_private), (2, true));
        assert_eq!(config.scan.concurrency, Config::default().scan.concurrency);
    }
}

#[test]
fn what_a_setting_does_not_take_changes_nothing() {
    let (_folder, file) = file(OWN);
    for (key, value) in [
        ("scan.concurrency", "0"),
        ("scan.concurrency", "many"),
        ("scan.concurrency", "-1"),
        ("scan.allow_private", "maybe"),
        ("tpm.pcrs", "24"),
        ("tpm.pcrs", "7,,8"),
        ("chain.rpc_url", "http://elsewhere.example"),
        ("chain.contract", "0x12"),
        ("chain.contract", " "),
        ("scan", "1"),
        ("scan.nothing", "1"),
        ("", ""),
    ] {
        let error = Config::set(&file, key, value).unwrap_err();
        assert!(!matches!(error, AppError::Internal(_)), "{key}: {error}");
        assert_eq!(text_of(&file), OWN, "{key} {value}");
    }
    assert!(Config::unset(&file, "scan.nothing").is_err());
}

#[test]
fn a_file_that_is_wrong_already_is_left_alone() {
    let (_folder, file) = file("[scan]\nconcurency = 5\n");
    let error = Config::set(&file, "scan.concurrency", "5").unwrap_err();
    assert!(error.to_string().contains("line 2"), "{error}");
    assert_eq!(text_of(&file), "[scan]\nconcurency = 5\n");
}

#[test]
fn a_new_file_is_its_owners_alone_and_an_old_one_keeps_its_mode_and_its_link() {
    let (folder, file) = file(OWN);
    let mode = |file: &Path| fs::metadata(file).unwrap().permissions().mode() & 0o777;
    let link = folder.path().join("link.toml");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    Config::set(&link, "window.notify", "false").unwrap();
    assert!(link.is_symlink() && text_of(&file).contains("notify = false"));
    assert_eq!(mode(&file), 0o640);

    let new = folder.path().join("a/b/config.toml");
    Config::set(&new, "window.notify", "false").unwrap();
    assert_eq!(text_of(&new), "[window]\nnotify = false\n");
    assert_eq!((mode(&new), mode(new.parent().unwrap())), (0o600, 0o700));
}
