//! The connection to one node of one chain: what it costs, what is sent, what is there.
//!
//! Start with [`ChainClient::connect`]; then [`ChainClient::quote`] → [`crate::tx::prepare`] → *store* →
//! [`ChainClient::broadcast`]. Reading back is in [`crate::status`] and [`crate::verify`].

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use alloy::primitives::{Bytes, TxKind, U64, U256};
use alloy::rpc::client::RpcClient;
use alloy::transports::TransportError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::money::{FeeCap, Fees, Wei};
use crate::registry::{self, Call, Revert};
use crate::rpc_url::RpcUrl;
use crate::status::{BlockRef, ONE_CONFIRMATION, TxStatus};
use crate::transport::{BoundedHttp, explain};
use crate::tx::{self, SignedTx, Unsigned};
use crate::{Address, B256, Error};

/// How often a deployment is looked for.
const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// The tip where a node has no opinion.
const DEFAULT_TIP: Wei = Wei::from_gwei(1);

/// An EIP-155 chain id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChainId(pub u64);

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Bounds of every exchange with the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Time to reach the node.
    pub connect_timeout: Duration,
    /// Time for a whole exchange.
    pub request_timeout: Duration,
    /// Longest answer that is read.
    pub max_response_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            max_response_bytes: 8 * 1024 * 1024,
        }
    }
}

/// What a call would cost now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// Gas that the node estimates, and a quarter more.
    pub gas_limit: u64,
    /// Current fees.
    pub fees: Fees,
}

/// What a node made of a transaction that was sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broadcast {
    /// Taken.
    Accepted,
    /// It had it already: as good as taken.
    AlreadyKnown,
    /// It is in a block already.
    AlreadyMined,
    /// Another transaction of this account has the nonce. Ask for the status of every attempt.
    NonceTaken,
    /// Its fees are too low to enter now, or to replace another attempt. Wait, or replace it.
    Underpriced,
}

/// A registry that was found at its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegistryInfo {
    /// Whether its code is byte for byte what this program's sources build.
    pub is_our_build: bool,
}

/// A deployed registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deployment {
    /// The registry.
    pub address: Address,
    /// The transaction that made it.
    pub tx_hash: B256,
    /// The block that holds it.
    pub block: BlockRef,
}

/// A node of a known chain.
#[derive(Clone)]
pub struct ChainClient {
    rpc: RpcClient,
    url: RpcUrl,
    chain: ChainId,
}

impl ChainClient {
    /// Connects, and makes sure that the node serves the expected chain.
    ///
    /// # Errors
    /// [`Error::WrongChain`], or the exchange's error.
    pub async fn connect(url: RpcUrl, expected: ChainId, limits: &Limits) -> Result<Self, Error> {
        let transport = BoundedHttp::new(url.clone(), limits)?;
        let client = Self {
            rpc: RpcClient::new(transport, url.is_loopback()),
            url,
            chain: expected,
        };
        let actual: U64 = client.ask("eth_chainId", json!([])).await?;
        if actual == U64::from(expected.0) {
            Ok(client)
        } else {
            Err(Error::WrongChain {
                expected: expected.0,
                actual: actual.to(),
            })
        }
    }

    /// The chain that the node serves.
    #[must_use]
    pub const fn chain(&self) -> ChainId {
        self.chain
    }

    /// What an account holds.
    ///
    /// # Errors
    /// The exchange's error.
    pub async fn balance(&self, account: Address) -> Result<Wei, Error> {
        let balance: U256 = self
            .ask("eth_getBalance", json!([account, "latest"]))
            .await?;
        Ok(Wei(u128::try_from(balance).unwrap_or(u128::MAX)))
    }

    /// The nonce for an account's next transaction, those counted that still wait to be mined. Whoever
    /// prepares several at once counts on from here.
    ///
    /// # Errors
    /// The exchange's error.
    pub async fn next_nonce(&self, account: Address) -> Result<u64, Error> {
        let count: U64 = self
            .ask("eth_getTransactionCount", json!([account, "pending"]))
            .await?;
        Ok(count.to())
    }

    /// How many of an account's transactions are mined: nonces below it are used up.
    ///
    /// # Errors
    /// The exchange's error.
    pub async fn mined_nonce(&self, account: Address) -> Result<u64, Error> {
        let count: U64 = self
            .ask("eth_getTransactionCount", json!([account, "latest"]))
            .await?;
        Ok(count.to())
    }

    /// Fees that enter the next blocks.
    ///
    /// # Errors
    /// [`Error::NoBaseFee`], or the exchange's error.
    pub async fn fees(&self) -> Result<Fees, Error> {
        let base = self
            .head()
            .await?
            .base_fee_per_gas
            .ok_or(Error::NoBaseFee)?;
        let tip = match self
            .ask::<U256>("eth_maxPriorityFeePerGas", json!([]))
            .await
        {
            Ok(tip) => Wei(u128::try_from(tip).unwrap_or(u128::MAX)),
            Err(Error::Refused { .. }) => DEFAULT_TIP,
            Err(other) => return Err(other),
        };
        Ok(Fees::from_base(
            Wei(u128::try_from(base).unwrap_or(u128::MAX)),
            tip,
        ))
    }

    /// What a call would cost; at the same time a rehearsal of it.
    ///
    /// # Errors
    /// [`Error::WouldRevert`] where the registry would refuse it, with
    /// [`Revert::AlreadyRecorded`] where nothing is left to do; or the exchange's error.
    pub async fn quote(&self, from: Address, call: &Call) -> Result<Quote, Error> {
        let mut request = json!({ "from": from, "data": call.input() });
        if let (TxKind::Call(to), Some(members)) = (call.target(), request.as_object_mut()) {
            members.insert("to".into(), json!(to));
        }
        let estimate: Result<U64, _> = self.request("eth_estimateGas", json!([request])).await;
        let gas: u64 = estimate
            .map_err(|error| match revert_of(&error) {
                Some(revert) => Error::WouldRevert(revert),
                None if says(&error, &["insufficient funds"]) => {
                    Error::InsufficientFunds { signer: from }
                }
                None => explain(&self.url, error),
            })?
            .to();
        Ok(Quote {
            gas_limit: gas.saturating_add(gas / 4),
            fees: self.fees().await?,
        })
    }

    /// Sends a stored transaction. Sending the same one again does no harm.
    ///
    /// # Errors
    /// [`Error::InsufficientFunds`], [`Error::Refused`], or the exchange's error, after which nobody knows
    /// whether it arrived: ask for its status.
    pub async fn broadcast(&self, tx: &SignedTx) -> Result<Broadcast, Error> {
        let sent: Result<B256, _> = self
            .request("eth_sendRawTransaction", json!([Bytes::from(tx.raw())]))
            .await;
        match sent {
            Ok(hash) if hash == tx.hash() => Ok(Broadcast::Accepted),
            Ok(_) => Err(self.bad_answer("another transaction hash than the one sent")),
            Err(error @ TransportError::ErrorResp(_)) => self.why_not_taken(tx, error).await,
            Err(error) => Err(explain(&self.url, error)),
        }
    }

    /// Nodes word their refusals differently; whether they know the transaction is asked, not read.
    async fn why_not_taken(
        &self,
        tx: &SignedTx,
        error: TransportError,
    ) -> Result<Broadcast, Error> {
        match self.status(tx.hash(), ONE_CONFIRMATION).await? {
            TxStatus::Pending => Ok(Broadcast::AlreadyKnown),
            TxStatus::Unknown
                if says(&error, &["nonce too low", "nonce is too low", "old nonce"]) =>
            {
                Ok(Broadcast::NonceTaken)
            }
            TxStatus::Unknown
                if says(
                    &error,
                    &[
                        "underpriced",
                        "less than block base fee",
                        "fee too low",
                        "feetoolow",
                    ],
                ) =>
            {
                Ok(Broadcast::Underpriced)
            }
            TxStatus::Unknown if says(&error, &["insufficient funds"]) => {
                Err(Error::InsufficientFunds { signer: tx.from() })
            }
            TxStatus::Unknown => Err(explain(&self.url, error)),
            TxStatus::Mined { .. } | TxStatus::Confirmed { .. } | TxStatus::Reverted { .. } => {
                Ok(Broadcast::AlreadyMined)
            }
        }
    }

    /// Drafts the transaction with which `from` deploys a registry.
    ///
    /// # Errors
    /// [`Error::FeeCap`], or the exchange's error.
    pub async fn draft_deployment(&self, from: Address, cap: FeeCap) -> Result<Unsigned, Error> {
        let quote = self.quote(from, &Call::Deploy).await?;
        let nonce = self.next_nonce(from).await?;
        tx::prepare(self.chain, &Call::Deploy, nonce, &quote, cap)
    }

    /// Deploys a registry and waits until it is in a block.
    ///
    /// # Errors
    /// [`Error::NotMined`] after `deadline`, [`Error::Reverted`], or the exchange's error.
    pub async fn deploy_registry(
        &self,
        tx: &SignedTx,
        deadline: Duration,
    ) -> Result<Deployment, Error> {
        let address = tx
            .created_address()
            .ok_or(Error::Internal("a deployment without an address"))?;
        self.broadcast(tx).await?;
        let mined = tokio::time::timeout(deadline, self.wait_until_mined(tx.hash())).await;
        let block = mined.map_err(|_| Error::NotMined { hash: tx.hash() })??;
        Ok(Deployment {
            address,
            tx_hash: tx.hash(),
            block,
        })
    }

    async fn wait_until_mined(&self, hash: B256) -> Result<BlockRef, Error> {
        loop {
            match self.status(hash, ONE_CONFIRMATION).await? {
                TxStatus::Confirmed { block, .. } | TxStatus::Mined { block, .. } => {
                    return Ok(block);
                }
                TxStatus::Reverted { revert, .. } => return Err(Error::Reverted { hash, revert }),
                TxStatus::Unknown | TxStatus::Pending => tokio::time::sleep(POLL_INTERVAL).await,
            }
        }
    }

    /// Makes sure that an address holds a registry with the expected interface.
    ///
    /// # Errors
    /// [`Error::NotRegistry`], or the exchange's error.
    pub async fn check_registry(&self, address: Address) -> Result<RegistryInfo, Error> {
        let code: Bytes = self.ask("eth_getCode", json!([address, "latest"])).await?;
        if code.is_empty() {
            return Err(Error::NotRegistry {
                address,
                reason: "there is no contract",
            });
        }
        let (call, read) = registry::is_registry();
        match self.call(address, call).await {
            Ok(answer) if read(&answer) == Some(true) => Ok(RegistryInfo {
                is_our_build: code == *registry::deployed_code(),
            }),
            Ok(_) | Err(Error::Refused { .. } | Error::WouldRevert(_)) => Err(Error::NotRegistry {
                address,
                reason: "the contract is another",
            }),
            Err(other) => Err(other),
        }
    }

    /// Reads from a contract.
    pub(crate) async fn call(&self, to: Address, data: Bytes) -> Result<Bytes, Error> {
        self.request("eth_call", json!([{ "to": to, "data": data }, "latest"]))
            .await
            .map_err(|error| {
                revert_of(&error).map_or_else(|| explain(&self.url, error), Error::WouldRevert)
            })
    }

    /// The newest block.
    pub(crate) async fn head(&self) -> Result<Block, Error> {
        let head: Option<Block> = self
            .ask("eth_getBlockByNumber", json!(["latest", false]))
            .await?;
        head.ok_or_else(|| self.bad_answer("no newest block"))
    }

    /// One exchange, with our error.
    pub(crate) async fn ask<
        T: serde::de::DeserializeOwned + fmt::Debug + Send + Sync + Unpin + 'static,
    >(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<T, Error> {
        self.request(method, params)
            .await
            .map_err(|error| explain(&self.url, error))
    }

    /// One exchange, with alloy's error.
    pub(crate) async fn request<
        T: serde::de::DeserializeOwned + fmt::Debug + Send + Sync + Unpin + 'static,
    >(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<T, TransportError> {
        self.rpc.request(Cow::Borrowed(method), params).await
    }

    pub(crate) fn bad_answer(&self, detail: &str) -> Error {
        Error::BadAnswer {
            endpoint: self.url.to_string(),
            detail: detail.into(),
        }
    }
}

impl fmt::Debug for ChainClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChainClient")
            .field("url", &self.url)
            .field("chain", &self.chain.0)
            .finish_non_exhaustive()
    }
}

/// What is read of a block; other members differ between chains.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Block {
    pub(crate) number: U64,
    pub(crate) hash: B256,
    base_fee_per_gas: Option<U256>,
}

/// The refusal that an error answer carries, where it is one of a contract.
pub(crate) fn revert_of(error: &TransportError) -> Option<Revert> {
    let payload = error.as_error_resp()?;
    match payload.as_revert_data() {
        Some(data) => Some(Revert::decode(&data)),
        None => payload
            .message
            .to_lowercase()
            .contains("revert")
            .then_some(Revert::Unexplained),
    }
}

fn says(error: &TransportError, any: &[&str]) -> bool {
    let message = error
        .as_error_resp()
        .map(|payload| payload.message.to_lowercase())
        .unwrap_or_default();
    any.iter().any(|words| message.contains(words))
}
