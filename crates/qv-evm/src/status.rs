//! Where a transaction stands. A receipt counts only while its block is on the node's chain, so that a
//! reorganised block is never taken for a confirmation.

use std::num::NonZeroU64;

use alloy::primitives::{Bytes, U64};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::client::{ChainClient, revert_of};
use crate::outbox::{Attempt, Observation};
use crate::registry::Revert;
use crate::{Address, B256, Error};

pub(crate) const ONE_CONFIRMATION: NonZeroU64 = NonZeroU64::MIN;

/// A block, by number and hash: the number alone may later name another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockRef {
    /// Its height.
    pub number: u64,
    /// Its hash.
    pub hash: B256,
}

/// Where a transaction stands, as one node sees it. A count of confirmations includes the block itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TxStatus {
    /// The node knows nothing of it: never sent, dropped, or not there yet.
    Unknown,
    /// It waits to be mined.
    Pending,
    /// It is in a block, with fewer confirmations than asked for.
    Mined {
        /// The block.
        block: BlockRef,
        /// Confirmations so far.
        confirmations: u64,
    },
    /// It is in a block, with the confirmations asked for.
    Confirmed {
        /// The block.
        block: BlockRef,
        /// Confirmations so far.
        confirmations: u64,
    },
    /// It is in a block, and had no effect.
    Reverted {
        /// The block.
        block: BlockRef,
        /// Confirmations so far; a reorganisation may undo a refusal too.
        confirmations: u64,
        /// Why.
        revert: Revert,
    },
}

impl TxStatus {
    /// The block that holds the transaction.
    #[must_use]
    pub const fn block(&self) -> Option<BlockRef> {
        match self {
            Self::Unknown | Self::Pending => None,
            Self::Mined { block, .. }
            | Self::Confirmed { block, .. }
            | Self::Reverted { block, .. } => Some(*block),
        }
    }
}

/// What is read of a receipt.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt {
    pub(crate) status: U64,
    pub(crate) block_hash: B256,
    pub(crate) block_number: U64,
    #[serde(default)]
    pub(crate) logs: Vec<RpcLog>,
}

impl Receipt {
    pub(crate) fn block(&self) -> BlockRef {
        BlockRef {
            number: self.block_number.to(),
            hash: self.block_hash,
        }
    }

    pub(crate) fn succeeded(&self) -> bool {
        self.status == U64::from(1)
    }
}

/// What is read of a log.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RpcLog {
    pub(crate) address: Address,
    pub(crate) topics: Vec<B256>,
    pub(crate) data: Bytes,
    pub(crate) block_hash: Option<B256>,
    pub(crate) block_number: Option<U64>,
    pub(crate) transaction_hash: Option<B256>,
    #[serde(default)]
    pub(crate) removed: bool,
}

/// What is read of a transaction.
#[derive(Debug, Deserialize)]
struct RpcTx {
    from: Address,
    to: Option<Address>,
    input: Bytes,
}

impl ChainClient {
    /// Where a transaction stands; `required` confirmations make it [`TxStatus::Confirmed`].
    ///
    /// # Errors
    /// The exchange's error.
    pub async fn status(&self, hash: B256, required: NonZeroU64) -> Result<TxStatus, Error> {
        let Some(receipt) = self.canonical_receipt(hash).await? else {
            let known: Option<RpcTx> = self.ask("eth_getTransactionByHash", json!([hash])).await?;
            return Ok(if known.is_some() {
                TxStatus::Pending
            } else {
                TxStatus::Unknown
            });
        };
        let block = receipt.block();
        let confirmations = self.confirmations(block).await?;
        Ok(if !receipt.succeeded() {
            TxStatus::Reverted {
                block,
                confirmations,
                revert: self.why_reverted(hash, block).await?,
            }
        } else if confirmations >= required.get() {
            TxStatus::Confirmed {
                block,
                confirmations,
            }
        } else {
            TxStatus::Mined {
                block,
                confirmations,
            }
        })
    }

    /// What [`crate::outbox::next_action`] needs to know of some attempts of one account.
    ///
    /// # Errors
    /// The exchange's error.
    pub async fn observe(
        &self,
        account: Address,
        attempts: &[Attempt],
        required: NonZeroU64,
    ) -> Result<Observation, Error> {
        // The count first: an attempt that is mined after it was read is then seen as mined, and never as
        // unknown under a used-up nonce.
        let mined_nonce = self.mined_nonce(account).await?;
        let mut statuses = Vec::with_capacity(attempts.len());
        for attempt in attempts {
            statuses.push(self.status(attempt.hash, required).await?);
        }
        Ok(Observation {
            mined_nonce,
            statuses,
        })
    }

    /// A receipt whose block is on the node's chain now.
    pub(crate) async fn canonical_receipt(&self, hash: B256) -> Result<Option<Receipt>, Error> {
        let receipt: Option<Receipt> = self.ask("eth_getTransactionReceipt", json!([hash])).await?;
        match receipt {
            Some(receipt) if self.is_canonical(receipt.block()).await? => Ok(Some(receipt)),
            _ => Ok(None),
        }
    }

    pub(crate) async fn confirmations(&self, block: BlockRef) -> Result<u64, Error> {
        // A node behind the one that gave the receipt counts as one confirmation, not as none.
        Ok(self
            .head()
            .await?
            .number
            .to::<u64>()
            .saturating_sub(block.number)
            .saturating_add(1))
    }

    async fn is_canonical(&self, block: BlockRef) -> Result<bool, Error> {
        let number = U64::from(block.number);
        let there: Option<crate::client::Block> = self
            .ask("eth_getBlockByNumber", json!([number, false]))
            .await?;
        Ok(there.is_some_and(|there| there.hash == block.hash))
    }

    /// Repeats a refused call on the state after its block: what the registry refuses once it refuses
    /// for ever, so its reason is the same.
    async fn why_reverted(&self, hash: B256, block: BlockRef) -> Result<Revert, Error> {
        let Some(tx) = self
            .ask::<Option<RpcTx>>("eth_getTransactionByHash", json!([hash]))
            .await?
        else {
            return Ok(Revert::Unexplained);
        };
        let call =
            json!([{ "from": tx.from, "to": tx.to, "data": tx.input }, U64::from(block.number)]);
        let replay: Result<Bytes, _> = self.request("eth_call", call).await;
        Ok(replay
            .err()
            .and_then(|error| revert_of(&error))
            .unwrap_or(Revert::Unexplained))
    }
}
