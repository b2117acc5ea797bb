//! Assets: upserts, edits, wrappers and tags.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{NOW, add_anchor, add_asset, assessment, event, fresh, later, observation, refused};
use qv_audit::{Action, Entity};
use qv_store::{AssetEdit, AssetFilter, HarvestFilter, Observation, Store, WrapperUpdate};
use qv_types::*;
use serde_json::{Map, json};

async fn see(store: &Store, seen: &Observation) -> qv_store::Upserted {
    let mut tx = store.begin().await.unwrap();
    let upserted = tx
        .upsert_asset(event(Action::AssetScanned, Entity::log()), seen)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    upserted
}

#[tokio::test]
async fn an_asset_is_new_then_unchanged_then_updated() {
    let fixture = fresh().await;
    let mut seen = observation("a.example:443", 60);
    let first = see(&fixture.store, &seen).await;
    assert_eq!(first.result, ScanResult::New);

    seen.at = later(1000);
    seen.name = "another name".into();
    seen.criticality = Criticality::High;
    assert_eq!(
        see(&fixture.store, &seen).await,
        qv_store::Upserted {
            id: first.id,
            result: ScanResult::Unchanged
        }
    );
    let asset = fixture.store.asset(first.id).await.unwrap();
    assert_eq!(
        asset.summary.name, "a.example:443",
        "a known asset keeps its name and traits"
    );
    assert_eq!(asset.summary.criticality, Criticality::Medium);
    assert_eq!(
        (asset.summary.last_scan, asset.summary.updated_at),
        (Some(later(1000)), NOW)
    );

    seen.facts = json!({"port": 443, "hsts": true});
    assert_eq!(see(&fixture.store, &seen).await.result, ScanResult::Updated);
    let asset = fixture.store.asset(first.id).await.unwrap();
    assert_eq!(
        (asset.facts, asset.summary.updated_at),
        (seen.facts.clone(), later(1000))
    );

    seen.environment = Environment::Dev;
    assert_eq!(
        see(&fixture.store, &seen).await.result,
        ScanResult::New,
        "identity has the environment"
    );

    let told = fixture.store.audit_records(1, 10).await.unwrap();
    let results: Vec<_> = told
        .iter()
        .map(|record| record.event.metadata["result"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(results, ["NEW", "UNCHANGED", "UPDATED", "NEW"]);
    assert_eq!(told[0].event.entity, Entity::from(first.id));
}

#[tokio::test]
async fn a_scan_step_that_runs_twice_leaves_one_line() {
    let fixture = fresh().await;
    let scan = qv_store::Scan {
        id: ScanId::make(),
        triggered_by: None,
        job_id: None,
        scan_type: ScanType::Discovery,
        started_at: NOW,
        completed_at: None,
        targets: 2,
        counts: qv_store::ScanCounts::default(),
        status: ScanStatus::Running,
        error_message: None,
    };
    let failure = qv_store::ScanFailure {
        scan_id: scan.id,
        target: "down.example:443".into(),
        error: "connection refused".into(),
        details: Map::new(),
        at: NOW,
    };
    let mut seen = observation("a.example:443", 60);
    seen.scan = Some((scan.id, "a.example:443".into(), Map::new()));
    let mut tx = fixture.store.begin().await.unwrap();
    tx.create_scan(event(Action::ScanStarted, scan.id), &scan)
        .await
        .unwrap();
    for _ in 0..2 {
        tx.upsert_asset(event(Action::AssetScanned, scan.id), &seen)
            .await
            .unwrap();
        tx.add_scan_failure(event(Action::ScanTargetFailed, scan.id), &failure)
            .await
            .unwrap();
    }
    let status = tx
        .finish_scan(
            event(Action::ScanCompleted, scan.id),
            scan.id,
            None,
            later(5),
        )
        .await
        .unwrap();
    assert_eq!(status, ScanStatus::Partial);
    tx.commit().await.unwrap();

    let entries = fixture.store.scan_entries(scan.id).await.unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(
        entries[0].result,
        Some(ScanResult::New),
        "the first run's word stands"
    );
    assert_eq!(
        (entries[1].asset_id, entries[1].details["error"].as_str()),
        (None, Some("connection refused"))
    );
    let done = fixture.store.scan(scan.id).await.unwrap();
    assert_eq!(
        done.counts,
        qv_store::ScanCounts {
            assets: 1,
            non_pqc: 1,
            failed_targets: 1
        }
    );

    let mut tx = fixture.store.begin().await.unwrap();
    let again = tx
        .finish_scan(
            event(Action::ScanCompleted, scan.id),
            scan.id,
            None,
            later(5),
        )
        .await;
    assert_eq!(refused(again).code(), Code::NotFound);
}

#[tokio::test]
async fn edits_wrappers_status_tags_and_removal() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let id = add_asset(store, "a.example:443", 60).await;
    let anchor = add_anchor(store, "root", Environment::Prod).await;
    let edit = AssetEdit {
        name: "Shop".into(),
        criticality: Criticality::High,
        sensitivity: Sensitivity::Restricted,
        exposure: Exposure::InternetFacing,
        secrecy_years: Some(30),
    };
    let wrapped = WrapperUpdate {
        id,
        wrapper: Some(("ML-KEM-1024".into(), anchor)),
        status: AssetStatus::WrappedPqc,
        assessment: assessment(40),
        at: later(9),
    };
    let mut tx = store.begin().await.unwrap();
    tx.update_asset(
        event(Action::AssetUpdated, id),
        id,
        &edit,
        &assessment(90),
        later(5),
    )
    .await
    .unwrap();
    tx.set_tags(
        event(Action::AssetTagged, id),
        id,
        &["pci".into(), "eu".into(), "pci".into()],
        later(6),
    )
    .await
    .unwrap();
    tx.set_wrappers(vec![(event(Action::AssetWrapped, id), wrapped)])
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let asset = store.asset(id).await.unwrap();
    assert_eq!(
        (asset.summary.name.as_str(), asset.summary.exposure),
        ("Shop", Exposure::InternetFacing)
    );
    assert_eq!(
        (asset.summary.score, asset.summary.level),
        (40, RiskLevel::Medium)
    );
    assert_eq!(asset.breakdown, assessment(40).breakdown);
    assert_eq!(
        (asset.summary.status, asset.summary.wrapper_anchor_id),
        (AssetStatus::WrappedPqc, Some(anchor))
    );
    assert_eq!(
        (
            asset.summary.wrapper_enabled,
            asset.summary.wrapper_updated_at
        ),
        (true, Some(later(9)))
    );
    assert_eq!(asset.tags, ["eu", "pci"]);
    assert_eq!(
        store.tags().await.unwrap(),
        [("eu".into(), 1), ("pci".into(), 1)]
    );

    let mut tx = store.begin().await.unwrap();
    let unwrapped = WrapperUpdate {
        id,
        wrapper: None,
        status: AssetStatus::AtRisk,
        assessment: assessment(60),
        at: later(10),
    };
    tx.set_wrappers(vec![(event(Action::AssetUpdated, id), unwrapped)])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        store.asset(id).await.unwrap().summary.wrapper_anchor_id,
        None
    );

    let mut tx = store.begin().await.unwrap();
    tx.remove_asset(event(Action::AssetRemoved, id), id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(refused(store.asset(id).await).code(), Code::NotFound);
    assert_eq!(
        store.count_assets(&AssetFilter::default()).await.unwrap(),
        0
    );
    store.check_integrity().await.unwrap();
}

/// An owner's lifetime counts before that of the configuration, both ways.
#[tokio::test]
async fn the_ledger_takes_an_owners_lifetime_first() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let mut ids = Vec::new();
    for (location, secrecy_years) in [("a", Some(30)), ("b", Some(2)), ("c", None)] {
        let id = add_asset(store, location, 60).await;
        let edit = AssetEdit {
            name: location.into(),
            criticality: Criticality::Medium,
            sensitivity: Sensitivity::Internal,
            exposure: Exposure::Internal,
            secrecy_years,
        };
        let mut tx = store.begin().await.unwrap();
        let told = event(Action::AssetUpdated, id);
        tx.update_asset(told, id, &edit, &assessment(60), later(1))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.asset(id).await.unwrap().secrecy_years, secrecy_years);
        ids.push(id);
    }
    let exposed = async |too_long: &[(Environment, AssetType)]| {
        let filter = AssetFilter {
            harvest: Some(HarvestFilter {
                standing: Harvest::Exposed,
                years_left: 9,
                too_long: too_long.to_vec(),
            }),
            ..AssetFilter::default()
        };
        let found = store.asset_ids(&filter, 10).await.unwrap();
        assert_eq!(
            store.count_assets(&filter).await.unwrap(),
            found.len() as u64
        );
        found
    };
    assert_eq!(exposed(&[]).await, [ids[0]]);
    let place = (Environment::Prod, AssetType::TlsCert);
    assert_eq!(exposed(&[place]).await, [ids[0], ids[2]]);

    let mut counts = store.secrecy_counts().await.unwrap();
    counts.sort_by_key(|one| one.secrecy_years);
    let counts: Vec<_> = counts
        .iter()
        .map(|one| (one.recorded, one.secrecy_years, one.assets))
        .collect();
    let vulnerable = Recorded::Vulnerable;
    assert_eq!(
        counts,
        [
            (vulnerable, None, 1),
            (vulnerable, Some(2), 1),
            (vulnerable, Some(30), 1)
        ]
    );
}
