//! Verifying the whole log: every stored byte against the tree, the tiles and the checkpoints.

use qv_audit::tree::{Tree, leaf_hash};
use qv_audit::{Event, Hash};
use serde::Serialize;
use sqlx::sqlite::SqliteRow;

use crate::Store;
use crate::audit::{StoredCheckpoint, read_checkpoint, read_tree};
use crate::error::Result;
use crate::row::Columns;

/// Rows read at once.
const BATCH: i64 = 1024;

/// Something wrong with the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum LogProblem {
    /// An event's place is empty or taken twice.
    #[error("event {seq} is missing")]
    Missing {
        /// Its place.
        seq: u64,
    },
    /// An event's bytes are not those that were recorded.
    #[error("event {seq} was changed")]
    Changed {
        /// Its place.
        seq: u64,
    },
    /// What an event is searched by is not what it says.
    #[error("event {seq} is listed as something that it is not")]
    Mislabelled {
        /// Its place.
        seq: u64,
    },
    /// The tree's state is not that of the events.
    #[error(
        "the tree has {recorded} events, the log has {found}, or their root differs: events were added, removed or reordered"
    )]
    Tree {
        /// Size in the tree's state.
        recorded: u64,
        /// Events found.
        found: u64,
    },
    /// A tile's root is not that of its events.
    #[error("tile {tile} does not fit its events")]
    Tile {
        /// The tile.
        tile: u64,
    },
    /// A checkpoint signs more events than the log has.
    #[error(
        "a checkpoint of {size} events is ahead of the log: its end was cut off, or an old database was put back"
    )]
    Ahead {
        /// The checkpoint's size.
        size: u64,
    },
    /// A checkpoint signs another root.
    #[error("the log does not lead to the checkpoint of {size} events: its history was rewritten")]
    Rewritten {
        /// The checkpoint's size.
        size: u64,
    },
}

/// What verifying the log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogReport {
    /// Events read.
    pub size: u64,
    /// The root over them as they are.
    pub root: Hash,
    /// Checkpoints compared; their signatures are the caller's to verify.
    pub checkpoints: Vec<StoredCheckpoint>,
    /// Whether the checkpoint that was kept elsewhere signs the root that the log had at its size; none
    /// where there was no such checkpoint, or the log does not reach it.
    pub kept_fits: Option<bool>,
    /// What is wrong, at most 100 findings; empty where all is well.
    pub problems: Vec<LogProblem>,
}

impl Store {
    /// Hashes every stored event again and compares leaves, tiles, the tree's state and the
    /// checkpoints, all in one snapshot of the database. Memory does not grow with the log.
    ///
    /// # Errors
    /// Those of any read; what is wrong with the log is in the report.
    pub async fn verify_log(&self) -> Result<LogReport> {
        self.verify_log_with(None).await
    }

    /// As [`Store::verify_log`], with a checkpoint that was kept outside the database, which
    /// whoever can write to the database cannot have removed.
    ///
    /// # Errors
    /// Those of any read; what is wrong with the log is in the report.
    pub async fn verify_log_with(&self, kept: Option<StoredCheckpoint>) -> Result<LogReport> {
        let mut snapshot = self.reads.begin().await?;
        let stored = sqlx::query("SELECT * FROM checkpoints ORDER BY size")
            .fetch_all(&mut *snapshot)
            .await?;
        let mut checkpoints = stored
            .iter()
            .map(read_checkpoint)
            .collect::<Result<Vec<_>>>()?;
        checkpoints.extend(kept.clone());
        checkpoints.sort_by_key(|checkpoint| checkpoint.size);
        let mut walk = Walk::new(checkpoints, kept.map(|kept| (kept.size, kept.root)));
        let mut after = -1i64;
        loop {
            let rows =
                sqlx::query("SELECT * FROM audit_log_events WHERE seq > ? ORDER BY seq LIMIT ?")
                    .bind(after)
                    .bind(BATCH)
                    .fetch_all(&mut *snapshot)
                    .await?;
            let Some(last) = rows.last() else { break };
            after = last.raw("seq")?;
            for row in &rows {
                walk.event(row)?;
            }
        }
        for row in sqlx::query("SELECT tile, root FROM audit_tiles ORDER BY tile")
            .fetch_all(&mut *snapshot)
            .await?
        {
            walk.tile(row.count("tile")?, row.hash("root")?);
        }
        let recorded = read_tree(&mut snapshot).await;
        Ok(walk.finish(recorded.ok()))
    }
}

/// The state of one walk over the log.
struct Walk {
    tree: Tree,
    next: u64,
    tiles: Vec<Hash>,
    tiles_seen: u64,
    checkpoints: Vec<StoredCheckpoint>,
    compared: usize,
    kept: Option<(u64, Hash)>,
    kept_fits: Option<bool>,
    problems: Vec<LogProblem>,
}

impl Walk {
    fn new(checkpoints: Vec<StoredCheckpoint>, kept: Option<(u64, Hash)>) -> Self {
        let mut walk = Self {
            tree: Tree::new(),
            next: 0,
            tiles: Vec::new(),
            tiles_seen: 0,
            checkpoints,
            compared: 0,
            kept,
            kept_fits: None,
            problems: Vec::new(),
        };
        walk.compare_checkpoints();
        walk
    }

    fn event(&mut self, row: &SqliteRow) -> Result<()> {
        let seq = row.count("seq")?;
        if seq != self.next {
            self.report(LogProblem::Missing { seq: self.next });
        }
        self.next = seq + 1;
        let text: &str = row.raw("event")?;
        let hash = leaf_hash(text.as_bytes());
        if row.hash("leaf_hash").ok() != Some(hash) {
            self.report(LogProblem::Changed { seq });
        }
        match Event::from_stored(text) {
            Err(_) => self.report(LogProblem::Changed { seq }),
            Ok(event) if !labels_fit(row, &event) => self.report(LogProblem::Mislabelled { seq }),
            Ok(_) => {}
        }
        self.tiles.extend(self.tree.append(hash));
        self.compare_checkpoints();
        Ok(())
    }

    fn tile(&mut self, tile: u64, root: Hash) {
        let fits = usize::try_from(tile).ok().and_then(|at| self.tiles.get(at)) == Some(&root);
        if !fits || tile != self.tiles_seen {
            self.report(LogProblem::Tile { tile });
        }
        self.tiles_seen += 1;
    }

    fn compare_checkpoints(&mut self) {
        while let Some(checkpoint) = self
            .checkpoints
            .get(self.compared)
            .filter(|found| found.size == self.tree.size())
        {
            if checkpoint.root != self.tree.root() {
                let size = checkpoint.size;
                self.report(LogProblem::Rewritten { size });
            }
            self.compared += 1;
        }
        if let Some((size, root)) = self.kept
            && size == self.tree.size()
        {
            self.kept_fits = Some(root == self.tree.root());
        }
    }

    fn report(&mut self, problem: LogProblem) {
        if self.problems.len() < 100 && self.problems.last() != Some(&problem) {
            self.problems.push(problem);
        }
    }

    fn finish(mut self, recorded: Option<Tree>) -> LogReport {
        let found = self.tree.size();
        if recorded.as_ref() != Some(&self.tree) {
            self.report(LogProblem::Tree {
                recorded: recorded.map_or(0, |tree| tree.size()),
                found,
            });
        }
        if self.tiles_seen != self.tiles.len() as u64 {
            let tile = self.tiles_seen;
            self.report(LogProblem::Tile { tile });
        }
        let ahead: Vec<u64> = self
            .checkpoints
            .iter()
            .skip(self.compared)
            .map(|checkpoint| checkpoint.size)
            .collect();
        for size in ahead {
            self.report(LogProblem::Ahead { size });
        }
        LogReport {
            size: found,
            root: self.tree.root(),
            checkpoints: self.checkpoints,
            kept_fits: self.kept_fits,
            problems: self.problems,
        }
    }
}

fn labels_fit(row: &SqliteRow, event: &Event) -> bool {
    row.raw::<i64>("timestamp")
        .is_ok_and(|at| at == event.timestamp.unix_ms())
        && row
            .raw::<&str>("action")
            .is_ok_and(|word| word == event.action.as_str())
        && row
            .raw::<&str>("entity_type")
            .is_ok_and(|word| word == event.entity.kind.as_str())
        && row
            .raw::<&str>("entity_id")
            .is_ok_and(|id| id == event.entity.id)
}
