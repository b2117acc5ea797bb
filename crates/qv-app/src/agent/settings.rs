//! The lock settings of the configuration file, followed while a session is served: whoever changes them,
//! in whatever process, changes them for the session that there is.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::{Config, SessionConfig};

/// The file, and how it was found.
pub(super) struct Settings {
    file: PathBuf,
    seen: Option<Mark>,
    holds: SessionConfig,
}

/// What tells one state of a file from another: a file that is replaced has another inode.
#[derive(PartialEq, Eq)]
struct Mark {
    inode: u64,
    size: u64,
    changed: (i64, i64),
}

impl Settings {
    /// Follows `file`, where `holds` is in force now.
    pub fn new(file: &Path, holds: SessionConfig) -> Self {
        Self {
            file: file.into(),
            seen: None,
            holds,
        }
    }

    /// What is in force now, where the file says something else than before. What cannot be read changes
    /// nothing: a session keeps what it has.
    pub fn changed(&mut self) -> Option<&SessionConfig> {
        let found = std::fs::metadata(&self.file).ok().map(|found| Mark {
            inode: found.ino(),
            size: found.size(),
            changed: (found.ctime(), found.ctime_nsec()),
        });
        if found == self.seen {
            return None;
        }
        self.seen = found;
        let now = Config::load(&self.file).ok()?.session;
        if now == self.holds {
            return None;
        }
        self.holds = now;
        Some(&self.holds)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn minutes(settings: &mut Settings) -> Option<u32> {
        settings.changed().map(|session| session.idle_minutes)
    }

    #[test]
    fn a_change_is_found_once_and_what_is_wrong_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let mut settings = Settings::new(&file, SessionConfig::default());
        assert_eq!(minutes(&mut settings), None, "no file");
        fs::write(&file, "[session]\nidle_minutes = 10\n").unwrap();
        assert_eq!(minutes(&mut settings), None, "as before");
        fs::write(&file, "[session]\nidle_minutes = 3\n").unwrap();
        assert_eq!(minutes(&mut settings), Some(3));
        assert_eq!(minutes(&mut settings), None);
        fs::write(&file, "[session]\nidle_minutes = 0\n").unwrap();
        assert_eq!(minutes(&mut settings), None, "out of range");
        Config::set(&file, "session.idle_minutes", "5").unwrap_err();
        fs::write(&file, "").unwrap();
        assert_eq!(minutes(&mut settings), Some(10));
        Config::set(&file, "session.idle_minutes", "7").unwrap();
        assert_eq!(minutes(&mut settings), Some(7));
        fs::remove_file(&file).unwrap();
        assert_eq!(minutes(&mut settings), Some(10), "the default");
    }
}
