//! Encryption anchors and the versions of their key pairs (MVP sections 2.1 and 6.1).
//!
//! The database holds one active anchor for each environment at most, and one active version of
//! each anchor. A version's private part is a sealed record; destroying the version deletes it.

use qv_audit::{Entity, Event};
use qv_types::{AnchorId, AnchorType, Environment, KeyState, PolicyId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::error::{Error, Result};
use crate::records::{GONE, RECORD_SHA256, check_named, sha256_hex};
use crate::row::{Columns, text_of};
use crate::write::expect_one;
use crate::{Store, WriteTx};

/// Member of an event's metadata that names the version of an anchor's keys.
const KEY_VERSION: &str = "key_version";
/// Member of an event's metadata that names the state that a version was set to.
const KEY_STATE: &str = "key_state";

/// An anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Its id.
    pub id: AnchorId,
    /// Its name, unique.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it stands for.
    pub anchor_type: AnchorType,
    /// Policies that it was made for.
    pub associated_policy_ids: Vec<PolicyId>,
    /// KEM suite of the current version.
    pub kem: String,
    /// The version that wraps; older ones open.
    pub current_version: u64,
    /// Whether it is its environment's active one.
    pub is_active: bool,
    /// Its environment.
    pub environment: Environment,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What of an anchor can be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorEdit {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Policies that it was made for.
    pub associated_policy_ids: Vec<PolicyId>,
}

/// One version of an anchor's key pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorVersion {
    /// The anchor.
    pub anchor_id: AnchorId,
    /// From 1.
    pub version: u64,
    /// KEM suite.
    pub kem: String,
    /// Public key in the suite's form.
    pub public_key: Vec<u8>,
    /// The private key as a sealed record; `None` once destroyed.
    pub record: Option<String>,
    /// Its state.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Store {
    /// All anchors by environment and name.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn anchors(&self) -> Result<Vec<Anchor>> {
        let rows = sqlx::query(
            "SELECT * FROM encryption_anchors ORDER BY environment, name COLLATE NOCASE",
        )
        .fetch_all(&self.reads)
        .await?;
        rows.iter().map(read_anchor).collect()
    }

    /// One anchor.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn anchor(&self, id: AnchorId) -> Result<Anchor> {
        let row = sqlx::query("SELECT * FROM encryption_anchors WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?;
        read_anchor(&row.ok_or_else(|| Error::not_found("anchor", id))?)
    }

    /// The anchor of that name.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn anchor_by_name(&self, name: &str) -> Result<Anchor> {
        let row = sqlx::query("SELECT * FROM encryption_anchors WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.reads)
            .await?;
        read_anchor(&row.ok_or_else(|| Error::not_found("anchor", name))?)
    }

    /// The environment's active anchor.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn active_anchor(&self, environment: Environment) -> Result<Option<Anchor>> {
        let row =
            sqlx::query("SELECT * FROM encryption_anchors WHERE environment = ? AND is_active = 1")
                .bind(environment.as_str())
                .fetch_optional(&self.reads)
                .await?;
        row.as_ref().map(read_anchor).transpose()
    }

    /// All versions of an anchor, newest first; records not compared with the audit log.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn anchor_versions(&self, id: AnchorId) -> Result<Vec<AnchorVersion>> {
        let rows =
            sqlx::query("SELECT * FROM anchor_versions WHERE anchor_id = ? ORDER BY version DESC")
                .bind(id.to_string())
                .fetch_all(&self.reads)
                .await?;
        rows.iter().map(read_version).collect()
    }

    /// One version, its record compared with the audit log.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Substituted`] where the log names another record.
    pub async fn anchor_version(&self, id: AnchorId, version: u64) -> Result<AnchorVersion> {
        let row = sqlx::query("SELECT * FROM anchor_versions WHERE anchor_id = ? AND version = ?")
            .bind(id.to_string())
            .bind(version.cast_signed())
            .fetch_optional(&self.reads)
            .await?;
        let found =
            read_version(&row.ok_or_else(|| {
                Error::not_found("anchor version", format_args!("{id}/{version}"))
            })?)?;
        if let Some(record) = &found.record {
            let having = Some((KEY_VERSION, version.cast_signed()));
            let named = self
                .latest_metadata(&Entity::from(id), RECORD_SHA256, having)
                .await?;
            check_named(named, record, || {
                format!("the key of anchor {id}, version {version}")
            })?;
        }
        Ok(found)
    }

    /// Refuses a version for wrapping unless the audit log names it as the anchor's newest, and as
    /// active: an edited row must not lead new secrets to a key that was retired or suspended.
    ///
    /// # Errors
    /// [`Error::Substituted`].
    pub async fn check_wraps(&self, id: AnchorId, version: u64) -> Result<()> {
        let entity = Entity::from(id);
        let newest: Option<i64> = sqlx::query_scalar(
            "SELECT max(json_extract(event, '$.metadata.key_version')) FROM audit_log_events
             WHERE entity_id = ? AND entity_type = ? AND json_extract(event, '$.metadata.record_sha256') IS NOT NULL",
        )
        .bind(entity.id.clone())
        .bind(entity.kind.as_str())
        .fetch_one(&self.reads)
        .await?;
        let having = Some((KEY_VERSION, version.cast_signed()));
        let state = self.latest_metadata(&entity, KEY_STATE, having).await?;
        let active = state.is_none_or(|state| state == KeyState::Active.as_str());
        if newest == Some(version.cast_signed()) && active {
            return Ok(());
        }
        Err(Error::Substituted {
            what: format!("the current key of anchor {id}, version {version}"),
        })
    }
}

impl WriteTx {
    /// Creates an anchor with its first version. The event names the version and its record.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the name is taken, or the environment has an active anchor and
    /// this one is to be active.
    pub async fn create_anchor(
        &mut self,
        event: Event,
        anchor: &Anchor,
        version: &AnchorVersion,
    ) -> Result<()> {
        insert_anchor(self.change(), anchor).await?;
        insert_version(self.change(), version).await?;
        self.record(naming(event, version.version, version.record.as_deref()));
        Ok(())
    }

    /// Edits an anchor's name, description and policies.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where the name is taken.
    pub async fn update_anchor(
        &mut self,
        event: Event,
        id: AnchorId,
        edit: &AnchorEdit,
        at: Timestamp,
    ) -> Result<()> {
        let done = sqlx::query("UPDATE encryption_anchors SET name = ?, description = ?, associated_policy_ids = ?, updated_at = ? WHERE id = ?")
            .bind(edit.name.clone())
            .bind(edit.description.clone())
            .bind(serde_json::to_string(&edit.associated_policy_ids)?)
            .bind(at.unix_ms())
            .bind(id.to_string())
            .execute(self.change())
            .await?;
        expect_one(done.rows_affected(), "anchor", id)?;
        self.record(event);
        Ok(())
    }

    /// Makes an anchor its environment's active one in place of any other.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn activate_anchor(
        &mut self,
        event: Event,
        id: AnchorId,
        at: Timestamp,
    ) -> Result<()> {
        sqlx::query(
            "UPDATE encryption_anchors SET is_active = 0, updated_at = ?1
             WHERE is_active = 1 AND id <> ?2 AND environment = (SELECT environment FROM encryption_anchors WHERE id = ?2)",
        )
        .bind(at.unix_ms())
        .bind(id.to_string())
        .execute(self.change())
        .await?;
        self.set_anchor_active(event, id, true, at).await
    }

    /// Leaves an environment without an active anchor.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn deactivate_anchor(
        &mut self,
        event: Event,
        id: AnchorId,
        at: Timestamp,
    ) -> Result<()> {
        self.set_anchor_active(event, id, false, at).await
    }

    async fn set_anchor_active(
        &mut self,
        event: Event,
        id: AnchorId,
        active: bool,
        at: Timestamp,
    ) -> Result<()> {
        let done =
            sqlx::query("UPDATE encryption_anchors SET is_active = ?, updated_at = ? WHERE id = ?")
                .bind(active)
                .bind(at.unix_ms())
                .bind(id.to_string())
                .execute(self.change())
                .await?;
        expect_one(done.rows_affected(), "anchor", id)?;
        self.record(event);
        Ok(())
    }

    /// Adds the next version of an anchor and makes it the current one; the version that was
    /// active is retired: it opens, and never wraps again.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where the version is not the next one.
    pub async fn rotate_anchor(&mut self, event: Event, version: &AnchorVersion) -> Result<()> {
        let id = version.anchor_id;
        sqlx::query("UPDATE anchor_versions SET state = 'RETIRED', updated_at = ? WHERE anchor_id = ? AND state = 'ACTIVE'")
            .bind(version.created_at.unix_ms())
            .bind(id.to_string())
            .execute(self.change())
            .await?;
        let done = sqlx::query(
            "UPDATE encryption_anchors SET current_version = ?1, root_key_algorithm = ?2, root_public_key_reference = ?3,
               root_private_key_reference = ?4, updated_at = ?5 WHERE id = ?6 AND current_version = ?1 - 1",
        )
        .bind(version.version.cast_signed())
        .bind(version.kem.clone())
        .bind(reference(id, version.version, "public"))
        .bind(reference(id, version.version, "private"))
        .bind(version.created_at.unix_ms())
        .bind(id.to_string())
        .execute(self.change())
        .await?;
        if done.rows_affected() == 0 {
            return Err(Error::Conflict(
                "the anchor was rotated by someone else meanwhile, or does not exist; look again"
                    .into(),
            ));
        }
        insert_version(self.change(), version).await?;
        self.record(naming(event, version.version, version.record.as_deref()));
        Ok(())
    }

    /// Changes the state of a version; `DESTROYED` deletes its private record.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such version or it is destroyed.
    pub async fn set_key_state(
        &mut self,
        mut event: Event,
        id: AnchorId,
        version: u64,
        state: KeyState,
        at: Timestamp,
    ) -> Result<()> {
        let done = sqlx::query(
            "UPDATE anchor_versions SET state = ?1, record = CASE ?1 WHEN 'DESTROYED' THEN NULL ELSE record END, updated_at = ?2
             WHERE anchor_id = ?3 AND version = ?4 AND state <> 'DESTROYED'",
        )
        .bind(state.as_str())
        .bind(at.unix_ms())
        .bind(id.to_string())
        .bind(version.cast_signed())
        .execute(self.change())
        .await?;
        expect_one(
            done.rows_affected(),
            "usable anchor version",
            format_args!("{id}/{version}"),
        )?;
        event.entity = id.into();
        let event = event
            .with(KEY_VERSION, version)
            .with(KEY_STATE, state.as_str());
        self.record(match state {
            KeyState::Destroyed => event.with(RECORD_SHA256, GONE),
            _ => event,
        });
        Ok(())
    }

    /// Replaces a version's sealed private key, when the master key is rotated.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such version or it is destroyed.
    pub async fn replace_anchor_record(
        &mut self,
        event: Event,
        id: AnchorId,
        version: u64,
        record: &str,
        at: Timestamp,
    ) -> Result<()> {
        let done = sqlx::query("UPDATE anchor_versions SET record = ?, updated_at = ? WHERE anchor_id = ? AND version = ? AND record IS NOT NULL")
            .bind(record)
            .bind(at.unix_ms())
            .bind(id.to_string())
            .bind(version.cast_signed())
            .execute(self.change())
            .await?;
        expect_one(
            done.rows_affected(),
            "usable anchor version",
            format_args!("{id}/{version}"),
        )?;
        let mut event = naming(event, version, Some(record));
        event.entity = id.into();
        self.record(event);
        Ok(())
    }
}

/// The event, saying which version and which record of it.
fn naming(event: Event, version: u64, record: Option<&str>) -> Event {
    let event = event.with(KEY_VERSION, version);
    match record {
        Some(record) => event.with(RECORD_SHA256, sha256_hex(record)),
        None => event,
    }
}

fn reference(id: AnchorId, version: u64, part: &str) -> String {
    format!("local:anchor/{id}/{version}/{part}")
}

async fn insert_anchor(db: &mut SqliteConnection, anchor: &Anchor) -> Result<()> {
    sqlx::query(
        "INSERT INTO encryption_anchors (id, name, description, anchor_type, associated_policy_ids, root_public_key_reference,
           root_private_key_reference, root_key_algorithm, current_version, is_active, environment, created_by_user_id, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(anchor.id.to_string())
    .bind(anchor.name.clone())
    .bind(anchor.description.clone())
    .bind(anchor.anchor_type.as_str())
    .bind(serde_json::to_string(&anchor.associated_policy_ids)?)
    .bind(reference(anchor.id, anchor.current_version, "public"))
    .bind(reference(anchor.id, anchor.current_version, "private"))
    .bind(anchor.kem.clone())
    .bind(anchor.current_version.cast_signed())
    .bind(anchor.is_active)
    .bind(anchor.environment.as_str())
    .bind(text_of(anchor.created_by))
    .bind(anchor.created_at.unix_ms())
    .bind(anchor.updated_at.unix_ms())
    .execute(db)
    .await?;
    Ok(())
}

async fn insert_version(db: &mut SqliteConnection, version: &AnchorVersion) -> Result<()> {
    sqlx::query("INSERT INTO anchor_versions (anchor_id, version, kem, public_key, record, state, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(version.anchor_id.to_string())
        .bind(version.version.cast_signed())
        .bind(version.kem.clone())
        .bind(version.public_key.clone())
        .bind(version.record.clone())
        .bind(version.state.as_str())
        .bind(version.created_at.unix_ms())
        .bind(version.updated_at.unix_ms())
        .execute(db)
        .await?;
    Ok(())
}

fn read_anchor(row: &SqliteRow) -> Result<Anchor> {
    Ok(Anchor {
        id: row.parsed("id")?,
        name: row.text("name")?,
        description: row.raw("description")?,
        anchor_type: row.parsed("anchor_type")?,
        associated_policy_ids: row.json("associated_policy_ids")?,
        kem: row.text("root_key_algorithm")?,
        current_version: row.count("current_version")?,
        is_active: row.raw("is_active")?,
        environment: row.parsed("environment")?,
        created_by: row.parsed_opt("created_by_user_id")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

fn read_version(row: &SqliteRow) -> Result<AnchorVersion> {
    Ok(AnchorVersion {
        anchor_id: row.parsed("anchor_id")?,
        version: row.count("version")?,
        kem: row.text("kem")?,
        public_key: row.raw("public_key")?,
        record: row.raw("record")?,
        state: row.parsed("state")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
