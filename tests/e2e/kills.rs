//! kill -9 at any instant of a scan, a wrap and an attestation: it goes on, and nothing is doubled. And of a
//! change of a setting, which is there with its event or not at all.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::thread::sleep;
use std::time::{Duration, Instant};

use qv_app::assets::{self, NewAsset};
use qv_app::secrets::{self, NewSecret};
use qv_app::{Config, Home, Interaction, Notice, Prompt, SealError, SecretBytes, Vault};
use qv_testkit::evm::Anvil;
use qv_testkit::tls::hostile::Peer;
use qv_testkit::tls::rustls_server::{Options, RustlsServer};
use qv_types::{AssetType, Environment, KeyType};

use crate::attest::{Attester, locations};
use crate::driver::{PASSPHRASE, Qv, rows, text};

const KILLS: u32 = 7;

/// Runs `first`, then `resume`, killing each after a span that no run repeats, until the job has
/// ended; the last run is left alone. A run that was killed before it stored its job is run again.
fn kill_until_done(qv: &Qv, first: &[&str], resume: &[&str], kind: &str, longest_ms: u32) {
    let mut seed = std::process::id();
    for _ in 0..KILLS {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let args = if job(qv, kind).is_some() {
            resume
        } else {
            first
        };
        let mut child = qv.start(args);
        sleep(Duration::from_millis(u64::from(
            20 + (seed >> 8) % longest_ms,
        )));
        child.kill().unwrap();
        qv.end_of(child);
        if job(qv, kind).is_some_and(|(state, _)| state == "DONE") {
            return;
        }
    }
    let last = qv.run(if job(qv, kind).is_some() {
        resume
    } else {
        first
    });
    assert!([0, 3].contains(&last.code), "{last:?}");
    let (state, done) = job(qv, kind).expect("a job");
    assert_eq!(state, "DONE", "after {done} steps: {last:?}");
}

/// State and ended steps of the newest job of a kind.
fn job(qv: &Qv, kind: &str) -> Option<(String, u64)> {
    let jobs = qv.json(&["jobs", "list"]);
    let row = rows(&jobs).iter().find(|job| job["kind"] == kind)?;
    Some((text(row, "state").to_owned(), row["done"].as_u64().unwrap()))
}

/// Numbers of the steps that the log says have ended, page by page.
fn steps_in_the_log(qv: &Qv) -> Vec<u64> {
    let list = [
        "audit",
        "list",
        "--action",
        "job_step_done",
        "--limit",
        "1000",
    ];
    let mut numbers = Vec::new();
    let mut page = qv.json(&list);
    loop {
        let steps = rows(&page).iter();
        numbers.extend(steps.map(|event| event["metadata"]["step"].as_u64().unwrap()));
        match page["older"].as_str() {
            Some(older) => page = qv.json(&[&list[..], &["--from", older]].concat()),
            None => return numbers,
        }
    }
}

/// Each step of the job ended once, and the log is whole.
fn assert_steps_once(qv: &Qv, steps: usize) {
    let ended = steps_in_the_log(qv);
    let numbers: BTreeSet<u64> = ended.iter().copied().collect();
    assert_eq!((ended.len(), numbers.len()), (steps, steps));
    assert_eq!(qv.json(&["audit", "verify"])["ok"], true);
}

#[test]
fn a_scan_sees_every_target_exactly_once() {
    const TARGETS: usize = 60;
    let qv = Qv::with_vault();
    qv.configure("[scan]\nconcurrency = 8\nhandshake_timeout_ms = 700\ntarget_timeout_ms = 1500\n");
    let everywhere = Options {
        bind: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        ..Options::hybrid().unwrap()
    };
    let server = RustlsServer::start(&everywhere).unwrap();
    let tarpit = Peer::tarpit().unwrap();
    let port = server.address().port();
    let mut list: Vec<String> = (1..=TARGETS)
        .map(|host| format!("127.0.7.{host}:{port}"))
        .collect();
    list.insert(TARGETS / 2, tarpit.address().to_string());
    let file = qv.write("targets.txt", &list.join("\n"));

    kill_until_done(
        &qv,
        &["scan", "--allow-private", "--file", &file],
        &["scans", "resume"],
        "SCAN",
        500,
    );
    let scans = qv.json(&["scans", "list"]);
    assert_eq!(rows(&scans).len(), 1, "no scan was begun twice");
    let scan = qv.json(&["scans", "show", text(&scans[0], "id")]);
    assert_eq!(
        (text(&scan, "status"), &scan["scanned"], &scan["failed"]),
        ("PARTIAL", &TARGETS.into(), &1.into())
    );
    let seen: BTreeSet<&str> = rows(&scan["assets"])
        .iter()
        .map(|row| text(row, "location"))
        .collect();
    assert_eq!(
        (rows(&scan["assets"]).len(), seen.len()),
        (TARGETS, TARGETS)
    );
    assert_eq!(qv.json(&["risk"])["now"]["total_assets"], TARGETS);
    assert_steps_once(&qv, TARGETS + 1);
}

/// Answers with the passphrase, as the script's descriptor does.
struct Scripted;

impl Interaction for Scripted {
    fn ask(&mut self, _: &Prompt) -> Result<SecretBytes, SealError> {
        Ok(SecretBytes::copied_from(PASSPHRASE.as_bytes()))
    }
    fn notify(&mut self, _: &Notice) {}
}

/// The vault of a home in this process: hundreds of secrets would be hundreds of processes.
async fn open(qv: &Qv) -> Vault {
    let home = Home::resolve(Some(&qv.home()), |_| None).unwrap();
    let vault = Vault::open(&home, Config::default()).await.unwrap();
    vault.unlock(None, &mut Scripted).await.unwrap();
    vault
}

async fn fill(qv: &Qv, count: usize) {
    let vault = open(qv).await;
    for number in 0..count {
        let location = format!("key-{number}");
        let new = NewAsset {
            location: location.clone(),
            name: None,
            asset_type: AssetType::Key,
            environment: Environment::Prod,
        };
        assets::add(&vault, new).await.unwrap();
        let secret = |label: &str| NewSecret {
            label: label.into(),
            key_type: KeyType::PrivateKey,
            origin: "test".into(),
            material: SecretBytes::copied_from(format!("{label} of {location}").as_bytes()),
        };
        secrets::add_many(&vault, &location, vec![secret("first"), secret("second")])
            .await
            .unwrap();
    }
    vault.close().await;
}

#[tokio::test]
async fn a_wrap_leaves_every_secret_open_to_its_owner() {
    const ASSETS: usize = 300;
    let qv = Qv::with_vault();
    qv.ok(&["anchors", "create", "main", "--activate"]);
    fill(&qv, ASSETS).await;
    qv.ok(&["policies", "add", "all", "--mode", "enforce"]);
    kill_until_done(
        &qv,
        &["policies", "apply", "all"],
        &["jobs", "resume"],
        "WRAP",
        1200,
    );
    assert_steps_once(&qv, ASSETS);
    let numbers = qv.json(&["risk"]);
    assert_eq!(
        (
            &numbers["now"]["wrapped"],
            &numbers["now"]["assets_out_of_policy"]
        ),
        (&ASSETS.into(), &0.into())
    );

    let vault = open(&qv).await;
    let listed = secrets::list(&vault, &secrets::SecretFilter::default())
        .await
        .unwrap();
    assert_eq!(listed.len(), 2 * ASSETS);
    for view in listed {
        assert!(
            view.policy_id.is_some(),
            "{} was wrapped under the policy",
            view.location
        );
        let material = secrets::reveal(&vault, &view.id.to_string()).await.unwrap();
        assert_eq!(
            material.expose(),
            format!("{} of {}", view.label, view.location).as_bytes()
        );
    }
    vault.close().await;
}

#[test]
fn an_attestation_is_on_the_chain_exactly_once() {
    const ASSETS: usize = 5;
    let chain = Anvil::start_with(&["--mixed-mining", "--block-time", "1"]).unwrap();
    let attester = Attester::new(&chain, &locations(ASSETS));
    chain
        .call("evm_setAutomine", serde_json::json!([false]))
        .unwrap();
    let qv = &attester.qv;
    kill_until_done(qv, &["attest", "run"], &["jobs", "resume"], "ATTEST", 1500);
    let batches = qv.json(&["attest", "list"]);
    assert_eq!(
        (rows(&batches).len(), &batches[0]["succeeded_count"]),
        (1, &ASSETS.into()),
        "{batches}"
    );
    let batch = qv.json(&["attest", "show", text(&batches[0], "id")]);
    let hashes: BTreeSet<&str> = rows(&batch["rows"])
        .iter()
        .map(|row| text(row, "tx_hash"))
        .collect();
    assert_eq!(
        (hashes.len(), attester.events(&chain).len()),
        (ASSETS, ASSETS),
        "one transaction and one event each"
    );
    for location in locations(ASSETS) {
        assert_eq!(qv.json(&["attest", "verify", &location])["verified"], true);
    }
    assert_eq!(qv.json(&["audit", "verify"])["ok"], true);
}

#[test]
fn a_setting_has_its_event_or_was_not_changed() {
    let qv = Qv::with_vault();
    let set = |minutes: &str| ["config", "set", "session.idle_minutes", minutes].map(String::from);
    let begun = Instant::now();
    qv.ok(&set("20").each_ref().map(String::as_str));
    let whole = begun.elapsed();
    let mut seed = std::process::id();
    let mut changed = 1;
    for minutes in 21..45 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mut child = qv.start(&set(&minutes.to_string()).each_ref().map(String::as_str));
        // The change itself is near the end.
        sleep(whole * (50 + (seed >> 8) % 60) / 100);
        child.kill().unwrap();
        qv.end_of(child);
        // Whoever opens the vault next settles what was killed.
        let events = qv.json(&["audit", "list", "--action", "config_changed"]);
        let told = &rows(&events["items"])[0]["metadata"]["value"];
        let holds = &qv.json(&["config", "show"])["session"]["idle_minutes"];
        assert_eq!(told, holds);
        changed += usize::from(*holds == minutes);
        assert_eq!(rows(&events["items"]).len(), changed, "each is told once");
        assert!(!qv.home().join("config.pending").exists());
    }
    assert_eq!(qv.json(&["audit", "verify"])["ok"], true);
}
