//! What every command needs: the home, the configuration, the vault, and a way to ask.

use std::cell::RefCell;
use std::ffi::OsString;
use std::fs::File;
use std::path::Path;

use qv_app::devices::{Via, WalletOptions};
use qv_app::{AppError, Config, Devices, Existing, Home, Vault};

use crate::ask::{Descriptor, Terminal};
use crate::cli::Global;
use crate::out::Out;

/// How often a person may mistype before the command ends.
const TRIES: u32 = 3;

/// The options of all commands and where to write.
pub struct Context<'a> {
    global: Global,
    descriptor: Option<Descriptor>,
    opened: RefCell<Option<Vault>>,
    pub out: &'a Out,
}

impl<'a> Context<'a> {
    pub fn new(global: Global, out: &'a Out) -> Self {
        Self {
            descriptor: global.passphrase_fd.map(Descriptor::new),
            global,
            opened: RefCell::new(None),
            out,
        }
    }

    pub fn home(&self) -> Result<Home, AppError> {
        Home::resolve(self.global.home.as_deref(), |name| std::env::var_os(name))
    }

    pub fn config(&self) -> Result<Config, AppError> {
        Config::load(self.home()?.config_file())
    }

    /// The devices as the configuration and the options of every command name them.
    pub fn devices(&self) -> Devices {
        let via = match &self.global.wallet_file {
            Some(file) => Via::KeypairFile(file.clone()),
            None if self.global.wallet_offline => Via::Offline,
            None => Via::Browser,
        };
        // A file that is wrong is told by whoever opens the vault.
        let config = self.config().unwrap_or_default();
        Devices {
            tpm: config.tpm.options(),
            wallet: WalletOptions { address: None, via },
            ..Devices::default()
        }
    }

    /// Opens the vault, still locked: enough for everything that is not secret.
    pub async fn vault(&self) -> Result<Vault, AppError> {
        if let Some(vault) = self.opened.borrow().clone() {
            return Ok(vault);
        }
        let vault = Vault::open(&self.home()?, self.config()?)
            .await?
            .with_devices(self.devices());
        let vault = if self.uses_agent() {
            vault.with_agent()
        } else {
            vault
        };
        self.keep(&vault);
        Ok(vault)
    }

    /// Whether an agent's session serves as well as unlocking here. Who names a slot wants that one.
    fn uses_agent(&self) -> bool {
        let off = std::env::var_os("QV_AGENT").is_some_and(|value| value == "off");
        !self.global.no_agent && !off && self.global.with_slot.is_none()
    }

    /// Has the vault closed when the command ends.
    pub fn keep(&self, vault: &Vault) {
        self.opened.replace(Some(vault.clone()));
    }

    /// Closes the database, so that nothing of it is left outside its one file.
    pub async fn close(&self) {
        let vault = self.opened.take();
        if let Some(vault) = vault {
            vault.close().await;
        }
    }

    /// Opens and unlocks the vault. A person who mistypes may try again.
    pub async fn unlocked(&self) -> Result<Vault, AppError> {
        let vault = self.vault().await?;
        self.unlock(&vault).await?;
        Ok(vault)
    }

    /// As [`Context::unlocked`], with this process's own session: for what changes the slots.
    pub async fn unlocked_here(&self) -> Result<Vault, AppError> {
        let vault = self.vault().await?.without_agent();
        self.unlock(&vault).await?;
        Ok(vault)
    }

    /// The options of every command, for an agent that this process starts. The passphrase comes on its
    /// standard input.
    pub fn global_args(&self) -> Result<Vec<OsString>, AppError> {
        let global = &self.global;
        let mut args: Vec<OsString> = Vec::new();
        let file = |path| {
            std::path::absolute(path)
                .map(OsString::from)
                .map_err(|_| AppError::NoHome)
        };
        if let Some(home) = &global.home {
            args.extend(["--home".into(), file(home)?]);
        }
        if let Some(wallet) = &global.wallet_file {
            args.extend(["--wallet-file".into(), file(wallet)?]);
        }
        if let Some(slot) = global.with_slot {
            args.extend(["--with-slot".into(), slot.to_string().into()]);
        }
        if self.descriptor.is_some() {
            args.extend(["--passphrase-fd".into(), "0".into()]);
        }
        let switches = [
            (global.json, "--json"),
            (global.yes, "--yes"),
            (global.wallet_offline, "--wallet-offline"),
        ];
        args.extend(
            switches
                .iter()
                .filter(|(on, _)| *on)
                .map(|(_, name)| name.into()),
        );
        Ok(args)
    }

    /// Lets go of what a script answers with, once nothing more will be asked.
    pub fn close_answers(&self) {
        if let Some(descriptor) = &self.descriptor {
            descriptor.close();
        }
    }

    /// What a script answers with, to be handed on.
    pub fn answers(&self) -> Result<Option<File>, AppError> {
        let open = |number| {
            let path = format!("/dev/fd/{number}");
            File::open(&path).map_err(|source| AppError::File { path, source })
        };
        self.global.passphrase_fd.map(open).transpose()
    }

    /// Unlocks an open vault, as [`Context::unlocked`].
    pub async fn unlock(&self, vault: &Vault) -> Result<(), AppError> {
        let tries = if self.terminal().asks_a_person() {
            TRIES
        } else {
            1
        };
        for _ in 1..tries {
            match vault
                .unlock(self.global.with_slot, &mut self.terminal())
                .await
            {
                Err(error @ AppError::WrongFactor { .. }) => self.out.warn(&error.to_string()),
                result => return result,
            }
        }
        vault
            .unlock(self.global.with_slot, &mut self.terminal())
            .await
    }

    /// Whether a JSON document was asked for.
    pub const fn wants_json(&self) -> bool {
        self.global.json
    }

    /// Whether a script hands the passphrase over.
    pub const fn has_passphrase_fd(&self) -> bool {
        self.descriptor.is_some()
    }

    pub const fn terminal(&self) -> Terminal<'_> {
        Terminal::new(self.descriptor.as_ref())
    }

    /// What is to become of a file that is to be written and may be there: asks, where it is.
    pub fn existing(&self, file: &Path) -> Result<Existing, AppError> {
        if file.symlink_metadata().is_err() {
            return Ok(Existing::Keep);
        }
        self.confirm(&format!("{} is there already. Replace it?", file.display()))?;
        Ok(Existing::Replace)
    }

    /// Asks before what destroys; `--yes` answers.
    pub fn confirm(&self, question: &str) -> Result<(), AppError> {
        if self.global.yes || self.terminal().confirm(question)? {
            return Ok(());
        }
        Err(AppError::NotAllowed(
            "not confirmed; nothing was changed".into(),
        ))
    }
}
