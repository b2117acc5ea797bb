//! What happened: who did what to what, and when (MVP section 2.2).
//!
//! An event is made by a use case, handed to the store together with the change it tells of, and
//! becomes a [`crate::Leaf`] when that change is committed.

use std::fmt;
use std::str::FromStr;

use qv_types::{
    AnchorId, AssetId, AttestationId, AttestationJobId, EventId, JobId, MaterialId, PolicyId,
    RequestId, ScanId, SignerId, SlotId, SnapshotId, TargetId, Timestamp, UserId, VaultId,
    word_enums,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Error;

word_enums! {
    /// What was done.
    Action ("an audit action") {
        /// The vault and its master key were made.
        VaultCreated = "VAULT_CREATED",
        /// The vault was opened.
        VaultUnlocked = "VAULT_UNLOCKED",
        /// The vault was locked.
        VaultLocked = "VAULT_LOCKED",
        /// An attempt to open the vault failed.
        UnlockFailed = "UNLOCK_FAILED",
        /// A wallet was asked to authorize an act.
        AuthorizationIssued = "AUTHORIZATION_ISSUED",
        /// A wallet's authorization was verified.
        AuthorizationVerified = "AUTHORIZATION_VERIFIED",
        /// An unlock slot was added.
        SlotAdded = "SLOT_ADDED",
        /// An unlock slot was enrolled anew.
        SlotRenewed = "SLOT_RENEWED",
        /// An unlock slot was removed.
        SlotRemoved = "SLOT_REMOVED",
        /// An unlock slot was opened to see that it does.
        SlotTested = "SLOT_TESTED",
        /// The ways that remain after a loss were proved.
        SlotsDrilled = "SLOTS_DRILLED",
        /// The user master key was replaced.
        UmkRotated = "UMK_ROTATED",
        /// A setting was changed.
        ConfigChanged = "CONFIG_CHANGED",
        /// A sealed record was stored.
        RecordStored = "RECORD_STORED",
        /// A sealed record was deleted.
        RecordDeleted = "RECORD_DELETED",
        /// A user was added.
        UserAdded = "USER_ADDED",
        /// A user was changed.
        UserUpdated = "USER_UPDATED",
        /// A scan target was added.
        TargetAdded = "TARGET_ADDED",
        /// A scan target was edited.
        TargetUpdated = "TARGET_UPDATED",
        /// A scan target was removed.
        TargetRemoved = "TARGET_REMOVED",
        /// A scan began.
        ScanStarted = "SCAN_STARTED",
        /// A target of a scan failed.
        ScanTargetFailed = "SCAN_TARGET_FAILED",
        /// A scan ended.
        ScanCompleted = "SCAN_COMPLETED",
        /// A scan was stopped by its user.
        ScanCancelled = "SCAN_CANCELLED",
        /// A scan saw an asset.
        AssetScanned = "ASSET_SCANNED",
        /// An asset was added by hand or import.
        AssetAdded = "ASSET_ADDED",
        /// An asset's metadata was edited.
        AssetUpdated = "ASSET_UPDATED",
        /// An asset's score was computed again.
        AssetScored = "ASSET_SCORED",
        /// An asset's tags were changed.
        AssetTagged = "ASSET_TAGGED",
        /// All material of an asset was wrapped.
        AssetWrapped = "ASSET_WRAPPED",
        /// An asset was removed.
        AssetRemoved = "ASSET_REMOVED",
        /// Key material was added.
        MaterialAdded = "MATERIAL_ADDED",
        /// Key material was wrapped.
        MaterialWrapped = "MATERIAL_WRAPPED",
        /// Key material was wrapped anew under another anchor version.
        MaterialRewrapped = "MATERIAL_REWRAPPED",
        /// Key material was shown.
        MaterialRevealed = "MATERIAL_REVEALED",
        /// Key material was exported.
        MaterialExported = "MATERIAL_EXPORTED",
        /// Key material was removed.
        MaterialRemoved = "MATERIAL_REMOVED",
        /// A policy was created.
        PolicyCreated = "POLICY_CREATED",
        /// A policy was edited.
        PolicyUpdated = "POLICY_UPDATED",
        /// A policy was evaluated.
        PolicyEvaluated = "POLICY_EVALUATED",
        /// A policy was removed.
        PolicyRemoved = "POLICY_REMOVED",
        /// An anchor was created.
        AnchorCreated = "ANCHOR_CREATED",
        /// An anchor was edited.
        AnchorUpdated = "ANCHOR_UPDATED",
        /// An anchor became its environment's active one.
        AnchorActivated = "ANCHOR_ACTIVATED",
        /// An anchor was no longer to be active.
        AnchorDeactivated = "ANCHOR_DEACTIVATED",
        /// An anchor's keys were rotated.
        AnchorRotated = "ANCHOR_ROTATED",
        /// A version of an anchor changed its key state.
        AnchorKeyStateChanged = "ANCHOR_KEY_STATE_CHANGED",
        /// A chain signer was added.
        SignerAdded = "SIGNER_ADDED",
        /// A chain signer was edited.
        SignerUpdated = "SIGNER_UPDATED",
        /// A chain signer was removed.
        SignerRemoved = "SIGNER_REMOVED",
        /// An attestation batch was created.
        AttestationStarted = "ATTESTATION_STARTED",
        /// A chain transaction was signed and stored.
        AttestationSigned = "ATTESTATION_SIGNED",
        /// A chain transaction was sent.
        AttestationSent = "ATTESTATION_SENT",
        /// A chain transaction's state changed.
        AttestationTracked = "ATTESTATION_TRACKED",
        /// An attestation was confirmed.
        AttestationConfirmed = "ATTESTATION_CONFIRMED",
        /// An attestation failed.
        AttestationFailed = "ATTESTATION_FAILED",
        /// An attestation batch ended.
        AttestationCompleted = "ATTESTATION_COMPLETED",
        /// A durable job was created.
        JobCreated = "JOB_CREATED",
        /// A step of a durable job ended.
        JobStepDone = "JOB_STEP_DONE",
        /// A durable job changed its state.
        JobStateChanged = "JOB_STATE_CHANGED",
        /// A durable job was cancelled.
        JobCancelled = "JOB_CANCELLED",
        /// A risk snapshot was taken.
        SnapshotTaken = "SNAPSHOT_TAKEN",
        /// A checkpoint was signed.
        CheckpointSigned = "CHECKPOINT_SIGNED",
        /// The log was exported.
        AuditExported = "AUDIT_EXPORTED",
    }
    /// What kind of thing an event is about.
    EntityType ("an entity type") {
        /// The vault.
        Vault = "VAULT",
        /// An unlock slot.
        Slot = "SLOT",
        /// A sealed record; its id is `kind/id`.
        Record = "RECORD",
        /// A user.
        User = "USER",
        /// A scan target.
        Target = "TARGET",
        /// A scan.
        Scan = "SCAN",
        /// An asset.
        Asset = "ASSET",
        /// Key material.
        Material = "MATERIAL",
        /// A policy.
        Policy = "POLICY",
        /// An anchor.
        Anchor = "ANCHOR",
        /// A chain signer.
        Signer = "SIGNER",
        /// An attestation batch.
        AttestationJob = "ATTESTATION_JOB",
        /// One asset's attestation.
        Attestation = "ATTESTATION",
        /// A durable job.
        Job = "JOB",
        /// A risk snapshot.
        Snapshot = "SNAPSHOT",
        /// The audit log.
        Log = "LOG",
    }
}

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// The operating system's user who owns the vault.
    Owner,
    /// The program itself (resumed jobs, expiry).
    System,
    /// A user of `qv serve`.
    User(UserId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner => f.write_str("owner"),
            Self::System => f.write_str("system"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}

impl FromStr for Actor {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("user:") {
            Some(id) => id
                .parse()
                .map(Self::User)
                .map_err(|error| format!("{error}")),
            None if text == "owner" => Ok(Self::Owner),
            None if text == "system" => Ok(Self::System),
            None => Err("an actor is owner, system or user:<id>".into()),
        }
    }
}

impl TryFrom<String> for Actor {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

/// What an event is about: a kind and the id within it. Typed ids convert by `.into()`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entity {
    /// The kind.
    pub kind: EntityType,
    /// The id as text; a UUID but for `RECORD` and `LOG`.
    pub id: String,
}

impl Entity {
    /// The audit log itself.
    #[must_use]
    pub fn log() -> Self {
        Self {
            kind: EntityType::Log,
            id: "log".into(),
        }
    }

    /// A sealed record, known by its kind and its id within the kind.
    #[must_use]
    pub fn record(kind: &str, id: &str) -> Self {
        Self {
            kind: EntityType::Record,
            id: format!("{kind}/{id}"),
        }
    }
}

macro_rules! entities {
    ($($id:ty => $kind:ident),+ $(,)?) => {$(
        impl From<$id> for Entity {
            fn from(id: $id) -> Self {
                Self { kind: EntityType::$kind, id: id.to_string() }
            }
        }
    )+};
}

entities! {
    VaultId => Vault,
    SlotId => Slot,
    UserId => User,
    TargetId => Target,
    ScanId => Scan,
    AssetId => Asset,
    MaterialId => Material,
    PolicyId => Policy,
    AnchorId => Anchor,
    SignerId => Signer,
    AttestationJobId => AttestationJob,
    AttestationId => Attestation,
    JobId => Job,
    SnapshotId => Snapshot,
}

/// Who acts, in answer to which request: the part of an event that one request's events share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// Who acts.
    pub actor: Actor,
    /// The request that caused it.
    pub request: RequestId,
}

impl Origin {
    /// An event of this origin, without metadata.
    #[must_use]
    pub fn event(&self, at: Timestamp, action: Action, entity: impl Into<Entity>) -> Event {
        Event {
            id: EventId::make(),
            timestamp: at,
            actor: self.actor,
            request_id: self.request,
            action,
            entity: entity.into(),
            metadata: Map::new(),
        }
    }
}

/// One audit event. Metadata never holds secrets, tokens or ciphertext.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub timestamp: Timestamp,
    /// Who acted.
    pub actor: Actor,
    /// The request that caused it.
    pub request_id: RequestId,
    /// What was done.
    pub action: Action,
    /// What it was done to.
    pub entity: Entity,
    /// What else is worth knowing; hashes of stored records among it.
    pub metadata: Map<String, Value>,
}

impl Event {
    /// The same event with one more member of metadata.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// Reads an event back from its stored bytes.
    ///
    /// # Errors
    /// [`Error::Event`] where the text is not an event with all its members and no other.
    pub fn from_stored(text: &str) -> Result<Self, Error> {
        let stored: Stored = serde_json::from_str(text).map_err(Error::Event)?;
        Ok(Self {
            id: stored.id,
            timestamp: stored.timestamp,
            actor: stored.actor,
            request_id: stored.request_id,
            action: stored.action,
            entity: Entity {
                kind: stored.entity_type,
                id: stored.entity_id,
            },
            metadata: stored.metadata,
        })
    }
}

/// The members of a stored event.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    action: Action,
    actor: Actor,
    entity_id: String,
    entity_type: EntityType,
    id: EventId,
    metadata: Map<String, Value>,
    request_id: RequestId,
    #[serde(rename = "salt")]
    _salt: String,
    timestamp: Timestamp,
}
