//! Cost of asset pages at 1,000 and at 100,000 assets: `cargo run --release --example asset_pages
//! -- [folder]`; a folder that is named keeps the databases for the next run.
//!
//! Each query walks up to three pages. What is printed is processor time, which load beside it
//! does not blur, and the median of wall time. Nothing is asserted: `benches/` does that.
#![allow(
    clippy::print_stdout,
    reason = "an example that reports to whoever runs it"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use qv_audit::{Action, Actor, Entity, Origin};
use qv_store::{
    Assessment, AssetFilter, AssetQuery, AssetSort, Observation, PolicyFilter, PolicyResult, Store,
    VaultMeta,
};
use qv_types::*;
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let scratch = tempfile::tempdir()?;
    let folder = std::env::args()
        .nth(1)
        .map_or_else(|| scratch.path().to_owned(), PathBuf::from);
    let mut tables = Vec::new();
    for count in [1_000u32, 100_000] {
        let (start, before) = (Instant::now(), cpu());
        let (store, policy) = assets(&folder.join(format!("{count}.db")), count).await?;
        println!(
            "{count} assets there in {:?}, CPU {:?}",
            start.elapsed(),
            cpu() - before
        );
        tables.push(measure(&store, policy).await?);
        let before = cpu();
        store.kpis().await?;
        println!("kpis CPU {:?}", cpu() - before);
        store.close().await;
    }
    let [small, large] = tables.as_slice() else {
        return Ok(());
    };
    println!(
        "{:<40} {:>18} {:>18} {:>6}",
        "µs: CPU and median", "1,000", "100,000", "CPU ×"
    );
    for (few, many) in small.iter().zip(large) {
        println!(
            "{:<40} {:>9} {:>8} {:>9} {:>8} {:>6.2}",
            few.name,
            few.cpu.as_micros(),
            few.median.as_micros(),
            many.cpu.as_micros(),
            many.median.as_micros(),
            many.cpu.as_secs_f64() / few.cpu.as_secs_f64()
        );
    }
    Ok(())
}

async fn assets(path: &Path, count: u32) -> Outcome<(Store, PolicyId)> {
    if path.exists() {
        let store = Store::open(path).await?;
        let policy = store.policy_by_name("all").await?.id;
        return Ok((store, policy));
    }
    let store = Store::create(path).await?;
    let origin = Origin {
        actor: Actor::System,
        request: RequestId::make(),
    };
    let meta = VaultMeta {
        vault_id: VaultId::make(),
        created_at: Timestamp::now(),
    };
    let mut tx = store.begin().await?;
    tx.create_vault(
        origin.event(meta.created_at, Action::VaultCreated, meta.vault_id),
        &meta,
    )
    .await?;
    tx.commit().await?;
    let policy = fill(&store, count).await?;
    Ok((store, policy))
}

/// Processor time of all threads of this process.
fn cpu() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let ns = tasks.filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(ns.sum())
}

/// A small generator, so that every run has the same assets.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % sides
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())]
    }
}

async fn fill(store: &Store, count: u32) -> Outcome<PolicyId> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let origin = Origin {
        actor: Actor::System,
        request: RequestId::make(),
    };
    let mut ids = Vec::new();
    for batch in 0..count.div_ceil(1000) {
        let mut tx = store.begin().await?;
        for n in batch * 1000..count.min((batch + 1) * 1000) {
            let seen = observation(&mut dice, n);
            let id = tx
                .upsert_asset(
                    origin.event(seen.at, Action::AssetScanned, Entity::log()),
                    &seen,
                )
                .await?
                .id;
            if dice.roll(20) == 0 {
                let tag = dice.pick(&["pci", "eu", "legacy", "crown-jewels"]);
                tx.set_tags(
                    origin.event(seen.at, Action::AssetTagged, id),
                    id,
                    &[tag.into()],
                    seen.at,
                )
                .await?;
            }
            if dice.roll(4) == 0 {
                tx.set_asset_status(
                    origin.event(seen.at, Action::AssetUpdated, id),
                    id,
                    dice.pick(AssetStatus::ALL),
                    seen.at,
                )
                .await?;
            }
            ids.push(id);
        }
        tx.commit().await?;
    }
    policy(store, &origin, &ids).await
}

async fn policy(store: &Store, origin: &Origin, ids: &[AssetId]) -> Outcome<PolicyId> {
    let at = Timestamp::now();
    let policy = qv_store::Policy {
        id: PolicyId::make(),
        name: "all".into(),
        description: None,
        scope_type: ScopeType::AllAssets,
        scope_definition: json!({}),
        required_pqc_algorithms: json!({}),
        transition_strategy: TransitionStrategy::Hybrid,
        enforcement_mode: EnforcementMode::Enforce,
        created_by: None,
        is_active: true,
        last_evaluated_at: None,
        created_at: at,
        updated_at: at,
    };
    let results: Vec<_> = ids
        .iter()
        .enumerate()
        .map(|(n, id)| PolicyResult {
            asset_id: *id,
            is_compliant: n % 3 == 0,
            reason: None,
        })
        .collect();
    let mut tx = store.begin().await?;
    tx.create_policy(origin.event(at, Action::PolicyCreated, policy.id), &policy)
        .await?;
    tx.set_evaluation(
        origin.event(at, Action::PolicyEvaluated, policy.id),
        policy.id,
        &results,
        at,
    )
    .await?;
    tx.commit().await?;
    Ok(policy.id)
}

fn observation(dice: &mut Dice, n: u32) -> Observation {
    let score = dice.roll(101) as u32;
    let name = format!(
        "{}-{}-{n:06}",
        dice.pick(&["web", "api", "db", "mail", "vpn"]),
        dice.pick(&["berlin", "paris", "oslo", "lima"])
    );
    Observation {
        asset_type: dice.pick(AssetType::ALL),
        location: format!("{name}.corp.example:443"),
        name,
        environment: dice.pick(Environment::ALL),
        criticality: dice.pick(Criticality::ALL),
        sensitivity: dice.pick(Sensitivity::ALL),
        exposure: dice.pick(Exposure::ALL),
        algorithms: (0..8)
            .map(|_| {
                AlgorithmUse::new(Layer::KeyExchange, "X25519MLKEM768", "group offered", false)
            })
            .collect(),
        facts: json!({"chain": "x".repeat(1200)}),
        assessment: Assessment {
            compliance: dice.pick(Compliance::ALL),
            hybrid: false,
            score,
            exposure_points: i64::from(score) + 30,
            level: RiskLevel::ALL[(score as usize / 25).min(3)],
            traits: 5,
            recorded: Recorded::Vulnerable,
            verdicts: json!({"key_exchange": "NON_PQC", "rule": "tls-group-classical"}),
            breakdown: json!({"base_algo": 60, "exposure": 25, "sensitivity": 8, "criticality": 10, "staleness": 0}),
        },
        at: Timestamp::from_unix_ms(1_795_000_000_000 + dice.roll(1_000_000) as i64),
        scan: None,
    }
}

fn filters(policy: PolicyId) -> Vec<(&'static str, AssetFilter)> {
    let none = AssetFilter::default;
    let search = |text: &str| AssetFilter {
        search: Some(text.into()),
        ..none()
    };
    vec![
        ("all", none()),
        (
            "environment",
            AssetFilter {
                environments: vec![Environment::Prod],
                ..none()
            },
        ),
        (
            "environment+type",
            AssetFilter {
                environments: vec![Environment::Prod],
                types: vec![AssetType::Key],
                ..none()
            },
        ),
        (
            "type",
            AssetFilter {
                types: vec![AssetType::Database],
                ..none()
            },
        ),
        (
            "level low",
            AssetFilter {
                levels: vec![RiskLevel::Low],
                ..none()
            },
        ),
        (
            "level critical",
            AssetFilter {
                levels: vec![RiskLevel::Critical],
                ..none()
            },
        ),
        (
            "non-pqc",
            AssetFilter {
                compliance: vec![Compliance::NonCompliant, Compliance::Unknown],
                ..none()
            },
        ),
        (
            "attested",
            AssetFilter {
                statuses: vec![AssetStatus::Attested],
                ..none()
            },
        ),
        (
            "five filters",
            AssetFilter {
                environments: vec![Environment::Prod],
                types: vec![AssetType::Key],
                compliance: vec![Compliance::Compliant],
                levels: vec![RiskLevel::High],
                statuses: vec![AssetStatus::AtRisk],
                ..none()
            },
        ),
        (
            "tag",
            AssetFilter {
                tag: Some("pci".into()),
                ..none()
            },
        ),
        (
            "tag+environment",
            AssetFilter {
                tag: Some("pci".into()),
                environments: vec![Environment::Dev],
                ..none()
            },
        ),
        (
            "no such tag",
            AssetFilter {
                tag: Some("nope".into()),
                ..none()
            },
        ),
        (
            "in scope",
            AssetFilter {
                policy: Some(PolicyFilter::InScope(policy)),
                ..none()
            },
        ),
        (
            "out of policy",
            AssetFilter {
                policy: Some(PolicyFilter::OutOf(policy)),
                ..none()
            },
        ),
        (
            "out of any policy",
            AssetFilter {
                policy: Some(PolicyFilter::OutOfAny),
                ..none()
            },
        ),
        ("search common", search("corp.example")),
        ("search half", search("berlin")),
        ("search rare", search("000417")),
        ("search none", search("zzzzqq")),
        ("search two letters", search("vp")),
        (
            "search+environment",
            AssetFilter {
                environments: vec![Environment::Prod],
                ..search("web-oslo")
            },
        ),
    ]
}

/// What one list costs.
struct Cost {
    name: String,
    cpu: Duration,
    median: Duration,
}

async fn measure(store: &Store, policy: PolicyId) -> Outcome<Vec<Cost>> {
    let mut costs = Vec::new();
    for (name, filter) in filters(policy) {
        for (sort, order) in [
            (AssetSort::Score, SortOrder::Desc),
            (AssetSort::Name, SortOrder::Asc),
            (AssetSort::Location, SortOrder::Desc),
            (AssetSort::LastScan, SortOrder::Asc),
            (AssetSort::Updated, SortOrder::Desc),
        ] {
            let query = AssetQuery {
                filter: filter.clone(),
                sort,
                order,
                limit: 50,
                cursor: None,
            };
            turn_pages(store, query.clone()).await?;
            let before = cpu();
            let mut times = Vec::new();
            for _ in 0..10 {
                times.extend(turn_pages(store, query.clone()).await?);
            }
            times.sort_unstable();
            costs.push(Cost {
                name: format!("{name} by {sort:?}"),
                cpu: (cpu() - before) / u32::try_from(times.len())?,
                median: times.get(times.len() / 2).copied().unwrap_or_default(),
            });
        }
    }
    Ok(costs)
}

async fn turn_pages(store: &Store, mut query: AssetQuery) -> Outcome<Vec<Duration>> {
    let mut times = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        let page = store.asset_page(&query).await?;
        times.push(start.elapsed());
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    Ok(times)
}
