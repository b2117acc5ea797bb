//! The main job, a command at a time: scan, classify, score, policy, wrap, and the numbers improve.

use std::fs;

use qv_testkit::tls::rustls_server::{Options, RustlsServer};
use serde_json::Value;

use crate::driver::{Qv, rows, text};

struct Servers {
    legacy: RustlsServer,
    classical: RustlsServer,
    hybrid: RustlsServer,
}

impl Servers {
    fn start() -> Self {
        let start = |options: Options| RustlsServer::start(&options).unwrap();
        Self {
            legacy: start(Options::rsa2048_tls12().unwrap()),
            classical: start(Options::ecdsa_tls13().unwrap()),
            hybrid: start(Options::hybrid().unwrap()),
        }
    }

    fn targets(&self) -> [String; 3] {
        [&self.legacy, &self.classical, &self.hybrid].map(|server| server.address().to_string())
    }
}

fn find<'a>(list: &'a Value, location: &str) -> &'a Value {
    let same = |row: &&Value| row["location"] == location;
    rows(list)
        .iter()
        .find(same)
        .unwrap_or_else(|| panic!("{location} is not in {list}"))
}

fn points(qv: &Qv) -> i64 {
    qv.json(&["risk"])["now"]["exposure_points"]
        .as_i64()
        .unwrap()
}

#[test]
fn step_by_step() {
    let qv = Qv::new();
    assert!(qv.fails(5, "no_vault", &["status"]).contains("qv init"));
    let made = qv.json(&["init"]);
    assert_eq!(made["slots"], serde_json::json!(["passphrase"]));
    qv.fails(1, "conflict", &["init"]);

    let servers = Servers::start();
    let targets = servers.targets();
    save_targets(&qv, &targets);
    scan(&qv, &targets);
    look_at_assets(&qv, &targets);
    set_policies(&qv);
    wrap(&qv, &targets);
    look_back(&qv);
}

fn save_targets(qv: &Qv, targets: &[String; 3]) {
    let bad = qv.write("bad.txt", "# mine\nexample.org:443\nhttp://example.org\n");
    let message = qv.fails(2, "invalid_input", &["targets", "import", &bad]);
    assert!(message.starts_with("line 3:"), "{message}");
    assert_eq!(
        qv.json(&["targets", "list"]),
        serde_json::json!([]),
        "all or none"
    );

    let good = qv.write(
        "good.txt",
        &format!("{}\n\n{} # again\n{}\n", targets[0], targets[0], targets[1]),
    );
    qv.ok(&["targets", "import", &good, "--env", "prod"]);
    qv.ok(&["targets", "add", &targets[2], "--name", "shop"]);
    qv.ok(&["targets", "edit", "shop", "--env", "stage"]);
    let listed = qv.json(&["targets", "list"]);
    assert_eq!(rows(&listed).len(), 3);
    let shop = rows(&listed)
        .iter()
        .find(|row| row["name"] == "shop")
        .unwrap();
    assert_eq!(
        (text(shop, "environment"), text(shop, "target")),
        ("STAGE", targets[2].as_str())
    );
}

fn scan(qv: &Qv, targets: &[String; 3]) {
    let refused = qv.json_ending(3, &["scan"]);
    assert_eq!(
        (text(&refused, "status"), rows(&refused["failures"]).len()),
        ("FAILED", 3),
        "loopback is refused"
    );
    assert!(
        rows(&refused["failures"])
            .iter()
            .all(|row| row["cause"] == "address_refused")
    );

    let scanned = qv.json(&["scan", "--allow-private"]);
    assert_eq!(
        (text(&scanned, "status"), &scanned["scanned"]),
        ("SUCCESS", &3.into())
    );
    let verdicts = targets.each_ref().map(|target| {
        let row = find(&scanned["assets"], target);
        assert_eq!(row["result"], "NEW");
        (
            text(row, "key_exchange").to_owned(),
            text(row, "authentication").to_owned(),
        )
    });
    let (vulnerable, hybrid) = ("NON_PQC".to_owned(), "HYBRID".to_owned());
    assert_eq!(verdicts[0], (vulnerable.clone(), vulnerable.clone()));
    assert_eq!(verdicts[1], (vulnerable.clone(), vulnerable.clone()));
    assert_eq!(verdicts[2], (hybrid, vulnerable));

    let again = qv.json(&["scan", "--allow-private", &targets[0], "--type", "rescan"]);
    assert_eq!(again["assets"][0]["result"], "UNCHANGED");
    let listed = qv.json(&["scans", "list"]);
    assert_eq!(rows(&listed).len(), 3, "newest first");
    assert_eq!(text(&listed[0], "scan_type"), "RESCAN");
    let shown = qv.json(&["scans", "show", text(&listed[0], "id")]);
    assert_eq!(rows(&shown["assets"]).len(), 1);
}

fn look_at_assets(qv: &Qv, targets: &[String; 3]) {
    let bad = qv.json(&["assets", "list", "--compliance", "non-compliant"]);
    assert_eq!(rows(&bad["items"]).len(), 2);
    assert_eq!(
        rows(&qv.json(&["assets", "list", "--env", "stage,dev"])["items"]).len(),
        1
    );
    let first = qv.json(&["assets", "list", "--limit", "2", "--sort", "location"]);
    let rest = qv.json(&[
        "assets",
        "list",
        "--limit",
        "2",
        "--sort",
        "location",
        "--after",
        text(&first, "next"),
    ]);
    assert_eq!(
        (rows(&first["items"]).len(), rows(&rest["items"]).len()),
        (2, 1)
    );
    assert_eq!(rest["next"], Value::Null);

    let shown = qv.json(&["assets", "show", &targets[0]]);
    let addends: i64 = rows(&shown["breakdown"]["addends"])
        .iter()
        .map(|addend| addend["value"].as_i64().unwrap())
        .sum();
    assert_eq!(shown["exposure_points"], addends);
    assert_eq!(shown["score"], addends.clamp(0, 100));
    let rule = &shown["classification"]["key_exchange"]["rule"];
    assert!(
        rule.as_str()
            .is_some_and(|rule| rule.starts_with("classical.")),
        "{rule}"
    );
    let page = qv.ok(&["assets", "show", &targets[0]]).out;
    for word in [
        "Algorithms in use",
        "+60",
        "Exposure points",
        &addends.to_string(),
        "classical.",
        "Quantum-vulnerable",
    ] {
        assert!(page.contains(word), "{word}: {page}");
    }

    let edit = [
        "assets",
        "edit",
        &targets[0],
        "--criticality",
        "high",
        "--sensitivity",
        "restricted",
    ];
    let edited = qv.json(
        &[
            &edit[..],
            &[
                "--exposure",
                "internet-facing",
                "--tag",
                "payments",
                "--name",
                "till",
            ],
        ]
        .concat(),
    );
    assert!(edited["exposure_points"].as_i64().unwrap() > addends);
    assert_eq!(
        (text(&edited, "name"), &edited["tags"]),
        ("till", &serde_json::json!(["payments"]))
    );
    assert_eq!(
        rows(&qv.json(&["assets", "list", "--tag", "payments"])["items"]).len(),
        1
    );
    let untagged = qv.json(&["assets", "edit", &targets[0], "--untag", "payments"]);
    assert_eq!(untagged["tags"], serde_json::json!([]));

    let added = qv.json(&["assets", "add", "db/orders", "--type", "database"]);
    assert_eq!(text(&added, "compliance"), "UNKNOWN");
    qv.fails(
        1,
        "not_allowed",
        &["assets", "add", "db/orders", "--type", "database"],
    );
    qv.fails(5, "not_found", &["assets", "show", "db/nothing"]);
}

fn set_policies(qv: &Qv) {
    let preview = qv.json(&[
        "policies",
        "add",
        "prod",
        "--scope",
        "by-environment",
        "--scope-definition",
        r#"{"environment":["PROD"]}"#,
        "--dry-run",
    ]);
    assert_eq!(
        (
            &preview[0]["in_scope"],
            rows(&qv.json(&["policies", "list"])).len()
        ),
        (&3.into(), 0)
    );
    let scope = qv.write("scope.json", r#"{"environment":["PROD"]}"#);
    let scope = format!("@{scope}");
    let policy = qv.json(&[
        "policies",
        "add",
        "prod",
        "--scope",
        "by-environment",
        "--scope-definition",
        &scope,
    ]);
    assert_eq!(
        (text(&policy, "enforcement_mode"), &policy["non_compliant"]),
        ("MONITOR_ONLY", &3.into())
    );
    qv.fails(
        2,
        "invalid_input",
        &["policies", "add", "x", "--scope-definition", "{"],
    );
    qv.fails(1, "conflict", &["policies", "add", "prod"]);

    let evaluated = qv.json_ending(3, &["policies", "evaluate", "--dry-run"]);
    assert_eq!(evaluated[0]["out_of_policy"], 3);
    assert_eq!(
        evaluated[0]["changes"],
        serde_json::json!([]),
        "saving it evaluated it"
    );
    assert!(
        qv.fails(1, "not_allowed", &["policies", "apply", "prod"])
            .contains("--mode ENFORCE")
    );
    edit_without_saving(qv);
    qv.ok(&[
        "policies",
        "edit",
        "prod",
        "--mode",
        "enforce",
        "--strategy",
        "pqc-only",
    ]);
    let shown = qv.json(&["policies", "show", "prod"]);
    assert_eq!(
        (
            text(&shown, "transition_strategy"),
            &shown["coverage_percent"]
        ),
        ("PQC_ONLY", &75.0.into())
    );
    let eligible = qv.json(&["policies", "apply", "prod", "--dry-run"]);
    assert_eq!(
        (&eligible["in_scope"], &eligible["eligible"]),
        (&3.into(), &0.into())
    );
    assert_eq!(eligible["held_back"][0]["assets"], 3);
    assert!(
        rows(&eligible["assets"])
            .iter()
            .all(|row| row["eligible"] == false && text(row, "why").contains("qv secrets add"))
    );
}

/// A dry run of an edit says who would stand otherwise, and changes nothing.
fn edit_without_saving(qv: &Qv) {
    let stored = qv.json(&["policies", "show", "prod"]);
    let dry_run = |scope: &str| {
        let scope = ["--scope-definition", scope, "--dry-run"];
        let edit = ["policies", "edit", "prod", "--mode", "enforce"];
        qv.json(&[&edit[..], &scope].concat())[0].clone()
    };
    let wider = dry_run(r#"{"environment":["PROD","DEV","STAGE","OTHER"]}"#);
    let entered = rows(&wider["changes"]).len();
    assert!(entered > 0);
    assert_eq!(wider["in_scope"], 3 + entered);
    let entering = |name: &str| wider["changed"][name].as_u64().unwrap();
    assert_eq!(
        entering("enter_failing") + entering("enter_compliant"),
        entered as u64
    );
    assert!(
        rows(&wider["changes"])
            .iter()
            .all(|row| text(row, "before") == "out of scope")
    );
    let none = dry_run(r#"{"environment":["OTHER"]}"#);
    assert_eq!(
        (&none["in_scope"], &none["changed"]["leave"]),
        (&0.into(), &3.into())
    );
    assert_eq!(qv.json(&["policies", "show", "prod"]), stored);
}

fn wrap(qv: &Qv, targets: &[String; 3]) {
    assert!(
        qv.fails(
            1,
            "not_allowed",
            &["secrets", "add", &targets[0], "--file", "/etc/hostname"]
        )
        .contains("qv anchors create")
    );
    let anchor = qv.json(&["anchors", "create", "main"]);
    assert_eq!(text(&anchor["versions"][0], "suite"), "ML-KEM-1024");
    qv.ok(&["anchors", "activate", "main"]);
    qv.add_secret(&targets[0], "key", "the first key");
    qv.add_secret(&targets[1], "key", "the second key");

    let before = points(qv);
    let command = |step: &Value| text(step, "command").to_owned();
    let steps: Vec<String> = rows(&qv.json(&["status"])["risk"]["next_steps"])
        .iter()
        .map(command)
        .collect();
    assert!(
        steps
            .iter()
            .any(|step| step.starts_with("qv policies apply ")),
        "{steps:?}"
    );
    let report = qv.json(&["policies", "apply", "prod"]);
    assert_eq!(
        (&report["assets"], &report["secrets"], &report["failed"]),
        (&2.into(), &2.into(), &serde_json::json!([]))
    );
    assert_eq!(points(qv), before - 40, "wrapping takes 20 points of each");

    let risk = qv.json(&["risk"]);
    assert_eq!(
        (&risk["now"]["wrapped"], &risk["now"]["wrapped_percent"]),
        (&2.into(), &50.0.into())
    );
    let trend = rows(&risk["trend"]);
    let wrapped = trend.iter().find(|point| point["cause"] == "wrap").unwrap();
    assert_eq!(
        (&wrapped["wrapped"], &wrapped["out_of_policy"]),
        (&2.0.into(), &1.0.into()),
        "{risk}"
    );
    assert_eq!(
        text(&qv.json(&["assets", "show", &targets[0]]), "status"),
        "WRAPPED_PQC"
    );
    let left = qv.json_ending(3, &["policies", "evaluate", "prod"]);
    assert_eq!(
        left[0]["out_of_policy"], 1,
        "the database has no key material"
    );
    assert_eq!(qv.json(&["policies", "apply", "prod"])["assets"], 0);
}

fn look_back(qv: &Qv) {
    let kinds: Vec<String> = rows(&qv.json(&["jobs", "list"]))
        .iter()
        .map(|job| text(job, "kind").to_owned())
        .collect();
    assert_eq!(kinds, ["WRAP", "SCAN", "SCAN", "SCAN"], "newest first");
    keep_a_checkpoint(qv);
    let wrapped = qv.json(&["audit", "list", "--action", "asset_wrapped"]);
    assert_eq!(rows(&wrapped).len(), 2);
    let entity = text(&rows(&wrapped)[0], "entity_id");
    assert!(
        rows(&qv.json(&["audit", "list", "--entity", entity]))
            .iter()
            .all(|row| row["entity_id"] == entity)
    );
    qv.ok(&["policies", "remove", "prod", "--yes"]);
    assert_eq!(
        text(
            &qv.json(&["assets", "list", "--status", "wrapped-pqc"])["items"][0],
            "status"
        ),
        "WRAPPED_PQC"
    );
}

/// A checkpoint that is kept elsewhere shows a log that was put back to an older state.
fn keep_a_checkpoint(qv: &Qv) {
    let database = qv.home().join("vault.db");
    let older = fs::read(&database).unwrap();
    let note = qv.json(&["audit", "checkpoint"]);
    let note = text(&note, "note");
    assert!(note.starts_with("quantumvault.app/log/"), "{note}");
    let kept = qv.write("checkpoint.txt", note);
    let verified = qv.json(&["audit", "verify", "--checkpoint", &kept, "--unlock"]);
    assert_eq!(
        (
            &verified["ok"],
            &verified["checkpoints"],
            &verified["keys_proved"]
        ),
        (&true.into(), &2.into(), &true.into()),
        "the stored one and the kept one"
    );
    let other = qv.write("other.txt", "no checkpoint at all");
    qv.fails(
        2,
        "invalid_input",
        &["audit", "verify", "--checkpoint", &other],
    );
    let forged = qv.write("forged.txt", &note.replacen("\n", "\u{20}\n", 1));
    assert_ne!(
        qv.run(&["audit", "verify", "--checkpoint", &forged]).code,
        0
    );

    let newer = fs::read(&database).unwrap();
    fs::write(&database, older).unwrap();
    assert_eq!(
        qv.json(&["audit", "verify"])["ok"],
        true,
        "by itself the older state is whole"
    );
    assert_eq!(
        qv.json_ending(3, &["audit", "verify", "--checkpoint", &kept])["ok"],
        false
    );
    fs::write(&database, newer).unwrap();
    assert_eq!(qv.json(&["audit", "verify"])["ok"], true);
}
