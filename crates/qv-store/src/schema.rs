//! Holding the schema in the file against the one that the migrations make.
//!
//! A database is code too: a trigger that someone else put there would run with our own writes, once
//! the vault is unlocked, and a constraint that they took away would no longer hold. So a file opens
//! only where its tables, indexes and triggers are exactly ours.

use std::collections::BTreeSet;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::error::{Error, Result};
use crate::store::MIGRATIONS;

/// Kind, name and SQL text of what a schema defines.
type Definition = (String, String, Option<String>);

/// Refuses a schema that is not what the migrations make.
///
/// # Errors
/// [`Error::Damaged`] names the first difference.
pub(crate) async fn check(connection: &mut SqliteConnection, path: &Path) -> Result<()> {
    let mut model = SqliteConnectOptions::new()
        .in_memory(true)
        .disable_statement_logging()
        .connect()
        .await?;
    MIGRATIONS
        .run_direct(None, &mut model, false)
        .await
        .map_err(|error| Error::Database(error.into()))?;
    let ours = definitions(&mut model).await?;
    model.close().await?;
    let found = definitions(connection).await?;
    let Some((kind, name, _)) = found.symmetric_difference(&ours).next() else {
        return Ok(());
    };
    Err(Error::Damaged {
        path: path.into(),
        why: format!("the {kind} {name} was added, changed or removed by another program"),
    })
}

/// All but what SQLite makes by itself, whose names nobody else can take.
async fn definitions(connection: &mut SqliteConnection) -> Result<BTreeSet<Definition>> {
    let rows = sqlx::query_as(
        r"SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'",
    );
    let rows: Vec<Definition> = rows.fetch_all(connection).await?;
    Ok(rows.into_iter().collect())
}
