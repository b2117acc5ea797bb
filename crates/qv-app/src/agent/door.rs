//! Where an agent is found: its socket, and the file whose lock says that it lives.
//!
//! The lock ends with the process, however that ends, so a socket that nobody holds the lock of is left
//! over and is replaced.

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use qv_types::VaultId;
use rustix::process::geteuid;
use tokio::net::UnixListener;

use crate::{AppError, Home, Vault};

/// Where the agent of a vault listens.
pub(super) fn socket(home: &Home, vault: VaultId) -> PathBuf {
    home.runtime_folder().join(format!("{vault}.sock"))
}

/// The right to be the agent of a vault; given up when dropped.
#[derive(Debug)]
pub struct Door {
    socket: PathBuf,
    _alive: File,
}

impl Door {
    /// Takes the door of a vault's agent.
    ///
    /// # Errors
    /// [`AppError::AgentRuns`] where it is taken, and a folder that is not this account's alone.
    pub fn take(vault: &Vault) -> Result<Self, AppError> {
        let folder = vault.home().runtime_folder();
        private_folder(&folder)?;
        let path = folder.join(format!("{}.lock", vault.id()));
        let mut options = File::options();
        options.write(true).create(true).truncate(false).mode(0o600);
        let alive = options
            .open(&path)
            .map_err(|error| AppError::file(&path, error))?;
        match alive.try_lock() {
            Ok(()) => Ok(Self {
                socket: socket(vault.home(), vault.id()),
                _alive: alive,
            }),
            Err(TryLockError::WouldBlock) => Err(AppError::AgentRuns),
            Err(TryLockError::Error(error)) => Err(AppError::file(&path, error)),
        }
    }

    /// Where it is.
    #[cfg(test)]
    pub(crate) fn path(&self) -> &Path {
        &self.socket
    }

    /// Starts to listen, in the place of what a killed agent left behind.
    pub(super) fn open(&self) -> Result<UnixListener, AppError> {
        let failed = |error| AppError::file(&self.socket, error);
        self.remove();
        let listener = UnixListener::bind(&self.socket).map_err(failed)?;
        fs::set_permissions(&self.socket, Permissions::from_mode(0o600)).map_err(failed)?;
        Ok(listener)
    }

    fn remove(&self) {
        let _ = fs::remove_file(&self.socket);
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Makes the folder, or makes sure that it is this account's alone.
fn private_folder(folder: &Path) -> Result<(), AppError> {
    let failed = |error| AppError::file(folder, error);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(failed)?;
    let found = fs::symlink_metadata(folder).map_err(failed)?;
    if found.is_dir() && found.uid() == geteuid().as_raw() && found.mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(AppError::NotAllowed(format!(
        "{} must be a folder of yours alone (mode 0700); the agent does not open its socket there",
        folder.display()
    )))
}
