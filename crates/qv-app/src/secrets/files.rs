//! Files that hold secrets in clear, and getting rid of them.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use crate::secrets::Bundle;
use crate::{AppError, SecretBytes};

/// Overwrites a file in place and deletes it. Copies that file systems, snapshots, backups or
/// flash wear-levelling keep are out of reach; faces say so.
///
/// # Errors
/// [`AppError::NotAllowed`] for what is no plain file or has other names; [`AppError::File`].
pub fn shred(path: &Path) -> Result<(), AppError> {
    let meta = fs::symlink_metadata(path).map_err(|error| AppError::file(path, error))?;
    if !meta.is_file() || meta.nlink() > 1 {
        return Err(AppError::NotAllowed(format!(
            "{} is a link, has a second name or is no plain file; remove the plaintext by hand",
            path.display()
        )));
    }
    overwrite(path, &meta)
        .and_then(|()| fs::remove_file(path))
        .map_err(|error| AppError::file(path, error))?;
    if path.exists() {
        return Err(AppError::NotAllowed(format!(
            "{} is still there; remove it by hand",
            path.display()
        )));
    }
    Ok(())
}

/// Overwrites the file that `seen` describes: not another one that was put in its place meanwhile,
/// nor what a link put there points to.
fn overwrite(path: &Path, seen: &Metadata) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let opened = file.metadata()?;
    if (opened.dev(), opened.ino(), opened.nlink()) != (seen.dev(), seen.ino(), 1) {
        return Err(io::Error::other("another file was put in its place"));
    }
    file.seek(SeekFrom::Start(0))?;
    io::copy(&mut io::Read::take(io::repeat(0), opened.len()), &mut file)?;
    file.sync_all()
}

/// Writes a bundle; an existing file is not overwritten.
///
/// # Errors
/// [`AppError::File`].
pub fn write_bundle(path: &Path, bundle: &Bundle) -> Result<(), AppError> {
    let text =
        serde_json::to_vec_pretty(bundle).map_err(|error| AppError::Internal(error.to_string()))?;
    create(path, 0o644, &text)
}

/// Writes a secret for its owner alone (mode 0600); an existing file is not overwritten.
///
/// # Errors
/// [`AppError::File`].
pub fn write_secret(path: &Path, secret: &SecretBytes) -> Result<(), AppError> {
    create(path, 0o600, secret.expose())
}

fn create(path: &Path, mode: u32, bytes: &[u8]) -> Result<(), AppError> {
    let write = || -> io::Result<()> {
        let mut file: File = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(path)?;
        if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_all()) {
            // A file that was cut short must not pass for the whole.
            let _ = fs::remove_file(path);
            return Err(error);
        }
        Ok(())
    };
    write().map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => AppError::NotAllowed(format!(
            "{} exists already and was left as it is; name another file",
            path.display()
        )),
        _ => AppError::file(path, error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shredding_takes_plain_files_only() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("key"), folder.path().join("link"));
        fs::write(&file, "secret").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(shred(&link).is_err());
        fs::hard_link(&file, folder.path().join("second")).unwrap();
        assert!(shred(&file).is_err() && file.exists());
        fs::remove_file(folder.path().join("second")).unwrap();
        shred(&file).unwrap();
        assert!(!file.exists());
    }

    #[test]
    fn a_file_put_in_its_place_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("key"), folder.path().join("other"));
        fs::write(&file, "secret").unwrap();
        fs::write(&other, "precious").unwrap();
        let seen = fs::symlink_metadata(&file).unwrap();
        fs::rename(&file, folder.path().join("moved")).unwrap();
        std::os::unix::fs::symlink(&other, &file).unwrap();
        assert!(overwrite(&file, &seen).is_err());
        assert_eq!(fs::read(&other).unwrap(), b"precious");
    }

    #[test]
    fn secrets_are_written_for_their_owner_and_never_over_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        write_secret(&path, &SecretBytes::copied_from(b"x")).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert!(write_secret(&path, &SecretBytes::copied_from(b"y")).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"x");
    }
}
