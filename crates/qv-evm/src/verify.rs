//! Checking an attestation against the chain: does it say what we say it says?

use alloy::primitives::U64;
use serde_json::json;

use crate::client::ChainClient;
use crate::registry::{self, AttestedEvent};
use crate::status::{BlockRef, RpcLog};
use crate::{Address, B256, Error};

/// Blocks asked for at once; what public nodes allow.
const BLOCKS_PER_SEARCH: u64 = 2_000;

/// Which events to find; `None` matches any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AttestedFilter {
    /// keccak256 of the asset's id.
    pub asset_id_hash: Option<B256>,
    /// keccak256 of the payload.
    pub payload_hash: Option<B256>,
    /// Who recorded it.
    pub sender: Option<Address>,
}

/// What is said to be on the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The registry.
    pub registry: Address,
    /// Who recorded it.
    pub sender: Address,
    /// keccak256 of the asset's id.
    pub asset_id_hash: B256,
    /// keccak256 of the payload.
    pub payload_hash: B256,
    /// The transaction, where known: spares a search.
    pub tx_hash: Option<B256>,
    /// The first block that may hold it; the registry's own where known, else 0.
    pub from_block: u64,
}

/// An event and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// What was recorded.
    pub event: AttestedEvent,
    /// The transaction.
    pub tx_hash: B256,
    /// The block.
    pub block: BlockRef,
}

/// The verdict on a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// It is on the chain.
    Found {
        /// Where.
        found: Found,
        /// Confirmations, the block itself included.
        confirmations: u64,
        /// Whether the sender has recorded nothing newer for the asset.
        is_latest: bool,
    },
    /// The sender recorded this payload for another asset.
    OtherAsset(Found),
    /// The registry says that this sender never recorded this payload.
    NotRecorded,
    /// The registry says that it is recorded, but its event is not in the blocks searched: search from
    /// an earlier block, or ask another node.
    EventMissing,
}

impl ChainClient {
    /// Checks a claim. The registry's state decides whether the payload is recorded; its event shows for
    /// which asset and where.
    ///
    /// # Errors
    /// The exchange's error.
    pub async fn verify_attestation(&self, claim: &Claim) -> Result<Verification, Error> {
        let (call, read) = registry::record_of(claim.sender, claim.payload_hash);
        let answer = self.call(claim.registry, call).await?;
        let entry =
            read(&answer).ok_or_else(|| self.bad_answer("no record of the registry's form"))?;
        let Some(entry) = entry else {
            return Ok(Verification::NotRecorded);
        };
        let Some(found) = self.locate(claim, entry.block_number_hint).await? else {
            return Ok(Verification::EventMissing);
        };
        if found.event.attestation.asset_id_hash != claim.asset_id_hash {
            return Ok(Verification::OtherAsset(found));
        }
        let (call, read) = registry::latest(claim.sender, claim.asset_id_hash);
        let answer = self.call(claim.registry, call).await?;
        let latest = read(&answer)
            .ok_or_else(|| self.bad_answer("no latest payload of the registry's form"))?;
        Ok(Verification::Found {
            found,
            confirmations: self.confirmations(found.block).await?,
            is_latest: latest == claim.payload_hash,
        })
    }

    /// Finds a registry's events in a range of blocks, both ends included, oldest first.
    ///
    /// # Errors
    /// The exchange's error.
    pub async fn find_attested(
        &self,
        registry: Address,
        filter: AttestedFilter,
        from_block: u64,
        to_block: u64,
    ) -> Result<Vec<Found>, Error> {
        let topics =
            AttestedEvent::topics(filter.asset_id_hash, filter.payload_hash, filter.sender);
        let mut all = Vec::new();
        let mut start = from_block;
        while start <= to_block {
            let end = start.saturating_add(BLOCKS_PER_SEARCH - 1).min(to_block);
            let range = json!([{
                "address": registry, "topics": topics, "fromBlock": U64::from(start), "toBlock": U64::from(end),
            }]);
            let logs: Vec<RpcLog> = self.ask("eth_getLogs", range).await?;
            all.extend(
                logs.iter()
                    .filter_map(|log| found_in(log, registry))
                    .filter(|found| filter.accepts(found)),
            );
            start = end.saturating_add(1);
        }
        Ok(all)
    }

    /// The newest block's number.
    ///
    /// # Errors
    /// The exchange's error.
    pub async fn block_number(&self) -> Result<u64, Error> {
        Ok(self.head().await?.number.to())
    }

    /// Looks in the transaction, then in the block that the registry names, then in all blocks.
    async fn locate(&self, claim: &Claim, hint: u64) -> Result<Option<Found>, Error> {
        let filter = AttestedFilter {
            asset_id_hash: None,
            payload_hash: Some(claim.payload_hash),
            sender: Some(claim.sender),
        };
        if let Some(hash) = claim.tx_hash
            && let Some(receipt) = self.canonical_receipt(hash).await?
        {
            let mut events = receipt
                .logs
                .iter()
                .filter_map(|log| found_in(log, claim.registry));
            if let Some(found) =
                events.find(|found| filter.accepts(found) && found.block == receipt.block())
            {
                return Ok(Some(found));
            }
        }
        let head = self.block_number().await?;
        // On some rollups the hint is a number of the parent chain, and beyond this chain's or wrong.
        if hint <= head
            && let Some(found) = self
                .find_attested(claim.registry, filter, hint, hint)
                .await?
                .into_iter()
                .next()
        {
            return Ok(Some(found));
        }
        Ok(self
            .find_attested(claim.registry, filter, claim.from_block, head)
            .await?
            .into_iter()
            .next())
    }
}

impl AttestedFilter {
    /// Whether an event is one that was asked for; a node's own filtering is not relied on.
    fn accepts(&self, found: &Found) -> bool {
        let event = &found.event;
        self.asset_id_hash
            .is_none_or(|asset| asset == event.attestation.asset_id_hash)
            && self
                .payload_hash
                .is_none_or(|payload| payload == event.attestation.payload_hash)
            && self.sender.is_none_or(|sender| sender == event.sender)
    }
}

fn found_in(log: &RpcLog, registry: Address) -> Option<Found> {
    if log.address != registry || log.removed {
        return None;
    }
    Some(Found {
        event: AttestedEvent::decode(&log.topics, &log.data)?,
        tx_hash: log.transaction_hash?,
        block: BlockRef {
            number: log.block_number?.to(),
            hash: log.block_hash?,
        },
    })
}
