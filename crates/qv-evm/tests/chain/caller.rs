//! What an application does around the client, with a vector in place of its table.

use std::num::NonZeroU64;
use std::time::Duration;

use qv_evm::tx;
use qv_evm::{
    Action, Address, Attempt, Attestation, B256, Broadcast, Call, ChainClient, ChainId, Claim,
    Error, FeeCap, Limits, PlainHttp, RpcUrl, Rules, SignedTx, Signer, Wei,
};
use qv_testkit::evm::Anvil;
use qv_types::{RiskLevel, Timestamp};
use serde_json::json;

pub const CAP: FeeCap = FeeCap(Wei(1_000_000_000_000_000_000));
pub const CHAIN: ChainId = ChainId(Anvil::CHAIN_ID);
pub const THREE: NonZeroU64 = NonZeroU64::new(3).unwrap();
const START: Timestamp = Timestamp::from_unix_ms(1_765_670_400_000);

pub fn rules() -> Rules {
    Rules {
        confirmations: THREE,
        ..Rules::default()
    }
}

pub fn attestation(number: u8) -> Attestation {
    Attestation {
        asset_id_hash: B256::repeat_byte(number),
        anchor_id_hash: B256::repeat_byte(0xa0),
        risk_level: RiskLevel::High,
        payload_hash: B256::repeat_byte(number.wrapping_add(100)),
    }
}

pub async fn connect(url: &str) -> Result<ChainClient, Error> {
    let limits = Limits {
        connect_timeout: Duration::from_secs(5),
        request_timeout: Duration::from_secs(10),
        max_response_bytes: 1_000_000,
    };
    let url = RpcUrl::parse(url, PlainHttp::LoopbackOnly).unwrap();
    ChainClient::connect(url, CHAIN, &limits).await
}

/// A chain with a registry, and a client on it. It mines only when told to: on its own, anvil mines some time
/// after it has answered.
pub struct Setup {
    pub anvil: Anvil,
    pub client: ChainClient,
    pub signer: Signer,
    pub registry: Address,
}

impl Setup {
    pub async fn new() -> Self {
        let anvil = Anvil::start().unwrap();
        let client = connect(&anvil.url()).await.unwrap();
        let signer = Signer::from_bytes(&anvil.key(0)).unwrap();
        let draft = client
            .draft_deployment(signer.address(), CAP)
            .await
            .unwrap();
        let deployment = client
            .deploy_registry(&draft.sign(&signer).unwrap(), Duration::from_secs(20))
            .await
            .unwrap();
        anvil.call("evm_setAutomine", json!([false])).unwrap();
        Self {
            anvil,
            client,
            signer,
            registry: deployment.address,
        }
    }

    pub fn rpc(&self, method: &str, params: serde_json::Value) -> serde_json::Value {
        self.anvil.call(method, params).unwrap()
    }

    pub fn call(&self, number: u8) -> Call {
        Call::Record {
            registry: self.registry,
            attestation: attestation(number),
        }
    }

    pub fn claim(&self, number: u8) -> Claim {
        Claim {
            registry: self.registry,
            sender: self.signer.address(),
            asset_id_hash: attestation(number).asset_id_hash,
            payload_hash: attestation(number).payload_hash,
            tx_hash: None,
            from_block: 0,
        }
    }

    pub async fn prepare(&self, number: u8) -> SignedTx {
        let from = self.signer.address();
        let call = self.call(number);
        let nonce = self.client.next_nonce(from).await.unwrap();
        let quote = self.client.quote(from, &call).await.unwrap();
        tx::prepare(CHAIN, &call, nonce, &quote, CAP)
            .unwrap()
            .sign(&self.signer)
            .unwrap()
    }

    /// Prepares and sends, and mines the block.
    pub async fn record(&self, number: u8) -> SignedTx {
        let tx = self.prepare(number).await;
        self.send(&tx).await;
        tx
    }

    /// Sends, and mines the block.
    pub async fn send(&self, tx: &SignedTx) {
        let sent = self.client.broadcast(tx).await.unwrap();
        assert_eq!(sent, Broadcast::Accepted);
        self.anvil.mine(1).unwrap();
    }

    /// Events on the chain of one payload: the number that must never pass one.
    pub async fn events(&self, number: u8) -> usize {
        let filter = qv_evm::AttestedFilter {
            payload_hash: Some(attestation(number).payload_hash),
            ..Default::default()
        };
        let head = self.client.block_number().await.unwrap();
        let found = self
            .client
            .find_attested(self.registry, filter, 0, head)
            .await
            .unwrap();
        found.len()
    }
}

/// One attestation on its way: stored rows, and a clock that the test moves.
pub struct Outgoing<'a> {
    setup: &'a Setup,
    number: u8,
    pub rows: Vec<(Attempt, Vec<u8>)>,
    pub seconds: u64,
}

impl<'a> Outgoing<'a> {
    pub fn new(setup: &'a Setup, number: u8) -> Self {
        Self {
            setup,
            number,
            rows: Vec::new(),
            seconds: 0,
        }
    }

    /// A new process that finds these rows.
    pub fn resume(setup: &'a Setup, number: u8, rows: Vec<(Attempt, Vec<u8>)>) -> Self {
        Self {
            rows,
            ..Self::new(setup, number)
        }
    }

    fn now(&self) -> Timestamp {
        START.plus(Duration::from_secs(self.seconds))
    }

    pub fn store(&mut self, tx: &SignedTx) {
        let now = self.now();
        self.rows
            .push((Attempt::new(tx.hash(), tx.nonce(), now), tx.raw()));
    }

    /// One turn of the loop: look, decide, act, note. Returns what was decided.
    pub async fn turn(&mut self) -> Action {
        let Setup { client, signer, .. } = self.setup;
        let attempts: Vec<Attempt> = self.rows.iter().map(|(attempt, _)| *attempt).collect();
        let seen = client
            .observe(signer.address(), &attempts, THREE)
            .await
            .unwrap();
        let action = qv_evm::outbox::next_action(&attempts, &seen, self.now(), &rules());
        match &action {
            Action::Prepare => {
                let tx = self.setup.prepare(self.number).await;
                self.store(&tx);
            }
            Action::Bump(hash) => {
                let old = self.stored(*hash);
                let market = client.fees().await.unwrap();
                let new = tx::replace(signer.address(), &old, market, CAP)
                    .unwrap()
                    .sign(signer)
                    .unwrap();
                self.store(&new);
            }
            Action::Send(hash) | Action::Rebroadcast(hash) | Action::ReorgedResend(hash) => {
                client.broadcast(&self.stored(*hash)).await.unwrap();
                let now = self.now();
                let row = self.rows.iter_mut().find(|row| row.0.hash == *hash);
                row.unwrap().0.mark_sent(now);
            }
            Action::Wait(_) | Action::Done { .. } | Action::Failed(_) => {}
        }
        for (row, status) in self.rows.iter_mut().zip(&seen.statuses) {
            row.0.note(status);
        }
        action
    }

    fn stored(&self, hash: B256) -> SignedTx {
        let row = self.rows.iter().find(|row| row.0.hash == hash).unwrap();
        SignedTx::from_stored(&row.1, self.setup.signer.address(), CHAIN).unwrap()
    }
}
