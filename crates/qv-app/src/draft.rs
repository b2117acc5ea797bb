//! Files that appear whole or not at all: written beside their place, then put there in one step.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tempfile::NamedTempFile;

use crate::AppError;

/// What is to become of a file that has the name already.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Existing {
    /// It stays, and nothing is written.
    #[default]
    Keep,
    /// It is replaced.
    Replace,
}

/// A file that is being written. Dropped without [`Draft::finish`] it leaves nothing.
#[derive(Debug)]
pub(crate) struct Draft {
    target: PathBuf,
    file: BufWriter<NamedTempFile>,
    existing: Existing,
}

impl Draft {
    /// Begins a file for `target` with these mode bits. Where the target is a link, what it points to
    /// is replaced.
    ///
    /// # Errors
    /// [`AppError::NotAllowed`] where the file is there and stays; [`AppError::File`].
    pub fn new(target: &Path, mode: u32, existing: Existing) -> Result<Self, AppError> {
        if existing == Existing::Keep && target.symlink_metadata().is_ok() {
            return Err(exists(target));
        }
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.into());
        let file = tempfile::Builder::new()
            .prefix(".qv-")
            .permissions(Permissions::from_mode(mode))
            .tempfile_in(folder_of(&target))
            .map_err(|source| AppError::file(&target, source))?;
        Ok(Self {
            target,
            file: BufWriter::new(file),
            existing,
        })
    }

    /// What it is called beside its place, until it is put there.
    pub fn name(&self) -> String {
        let path = self.file.get_ref().path();
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// Where a file of this name is, that is to come to `target`.
    pub fn beside(target: &Path, name: &str) -> PathBuf {
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.into());
        folder_of(&target).join(name)
    }

    /// Makes what was written durable, beside its place.
    ///
    /// # Errors
    /// [`AppError::File`].
    pub fn sync(&mut self) -> Result<(), AppError> {
        self.file
            .flush()
            .and_then(|()| self.file.get_ref().as_file().sync_all())
            .and_then(|()| File::open(folder_of(&self.target))?.sync_all())
            .map_err(|source| self.failed(source))
    }

    /// Makes the file durable under its name.
    ///
    /// # Errors
    /// As [`Draft::new`]; nothing is left behind.
    pub fn finish(self) -> Result<(), AppError> {
        self.finish_or(|| ())
    }

    /// The same; where the file does not come into its place, `not_placed` is called while
    /// it is still beside it.
    ///
    /// # Errors
    /// As [`Draft::finish`]; and where the file is in its place, and nobody knows whether it is durable.
    pub fn finish_or(self, not_placed: impl FnOnce()) -> Result<(), AppError> {
        let Self {
            target,
            mut file,
            existing,
        } = self;
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => exists(&target),
            _ => AppError::file(&target, source),
        };
        let written = file
            .flush()
            .and_then(|()| file.get_ref().as_file().sync_all());
        if let Err(source) = written {
            not_placed();
            return Err(failed(source));
        }
        let (file, _) = file.into_parts();
        let placed = match existing {
            Existing::Replace => file.persist(&target),
            Existing::Keep => file.persist_noclobber(&target),
        };
        if let Err(unplaced) = placed {
            not_placed();
            return Err(failed(unplaced.error));
        }
        File::open(folder_of(&target))
            .and_then(|folder| folder.sync_all())
            .map_err(failed)
    }

    /// The error of this file.
    pub fn failed(&self, source: io::Error) -> AppError {
        AppError::file(&self.target, source)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn exists(target: &Path) -> AppError {
    AppError::NotAllowed(format!(
        "{} exists already and was left as it is; name another file",
        target.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, existing: Existing, text: &str) -> Result<(), AppError> {
        let mut draft = Draft::new(path, 0o640, existing)?;
        draft.write_all(text.as_bytes()).unwrap();
        draft.finish()
    }

    #[test]
    fn a_file_is_replaced_only_where_that_was_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        write(&path, Existing::Keep, "one").unwrap();
        assert!(write(&path, Existing::Keep, "two").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write(&path, Existing::Replace, "three").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777 & !0o640, 0);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn one_that_appears_meanwhile_stays_and_a_dropped_draft_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let draft = Draft::new(&path, 0o600, Existing::Keep).unwrap();
        fs::write(&path, "mine").unwrap();
        assert!(draft.finish().is_err());
        drop(Draft::new(&path, 0o600, Existing::Replace).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"mine");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
