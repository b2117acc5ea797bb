//! What every command shares: exit codes, formats, colours, configuration, help.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::driver::{Qv, rows, text};

#[test]
fn wrong_usage_is_two_and_help_is_zero() {
    let qv = Qv::new();
    for args in [
        &["bogus"][..],
        &["assets"],
        &["assets", "list", "--level", "EXTREME"],
        &["targets", "add"],
        &["init", "--factor", "x"],
        &["jobs", "list", "--limit", "0"],
        &["assets", "list", "--limit", "501"],
        &[],
    ] {
        let said = qv.run(args);
        assert_eq!(
            (said.code, said.out.as_str()),
            (2, ""),
            "{args:?}: {said:?}"
        );
    }
    for args in [
        &["--help"][..],
        &["-h"],
        &["help", "secrets"],
        &["policies", "add", "--help"],
        &["--version"],
    ] {
        let said = qv.ok(args);
        assert!(
            !said.out.is_empty() && said.err.is_empty(),
            "{args:?}: {said:?}"
        );
    }
    let help = qv.ok(&["assets", "list", "--help"]).out;
    assert!(
        help.contains("PROD, STAGE, DEV, OTHER") && help.contains("Options of every command:"),
        "{help}"
    );
}

#[test]
fn piped_output_has_no_colour_unless_asked_and_no_color_wins_over_the_default() {
    let qv = Qv::with_vault();
    qv.ok(&["assets", "add", "vpn"]);
    let with = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = qv.bare(args);
        command.envs(variables.iter().copied());
        let said = qv.finish(command, None);
        assert_eq!(said.code, 0, "{said:?}");
        said.out.contains('\u{1b}') || said.err.contains('\u{1b}')
    };
    assert!(!with(&["assets", "list"], &[]));
    assert!(with(&["assets", "list"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!with(
        &["assets", "list"],
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]
    ));
    assert!(with(&["assets", "list", "--color", "always"], &[]));
    assert!(!with(
        &["assets", "list", "--color", "never"],
        &[("CLICOLOR_FORCE", "1")]
    ));
    assert!(
        !with(&["status", "--json", "--color", "always"], &[]),
        "a document has no colours"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let qv = Qv::with_vault();
    let pipeline = format!(
        "{} audit list | true; {} man | head -1",
        env!("CARGO_BIN_EXE_qv"),
        env!("CARGO_BIN_EXE_qv")
    );
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", &pipeline])
        .env("QV_HOME", qv.home())
        .stdin(Stdio::null());
    let output = shell.output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
}

#[test]
fn a_wrong_configuration_starts_nothing_and_names_its_line() {
    let qv = Qv::with_vault();
    assert_eq!(qv.json(&["config", "check"])["valid"], true);
    assert_eq!(qv.json(&["config", "show"])["scan"]["concurrency"], 20);
    let path = qv.json(&["config", "path"]);
    assert_eq!(
        text(&path, "path"),
        qv.home().join("config.toml").display().to_string()
    );
    for (wrong, line, part) in [
        ("[scan]\n\nconcurency = 5\n", 3, "concurency"),
        ("[scan]\nconcurrency = 0\n", 2, "1 to 256"),
        ("[session]\nidle_minutes = \"ten\"\n", 2, "invalid type"),
        ("\n\n[scan\n", 3, ""),
    ] {
        qv.configure(wrong);
        for args in [
            &["config", "check"][..],
            &["status"],
            &["scan", "x"],
            &["init"],
        ] {
            let message = qv.fails(2, "invalid_config", args);
            assert!(
                message.contains(&format!("config.toml, line {line}:")) && message.contains(part),
                "{args:?}: {message}"
            );
        }
        qv.ok(&["config", "path"]);
        let said = qv.run(&["doctor"]);
        assert!(said.code == 3 && said.out.contains("problem"), "{said:?}");
    }
    qv.configure("[scan]\nconcurrency = 3\n");
    assert_eq!(qv.json(&["config", "show"])["scan"]["concurrency"], 3);
    assert!(qv.ok(&["config", "show"]).out.contains("concurrency = 3"));
}

#[test]
fn a_setting_is_changed_in_its_place_and_the_log_tells() {
    let qv = Qv::new();
    qv.configure("# ours\n[scan]\nconcurrency = 3 # three\n");
    qv.ok(&["config", "set", "scan.concurrency", "4"]);
    let file = || std::fs::read_to_string(qv.home().join("config.toml")).unwrap();
    assert_eq!(file(), "# ours\n[scan]\nconcurrency = 4 # three\n");
    qv.ok(&["init"]);
    let url = "https://node.example/v3/0123456789abcdef";
    let said = qv.run_with(url, &["config", "set", "chain.rpc_url", "-", "--json"]);
    assert!(
        said.code == 0 && said.out.contains("node.example"),
        "{said:?}"
    );
    assert!(file().contains("0123456789abcdef"));
    let unset = qv.json(&["config", "unset", "scan.concurrency"]);
    assert_eq!(unset["value"], 20);
    let events = qv.json(&["audit", "list", "--action", "CONFIG_CHANGED"]);
    let told: Vec<_> = rows(&events)
        .iter()
        .map(|event| &event["metadata"])
        .collect();
    assert_eq!(told.len(), 2);
    assert_eq!(
        told[0],
        &serde_json::json!({ "key": "scan.concurrency", "value": 20 })
    );
    assert_eq!(told[1]["key"], "chain.rpc_url");
    let spoken = qv.everything();
    let log = String::from_utf8_lossy(&spoken);
    assert_eq!(
        log.matches("0123456789abcdef").count(),
        1,
        "only in the file"
    );

    let wrong = qv.fails(
        2,
        "invalid_input",
        &["config", "set", "scan.concurrency", "0"],
    );
    assert!(wrong.contains("1 to 256"), "{wrong}");
    let wrong = qv.fails(2, "invalid_input", &["config", "set", "scan.speed", "1"]);
    assert!(wrong.contains("qv config settings"), "{wrong}");
    let settings = qv.json(&["config", "settings"]);
    let idle = &rows(&settings)[0];
    assert_eq!(
        (&idle["key"], &idle["type"], &idle["max"]),
        (
            &"session.idle_minutes".into(),
            &"number".into(),
            &1440.into()
        )
    );
}

#[test]
fn the_doctor_says_what_is_there_and_what_to_do() {
    let qv = Qv::new();
    let checks = qv.json(&["doctor"]);
    let names: Vec<&str> = rows(&checks)
        .iter()
        .map(|check| text(check, "name"))
        .collect();
    assert_eq!(
        names,
        [
            "vault",
            "config",
            "tpm",
            "yubikey",
            "keyring",
            "browser",
            "display",
            "memory",
            "chain",
            "vault-server"
        ]
    );
    let vault = &checks[0];
    assert_eq!(
        (text(vault, "health"), text(vault, "remedy")),
        ("missing", "Make one: qv init")
    );
}

#[test]
fn completions_and_manual_pages_come_from_the_same_source() {
    let qv = Qv::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = qv.ok(&["completions", shell]).out;
        assert!(
            script.contains("policies") && script.contains("MONITOR_ONLY"),
            "{shell}"
        );
    }
    let page = qv.ok(&["man"]).out;
    assert!(
        page.starts_with(".ie") || page.contains(".TH qv 1"),
        "{page:.200}"
    );
    let folder = qv.file("man");
    qv.ok(&["man", "--dir", folder.to_str().unwrap()]);
    for name in ["qv.1", "qv-secrets-add.1", "qv-attest-signer-import.1"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
}

/// Every list says what to do while it is empty, and prints an empty document for scripts.
#[test]
fn empty_lists_say_what_to_do() {
    let qv = Qv::with_vault();
    for noun in [
        &["targets", "list"][..],
        &["scans", "list"],
        &["policies", "list"],
        &["anchors", "list"],
        &["secrets", "list"],
        &["attest", "list"],
        &["attest", "signer", "list"],
        &["jobs", "list"],
        &["policies", "evaluate"],
        &["scans", "resume"],
        &["jobs", "resume"],
    ] {
        let said = qv.ok(noun);
        assert!(
            said.out.is_empty() && !said.err.is_empty(),
            "{noun:?}: {said:?}"
        );
        assert_eq!(qv.json(noun), Value::Array(Vec::new()), "{noun:?}");
    }
    assert_eq!(
        qv.json(&["assets", "list"])["items"],
        Value::Array(Vec::new())
    );
    let message = qv.fails(2, "invalid_input", &["scan"]);
    assert!(message.contains("nothing to scan"), "{message}");
}

/// The examples of the reference are JSON, and it names every key of the configuration.
#[test]
fn the_reference_is_true() {
    let page = include_str!("../../docs/cli.md");
    let mut blocks = 0;
    for block in page.split("```json").skip(1) {
        let text = block.split("```").next().unwrap();
        serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        blocks += 1;
    }
    assert!(blocks > 20, "only {blocks} examples were found");
    let config = Qv::new().json(&["config", "show"]);
    for (table, keys) in config.as_object().unwrap() {
        assert!(page.contains(&format!("`[{table}]`")), "{table}");
        for (key, default) in keys.as_object().unwrap() {
            let row = page
                .lines()
                .find(|line| line.contains(&format!("| `{key}` |")))
                .unwrap_or_else(|| panic!("{key} is not in the reference"));
            let shown = if default.is_null() {
                String::new()
            } else {
                default.to_string()
            };
            assert!(
                row.contains(&format!("| {shown}")),
                "{key} is {default}: {row}"
            );
        }
    }
}

/// Members that the reference shows are members that the program prints.
#[test]
fn examples_have_the_members_that_are_printed() {
    let qv = Qv::with_vault();
    qv.ok(&["assets", "add", "vpn"]);
    qv.ok(&["anchors", "create", "main", "--activate"]);
    qv.ok(&["policies", "add", "all", "--mode", "enforce"]);
    qv.add_secret("vpn", "key", "material");
    let page = include_str!("../../docs/cli.md");
    for args in [
        &["status"][..],
        &["assets", "list"],
        &["assets", "count"],
        &["assets", "show", "vpn"],
        &["policies", "show", "all"],
        &["policies", "evaluate", "--dry-run"],
        &["policies", "apply", "all", "--dry-run"],
        &["policies", "apply", "all"],
        &["anchors", "show", "main"],
        &["secrets", "list"],
        &["secrets", "export", "vpn"],
        &["slots", "list"],
        &["audit", "list"],
        &["audit", "verify"],
        &["jobs", "list"],
        &["doctor"],
        &["config", "check"],
    ] {
        let said = qv.run(&[args, &["--json"]].concat());
        let document: Value = serde_json::from_str(&said.out).unwrap();
        let first = document.get(0).unwrap_or(&document);
        for member in first.as_object().unwrap().keys() {
            assert!(
                page.contains(&format!("\"{member}\":")),
                "{args:?}: `{member}` is not in docs/cli.md"
            );
        }
    }
}
