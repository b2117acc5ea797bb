//! Ctrl-C: the command ends at once with 130, and what was done is kept.

use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use qv_testkit::tls::hostile::Peer;
use qv_testkit::tls::rustls_server::{Options, RustlsServer};

use crate::driver::{Qv, rows, text};

#[test]
fn a_scan_that_is_interrupted_goes_on_later() {
    let qv = Qv::with_vault();
    qv.configure("[scan]\nhandshake_timeout_ms = 60000\ntarget_timeout_ms = 60000\n");
    let server = RustlsServer::start(&Options::ecdsa_tls13().unwrap()).unwrap();
    let tarpit = Peer::tarpit().unwrap();
    let (good, bad) = (server.address().to_string(), tarpit.address().to_string());
    let child = qv.start(&["scan", "--allow-private", "--json", &good, &bad]);
    wait_until(
        || qv.json(&["jobs", "list"])[0]["done"] == 1,
        "the good target is scanned",
    );
    let running = qv.json(&["jobs", "list"]);
    assert_eq!(
        (text(&running[0], "state"), &running[0]["interrupted"]),
        ("RUNNING", &false.into())
    );
    let busy = qv.ok(&["scans", "resume"]);
    assert!(
        busy.err.contains("no interrupted scan"),
        "a live process keeps its job: {busy:?}"
    );

    let pid = child.id().to_string();
    assert!(
        Command::new("/bin/sh")
            .args(["-c", "kill -INT $0", &pid])
            .status()
            .unwrap()
            .success()
    );
    let said = qv.end_of(child);
    assert_eq!(said.code, 130, "{said:?}");
    assert!(
        said.out.is_empty() && said.err.contains("\"cancelled\""),
        "{said:?}"
    );
    let job = qv.json(&["jobs", "list"]);
    assert_eq!(
        (
            text(&job[0], "state"),
            &job[0]["interrupted"],
            &job[0]["done"]
        ),
        ("READY", &true.into(), &1.into())
    );
    let status = qv.json(&["status"]);
    assert_eq!(
        text(&status["risk"]["next_steps"][0], "command"),
        "qv scans resume"
    );

    qv.configure("[scan]\nhandshake_timeout_ms = 500\ntarget_timeout_ms = 1000\n");
    let resumed = qv.json_ending(3, &["scans", "resume"]);
    assert_eq!(
        (
            text(&resumed[0], "status"),
            &resumed[0]["scanned"],
            &resumed[0]["failed"]
        ),
        ("PARTIAL", &1.into(), &1.into())
    );
    assert_eq!(
        rows(&qv.json(&["audit", "list", "--action", "job_step_done"])).len(),
        2,
        "each target once"
    );
}

/// A job may be given up instead.
#[test]
fn a_scan_that_is_cancelled_keeps_what_it_found() {
    let qv = Qv::with_vault();
    qv.configure("[scan]\nhandshake_timeout_ms = 60000\ntarget_timeout_ms = 60000\n");
    let server = RustlsServer::start(&Options::ecdsa_tls13().unwrap()).unwrap();
    let tarpit = Peer::tarpit().unwrap();
    let mut child = qv.start(&[
        "scan",
        "--allow-private",
        &server.address().to_string(),
        &tarpit.address().to_string(),
    ]);
    wait_until(
        || qv.json(&["jobs", "list"])[0]["done"] == 1,
        "the good target is scanned",
    );
    child.kill().unwrap();
    qv.end_of(child);
    let job = qv.json(&["jobs", "list"]);
    assert_eq!(job[0]["interrupted"], true, "its process is dead");
    qv.ok(&["jobs", "cancel", text(&job[0], "id"), "--yes"]);
    let scan = qv.json(&["scans", "list"]);
    assert_eq!(text(&scan[0], "status"), "FAILED");
    assert_eq!(rows(&qv.json(&["assets", "list"])["items"]).len(), 1);
    assert_eq!(qv.json(&["scans", "resume"]), serde_json::json!([]));

    // What it did not reach is scanned by one command, and nothing else is.
    let id = text(&scan[0], "id");
    let view = qv.json(&["scans", "overview", id]);
    assert_eq!(
        (&view["not_reached"], &view["failed"]),
        (&1.into(), &0.into())
    );
    let told = qv.ok(&["scans", "overview", id]);
    assert!(told.err.contains("--cause not_reached"), "{told:?}");
    qv.configure("[scan]\nhandshake_timeout_ms = 500\ntarget_timeout_ms = 1000\n");
    let again = ["scans", "retry", id, "--cause", "not_reached"];
    let gone_on = qv.json_ending(3, &again);
    assert_eq!(
        (&gone_on["targets"], &gone_on["failed"]),
        (&1.into(), &1.into())
    );
    let of_all = qv.json_ending(3, &["scans", "retry", id]);
    assert_eq!(of_all["targets"], 1);
    let whole = [
        "scans",
        "retry",
        text(&gone_on, "id"),
        "--cause",
        "not_reached",
    ];
    let refused = qv.fails(1, "not_allowed", &whole);
    assert!(refused.contains("left no target out"), "{refused}");
    let jobs = qv.json(&["jobs", "list"]);
    assert_eq!(text(&jobs[2], "scan"), id);
}

pub fn wait_until(mut holds: impl FnMut() -> bool, what: &str) {
    let held = (0..600).any(|_| {
        sleep(Duration::from_millis(50));
        holds()
    });
    assert!(held, "it never came about that {what}");
}
