//! The schema says what the types say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use std::collections::BTreeMap;

use common::{fresh, raw};
use qv_types::*;
use sha2::{Digest, Sha256};
use sqlx::Row;

/// The words of each `CHECK (column IN (…))`, by table and column.
fn check_lists(sql: &str) -> Vec<(String, Vec<String>)> {
    sql.match_indices(" IN ('")
        .map(|(at, _)| {
            let column = sql[..at]
                .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap();
            let list = &sql[at + 5..at + sql[at..].find(')').unwrap()];
            let words = list
                .split(',')
                .map(|word| word.trim().trim_matches('\'').to_owned())
                .collect();
            (column.to_owned(), words)
        })
        .collect()
}

#[tokio::test]
async fn check_lists_are_the_enums() {
    fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<String> {
        all.iter().map(|value| word(*value).to_owned()).collect()
    }
    macro_rules! expected {
        ($($column:literal => $name:ident),+ $(,)?) => {
            BTreeMap::from([$(($column, words($name::ALL, $name::as_str))),+])
        };
    }
    let mut expected = expected! {
        "users.role" => Role,
        "encryption_anchors.anchor_type" => AnchorType,
        "encryption_anchors.environment" => Environment,
        "anchor_versions.state" => KeyState,
        "assets.type" => AssetType,
        "assets.environment" => Environment,
        "assets.pqc_compliance" => Compliance,
        "assets.risk_level" => RiskLevel,
        "assets.business_criticality" => Criticality,
        "assets.data_sensitivity" => Sensitivity,
        "assets.exposure" => Exposure,
        "assets.status" => AssetStatus,
        "assets.recorded" => Recorded,
        "asset_key_material.key_type" => KeyType,
        "scan_targets.target_type" => TargetType,
        "scan_targets.environment" => Environment,
        "scans.scan_type" => ScanType,
        "scans.status" => ScanStatus,
        "scan_assets.scan_result" => ScanResult,
        "encryption_policies.scope_type" => ScopeType,
        "encryption_policies.transition_strategy" => TransitionStrategy,
        "encryption_policies.enforcement_mode" => EnforcementMode,
        "blockchain_attestation_jobs.status" => AttestationJobStatus,
        "blockchain_attestations.attestation_status" => AttestationStatus,
        "attestation_outbox.state" => OutboxState,
        "jobs.kind" => JobKind,
        "jobs.state" => JobState,
        "job_steps.state" => StepState,
        "auth_nonces.purpose" => AuthPurpose,
    };
    let fixture = fresh().await;
    let mut db = raw(&fixture.path()).await;
    let tables = sqlx::query(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT%'",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    for table in tables {
        let (name, sql): (String, String) = (table.get("name"), table.get("sql"));
        for (column, words) in check_lists(&sql) {
            let key = format!("{name}.{column}");
            let wanted = expected
                .remove(key.as_str())
                .unwrap_or_else(|| panic!("{key} is not expected"));
            assert_eq!(words, wanted, "{key}");
        }
    }
    assert!(
        expected.is_empty(),
        "without a CHECK: {:?}",
        expected.keys()
    );
}

#[tokio::test]
async fn every_table_is_strict_or_a_search_index() {
    let fixture = fresh().await;
    let mut db = raw(&fixture.path()).await;
    let loose = sqlx::query("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'")
        .fetch_all(&mut db)
        .await
        .unwrap();
    for table in loose {
        let name: String = table.get("name");
        assert!(
            name.starts_with("asset_search") || name == "_sqlx_migrations",
            "{name}"
        );
    }
}

/// A released migration never changes: vaults exist that ran it as it was.
#[test]
fn released_migrations_are_frozen() {
    const RELEASED: [(&str, &str); 0] = [];
    for (name, sha256) in RELEASED {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(name);
        assert_eq!(
            hex::encode(Sha256::digest(std::fs::read(path).unwrap())),
            sha256,
            "{name}"
        );
    }
}

#[tokio::test]
async fn stored_words_outside_the_lists_are_refused() {
    let fixture = fresh().await;
    common::add_asset(&fixture.store, "a.example:443", 60).await;
    let mut db = raw(&fixture.path()).await;
    for sql in [
        "UPDATE assets SET status = 'FINE'",
        "UPDATE assets SET quantum_risk_score = 101",
        "UPDATE assets SET risk_level = 'LOW'",
        "UPDATE assets SET environment = 'prod'",
    ] {
        assert!(sqlx::query(sql).execute(&mut db).await.is_err(), "{sql}");
    }
}
