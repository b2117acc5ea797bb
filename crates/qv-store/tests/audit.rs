//! The log: events enter with their changes, proofs hold, tampering is found.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{NOW, event, fresh, refused};
use proptest::prelude::*;
use qv_audit::{Action, Entity, Event, Hash, proof};
use qv_store::{Attempts, LogProblem, Store, StoredCheckpoint};
use qv_types::{Code, TargetId};

async fn note_many(store: &Store, count: usize) {
    let mut tx = store.begin().await.unwrap();
    for n in 0..count {
        tx.note(event(Action::AuditExported, Entity::log()).with("n", n as u64));
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn events_enter_in_order_with_their_change() {
    let fixture = fresh().await;
    let id = TargetId::make();
    let mut tx = fixture.store.begin().await.unwrap();
    tx.note(event(Action::VaultUnlocked, id));
    tx.set_attempts(
        event(Action::UnlockFailed, id),
        Attempts {
            failures: 2,
            ..Attempts::default()
        },
    )
    .await
    .unwrap();
    tx.note(event(Action::VaultLocked, id));
    tx.commit().await.unwrap();
    assert_eq!(fixture.store.attempts().await.unwrap().failures, 2);
    let records = fixture.store.audit_records(1, 10).await.unwrap();
    let actions: Vec<Action> = records.iter().map(|record| record.event.action).collect();
    assert_eq!(
        actions,
        [
            Action::VaultUnlocked,
            Action::UnlockFailed,
            Action::VaultLocked
        ]
    );
    assert_eq!(fixture.store.tree_head().await.unwrap().size, 4);
}

#[tokio::test]
async fn a_dropped_or_torn_transaction_leaves_neither_change_nor_event() {
    let fixture = fresh().await;
    let before = fixture.store.tree_head().await.unwrap();
    let mut tx = fixture.store.begin().await.unwrap();
    tx.set_attempts(
        event(Action::UnlockFailed, Entity::log()),
        Attempts {
            failures: 9,
            ..Attempts::default()
        },
    )
    .await
    .unwrap();
    drop(tx);

    let mut tx = fixture.store.begin().await.unwrap();
    tx.note(event(Action::VaultLocked, Entity::log()));
    refused(
        tx.remove_target(
            event(Action::TargetRemoved, TargetId::make()),
            TargetId::make(),
        )
        .await,
    );
    assert_eq!(refused(tx.commit().await).code(), Code::Conflict);

    assert_eq!(fixture.store.attempts().await.unwrap().failures, 0);
    assert_eq!(fixture.store.tree_head().await.unwrap(), before);
}

#[tokio::test]
async fn two_processes_build_one_tree() {
    let fixture = fresh().await;
    let other = Store::open(&fixture.path()).await.unwrap();
    let (a, b) = (fixture.store.clone(), other.clone());
    let one = tokio::spawn(async move {
        for _ in 0..20 {
            note_many(&a, 7).await;
        }
    });
    for _ in 0..20 {
        note_many(&b, 11).await;
    }
    one.await.unwrap();
    let report = other.verify_log().await.unwrap();
    assert_eq!((report.size, report.problems), (1 + 20 * 18, Vec::new()));
    assert_eq!(other.tree_head().await.unwrap().root, report.root);
}

#[tokio::test]
async fn proofs_from_the_database_verify() {
    let fixture = fresh().await;
    let mut roots = vec![fixture.store.tree_head().await.unwrap()];
    for batch in [200, 54, 1, 1, 300, 700] {
        note_many(&fixture.store, batch).await;
        roots.push(fixture.store.tree_head().await.unwrap());
    }
    let leaves: Vec<Hash> = fixture
        .store
        .audit_records(0, 2000)
        .await
        .unwrap()
        .iter()
        .map(|record| record.leaf_hash)
        .collect();
    for head in &roots {
        for seq in [0, 1, 200, 254, 255, 256, 257, 511, 512, 556, 1000, 1256]
            .into_iter()
            .filter(|seq| *seq < head.size)
        {
            let path = fixture.store.inclusion_proof(seq, head.size).await.unwrap();
            assert_eq!(
                path,
                proof::from_leaves(&leaves, &proof::inclusion(seq, head.size).unwrap())
            );
            proof::verify_inclusion(&leaves[seq as usize], seq, head.size, &path, &head.root)
                .unwrap();
        }
        for old in roots.iter().filter(|old| old.size <= head.size) {
            let path = fixture
                .store
                .consistency_proof(old.size, head.size)
                .await
                .unwrap();
            proof::verify_consistency(old.size, head.size, &path, &old.root, &head.root).unwrap();
        }
    }
    let beyond = roots.last().unwrap().size + 1;
    assert_eq!(
        refused(fixture.store.inclusion_proof(0, beyond).await).code(),
        Code::InvalidInput
    );
    assert_eq!(
        refused(fixture.store.inclusion_proof(beyond, beyond - 1).await).code(),
        Code::InvalidInput
    );
}

/// A log of 600 events with checkpoints at 0, 301 and 601 of them.
async fn log_with_checkpoints() -> common::Fixture {
    let fixture = fresh().await;
    for batch in [299, 298] {
        note_many(&fixture.store, batch).await;
        let head = fixture.store.tree_head().await.unwrap();
        let checkpoint = StoredCheckpoint {
            size: head.size,
            root: head.root,
            note: "note".into(),
            created_at: NOW,
        };
        let mut tx = fixture.store.begin().await.unwrap();
        tx.add_checkpoint(event(Action::CheckpointSigned, Entity::log()), &checkpoint)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    fixture
}

const UNLOCK: &str = "DROP TRIGGER audit_events_stay; DROP TRIGGER audit_events_remain;";

async fn problems_after(sql: &str) -> Vec<LogProblem> {
    let fixture = log_with_checkpoints().await;
    assert_eq!(fixture.store.verify_log().await.unwrap().problems, []);
    fixture.tamper(&format!("{UNLOCK}{sql}")).await;
    fixture.store.verify_log().await.unwrap().problems
}

#[tokio::test]
async fn every_kind_of_tampering_is_found() {
    let changed = problems_after(
        "UPDATE audit_log_events SET event = replace(event, '\"n\":5', '\"n\":6') WHERE seq = 6",
    )
    .await;
    assert!(
        changed.contains(&LogProblem::Changed { seq: 6 }),
        "{changed:?}"
    );

    let relabelled =
        problems_after("UPDATE audit_log_events SET action = 'VAULT_LOCKED' WHERE seq = 9").await;
    assert_eq!(relabelled, [LogProblem::Mislabelled { seq: 9 }]);

    let removed = problems_after("DELETE FROM audit_log_events WHERE seq = 40").await;
    assert!(
        removed.contains(&LogProblem::Missing { seq: 40 }),
        "{removed:?}"
    );

    // Rehashed by someone who knows how: only the signed checkpoints tell.
    let swapped = "UPDATE audit_log_events SET seq = -1 WHERE seq = 2; UPDATE audit_log_events SET seq = 2 WHERE seq = 3; UPDATE audit_log_events SET seq = 3 WHERE seq = -1;";
    let swapped = problems_after(&format!("PRAGMA ignore_check_constraints = ON; {swapped}")).await;
    assert!(
        swapped.contains(&LogProblem::Rewritten { size: 300 }),
        "{swapped:?}"
    );

    let cut = problems_after("DELETE FROM audit_log_events WHERE seq >= 500").await;
    assert!(cut.contains(&LogProblem::Ahead { size: 599 }), "{cut:?}");

    let tile = problems_after("UPDATE audit_tiles SET root = zeroblob(32) WHERE tile = 1").await;
    assert_eq!(tile, [LogProblem::Tile { tile: 1 }]);

    let tile = problems_after("DELETE FROM audit_tiles WHERE tile = 1").await;
    assert_eq!(tile, [LogProblem::Tile { tile: 1 }]);

    let state = problems_after("UPDATE audit_tree SET nodes = zeroblob(length(nodes))").await;
    assert!(matches!(state[..], [LogProblem::Tree { .. }]), "{state:?}");

    let checkpoint =
        problems_after("UPDATE checkpoints SET root = zeroblob(32) WHERE size = 300").await;
    assert_eq!(checkpoint, [LogProblem::Rewritten { size: 300 }]);
}

#[tokio::test]
async fn an_old_database_put_back_is_behind_its_checkpoint() {
    let fixture = fresh().await;
    let copy = fixture.folder.path().join("copy.db");
    fixture
        .tamper(&format!("VACUUM INTO '{}'", copy.display()))
        .await;
    note_many(&fixture.store, 3).await;
    let head = fixture.store.tree_head().await.unwrap();
    let old = Store::open(&copy).await.unwrap();
    let mut tx = old.begin().await.unwrap();
    let checkpoint = StoredCheckpoint {
        size: head.size,
        root: head.root,
        note: "note".into(),
        created_at: NOW,
    };
    tx.add_checkpoint(event(Action::CheckpointSigned, Entity::log()), &checkpoint)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        old.verify_log().await.unwrap().problems,
        [LogProblem::Ahead { size: head.size }]
    );
}

#[tokio::test]
async fn the_log_itself_refuses_changes() {
    let fixture = fresh().await;
    let mut db = common::raw(&fixture.path()).await;
    for sql in [
        "UPDATE audit_log_events SET event = '{}'",
        "DELETE FROM audit_log_events",
    ] {
        assert!(sqlx::query(sql).execute(&mut db).await.is_err(), "{sql}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    /// Whatever the sizes of the transactions, tree, tiles and log agree.
    #[test]
    fn batches_of_any_size_make_the_same_tree(batches in prop::collection::vec(0usize..330, 1..5)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = fresh().await;
            for batch in &batches {
                note_many(&fixture.store, *batch).await;
            }
            let report = fixture.store.verify_log().await.unwrap();
            assert_eq!(report.problems, []);
            assert_eq!(report.size, 1 + batches.iter().sum::<usize>() as u64);
        });
    }
}

#[test]
fn stored_text_reads_back_as_the_event() {
    let told = event(Action::AssetTagged, Entity::log()).with("tags", vec!["ü", "\u{1f512}"]);
    let leaf = qv_audit::Leaf::make(&told).unwrap();
    assert_eq!(Event::from_stored(&leaf.text).unwrap(), told);
}
