//! The log as people and scripts read it: lists both ways, filters, and the files that leave the machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::driver::{Qv, rows, text};

/// Enough events for several pages.
fn with_events() -> Qv {
    let qv = Qv::with_vault();
    for name in ["one", "two", "three", "four"] {
        qv.ok(&["assets", "add", name]);
    }
    qv
}

fn actions(page: &Value) -> Vec<String> {
    let each = rows(page)
        .iter()
        .map(|event| text(event, "action").to_owned());
    each.collect()
}

#[test]
fn the_list_goes_both_ways_and_narrows() {
    let qv = with_events();
    let list = |args: &[&str]| qv.json(&[&["audit", "list"], args].concat());
    let all = list(&[]);
    assert_eq!(
        rows(&all).len(),
        8,
        "the vault, its slot, two keys and four assets: {all}"
    );
    assert!(all["older"].is_null());
    let first = list(&["--limit", "3"]);
    let second = list(&["--limit", "3", "--from", text(&first, "older")]);
    assert_eq!(rows(&first)[..], rows(&all)[..3]);
    assert_eq!(rows(&second)[..], rows(&all)[3..6]);
    let back = list(&["--limit", "3", "--from", text(&second, "newer")]);
    assert_eq!(back["items"], first["items"]);
    let refused = [
        "audit",
        "list",
        "--action",
        "asset_added",
        "--from",
        text(&first, "older"),
    ];
    qv.fails(2, "invalid_input", &refused);

    let newest = &rows(&all)[0];
    let of_request = list(&["--request", text(newest, "request_id")]);
    assert_eq!(actions(&of_request), ["ASSET_ADDED"]);
    let about = list(&["--entity", text(newest, "entity_id")]);
    assert_eq!(rows(&about), std::slice::from_ref(newest));
    assert_eq!(rows(&list(&["--search", "asset_ADDED"])).len(), 4);
    let time = text(newest, "timestamp");
    assert!(
        rows(&list(&["--until", time]))
            .iter()
            .all(|event| text(event, "timestamp") < time)
    );
    assert!(rows(&list(&["--since", time])).contains(newest));
    let shown = qv.ok(&["audit", "list", "--limit", "2"]);
    assert!(shown.err.contains("--from"), "{shown:?}");
    let wrong = qv.run(&["audit", "list", "--since", "yesterday"]);
    assert!(
        wrong.code == 2 && wrong.err.contains("2026-11-23T09:00:00"),
        "{wrong:?}"
    );
}

#[test]
fn an_exported_log_is_whole_and_can_be_checked_without_the_database() {
    let qv = with_events();
    qv.ok(&["audit", "checkpoint"]);
    qv.ok(&["assets", "add", "five"]);
    let file = qv.file("log.jsonl");
    let path = file.display().to_string();
    let done = qv.json(&["audit", "export", "--out", &path]);
    let lines: Vec<Value> = fs::read_to_string(&file)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (last, events) = lines.split_last().unwrap();
    assert_eq!(
        (&last["size"], &last["root"]),
        (&done["size"], &done["root"])
    );
    assert_eq!(events.len() as u64, done["size"].as_u64().unwrap());
    assert_eq!(text(events.last().unwrap(), "leaf_hash").len(), 64);
    assert!((0u64..).zip(events).all(|(seq, line)| line["seq"] == seq));
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let note = qv.write("kept", text(last, "checkpoint"));
    assert!(done["signed"].as_u64() < done["size"].as_u64());
    qv.ok(&["audit", "verify", "--checkpoint", &note]);
    assert_eq!(
        actions(&qv.json(&["audit", "list", "--limit", "1"])),
        ["AUDIT_EXPORTED"]
    );

    let kept = fs::read(&file).unwrap();
    let refused = qv.fails(1, "not_allowed", &["audit", "export", "--out", &path]);
    assert!(refused.contains("Replace it?"), "{refused}");
    assert_eq!(fs::read(&file).unwrap(), kept);
    let again = qv.json(&["audit", "export", "--out", &path, "--yes"]);
    assert_eq!(
        again["size"].as_u64(),
        done["size"].as_u64().map(|size| size + 1)
    );
    let nowhere = qv.file("no/such/folder.jsonl").display().to_string();
    qv.fails(1, "storage", &["audit", "export", "--out", &nowhere]);
}

/// How a kept checkpoint stands to the log, and what was found besides.
fn standing(qv: &Qv, code: i32, file: &str) -> Value {
    let found = qv.json_ending(code, &["audit", "verify", "--checkpoint", file]);
    assert_eq!(found["ok"], code == 0, "{found}");
    found["kept"].clone()
}

#[test]
fn a_checkpoint_that_was_kept_as_a_file_tells_what_became_of_the_log() {
    let qv = with_events();
    assert!(qv.json(&["audit", "verify"])["kept"].is_null());
    let older = qv.file("older");
    copy(&qv.home(), &older);
    let file = qv.file("checkpoint.txt").display().to_string();
    let saved = qv.json(&["audit", "checkpoint", "--out", &file]);
    let note = fs::read_to_string(&file).unwrap();
    assert!(text(&saved, "note") == note, "the file is the note");
    let size = saved["size"].as_u64().unwrap();

    qv.ok(&["assets", "add", "five"]);
    let held = standing(&qv, 0, &file);
    assert_eq!(text(&held, "standing"), "consistent");
    assert_eq!(held["size"], size);
    let said = qv.ok(&["audit", "verify", "--checkpoint", &file]);
    assert!(
        said.err
            .contains(&format!("its {size} events are as they were")),
        "{said:?}"
    );
    // As mail programs hand it over.
    let mailed = qv.write("mailed", &format!("{note}\n \n"));
    assert_eq!(text(&standing(&qv, 0, &mailed), "standing"), "consistent");

    let refused = qv.fails(1, "not_allowed", &["audit", "checkpoint", "--out", &file]);
    assert!(refused.contains("Replace it?"), "{refused}");
    assert_eq!(
        qv.json(&["audit", "verify"])["checkpoints"],
        1,
        "nothing was signed in vain"
    );
    qv.ok(&["audit", "checkpoint", "--out", &file, "--yes"]);
    let longer = fs::read_to_string(&file).unwrap();
    assert_ne!(longer, note);

    let forged = qv.write("forged", &note.replacen(&format!("\n{size}\n"), "\n1\n", 1));
    let found = standing(&qv, 3, &forged);
    assert_eq!(text(&found, "standing"), "bad_signature");
    assert!(found["size"].is_null(), "{found}");
    let nothing = qv.write("nothing", "a shopping list\n");
    qv.fails(
        2,
        "invalid_input",
        &["audit", "verify", "--checkpoint", &nothing],
    );
    let stranger = with_events();
    let theirs = stranger.file("theirs").display().to_string();
    stranger.ok(&["audit", "checkpoint", "--out", &theirs]);
    let told = qv.fails(
        2,
        "invalid_input",
        &["audit", "verify", "--checkpoint", &theirs],
    );
    assert!(told.contains("another log"), "{told}");

    // An older copy is put back, and then another history is written onto it.
    fs::remove_dir_all(qv.home()).unwrap();
    copy(&older, &qv.home());
    assert_eq!(text(&standing(&qv, 3, &mailed), "standing"), "ahead");
    for name in ["six", "seven", "eight"] {
        qv.ok(&["assets", "add", name]);
    }
    assert_eq!(text(&standing(&qv, 3, &mailed), "standing"), "rewritten");
}

fn copy(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").args([from, to]).status();
    assert!(done.unwrap().success());
}
