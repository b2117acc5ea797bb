//! The central configuration file (TOML). Every key has a default; an unknown key, a wrong type or
//! a value out of range refuses to start and names the line.
//!
//! `settings` describes every key once, for the checks here and for whoever shows them; `edit`
//! changes one key in the file and leaves the rest as its owner wrote it.

mod edit;
mod harvest;
mod pending;
mod settings;

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use qv_evm::{PlainHttp, RpcUrl};
use qv_seal::TpmOptions;

pub use edit::{set, unset};
pub use harvest::HarvestConfig;
pub(crate) use pending::settle;
pub use settings::{Setting, SettingKind, settings, value};

use crate::AppError;

/// The whole configuration.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Session limits.
    pub session: SessionConfig,
    /// Scan limits.
    pub scan: ScanConfig,
    /// Policy switches.
    pub policy: PolicyConfig,
    /// What the harvest ledger assumes.
    pub harvest: HarvestConfig,
    /// The chain that attestations go to.
    pub chain: ChainConfig,
    /// The TPM.
    pub tpm: TpmConfig,
    /// The window.
    pub window: WindowConfig,
}

/// `[window]`
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WindowConfig {
    /// Whether the window shows the inventory while the vault is locked.
    pub readable_while_locked: bool,
    /// Whether closing the window leaves the program in the tray.
    pub close_to_tray: bool,
    /// Whether the desktop is told of jobs that ended.
    pub notify: bool,
}

/// `[tpm]`
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TpmConfig {
    /// How to reach it (a TCTI such as `device:/dev/tpmrm0`); found by itself where it is not set.
    pub tcti: Option<String>,
    /// PCRs of the SHA-256 bank that new factors are bound to, 0 to 23.
    pub pcrs: Vec<u8>,
}

/// `[session]`
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionConfig {
    /// Locks after this many minutes without use, 1 to 1440.
    pub idle_minutes: u32,
    /// Locks after this many hours in any case, 1 to 24.
    pub max_hours: u32,
    /// Whether the machine going to sleep locks.
    pub lock_on_suspend: bool,
    /// Whether locking the screen locks.
    pub lock_on_screen_lock: bool,
}

/// `[scan]`
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScanConfig {
    /// Targets at once, 1 to 256.
    pub concurrency: u32,
    /// Connections at once to one address, 1 to 64.
    pub per_host: u32,
    /// Limit on one TCP connect, in milliseconds.
    pub connect_timeout_ms: u64,
    /// Limit on one handshake, in milliseconds.
    pub handshake_timeout_ms: u64,
    /// Limit on one whole target, in milliseconds.
    pub target_timeout_ms: u64,
    /// Whether private and loopback addresses may be scanned. Link-local and metadata addresses never are.
    pub allow_private: bool,
}

/// `[policy]`
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyConfig {
    /// Whether CUSTOM_QUERY scopes are allowed.
    pub custom_query: bool,
}

/// `[chain]`
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChainConfig {
    /// JSON-RPC address of the node. `https`, or `http` on loopback.
    pub rpc_url: Option<String>,
    /// Chain id that the node must answer with.
    pub chain_id: Option<u64>,
    /// Address of the attestation registry.
    pub contract: Option<String>,
    /// Blocks that must be on top, the including one counted. Default: 1 on test networks, 5 elsewhere.
    pub confirmations: Option<u32>,
    /// The most that one transaction may cost, in gwei (a billionth of the chain's coin).
    pub max_cost_gwei: u64,
    /// Seconds without inclusion after which the fee is raised.
    pub stuck_after_s: u64,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            idle_minutes: 10,
            max_hours: 24,
            lock_on_suspend: true,
            lock_on_screen_lock: true,
        }
    }
}

impl Default for ScanConfig {
    fn default() -> Self {
        Self {
            concurrency: 20,
            per_host: 4,
            connect_timeout_ms: 3_000,
            handshake_timeout_ms: 5_000,
            target_timeout_ms: 20_000,
            allow_private: false,
        }
    }
}

impl Default for WindowConfig {
    fn default() -> Self {
        Self {
            readable_while_locked: false,
            close_to_tray: false,
            notify: true,
        }
    }
}

impl Default for TpmConfig {
    fn default() -> Self {
        let options = TpmOptions::default();
        Self {
            tcti: options.tcti,
            pcrs: options.pcrs,
        }
    }
}

impl TpmConfig {
    /// The options in the backend's terms.
    #[must_use]
    pub fn options(&self) -> TpmOptions {
        TpmOptions {
            tcti: self.tcti.clone(),
            pcrs: self.pcrs.clone(),
            ..TpmOptions::default()
        }
    }
}

impl Default for ChainConfig {
    fn default() -> Self {
        Self {
            rpc_url: None,
            chain_id: None,
            contract: None,
            confirmations: None,
            max_cost_gwei: 20_000_000,
            stuck_after_s: 90,
        }
    }
}

/// EVM networks that are known to be for tests: one confirmation is enough there.
const TEST_CHAINS: &[u64] = &[1337, 31_337, 11_155_111, 17_000, 80_002, 84_532, 421_614];

impl ChainConfig {
    /// Confirmations to wait for.
    #[must_use]
    pub fn confirmations(&self) -> u32 {
        let test_chain = self.chain_id.is_some_and(|id| TEST_CHAINS.contains(&id));
        self.confirmations.unwrap_or(if test_chain { 1 } else { 5 })
    }
}

impl SessionConfig {
    /// The limits in the session's terms.
    #[must_use]
    pub fn limits(&self) -> crate::session::Limits {
        crate::session::Limits {
            idle: Duration::from_secs(u64::from(self.idle_minutes) * 60),
            life: Duration::from_secs(u64::from(self.max_hours) * 3600),
        }
    }
}

impl Config {
    /// Reads the file; a missing file is the default configuration.
    ///
    /// # Errors
    /// [`AppError::Config`] names the file, the line and what is wrong.
    pub fn load(path: &Path) -> Result<Self, AppError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(|(line, problem)| AppError::Config {
                file: path.display().to_string(),
                line,
                problem,
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(AppError::Config {
                file: path.display().to_string(),
                line: 0,
                problem: error.to_string(),
            }),
        }
    }

    /// Parses and checks; an error is the line (from 1) and the problem.
    ///
    /// # Errors
    /// The first key that is unknown, of the wrong type or out of range.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            (line_of(text, offset), error.message().to_owned())
        })?;
        settings::check(&config).map_err(|(key, problem)| (line_of_key(text, key), problem))?;
        Ok(config)
    }

    /// The same configuration as it may be shown: an RPC address often carries an API key.
    #[must_use]
    pub fn shown(&self) -> Self {
        let mut shown = self.clone();
        shown.chain.rpc_url = self.chain.rpc_url.as_deref().map(|url| {
            RpcUrl::parse(url, PlainHttp::Anywhere)
                .map_or_else(|_| "(no address)".into(), |url| url.to_string())
        });
        shown
    }

    /// The configuration as a file.
    ///
    /// # Errors
    /// Never for a configuration that was loaded.
    pub fn to_toml(&self) -> Result<String, AppError> {
        toml::to_string_pretty(self).map_err(|error| AppError::Internal(error.to_string()))
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}

/// Finds the line of `table.key`. Only called for keys that parsed, so it is there unless the
/// default itself were out of range.
fn line_of_key(text: &str, dotted: &str) -> usize {
    let (table, key) = dotted.split_once('.').unwrap_or(("", dotted));
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            inside = header.trim_end_matches(']').trim() == table;
        }
        let name = line.split('=').next().unwrap_or("").trim();
        if (inside && name == key) || name == dotted {
            return index + 1;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_is_the_default_and_the_default_is_valid() {
        assert_eq!(Config::parse("").unwrap(), Config::default());
    }

    #[test]
    fn every_kind_of_mistake_names_its_line() {
        let cases = [
            ("[scan]\nconcurency = 5\n", 2, "unknown field"),
            ("\n\n[scan]\nconcurrency = \"many\"\n", 4, "invalid type"),
            (
                "[session]\nidle_minutes = 10\n[scan]\nconcurrency = 0\n",
                4,
                "must be 1 to 256",
            ),
            ("[scan\n", 1, ""),
            ("[chains]\n", 1, "unknown field"),
        ];
        for (text, line, part) in cases {
            let (found, problem) = Config::parse(text).unwrap_err();
            assert_eq!(found, line, "{text:?}: {problem}");
            assert!(problem.contains(part), "{text:?}: {problem}");
        }
    }

    #[test]
    fn what_is_shown_keeps_the_key_of_the_node_back() {
        let text = "[chain]\nrpc_url = \"https://user:word@node.example/v3/0123456789abcdef\"\n";
        let shown = Config::parse(text).unwrap().shown().to_toml().unwrap();
        assert!(shown.contains("node.example"), "{shown}");
        for secret in ["word", "0123456789abcdef"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn production_chains_wait_longer() {
        let on = |chain_id| {
            ChainConfig {
                chain_id: Some(chain_id),
                ..ChainConfig::default()
            }
            .confirmations()
        };
        assert_eq!((on(31_337), on(1)), (1, 5));
    }
}
