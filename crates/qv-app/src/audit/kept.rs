//! Checkpoints as files: what is kept where this machine cannot write, and taken back to be held
//! against the log.

use std::io::Write;
use std::path::Path;

use qv_store::StoredCheckpoint;
use serde::Serialize;

use crate::draft::{Draft, Existing};
use crate::{AppError, Vault};

/// Nothing in a checkpoint is secret, and others are to read it.
const MODE: u32 = 0o644;

/// A checkpoint that was kept elsewhere, held against the log.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct KeptCheckpoint {
    /// How it stands to the log.
    pub standing: KeptStanding,
    /// Events that it covers, where its signatures are this log's.
    pub size: Option<u64>,
    /// The signed note.
    pub note: String,
}

/// How a kept checkpoint stands to the log.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptStanding {
    /// The log begins with the events that it covers, unchanged.
    Consistent,
    /// The events that it covers are not those of the log: history was rewritten.
    Rewritten,
    /// It covers more events than the log has: the end was cut off, or an old database put back.
    Ahead,
    /// Its signatures are not of this log's keys.
    BadSignature,
    /// The log's own keys cannot be read, so nothing can be said.
    NotChecked,
}

impl KeptCheckpoint {
    /// What a walk over the log says of a note. `signed` is what its signatures gave, where there were
    /// keys to verify them with.
    pub(super) fn of(
        note: String,
        signed: Option<Result<StoredCheckpoint, ()>>,
        report: &qv_store::LogReport,
    ) -> Self {
        let standing = match (&signed, report.kept_fits) {
            (None, _) => KeptStanding::NotChecked,
            (Some(Err(())), _) => KeptStanding::BadSignature,
            (Some(Ok(_)), Some(true)) => KeptStanding::Consistent,
            (Some(Ok(_)), Some(false)) => KeptStanding::Rewritten,
            (Some(Ok(_)), None) => KeptStanding::Ahead,
        };
        let size = signed.and_then(Result::ok).map(|signed| signed.size);
        Self {
            standing,
            size,
            note,
        }
    }
}

/// A note with the one line feed that ends it: what mail and terminals add after it is not signed.
pub(super) fn spelled(note: &str) -> String {
    format!("{}\n", note.trim_end())
}

/// A checkpoint that was written to a file.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct CheckpointFile {
    /// The file.
    pub file: String,
    /// Events that it covers.
    pub size: u64,
    /// Root over them, hex.
    pub root: String,
    /// The signed note, which is all that the file holds.
    pub note: String,
}

/// Writes the newest signed checkpoint to a file, whole or not at all.
///
/// # Errors
/// [`AppError::NotAllowed`] where nothing is signed yet, or the file is there and stays;
/// [`AppError::File`].
pub async fn save_checkpoint(
    vault: &Vault,
    file: &Path,
    existing: Existing,
) -> Result<CheckpointFile, AppError> {
    let newest = vault.store().checkpoints(1).await?.pop();
    let newest = newest.ok_or_else(|| {
        AppError::NotAllowed("no checkpoint is signed yet; sign one, then save it".into())
    })?;
    let mut draft = Draft::new(file, MODE, existing)?;
    let written = draft.write_all(newest.note.as_bytes());
    written.map_err(|source| draft.failed(source))?;
    draft.finish()?;
    Ok(CheckpointFile {
        file: file.display().to_string(),
        size: newest.size,
        root: hex::encode(newest.root),
        note: newest.note,
    })
}
