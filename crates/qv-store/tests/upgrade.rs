//! A vault of an earlier schema is brought up to date with all that is in it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use qv_store::{AssetFilter, ScanFilter, Store};
use qv_types::{Compliance, Recorded, ScanId, ScanResult, Timestamp, Verdict};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

/// What a vault of schema 3 had: a hybrid and a vulnerable asset, a scan that saw one of them, and
/// failures with and without a word for their cause.
const OLD: &str = r#"
INSERT INTO vault (one, vault_id, created_at) VALUES (1, 'a2a18e16-8a0d-4e36-9f6f-2c7a3c2c9a11', 1);
INSERT INTO assets (seq, id, name, type, location, environment, pqc_compliance, hybrid, quantum_risk_score, exposure_points, risk_level, created_at, updated_at) VALUES
  (5, '01a20680-c4a3-719d-8c08-9c049ee0d18e', 'h', 'TLS_CERT', 'h', 'PROD', 'COMPLIANT', 1, 10, 10, 'LOW', 1, 1),
  (7, '01a20680-c4a3-719d-8c08-9c049ee0d18f', 'n', 'TLS_CERT', 'n', 'PROD', 'NON_COMPLIANT', 1, 80, 160, 'CRITICAL', 1, 1);
INSERT INTO asset_details (asset_seq, verdicts) VALUES
  (5, '{"key_exchange": {"verdict": "HYBRID", "decisive": true}, "authentication": {"verdict": "UNKNOWN", "decisive": true}}'),
  (7, '{"key_exchange": {"verdict": "NON_PQC", "decisive": true}, "data_at_rest": {"verdict": "UNKNOWN", "decisive": false}, "compliance": "X"}');
INSERT INTO scans (id, scan_type, started_at, status) VALUES ('01a20680-c3b8-71b9-9bd4-56a6831fce02', 'DISCOVERY', 1, 'RUNNING');
INSERT INTO scan_assets (scan_id, asset_id, target, scan_result, details, recorded_at) VALUES
  ('01a20680-c3b8-71b9-9bd4-56a6831fce02', '01a20680-c4a3-719d-8c08-9c049ee0d18e', 'h', 'NEW', '{}', 1),
  ('01a20680-c3b8-71b9-9bd4-56a6831fce02', NULL, 'x', NULL, '{"error":"no","cause":"dns"}', 1),
  ('01a20680-c3b8-71b9-9bd4-56a6831fce02', NULL, 'y', NULL, '{"error":"no"}', 1);
INSERT INTO organization_risk_snapshots VALUES ('01a20680-c3b8-71b9-9bd4-56a6831fce03', 5, 'scan', 2, 1, 0, 0, 0, 0, 1, 1, 0, 0.0, 0, 45.0, 90, NULL);
PRAGMA application_id = 0x51564c54; PRAGMA user_version = 3"#;

#[tokio::test]
async fn assets_and_scans_of_schema_3_are_found_by_verdict_scan_and_cause() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.db");
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let mut db = options.connect().await.unwrap();
    sqlx::migrate!("./migrations")
        .run_direct(Some(3), &mut db, false)
        .await
        .unwrap();
    sqlx::raw_sql(OLD).execute(&mut db).await.unwrap();
    db.close().await.unwrap();

    let store = Store::open(&path).await.unwrap();
    store.check_integrity().await.unwrap();
    let scan: ScanId = "01a20680-c3b8-71b9-9bd4-56a6831fce02".parse().unwrap();
    let count = async |filter: AssetFilter| store.count_assets(&filter).await.unwrap();
    let of = |verdicts: &[Verdict]| AssetFilter {
        verdicts: verdicts.to_vec(),
        ..AssetFilter::default()
    };
    assert_eq!(count(of(&[])).await, 2);
    assert_eq!(count(of(&[Verdict::Hybrid])).await, 1);
    assert_eq!(count(of(&[Verdict::NonPqc])).await, 1);
    assert_eq!(count(of(&[Verdict::Pqc, Verdict::Unknown])).await, 0);
    let compliant = AssetFilter {
        compliance: vec![Compliance::Compliant],
        scan: Some(ScanFilter {
            id: scan,
            result: Some(ScanResult::New),
        }),
        ..AssetFilter::default()
    };
    assert_eq!(count(compliant).await, 1);
    let kpis = store.kpis().await.unwrap();
    assert_eq!((kpis.total_assets, kpis.non_pqc), (2, 1));
    assert_eq!((kpis.average_score, kpis.exposure_points), (45.0, 170));
    let mut traits: Vec<_> = store.trait_counts().await.unwrap();
    traits.sort_by_key(|one| one.traits);
    let traits: Vec<_> = traits.iter().map(|one| (one.traits, one.assets)).collect();
    assert_eq!(traits, [(5, 1), (0x84, 1)]);
    let mut kinds = store.secrecy_counts().await.unwrap();
    kinds.sort_by_key(|one| one.recorded);
    let kinds: Vec<_> = kinds.iter().map(|one| one.recorded).collect();
    assert_eq!(kinds, [Recorded::Vulnerable, Recorded::Protected]);
    let tally = store.scan_tally(scan).await.unwrap();
    assert_eq!((tally.new, tally.updated, tally.unchanged), (1, 0, 0));
    assert_eq!(tally.causes, [("dns".into(), 1), ("other".into(), 1)]);
    let taken = store
        .snapshots(Timestamp::from_unix_ms(0), 9)
        .await
        .unwrap();
    assert_eq!(taken[0].kpis.total_assets, 2);
    assert_eq!(taken[0].verdicts, None, "nobody counted, which is not 0");
    store.close().await;
}
