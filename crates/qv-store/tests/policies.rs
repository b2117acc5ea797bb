//! Policies, the numbers that follow from them, and writers that give up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{NOW, add_asset, event, fresh, later, refused};
use qv_audit::{Action, Entity};
use qv_store::{Policy, PolicyResult, Store, VerdictCounts};
use qv_types::*;
use serde_json::json;

fn policy(name: &str, is_active: bool) -> Policy {
    Policy {
        id: PolicyId::make(),
        name: name.into(),
        description: None,
        scope_type: ScopeType::AllAssets,
        scope_definition: json!({}),
        required_pqc_algorithms: json!({"kem": ["ML-KEM-1024"]}),
        transition_strategy: TransitionStrategy::Hybrid,
        enforcement_mode: EnforcementMode::Enforce,
        created_by: None,
        is_active,
        last_evaluated_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn result(asset_id: AssetId, is_compliant: bool) -> PolicyResult {
    PolicyResult {
        asset_id,
        is_compliant,
        reason: (!is_compliant).then(|| "key exchange".into()),
    }
}

#[tokio::test]
async fn policies_and_the_numbers_that_follow() {
    let fixture = fresh().await;
    let store = &fixture.store;
    assert_eq!(store.kpis().await.unwrap(), qv_store::Kpis::default());
    let [a, b, c, d] = [("a", 10), ("b", 30), ("c", 60), ("d", 90)]
        .map(|(name, score)| (format!("{name}.example"), score));
    let mut ids = Vec::new();
    for (location, score) in [a, b, c, d] {
        ids.push(add_asset(store, &location, score).await);
    }
    fixture
        .tamper("UPDATE assets SET hybrid = 1 WHERE location IN ('a.example', 'd.example')")
        .await;
    let (live, off) = (policy("live", true), policy("off", false));
    let mut tx = store.begin().await.unwrap();
    for policy in [&live, &off] {
        tx.create_policy(event(Action::PolicyCreated, policy.id), policy)
            .await
            .unwrap();
    }
    let results = [
        result(ids[0], true),
        result(ids[1], false),
        result(ids[2], false),
    ];
    tx.set_evaluation(
        event(Action::PolicyEvaluated, live.id),
        live.id,
        &results,
        later(1),
    )
    .await
    .unwrap();
    tx.set_evaluation(
        event(Action::PolicyEvaluated, off.id),
        off.id,
        &[result(ids[3], false)],
        later(1),
    )
    .await
    .unwrap();
    let snapshot = tx
        .take_snapshot(
            event(Action::SnapshotTaken, Entity::log()),
            "scan",
            later(2),
        )
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let kpis = store.kpis().await.unwrap();
    assert_eq!(snapshot.kpis, kpis);
    assert_eq!((kpis.total_assets, kpis.non_pqc), (4, 3));
    let verdicts = VerdictCounts {
        hybrid: 1,
        vulnerable: 3,
        ..VerdictCounts::default()
    };
    assert_eq!(
        snapshot.verdicts,
        Some(verdicts),
        "what is not compliant is vulnerable, whatever else it offers"
    );
    assert_eq!(store.verdict_counts().await.unwrap(), verdicts);
    assert_eq!(
        (kpis.low, kpis.medium, kpis.high, kpis.critical),
        (1, 1, 1, 1)
    );
    assert_eq!(
        (kpis.active_policies, kpis.out_of_policy),
        (1, 2),
        "a policy that is off does not count"
    );
    assert_eq!(kpis.policy_coverage_percent, 75.0);
    assert_eq!((kpis.average_score, kpis.exposure_points), (47.5, 270));
    let metrics = store.policy_metrics(live.id).await.unwrap();
    assert_eq!(
        (metrics.in_scope, metrics.non_compliant, metrics.wrapped),
        (3, 2, 0)
    );
    assert_eq!(metrics.coverage_percent(), 75.0);
    assert_eq!(
        store.policy(live.id).await.unwrap().last_evaluated_at,
        Some(later(1))
    );
    assert_eq!(store.snapshots(NOW, 10).await.unwrap(), [snapshot]);
    assert!(store.snapshots(later(3), 10).await.unwrap().is_empty());

    let mut tx = store.begin().await.unwrap();
    let told = event(Action::PolicyEvaluated, live.id);
    tx.update_evaluation(
        told,
        live.id,
        &[result(ids[1], true), result(ids[3], true)],
        &[ids[2]],
        later(5),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let compliant: Vec<_> = store
        .policy_results(live.id)
        .await
        .unwrap()
        .into_iter()
        .map(|r| (r.asset_id, r.is_compliant))
        .collect();
    assert_eq!(compliant, [(ids[0], true), (ids[1], true), (ids[3], true)]);
    let of_d = store.asset_policies(ids[3]).await.unwrap();
    assert_eq!(
        of_d.iter()
            .map(|p| (p.name.as_str(), p.is_compliant))
            .collect::<Vec<_>>(),
        [("live", true), ("off", false)]
    );
}

#[tokio::test]
async fn candidates_fail_the_policy_and_have_material() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let policy = policy("live", true);
    let mut tx = store.begin().await.unwrap();
    tx.create_policy(event(Action::PolicyCreated, policy.id), &policy)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let [good, bare, failing] = [
        add_asset(store, "a", 10).await,
        add_asset(store, "b", 60).await,
        add_asset(store, "c", 60).await,
    ];
    let mut tx = store.begin().await.unwrap();
    let rows = [good, failing].map(|asset| common::material(asset, "key"));
    tx.add_materials(
        rows.into_iter()
            .map(|row| (event(Action::MaterialAdded, row.id), row))
            .collect(),
    )
    .await
    .unwrap();
    let results = [
        result(good, true),
        result(bare, false),
        result(failing, false),
    ];
    tx.set_evaluation(
        event(Action::PolicyEvaluated, policy.id),
        policy.id,
        &results,
        NOW,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.wrap_candidates(policy.id).await.unwrap(), [failing]);

    let taken = Policy {
        id: PolicyId::make(),
        ..policy.clone()
    };
    let mut tx = store.begin().await.unwrap();
    let error = refused(
        tx.create_policy(event(Action::PolicyCreated, taken.id), &taken)
            .await,
    );
    assert!(
        error
            .to_string()
            .starts_with("a policy of that name exists already"),
        "{error}"
    );
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    tx.remove_policy(event(Action::PolicyRemoved, policy.id), policy.id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(store.asset_policies(failing).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_abandoned_transaction_lets_other_processes_write() {
    let fixture = fresh().await;
    let other = Store::open(&fixture.path()).await.unwrap();
    let mut tx = fixture.store.begin().await.unwrap();
    tx.note(event(Action::VaultLocked, Entity::log()));
    drop(tx);
    // Dropped while it waits for its turn, and while it begins.
    let tx = fixture.store.begin().await.unwrap();
    for _ in 0..50 {
        let begin = fixture.store.begin();
        tokio::pin!(begin);
        tokio::select! { biased; _ = &mut begin => panic!("two at once"), () = tokio::task::yield_now() => {} }
    }
    drop(tx);
    let mut tx = other.begin().await.unwrap();
    tx.note(event(Action::VaultUnlocked, Entity::log()));
    tx.commit().await.unwrap();
    let mut tx = fixture.store.begin().await.unwrap();
    tx.note(event(Action::VaultUnlocked, Entity::log()));
    tx.commit().await.unwrap();
    assert_eq!(other.tree_head().await.unwrap().size, 3);
    assert_eq!(other.verify_log().await.unwrap().problems, []);
}

#[tokio::test]
async fn a_closed_store_refuses_to_write() {
    let fixture = fresh().await;
    let clone = fixture.store.clone();
    fixture.store.close().await;
    assert_eq!(refused(clone.begin().await).code(), Code::Conflict);
}
