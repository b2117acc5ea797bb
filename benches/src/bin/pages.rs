//! Pages of the asset list over 100,000 rows against the same pages over 1,000.

use qv_audit::{Action, Actor, Event, Origin};
use qv_benches::{Promise, Result, Samples, Stopwatch, heading, promise, scratch};
use qv_store::{Assessment, AssetFilter, AssetQuery, AssetSort, Observation, Store};
use qv_types::{
    AlgorithmUse, AssetType, Compliance, Criticality, Environment, Exposure, Layer, RequestId,
    RiskLevel, Sensitivity, SortOrder, Timestamp, VaultId,
};
use serde_json::json;

const SIZES: [usize; 2] = [1_000, 100_000];
const ROUNDS: usize = 60;
const PAGE: u32 = 50;
/// Pages that follow the first one by cursor, in each round.
const FOLLOWED: usize = 3;

#[tokio::main]
async fn main() -> Result<()> {
    let folder = scratch()?;
    let mut stores = Vec::new();
    for size in SIZES {
        let store = Store::create(&folder.path().join(format!("{size}.db"))).await?;
        let clock = Stopwatch::start();
        fill(&store, size).await?;
        println!(
            "{size} assets stored in {:.1} s",
            clock.stop().wall.as_secs_f64()
        );
        stores.push(store);
    }
    let lists = lists();
    let mut samples: Vec<[Samples; 2]> = lists.iter().map(|_| Default::default()).collect();
    for _ in 0..ROUNDS {
        for ((_, query), samples) in lists.iter().zip(&mut samples) {
            for (store, samples) in stores.iter().zip(samples) {
                turn_pages(store, query.clone(), samples).await?;
            }
        }
    }
    heading(&format!(
        "(c) pages of {PAGE} assets, milliseconds: p50 and p95 over 1,000 | over 100,000"
    ));
    let mut worst = 0.0_f64;
    for ((name, _), [small, large]) in lists.iter().zip(&samples) {
        let [p50, p95] =
            [0.5, 0.95].map(|share| (small.wall(share) * 1e3, large.wall(share) * 1e3));
        println!(
            "  {name:<44} {:>7.3} {:>7.3} | {:>7.3} {:>7.3}   ×{:.2}",
            p50.0,
            p95.0,
            p50.1,
            p95.1,
            p50.1 / p50.0
        );
        worst = worst.max(p95.1);
    }
    promise(
        "slowest list's p95 over 100,000, ms",
        worst,
        Promise::AtMost(20.0),
    );
    let [few, many] =
        [0, 1].map(|store| Samples::gather(samples.iter().map(|pair| &pair[store])).wall(0.95));
    promise(
        "p95 of all pages, times that over 1,000",
        many / few,
        Promise::AtMost(2.0),
    );
    Ok(())
}

async fn turn_pages(store: &Store, mut query: AssetQuery, samples: &mut Samples) -> Result<()> {
    for _ in 0..=FOLLOWED {
        let clock = Stopwatch::start();
        let page = store.asset_page(&query).await?;
        samples.push(clock.stop());
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => break,
        }
    }
    Ok(())
}

/// The lists that people ask for.
fn lists() -> Vec<(&'static str, AssetQuery)> {
    let list = |filter: AssetFilter, sort, order| AssetQuery {
        filter,
        sort,
        order,
        limit: PAGE,
        cursor: None,
    };
    let search = |text: &str| AssetFilter {
        search: Some(text.into()),
        ..AssetFilter::default()
    };
    let all = AssetFilter::default;
    vec![
        (
            "all, highest score first",
            list(all(), AssetSort::Score, SortOrder::Desc),
        ),
        ("all, by name", list(all(), AssetSort::Name, SortOrder::Asc)),
        (
            "all, last scanned first",
            list(all(), AssetSort::LastScan, SortOrder::Desc),
        ),
        (
            "production, by name",
            list(
                AssetFilter {
                    environments: vec![Environment::Prod],
                    ..all()
                },
                AssetSort::Name,
                SortOrder::Asc,
            ),
        ),
        (
            "critical, highest score first",
            list(
                AssetFilter {
                    levels: vec![RiskLevel::Critical],
                    ..all()
                },
                AssetSort::Score,
                SortOrder::Desc,
            ),
        ),
        (
            "critical, by location",
            list(
                AssetFilter {
                    levels: vec![RiskLevel::Critical],
                    ..all()
                },
                AssetSort::Location,
                SortOrder::Asc,
            ),
        ),
        (
            "non-compliant APIs in production, by score",
            list(
                AssetFilter {
                    environments: vec![Environment::Prod],
                    types: vec![AssetType::ApiEndpoint],
                    compliance: vec![Compliance::NonCompliant],
                    ..all()
                },
                AssetSort::Score,
                SortOrder::Desc,
            ),
        ),
        (
            "a tag of one in twenty, by score",
            list(
                AssetFilter {
                    tag: Some("team-7".into()),
                    ..all()
                },
                AssetSort::Score,
                SortOrder::Desc,
            ),
        ),
        (
            "search that matches all, by name",
            list(search("example"), AssetSort::Name, SortOrder::Asc),
        ),
        (
            "search that matches one in a hundred",
            list(search("-42."), AssetSort::Score, SortOrder::Desc),
        ),
        (
            "search that matches one",
            list(search("host-000777"), AssetSort::Score, SortOrder::Desc),
        ),
        (
            "search that matches none",
            list(search("nowhere"), AssetSort::Score, SortOrder::Desc),
        ),
    ]
}

async fn fill(store: &Store, size: usize) -> Result<()> {
    let origin = Origin {
        actor: Actor::System,
        request: RequestId::make(),
    };
    let now = Timestamp::now();
    let mut tx = store.begin().await?;
    let vault = qv_store::VaultMeta {
        vault_id: VaultId::make(),
        created_at: now,
    };
    tx.create_vault(
        origin.event(now, Action::VaultCreated, vault.vault_id),
        &vault,
    )
    .await?;
    for number in 0..size {
        let event: Event = origin.event(now, Action::AssetScanned, vault.vault_id);
        let added = tx.upsert_asset(event, &observation(number)).await?;
        let tags = [format!("team-{}", number % 20)];
        tx.set_tags(
            origin.event(now, Action::AssetTagged, added.id),
            added.id,
            &tags,
            now,
        )
        .await?;
        if number % 5000 == 4999 {
            tx.commit().await?;
            tx = store.begin().await?;
        }
    }
    Ok(tx.commit().await?)
}

/// An asset whose traits are spread by its number, each in another rhythm.
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
