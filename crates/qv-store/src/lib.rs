//! The store: SQLite in one file, each change together with its audit event.
//!
//! Invariants:
//! - Only this crate writes SQL.
//! - A change without an audit event does not compile: every mutation is a method of [`WriteTx`]
//!   that takes the event, and [`WriteTx::commit`] writes both in one transaction. The one write
//!   without an event is the upkeep of job leases, which is no state of the user's.
//! - Secrets are here as ciphertext only.
//! - Opening a foreign, newer or damaged file changes nothing.
//!
//! Start with [`Store::open`] and [`WriteTx`]; then one file for each noun, its rows, its reads on
//! [`Store`] and its changes on [`WriteTx`]. The schema is `migrations/`.

mod anchors;
mod asset_page;
mod assets;
mod attestations;
mod audit;
mod audit_page;
mod bulk;
mod cursor;
mod error;
mod header;
mod jobs;
mod materials;
mod nonces;
mod outbox;
mod policies;
mod records;
mod rotation;
mod row;
mod scans;
mod schema;
mod session;
mod signers;
mod slots;
mod snapshots;
mod store;
mod targets;
mod vault;
mod verify;
mod write;
mod writer;

pub use anchors::{Anchor, AnchorEdit, AnchorVersion};
pub use asset_page::{
    AssetCounts, AssetFilter, AssetQuery, AssetSort, Choice, HarvestFilter, PolicyFilter,
    ScanFilter, SecrecyCount, TraitCount, VerdictCounts,
};
pub use assets::{
    Assessment, Asset, AssetEdit, AssetSummary, Observation, Upserted, WrapperUpdate,
};
pub use attestations::{Attestation, AttestationJob, AttestationOutcome, AttestationRecord};
pub use audit::{AuditRecord, StoredCheckpoint, TreeHead};
pub use audit_page::{AuditFilter, AuditPage};
pub use error::{Error, Result};
pub use jobs::{Job, JobStep, Lease, NewJob};
pub use materials::{Material, NewEnvelope, NewMaterial, StoredEnvelope};
pub use nonces::AuthNonce;
pub use outbox::{NewTransaction, OutboxEntry, OutboxUpdate};
pub use policies::{AssetPolicy, Policy, PolicyMetrics, PolicyResult};
pub use records::SealedRecord;
pub use rotation::EnvelopeAuth;
pub use scans::{Scan, ScanCounts, ScanEntry, ScanFailure, ScanTally, Sighting};
pub use session::Attempts;
pub use signers::Signer;
pub use slots::Slot;
pub use snapshots::{Kpis, Snapshot};
pub use store::{SCHEMA_VERSION, Store};
pub use targets::Target;
pub use vault::VaultMeta;
pub use verify::{LogProblem, LogReport};
pub use write::WriteTx;
