//! Encryption policies and what they were last found to say of each asset (MVP section 5).

use qv_audit::Event;
use qv_types::{
    AssetId, EnforcementMode, PolicyId, ScopeType, Timestamp, TransitionStrategy, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::error::{Error, Result};
use crate::row::{Columns, text_of};
use crate::write::expect_one;
use crate::{Store, WriteTx};

/// A policy as it is stored; `qv-policy` parses scope and requirements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its id.
    pub id: PolicyId,
    /// Its name, unique.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How it chooses assets.
    pub scope_type: ScopeType,
    /// The scope's operators.
    pub scope_definition: Value,
    /// Required algorithms: an object of lists.
    pub required_pqc_algorithms: Value,
    /// Whether hybrid is enough.
    pub transition_strategy: TransitionStrategy,
    /// Whether it acts.
    pub enforcement_mode: EnforcementMode,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// Whether it counts.
    pub is_active: bool,
    /// When it was last evaluated over all assets.
    pub last_evaluated_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub updated_at: Timestamp,
}

/// What a policy says of one asset in its scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyResult {
    /// The asset.
    pub asset_id: AssetId,
    /// Whether it complies.
    pub is_compliant: bool,
    /// Why not.
    pub reason: Option<String>,
}

/// What one policy says of an asset, from the asset's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetPolicy {
    /// The policy.
    pub policy_id: PolicyId,
    /// Its name.
    pub name: String,
    /// Whether the asset complies.
    pub is_compliant: bool,
    /// Why not.
    pub reason: Option<String>,
    /// When that was found.
    pub evaluated_at: Timestamp,
}

/// The numbers of a policy's page (MVP sections 5.3 and 5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyMetrics {
    /// All assets there are.
    pub total_assets: u64,
    /// Assets in its scope.
    pub in_scope: u64,
    /// Of these, not compliant.
    pub non_compliant: u64,
    /// Of these, wrapped.
    pub wrapped: u64,
}

impl PolicyMetrics {
    /// Assets in scope, of a hundred.
    #[must_use]
    pub fn coverage_percent(&self) -> f64 {
        if self.total_assets == 0 {
            0.0
        } else {
            self.in_scope as f64 * 100.0 / self.total_assets as f64
        }
    }
}

impl Store {
    /// All policies by name, or only the active ones.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn policies(&self, active_only: bool) -> Result<Vec<Policy>> {
        let rows = sqlx::query("SELECT * FROM encryption_policies WHERE is_active OR NOT ? ORDER BY name COLLATE NOCASE")
            .bind(active_only)
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(read).collect()
    }

    /// One policy.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn policy(&self, id: PolicyId) -> Result<Policy> {
        let row = sqlx::query("SELECT * FROM encryption_policies WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?;
        read(&row.ok_or_else(|| Error::not_found("policy", id))?)
    }

    /// The policy of that name.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn policy_by_name(&self, name: &str) -> Result<Policy> {
        let row = sqlx::query("SELECT * FROM encryption_policies WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.reads)
            .await?;
        read(&row.ok_or_else(|| Error::not_found("policy", name))?)
    }

    /// The numbers of a policy, as last evaluated.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn policy_metrics(&self, id: PolicyId) -> Result<PolicyMetrics> {
        let row = sqlx::query(
            "SELECT (SELECT coalesce(sum(assets), 0) FROM asset_facets) AS total, count(*) AS in_scope,
               coalesce(sum(1 - p.is_compliant), 0) AS failing, coalesce(sum(a.wrapper_enabled), 0) AS wrapped
             FROM policy_assets p JOIN assets a ON a.seq = p.asset_seq WHERE p.policy_id = ?",
        )
        .bind(id.to_string())
        .fetch_one(&self.reads)
        .await?;
        Ok(PolicyMetrics {
            total_assets: row.count("total")?,
            in_scope: row.count("in_scope")?,
            non_compliant: row.count("failing")?,
            wrapped: row.count("wrapped")?,
        })
    }

    /// What the policies say of an asset, as last evaluated.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn asset_policies(&self, asset: AssetId) -> Result<Vec<AssetPolicy>> {
        let rows = sqlx::query(
            "SELECT p.*, e.name FROM assets a JOIN policy_assets p ON p.asset_seq = a.seq JOIN encryption_policies e ON e.id = p.policy_id
             WHERE a.id = ? ORDER BY e.name COLLATE NOCASE",
        )
        .bind(asset.to_string())
        .fetch_all(&self.reads)
        .await?;
        let read = |row: &SqliteRow| {
            Ok(AssetPolicy {
                policy_id: row.parsed("policy_id")?,
                name: row.text("name")?,
                is_compliant: row.raw("is_compliant")?,
                reason: row.raw("reason")?,
                evaluated_at: row.time("last_evaluated_at")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// What the policy says of every asset in its scope, as last evaluated.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn policy_results(&self, id: PolicyId) -> Result<Vec<PolicyResult>> {
        let rows = sqlx::query("SELECT a.id, p.is_compliant, p.reason FROM policy_assets p JOIN assets a ON a.seq = p.asset_seq WHERE p.policy_id = ? ORDER BY p.asset_seq")
            .bind(id.to_string())
            .fetch_all(&self.reads)
            .await?;
        let read = |row: &SqliteRow| {
            Ok(PolicyResult {
                asset_id: row.parsed("id")?,
                is_compliant: row.raw("is_compliant")?,
                reason: row.raw("reason")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Assets that fail the policy and have material: the candidates of a wrap batch (MVP
    /// section 8.3). Whether the policy may act is the caller's question.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn wrap_candidates(&self, id: PolicyId) -> Result<Vec<AssetId>> {
        let rows = sqlx::query(
            "SELECT a.id FROM policy_assets p JOIN assets a ON a.seq = p.asset_seq WHERE p.policy_id = ? AND p.is_compliant = 0
               AND EXISTS (SELECT 1 FROM asset_key_material m WHERE m.asset_id = a.id) ORDER BY a.seq",
        )
        .bind(id.to_string())
        .fetch_all(&self.reads)
        .await?;
        rows.iter().map(|row| row.parsed("id")).collect()
    }
}

impl WriteTx {
    /// Creates a policy.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the name is taken.
    pub async fn create_policy(&mut self, event: Event, policy: &Policy) -> Result<()> {
        sqlx::query(
            "INSERT INTO encryption_policies (id, name, description, scope_type, scope_definition, required_pqc_algorithms,
               transition_strategy, enforcement_mode, created_by_user_id, is_active, last_evaluated_at, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)",
        )
        .bind(policy.id.to_string())
        .bind(policy.name.clone())
        .bind(policy.description.clone())
        .bind(policy.scope_type.as_str())
        .bind(policy.scope_definition.to_string())
        .bind(policy.required_pqc_algorithms.to_string())
        .bind(policy.transition_strategy.as_str())
        .bind(policy.enforcement_mode.as_str())
        .bind(text_of(policy.created_by))
        .bind(policy.is_active)
        .bind(policy.created_at.unix_ms())
        .bind(policy.updated_at.unix_ms())
        .execute(self.change())
        .await?;
        self.record(event);
        Ok(())
    }

    /// Writes all of a policy but its id, author, creation and evaluation times.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where the name is taken.
    pub async fn update_policy(&mut self, event: Event, policy: &Policy) -> Result<()> {
        let done = sqlx::query(
            "UPDATE encryption_policies SET name = ?, description = ?, scope_type = ?, scope_definition = ?, required_pqc_algorithms = ?,
               transition_strategy = ?, enforcement_mode = ?, is_active = ?, updated_at = ? WHERE id = ?",
        )
        .bind(policy.name.clone())
        .bind(policy.description.clone())
        .bind(policy.scope_type.as_str())
        .bind(policy.scope_definition.to_string())
        .bind(policy.required_pqc_algorithms.to_string())
        .bind(policy.transition_strategy.as_str())
        .bind(policy.enforcement_mode.as_str())
        .bind(policy.is_active)
        .bind(policy.updated_at.unix_ms())
        .bind(policy.id.to_string())
        .execute(self.change())
        .await?;
        expect_one(done.rows_affected(), "policy", policy.id)?;
        self.record(event);
        Ok(())
    }

    /// Removes a policy and its results.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_policy(&mut self, event: Event, id: PolicyId) -> Result<()> {
        let done = sqlx::query("DELETE FROM encryption_policies WHERE id = ?")
            .bind(id.to_string())
            .execute(self.change())
            .await?;
        expect_one(done.rows_affected(), "policy", id)?;
        self.record(event);
        Ok(())
    }

    /// Replaces everything that a policy said by what it says now of all assets.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn set_evaluation(
        &mut self,
        event: Event,
        id: PolicyId,
        results: &[PolicyResult],
        at: Timestamp,
    ) -> Result<()> {
        let db = self.change();
        let done = sqlx::query("UPDATE encryption_policies SET last_evaluated_at = ? WHERE id = ?")
            .bind(at.unix_ms())
            .bind(id.to_string())
            .execute(&mut *db)
            .await?;
        expect_one(done.rows_affected(), "policy", id)?;
        sqlx::query("DELETE FROM policy_assets WHERE policy_id = ?")
            .bind(id.to_string())
            .execute(&mut *db)
            .await?;
        put_results(db, id, results, at).await?;
        self.record(event);
        Ok(())
    }

    /// Replaces what a policy said of some assets: those in `results` are in its scope now, those
    /// in `out_of_scope` are not.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn update_evaluation(
        &mut self,
        event: Event,
        id: PolicyId,
        results: &[PolicyResult],
        out_of_scope: &[AssetId],
        at: Timestamp,
    ) -> Result<()> {
        let db = self.change();
        sqlx::query("DELETE FROM policy_assets WHERE policy_id = ? AND asset_seq IN (SELECT a.seq FROM json_each(?) j JOIN assets a ON a.id = j.value)")
            .bind(id.to_string())
            .bind(serde_json::to_string(out_of_scope)?)
            .execute(&mut *db)
            .await?;
        put_results(db, id, results, at).await?;
        self.record(event);
        Ok(())
    }
}

async fn put_results(
    db: &mut SqliteConnection,
    id: PolicyId,
    results: &[PolicyResult],
    at: Timestamp,
) -> Result<()> {
    for chunk in results.chunks(4096) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|result| (result.asset_id, result.is_compliant, &result.reason))
            .collect();
        sqlx::query(
            "INSERT INTO policy_assets (policy_id, asset_seq, is_compliant, reason, last_evaluated_at)
             SELECT ?1, a.seq, j.value ->> 1, j.value ->> 2, ?3 FROM json_each(?2) j JOIN assets a ON a.id = j.value ->> 0 WHERE true
             ON CONFLICT (policy_id, asset_seq) DO UPDATE SET is_compliant = excluded.is_compliant, reason = excluded.reason,
               last_evaluated_at = excluded.last_evaluated_at",
        )
        .bind(id.to_string())
        .bind(serde_json::to_string(&rows)?)
        .bind(at.unix_ms())
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

fn read(row: &SqliteRow) -> Result<Policy> {
    Ok(Policy {
        id: row.parsed("id")?,
        name: row.text("name")?,
        description: row.raw("description")?,
        scope_type: row.parsed("scope_type")?,
        scope_definition: row.json("scope_definition")?,
        required_pqc_algorithms: row.json("required_pqc_algorithms")?,
        transition_strategy: row.parsed("transition_strategy")?,
        enforcement_mode: row.parsed("enforcement_mode")?,
        created_by: row.parsed_opt("created_by_user_id")?,
        is_active: row.raw("is_active")?,
        last_evaluated_at: row.time_opt("last_evaluated_at")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
