//! Pages of the log: both ways, and every filter held against a model.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{NOW, fresh, later, origin, refused};
use proptest::prelude::*;
use proptest::sample::select;
use qv_audit::{Action, Entity, Origin};
use qv_store::{AuditFilter, AuditRecord, Store};
use qv_types::{Code, Cursor};

fn seqs(items: &[AuditRecord]) -> Vec<u64> {
    items.iter().map(|record| record.seq).collect()
}

/// Appends `count` notes of one request.
async fn note(store: &Store, by: &Origin, count: usize) {
    let mut tx = store.begin().await.unwrap();
    for n in 0..count {
        tx.note(
            by.event(NOW, Action::RecordStored, Entity::log())
                .with("n", n),
        );
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn pages_run_both_ways_and_meet_what_was_added_meanwhile() {
    let fixture = fresh().await;
    let store = &fixture.store;
    note(store, &origin(), 30).await;
    let page = async |cursor: Option<&Cursor>| {
        let filter = AuditFilter::default();
        store.audit_page(&filter, cursor, 7).await.unwrap()
    };
    let first = page(None).await;
    assert_eq!(seqs(&first.items), (24..31).rev().collect::<Vec<_>>());
    let second = page(first.older.as_ref()).await;
    assert_eq!(seqs(&second.items), (17..24).rev().collect::<Vec<_>>());
    let back = page(second.newer.as_ref()).await;
    assert_eq!(back.items, first.items);
    let mut last = second;
    while let Some(older) = &last.older {
        last = page(Some(older)).await;
    }
    assert_eq!(seqs(&last.items), [2, 1, 0]);

    let nothing = page(first.newer.as_ref()).await;
    assert!(nothing.items.is_empty());
    note(store, &origin(), 9).await;
    let added = page(nothing.newer.as_ref()).await;
    assert_eq!(seqs(&added.items), (31..38).rev().collect::<Vec<_>>());
    let rest = page(added.newer.as_ref()).await;
    assert_eq!(seqs(&rest.items), [39, 38]);
    assert_eq!(page(nothing.older.as_ref()).await.items, first.items);
}

#[tokio::test]
async fn a_cursor_belongs_to_its_filter() {
    let fixture = fresh().await;
    note(&fixture.store, &origin(), 9).await;
    let all = AuditFilter::default();
    let page = fixture.store.audit_page(&all, None, 3).await.unwrap();
    let some = AuditFilter {
        text: Some("x".into()),
        ..all.clone()
    };
    let of_another = fixture
        .store
        .audit_page(&some, page.older.as_ref(), 3)
        .await;
    assert_eq!(refused(of_another).code(), Code::InvalidInput);
    for wrong in ["audit-x", "", "7b7d"] {
        let wrong = Cursor(wrong.into());
        let refusal = fixture.store.audit_page(&all, Some(&wrong), 3).await;
        assert_eq!(refused(refusal).code(), Code::InvalidInput);
    }
}

#[tokio::test]
async fn a_page_weighs_at_most_what_a_bridge_takes() {
    let fixture = fresh().await;
    let mut tx = fixture.store.begin().await.unwrap();
    for _ in 0..20 {
        let event = origin().event(NOW, Action::RecordStored, Entity::log());
        tx.note(event.with("what", "x".repeat(9_000)));
    }
    tx.commit().await.unwrap();
    let all = AuditFilter::default();
    let (mut cursor, mut seen) = (None, 0);
    loop {
        let page = fixture
            .store
            .audit_page(&all, cursor.as_ref(), 500)
            .await
            .unwrap();
        let weight: usize = page.items.iter().map(|record| record.text.len()).sum();
        assert!(weight < 64 * 1024 && !page.items.is_empty());
        seen += page.items.len();
        cursor = page.older;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, 21);
}

/// What an event of the model is made of: action, entity, request, time and a word.
type Made = (Action, usize, usize, i64, &'static str);

const ENTITIES: [&str; 2] = [
    "01a20680-c4a3-719d-8c08-9c049ee0d18e",
    "01a20680-c4a3-719d-8c08-9c049ee0d18f",
];

fn made() -> impl Strategy<Value = Made> {
    let action = select(vec![Action::AssetScanned, Action::AssetUpdated]);
    let word = select(vec!["Alpha", "50%", "b_c", "quote\"d", ""]);
    (action, 0..2usize, 0..2usize, 0..4i64, word)
}

/// What a filter asks for: action, entity and request, since and until, text.
type Wanted = (
    Option<Action>,
    [Option<usize>; 2],
    [Option<i64>; 2],
    Option<&'static str>,
);

fn wanted() -> impl Strategy<Value = Wanted> {
    (
        prop::option::of(select(vec![Action::AssetScanned, Action::AssetUpdated])),
        [prop::option::of(0..2usize), prop::option::of(0..2usize)],
        [prop::option::of(0..4i64), prop::option::of(0..5i64)],
        prop::option::of(select(vec!["alpha", "%", "_", "ALPHA", "none"])),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_filter_agrees_with_the_model(
        made in prop::collection::vec(made(), 1..30),
        wanted in prop::collection::vec(wanted(), 6),
        limit in 1u32..8,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(check(made, wanted, limit));
    }
}

async fn check(made: Vec<Made>, wanted: Vec<Wanted>, limit: u32) {
    let fixture = fresh().await;
    let requests = [origin(), origin()];
    let mut tx = fixture.store.begin().await.unwrap();
    for (action, entity, request, at, word) in &made {
        let entity: qv_types::AssetId = ENTITIES[*entity].parse().unwrap();
        tx.note(
            requests[*request]
                .event(later(*at), *action, entity)
                .with("word", *word),
        );
    }
    tx.commit().await.unwrap();
    for (action, [entity, request], [since, until], text) in wanted {
        let filter = AuditFilter {
            action,
            entity_id: entity.map(|entity| ENTITIES[entity].to_owned()),
            request_id: request.map(|request| requests[request].request.to_string()),
            since: since.map(later),
            until: until.map(later),
            text: text.map(Into::into),
        };
        let admits = |(had, about, by, at, word): &Made| {
            action.is_none_or(|wanted| wanted == *had)
                && entity.is_none_or(|wanted| wanted == *about)
                && request.is_none_or(|wanted| wanted == *by)
                && since.is_none_or(|since| since <= *at)
                && until.is_none_or(|until| *at < until)
                && text.is_none_or(|text| has(*had, word, text))
        };
        // The vault's own event comes first and is none of the model.
        let mut expected: Vec<u64> = (1..)
            .zip(&made)
            .filter(|(_, one)| admits(one))
            .map(|(seq, _)| seq)
            .collect();
        expected.reverse();
        let (mut cursor, mut found) = (None, Vec::new());
        loop {
            let page = fixture
                .store
                .audit_page(&filter, cursor.as_ref(), limit)
                .await
                .unwrap();
            found.extend(seqs(&page.items).into_iter().filter(|seq| *seq > 0));
            cursor = page.older;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{filter:?}");
    }
}

/// Whether the stored text of a made event has this; its names and ids have a `_`, and no `%`.
fn has(action: Action, word: &str, text: &str) -> bool {
    let all = format!("entity_type {action} {word}").to_lowercase();
    all.contains(&text.to_lowercase())
}
