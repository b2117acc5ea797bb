//! Where the guided run keeps its vault, and how it opens it.

use std::path::Path;

use qv_app::slots::{Factor, NewSlot};
use qv_app::{AppError, Config, Home, Interaction, Notice, Prompt, SealError, SecretBytes, Vault};

use crate::ask::Terminal;
use crate::cmd::Context;

/// Words of a passphrase that is made for a vault that lives for one run.
const RANDOM_BYTES: usize = 20;

/// A vault of the user's own, or one that is gone with the run.
pub enum Place {
    /// At the terminal: the user's home, with a passphrase of the user's own.
    Own(Home),
    /// Without a terminal: nobody can choose a passphrase, so the vault lives for this run only.
    Passing {
        home: Home,
        /// Deletes the folder when the run ends.
        _folder: tempfile::TempDir,
    },
}

impl Place {
    /// Own where a person can be asked or a passphrase is handed over, passing elsewhere.
    pub fn choose(context: &Context<'_>) -> Result<Self, AppError> {
        if Terminal::is_interactive() || context.has_passphrase_fd() {
            return Ok(Self::Own(context.home()?));
        }
        let folder = tempfile::Builder::new()
            .prefix("quantumvault-quickstart-")
            .tempdir()
            .map_err(|source| AppError::File {
                path: std::env::temp_dir().display().to_string(),
                source,
            })?;
        let home = Home::resolve(Some(&folder.path().join("vault")), |_| None)?;
        Ok(Self::Passing {
            home,
            _folder: folder,
        })
    }

    /// The folder of the vault.
    pub fn folder(&self) -> &Path {
        match self {
            Self::Own(home) | Self::Passing { home, .. } => home.folder(),
        }
    }

    /// Whether the vault is gone after the run.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Passing { .. })
    }

    /// Opens and unlocks the vault, made now where there is none yet.
    pub async fn vault(&self, config: Config, context: &Context<'_>) -> Result<Vault, AppError> {
        let first = [NewSlot::all([Factor::Passphrase])];
        let vault = match self {
            Self::Passing { home, .. } => {
                Vault::create(
                    home,
                    config,
                    qv_app::Devices::default(),
                    &first,
                    &mut Generated::make()?,
                )
                .await?
            }
            Self::Own(home) if home.database().exists() => {
                let vault = Vault::open(home, config).await?;
                context.unlock(&vault).await?;
                vault
            }
            Self::Own(home) => {
                Vault::create(
                    home,
                    config,
                    qv_app::Devices::default(),
                    &first,
                    &mut context.terminal(),
                )
                .await?
            }
        };
        context.keep(&vault);
        Ok(vault)
    }
}

/// Answers with a random passphrase that nobody sees and nothing keeps.
struct Generated(SecretBytes);

impl Generated {
    fn make() -> Result<Self, AppError> {
        Ok(Self(qv_app::random_text(RANDOM_BYTES)?))
    }
}

impl Interaction for Generated {
    fn ask(&mut self, _prompt: &Prompt) -> Result<SecretBytes, SealError> {
        Ok(SecretBytes::copied_from(self.0.expose()))
    }

    fn notify(&mut self, _notice: &Notice) {}
}
