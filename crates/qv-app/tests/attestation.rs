//! Attestation through the use cases, on a real chain that misbehaves.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;
use std::time::Duration;

use qv_app::anchors::{self, NewAnchor};
use qv_app::assets::{self, NewAsset};
use qv_app::attestations::{self, AttestRequest, BatchView};
use qv_app::progress::Cancel;
use qv_app::secrets::{self, NewSecret};
use qv_app::slots::{Factor, NewSlot};
use qv_app::{Config, Home, Interaction, Notice, Prompt, SealError, SecretBytes, Vault};
use qv_testkit::evm::Anvil;
use qv_types::{AnchorType, AssetStatus, AssetType, AttestationStatus, Environment, KeyType};
use serde_json::json;
use tempfile::TempDir;

const PASSPHRASE: &[u8] = b"seventeen violet otters juggle";

struct Typed;

impl Interaction for Typed {
    fn ask(&mut self, _prompt: &Prompt) -> Result<SecretBytes, SealError> {
        Ok(SecretBytes::copied_from(PASSPHRASE))
    }

    fn notify(&mut self, _notice: &Notice) {}
}

/// A vault with one wrapped asset, an account and a deployed registry.
struct Setup {
    vault: Vault,
    anvil: Arc<Anvil>,
    _folder: TempDir,
}

impl Setup {
    async fn new(confirmations: u32, stuck_after_s: u64) -> Self {
        let anvil = Arc::new(Anvil::start().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let home = Home::resolve(Some(&folder.path().join("v")), |_| None).unwrap();
        let mut config = Config::default();
        config.chain.rpc_url = Some(anvil.url());
        config.chain.chain_id = Some(Anvil::CHAIN_ID);
        config.chain.confirmations = Some(confirmations);
        config.chain.stuck_after_s = stuck_after_s;
        config.chain.max_cost_gwei = 1_000_000_000;
        let vault = Vault::create(
            &home,
            config.clone(),
            qv_app::Devices::default(),
            &[NewSlot::all([Factor::Passphrase])],
            &mut Typed,
        )
        .await
        .unwrap();
        let key = SecretBytes::copied_from(hex::encode(anvil.key(0)).as_bytes());
        attestations::import_signer(&vault, "tester", &key)
            .await
            .unwrap();
        config.chain.contract = Some(attestations::deploy(&vault).await.unwrap());
        let vault = vault.with_config(config);
        wrapped_asset(&vault).await;
        Self {
            vault,
            anvil,
            _folder: folder,
        }
    }

    fn rpc(&self, method: &str, params: serde_json::Value) -> serde_json::Value {
        self.anvil.call(method, params).unwrap()
    }

    /// Attests on a task of its own, while the test moves the chain.
    async fn attesting(&self) -> tokio::task::JoinHandle<BatchView> {
        let batch = attestations::start(&self.vault, wrapped_assets())
            .await
            .unwrap();
        let vault = self.vault.clone();
        tokio::spawn(async move {
            attestations::run(&vault, batch, Cancel::new())
                .await
                .unwrap()
        })
    }

    /// Transactions of the account that wait to be mined.
    fn waiting(&self) -> Vec<serde_json::Value> {
        let content = self.rpc("txpool_content", json!([]));
        let pending = content["pending"].as_object().cloned().unwrap_or_default();
        pending
            .values()
            .flat_map(|by_nonce| by_nonce.as_object().cloned().unwrap_or_default())
            .map(|(_, tx)| tx)
            .collect()
    }

    async fn until<T>(&self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        for _ in 0..300 {
            if let Some(found) = look(self) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("never saw {what}");
    }

    fn events(&self) -> usize {
        let contract = self.vault.config().chain.contract.clone().unwrap();
        let filter = json!([{ "fromBlock": "0x0", "toBlock": "latest", "address": contract }]);
        self.rpc("eth_getLogs", filter).as_array().unwrap().len()
    }

    async fn assert_attested_once(&self, view: &BatchView) {
        assert_eq!(
            view.rows[0].status,
            AttestationStatus::Success,
            "{:?}",
            view.rows[0].error
        );
        assert_eq!(self.events(), 1);
        let report = attestations::verify(&self.vault, "vpn.key").await.unwrap();
        assert!(report.verified, "{}", report.finding);
        assert_eq!(report.tx_hash, view.rows[0].tx_hash);
    }
}

fn wrapped_assets() -> AttestRequest {
    AttestRequest {
        statuses: vec![AssetStatus::WrappedPqc],
        ..AttestRequest::default()
    }
}

async fn wrapped_asset(vault: &Vault) {
    let anchor = NewAnchor {
        name: "main".into(),
        description: None,
        environment: Environment::Prod,
        anchor_type: AnchorType::RootOfTrust,
        suite: "ML-KEM-1024".into(),
        activate: true,
    };
    anchors::create(vault, anchor).await.unwrap();
    let asset = NewAsset {
        location: "vpn.key".into(),
        name: None,
        asset_type: AssetType::Key,
        environment: Environment::Prod,
    };
    assets::add(vault, asset).await.unwrap();
    let secret = NewSecret {
        label: "key".into(),
        key_type: KeyType::PrivateKey,
        origin: "test".into(),
        material: SecretBytes::copied_from(b"private"),
    };
    secrets::add(vault, "vpn.key", secret).await.unwrap();
    secrets::wrap(vault, "vpn.key", None, Cancel::new())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reorganisation_takes_the_transaction_and_it_is_sent_again_once() {
    let setup = Setup::new(3, 3600).await;
    setup.rpc("evm_setAutomine", json!([false]));
    let attesting = setup.attesting().await;
    setup
        .until("the transaction", |setup| {
            (!setup.waiting().is_empty()).then_some(())
        })
        .await;
    setup.anvil.mine(1).unwrap();
    // The block must have been seen before it goes away.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    setup.rpc("anvil_reorg", json!([1, []]));
    setup
        .until("the transaction again", |setup| {
            (!setup.waiting().is_empty()).then_some(())
        })
        .await;
    assert!(!attesting.is_finished());
    setup.anvil.mine(3).unwrap();
    let view = attesting.await.unwrap();
    setup.assert_attested_once(&view).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stuck_transaction_is_replaced_under_the_same_nonce_for_a_higher_fee() {
    let setup = Setup::new(1, 2).await;
    setup.rpc("evm_setAutomine", json!([false]));
    let attesting = setup.attesting().await;
    let first = setup
        .until("the transaction", |setup| setup.waiting().first().cloned())
        .await;
    let second = setup
        .until("its replacement", |setup| {
            setup
                .waiting()
                .first()
                .filter(|tx| tx["hash"] != first["hash"])
                .cloned()
        })
        .await;
    assert_eq!(first["nonce"], second["nonce"]);
    assert_eq!(setup.waiting().len(), 1);
    setup.anvil.mine(1).unwrap();
    let view = attesting.await.unwrap();
    assert_ne!(view.rows[0].tx_hash.as_deref(), first["hash"].as_str());
    setup.assert_attested_once(&view).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signer_without_funds_stops_the_batch_which_goes_on_once_it_has_some() {
    let setup = Setup::new(1, 3600).await;
    let poor = attestations::create_signer(&setup.vault, "poor")
        .await
        .unwrap();
    let batch = attestations::start(&setup.vault, wrapped_assets())
        .await
        .unwrap();
    let error = attestations::run(&setup.vault, batch, Cancel::new())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("cannot pay"), "{error}");
    assert_eq!(setup.events(), 0);
    setup.rpc(
        "anvil_setBalance",
        json!([poor.address, "0xde0b6b3a7640000"]),
    );
    let view = attestations::run(&setup.vault, batch, Cancel::new())
        .await
        .unwrap();
    setup.assert_attested_once(&view).await;
}
