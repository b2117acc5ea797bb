//! New recovery shares as files, on their way to paper or to a script.
//!
//! Invariants: every file is its owner's alone; a set that came to nothing leaves no file, and
//! nothing that was there before is touched.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use qv_seal::{Handout, SealError, Share};

use crate::{AppError, SecretBytes, recovery, secrets};

/// Where the shares of a new set go, and what was written of them by now.
///
/// A face calls [`Delivery::hand_over`] from its `Interaction`, [`Delivery::withdraw`] where the set
/// came to nothing, and offers [`Delivery::destroy_form`] once the paper was proven.
#[derive(Debug)]
pub struct Delivery {
    to: Destination,
    written: Mutex<Written>,
}

#[derive(Debug)]
enum Destination {
    Form(PathBuf),
    Folder(PathBuf),
}

#[derive(Debug, Default)]
struct Written {
    folder: Option<PathBuf>,
    files: Vec<PathBuf>,
}

impl Delivery {
    /// As a form to print, a page each, in one PDF.
    #[must_use]
    pub fn form(file: impl Into<PathBuf>) -> Self {
        Self::new(Destination::Form(file.into()))
    }

    /// As words in a folder that does not exist yet, a file each.
    #[must_use]
    pub fn folder(folder: impl Into<PathBuf>) -> Self {
        Self::new(Destination::Folder(folder.into()))
    }

    fn new(to: Destination) -> Self {
        Self {
            to,
            written: Mutex::default(),
        }
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the shares. Existing files are not overwritten.
    ///
    /// # Errors
    /// [`SealError::HandingOver`]; [`Delivery::withdraw`] takes back what was written.
    pub fn hand_over(&self, handout: &Handout<'_>) -> Result<(), SealError> {
        let written = match &self.to {
            Destination::Form(file) => {
                recovery::form(handout).and_then(|form| self.write(file, &form))
            }
            Destination::Folder(folder) => self.fill(folder, handout),
        };
        written.map_err(|error| SealError::HandingOver {
            what: error.to_string(),
        })
    }

    fn fill(&self, folder: &Path, handout: &Handout<'_>) -> Result<(), AppError> {
        DirBuilder::new()
            .mode(0o700)
            .create(folder)
            .map_err(|source| AppError::file(folder, source))?;
        self.written().folder = Some(folder.into());
        for share in handout.shares {
            let text = SecretBytes::concat(&[share.to_words().expose(), b"\n"]);
            self.write(&folder.join(file_name(share)), &text)?;
        }
        Ok(())
    }

    fn write(&self, file: &Path, text: &SecretBytes) -> Result<(), AppError> {
        secrets::write_secret(file, text)?;
        self.written().files.push(file.into());
        Ok(())
    }

    /// Removes the files of a set that came to nothing, for this reason. Its shares open nothing, so what
    /// cannot be removed is left. A set that may be stored has not come to nothing: its files stay.
    pub fn withdraw(&self, why: &AppError) {
        if matches!(why, AppError::MaybeStored { .. }) {
            return;
        }
        let written = std::mem::take(&mut *self.written());
        for file in written.files {
            let _ = secrets::shred(&file);
        }
        if let Some(folder) = written.folder {
            let _ = fs::remove_dir(folder);
        }
    }

    /// The form that was written and still holds the shares.
    #[must_use]
    pub fn form_left(&self) -> Option<PathBuf> {
        match self.to {
            Destination::Form(_) => self.written().files.first().cloned(),
            Destination::Folder(_) => None,
        }
    }

    /// Overwrites and deletes the form, now that it is on paper. The printer's memory, backups and
    /// flash wear-levelling are out of reach; faces say so.
    ///
    /// # Errors
    /// As [`secrets::shred`]; the form is left then.
    pub fn destroy_form(&self) -> Result<(), AppError> {
        if let Some(form) = self.form_left() {
            secrets::shred(&form)?;
            self.written().files.clear();
        }
        Ok(())
    }
}

fn file_name(share: &Share) -> String {
    format!("share-{}-of-{}.txt", share.index(), share.total())
}

#[cfg(test)]
mod tests;
