//! Opening and closing the database file.
//!
//! One connection writes (transactions are `BEGIN IMMEDIATE`, so writers of other processes wait
//! in turn), a few read. WAL with `synchronous=FULL`: what is committed survives a power cut.
//! Folding the write-ahead log into the file is left to a task beside the writers, so that no
//! commit waits for it.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Row};
use tokio::sync::mpsc;

use crate::error::{Error, Result};
use crate::header::{self, APPLICATION_ID};
use crate::schema;
use crate::write::WriteTx;
use crate::writer::Writer;

/// The schema version that this program writes: the number of its last migration.
pub const SCHEMA_VERSION: u32 = 8;

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

const READERS: u32 = 3;
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);
/// How long after a commit the write-ahead log is folded into the file.
const FOLD_AFTER: Duration = Duration::from_millis(250);
/// Pages of the write-ahead log after which a commit folds it nevertheless.
const FOLD_AT_COMMIT_PAGES: &str = "25000";
/// Page cache of each connection, in KiB (negative is SQLite's way to say KiB).
const CACHE_KIB: &str = "-32768";
/// Default of [`Store::with_few`]: sorting so many costs about what walking past as many does.
const FEW: usize = 1500;
/// Files up to this size are checked page by page when they are opened.
const CHEAP_CHECK_BYTES: u64 = 4 << 20;

/// An open database. Cheap to clone; clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) reads: SqlitePool,
    writer: Writer,
    path: Arc<Path>,
    /// Wakes the task that folds the write-ahead log; it ends with the last sender.
    written: mpsc::Sender<()>,
    /// How many candidates a page of assets reads and sorts rather than walks to.
    pub(crate) few: usize,
}

impl Store {
    /// Makes a database at `path` (mode 0600, its folder 0700) and opens it. A file that an
    /// interrupted creation left behind, without a vault in it, is taken over.
    ///
    /// # Errors
    /// [`Error::Exists`] where a vault is there already; those of [`Store::open`].
    pub async fn create(path: &Path) -> Result<Self> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            make_private_folder(folder)?;
        }
        if reserve_file(path)? {
            let mut connection = plain_options(path).connect().await?;
            migrate(&mut connection).await?;
            connection.close().await?;
        }
        let store = Self::open(path).await?;
        match store.vault().await? {
            None => Ok(store),
            Some(_) => {
                store.close().await;
                Err(Error::Exists(path.into()))
            }
        }
    }

    /// Opens the database at `path`, bringing an older schema up to date.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Foreign`], [`Error::Newer`] or [`Error::Damaged`]; the file is
    /// then as it was, byte for byte. [`Error::Storage`] or [`Error::Io`] where the disk refuses.
    pub async fn open(path: &Path) -> Result<Self> {
        let found = header::inspect(path, SCHEMA_VERSION)?;
        if found.bytes <= CHEAP_CHECK_BYTES && !header::has_wal(path) {
            check_pages(path).await?;
        }
        if found.schema_version < SCHEMA_VERSION {
            let mut connection = live_options(path).connect().await?;
            migrate(&mut connection).await?;
            connection.close().await?;
        }
        let options = live_options(path)
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("secure_delete", "ON")
            .pragma("wal_autocheckpoint", FOLD_AT_COMMIT_PAGES);
        let mut db = options.connect().await?;
        check_live(&mut db, path).await?;
        let reader = live_options(path).pragma("query_only", "ON");
        let reads = reader_pool().connect_lazy_with(reader);
        let (written, wake) = mpsc::channel(1);
        tokio::spawn(fold(reads.clone(), wake));
        let writer = Writer::new(db);
        Ok(Self {
            reads,
            writer,
            path: path.into(),
            written,
            few: FEW,
        })
    }

    /// Begins a transaction, waiting for other writers of this and other processes.
    ///
    /// # Errors
    /// [`Error::Busy`] where another writer takes too long.
    pub async fn begin(&self) -> Result<WriteTx> {
        Ok(WriteTx::new(
            self.writer.begin().await?,
            self.written.clone(),
        ))
    }

    /// The same store with another limit to the candidates that a page of assets reads and sorts
    /// rather than walks to. Results are the same for any; tests use it to try every plan.
    #[must_use]
    pub fn with_few(mut self, few: usize) -> Self {
        self.few = few;
        self
    }

    /// Where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes all connections; the write-ahead log is folded into the file.
    pub async fn close(self) {
        self.reads.close().await;
        self.writer.close().await;
    }

    /// Checks every page, index and foreign key. Takes a second or so for each 100 MB.
    ///
    /// # Errors
    /// [`Error::Damaged`] with the first finding.
    pub async fn check_integrity(&self) -> Result<()> {
        let damaged = |why: String| Error::Damaged {
            path: self.path().into(),
            why,
        };
        let mut connection = self.reads.acquire().await?;
        let finding: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
            .fetch_one(&mut *connection)
            .await?;
        if finding != "ok" {
            return Err(damaged(finding));
        }
        match sqlx::query("PRAGMA foreign_key_check")
            .fetch_optional(&mut *connection)
            .await?
        {
            None => Ok(()),
            Some(row) => Err(damaged(format!(
                "a row of {} names something that is not there",
                row.get::<String, _>(0)
            ))),
        }
    }
}

/// What can be seen only through SQLite: a schema version that lay in a dead process's write-ahead
/// log, and a schema that is not ours.
async fn check_live(db: &mut SqliteConnection, path: &Path) -> Result<()> {
    let found = user_version(db).await?;
    if found > SCHEMA_VERSION {
        return Err(Error::Newer {
            path: path.into(),
            found,
            known: SCHEMA_VERSION,
        });
    }
    schema::check(db, path).await
}

/// Folds the write-ahead log into the file a while after each commit, until the store is gone.
/// Failing (the disk is full) costs nothing: the log stays, and writers meet the error themselves.
async fn fold(reads: SqlitePool, mut wake: mpsc::Receiver<()>) {
    while wake.recv().await.is_some() {
        tokio::time::sleep(FOLD_AFTER).await;
        let folded = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
            .execute(&reads)
            .await;
        if matches!(folded, Err(sqlx::Error::PoolClosed)) {
            return;
        }
    }
}

fn reader_pool() -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(Duration::from_secs(60))
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

fn plain_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
}

fn live_options(path: &Path) -> SqliteConnectOptions {
    plain_options(path)
        .pragma("cache_size", CACHE_KIB)
        .pragma("temp_store", "MEMORY")
        .pragma("trusted_schema", "OFF")
        .statement_cache_capacity(256)
        .row_buffer_size(512)
}

/// Brings the schema up to date under the write lock, so that two processes cannot both do it.
async fn migrate(connection: &mut SqliteConnection) -> Result<()> {
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    if user_version(&mut tx).await? < SCHEMA_VERSION {
        MIGRATIONS
            .run_direct(None, &mut *tx, false)
            .await
            .map_err(|error| match error {
                sqlx::migrate::MigrateError::Execute(source)
                | sqlx::migrate::MigrateError::ExecuteMigration(source, _) => source.into(),
                other => Error::Database(other.into()),
            })?;
        let marks = format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(marks))
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn user_version(connection: &mut SqliteConnection) -> Result<u32> {
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(connection)
        .await?;
    u32::try_from(version).map_err(|_| Error::corrupt("user_version"))
}

/// Checks a file that nobody has open, without locks and without writing anything beside it.
async fn check_pages(path: &Path) -> Result<()> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .immutable(true)
        .read_only(true)
        .disable_statement_logging();
    let finding = async {
        let mut connection = options.connect().await?;
        let finding: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&mut connection)
            .await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>(finding)
    };
    let why = match finding.await {
        Ok(finding) if finding == "ok" => return Ok(()),
        Ok(finding) => finding,
        Err(error) => error
            .as_database_error()
            .map_or_else(|| error.to_string(), |database| database.message().into()),
    };
    // Another process may have begun to write while this looked; what was seen then means nothing.
    if header::has_wal(path) {
        return Ok(());
    }
    Err(Error::Damaged {
        path: path.into(),
        why,
    })
}

/// Makes the folder for its owner alone. One that is there already is closed to others only while
/// it is empty: more may depend on it than this program knows.
fn make_private_folder(folder: &Path) -> Result<()> {
    let io = |source| Error::Io {
        path: folder.into(),
        source,
    };
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            if entries.next().is_none() {
                fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(io)?;
            }
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(io),
        Err(error) => Err(io(error)),
    }
}

/// Makes the file with mode 0600; `true` where it is new or still empty.
fn reserve_file(path: &Path) -> Result<bool> {
    let io = |source| Error::Io {
        path: path.into(),
        source,
    };
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Ok(fs::metadata(path).map_err(io)?.len() == 0)
        }
        Err(error) => Err(io(error)),
    }
}

#[cfg(test)]
mod tests {
    use qv_audit::{Action, Actor, Entity, Origin};
    use qv_types::{Code, RequestId, Timestamp};

    use super::*;

    async fn fresh() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("vault.db"))
            .await
            .unwrap();
        (folder, store)
    }

    async fn pragma(db: &mut SqliteConnection, name: &str) -> String {
        let sql = sqlx::AssertSqlSafe(format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}"));
        sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
    }

    #[tokio::test]
    async fn what_is_committed_survives_a_power_cut() {
        let (_folder, store) = fresh().await;
        let mut tx = store.begin().await.unwrap();
        for (name, value) in [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("foreign_keys", "1"),
            ("secure_delete", "1"),
        ] {
            assert_eq!(pragma(tx.read(), name).await, value, "{name}");
        }
        let mut reader = store.reads.acquire().await.unwrap();
        assert_eq!(pragma(&mut reader, "query_only").await, "1");
    }

    #[tokio::test]
    async fn a_full_disk_is_a_storage_error_and_changes_nothing() {
        let (_folder, store) = fresh().await;
        let before = store.tree_head().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let limit = sqlx::query("PRAGMA max_page_count = 120");
        limit.execute(tx.read()).await.unwrap();
        tx.commit().await.unwrap();
        let origin = Origin {
            actor: Actor::System,
            request: RequestId::make(),
        };
        let mut tx = store.begin().await.unwrap();
        for _ in 0..4000 {
            let event = origin.event(Timestamp::now(), Action::AuditExported, Entity::log());
            tx.note(event.with("fill", "x".repeat(400)));
        }
        let error = tx.commit().await.unwrap_err();
        assert_eq!(error.code(), Code::Storage, "{error}");
        assert_eq!(store.tree_head().await.unwrap(), before);
    }

    #[test]
    fn the_schema_version_is_the_last_migrations_number() {
        assert_eq!(
            MIGRATIONS.iter().map(|migration| migration.version).max(),
            Some(i64::from(SCHEMA_VERSION))
        );
    }
}
