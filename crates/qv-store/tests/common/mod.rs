//! What the store's tests share: a fresh store and plausible rows.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::path::PathBuf;

use qv_audit::{Action, Actor, Entity, Event, Origin};
use qv_store::{
    Anchor, AnchorVersion, Assessment, Error, NewEnvelope, NewMaterial, Observation, Store,
    VaultMeta,
};
use qv_types::{
    AlgorithmUse, AnchorId, AnchorType, AssetId, AssetType, Compliance, Criticality, Environment,
    Exposure, KeyState, KeyType, Layer, MaterialId, Recorded, RequestId, RiskLevel, Sensitivity,
    Timestamp, VaultId,
};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

pub const NOW: Timestamp = Timestamp::from_unix_ms(1_795_000_000_000);

pub struct Fixture {
    pub store: Store,
    pub folder: tempfile::TempDir,
}

impl Fixture {
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("vault.db")
    }

    /// Runs SQL behind the store's back.
    pub async fn tamper(&self, sql: &str) {
        let mut db = raw(&self.path()).await;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut db)
            .await
            .unwrap();
        db.close().await.unwrap();
    }
}

pub async fn raw(path: &std::path::Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(false)
        .connect()
        .await
        .unwrap()
}

pub async fn fresh() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("vault.db"))
        .await
        .unwrap();
    let mut tx = store.begin().await.unwrap();
    let meta = VaultMeta {
        vault_id: VaultId::make_random(),
        created_at: NOW,
    };
    tx.create_vault(event(Action::VaultCreated, meta.vault_id), &meta)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    Fixture { store, folder }
}

pub fn origin() -> Origin {
    Origin {
        actor: Actor::Owner,
        request: RequestId::make(),
    }
}

pub fn event(action: Action, entity: impl Into<Entity>) -> Event {
    origin().event(NOW, action, entity)
}

pub fn later(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(NOW.unix_ms() + ms)
}

pub fn assessment(score: u32) -> Assessment {
    Assessment {
        compliance: if score < 25 {
            Compliance::Compliant
        } else {
            Compliance::NonCompliant
        },
        hybrid: false,
        score,
        exposure_points: i64::from(score) + 20,
        level: match score {
            0..25 => RiskLevel::Low,
            25..50 => RiskLevel::Medium,
            50..75 => RiskLevel::High,
            _ => RiskLevel::Critical,
        },
        traits: 5,
        recorded: Recorded::Vulnerable,
        verdicts: json!({"key_exchange": {"verdict": "NON_PQC", "rule": "r1"}}),
        breakdown: json!({"base_algo": 60, "exposure": 5}),
    }
}

pub fn observation(location: &str, score: u32) -> Observation {
    Observation {
        name: location.into(),
        asset_type: AssetType::TlsCert,
        location: location.into(),
        environment: Environment::Prod,
        criticality: Criticality::Medium,
        sensitivity: Sensitivity::Internal,
        exposure: Exposure::Internal,
        algorithms: vec![AlgorithmUse::new(
            Layer::KeyExchange,
            "X25519",
            "group negotiated",
            true,
        )],
        facts: json!({"port": 443}),
        assessment: assessment(score),
        at: NOW,
        scan: None,
    }
}

pub async fn add_asset(store: &Store, location: &str, score: u32) -> AssetId {
    let mut tx = store.begin().await.unwrap();
    let seen = observation(location, score);
    let added = tx
        .upsert_asset(event(Action::AssetScanned, Entity::log()), &seen)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    added.id
}

pub fn anchor(name: &str, environment: Environment) -> (Anchor, AnchorVersion) {
    let id = AnchorId::make();
    let anchor = Anchor {
        id,
        name: name.into(),
        description: None,
        anchor_type: AnchorType::RootOfTrust,
        associated_policy_ids: Vec::new(),
        kem: "ML-KEM-1024".into(),
        current_version: 1,
        is_active: false,
        environment,
        created_by: None,
        created_at: NOW,
        updated_at: NOW,
    };
    (anchor, version(id, 1))
}

pub fn version(anchor_id: AnchorId, version: u64) -> AnchorVersion {
    AnchorVersion {
        anchor_id,
        version,
        kem: "ML-KEM-1024".into(),
        public_key: vec![7; 1568],
        record: Some(format!("record {version}")),
        state: KeyState::Active,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub async fn add_anchor(store: &Store, name: &str, environment: Environment) -> AnchorId {
    let (anchor, version) = anchor(name, environment);
    let mut tx = store.begin().await.unwrap();
    tx.create_anchor(event(Action::AnchorCreated, anchor.id), &anchor, &version)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    anchor.id
}

pub fn material(asset_id: AssetId, label: &str) -> NewMaterial {
    NewMaterial {
        id: MaterialId::make(),
        asset_id,
        label: label.into(),
        key_type: KeyType::PrivateKey,
        storage_reference: "file:/etc/key.pem".into(),
        created_at: NOW,
    }
}

pub fn envelope(material_id: MaterialId, anchor_id: AnchorId, mark: u8) -> NewEnvelope {
    NewEnvelope {
        material_id,
        anchor_id,
        key_version: 1,
        policy_id: None,
        hash: hex::encode([mark; 32]),
        auth: hex::encode([mark ^ 0xff; 32]),
        envelope: format!("{{\"version\":\"qv-wrap-v1\",\"mark\":{mark}}}"),
        algorithm: "ML-KEM-1024+HKDF-SHA-256+AES-256-GCM".into(),
        wrapped_at: NOW,
    }
}

/// The error of a result, or a panic that says what came instead.
pub fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> Error {
    result.expect_err("this must be refused")
}
