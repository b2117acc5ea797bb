//! What this machine has, and what to do about what is missing.

mod hardware;

use serde::Serialize;

pub use hardware::{ConnectedYubikey, Hardware, hardware};

use crate::{Config, Home};

/// State of one part of the machine.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// There and usable.
    Ready,
    /// Not there; QuantumVault works without it.
    Missing,
    /// There, but something stands in the way.
    Problem,
}

/// One line of the diagnosis.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// Stable name of the check.
    pub name: &'static str,
    /// What was found.
    pub health: Health,
    /// The finding, in plain words.
    pub finding: String,
    /// What to do, where something should be done.
    pub remedy: Option<String>,
}

impl Check {
    fn new(
        name: &'static str,
        health: Health,
        finding: impl Into<String>,
        remedy: Option<&str>,
    ) -> Self {
        Self {
            name,
            health,
            finding: finding.into(),
            remedy: remedy.map(Into::into),
        }
    }
}

/// Looks at the machine. Reads only; takes a few seconds at most.
pub async fn run(home: &Home, config: &Result<Config, crate::AppError>) -> Vec<Check> {
    let mut checks = vec![vault(home), configuration(home, config)];
    let defaults = Config::default();
    let found = hardware(config.as_ref().unwrap_or(&defaults)).await;
    checks.extend(found.checks);
    checks.extend([display(), memory()]);
    if let Ok(config) = config {
        checks.push(chain(config).await);
    }
    checks.push(hashicorp_vault());
    checks
}

fn vault(home: &Home) -> Check {
    if home.database().exists() {
        let finding = format!("{}", home.database().display());
        return Check::new("vault", Health::Ready, finding, None);
    }
    let finding = format!("none in {}", home.folder().display());
    Check::new("vault", Health::Missing, finding, Some("Make one: qv init"))
}

fn configuration(home: &Home, config: &Result<Config, crate::AppError>) -> Check {
    let file = home.config_file();
    match config {
        Ok(_) if file.exists() => {
            Check::new("config", Health::Ready, file.display().to_string(), None)
        }
        Ok(_) => Check::new("config", Health::Ready, "defaults (no file)", None),
        Err(error) => Check::new(
            "config",
            Health::Problem,
            error.to_string(),
            Some("Mend the named line"),
        ),
    }
}

/// Whether keys can be kept out of swap.
#[must_use]
pub fn memory_can_be_locked() -> bool {
    qv_crypto::locked::memory_can_be_locked()
}

fn memory() -> Check {
    if memory_can_be_locked() {
        let finding = "keys are kept in locked memory, out of swap and dumps";
        return Check::new("memory", Health::Ready, finding, None);
    }
    Check::new(
        "memory",
        Health::Problem,
        "this account may not lock memory: keys could reach the swap",
        Some(
            "Raise the limit (ulimit -l 64, or memlock in /etc/security/limits.conf), or encrypt the swap",
        ),
    )
}

fn display() -> Check {
    let shown = ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    if shown {
        return Check::new("display", Health::Ready, "a display is attached", None);
    }
    Check::new(
        "display",
        Health::Missing,
        "no display; the terminal does everything",
        None,
    )
}

async fn chain(config: &Config) -> Check {
    if config.chain.rpc_url.is_none() {
        return Check::new(
            "chain",
            Health::Missing,
            "no chain is configured",
            Some("Set rpc_url and chain_id under [chain] to attest"),
        );
    }
    match crate::attestations::connect(&config.chain).await {
        Ok(_) => Check::new(
            "chain",
            Health::Ready,
            "the node answers with the configured chain id",
            None,
        ),
        Err(error) => Check::new(
            "chain",
            Health::Problem,
            error.to_string(),
            Some("Check [chain] in the configuration and the network"),
        ),
    }
}

fn hashicorp_vault() -> Check {
    Check::new(
        "vault-server",
        Health::Missing,
        "HashiCorp Vault is not connected",
        Some("Syncing to Vault comes with a later release; nothing needs it"),
    )
}
