//! Multi-row inserts.
//!
//! A statement costs a round trip to the connection's thread, so bulk writes put many rows into
//! one. Row counts come in a few fixed sizes: then each size is prepared once and found in the
//! connection's statement cache afterwards.

use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnection};
use sqlx::{AssertSqlSafe, query::Query};

use crate::error::Result;

/// Rows of one statement, largest first; the last must be 1.
const SIZES: [usize; 4] = [256, 64, 8, 1];

/// A query whose values are being bound.
pub(crate) type Binding<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Runs `{head} VALUES (?, …), … {tail}` over all rows; `bind` binds the `columns` values of one.
pub(crate) async fn insert_rows<T>(
    db: &mut SqliteConnection,
    statement: (&'static str, usize, &'static str),
    rows: Vec<T>,
    bind: impl for<'q> Fn(Binding<'q>, T) -> Binding<'q>,
) -> Result<()> {
    let (head, columns, tail) = statement;
    let mut rows = rows.into_iter();
    while rows.len() > 0 {
        let size = SIZES
            .into_iter()
            .find(|size| *size <= rows.len())
            .unwrap_or(1);
        let tuple = format!("({})", vec!["?"; columns].join(","));
        let sql = format!(
            "{head} VALUES {} {tail}",
            vec![tuple.as_str(); size].join(",")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for row in rows.by_ref().take(size) {
            query = bind(query, row);
        }
        query.execute(&mut *db).await?;
    }
    Ok(())
}
