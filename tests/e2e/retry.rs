//! What of a wrap failed is told by cause, and wrapped again in one job.

use serde_json::Value;

use crate::driver::Qv;

/// A vault with three assets of production, two of which hold a secret.
fn with_assets() -> Qv {
    let qv = Qv::with_vault();
    qv.ok(&["anchors", "create", "main", "--activate"]);
    for asset in ["vpn", "mail", "wiki"] {
        qv.ok(&["assets", "add", asset]);
    }
    qv.add_secret("vpn", "key", "the key of the vpn");
    qv.add_secret("mail", "key", "the key of the mail");
    qv
}

fn asset(qv: &Qv, name: &str) -> Value {
    qv.json(&["assets", "show", name])
}

#[test]
fn what_failed_is_told_by_cause_and_wrapped_again() {
    let qv = with_assets();
    let strict = r#"{"kem":["ML-KEM-768"]}"#;
    let add = ["policies", "add", "strict", "--mode", "enforce"];
    qv.ok(&[&add[..], &["--require", strict]].concat());
    let report = qv.json_ending(3, &["policies", "apply", "strict"]);
    assert_eq!(report["failed"].as_array().unwrap().len(), 2, "{report}");

    let job = qv.json(&["jobs", "list"])[0].clone();
    assert_eq!(
        (&job["state"], &job["failed"], &job["retryable"]),
        (&"DONE".into(), &2.into(), &true.into())
    );
    let id = job["id"].as_str().unwrap();
    let failures = qv.json(&["jobs", "failures", id]);
    assert_eq!(failures["total"], 2);
    let cause = &failures["causes"][0];
    assert!(
        cause["why"]
            .as_str()
            .unwrap()
            .contains("does not accept ML-KEM-1024"),
        "{cause}"
    );
    assert_eq!(
        (
            &cause["count"],
            failures["causes"].as_array().unwrap().len()
        ),
        (&2.into(), 1)
    );

    // Nothing has changed, so it fails again, as a job of its own.
    let again = qv.json_ending(3, &["jobs", "retry", id]);
    assert_eq!((&again["total"], &again["failed"]), (&2.into(), &2.into()));
    assert_ne!(again["id"], job["id"]);

    qv.ok(&["anchors", "rotate", "main", "--suite", "ML-KEM-768"]);
    let mended = qv.json(&["jobs", "retry", id]);
    assert_eq!(
        (&mended["kind"], &mended["total"], &mended["failed"]),
        (&"WRAP".into(), &2.into(), &0.into())
    );
    for name in ["vpn", "mail"] {
        assert_eq!(asset(&qv, name)["status"], "WRAPPED_PQC", "{name}");
    }
    let policy = &qv.json(&["secrets", "list", "vpn"])[0]["policy_id"];
    assert!(
        policy.is_string(),
        "under the policy of the first job: {policy}"
    );
    let done = qv.fails(1, "not_allowed", &["jobs", "retry", id]);
    assert!(done.contains("wrapped or removed since"), "{done}");
    let nothing = mended["id"].as_str().unwrap();
    qv.fails(1, "not_allowed", &["jobs", "retry", nothing]);
}

#[test]
fn a_policy_that_may_no_longer_act_wraps_nothing_again() {
    let qv = with_assets();
    let strict = r#"{"kem":["ML-KEM-768"]}"#;
    let add = ["policies", "add", "strict", "--mode", "enforce"];
    qv.ok(&[&add[..], &["--require", strict]].concat());
    qv.json_ending(3, &["policies", "apply", "strict"]);
    let job = qv.json(&["jobs", "list"])[0]["id"].clone();
    qv.ok(&["policies", "edit", "strict", "--mode", "monitor-only"]);
    let refused = qv.fails(1, "not_allowed", &["jobs", "retry", job.as_str().unwrap()]);
    assert!(refused.contains("--mode ENFORCE"), "{refused}");
}

#[test]
fn marked_assets_are_wrapped_as_one_job() {
    let qv = with_assets();
    let wrapped = qv.json(&["secrets", "wrap", "vpn", "mail", "wiki", "vpn"]);
    assert_eq!(
        (&wrapped["assets"], &wrapped["secrets"], &wrapped["failed"]),
        (&2.into(), &2.into(), &serde_json::json!([]))
    );
    assert_eq!(
        wrapped["bare"],
        serde_json::json!([asset(&qv, "wiki")["id"]])
    );
    let jobs = qv.json(&["jobs", "list"]);
    let wraps: Vec<_> = jobs
        .as_array()
        .unwrap()
        .iter()
        .map(|job| &job["total"])
        .collect();
    assert_eq!(
        wraps,
        [&Value::from(2)],
        "one job with a step for each asset"
    );
    assert_eq!(asset(&qv, "wiki")["status"], "AT_RISK");
}
