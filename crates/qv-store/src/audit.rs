//! The audit log in the database: appending, reading, proofs and checkpoints. Lists are in
//! [`crate::audit_page`].
//!
//! The tree's compact range is read and written in the transaction that appends, so that two
//! processes never build on the same state. [`crate::verify`] checks all of it.

use qv_audit::proof::{self, Subtree};
use qv_audit::tree::{TILE_LEAVES, Tree};
use qv_audit::{Entity, Event, Hash, Leaf};
use qv_types::Timestamp;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::bulk::{Binding, insert_rows};
use crate::error::{Error, Result};
use crate::row::Columns;
use crate::{Store, WriteTx};

/// Size and root of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// How many events it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// One event of the log with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRecord {
    /// Its place, from 0.
    pub seq: u64,
    /// The event.
    pub event: Event,
    /// The stored bytes that are hashed.
    pub text: String,
    /// Their RFC 9162 leaf hash.
    pub leaf_hash: Hash,
}

/// A signed checkpoint as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// Size of the log that it signs.
    pub size: u64,
    /// Root that it signs.
    pub root: Hash,
    /// The signed note.
    pub note: String,
    /// When it was signed.
    pub created_at: Timestamp,
}

/// The end of the log within one write transaction. The tree is read under the write lock, and its
/// new state is written once, by the statement that commits.
#[derive(Debug)]
pub(crate) struct Appender {
    tree: Tree,
    /// Size at the begin of the transaction.
    from: u64,
}

impl Appender {
    pub(crate) fn new(tree: Tree) -> Self {
        Self {
            from: tree.size(),
            tree,
        }
    }

    /// Appends events; [`Appender::finish`] must follow. While the database writes one part, the
    /// leaves of the next are made.
    pub(crate) async fn append(
        &mut self,
        db: &mut SqliteConnection,
        events: &[Event],
    ) -> Result<()> {
        let mut tiles = Vec::new();
        let mut parts = events.chunks(PART);
        let mut make = || {
            parts
                .next()
                .map(|part| make_rows(&mut self.tree, &mut tiles, part))
                .transpose()
        };
        let mut rows = make()?;
        while let Some(ready) = rows {
            let write = insert_rows(db, (LOG_INSERT, LOG_COLUMNS, ""), ready, bind_row);
            let (written, next) = tokio::join!(write, async { make() });
            written?;
            rows = next?;
        }
        insert_rows(
            db,
            ("INSERT INTO audit_tiles (tile, root)", 2, ""),
            tiles,
            |query, (tile, root)| query.bind(tile).bind(root),
        )
        .await
    }

    /// Appends the last events and returns the statement that writes the tree's state and commits.
    pub(crate) async fn finish(
        &mut self,
        db: &mut SqliteConnection,
        events: &[Event],
    ) -> Result<Binding<'static>> {
        // The usual change has one event: it goes with the commit in one round trip.
        let last = if let [_] = events
            && self.tree.size() % TILE_LEAVES != TILE_LEAVES - 1
        {
            let rows = make_rows(&mut self.tree, &mut Vec::new(), events)?;
            rows.into_iter().fold(sqlx::query(LOG_AND_COMMIT), bind_row)
        } else {
            self.append(db, events).await?;
            if self.tree.size() == self.from {
                return Ok(sqlx::query("COMMIT"));
            }
            sqlx::query(TREE_AND_COMMIT)
        };
        Ok(last
            .bind(self.tree.size().cast_signed())
            .bind(self.tree.to_bytes()))
    }
}

macro_rules! log_insert {
    () => {
        "INSERT INTO audit_log_events (seq, event, leaf_hash, timestamp, action, entity_type, entity_id)"
    };
}
macro_rules! tree_and_commit {
    () => {
        "UPDATE audit_tree SET size = ?, nodes = ?; COMMIT"
    };
}
/// Rows of one part of an append.
const PART: usize = 256;
const LOG_INSERT: &str = log_insert!();
const LOG_COLUMNS: usize = 7;
const TREE_AND_COMMIT: &str = tree_and_commit!();
const LOG_AND_COMMIT: &str = concat!(
    log_insert!(),
    " VALUES (?, ?, ?, ?, ?, ?, ?); ",
    tree_and_commit!()
);

/// A row of the log.
struct LogRow<'e> {
    seq: u64,
    event: &'e Event,
    leaf: Leaf,
}

fn bind_row<'q>(query: Binding<'q>, row: LogRow<'_>) -> Binding<'q> {
    query
        .bind(row.seq.cast_signed())
        .bind(row.leaf.text)
        .bind(row.leaf.hash.to_vec())
        .bind(row.event.timestamp.unix_ms())
        .bind(row.event.action.as_str())
        .bind(row.event.entity.kind.as_str())
        .bind(row.event.entity.id.clone())
}

/// Makes the rows of events and grows the tree by them; tiles that become whole are added to
/// `tiles` with their numbers.
fn make_rows<'e>(
    tree: &mut Tree,
    tiles: &mut Vec<(i64, Vec<u8>)>,
    events: &'e [Event],
) -> Result<Vec<LogRow<'e>>> {
    let mut rows = Vec::with_capacity(events.len());
    for (event, leaf) in events.iter().zip(Leaf::make_many(events)?) {
        let seq = tree.size();
        if let Some(root) = tree.append(leaf.hash) {
            tiles.push(((seq / TILE_LEAVES).cast_signed(), root.to_vec()));
        }
        rows.push(LogRow { seq, event, leaf });
    }
    Ok(rows)
}

/// The tree's stored state.
pub(crate) async fn read_tree(db: &mut SqliteConnection) -> Result<Tree> {
    read_tree_row(
        &sqlx::query("SELECT size, nodes FROM audit_tree")
            .fetch_one(db)
            .await?,
    )
}

pub(crate) fn read_tree_row(row: &SqliteRow) -> Result<Tree> {
    Ok(Tree::from_bytes(
        row.count("size")?,
        row.raw::<&[u8]>("nodes")?,
    )?)
}

impl Store {
    /// Size and root of the log.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn tree_head(&self) -> Result<TreeHead> {
        let tree = read_tree(&mut *self.reads.acquire().await?).await?;
        Ok(TreeHead {
            size: tree.size(),
            root: tree.root(),
        })
    }

    /// One event.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn audit_record(&self, seq: u64) -> Result<AuditRecord> {
        let row = sqlx::query("SELECT seq, event, leaf_hash FROM audit_log_events WHERE seq = ?")
            .bind(seq.cast_signed())
            .fetch_optional(&self.reads)
            .await?;
        read_record(&row.ok_or_else(|| Error::not_found("audit event", seq))?)
    }

    /// Events from `first` on, oldest first, as they are stored: for export.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn audit_records(&self, first: u64, limit: u32) -> Result<Vec<AuditRecord>> {
        let rows = sqlx::query("SELECT seq, event, leaf_hash FROM audit_log_events WHERE seq >= ? ORDER BY seq LIMIT ?")
            .bind(first.cast_signed())
            .bind(limit)
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(read_record).collect()
    }

    /// The proof that event `seq` is in the log of the first `size` events.
    ///
    /// # Errors
    /// Out of range: an audit error.
    pub async fn inclusion_proof(&self, seq: u64, size: u64) -> Result<Vec<Hash>> {
        self.check_size(size).await?;
        self.hash_path(proof::inclusion(seq, size)?).await
    }

    /// The proof that the log of the first `from` events is the beginning of that of `size`.
    ///
    /// # Errors
    /// Out of range: an audit error.
    pub async fn consistency_proof(&self, from: u64, size: u64) -> Result<Vec<Hash>> {
        self.check_size(size).await?;
        self.hash_path(proof::consistency(from, size)?).await
    }

    /// Checkpoints, the largest first.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn checkpoints(&self, limit: u32) -> Result<Vec<StoredCheckpoint>> {
        let rows = sqlx::query("SELECT * FROM checkpoints ORDER BY size DESC LIMIT ?")
            .bind(limit)
            .fetch_all(&self.reads)
            .await?;
        rows.iter().map(read_checkpoint).collect()
    }

    /// The value of a metadata member in the latest event about `entity` that has it, and, where
    /// `key` and a value are given by `having`, that value too.
    pub(crate) async fn latest_metadata(
        &self,
        entity: &Entity,
        member: &str,
        having: Option<(&str, i64)>,
    ) -> Result<Option<String>> {
        let row = sqlx::query(
            "SELECT json_extract(event, '$.metadata.' || ?2) FROM audit_log_events
             WHERE entity_id = ?1 AND entity_type = ?3 AND json_extract(event, '$.metadata.' || ?2) IS NOT NULL
               AND (?4 IS NULL OR json_extract(event, '$.metadata.' || ?4) = ?5)
             ORDER BY seq DESC LIMIT 1",
        )
        .bind(entity.id.clone())
        .bind(member)
        .bind(entity.kind.as_str())
        .bind(having.map(|(key, _)| key))
        .bind(having.map(|(_, value)| value))
        .fetch_optional(&self.reads)
        .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    async fn check_size(&self, size: u64) -> Result<()> {
        let head = self.tree_head().await?;
        if size > head.size {
            return Err(qv_audit::Error::OutOfRange {
                position: size,
                size: head.size,
            }
            .into());
        }
        Ok(())
    }

    async fn hash_path(&self, path: Vec<Subtree>) -> Result<Vec<Hash>> {
        let mut db = self.reads.acquire().await?;
        let mut hashes = Vec::with_capacity(path.len());
        for subtree in path {
            hashes.push(subtree_root(&mut db, subtree).await?);
        }
        Ok(hashes)
    }
}

impl WriteTx {
    /// Keeps a signed checkpoint.
    ///
    /// # Errors
    /// [`Error::Conflict`] where there is one of that size.
    pub async fn add_checkpoint(
        &mut self,
        event: Event,
        checkpoint: &StoredCheckpoint,
    ) -> Result<()> {
        sqlx::query("INSERT INTO checkpoints (size, root, note, created_at) VALUES (?, ?, ?, ?)")
            .bind(checkpoint.size.cast_signed())
            .bind(checkpoint.root.to_vec())
            .bind(checkpoint.note.clone())
            .bind(checkpoint.created_at.unix_ms())
            .execute(self.change())
            .await?;
        self.record(event);
        Ok(())
    }
}

/// The root over some leaves: whole tiles from their table, the rest from the log.
async fn subtree_root(db: &mut SqliteConnection, subtree: Subtree) -> Result<Hash> {
    let mut tree = Tree::new();
    let mut from = subtree.start;
    if subtree.end - subtree.start >= TILE_LEAVES {
        let tiles = subtree.start / TILE_LEAVES..subtree.end / TILE_LEAVES;
        from = tiles.end * TILE_LEAVES;
        let rows = sqlx::query(
            "SELECT root AS hash FROM audit_tiles WHERE tile >= ? AND tile < ? ORDER BY tile",
        )
        .bind(tiles.start.cast_signed())
        .bind(tiles.end.cast_signed())
        .fetch_all(&mut *db)
        .await?;
        expect_count(rows.len(), tiles.end - tiles.start, "audit_tiles")?;
        for row in &rows {
            tree.append_tile(row.hash("hash")?)?;
        }
    }
    let rows = sqlx::query(
        "SELECT leaf_hash AS hash FROM audit_log_events WHERE seq >= ? AND seq < ? ORDER BY seq",
    )
    .bind(from.cast_signed())
    .bind(subtree.end.cast_signed())
    .fetch_all(db)
    .await?;
    expect_count(rows.len(), subtree.end - from, "audit_log_events")?;
    for row in &rows {
        tree.append(row.hash("hash")?);
    }
    Ok(tree.root())
}

fn expect_count(found: usize, expected: u64, table: &str) -> Result<()> {
    if found as u64 == expected {
        Ok(())
    } else {
        Err(Error::corrupt(table))
    }
}

pub(crate) fn read_record(row: &SqliteRow) -> Result<AuditRecord> {
    let text = row.text("event")?;
    Ok(AuditRecord {
        seq: row.count("seq")?,
        event: Event::from_stored(&text)?,
        text,
        leaf_hash: row.hash("leaf_hash")?,
    })
}

pub(crate) fn read_checkpoint(row: &SqliteRow) -> Result<StoredCheckpoint> {
    Ok(StoredCheckpoint {
        size: row.count("size")?,
        root: row.hash("root")?,
        note: row.text("note")?,
        created_at: row.time("created_at")?,
    })
}
