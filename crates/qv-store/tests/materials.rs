//! Anchors, material and envelopes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{
    NOW, add_anchor, add_asset, anchor, envelope, event, fresh, later, material, refused, version,
};
use qv_audit::{Action, Entity};
use qv_store::{AnchorEdit, Error};
use qv_types::{AnchorId, Code, Environment, KeyState, MaterialId};
use serde_json::json;

#[tokio::test]
async fn one_anchor_is_active_in_each_environment() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let a = add_anchor(store, "a", Environment::Prod).await;
    let b = add_anchor(store, "b", Environment::Prod).await;
    let dev = add_anchor(store, "dev", Environment::Dev).await;
    assert_eq!(store.active_anchor(Environment::Prod).await.unwrap(), None);
    for id in [a, dev, b] {
        let mut tx = store.begin().await.unwrap();
        tx.activate_anchor(event(Action::AnchorActivated, id), id, later(1))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(
        store
            .active_anchor(Environment::Prod)
            .await
            .unwrap()
            .unwrap()
            .id,
        b
    );
    assert_eq!(
        store
            .active_anchor(Environment::Dev)
            .await
            .unwrap()
            .unwrap()
            .id,
        dev
    );
    assert!(!store.anchor(a).await.unwrap().is_active);

    // The database itself refuses a second one.
    let mut db = common::raw(&fixture.path()).await;
    let forced =
        sqlx::query("UPDATE encryption_anchors SET is_active = 1 WHERE environment = 'PROD'")
            .execute(&mut db)
            .await;
    assert!(forced.is_err());
    let (mut second, version) = anchor("c", Environment::Prod);
    second.is_active = true;
    let mut tx = store.begin().await.unwrap();
    let refusal = refused(
        tx.create_anchor(event(Action::AnchorCreated, second.id), &second, &version)
            .await,
    );
    assert_eq!(
        refusal.to_string(),
        "the environment has an active anchor already; nothing was changed"
    );
    drop(tx);

    let mut tx = store.begin().await.unwrap();
    tx.deactivate_anchor(event(Action::AnchorDeactivated, b), b, later(2))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.active_anchor(Environment::Prod).await.unwrap(), None);
}

#[tokio::test]
async fn rotation_retires_the_version_before() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let id = add_anchor(store, "a", Environment::Prod).await;
    let mut tx = store.begin().await.unwrap();
    tx.rotate_anchor(event(Action::AnchorRotated, id), &version(id, 2))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let states: Vec<_> = store
        .anchor_versions(id)
        .await
        .unwrap()
        .iter()
        .map(|v| (v.version, v.state))
        .collect();
    assert_eq!(states, [(2, KeyState::Active), (1, KeyState::Retired)]);
    assert_eq!(store.anchor(id).await.unwrap().current_version, 2);
    assert_eq!(
        store.anchor_version(id, 1).await.unwrap().record.as_deref(),
        Some("record 1")
    );

    // Rotating from what was current a moment ago is refused.
    let mut tx = store.begin().await.unwrap();
    assert_eq!(
        refused(
            tx.rotate_anchor(event(Action::AnchorRotated, id), &version(id, 2))
                .await
        )
        .code(),
        Code::Conflict
    );
    drop(tx);

    let mut tx = store.begin().await.unwrap();
    tx.set_key_state(
        event(Action::AnchorKeyStateChanged, id),
        id,
        1,
        KeyState::Destroyed,
        later(3),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.anchor_version(id, 1).await.unwrap().record, None);
    let mut tx = store.begin().await.unwrap();
    let back = tx
        .set_key_state(
            event(Action::AnchorKeyStateChanged, id),
            id,
            1,
            KeyState::Active,
            later(4),
        )
        .await;
    assert_eq!(
        refused(back).code(),
        Code::NotFound,
        "destroyed is for ever"
    );
}

#[tokio::test]
async fn an_anchor_is_edited_and_found_by_name() {
    let fixture = fresh().await;
    let id = add_anchor(&fixture.store, "a", Environment::Prod).await;
    add_anchor(&fixture.store, "b", Environment::Prod).await;
    let mut edit = AnchorEdit {
        name: "new".into(),
        description: Some("d".into()),
        associated_policy_ids: Vec::new(),
    };
    let mut tx = fixture.store.begin().await.unwrap();
    tx.update_anchor(event(Action::AnchorUpdated, id), id, &edit, later(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fixture.store.anchor_by_name("new").await.unwrap().id, id);
    edit.name = "b".into();
    let mut tx = fixture.store.begin().await.unwrap();
    let taken = refused(
        tx.update_anchor(event(Action::AnchorUpdated, id), id, &edit, later(1))
            .await,
    );
    assert!(
        taken
            .to_string()
            .starts_with("an anchor of that name exists already"),
        "{taken}"
    );
}

#[tokio::test]
async fn material_is_wrapped_and_rewrapped_in_bulk() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let asset = add_asset(store, "a.example:443", 60).await;
    let anchor = add_anchor(store, "root", Environment::Prod).await;
    let all: Vec<_> = (0..600)
        .map(|n| material(asset, &format!("key {n:03}")))
        .collect();
    let ids: Vec<_> = all.iter().map(|material| material.id).collect();
    let before = store.tree_head().await.unwrap().size;

    let mut tx = store.begin().await.unwrap();
    tx.add_materials(
        all.into_iter()
            .map(|row| (event(Action::MaterialAdded, row.id), row))
            .collect(),
    )
    .await
    .unwrap();
    let envelopes = |mark| {
        ids.iter()
            .map(move |id| {
                (
                    event(Action::MaterialWrapped, *id),
                    envelope(*id, anchor, mark),
                )
            })
            .collect()
    };
    tx.put_envelopes(envelopes(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        store.tree_head().await.unwrap().size,
        before + 1200,
        "one event each"
    );

    let rows = store.materials(asset).await.unwrap();
    assert_eq!(rows.len(), 600);
    assert!(rows.iter().all(|row| row.is_wrapped
        && row.key == Some((anchor, 1))
        && row.last_wrapped_at == Some(NOW)));
    assert_eq!(
        rows[0].algorithm_details["algorithm"],
        json!("ML-KEM-1024+HKDF-SHA-256+AES-256-GCM")
    );
    let stored = store.envelope(ids[7]).await.unwrap();
    assert_eq!(stored.logged_hash.as_deref(), Some(stored.hash.as_str()));
    assert_eq!(
        (stored.hash, stored.auth),
        (hex::encode([1; 32]), hex::encode([0xfe; 32]))
    );

    let mut under = Vec::new();
    while let Some(page) = Some(
        store
            .materials_under(anchor, 1, under.last().copied(), 250)
            .await
            .unwrap(),
    )
    .filter(|page| !page.is_empty())
    {
        under.extend(page);
    }
    assert_eq!(under, ids);

    let mut tx = store.begin().await.unwrap();
    tx.rotate_anchor(event(Action::AnchorRotated, anchor), &version(anchor, 2))
        .await
        .unwrap();
    let moved = ids[..10].iter().map(|id| {
        let row = qv_store::NewEnvelope {
            key_version: 2,
            ..envelope(*id, anchor, 2)
        };
        (event(Action::MaterialRewrapped, *id), row)
    });
    tx.put_envelopes(moved.collect()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        store.envelope_counts().await.unwrap(),
        [(anchor, 1, 590), (anchor, 2, 10)]
    );
    assert_eq!(
        store.envelope(ids[3]).await.unwrap().logged_hash,
        Some(hex::encode([2; 32]))
    );
    assert_eq!(store.verify_log().await.unwrap().problems, []);
    store.check_integrity().await.unwrap();
}

#[tokio::test]
async fn material_is_listed_by_environment() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let mut tx = store.begin().await.unwrap();
    let mut ids = Vec::new();
    for (location, environment) in [("a", Environment::Prod), ("b", Environment::Dev)] {
        let mut seen = common::observation(location, 10);
        seen.environment = environment;
        let scanned = event(Action::AssetScanned, Entity::log());
        let asset = tx.upsert_asset(scanned, &seen).await.unwrap().id;
        let new = material(asset, "key");
        ids.push(new.id);
        tx.add_materials(vec![(event(Action::MaterialAdded, new.id), new)])
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let listed = async |environments: &[Environment], after| {
        let rows = store
            .materials_after(environments, after, 10)
            .await
            .unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(&[], None).await, ids);
    assert_eq!(listed(&[Environment::Prod], None).await, ids[..1]);
    assert_eq!(
        listed(&[Environment::Dev, Environment::Prod], None).await,
        ids
    );
    assert_eq!(listed(&[Environment::Prod], Some(ids[0])).await, []);
    assert_eq!(listed(&[Environment::Stage], None).await, []);
}

#[tokio::test]
async fn an_older_envelope_put_back_is_not_the_one_that_the_log_names() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let asset = add_asset(store, "a.example:443", 60).await;
    let anchor = add_anchor(store, "root", Environment::Prod).await;
    let row = material(asset, "key");
    let id = row.id;
    let mut tx = store.begin().await.unwrap();
    tx.add_materials(vec![(event(Action::MaterialAdded, id), row)])
        .await
        .unwrap();
    for mark in [1, 2] {
        tx.put_envelopes(vec![(
            event(Action::MaterialWrapped, Entity::log()),
            envelope(id, anchor, mark),
        )])
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    fixture
        .tamper(&format!(
            "UPDATE envelopes SET hash = x'{}'",
            hex::encode([1; 32])
        ))
        .await;
    let stored = store.envelope(id).await.unwrap();
    assert_eq!(
        (stored.hash, stored.logged_hash),
        (hex::encode([1; 32]), Some(hex::encode([2; 32])))
    );
}

#[tokio::test]
async fn envelopes_need_their_material_and_key() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let asset = add_asset(store, "a.example:443", 60).await;
    let anchor = add_anchor(store, "root", Environment::Prod).await;
    let row = material(asset, "key");
    let known = row.id;
    let mut tx = store.begin().await.unwrap();
    tx.add_materials(vec![(event(Action::MaterialAdded, known), row)])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for (material_id, anchor_id) in [(MaterialId::make(), anchor), (known, AnchorId::make())] {
        let mut tx = store.begin().await.unwrap();
        let row = envelope(material_id, anchor_id, 1);
        let error = refused(
            tx.put_envelopes(vec![(event(Action::MaterialWrapped, known), row)])
                .await,
        );
        assert!(matches!(error, Error::NotFound { .. }), "{error}");
        assert_eq!(refused(tx.commit().await).code(), Code::Conflict);
    }
    let mut tx = store.begin().await.unwrap();
    let twin = material(asset, "key");
    let error = refused(
        tx.add_materials(vec![(event(Action::MaterialAdded, twin.id), twin)])
            .await,
    );
    assert!(
        error
            .to_string()
            .starts_with("the asset has material of that label already"),
        "{error}"
    );
}

#[tokio::test]
async fn removed_ciphertext_is_overwritten() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let asset = add_asset(store, "a.example:443", 60).await;
    let anchor = add_anchor(store, "root", Environment::Prod).await;
    let row = material(asset, "key");
    let id = row.id;
    let mark = "ciphertext-that-must-go".repeat(400);
    let mut tx = store.begin().await.unwrap();
    tx.add_materials(vec![(event(Action::MaterialAdded, id), row)])
        .await
        .unwrap();
    let sealed = qv_store::NewEnvelope {
        envelope: mark.clone(),
        ..envelope(id, anchor, 1)
    };
    tx.put_envelopes(vec![(event(Action::MaterialWrapped, id), sealed)])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.remove_material(event(Action::MaterialRemoved, id), id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let path = fixture.path();
    fixture.store.close().await;
    let bytes = std::fs::read(path).unwrap();
    assert!(
        !bytes
            .windows(23)
            .any(|window| window == &mark.as_bytes()[..23])
    );
}
