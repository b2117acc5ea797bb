//! Where a vault lives on this machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::AppError;

/// The folder of one vault and the files in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    data: PathBuf,
    config: PathBuf,
    runtime: Option<PathBuf>,
}

impl Home {
    /// The home to use: an explicit folder, else `QV_HOME`, else `quantumvault` under the XDG data
    /// directory (its configuration then lies under the XDG configuration directory).
    ///
    /// # Errors
    /// [`AppError::NoHome`] where none of them is known.
    pub fn resolve(
        explicit: Option<&Path>,
        env: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, AppError> {
        let set = |name: &str| {
            env(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        if let Some(folder) = explicit.map(Path::to_path_buf).or_else(|| set("QV_HOME")) {
            // An agent leaves the folder that it was started in.
            let folder = std::path::absolute(&folder).unwrap_or(folder);
            let config = folder.join("config.toml");
            return Ok(Self {
                data: folder,
                config,
                runtime: absolute(set("XDG_RUNTIME_DIR")),
            });
        }
        let user = set("HOME");
        let data = absolute(set("XDG_DATA_HOME"))
            .or_else(|| user.as_ref().map(|home| home.join(".local/share")));
        let config = absolute(set("XDG_CONFIG_HOME"))
            .or_else(|| user.as_ref().map(|home| home.join(".config")));
        match (data, config) {
            (Some(data), Some(config)) => Ok(Self {
                data: data.join("quantumvault"),
                config: config.join("quantumvault").join("config.toml"),
                runtime: absolute(set("XDG_RUNTIME_DIR")),
            }),
            _ => Err(AppError::NoHome),
        }
    }

    /// The folder of the database, mode 0700.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.data
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.data.join("vault.db")
    }

    /// The folder of the agents' sockets: below the login session's own where there is one, else beside the
    /// database. It need not exist.
    #[must_use]
    pub fn runtime_folder(&self) -> PathBuf {
        match &self.runtime {
            Some(runtime) => runtime.join("quantumvault"),
            None => self.data.join("run"),
        }
    }

    /// The configuration file; it need not exist.
    #[must_use]
    pub fn config_file(&self) -> &Path {
        &self.config
    }
}

/// Where what a vault is made of lies, for people.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Places {
    /// The configuration file.
    #[serde(rename = "path")]
    pub config: String,
    /// Whether it is there; without it every default holds.
    pub exists: bool,
    /// The vault's database.
    pub vault: String,
    /// The file of the log: the vault's own, so that a change and its event are written together.
    pub log: String,
}

impl Home {
    /// Where the configuration, the vault and its log are.
    #[must_use]
    pub fn places(&self) -> Places {
        let database = self.database().display().to_string();
        Places {
            config: self.config.display().to_string(),
            exists: self.config.exists(),
            log: database.clone(),
            vault: database,
        }
    }
}

/// The XDG specification has relative paths ignored.
fn absolute(path: Option<PathBuf>) -> Option<PathBuf> {
    path.filter(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(explicit: Option<&str>, env: &[(&str, &str)]) -> Result<Home, AppError> {
        Home::resolve(explicit.map(Path::new), |name| {
            env.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.into())
        })
    }

    #[test]
    fn explicit_beats_variable_beats_xdg() {
        let env = [
            ("HOME", "/home/u"),
            ("QV_HOME", "/q"),
            ("XDG_DATA_HOME", "/d"),
        ];
        assert_eq!(
            resolve(Some("/x"), &env).unwrap().database(),
            Path::new("/x/vault.db")
        );
        assert_eq!(
            resolve(None, &env).unwrap().database(),
            Path::new("/q/vault.db")
        );
        let xdg = resolve(None, &env[..1]).unwrap();
        assert_eq!(
            xdg.database(),
            Path::new("/home/u/.local/share/quantumvault/vault.db")
        );
        assert_eq!(
            xdg.config_file(),
            Path::new("/home/u/.config/quantumvault/config.toml")
        );
        assert!(matches!(resolve(None, &[]), Err(AppError::NoHome)));
    }
}
