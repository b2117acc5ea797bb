//! Any number of assets, whose traits are spread evenly, each in another rhythm.

use qv_audit::{Action, Actor, Origin};
use qv_store::{Assessment, Observation, Store, VaultMeta};
use qv_types::{
    AlgorithmUse, AssetType, Compliance, Criticality, Environment, Exposure, Layer, RequestId,
    RiskLevel, Sensitivity, Timestamp, VaultId,
};
use serde_json::json;

use crate::Result;

/// Assets of one transaction.
const GROUP: usize = 5000;

fn origin() -> Origin {
    Origin {
        actor: Actor::System,
        request: RequestId::make(),
    }
}

/// Makes the row of a vault in an empty store.
///
/// # Errors
/// From the store.
pub async fn make_vault(store: &Store) -> Result<()> {
    let now = Timestamp::now();
    let vault = VaultMeta {
        vault_id: VaultId::make(),
        created_at: now,
    };
    let mut tx = store.begin().await?;
    let event = origin().event(now, Action::VaultCreated, vault.vault_id);
    tx.create_vault(event, &vault).await?;
    Ok(tx.commit().await?)
}

/// Adds so many assets, each with a tag of one in twenty.
///
/// # Errors
/// From the store.
pub async fn fill(store: &Store, size: usize) -> Result<()> {
    let origin = origin();
    let now = Timestamp::now();
    let mut tx = store.begin().await?;
    for number in 0..size {
        let event = origin.event(now, Action::AssetScanned, VaultId::make());
        let added = tx.upsert_asset(event, &observation(number)).await?;
        let tags = [format!("team-{}", number % 20)];
        let event = origin.event(now, Action::AssetTagged, added.id);
        tx.set_tags(event, added.id, &tags, now).await?;
        if number % GROUP == GROUP - 1 {
            tx.commit().await?;
            tx = store.begin().await?;
        }
    }
    Ok(tx.commit().await?)
}

fn observation(number: usize) -> Observation {
    let score = u32::try_from(number * 7919 % 101).unwrap_or(0);
    let compliance = if number.is_multiple_of(3) {
        Compliance::Compliant
    } else {
        Compliance::NonCompliant
    };
    let level = match score {
        0..25 => RiskLevel::Low,
        25..50 => RiskLevel::Medium,
        50..75 => RiskLevel::High,
        _ => RiskLevel::Critical,
    };
    let seen =
        Timestamp::from_unix_ms(1_780_000_000_000 + (number * 104_729 % 1_000_000_000) as i64);
    Observation {
        name: format!("host-{number:06}-{}", number % 100),
        asset_type: AssetType::ALL[number % 3],
        location: format!("host-{number:06}-{}.example.org:443", number % 100),
        environment: Environment::ALL[number / 3 % 4],
        criticality: Criticality::Medium,
        sensitivity: Sensitivity::Internal,
        exposure: Exposure::Internal,
        algorithms: vec![
            AlgorithmUse::new(Layer::KeyExchange, "X25519", "group negotiated", true),
            AlgorithmUse::new(Layer::Authentication, "RSA", "leaf key", true),
        ],
        facts: json!({"versions": ["TLS1.3", "TLS1.2"], "alpn": "h2"}),
        assessment: Assessment {
            compliance,
            hybrid: number.is_multiple_of(11),
            score,
            exposure_points: i64::from(score),
            level,
            traits: 5,
            verdicts: json!({}),
            breakdown: json!({}),
        },
        at: seen,
        scan: None,
    }
}
