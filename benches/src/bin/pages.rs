//! Pages of the asset list over 100,000 rows against the same pages over 1,000.

use qv_benches::assets::{fill, make_vault};
use qv_benches::{Promise, Result, Samples, Stopwatch, heading, promise, scratch};
use qv_store::{AssetFilter, AssetQuery, AssetSort, Store};
use qv_types::{AssetType, Compliance, Environment, RiskLevel, SortOrder};

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
        make_vault(&store).await?;
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
