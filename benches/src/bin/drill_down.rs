//! What is behind a number, over 100,000 assets: the first pages of its list, and the counts beside it.

use qv_benches::assets::{Behind, fill, make_vault};
use qv_benches::{Promise, Result, Samples, Stopwatch, heading, promise, scratch};
use qv_store::{AssetFilter, AssetQuery, AssetSort, PolicyFilter, ScanFilter, Store};
use qv_types::{ScanResult, SortOrder, Verdict};

const SIZE: usize = 100_000;
const ROUNDS: usize = 20;
const PAGES: usize = 3;

#[tokio::main]
async fn main() -> Result<()> {
    let folder = scratch()?;
    let store = Store::create(&folder.path().join("vault.db")).await?;
    let behind = Behind::make();
    make_vault(&store).await?;
    fill(&store, SIZE).await?;
    behind.put(&store, SIZE).await?;

    heading(
        "(d) behind numbers of 100,000 assets, milliseconds: page p50 and p95 | counts p50 and p95",
    );
    let (mut slowest_page, mut slowest_count) = (0.0_f64, 0.0_f64);
    for (name, filter) in filters(behind) {
        let (mut pages, mut counts) = (Samples::default(), Samples::default());
        for _ in 0..ROUNDS {
            turn_pages(&store, &filter, &mut pages).await?;
            let clock = Stopwatch::start();
            store.asset_counts(&filter).await?;
            counts.push(clock.stop());
        }
        let [page, count] =
            [&pages, &counts].map(|samples| [0.5, 0.95].map(|share| samples.wall(share) * 1e3));
        println!(
            "  {name:<44} {:>7.3} {:>7.3} | {:>7.3} {:>7.3}",
            page[0], page[1], count[0], count[1]
        );
        slowest_page = slowest_page.max(page[1]);
        slowest_count = slowest_count.max(count[1]);
    }
    promise(
        "slowest page's p95, ms",
        slowest_page,
        Promise::AtMost(100.0),
    );
    promise(
        "slowest counts' p95, ms",
        slowest_count,
        Promise::AtMost(200.0),
    );
    Ok(())
}

async fn turn_pages(store: &Store, filter: &AssetFilter, samples: &mut Samples) -> Result<()> {
    let mut query = AssetQuery {
        filter: filter.clone(),
        sort: AssetSort::Score,
        order: SortOrder::Desc,
        limit: 50,
        cursor: None,
    };
    for _ in 0..PAGES {
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

/// Filters of drill-downs, those that match nothing among them: a walk would have to see it all.
fn filters(behind: Behind) -> Vec<(&'static str, AssetFilter)> {
    let all = AssetFilter::default;
    let seen = |result| AssetFilter {
        scan: Some(ScanFilter {
            id: behind.scan,
            result,
        }),
        ..all()
    };
    let standing = |policy| AssetFilter {
        policy: Some(policy),
        ..all()
    };
    vec![
        ("all", all()),
        (
            "hybrids",
            AssetFilter {
                verdicts: vec![Verdict::Hybrid],
                ..all()
            },
        ),
        ("out of any active policy", standing(PolicyFilter::OutOfAny)),
        (
            "compliant with a policy",
            standing(PolicyFilter::Compliant(behind.policy)),
        ),
        ("seen by a scan", seen(None)),
        ("new to a scan: there is none", seen(Some(ScanResult::New))),
        (
            "unchanged, in scope, and found by a search",
            AssetFilter {
                policy: Some(PolicyFilter::InScope(behind.policy)),
                search: Some("example".into()),
                ..seen(Some(ScanResult::Unchanged))
            },
        ),
        (
            "hybrids out of policy: there is none",
            AssetFilter {
                verdicts: vec![Verdict::Hybrid],
                ..standing(PolicyFilter::OutOf(behind.policy))
            },
        ),
        (
            "a tag and out of policy: they never meet",
            AssetFilter {
                tag: Some("team-0".into()),
                ..standing(PolicyFilter::OutOf(behind.policy))
            },
        ),
        (
            "a search of two letters",
            AssetFilter {
                search: Some("zz".into()),
                ..all()
            },
        ),
    ]
}
