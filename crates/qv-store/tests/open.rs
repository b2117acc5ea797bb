//! Creating and opening: modes, and that what is not ours stays as it is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use common::{NOW, event, fresh, raw, refused};
use qv_audit::Action;
use qv_store::{Error, SCHEMA_VERSION, Store, VaultMeta};
use qv_types::{Code, VaultId};
use sqlx::{AssertSqlSafe, Connection};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Everything in the folder of a database: names, bytes.
fn folder(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = fs::read_dir(path.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    all.sort();
    all
}

/// Opening must fail with this code and leave the folder byte for byte as it was.
async fn refuses_untouched(path: &Path, code: Code) -> Error {
    let before = folder(path);
    let error = refused(Store::open(path).await);
    assert_eq!(error.code(), code, "{error}");
    assert_eq!(folder(path), before, "{error}");
    error
}

/// A closed database with a vault in it.
async fn closed() -> tempfile::TempDir {
    let fixture = fresh().await;
    fixture.store.close().await;
    fixture.folder
}

#[tokio::test]
async fn files_are_their_owners_alone() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("quantumvault/nested/vault.db");
    let store = Store::create(&path).await.unwrap();
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    let mut tx = store.begin().await.unwrap();
    tx.note(event(Action::VaultLocked, VaultId::make()));
    tx.commit().await.unwrap();
    for name in ["vault.db", "vault.db-wal", "vault.db-shm"] {
        assert_eq!(mode(&path.with_file_name(name)), 0o600, "{name}");
    }
    store.close().await;
    assert_eq!(folder(&path).len(), 1, "the write-ahead log is folded in");
}

#[tokio::test]
async fn a_folder_with_other_things_keeps_its_mode() {
    let home = tempfile::tempdir().unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(home.path().join("other"), "x").unwrap();
    Store::create(&home.path().join("vault.db"))
        .await
        .unwrap()
        .close()
        .await;
    assert_eq!(mode(home.path()), 0o755);
}

#[tokio::test]
async fn a_missing_vault_is_said_to_be_missing() {
    let home = tempfile::tempdir().unwrap();
    let error = refused(Store::open(&home.path().join("none.db")).await);
    assert_eq!(error.code(), Code::NoVault);
    assert!(fs::read_dir(home.path()).unwrap().next().is_none());
}

#[tokio::test]
async fn a_vault_is_never_created_over_another() {
    let home = closed().await;
    let path = home.path().join("vault.db");
    let before = folder(&path);
    assert_eq!(refused(Store::create(&path).await).code(), Code::Conflict);
    assert_eq!(folder(&path), before);
}

#[tokio::test]
async fn an_interrupted_creation_is_taken_over() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("vault.db");
    fs::write(&path, b"").unwrap();
    // Killed between schema and vault.
    Store::create(&path).await.unwrap().close().await;
    let store = Store::create(&path).await.unwrap();
    assert_eq!(store.vault().await.unwrap(), None);
    let meta = VaultMeta {
        vault_id: VaultId::make(),
        created_at: NOW,
    };
    let mut tx = store.begin().await.unwrap();
    tx.create_vault(event(Action::VaultCreated, meta.vault_id), &meta)
        .await
        .unwrap();
    let second = tx
        .create_vault(event(Action::VaultCreated, meta.vault_id), &meta)
        .await;
    assert_eq!(refused(second).code(), Code::Conflict);
}

#[tokio::test]
async fn files_that_are_no_databases_are_foreign() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("vault.db");
    for bytes in [
        &b""[..],
        b"short",
        &[0; 4096],
        &b"SQLite format 3\0".repeat(300),
    ] {
        fs::write(&path, bytes).unwrap();
        refuses_untouched(&path, Code::ForeignDatabase).await;
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let error = refused(Store::open(&path).await);
    assert_eq!(error.code(), Code::ForeignDatabase, "{error}");
}

#[tokio::test]
async fn another_applications_database_is_foreign() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("vault.db");
    fs::write(&path, b"").unwrap();
    let mut db = raw(&path).await;
    sqlx::raw_sql("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        .execute(&mut db)
        .await
        .unwrap();
    db.close().await.unwrap();
    refuses_untouched(&path, Code::ForeignDatabase).await;
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let home = closed().await;
    let path = home.path().join("vault.db");
    let mut db = raw(&path).await;
    let newer = format!("PRAGMA user_version = {}", SCHEMA_VERSION + 1);
    sqlx::raw_sql(AssertSqlSafe(newer))
        .execute(&mut db)
        .await
        .unwrap();
    db.close().await.unwrap();
    let error = refuses_untouched(&path, Code::ForeignDatabase).await;
    assert!(matches!(error, Error::Newer { found, known, .. } if found == known + 1));
}

#[tokio::test]
async fn damage_is_found_before_anything_is_written() {
    let home = closed().await;
    let path = home.path().join("vault.db");
    let whole = fs::read(&path).unwrap();

    fs::write(&path, &whole[..whole.len() - 4096]).unwrap();
    refuses_untouched(&path, Code::Corrupt).await;

    let mut torn = whole.clone();
    torn[4096..5 * 4096].fill(0xa5);
    fs::write(&path, &torn).unwrap();
    refuses_untouched(&path, Code::Corrupt).await;

    fs::write(&path, &whole).unwrap();
    let store = Store::open(&path).await.unwrap();
    store.check_integrity().await.unwrap();
}
