//! Key material of assets and its envelopes (MVP sections 2.1 and 8, crypto.md section 4).
//!
//! Material is stored as a qv-wrap-v1 envelope and in no other form. The event of each wrap names
//! the envelope's hash; an opener compares that name, the row's hash and its HMAC.

use std::collections::HashSet;

use qv_audit::{Entity, Event};
use qv_types::{AnchorId, AssetId, Environment, KeyType, MaterialId, PolicyId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::bulk::insert_rows;
use crate::error::{Error, Result};
use crate::records::GONE;
use crate::row::{Columns, text_of};
use crate::write::expect_one;
use crate::{Store, WriteTx};

/// Member of an event's metadata that names an envelope.
const ENVELOPE_HASH: &str = "envelope_hash";

/// A piece of key material, without its envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// Its id.
    pub id: MaterialId,
    /// The asset that it belongs to.
    pub asset_id: AssetId,
    /// What the user calls it; unique within the asset.
    pub label: String,
    /// What it is.
    pub key_type: KeyType,
    /// Where it came from.
    pub storage_reference: String,
    /// Where its envelope is; `None` until it is wrapped.
    pub wrapped_reference: Option<String>,
    /// When it was last wrapped.
    pub last_wrapped_at: Option<Timestamp>,
    /// Whether it is wrapped.
    pub is_wrapped: bool,
    /// Suites of the envelope.
    pub algorithm_details: Map<String, Value>,
    /// Anchor and version of its envelope.
    pub key: Option<(AnchorId, u64)>,
    /// Policy under which it was wrapped.
    pub policy_id: Option<PolicyId>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Material to be added; its envelope follows by [`WriteTx::put_envelopes`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMaterial {
    /// Its id, which is in the envelope's AAD.
    pub id: MaterialId,
    /// The asset that it belongs to.
    pub asset_id: AssetId,
    /// What the user calls it.
    pub label: String,
    /// What it is.
    pub key_type: KeyType,
    /// Where it came from, for example `file:/etc/ssl/key.pem`.
    pub storage_reference: String,
    /// When it is added.
    pub created_at: Timestamp,
}

/// A sealed envelope to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnvelope {
    /// The material.
    pub material_id: MaterialId,
    /// The anchor.
    pub anchor_id: AnchorId,
    /// The version of its keys.
    pub key_version: u64,
    /// The policy under which it was wrapped.
    pub policy_id: Option<PolicyId>,
    /// The envelope's hash, hex.
    pub hash: String,
    /// HMAC of material id and hash, hex (crypto.md section 4).
    pub auth: String,
    /// The envelope's JSON.
    pub envelope: String,
    /// Suites, as lists show them: `ML-KEM-1024+HKDF-SHA-256+AES-256-GCM`.
    pub algorithm: String,
    /// When it was sealed.
    pub wrapped_at: Timestamp,
}

/// An envelope with the values that opening compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEnvelope {
    /// The material.
    pub material_id: MaterialId,
    /// Its asset.
    pub asset_id: AssetId,
    /// The anchor.
    pub anchor_id: AnchorId,
    /// The version of its keys.
    pub key_version: u64,
    /// The policy under which it was wrapped.
    pub policy_id: Option<PolicyId>,
    /// The row's hash, hex.
    pub hash: String,
    /// The row's HMAC, hex.
    pub auth: String,
    /// The hash that the latest wrap event names.
    pub logged_hash: Option<String>,
    /// The envelope's JSON.
    pub envelope: String,
    /// When it was sealed.
    pub wrapped_at: Timestamp,
}

macro_rules! material_sql {
    ($tail:literal) => {
        concat!(
            "SELECT m.*, e.algorithm, e.wrapped_at, e.policy_id, v.anchor_id, v.version FROM asset_key_material m
             LEFT JOIN envelopes e ON e.material_seq = m.seq LEFT JOIN anchor_versions v ON v.seq = e.key_seq ",
            $tail
        )
    };
}

macro_rules! envelope_sql {
    ($tail:literal) => {
        concat!(
            "SELECT e.*, m.id, m.asset_id, v.anchor_id, v.version, (SELECT json_extract(l.event, '$.metadata.envelope_hash')
               FROM audit_log_events l WHERE l.entity_id = m.id AND l.entity_type = 'MATERIAL'
                 AND json_extract(l.event, '$.metadata.envelope_hash') IS NOT NULL ORDER BY l.seq DESC LIMIT 1) AS logged_hash
             FROM asset_key_material m JOIN envelopes e ON e.material_seq = m.seq JOIN anchor_versions v ON v.seq = e.key_seq ",
            $tail
        )
    };
}

impl Store {
    /// The material of an asset, by label.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn materials(&self, asset: AssetId) -> Result<Vec<Material>> {
        let rows = sqlx::query(material_sql!("WHERE m.asset_id = ? ORDER BY m.label"))
            .bind(asset.to_string())
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(read_material).collect()
    }

    /// The material of several assets, by asset and label.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn materials_of(&self, assets: &[AssetId]) -> Result<Vec<Material>> {
        let rows = sqlx::query(material_sql!(
            "WHERE m.asset_id IN (SELECT value FROM json_each(?)) ORDER BY m.asset_id, m.label"
        ))
        .bind(serde_json::to_string(assets)?)
        .fetch_all(&self.reads)
        .await?;
        rows.iter().map(read_material).collect()
    }

    /// The assets that have any material.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn assets_with_material(&self) -> Result<HashSet<AssetId>> {
        let rows = sqlx::query("SELECT DISTINCT asset_id FROM asset_key_material")
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(|row| row.parsed("asset_id")).collect()
    }

    /// The material of assets of these environments, of all where none is named, in the order of ids:
    /// pass the last id of one batch to get the next.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn materials_after(
        &self,
        environments: &[Environment],
        after: Option<MaterialId>,
        limit: u32,
    ) -> Result<Vec<Material>> {
        let rows = sqlx::query(material_sql!(
            "WHERE m.id > ?1 AND (?2 = '[]' OR EXISTS (SELECT 1 FROM assets a WHERE a.id = m.asset_id
               AND a.environment IN (SELECT value FROM json_each(?2)))) ORDER BY m.id LIMIT ?3"
        ))
            .bind(text_of(after).unwrap_or_default())
            .bind(serde_json::to_string(environments)?)
            .bind(limit)
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(read_material).collect()
    }

    /// One piece of material.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn material(&self, id: MaterialId) -> Result<Material> {
        let row = sqlx::query(material_sql!("WHERE m.id = ?"))
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?;
        read_material(&row.ok_or_else(|| Error::not_found("key material", id))?)
    }

    /// The envelope of a piece of material.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it does not exist or is not wrapped.
    pub async fn envelope(&self, id: MaterialId) -> Result<StoredEnvelope> {
        let row = sqlx::query(envelope_sql!("WHERE m.id = ?"))
            .bind(id.to_string())
            .fetch_optional(&self.reads)
            .await?;
        read_envelope(&row.ok_or_else(|| Error::not_found("envelope of key material", id))?)
    }

    /// The envelopes of several pieces of material, in the order of ids.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn envelopes(&self, ids: &[MaterialId]) -> Result<Vec<StoredEnvelope>> {
        let rows = sqlx::query(envelope_sql!(
            "WHERE m.id IN (SELECT value FROM json_each(?)) ORDER BY m.id"
        ))
        .bind(serde_json::to_string(ids)?)
        .fetch_all(&self.reads)
        .await?;
        rows.iter().map(read_envelope).collect()
    }

    /// Ids of material wrapped under one version of an anchor, in order: for rewrapping.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn materials_under(
        &self,
        anchor: AnchorId,
        version: u64,
        after: Option<MaterialId>,
        limit: u32,
    ) -> Result<Vec<MaterialId>> {
        let rows = sqlx::query(
            "SELECT m.id FROM anchor_versions v JOIN envelopes e ON e.key_seq = v.seq JOIN asset_key_material m ON m.seq = e.material_seq
             WHERE v.anchor_id = ? AND v.version = ? AND e.material_seq > coalesce((SELECT seq FROM asset_key_material WHERE id = ?), 0)
             ORDER BY e.material_seq LIMIT ?",
        )
        .bind(anchor.to_string())
        .bind(version.cast_signed())
        .bind(text_of(after))
        .bind(limit)
        .fetch_all(&self.reads)
        .await?;
        rows.iter().map(|row| row.parsed("id")).collect()
    }

    /// How many envelopes each version of each anchor has.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn envelope_counts(&self) -> Result<Vec<(AnchorId, u64, u64)>> {
        let rows = sqlx::query("SELECT v.anchor_id, v.version, count(*) AS n FROM envelopes e JOIN anchor_versions v ON v.seq = e.key_seq GROUP BY v.seq")
            .fetch_all(&self.reads)
            .await?;
        rows.iter()
            .map(|row| {
                Ok((
                    row.parsed("anchor_id")?,
                    row.count("version")?,
                    row.count("n")?,
                ))
            })
            .collect()
    }
}

impl WriteTx {
    /// Adds material, one event each.
    ///
    /// # Errors
    /// [`Error::Conflict`] where an asset has material of that label or does not exist.
    pub async fn add_materials(&mut self, materials: Vec<(Event, NewMaterial)>) -> Result<()> {
        let (events, rows): (Vec<_>, Vec<_>) = materials.into_iter().unzip();
        let statement = (
            "INSERT INTO asset_key_material (id, asset_id, label, key_type, storage_reference, created_at)",
            6,
            "",
        );
        insert_rows(
            self.change(),
            statement,
            rows,
            |query, material: NewMaterial| {
                query
                    .bind(material.id.to_string())
                    .bind(material.asset_id.to_string())
                    .bind(material.label)
                    .bind(material.key_type.as_str())
                    .bind(material.storage_reference)
                    .bind(material.created_at.unix_ms())
            },
        )
        .await?;
        self.record_all(events);
        self.append_early().await
    }

    /// Stores envelopes, replacing earlier ones of the same material. One event each: its entity
    /// becomes the material, its metadata names the envelope.
    ///
    /// # Errors
    /// [`Error::NotFound`] where material or anchor version do not exist.
    pub async fn put_envelopes(&mut self, envelopes: Vec<(Event, NewEnvelope)>) -> Result<()> {
        let (mut events, rows): (Vec<_>, Vec<_>) = envelopes.into_iter().unzip();
        for (event, row) in events.iter_mut().zip(&rows) {
            event.entity = Entity::from(row.material_id);
            let hash = row.hash.clone().into();
            event.metadata.insert(ENVELOPE_HASH.into(), hash);
        }
        let db = self.change();
        let places = places(db, &rows).await?;
        let rows = places.into_iter().zip(rows).collect();
        insert_rows(db, ENVELOPE_INSERT, rows, |query, (place, row)| {
            query
                .bind(place.material)
                .bind(place.key)
                .bind(text_of(row.policy_id))
                .bind(row.algorithm)
                .bind(place.hash)
                .bind(place.auth)
                .bind(row.wrapped_at.unix_ms())
                .bind(row.envelope)
        })
        .await?;
        self.record_all(events);
        self.append_early().await
    }

    /// Removes material and its envelope; their pages are overwritten. The event's entity becomes
    /// the material, and its metadata says that the envelope is gone.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_material(&mut self, mut event: Event, id: MaterialId) -> Result<()> {
        let done = sqlx::query("DELETE FROM asset_key_material WHERE id = ?")
            .bind(id.to_string())
            .execute(self.change())
            .await?;
        expect_one(done.rows_affected(), "key material", id)?;
        event.entity = id.into();
        self.record(event.with(ENVELOPE_HASH, GONE));
        Ok(())
    }
}

const ENVELOPE_INSERT: (&str, usize, &str) = (
    "INSERT INTO envelopes (material_seq, key_seq, policy_id, algorithm, hash, auth, wrapped_at, envelope)",
    8,
    "ON CONFLICT (material_seq) DO UPDATE SET key_seq = excluded.key_seq, policy_id = excluded.policy_id, algorithm = excluded.algorithm,
       hash = excluded.hash, auth = excluded.auth, wrapped_at = excluded.wrapped_at, envelope = excluded.envelope",
);

/// Where an envelope belongs, by row numbers, and its hashes as bytes.
struct Place {
    material: i64,
    key: i64,
    hash: Vec<u8>,
    auth: Vec<u8>,
}

/// Finds the rows that envelopes belong to, in one round trip for each kind.
async fn places(db: &mut SqliteConnection, rows: &[NewEnvelope]) -> Result<Vec<Place>> {
    const MATERIALS: &str = "SELECT json_group_array(m.seq ORDER BY j.key) FROM json_each(?) j LEFT JOIN asset_key_material m ON m.id = j.value";
    const KEYS: &str = "SELECT json_group_array(v.seq ORDER BY j.key) FROM json_each(?) j
         LEFT JOIN anchor_versions v ON v.anchor_id = j.value ->> 0 AND v.version = j.value ->> 1";
    let ids: Vec<_> = rows.iter().map(|row| row.material_id).collect();
    let materials = numbers(db, MATERIALS, serde_json::to_string(&ids)?).await?;
    let mut keys: Vec<_> = rows
        .iter()
        .map(|row| (row.anchor_id, row.key_version))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let key_seqs = numbers(db, KEYS, serde_json::to_string(&keys)?).await?;
    let place = |(row, material): (&NewEnvelope, Option<i64>)| {
        let key = (row.anchor_id, row.key_version);
        let key_seq = keys
            .binary_search(&key)
            .ok()
            .and_then(|at| key_seqs.get(at).copied().flatten());
        Ok(Place {
            material: material.ok_or_else(|| Error::not_found("key material", row.material_id))?,
            key: key_seq.ok_or_else(|| {
                Error::not_found("anchor version", format_args!("{}/{}", key.0, key.1))
            })?,
            hash: bytes(&row.hash)?,
            auth: bytes(&row.auth)?,
        })
    };
    rows.iter().zip(materials).map(place).collect()
}

async fn numbers(
    db: &mut SqliteConnection,
    sql: &'static str,
    list: String,
) -> Result<Vec<Option<i64>>> {
    let text: String = sqlx::query_scalar(sql).bind(list).fetch_one(db).await?;
    Ok(serde_json::from_str(&text)?)
}

fn bytes(hex_text: &str) -> Result<Vec<u8>> {
    hex::decode(hex_text)
        .map_err(|_| Error::Conflict("an envelope's hash is not in hexadecimal".into()))
}

fn read_material(row: &SqliteRow) -> Result<Material> {
    let id: MaterialId = row.parsed("id")?;
    let anchor: Option<AnchorId> = row.parsed_opt("anchor_id")?;
    let algorithm: Option<String> = row.raw("algorithm")?;
    let created_at = row.time("created_at")?;
    let wrapped_at = row.time_opt("wrapped_at")?;
    Ok(Material {
        id,
        asset_id: row.parsed("asset_id")?,
        label: row.text("label")?,
        key_type: row.parsed("key_type")?,
        storage_reference: row.text("storage_reference")?,
        wrapped_reference: anchor.map(|_| format!("local:envelope/{id}")),
        last_wrapped_at: wrapped_at,
        is_wrapped: anchor.is_some(),
        algorithm_details: algorithm
            .map(|name| ("algorithm".into(), name.into()))
            .into_iter()
            .collect(),
        key: anchor
            .map(|anchor| Ok::<_, Error>((anchor, row.count("version")?)))
            .transpose()?,
        policy_id: row.parsed_opt("policy_id")?,
        created_at,
        updated_at: wrapped_at.unwrap_or(created_at),
    })
}

fn read_envelope(row: &SqliteRow) -> Result<StoredEnvelope> {
    Ok(StoredEnvelope {
        material_id: row.parsed("id")?,
        asset_id: row.parsed("asset_id")?,
        anchor_id: row.parsed("anchor_id")?,
        key_version: row.count("version")?,
        policy_id: row.parsed_opt("policy_id")?,
        hash: hex::encode(row.hash("hash")?),
        auth: hex::encode(row.hash("auth")?),
        logged_hash: row.raw("logged_hash")?,
        envelope: row.text("envelope")?,
        wrapped_at: row.time("wrapped_at")?,
    })
}
