//! Pages of assets: cursors, search, and every filter and sort held against a model.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{NOW, add_asset, event, fresh, later, observation, refused};
use proptest::prelude::*;
use proptest::sample::select;
use qv_audit::{Action, Entity};
use qv_store::{
    AssetFilter, AssetQuery, AssetSort, AssetSummary, Observation, Policy, PolicyFilter,
    PolicyResult, Store,
};
use qv_types::*;
use serde_json::json;

#[tokio::test]
async fn cursors_belong_to_their_list() {
    let fixture = fresh().await;
    for n in 0..5 {
        add_asset(&fixture.store, &format!("{n}.example:443"), 60).await;
    }
    let query = AssetQuery {
        filter: AssetFilter::default(),
        sort: AssetSort::Name,
        order: SortOrder::Asc,
        limit: 2,
        cursor: None,
    };
    let next = fixture
        .store
        .asset_page(&query)
        .await
        .unwrap()
        .next
        .unwrap();
    let others = [
        AssetQuery {
            order: SortOrder::Desc,
            cursor: Some(next.clone()),
            ..query.clone()
        },
        AssetQuery {
            sort: AssetSort::Location,
            cursor: Some(next.clone()),
            ..query.clone()
        },
        AssetQuery {
            filter: AssetFilter {
                tag: Some("x".into()),
                ..AssetFilter::default()
            },
            cursor: Some(next.clone()),
            ..query.clone()
        },
        AssetQuery {
            cursor: Some(Cursor("zz".into())),
            ..query.clone()
        },
        AssetQuery {
            cursor: Some(Cursor(hex::encode("{\"list\":1}"))),
            ..query.clone()
        },
        AssetQuery {
            cursor: Some(Cursor(next.0[2..].into())),
            ..query.clone()
        },
    ];
    for other in others {
        assert_eq!(
            refused(fixture.store.asset_page(&other).await).code(),
            Code::InvalidInput
        );
    }
    assert_eq!(
        fixture
            .store
            .asset_page(&AssetQuery {
                cursor: Some(next),
                ..query
            })
            .await
            .unwrap()
            .items
            .len(),
        2
    );
}

#[tokio::test]
async fn search_finds_substrings_in_any_case() {
    let fixture = fresh().await;
    for name in ["Alpha 100%", "beta_x", "MÜNCHEN", "a\"quote", "back\\slash"] {
        add_asset(&fixture.store, name, 60).await;
    }
    for (search, found) in [
        ("ALPHA", 1),
        ("0%", 1),
        ("100%", 1),
        ("a_x", 1),
        ("_", 1),
        ("münchen", 1),
        ("ü", 0),
        ("Ü", 1),
        ("a\"q", 1),
        ("k\\s", 1),
        ("nothing", 0),
        ("a", 4),
        ("", 5),
        ("\" OR \"", 0),
        ("bet*", 0),
    ] {
        let filter = AssetFilter {
            search: Some(search.into()),
            ..AssetFilter::default()
        };
        assert_eq!(
            fixture.store.count_assets(&filter).await.unwrap(),
            found,
            "count of {search}"
        );
        let query = AssetQuery {
            filter,
            sort: AssetSort::Name,
            order: SortOrder::Asc,
            limit: 10,
            cursor: None,
        };
        assert_eq!(
            fixture.store.asset_page(&query).await.unwrap().items.len() as u64,
            found,
            "{search}"
        );
    }
}

/// One asset of the model, with everything that a filter can ask.
#[derive(Debug, Clone)]
struct Modelled {
    summary: AssetSummary,
    tags: Vec<String>,
    policy: Option<bool>,
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
    )
        .prop_map(
            |(environments, types, compliance, levels, tag, search, (with_policy, way))| {
                AssetFilter {
                    environments,
                    types,
                    compliance,
                    levels,
                    statuses: Vec::new(),
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

fn admits(filter: &AssetFilter, asset: &Modelled) -> bool {
    fn any<T: PartialEq>(wanted: &[T], value: &T) -> bool {
        wanted.is_empty() || wanted.contains(value)
    }
    let summary = &asset.summary;
    any(&filter.environments, &summary.environment)
        && any(&filter.types, &summary.asset_type)
        && any(&filter.compliance, &summary.compliance)
        && any(&filter.levels, &summary.level)
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
    let mut ids = Vec::new();
    for (n, seen) in observations.iter().enumerate() {
        let id = tx
            .upsert_asset(event(Action::AssetScanned, Entity::log()), seen)
            .await
            .unwrap()
            .id;
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
        model.push(Modelled {
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
    assert_eq!(
        store.count_assets(&query.filter).await.unwrap(),
        got.len() as u64,
        "{query:?}"
    );
    let mut ids = store.asset_ids(&query.filter, 1000).await.unwrap();
    ids.sort();
    assert_eq!(
        ids,
        got.iter().map(|summary| summary.id).collect::<Vec<_>>()
    );
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
