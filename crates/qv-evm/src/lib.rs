//! Attestation client for EVM chains: what is said about an asset, how it gets onto the chain
//! exactly once, and how anyone checks it later.
//!
//! Invariants:
//! - A transaction is signed ([`tx::prepare`] and `sign`, no network) before it is sent
//!   ([`ChainClient::broadcast`]): the caller stores the signed bytes in between, so that a crash at
//!   any instant can only send the *same* transaction again. [`outbox::next_action`] decides what to
//!   do next from what is stored and what the chain shows.
//! - All attempts at one attestation share one nonce, so at most one of them can ever be mined; the
//!   registry itself refuses a payload that its sender has recorded before.
//! - No error message carries the RPC address's path, query or credentials, and text from the node is
//!   cleaned before it is shown.
//! - Deliberately absent: a nonce counter, retries, a clock, a database. Those are the caller's.
//!
//! The node is trusted for what it reads from the chain; use your own or one you trust. Only EIP-1559
//! chains are served.
//!
//! Start with [`payload`] (what is signed for), then [`client`], then [`outbox`].

pub mod client;
pub mod error;
pub mod money;
pub mod outbox;
pub mod payload;
pub mod registry;
pub mod rpc_url;
pub mod signer;
pub mod status;
mod transport;
pub mod tx;
pub mod verify;

pub use alloy::primitives::{Address, B256};
pub use client::{Broadcast, ChainClient, ChainId, Deployment, Limits, Quote, RegistryInfo};
pub use error::Error;
pub use money::{FeeCap, Fees, Wei};
pub use outbox::{Action, Attempt, Failure, Observation, Rules, WaitFor};
pub use payload::{Facts, Payload};
pub use registry::{Attestation, AttestedEvent, Call, Revert};
pub use rpc_url::{PlainHttp, RpcUrl};
pub use signer::Signer;
pub use status::{BlockRef, TxStatus};
pub use tx::{SignedTx, Unsigned};
pub use verify::{AttestedFilter, Claim, Found, Verification};
