//! Files, which the person names and the web view does not: it gets a number and a name.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use qv_app::{AppError, SecretBytes};
use rfd::{AsyncFileDialog, AsyncMessageDialog, MessageButtons, MessageDialogResult, MessageLevel};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A file or folder that the person chose or dropped. It can be used once.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Picked {
    /// Its number, to be named in a command.
    pub id: u32,
    /// Its name without folders.
    pub name: String,
    /// Its size in bytes; 0 for a folder.
    pub size: u64,
}

/// What was chosen and not used yet.
#[derive(Default)]
pub struct Files(Mutex<Chosen>);

#[derive(Default)]
struct Chosen {
    last: u32,
    paths: HashMap<u32, (PathBuf, Option<Purpose>)>,
}

/// What a file is chosen for: the dialog says it in the core's words, not the page's, and the file serves
/// for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To be stored as an envelope.
    Secret,
    /// A list of targets.
    Targets,
    /// A bundle of envelopes.
    Bundle,
    /// A signed checkpoint of the log.
    Checkpoint,
}

impl Purpose {
    /// What the dialog says.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Secret => "Choose the files to store as secrets",
            Self::Targets => "Choose a list of targets",
            Self::Bundle => "Choose the bundle to open",
            Self::Checkpoint => "Choose the checkpoint that was kept",
        }
    }
}

impl Files {
    /// Takes note of what the person chose for a purpose, or dropped.
    pub fn note(&self, path: PathBuf, purpose: Option<Purpose>) -> Picked {
        let mut chosen = self.chosen();
        chosen.last = chosen.last.wrapping_add(1);
        let id = chosen.last;
        let picked = Picked {
            id,
            name: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            size: path
                .metadata()
                .map_or(0, |found| if found.is_dir() { 0 } else { found.len() }),
        };
        chosen.paths.insert(id, (path, purpose));
        picked
    }

    /// The path of what was chosen for this purpose, or dropped; once.
    ///
    /// # Errors
    /// [`AppError::InvalidInput`] for a number that names nothing any more, or what was chosen for
    /// another purpose.
    pub fn take(&self, id: u32, purpose: Purpose) -> Result<PathBuf, AppError> {
        match self.chosen().paths.remove(&id) {
            Some((path, chosen_for)) if chosen_for.is_none_or(|one| one == purpose) => Ok(path),
            _ => Err(AppError::InvalidInput(
                "that file was used already, or chosen for something else; choose it again".into(),
            )),
        }
    }

    fn chosen(&self) -> MutexGuard<'_, Chosen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the person choose files to read.
pub async fn open(title: &str, many: bool) -> Vec<PathBuf> {
    let dialog = AsyncFileDialog::new().set_title(title);
    let chosen = if many {
        dialog.pick_files().await
    } else {
        dialog.pick_file().await.map(|file| vec![file])
    };
    chosen
        .unwrap_or_default()
        .iter()
        .map(|file| file.path().into())
        .collect()
}

/// Lets the person choose where a new file goes. The dialog asks before it names one that exists.
pub async fn save_as(title: &str, name: &str) -> Option<PathBuf> {
    let dialog = AsyncFileDialog::new().set_title(title).set_file_name(name);
    Some(dialog.save_file().await?.path().into())
}

/// The most that a list of targets or a bundle may hold, in bytes.
const TEXT_LIMIT: u64 = 64 << 20;

/// Reads text that is not secret.
///
/// # Errors
/// [`AppError::File`]; [`AppError::InvalidInput`] past 64 MiB, or for what is no file.
pub fn read_text(path: &Path) -> Result<String, AppError> {
    let failed = |source: io::Error| AppError::File {
        path: path.display().to_string(),
        source,
    };
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(AppError::InvalidInput(format!(
            "{} is no file",
            path.display()
        )));
    }
    let mut text = String::new();
    let file = File::open(path).map_err(failed)?;
    let read = file.take(TEXT_LIMIT + 1).read_to_string(&mut text);
    if read.map_err(failed)? as u64 > TEXT_LIMIT {
        return Err(AppError::InvalidInput(format!(
            "{} is larger than 64 MiB; split it",
            path.display()
        )));
    }
    Ok(text)
}

/// Asks the person in a dialog of the desktop's, which no page can answer.
pub async fn confirm(text: &str) -> bool {
    let answer = AsyncMessageDialog::new()
        .set_title("QuantumVault: confirm")
        .set_level(MessageLevel::Warning)
        .set_buttons(MessageButtons::OkCancel)
        .set_description(text)
        .show()
        .await;
    answer == MessageDialogResult::Ok
}

/// The most that one secret may hold: a `qv-wrap-v1` plaintext is at most 1 MiB.
const SECRET_LIMIT: u64 = (1 << 20) + 1;

/// Reads a secret, into one buffer that never grows, so that no copy is left behind in freed memory.
///
/// # Errors
/// [`AppError::File`].
pub fn read_secret(path: &Path) -> Result<SecretBytes, AppError> {
    let mut buffer = Zeroizing::new(Vec::with_capacity(
        usize::try_from(SECRET_LIMIT).unwrap_or(0),
    ));
    let read = File::open(path).and_then(|file| file.take(SECRET_LIMIT).read_to_end(&mut buffer));
    read.map_err(|source| AppError::File {
        path: path.display().to_string(),
        source,
    })?;
    Ok(SecretBytes::copied_from(&buffer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_can_be_used_once_and_nothing_else_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key.pem");
        std::fs::write(&file, "secret").unwrap();
        let files = Files::default();
        let picked = files.note(file.clone(), Some(Purpose::Secret));
        assert_eq!((picked.name.as_str(), picked.size), ("key.pem", 6));
        assert!(files.take(picked.id + 1, Purpose::Secret).is_err());
        assert_eq!(files.take(picked.id, Purpose::Secret).unwrap(), file);
        assert!(files.take(picked.id, Purpose::Secret).is_err());
        let secret = files.note(file.clone(), Some(Purpose::Secret));
        assert!(files.take(secret.id, Purpose::Targets).is_err());
        let dropped = files.note(file.clone(), None);
        assert_eq!(files.take(dropped.id, Purpose::Targets).unwrap(), file);
    }

    #[test]
    fn what_was_chosen_for_one_purpose_serves_no_other() {
        const ALL: [Purpose; 3] = [Purpose::Secret, Purpose::Targets, Purpose::Bundle];
        let files = Files::default();
        for chosen in ALL {
            for used in ALL {
                let picked = files.note("/home/me/file".into(), Some(chosen));
                let taken = files.take(picked.id, used);
                assert_eq!(taken.is_ok(), chosen == used, "{chosen:?} as {used:?}");
                assert!(files.take(picked.id, chosen).is_err(), "it was tried");
            }
        }
    }

    #[test]
    fn a_file_that_is_too_large_or_gone_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let large = folder.path().join("large");
        let file = File::create(&large).unwrap();
        file.set_len(TEXT_LIMIT + 1).unwrap();
        assert!(matches!(read_text(&large), Err(AppError::InvalidInput(_))));
        assert!(matches!(
            read_text(&folder.path().join("gone")),
            Err(AppError::File { .. })
        ));
        // One byte more than a secret may have is read, so that the core can refuse it.
        assert_eq!(read_secret(&large).unwrap().len() as u64, SECRET_LIMIT);
    }
}
