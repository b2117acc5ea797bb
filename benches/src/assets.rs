//! Any number of assets, whose traits are spread evenly, each in another rhythm.

use qv_audit::{Action, Actor, Origin};
use qv_store::{Assessment, Observation, Policy, PolicyResult, Scan, ScanCounts, Store, VaultMeta};
use qv_types::{
    AlgorithmUse, AssetType, Compliance, Criticality, EnforcementMode, Environment, Exposure,
    Layer, PolicyId, Recorded, RequestId, RiskLevel, ScanId, ScanStatus, ScanType, ScopeType,
    Sensitivity, Timestamp, TransitionStrategy, VaultId,
};
use serde_json::{Map, json};

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

/// What numbers of a store lead to: a scan that saw all of its assets, and a policy of all.
#[derive(Debug, Clone, Copy)]
pub struct Behind {
    /// The scan.
    pub scan: ScanId,
    /// The policy. Two thirds fail it, but no hybrid and nothing of the first team.
    pub policy: PolicyId,
}

impl Behind {
    /// New ids, the same for several stores.
    #[must_use]
    pub fn make() -> Self {
        Self {
            scan: ScanId::make(),
            policy: PolicyId::make(),
        }
    }

    /// Puts scan and policy into a store that [`fill`] has filled with so many assets.
    ///
    /// # Errors
    /// From the store.
    pub async fn put(self, store: &Store, size: usize) -> Result<()> {
        let origin = origin();
        let now = Timestamp::now();
        let mut tx = store.begin().await?;
        let event = origin.event(now, Action::ScanStarted, self.scan);
        tx.create_scan(event, &scan(self.scan, size, now)).await?;
        let mut results = Vec::with_capacity(size);
        for number in 0..size {
            let mut seen = observation(number);
            seen.scan = Some((self.scan, seen.location.clone(), Map::new()));
            let event = origin.event(now, Action::AssetScanned, self.scan);
            results.push(PolicyResult {
                asset_id: tx.upsert_asset(event, &seen).await?.id,
                is_compliant: number.is_multiple_of(3) || number.is_multiple_of(20),
                reason: None,
            });
            if number % GROUP == GROUP - 1 {
                tx.commit().await?;
                tx = store.begin().await?;
            }
        }
        let event = origin.event(now, Action::PolicyCreated, self.policy);
        tx.create_policy(event, &policy(self.policy, now)).await?;
        let event = origin.event(now, Action::PolicyEvaluated, self.policy);
        tx.set_evaluation(event, self.policy, &results, now).await?;
        Ok(tx.commit().await?)
    }
}

fn scan(id: ScanId, size: usize, at: Timestamp) -> Scan {
    Scan {
        id,
        triggered_by: None,
        job_id: None,
        scan_type: ScanType::Rescan,
        started_at: at,
        completed_at: None,
        targets: size as u64,
        counts: ScanCounts::default(),
        status: ScanStatus::Running,
        error_message: None,
    }
}

fn policy(id: PolicyId, at: Timestamp) -> Policy {
    Policy {
        id,
        name: "all".into(),
        description: None,
        scope_type: ScopeType::AllAssets,
        scope_definition: json!({}),
        required_pqc_algorithms: json!({}),
        transition_strategy: TransitionStrategy::Hybrid,
        enforcement_mode: EnforcementMode::MonitorOnly,
        created_by: None,
        is_active: true,
        last_evaluated_at: None,
        created_at: at,
        updated_at: at,
    }
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
            recorded: Recorded::Vulnerable,
            verdicts: json!({}),
            breakdown: json!({}),
        },
        at: seen,
        scan: None,
    }
}
