//! Attestations on a real chain, driven by the configuration file.

use std::fs;

use qv_testkit::evm::Anvil;
use serde_json::{Value, json};

use crate::driver::{Qv, rows, text};

/// A vault whose assets are wrapped and whose chain, signer and registry are set up.
pub struct Attester {
    pub qv: Qv,
    pub contract: String,
}

impl Attester {
    /// Wraps `locations` and deploys a registry.
    pub fn new(chain: &Anvil, locations: &[String]) -> Self {
        let qv = Qv::with_vault();
        qv.ok(&["anchors", "create", "main", "--activate"]);
        qv.ok(&["policies", "add", "all", "--mode", "enforce"]);
        for location in locations {
            qv.ok(&["assets", "add", location]);
            qv.add_secret(location, "key", "material");
        }
        qv.ok(&["policies", "apply", "all"]);
        let mut attester = Self {
            qv,
            contract: String::new(),
        };
        attester.configure(chain);
        let key: String = chain
            .key(0)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            attester
                .qv
                .run_with(&key, &["attest", "signer", "import", "--file", "-"])
                .code,
            0
        );
        attester.contract = text(&attester.qv.json(&["attest", "deploy"]), "contract").to_owned();
        attester.configure(chain);
        attester
    }

    /// Writes `[chain]`; the registry once it is known.
    pub fn configure(&self, chain: &Anvil) {
        let contract = if self.contract.is_empty() {
            String::new()
        } else {
            format!("contract = \"{}\"\n", self.contract)
        };
        self.qv.configure(&format!(
            "[chain]\nrpc_url = \"{}\"\nchain_id = {}\n{contract}",
            chain.url(),
            Anvil::CHAIN_ID
        ));
    }

    /// Events of the registry on the chain.
    pub fn events(&self, chain: &Anvil) -> Vec<Value> {
        let filter = json!([{ "fromBlock": "0x0", "toBlock": "latest", "address": self.contract }]);
        rows(&chain.call("eth_getLogs", filter).unwrap()).to_vec()
    }
}

pub fn locations(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("asset-{number}")).collect()
}

#[test]
fn wrapped_assets_are_attested_once_and_verify_against_the_chain() {
    let chain = Anvil::start().unwrap();
    let attester = Attester::new(&chain, &locations(3));
    let qv = &attester.qv;
    let batch = qv.json(&["attest", "run"]);
    assert_eq!(
        (text(&batch, "status"), &batch["succeeded_count"]),
        ("COMPLETED", &3.into())
    );
    assert_eq!(attester.events(&chain).len(), 3);
    let listed = qv.json(&["attest", "list"]);
    assert_eq!(rows(&listed).len(), 1);
    let shown = qv.json(&["attest", "show", text(&listed[0], "id")]);
    assert!(
        rows(&shown["rows"])
            .iter()
            .all(|row| row["status"] == "SUCCESS" && row["tx_hash"].is_string())
    );

    let verified = qv.json(&["attest", "verify", "asset-1"]);
    assert_eq!(
        (&verified["verified"], verified["payload_hash"].is_string()),
        (&true.into(), true)
    );
    let numbers = qv.json(&["status"]);
    assert_eq!(
        (
            &numbers["risk"]["now"]["attested"],
            &numbers["risk"]["next_steps"]
        ),
        (&3.into(), &json!([]))
    );
    let nothing = qv.fails(1, "not_allowed", &["attest", "run"]);
    assert!(nothing.contains("no asset matches"), "{nothing}");
    qv.json(&["attest", "run", "asset-1"]);
    let first = qv.json(&["attest", "history", "asset-1", "--limit", "1"]);
    let next = text(&first, "next");
    let second = qv.json(&["attest", "history", "asset-1", "--after", next]);
    assert_eq!(text(&second["items"][0], "batch"), text(&batch, "id"));
    assert_eq!(
        (&second["items"][0]["tx_hash"], &second["next"]),
        (&verified["tx_hash"], &Value::Null)
    );
    assert_eq!(
        attester.events(&chain).len(),
        4,
        "a named asset is attested again"
    );

    qv.ok(&["assets", "add", "unwrapped"]);
    let never = qv.json_ending(3, &["attest", "verify", "unwrapped"]);
    assert_eq!(
        (&never["verified"], &never["payload_hash"]),
        (&false.into(), &Value::Null)
    );
    assert!(
        qv.fails(1, "not_allowed", &["attest", "run", "unwrapped"])
            .contains("--anchor")
    );
    assert_eq!(text(&doctor_check(qv, "chain"), "health"), "ready");
    assert!(qv.json(&["audit", "verify"])["ok"].as_bool().unwrap());
}

fn doctor_check(qv: &Qv, name: &str) -> Value {
    let said = qv.run(&["doctor", "--json"]);
    let checks: Value = serde_json::from_str(&said.out).unwrap();
    rows(&checks)
        .iter()
        .find(|check| check["name"] == name)
        .unwrap()
        .clone()
}

#[test]
fn a_chain_that_is_missing_wrong_or_silent_is_said_so() {
    let qv = Qv::with_vault();
    qv.fails(2, "invalid_config", &["attest", "deploy"]);
    qv.fails(2, "invalid_config", &["attest", "run"]);
    let chain = Anvil::start().unwrap();
    qv.configure(&format!(
        "[chain]\nrpc_url = \"{}\"\nchain_id = 5\n",
        chain.url()
    ));
    assert!(
        qv.fails(2, "invalid_config", &["attest", "deploy"])
            .contains("31337"),
        "another chain answers"
    );
    drop(chain);

    let chain = Anvil::start().unwrap();
    let attester = Attester::new(&chain, &locations(1));
    let poor = attester.qv.json(&["attest", "signer", "create", "poor"]);
    assert_eq!(poor["is_active"], true);
    let unpaid = attester.qv.fails(6, "chain", &["attest", "run"]);
    assert!(
        unpaid.contains("cannot pay") && unpaid.contains("`qv jobs resume`"),
        "{unpaid}"
    );
    let waiting = text(&attester.qv.json(&["jobs", "list"])[0], "id").to_owned();
    attester.qv.ok(&["jobs", "cancel", &waiting, "--yes"]);
    attester.qv.ok(&["attest", "signer", "use", "attester"]);
    let signs: Vec<bool> = rows(&attester.qv.json(&["attest", "signer", "list"]))
        .iter()
        .map(|row| row["is_active"].as_bool().unwrap())
        .collect();
    assert_eq!(signs, [true, false], "by name");

    let url = chain.url();
    drop(chain);
    let message = attester.qv.fails(6, "unreachable", &["attest", "run"]);
    assert!(
        message.contains(&url) && message.contains("`qv jobs resume`"),
        "{message}"
    );
    attester.qv.fails(6, "unreachable", &["jobs", "resume"]);
    assert_eq!(
        attester.qv.run(&["doctor"]).code,
        3,
        "a chain that is configured and silent is a problem"
    );
    let job = text(&attester.qv.json(&["jobs", "list"])[0], "id").to_owned();
    attester.qv.ok(&["jobs", "cancel", &job, "--yes"]);
    assert_eq!(
        text(&attester.qv.json(&["attest", "list"])[0], "status"),
        "FAILED"
    );
    assert_eq!(attester.qv.json(&["jobs", "resume"]), json!([]));
    attester
        .qv
        .fails(5, "not_found", &["jobs", "cancel", &job, "--yes"]);
}

/// A stored payload that somebody edits is no longer the one that was attested.
#[test]
fn an_edited_payload_does_not_verify() {
    let chain = Anvil::start().unwrap();
    let attester = Attester::new(&chain, &locations(1));
    attester.qv.ok(&["attest", "run"]);
    let path = attester.qv.home().join("vault.db");
    let mut bytes = fs::read(&path).unwrap();
    let part = b"\"risk_level\":\"";
    let places: Vec<usize> = (0..bytes.len() - part.len())
        .filter(|at| bytes[*at..].starts_with(part))
        .collect();
    assert!(!places.is_empty(), "the payload is in the file");
    for at in places {
        bytes[at + part.len()] = b'X';
    }
    fs::write(&path, bytes).unwrap();
    let said = attester.qv.run(&["attest", "verify", "asset-0", "--json"]);
    assert_ne!(said.code, 0, "{said:?}");
}
