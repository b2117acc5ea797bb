//! Changing assets: seen by a scan, edited, assessed, wrapped, tagged.

use qv_audit::Event;
use qv_types::{AssetId, AssetStatus, AssetType, Environment, ScanResult, Timestamp};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnection;

use super::{
    Assessment, Asset, AssetEdit, Observation, Upserted, WrapperUpdate, find, read_asset, select,
};
use crate::WriteTx;
use crate::bulk::Binding;
use crate::error::{Error, Result};
use crate::row::Columns;
use crate::write::expect_one;

impl WriteTx {
    /// The asset of this identity as this transaction sees it: nobody can change it before the
    /// commit, so what is computed from it stays true.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn find_asset(
        &mut self,
        environment: Environment,
        location: &str,
        asset_type: AssetType,
    ) -> Result<Option<Asset>> {
        find(self.read(), environment, location, asset_type).await
    }

    /// One asset as this transaction sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn asset(&mut self, id: AssetId) -> Result<Asset> {
        let row = select("WHERE a.id = ?")
            .bind(id.to_string())
            .fetch_optional(self.read())
            .await?;
        read_asset(&row.ok_or_else(|| Error::not_found("asset", id))?)
    }

    /// Adds an asset or brings a known one up to date, and notes it with its scan. The event's
    /// entity becomes the asset, and its metadata gets the `result`. Doing the same twice (a
    /// resumed scan) changes nothing more.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn upsert_asset(&mut self, mut event: Event, seen: &Observation) -> Result<Upserted> {
        let db = self.change();
        let algorithms = serde_json::to_string(&seen.algorithms)?;
        let facts = serde_json::to_string(&seen.facts)?;
        let known = sqlx::query(
            "SELECT a.seq, a.id, d.crypto_algorithms_in_use = ?4 AND d.facts = ?5 AS same FROM assets a
             JOIN asset_details d ON d.asset_seq = a.seq WHERE a.environment = ?1 AND a.location = ?2 AND a.type = ?3",
        )
        .bind(seen.environment.as_str())
        .bind(seen.location.clone())
        .bind(seen.asset_type.as_str())
        .bind(algorithms.clone())
        .bind(facts.clone())
        .fetch_optional(&mut *db)
        .await?;
        let result = match &known {
            None => ScanResult::New,
            Some(row) if row.raw("same")? => ScanResult::Unchanged,
            Some(_) => ScanResult::Updated,
        };
        let (id, seq) = match &known {
            None => (AssetId::make(), 0),
            Some(row) => (row.parsed("id")?, row.raw("seq")?),
        };
        let row = Seen {
            id,
            seq,
            result,
            algorithms,
            facts,
        };
        write_seen(db, seen, row).await?;
        event.entity = id.into();
        self.record(event.with("result", result.as_str()));
        Ok(Upserted { id, result })
    }

    /// Edits an asset's name and traits, with the score that follows from them.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn update_asset(
        &mut self,
        event: Event,
        id: AssetId,
        edit: &AssetEdit,
        assessment: &Assessment,
        at: Timestamp,
    ) -> Result<()> {
        let done = sqlx::query("UPDATE assets SET name = ?, business_criticality = ?, data_sensitivity = ?, exposure = ?, secrecy_years = ?, updated_at = ? WHERE id = ?")
            .bind(edit.name.clone())
            .bind(edit.criticality.as_str())
            .bind(edit.sensitivity.as_str())
            .bind(edit.exposure.as_str())
            .bind(edit.secrecy_years)
            .bind(at.unix_ms())
            .bind(id.to_string())
            .execute(self.change())
            .await?;
        expect_one(done.rows_affected(), "asset", id)?;
        assess(self.change(), &[(id, assessment)]).await?;
        self.record(event);
        Ok(())
    }

    /// Replaces the assessments of assets, in bulk under one event; the rest of them, their
    /// update time included, stays. Ids that do not exist are passed over.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn assess_assets(
        &mut self,
        event: Event,
        assessments: &[(AssetId, Assessment)],
    ) -> Result<()> {
        let rows: Vec<_> = assessments
            .iter()
            .map(|(id, assessment)| (*id, assessment))
            .collect();
        assess(self.change(), &rows).await?;
        self.record(event);
        Ok(())
    }

    /// Writes what wrapping made of assets, one event each.
    ///
    /// # Errors
    /// Those of any write. Ids that do not exist are passed over.
    pub async fn set_wrappers(&mut self, updates: Vec<(Event, WrapperUpdate)>) -> Result<()> {
        let db = self.change();
        for chunk in updates.chunks(512) {
            let rows: Vec<Value> = chunk
                .iter()
                .map(|(_, u)| {
                    let (algorithm, anchor) = u
                        .wrapper
                        .as_ref()
                        .map_or((None, None), |(algorithm, anchor)| {
                            (Some(algorithm), Some(anchor))
                        });
                    json!([
                        u.id,
                        u.wrapper.is_some(),
                        algorithm,
                        anchor,
                        u.status,
                        u.at.unix_ms()
                    ])
                })
                .collect();
            sqlx::query(
                "UPDATE assets SET wrapper_enabled = j.value ->> 1, wrapper_algorithm = j.value ->> 2, wrapper_anchor_id = j.value ->> 3,
                   status = j.value ->> 4, wrapper_last_updated_at = j.value ->> 5, updated_at = j.value ->> 5
                 FROM json_each(?) j WHERE assets.id = j.value ->> 0",
            )
            .bind(serde_json::to_string(&rows)?)
            .execute(&mut *db)
            .await?;
            let assessments: Vec<_> = chunk
                .iter()
                .map(|(_, update)| (update.id, &update.assessment))
                .collect();
            assess(db, &assessments).await?;
        }
        self.record_all(updates.into_iter().map(|(event, _)| event));
        self.append_early().await
    }

    /// Moves an asset between found and proven.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn set_asset_status(
        &mut self,
        event: Event,
        id: AssetId,
        status: AssetStatus,
        at: Timestamp,
    ) -> Result<()> {
        let done = sqlx::query("UPDATE assets SET status = ?, updated_at = ? WHERE id = ?")
            .bind(status.as_str())
            .bind(at.unix_ms())
            .bind(id.to_string())
            .execute(self.change())
            .await?;
        expect_one(done.rows_affected(), "asset", id)?;
        self.record(event);
        Ok(())
    }

    /// Replaces an asset's tags.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn set_tags(
        &mut self,
        event: Event,
        id: AssetId,
        tags: &[String],
        at: Timestamp,
    ) -> Result<()> {
        let db = self.change();
        let done = sqlx::query("UPDATE assets SET updated_at = ? WHERE id = ?")
            .bind(at.unix_ms())
            .bind(id.to_string())
            .execute(&mut *db)
            .await?;
        expect_one(done.rows_affected(), "asset", id)?;
        sqlx::query(
            "DELETE FROM asset_tags WHERE asset_seq = (SELECT seq FROM assets WHERE id = ?)",
        )
        .bind(id.to_string())
        .execute(&mut *db)
        .await?;
        sqlx::query("INSERT OR IGNORE INTO asset_tags (tag, asset_seq) SELECT j.value, a.seq FROM json_each(?) j, assets a WHERE a.id = ?")
            .bind(serde_json::to_string(tags)?)
            .bind(id.to_string())
            .execute(db)
            .await?;
        self.record(event);
        Ok(())
    }

    /// Removes an asset with its material, envelopes and history.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_asset(&mut self, event: Event, id: AssetId) -> Result<()> {
        let done = sqlx::query("DELETE FROM assets WHERE id = ?")
            .bind(id.to_string())
            .execute(self.change())
            .await?;
        expect_one(done.rows_affected(), "asset", id)?;
        self.record(event);
        Ok(())
    }
}

/// An observation's place and its facts as text.
struct Seen {
    id: AssetId,
    /// Not used where the asset is new.
    seq: i64,
    result: ScanResult,
    algorithms: String,
    facts: String,
}

const INSERT_SEEN: &str = "INSERT INTO assets (pqc_compliance, hybrid, quantum_risk_score, exposure_points, risk_level, crypto_traits, recorded,
       last_scan_timestamp, updated_at, id, name, type, location, environment, business_criticality, data_sensitivity, exposure, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
     INSERT INTO asset_details (crypto_algorithms_in_use, facts, verdicts, score, asset_seq)
     SELECT ?, ?, ?, ?, seq FROM assets WHERE id = ?";

const UPDATE_SEEN: &str = "UPDATE assets SET pqc_compliance = ?, hybrid = ?, quantum_risk_score = ?, exposure_points = ?, risk_level = ?,
       crypto_traits = ?, recorded = ?, last_scan_timestamp = ?, updated_at = coalesce(?, updated_at) WHERE seq = ?;
     UPDATE asset_details SET crypto_algorithms_in_use = ?, facts = ?, verdicts = ?, score = ? WHERE asset_seq = ?";

/// A second run of the same step keeps what the first one said.
const NOTE_SCAN: &str =
    "; INSERT INTO scan_assets (scan_id, target, scan_result, details, recorded_at, asset_id, asset_seq)
     SELECT ?, ?, ?, ?, ?, id, seq FROM assets WHERE id = ? ON CONFLICT DO NOTHING";

/// Writes an asset, its facts and the scan's line in one round trip; the update time moves only
/// where facts changed.
async fn write_seen(db: &mut SqliteConnection, seen: &Observation, row: Seen) -> Result<()> {
    let is_new = row.result == ScanResult::New;
    let write = if is_new { INSERT_SEEN } else { UPDATE_SEEN };
    let note = if seen.scan.is_some() { NOTE_SCAN } else { "" };
    let assessment = &seen.assessment;
    let changed_at = (row.result != ScanResult::Unchanged).then_some(seen.at.unix_ms());
    let mut query = sqlx::query(AssertSqlSafe(format!("{write}{note}")))
        .bind(assessment.compliance.as_str())
        .bind(assessment.hybrid)
        .bind(assessment.score)
        .bind(assessment.exposure_points)
        .bind(assessment.level.as_str())
        .bind(assessment.traits)
        .bind(assessment.recorded.as_str())
        .bind(seen.at.unix_ms())
        .bind(changed_at);
    query = if is_new {
        bind_identity(query, seen, row.id)
    } else {
        query.bind(row.seq)
    };
    query = query
        .bind(row.algorithms)
        .bind(row.facts)
        .bind(serde_json::to_string(&assessment.verdicts)?)
        .bind(serde_json::to_string(&assessment.breakdown)?);
    query = if is_new {
        query.bind(row.id.to_string())
    } else {
        query.bind(row.seq)
    };
    if let Some((scan, target, details)) = &seen.scan {
        query = query
            .bind(scan.to_string())
            .bind(target.clone())
            .bind(row.result.as_str())
            .bind(serde_json::to_string(details)?)
            .bind(seen.at.unix_ms())
            .bind(row.id.to_string());
    }
    query.execute(db).await?;
    Ok(())
}

fn bind_identity<'q>(query: Binding<'q>, seen: &Observation, id: AssetId) -> Binding<'q> {
    query
        .bind(id.to_string())
        .bind(seen.name.clone())
        .bind(seen.asset_type.as_str())
        .bind(seen.location.clone())
        .bind(seen.environment.as_str())
        .bind(seen.criticality.as_str())
        .bind(seen.sensitivity.as_str())
        .bind(seen.exposure.as_str())
        .bind(seen.at.unix_ms())
}

/// Writes assessments in bulk.
async fn assess(db: &mut SqliteConnection, rows: &[(AssetId, &Assessment)]) -> Result<()> {
    for chunk in rows.chunks(512) {
        let values: Vec<Value> = chunk
            .iter()
            .map(|(id, a)| {
                json!([
                    id,
                    a.compliance,
                    a.hybrid,
                    a.score,
                    a.exposure_points,
                    a.level,
                    a.verdicts,
                    a.breakdown,
                    a.traits,
                    a.recorded
                ])
            })
            .collect();
        let values = serde_json::to_string(&values)?;
        sqlx::query(
            "UPDATE assets SET pqc_compliance = j.value ->> 1, hybrid = j.value ->> 2, quantum_risk_score = j.value ->> 3,
               exposure_points = j.value ->> 4, risk_level = j.value ->> 5, crypto_traits = j.value ->> 8, recorded = j.value ->> 9
             FROM json_each(?) j WHERE assets.id = j.value ->> 0",
        )
        .bind(values.clone())
        .execute(&mut *db)
        .await?;
        sqlx::query(
            "UPDATE asset_details SET verdicts = j.value -> 6, score = j.value -> 7
             FROM json_each(?) j JOIN assets a ON a.id = j.value ->> 0 WHERE asset_details.asset_seq = a.seq",
        )
        .bind(values)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}
