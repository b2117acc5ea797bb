//! Pages and counts of assets: every filter and sort held against a model.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{NOW, event, fresh, later, observation};
use proptest::prelude::*;
use proptest::sample::select;
use qv_audit::{Action, Entity};
use qv_store::{
    AssetFilter, AssetQuery, AssetSort, AssetSummary, HarvestFilter, Observation, Policy,
    PolicyFilter, PolicyResult, ScanFilter, Store,
};
use qv_types::*;
use serde_json::json;

/// One asset of the model, with everything that a filter can ask.
#[derive(Debug, Clone)]
struct Modelled {
    summary: AssetSummary,
    tags: Vec<String>,
    policy: Option<bool>,
    /// What each of the two scans did to it.
    seen: [Option<ScanResult>; 2],
}

/// The traits that an asset of this score has in the model.
const fn traits(score: u32) -> u32 {
    (score % 8) << 4
}

/// What a recording of an asset of this score is worth in the model.
fn recorded(score: u32) -> Recorded {
    Recorded::ALL[score as usize % 3]
}

prop_compose! {
    fn harvest()(
        standing in select(Harvest::ALL),
        environment in select(Environment::ALL),
        asset_type in select(&AssetType::ALL[..3]),
    ) -> HarvestFilter {
        HarvestFilter { standing, years_left: 9, too_long: vec![(environment, asset_type)] }
    }
}

prop_compose! {
    fn seen()(
        name in "[a-cA-C]{1,4}",
        environment in select(Environment::ALL),
        asset_type in select(&AssetType::ALL[..3]),
        score in 0u32..=100,
        at in 0i64..4,
    ) -> Observation {
        let mut seen = observation(&name, score);
        (seen.environment, seen.asset_type, seen.at) = (environment, asset_type, later(at));
        seen.assessment.hybrid = score % 3 == 0;
        seen.assessment.traits = traits(score);
        seen.assessment.recorded = recorded(score);
        seen.location = format!("{}.example", name.to_lowercase());
        seen
    }
}

fn filter() -> impl Strategy<Value = AssetFilter> {
    let some = |weight: u32| prop::option::weighted(f64::from(weight) / 10.0, Just(()));
    (
        prop::collection::vec(select(Environment::ALL), 0..3),
        prop::collection::vec(select(&AssetType::ALL[..3]), 0..2),
        prop::collection::vec(select(Compliance::ALL), 0..2),
        prop::collection::vec(select(RiskLevel::ALL), 0..3),
        prop::option::weighted(0.3, select(vec!["t0", "t1", "none"])),
        prop::option::weighted(0.3, "[a-cB]{1,4}"),
        (some(4), 0..4u8),
        (
            prop::collection::vec(select(Verdict::ALL), 0..3),
            prop::option::weighted(0.3, (0..2usize, prop::option::of(select(ScanResult::ALL)))),
            prop::collection::vec(select(&AssetStatus::ALL[..2]), 0..3),
            prop::option::weighted(0.3, (0u32..8).prop_map(|bits| bits << 4)),
            prop::option::weighted(0.3, harvest()),
        ),
    )
        .prop_map(
            |(
                environments,
                types,
                compliance,
                levels,
                tag,
                search,
                (with_policy, way),
                (verdicts, scan, statuses, traits, harvest),
            )| {
                AssetFilter {
                    environments,
                    types,
                    compliance,
                    verdicts,
                    levels,
                    statuses,
                    scan: scan.map(|(scan, result)| ScanFilter {
                        id: scan_id(scan),
                        result,
                    }),
                    traits,
                    harvest,
                    tag: tag.map(Into::into),
                    search,
                    policy: with_policy.map(|()| match way {
                        0 => PolicyFilter::InScope(policy_id()),
                        1 => PolicyFilter::Compliant(policy_id()),
                        2 => PolicyFilter::OutOf(policy_id()),
                        _ => PolicyFilter::OutOfAny,
                    }),
                }
            },
        )
}

fn policy_id() -> PolicyId {
    "7e4336c2-9296-4666-8db7-c56243db3503".parse().unwrap()
}

fn scan_id(scan: usize) -> ScanId {
    let id = format!("7e4336c2-9296-4666-8db7-c56243db350{scan}");
    id.parse().unwrap()
}

const fn verdict(summary: &AssetSummary) -> Verdict {
    match (summary.compliance, summary.hybrid) {
        (Compliance::Compliant, true) => Verdict::Hybrid,
        (Compliance::Compliant, false) => Verdict::Pqc,
        (Compliance::NonCompliant, _) => Verdict::NonPqc,
        (Compliance::Unknown, _) => Verdict::Unknown,
    }
}

fn admits(filter: &AssetFilter, asset: &Modelled) -> bool {
    fn any<T: PartialEq>(wanted: &[T], value: &T) -> bool {
        wanted.is_empty() || wanted.contains(value)
    }
    let summary = &asset.summary;
    any(&filter.environments, &summary.environment)
        && any(&filter.types, &summary.asset_type)
        && any(&filter.compliance, &summary.compliance)
        && any(&filter.verdicts, &verdict(summary))
        && any(&filter.levels, &summary.level)
        && any(&filter.statuses, &summary.status)
        && filter.scan.is_none_or(|scan| {
            let result = asset.seen[usize::from(scan.id == scan_id(1))];
            result.is_some() && (scan.result.is_none() || scan.result == result)
        })
        && filter
            .traits
            .is_none_or(|wanted| wanted & traits(summary.score) != 0)
        && filter.harvest.as_ref().is_none_or(|wanted| {
            let place = (summary.environment, summary.asset_type);
            let standing = match (wanted.too_long.contains(&place), recorded(summary.score)) {
                (false, _) | (true, Recorded::Protected) => Harvest::Safe,
                (true, Recorded::Vulnerable) => Harvest::Exposed,
                (true, Recorded::NotKnown) => Harvest::NotKnown,
            };
            standing == wanted.standing
        })
        && filter
            .tag
            .as_ref()
            .is_none_or(|tag| asset.tags.contains(tag))
        && filter.search.as_ref().is_none_or(|text| {
            let text = text.to_lowercase();
            summary.name.to_lowercase().contains(&text) || summary.location.contains(&text)
        })
        && match filter.policy {
            None => true,
            Some(PolicyFilter::InScope(_)) => asset.policy.is_some(),
            Some(PolicyFilter::Compliant(_)) => asset.policy == Some(true),
            Some(PolicyFilter::OutOf(_) | PolicyFilter::OutOfAny) => asset.policy == Some(false),
        }
}

/// The order of a list without its tie breaks, as text that compares.
fn key(sort: AssetSort, summary: &AssetSummary) -> String {
    match sort {
        AssetSort::Score => format!("{:03}", summary.score),
        AssetSort::Name => summary.name.to_lowercase(),
        AssetSort::Location => summary.location.clone(),
        AssetSort::LastScan => format!("{:020}", summary.last_scan.map_or(0, Timestamp::unix_ms)),
        AssetSort::Updated => format!("{:020}", summary.updated_at.unix_ms()),
    }
}

fn scan_row(id: ScanId) -> qv_store::Scan {
    qv_store::Scan {
        id,
        triggered_by: None,
        job_id: None,
        scan_type: ScanType::Discovery,
        started_at: NOW,
        completed_at: None,
        targets: 1,
        counts: qv_store::ScanCounts::default(),
        status: ScanStatus::Running,
        error_message: None,
    }
}

async fn fill(store: &Store, observations: &[Observation]) -> Vec<Modelled> {
    let policy = Policy {
        id: policy_id(),
        name: "p".into(),
        description: None,
        scope_type: ScopeType::AllAssets,
        scope_definition: json!({}),
        required_pqc_algorithms: json!({}),
        transition_strategy: TransitionStrategy::Hybrid,
        enforcement_mode: EnforcementMode::Enforce,
        created_by: None,
        is_active: true,
        last_evaluated_at: None,
        created_at: NOW,
        updated_at: NOW,
    };
    let mut tx = store.begin().await.unwrap();
    tx.create_policy(event(Action::PolicyCreated, policy.id), &policy)
        .await
        .unwrap();
    for scan in 0..2 {
        let row = scan_row(scan_id(scan));
        tx.create_scan(event(Action::ScanStarted, row.id), &row)
            .await
            .unwrap();
    }
    let mut ids = Vec::new();
    let mut told = Vec::new();
    for (n, seen) in observations.iter().enumerate() {
        // Two thirds are seen by a scan, in turn; one that a scan sees twice keeps what it said first.
        let scan = n % 3;
        let seen = &Observation {
            scan: (scan < 2).then(|| {
                let target = format!("{} {}", seen.location, seen.environment);
                (scan_id(scan), target, serde_json::Map::new())
            }),
            ..seen.clone()
        };
        let upserted = tx
            .upsert_asset(event(Action::AssetScanned, Entity::log()), seen)
            .await
            .unwrap();
        let id = upserted.id;
        if scan < 2
            && !told
                .iter()
                .any(|(other, by, _)| (*other, *by) == (id, scan))
        {
            told.push((id, scan, upserted.result));
        }
        if !ids.contains(&id) {
            ids.push(id);
            tx.set_tags(
                event(Action::AssetTagged, id),
                id,
                &[format!("t{}", n % 3)],
                seen.at,
            )
            .await
            .unwrap();
            if n % 5 == 0 {
                let status = AssetStatus::InRemediation;
                tx.set_asset_status(event(Action::AssetUpdated, id), id, status, seen.at)
                    .await
                    .unwrap();
            }
        }
    }
    let results: Vec<_> = ids
        .iter()
        .enumerate()
        .filter(|(n, _)| n % 4 != 0)
        .map(|(n, id)| PolicyResult {
            asset_id: *id,
            is_compliant: n % 4 == 1,
            reason: None,
        })
        .collect();
    tx.set_evaluation(
        event(Action::PolicyEvaluated, policy.id),
        policy.id,
        &results,
        NOW,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut model = Vec::new();
    for asset in store.assets_by_id(&ids).await.unwrap() {
        let policy = results
            .iter()
            .find(|result| result.asset_id == asset.summary.id)
            .map(|result| result.is_compliant);
        let by = |scan| {
            let by = told
                .iter()
                .find(|(id, by, _)| (*id, *by) == (asset.summary.id, scan));
            by.map(|(.., result)| *result)
        };
        model.push(Modelled {
            seen: [by(0), by(1)],
            summary: asset.summary,
            tags: asset.tags,
            policy,
        });
    }
    model
}

async fn check_pages(store: &Store, model: &[Modelled], query: AssetQuery) {
    let mut query = query;
    let mut wanted: Vec<_> = model
        .iter()
        .filter(|asset| admits(&query.filter, asset))
        .collect();
    let mut got: Vec<AssetSummary> = Vec::new();
    loop {
        let page = store.asset_page(&query).await.unwrap();
        assert!(page.items.len() <= query.limit as usize);
        assert!(page.next.is_none() || page.items.len() == query.limit as usize);
        got.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    let mut keys: Vec<_> = got.iter().map(|summary| key(query.sort, summary)).collect();
    if query.order == SortOrder::Desc {
        keys.reverse();
    }
    assert!(keys.is_sorted(), "{query:?}: {keys:?}");
    got.sort_by_key(|summary| summary.id);
    wanted.sort_by_key(|asset| asset.summary.id);
    assert_eq!(
        got,
        wanted
            .iter()
            .map(|asset| asset.summary.clone())
            .collect::<Vec<_>>(),
        "{query:?}"
    );
    check_counts(store, model, &query.filter).await;
    let mut ids = store.asset_ids(&query.filter, 1000).await.unwrap();
    ids.sort();
    assert_eq!(
        ids,
        got.iter().map(|summary| summary.id).collect::<Vec<_>>()
    );
}

/// The total is of the whole filter, a choice is of the filter with that choice alone in its place.
async fn check_counts(store: &Store, model: &[Modelled], filter: &AssetFilter) {
    let counts = store.asset_counts(filter).await.unwrap();
    let wanted = |filter: &AssetFilter| {
        let admitted = model.iter().filter(|asset| admits(filter, asset));
        admitted.count() as u64
    };
    assert_eq!(counts.total, wanted(filter), "{filter:?}");
    for choice in counts.levels {
        let levels = vec![choice.value];
        let filter = AssetFilter {
            levels,
            ..filter.clone()
        };
        assert_eq!(choice.assets, wanted(&filter), "{filter:?}");
    }
    for choice in counts.statuses {
        let statuses = vec![choice.value];
        let filter = AssetFilter {
            statuses,
            ..filter.clone()
        };
        assert_eq!(choice.assets, wanted(&filter), "{filter:?}");
    }
    for choice in counts.verdicts {
        // Verdict and compliance are one trait, so that both give way.
        let (verdicts, compliance) = (vec![choice.value], Vec::new());
        let filter = AssetFilter {
            verdicts,
            compliance,
            ..filter.clone()
        };
        assert_eq!(choice.assets, wanted(&filter), "{filter:?}");
    }
}

/// The key numbers come from sums that triggers keep; the model walks its assets.
async fn check_kpis(store: &Store, model: &[Modelled]) {
    let kpis = store.kpis().await.unwrap();
    let count = |has: fn(&AssetSummary) -> bool| {
        model.iter().filter(|asset| has(&asset.summary)).count() as u64
    };
    let sum = |of: fn(&AssetSummary) -> i64| -> i64 {
        model.iter().map(|asset| of(&asset.summary)).sum()
    };
    assert_eq!(kpis.total_assets, model.len() as u64);
    assert_eq!(
        kpis.non_pqc,
        count(|asset| asset.compliance != Compliance::Compliant)
    );
    assert_eq!(
        (kpis.critical, kpis.high, kpis.medium, kpis.low),
        (
            count(|asset| asset.level == RiskLevel::Critical),
            count(|asset| asset.level == RiskLevel::High),
            count(|asset| asset.level == RiskLevel::Medium),
            count(|asset| asset.level == RiskLevel::Low)
        )
    );
    assert_eq!(kpis.exposure_points, sum(|asset| asset.exposure_points));
    let scores = sum(|asset| i64::from(asset.score));
    let average = scores as f64 / model.len().max(1) as f64;
    assert!((kpis.average_score - average).abs() < 1e-9);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Every plan gives every row that matches once, in order, whatever the page size.
    #[test]
    fn pages_equal_the_model(
        observations in prop::collection::vec(seen(), 0..60),
        queries in prop::collection::vec((
            filter(),
            select(vec![AssetSort::Score, AssetSort::Name, AssetSort::Location, AssetSort::LastScan, AssetSort::Updated]),
            select(vec![SortOrder::Asc, SortOrder::Desc]),
            1u32..9,
        ), 12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = fresh().await;
            let model = fill(&fixture.store, &observations).await;
            check_kpis(&fixture.store, &model).await;
            for (filter, sort, order, limit) in queries {
                // Small stores would never walk: with a page of `FEW` rows every plan has its turn.
                for few in [0, 3, 1500] {
                    let store = fixture.store.clone().with_few(few);
                    let query = AssetQuery { filter: filter.clone(), sort, order, limit, cursor: None };
                    check_pages(&store, &model, query).await;
                }
            }
            fixture.store.check_integrity().await.unwrap();
        });
    }
}
