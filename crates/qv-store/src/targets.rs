//! Scan targets (MVP section 2.1).

use qv_audit::Event;
use qv_types::{Environment, TargetId, TargetType, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;

use crate::error::{Error, Result};
use crate::row::Columns;
use crate::write::expect_one;
use crate::{Store, WriteTx};

/// What a scan touches. (environment, type, target) is unique.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its id.
    pub id: TargetId,
    /// What the user calls it.
    pub name: String,
    /// `host:port`, a URL, a path.
    pub target: String,
    /// How it is scanned.
    pub target_type: TargetType,
    /// Where it lives.
    pub environment: Environment,
    /// Where credentials for authenticated scans are kept, never they themselves.
    pub auth_reference: Option<String>,
    /// Settings for this target: what its assets are tagged with, who can reach them.
    pub options: Map<String, Value>,
    /// Whether scans without named targets touch it.
    pub is_active: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub updated_at: Timestamp,
}

impl Store {
    /// All targets by name, or only the active ones.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn targets(&self, active_only: bool) -> Result<Vec<Target>> {
        let rows = sqlx::query(
            "SELECT * FROM scan_targets WHERE is_active OR NOT ? ORDER BY name COLLATE NOCASE, id",
        )
        .bind(active_only)
        .fetch_all(&self.reads)
        .await?;
        rows.iter().map(read).collect()
    }

    /// One target.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn target(&self, id: TargetId) -> Result<Target> {
        let row = sqlx::query("SELECT * FROM scan_targets WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?;
        read(&row.ok_or_else(|| Error::not_found("target", id))?)
    }

    /// The target that scans this address in this environment in this way.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn find_target(
        &self,
        environment: Environment,
        kind: TargetType,
        target: &str,
    ) -> Result<Option<Target>> {
        let row = sqlx::query(
            "SELECT * FROM scan_targets WHERE environment = ? AND target_type = ? AND target = ?",
        )
        .bind(environment.as_str())
        .bind(kind.as_str())
        .bind(target)
        .fetch_optional(&self.reads)
        .await?;
        row.as_ref().map(read).transpose()
    }
}

impl WriteTx {
    /// Adds a target.
    ///
    /// # Errors
    /// [`Error::Conflict`] where there is one of the same environment, type and address.
    pub async fn add_target(&mut self, event: Event, target: &Target) -> Result<()> {
        sqlx::query(
            "INSERT INTO scan_targets (id, name, target, target_type, environment, auth_reference, options, is_active, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(target.id.to_string())
        .bind(target.name.clone())
        .bind(target.target.clone())
        .bind(target.target_type.as_str())
        .bind(target.environment.as_str())
        .bind(target.auth_reference.clone())
        .bind(serde_json::to_string(&target.options)?)
        .bind(target.is_active)
        .bind(target.created_at.unix_ms())
        .bind(target.updated_at.unix_ms())
        .execute(self.change())
        .await?;
        self.record(event);
        Ok(())
    }

    /// Writes all of a target but its id and creation time.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] as in [`WriteTx::add_target`].
    pub async fn update_target(&mut self, event: Event, target: &Target) -> Result<()> {
        let done = sqlx::query(
            "UPDATE scan_targets SET name = ?, target = ?, target_type = ?, environment = ?, auth_reference = ?, options = ?,
               is_active = ?, updated_at = ? WHERE id = ?",
        )
        .bind(target.name.clone())
        .bind(target.target.clone())
        .bind(target.target_type.as_str())
        .bind(target.environment.as_str())
        .bind(target.auth_reference.clone())
        .bind(serde_json::to_string(&target.options)?)
        .bind(target.is_active)
        .bind(target.updated_at.unix_ms())
        .bind(target.id.to_string())
        .execute(self.change())
        .await?;
        expect_one(done.rows_affected(), "target", target.id)?;
        self.record(event);
        Ok(())
    }

    /// Removes a target; assets and scans stay.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_target(&mut self, event: Event, id: TargetId) -> Result<()> {
        let done = sqlx::query("DELETE FROM scan_targets WHERE id = ?")
            .bind(id.to_string())
            .execute(self.change())
            .await?;
        expect_one(done.rows_affected(), "target", id)?;
        self.record(event);
        Ok(())
    }
}

fn read(row: &SqliteRow) -> Result<Target> {
    Ok(Target {
        id: row.parsed("id")?,
        name: row.text("name")?,
        target: row.text("target")?,
        target_type: row.parsed("target_type")?,
        environment: row.parsed("environment")?,
        auth_reference: row.raw("auth_reference")?,
        options: row.json("options")?,
        is_active: row.raw("is_active")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
