//! From a number to what is behind it: lists by verdict, policy and scan, counts, failures by their
//! cause, and a scan of what failed.

use qv_testkit::tls::hostile::Peer;
use qv_testkit::tls::rustls_server::{Options, RustlsServer};
use serde_json::Value;

use crate::driver::{Qv, rows, text};

/// A loopback address on which nobody listens.
fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

fn locations(qv: &Qv, args: &[&str]) -> Vec<String> {
    let page = qv.json(&[&["assets", "list"], args].concat());
    let located = rows(&page["items"])
        .iter()
        .map(|row| text(row, "location").to_owned());
    located.collect()
}

fn total(qv: &Qv, args: &[&str]) -> u64 {
    qv.json(&[&["assets", "count"], args].concat())["total"]
        .as_u64()
        .unwrap()
}

fn choice<'a>(counts: &'a Value, what: &str, value: &str) -> &'a Value {
    let same = |row: &&Value| row["value"] == value;
    &rows(&counts[what]).iter().find(same).unwrap()["assets"]
}

#[test]
fn every_number_leads_to_its_assets() {
    let qv = Qv::with_vault();
    let classical = RustlsServer::start(&Options::ecdsa_tls13().unwrap()).unwrap();
    let hybrid = RustlsServer::start(&Options::hybrid().unwrap()).unwrap();
    let [classical, hybrid] = [&classical, &hybrid].map(|server| server.address().to_string());
    let scan = qv.json(&["scan", "--allow-private", &classical, &hybrid]);
    let again = qv.json(&["scan", "--allow-private", &hybrid, "--type", "rescan"]);
    qv.ok(&["assets", "add", "vpn"]);
    qv.ok(&["policies", "add", "all"]);
    qv.ok(&["policies", "add", "idle"]);
    qv.json_ending(3, &["policies", "evaluate"]);

    let verdict = |words: &str| locations(&qv, &["--verdict", words, "--sort", "location"]);
    assert_eq!(verdict("unknown"), ["vpn"]);
    assert_eq!(verdict("non-pqc,unknown").len(), 2);
    assert_eq!(verdict("pqc"), [] as [&str; 0]);

    let (first, second) = (text(&scan, "id"), text(&again, "id"));
    let mut seen = locations(&qv, &["--scan", first, "--sort", "location"]);
    assert_eq!(seen.len(), 2);
    let reversed = locations(&qv, &["--scan", first, "--sort", "location", "--reverse"]);
    seen.reverse();
    assert_eq!(seen, reversed);
    assert_eq!(
        locations(&qv, &["--scan", second, "--scan-result", "unchanged"]),
        [hybrid.as_str()]
    );
    assert_eq!(total(&qv, &["--scan", second, "--scan-result", "new"]), 0);

    let out = qv.json(&["risk"])["now"]["assets_out_of_policy"].clone();
    assert_eq!(total(&qv, &["--out-of-policy"]), out);
    assert_eq!(total(&qv, &["--policy", "all"]), 3);
    let failing = total(&qv, &["--out-of-policy", "all"]);
    assert_eq!(failing + total(&qv, &["--compliant-with", "all"]), 3);

    let counts = qv.json(&["assets", "count", "--verdict", "unknown", "--search", "1"]);
    assert_eq!(counts["total"], 0, "{counts}");
    assert_eq!(choice(&counts, "environments", "PROD"), 0);
    let scanned = ["NON_PQC", "HYBRID"].map(|word| choice(&counts, "verdicts", word));
    assert_eq!(
        scanned
            .iter()
            .filter_map(|count| count.as_u64())
            .sum::<u64>(),
        2
    );
    assert!(qv.ok(&["assets", "count"]).out.starts_with("3 asset(s)"));

    let missing = "01a20680-c3b8-71b9-9bd4-56a6831fce02";
    qv.fails(5, "not_found", &["assets", "list", "--scan", missing]);
    qv.fails(5, "not_found", &["assets", "count", "--policy", "nope"]);
}

#[test]
fn dates_lead_to_the_assets_that_miss_them() {
    let qv = Qv::with_vault();
    assert!(!qv.ok(&["status"]).out.contains("Deadlines"));
    let classical = RustlsServer::start(&Options::ecdsa_tls13().unwrap()).unwrap();
    let hybrid = RustlsServer::start(&Options::hybrid().unwrap()).unwrap();
    let [classical, hybrid] = [&classical, &hybrid].map(|server| server.address().to_string());
    qv.ok(&["scan", "--allow-private", &classical, &hybrid]);
    qv.ok(&["assets", "add", "vpn"]);

    let risk = qv.json(&["risk"]);
    assert_eq!(rows(&risk["deadlines"]).len(), 12);
    for date in rows(&risk["deadlines"]) {
        let id = text(date, "id");
        assert_eq!(total(&qv, &["--deadline", id]), date["missed"], "{date}");
        assert_eq!(
            date["passed"] == true,
            date["date"].as_str() < Some("2026"),
            "{date}"
        );
    }
    let missed = |id: &str| locations(&qv, &["--deadline", id, "--sort", "location"]).len();
    assert_eq!(
        missed("ir8547-disallowed"),
        2,
        "both have classical certificates"
    );
    assert_eq!(missed("ir8547-deprecated"), 0, "curves of 256 bits");
    assert_eq!(
        missed("cnsa2-web-exclusive"),
        2,
        "X25519MLKEM768 is not of CNSA 2.0"
    );
    assert_eq!(missed("cnsa2-signing-exclusive"), 0);
    let web = ["--deadline", "cnsa2-web-exclusive"];
    assert_eq!(total(&qv, &[&web[..], &["--type", "key"]].concat()), 0);
    let counts = qv.json(&[&["assets", "count"], &web[..]].concat());
    assert_eq!(choice(&counts, "types", "TLS_CERT"), 2);

    let shown = qv.json(&["assets", "show", &hybrid]);
    let own: Vec<_> = rows(&shown["deadlines"])
        .iter()
        .map(|date| text(date, "id"))
        .collect();
    assert_eq!(
        own,
        [
            "cnsa2-web-prefer",
            "cnsa2-web-exclusive",
            "ir8547-disallowed"
        ]
    );
    assert_eq!(
        qv.json(&["assets", "show", "vpn"])["deadlines"],
        serde_json::json!([])
    );
    assert!(qv.ok(&["status"]).out.contains("ir8547-disallowed"));
    qv.fails(5, "not_found", &["assets", "list", "--deadline", "nope"]);
}

#[test]
fn failures_have_a_cause_a_remedy_and_another_try() {
    let qv = Qv::with_vault();
    let server = RustlsServer::start(&Options::ecdsa_tls13().unwrap()).unwrap();
    let clear = Peer::saying("220 mail\r\n").unwrap();
    let (server, clear) = (server.address().to_string(), clear.address().to_string());
    let (gone, gone_too) = (nobody(), nobody());
    let target = ["scan", "--allow-private", "--env", "stage"];
    let targets = [&server, &clear, &gone, &gone_too].map(String::as_str);
    let scan = qv.json_ending(3, &[&target[..], &targets].concat());
    let id = text(&scan, "id");

    let view = qv.json(&["scans", "overview", id]);
    let numbers = [
        "targets",
        "scanned",
        "new",
        "updated",
        "unchanged",
        "failed",
    ];
    assert_eq!(numbers.map(|name| &view[name]), [4, 1, 1, 0, 0, 3]);
    let causes: Vec<_> = rows(&view["causes"])
        .iter()
        .map(|row| (text(row, "cause"), row["targets"].as_u64().unwrap()))
        .collect();
    assert_eq!(causes, [("refused", 2), ("not_tls", 1)]);
    assert!(text(&view["causes"][0], "remedy").contains("the port"));
    let page = qv.ok(&["scans", "overview", id]).out;
    assert!(page.contains("not_tls") && page.contains("1 new"), "{page}");

    let first = qv.json(&[
        "scans", "failures", id, "--cause", "refused", "--limit", "1",
    ]);
    let next = ["--limit", "1", "--after", text(&first, "next")];
    let args = [&["scans", "failures", id, "--cause", "refused"][..], &next].concat();
    let second = qv.json(&args);
    let mut failed = [&first, &second].map(|page| text(&page["items"][0], "target"));
    failed.sort_unstable();
    let mut wanted = [gone.as_str(), gone_too.as_str()];
    wanted.sort_unstable();
    assert_eq!((failed, &second["next"]), (wanted, &Value::Null));
    qv.fails(
        2,
        "invalid_input",
        &[&["scans", "failures", id][..], &next].concat(),
    );

    let retried = qv.json_ending(3, &["scans", "retry", id, "--cause", "not_tls"]);
    assert_eq!(
        (&retried["targets"], &retried["failed"]),
        (&1.into(), &1.into())
    );
    assert_ne!(text(&retried, "id"), id);
    assert_eq!(qv.json_ending(3, &["scans", "retry", id])["targets"], 3);
    let message = qv.fails(1, "not_allowed", &["scans", "retry", id, "--cause", "dns"]);
    assert!(message.contains("scans overview"), "{message}");
}

/// What was down comes up: the second try finds it, in the environment that it was given.
#[test]
fn a_retry_keeps_the_environment() {
    let qv = Qv::with_vault();
    let server = RustlsServer::start(&Options::ecdsa_tls13().unwrap()).unwrap();
    let address = server.address().to_string();
    let scan = qv.json_ending(3, &["scan", "--env", "dev", &address]);
    let id = text(&scan, "id");
    assert_eq!(scan["failures"][0]["cause"], "address_refused");
    qv.json_ending(3, &["scans", "retry", id]);
    let found = qv.json(&["scans", "retry", id, "--allow-private"]);
    assert_eq!(found["scanned"], 1);
    assert_eq!(locations(&qv, &["--env", "dev"]), [address]);
}
