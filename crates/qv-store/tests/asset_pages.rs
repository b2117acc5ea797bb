//! Pages of assets: cursors, search and weight. `asset_model` holds every filter and sort.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{add_asset, event, fresh, observation, refused};
use qv_audit::{Action, Entity};
use qv_store::{AssetFilter, AssetQuery, AssetSort};
use qv_types::*;

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

/// A page ends early by its weight and goes on at the right row.
#[tokio::test]
async fn a_page_weighs_at_most_64_kib() {
    let fixture = fresh().await;
    let mut tx = fixture.store.begin().await.unwrap();
    for n in 0..150 {
        let mut seen = observation(&format!("{n:03}{}", "\u{1}".repeat(200)), 60);
        seen.location = format!("{n:03}.example");
        tx.upsert_asset(event(Action::AssetScanned, Entity::log()), &seen)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let mut query = AssetQuery {
        filter: AssetFilter::default(),
        sort: AssetSort::Name,
        order: SortOrder::Asc,
        limit: 1000,
        cursor: None,
    };
    let mut names = Vec::new();
    let mut pages = 0;
    loop {
        let page = fixture.store.asset_page(&query).await.unwrap();
        assert!(serde_json::to_vec(&page).unwrap().len() <= 64 * 1024);
        names.extend(page.items.into_iter().map(|asset| asset.location));
        pages += 1;
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    let wanted: Vec<_> = (0..150).map(|n| format!("{n:03}.example")).collect();
    assert!(pages > 1 && names == wanted, "{pages} pages: {names:?}");
}
