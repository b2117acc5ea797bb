//! A schema that somebody else changed while the vault was locked: the file does not open.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{fresh, refused};
use qv_store::Store;
use qv_types::Code;

#[tokio::test]
async fn a_database_with_foreign_code_or_without_its_constraints_is_refused() {
    for tampering in [
        // Forgives every failed attempt.
        "CREATE TRIGGER forgive AFTER UPDATE ON session_attempts WHEN NEW.failures > 0 BEGIN UPDATE session_attempts SET failures = 0, cooldown_until = NULL; END",
        // Keeps what is deleted.
        "CREATE TABLE kept AS SELECT * FROM umk_slots",
        "CREATE VIEW seen AS SELECT * FROM envelopes",
        "DROP INDEX one_active_anchor_per_environment",
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (failures >= 0)', '') WHERE name = 'session_attempts'",
    ] {
        let fixture = fresh().await;
        fixture.store.clone().close().await;
        drop(Store::open(&fixture.path()).await.unwrap());
        fixture.tamper(tampering).await;
        let error = refused(Store::open(&fixture.path()).await);
        assert_eq!(error.code(), Code::Corrupt, "{tampering}: {error}");
    }
}

#[tokio::test]
async fn statistics_that_sqlite_keeps_are_no_tampering() {
    let fixture = fresh().await;
    fixture.store.clone().close().await;
    fixture.tamper("ANALYZE").await;
    Store::open(&fixture.path()).await.unwrap();
}
