//! The log as a file that can be verified without this program's database: JSON lines.
//!
//! Each event is a line with its place, its stored bytes as they were hashed, and its leaf hash
//! (RFC 9162). The last line has size and root of what was written, and the newest signed checkpoint.

use std::io::{self, Write};
use std::path::Path;

use qv_audit::tree::Tree;
use qv_audit::{Action, Entity};
use qv_store::{AuditRecord, TreeHead};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::draft::{Draft, Existing};
use crate::{AppError, Vault};

/// Events that are in memory at once.
const PART: u32 = 1000;
/// The log maps the vault: it is its owner's alone.
const MODE: u32 = 0o600;

/// What an export holds.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct LogExport {
    /// The file.
    pub file: String,
    /// Events in it.
    pub size: u64,
    /// Root over them, hex.
    pub root: String,
    /// Events that the newest signed checkpoint covers; none where nothing was signed yet.
    pub signed: Option<u64>,
}

#[derive(Serialize)]
struct EventLine<'a> {
    seq: u64,
    event: &'a RawValue,
    leaf_hash: String,
}

#[derive(Serialize)]
struct LastLine {
    size: u64,
    root: String,
    /// The signed note, as it was stored.
    checkpoint: Option<String>,
}

/// Writes the whole log to a file, whole or not at all, whatever its length. The export is an event
/// of the log itself, and the first that it does not hold.
///
/// # Errors
/// [`AppError::NotAllowed`] where the file is there and stays; [`AppError::Tampered`] where the events
/// are not those of the tree; [`AppError::File`].
pub async fn export(vault: &Vault, file: &Path, existing: Existing) -> Result<LogExport, AppError> {
    let mut draft = Draft::new(file, MODE, existing)?;
    let head = vault.store().tree_head().await?;
    write_events(vault, &head, &mut draft).await?;
    let newest = vault.store().checkpoints(1).await?.pop();
    let newest = newest.filter(|signed| signed.size <= head.size);
    let root = hex::encode(head.root);
    let last = LastLine {
        size: head.size,
        root: root.clone(),
        checkpoint: newest.as_ref().map(|signed| signed.note.clone()),
    };
    write_line(&mut draft, &last).map_err(|source| draft.failed(source))?;
    let mut tx = vault.begin().await?;
    tx.note(
        vault
            .event(Action::AuditExported, Entity::log())
            .with("size", head.size)
            .with("root", root.clone()),
    );
    tx.commit().await?;
    draft.finish()?;
    Ok(LogExport {
        file: file.display().to_string(),
        size: head.size,
        root,
        signed: newest.map(|signed| signed.size),
    })
}

/// The events below the head, and that they are those of its root.
async fn write_events(vault: &Vault, head: &TreeHead, draft: &mut Draft) -> Result<(), AppError> {
    let mut tree = Tree::new();
    while tree.size() < head.size {
        let left = u32::try_from(head.size - tree.size()).unwrap_or(PART);
        let part = vault
            .store()
            .audit_records(tree.size(), left.min(PART))
            .await?;
        if part.is_empty() {
            return Err(not_of_the_tree());
        }
        for record in part {
            if record.seq != tree.size() {
                return Err(not_of_the_tree());
            }
            write_event(draft, &record).map_err(|source| draft.failed(source))?;
            tree.append(record.leaf_hash);
        }
    }
    if tree.root() == head.root {
        Ok(())
    } else {
        Err(not_of_the_tree())
    }
}

fn write_event(draft: &mut Draft, record: &AuditRecord) -> io::Result<()> {
    let line = EventLine {
        seq: record.seq,
        event: serde_json::from_str(&record.text)?,
        leaf_hash: hex::encode(record.leaf_hash),
    };
    write_line(draft, &line)
}

fn write_line(to: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *to, line)?;
    to.write_all(b"\n")
}

fn not_of_the_tree() -> AppError {
    AppError::Tampered {
        what: "the log".into(),
        why: "its events are not those of its tree".into(),
    }
}
