//! Rows that were removed, retired or replaced and are put back behind the store's back, from an
//! older copy of the database: none of them passes for current.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{
    Fixture, NOW, add_anchor, add_asset, envelope, event, fresh, later, material, refused, version,
};
use qv_audit::{Action, Entity};
use qv_store::{Error, SealedRecord, Signer, Slot};
use qv_types::{AnchorId, Environment, KeyState, SignerId, SlotId};

/// Copies the tables' rows aside, lets the store change them, and puts the old rows back.
async fn put_back(fixture: &Fixture, tables: &[&str], change: impl AsyncFnOnce()) {
    for table in tables {
        fixture
            .tamper(&format!(
                "CREATE TABLE old_{table} AS SELECT * FROM {table}"
            ))
            .await;
    }
    change().await;
    for table in tables {
        fixture
            .tamper(&format!(
                "INSERT OR REPLACE INTO {table} SELECT * FROM old_{table}; DROP TABLE old_{table}"
            ))
            .await;
    }
}

fn slot(mark: &str) -> Slot {
    Slot {
        id: SlotId::make_random(),
        label: mark.into(),
        descriptor: "{}".into(),
        record: format!("record of {mark}"),
        slot_kek: format!("kek of {mark}"),
        share_records: Vec::new(),
        classical: false,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn is_substituted(error: &Error) -> bool {
    matches!(error, Error::Substituted { .. })
}

#[tokio::test]
async fn a_removed_slot() {
    let fixture = fresh().await;
    let (kept, removed) = (slot("kept"), slot("removed"));
    let mut tx = fixture.store.begin().await.unwrap();
    for slot in [&kept, &removed] {
        tx.put_slot(event(Action::SlotAdded, slot.id), slot)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(fixture.store.slot(removed.id).await.unwrap(), removed);
    put_back(&fixture, &["umk_slots"], async || {
        let mut tx = fixture.store.begin().await.unwrap();
        tx.remove_slot(event(Action::SlotRemoved, removed.id), removed.id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    })
    .await;
    assert_eq!(fixture.store.slot(kept.id).await.unwrap(), kept);
    assert!(is_substituted(&refused(
        fixture.store.slot(removed.id).await
    )));
}

#[tokio::test]
async fn a_deleted_record_and_a_removed_signers_key() {
    let fixture = fresh().await;
    let record = SealedRecord {
        kind: "vault_token".into(),
        id: "one".into(),
        record: "sealed".into(),
        public_key: None,
        created_at: NOW,
        updated_at: NOW,
    };
    let signer = Signer {
        id: SignerId::make(),
        name: "attester".into(),
        address: "0x00".into(),
        is_active: true,
        created_at: NOW,
        updated_at: NOW,
    };
    let mut tx = fixture.store.begin().await.unwrap();
    tx.put_record(event(Action::RecordStored, Entity::log()), &record)
        .await
        .unwrap();
    tx.put_signer(event(Action::SignerAdded, signer.id), &signer, "its key")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    fixture.store.record("vault_token", "one").await.unwrap();
    fixture.store.signer_record(signer.id).await.unwrap();
    put_back(&fixture, &["sealed_records"], async || {
        let mut tx = fixture.store.begin().await.unwrap();
        tx.delete_record(
            event(Action::RecordDeleted, Entity::log()),
            "vault_token",
            "one",
        )
        .await
        .unwrap();
        tx.remove_signer(event(Action::SignerRemoved, signer.id), signer.id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    })
    .await;
    let record = fixture.store.record("vault_token", "one").await;
    assert!(is_substituted(&refused(record)));
    assert!(is_substituted(&refused(
        fixture.store.signer_record(signer.id).await
    )));
}

#[tokio::test]
async fn removed_material() {
    let fixture = fresh().await;
    let anchor = add_anchor(&fixture.store, "prod", Environment::Prod).await;
    let asset = add_asset(&fixture.store, "db:5432", 60).await;
    let row = material(asset, "password");
    let id = row.id;
    let sealed = envelope(id, anchor, 1);
    let mut tx = fixture.store.begin().await.unwrap();
    tx.add_materials(vec![(event(Action::MaterialAdded, id), row)])
        .await
        .unwrap();
    tx.put_envelopes(vec![(event(Action::MaterialWrapped, id), sealed.clone())])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let stored = fixture.store.envelope(id).await.unwrap();
    assert_eq!(
        stored.logged_hash.as_deref(),
        Some(sealed.hash.as_str()),
        "before"
    );
    put_back(&fixture, &["asset_key_material", "envelopes"], async || {
        let mut tx = fixture.store.begin().await.unwrap();
        tx.remove_material(event(Action::MaterialRemoved, id), id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    })
    .await;
    let stored = fixture.store.envelope(id).await.unwrap();
    assert_eq!(
        stored.logged_hash.as_deref(),
        Some(""),
        "no envelope has the hash of nothing"
    );
}

#[tokio::test]
async fn a_destroyed_key() {
    let fixture = fresh().await;
    let id = add_anchor(&fixture.store, "prod", Environment::Prod).await;
    fixture.store.anchor_version(id, 1).await.unwrap();
    put_back(&fixture, &["anchor_versions"], async || {
        set_state(&fixture, id, 1, KeyState::Destroyed).await;
    })
    .await;
    assert!(is_substituted(&refused(
        fixture.store.anchor_version(id, 1).await
    )));
}

#[tokio::test]
async fn a_retired_or_suspended_key_wraps_nothing() {
    let fixture = fresh().await;
    let id = add_anchor(&fixture.store, "prod", Environment::Prod).await;
    fixture.store.check_wraps(id, 1).await.unwrap();
    put_back(
        &fixture,
        &["encryption_anchors", "anchor_versions"],
        async || {
            let mut tx = fixture.store.begin().await.unwrap();
            tx.rotate_anchor(event(Action::AnchorRotated, id), &version(id, 2))
                .await
                .unwrap();
            tx.commit().await.unwrap();
            fixture.store.check_wraps(id, 2).await.unwrap();
            fixture
                .tamper("DELETE FROM anchor_versions WHERE version = 2")
                .await;
        },
    )
    .await;
    assert_eq!(fixture.store.anchor(id).await.unwrap().current_version, 1);
    assert!(is_substituted(&refused(
        fixture.store.check_wraps(id, 1).await
    )));

    let other = add_anchor(&fixture.store, "dev", Environment::Dev).await;
    put_back(&fixture, &["anchor_versions"], async || {
        set_state(&fixture, other, 1, KeyState::Suspended).await;
    })
    .await;
    assert!(is_substituted(&refused(
        fixture.store.check_wraps(other, 1).await
    )));
    set_state(&fixture, other, 1, KeyState::Active).await;
    fixture.store.check_wraps(other, 1).await.unwrap();
}

async fn set_state(fixture: &Fixture, id: AnchorId, version: u64, state: KeyState) {
    let mut tx = fixture.store.begin().await.unwrap();
    let changed = event(Action::AnchorKeyStateChanged, id);
    tx.set_key_state(changed, id, version, state, later(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}
