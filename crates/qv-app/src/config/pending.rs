//! A change of the configuration file, and its event in the log: two things that cannot be written in one
//! step. A mark beside the database tells of the change from before it is made until its event is in the
//! log; whoever comes after a kill finds it, and settles it.
//!
//! Invariants: the mark is written and removed under the database's write lock; while the new file waits
//! beside the old one, nothing has changed; once it is gone from there, it is in its place.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use qv_audit::{Action, Actor, Event, Origin};
use qv_store::{AuditFilter, WriteTx};
use qv_types::{RequestId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::settings;
use crate::draft::{Draft, Existing};
use crate::{AppError, Home, Vault};

/// A change that is being made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pending {
    /// Table and key.
    pub key: String,
    /// The value from then on, as it may be shown.
    pub value: Value,
    /// The request that makes it.
    pub request: RequestId,
    /// What the new file is called, before it is put in its place.
    pub draft: String,
}

fn place(home: &Home) -> PathBuf {
    home.folder().join("config.pending")
}

impl Pending {
    /// The event that tells of the change.
    pub fn event(&self, vault: &Vault) -> Event {
        let origin = Origin {
            actor: Actor::Owner,
            request: self.request,
        };
        origin
            .event(Timestamp::now(), Action::ConfigChanged, vault.id())
            .with("key", self.key.as_str())
            .with("value", self.value.clone())
    }

    /// Leaves the mark, durably; no mark where that fails.
    pub fn mark(&self, home: &Home) -> Result<(), AppError> {
        self.write(home).inspect_err(|_| {
            let _ = unmark(home);
        })
    }

    fn write(&self, home: &Home) -> Result<(), AppError> {
        let mut mark = Draft::new(&place(home), 0o600, Existing::Replace)?;
        let text = serde_json::to_vec(self)
            .map_err(|error| AppError::Internal(format!("a pending change: {error}")))?;
        mark.write_all(&text)
            .map_err(|source| mark.failed(source))?;
        mark.finish()
    }

    fn read(home: &Home) -> Result<Option<Self>, AppError> {
        let path = place(home);
        match fs::read(&path) {
            // What is no mark was not left by us: a mark appears whole.
            Ok(text) => Ok(serde_json::from_slice(&text).ok().filter(Self::may_be_ours)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(AppError::file(&path, error)),
        }
    }

    /// Whether it names a setting that there is, and a file beside the configuration and nowhere else.
    fn may_be_ours(&self) -> bool {
        let is_beside = self.draft.is_empty() || self.draft.starts_with(".qv-");
        settings::kind_of(&self.key).is_some() && is_beside && !self.draft.contains('/')
    }

    fn draft(&self, home: &Home) -> PathBuf {
        Draft::beside(home.config_file(), &self.draft)
    }

    /// Whether the change was made.
    fn is_made(&self, home: &Home) -> bool {
        self.draft(home).symlink_metadata().is_err()
    }

    async fn is_told(&self, vault: &Vault) -> Result<bool, AppError> {
        let filter = AuditFilter {
            action: Some(Action::ConfigChanged),
            request_id: Some(self.request.to_string()),
            ..AuditFilter::default()
        };
        let page = vault.store().audit_page(&filter, None, 1000).await?;
        Ok(page.items.iter().any(|record| {
            let told = &record.event.metadata;
            told.get("key").and_then(Value::as_str) == Some(&self.key)
                && told.get("value") == Some(&self.value)
        }))
    }
}

/// Takes the mark away, durably, so that what it told of is not told again.
///
/// # Errors
/// [`AppError::File`] where it cannot be taken away: nothing can be changed then.
pub(super) fn unmark(home: &Home) -> Result<(), AppError> {
    let path = place(home);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(AppError::file(&path, error)),
        _ => File::open(home.folder())
            .and_then(|folder| folder.sync_all())
            .map_err(|error| AppError::file(&path, error)),
    }
}

fn is_marked(home: &Home) -> bool {
    place(home).symlink_metadata().is_ok()
}

/// Begins a change: nothing is pending then, and nobody else changes anything.
pub(super) async fn begin(vault: &Vault) -> Result<WriteTx, AppError> {
    loop {
        settle(vault).await?;
        let tx = vault.begin().await?;
        if !is_marked(vault.home()) {
            return Ok(tx);
        }
    }
}

/// Settles a change that was killed: one that was made is told in the log, and one that was not is forgotten.
///
/// # Errors
/// From the store; the mark stays then.
pub(crate) async fn settle(vault: &Vault) -> Result<(), AppError> {
    let home = vault.home();
    if !is_marked(home) {
        return Ok(());
    }
    // Waits for a change that is being made.
    let mut tx = vault.begin().await?;
    match Pending::read(home)? {
        Some(pending) if !pending.is_made(home) => {
            unmark(home)?;
            remove(&pending.draft(home));
        }
        Some(pending) if !pending.is_told(vault).await? => {
            tx.note(pending.event(vault));
            tx.commit().await?;
            // A second one who settles finds it told.
            unmark(home)?;
        }
        _ => unmark(home)?,
    }
    Ok(())
}

/// Removes what a killed change wrote, and nothing else that a mark may name.
fn remove(draft: &Path) {
    let ours = draft
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with(".qv-"));
    if ours {
        let _ = fs::remove_file(draft);
    }
}

#[cfg(test)]
mod tests;
