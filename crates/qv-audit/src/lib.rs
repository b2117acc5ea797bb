//! The audit log: events, their RFC 9162 Merkle tree, proofs and signed checkpoints.
//!
//! Verifiable offline and without a database: `qv-store` keeps what this crate makes. Invariants:
//! - A leaf is the stored bytes of an event; they are hashed as they are, never re-encoded.
//! - Every leaf has a random salt, so that its hash says nothing about the event.
//! - A checkpoint counts only with both signatures, Ed25519 and ML-DSA-87 (crypto.md section 7).
//!
//! Start with [`event`] for what is recorded, [`tree`] for how it is bound together,
//! [`checkpoint`] for what is signed.

pub mod checkpoint;
pub mod error;
pub mod event;
mod jcs;
pub mod leaf;
pub mod proof;
pub mod tree;

pub use error::Error;
pub use event::{Action, Actor, Entity, EntityType, Event, Origin};
pub use leaf::Leaf;
pub use tree::{Hash, Tree};
