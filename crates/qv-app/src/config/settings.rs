//! Every setting, described once: the check of a file, the reference and a screen read it here.

use serde::Serialize;
use serde_json::Value;

use super::Config;

/// One key of the configuration file.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Setting {
    /// Table and key, joined by a dot.
    pub key: &'static str,
    /// What it takes.
    #[serde(flatten)]
    pub kind: SettingKind,
    /// What holds where the file does not say; `null` where the meaning tells how it is found.
    pub default: Value,
    /// What it does, in one sentence.
    pub meaning: &'static str,
}

/// What a setting takes.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SettingKind {
    /// True or false.
    Switch,
    /// A whole number.
    Number {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// A list of whole numbers, which may be empty.
    Numbers {
        /// The least of each.
        min: u64,
        /// The most of each.
        max: u64,
    },
    /// Text.
    Text,
}

use SettingKind::{Number, Numbers, Switch, Text};

const fn from(min: u64, max: u64) -> SettingKind {
    Number { min, max }
}

/// The largest whole number that TOML has.
const MAX: u64 = i64::MAX.unsigned_abs();

#[rustfmt::skip]
const SETTINGS: &[(&str, SettingKind, &str)] = &[
    ("session.idle_minutes", from(1, 1440), "Locks the vault after so many minutes without use."),
    ("session.max_hours", from(1, 24), "Locks the vault after so many hours in any case."),
    ("session.lock_on_suspend", Switch, "Locks the vault before the machine sleeps."),
    ("session.lock_on_screen_lock", Switch, "Locks the vault together with the screen."),
    ("scan.concurrency", from(1, 256), "How many targets a scan probes at once."),
    ("scan.per_host", from(1, 64), "How many connections a scan opens to one address at once."),
    ("scan.connect_timeout_ms", from(50, 60_000), "How many milliseconds a connection may take to open."),
    ("scan.handshake_timeout_ms", from(50, 120_000), "How many milliseconds one handshake may take."),
    ("scan.target_timeout_ms", from(100, 600_000), "How many milliseconds one target may take in all."),
    ("scan.allow_private", Switch, "Whether private and loopback addresses may be scanned; link-local and metadata addresses never are."),
    ("policy.custom_query", Switch, "Whether policies may choose their assets by a query of their own (scope CUSTOM_QUERY)."),
    ("harvest.arrival_year", from(2025, 2100), "The year in which a quantum computer that breaks classical cryptography is assumed."),
    ("harvest.secrecy_years", from(0, 100), "For how many years what is recorded today must stay secret, unless a line below or the asset itself says more."),
    ("harvest.prod_years", from(0, 100), "The same for assets in production."),
    ("harvest.stage_years", from(0, 100), "The same for assets in staging."),
    ("harvest.dev_years", from(0, 100), "The same for assets in development."),
    ("harvest.elsewhere_years", from(0, 100), "The same for assets in other environments."),
    ("harvest.tls_cert_years", from(0, 100), "The same for TLS endpoints; a type counts before an environment."),
    ("harvest.database_years", from(0, 100), "The same for databases."),
    ("harvest.api_endpoint_years", from(0, 100), "The same for APIs."),
    ("harvest.file_share_years", from(0, 100), "The same for files."),
    ("harvest.key_years", from(0, 100), "The same for keys."),
    ("harvest.application_years", from(0, 100), "The same for applications."),
    ("harvest.protocol_years", from(0, 100), "The same for protocol endpoints other than TLS."),
    ("harvest.other_years", from(0, 100), "The same for assets of other types."),
    ("chain.rpc_url", Text, "The JSON-RPC address of the node that attestations go to: https, or http on this machine."),
    ("chain.chain_id", from(0, MAX), "The chain id that the node must answer with."),
    ("chain.contract", Text, "The address of the attestation registry, 0x and 40 hex digits."),
    ("chain.confirmations", from(1, 1_000), "How many blocks an attestation waits for, its own counted; 1 on test networks and 5 elsewhere unless set."),
    ("chain.max_cost_gwei", from(1, 1_000_000_000_000), "The most that one transaction may cost, in billionths of the chain's coin."),
    ("chain.stuck_after_s", from(1, 86_400), "After how many seconds without inclusion a transaction's fee is raised."),
    ("tpm.tcti", Text, "How the TPM is reached, for example device:/dev/tpmrm0; it is found by itself unless set."),
    ("tpm.pcrs", Numbers { min: 0, max: 23 }, "The PCRs of the SHA-256 bank that new slots are bound to."),
    ("window.readable_while_locked", Switch, "Whether what is not secret can be read in the window while the vault is locked."),
    ("window.close_to_tray", Switch, "Whether closing the window leaves it in the tray."),
    ("window.notify", Switch, "Whether finished jobs are told as notifications of the desktop."),
];

/// Every setting, in the order of the file.
#[must_use]
pub fn settings() -> Vec<Setting> {
    let defaults = values(&Config::default());
    let describe = |(key, kind, meaning): &(&'static str, SettingKind, &'static str)| Setting {
        key,
        kind: *kind,
        default: value_of(&defaults, key).clone(),
        meaning,
    };
    SETTINGS.iter().map(describe).collect()
}

/// What the setting takes; `None` where there is none of that name.
pub(super) fn kind_of(key: &str) -> Option<SettingKind> {
    let found = SETTINGS.iter().find(|(name, ..)| *name == key);
    found.map(|(_, kind, _)| *kind)
}

/// The value of a setting as it may be shown; `null` where none is set.
#[must_use]
pub fn value(config: &Config, key: &str) -> Value {
    value_of(&values(&config.shown()), key).clone()
}

/// The first setting that is out of its range, and the problem.
pub(super) fn check(config: &Config) -> Result<(), (&'static str, String)> {
    let values = values(config);
    for (key, kind, _) in SETTINGS {
        let value = value_of(&values, key);
        let problem = match (kind, value) {
            (Number { min, max }, value) => out_of_range(key, value, *min, *max),
            (Numbers { min, max }, Value::Array(each)) => {
                let mut each = each.iter();
                each.find_map(|value| out_of_range(key, value, *min, *max))
            }
            _ => None,
        };
        if let Some(problem) = problem {
            return Err((key, problem));
        }
    }
    Ok(())
}

fn out_of_range(key: &str, value: &Value, min: u64, max: u64) -> Option<String> {
    let value = value
        .as_u64()
        .filter(|value| !(min..=max).contains(value))?;
    Some(format!("{key} is {value}; it must be {min} to {max}"))
}

/// The configuration by table and key. A configuration that was loaded can always be told so.
fn values(config: &Config) -> Value {
    serde_json::to_value(config).unwrap_or_default()
}

fn value_of<'a>(values: &'a Value, key: &str) -> &'a Value {
    let (table, key) = key.split_once('.').unwrap_or(("", key));
    values
        .get(table)
        .and_then(|table| table.get(key))
        .unwrap_or(&Value::Null)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_key_is_described_once_and_nothing_else_is() {
        let values = values(&Config::default());
        let keys: BTreeSet<String> = values
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(table, keys)| {
                keys.as_object()
                    .unwrap()
                    .keys()
                    .map(move |key| format!("{table}.{key}"))
            })
            .collect();
        let described: Vec<_> = settings()
            .iter()
            .map(|setting| setting.key.to_owned())
            .collect();
        assert_eq!(described.len(), keys.len());
        assert_eq!(described.into_iter().collect::<BTreeSet<_>>(), keys);
    }

    #[test]
    fn the_described_type_is_the_defaults() {
        for setting in settings() {
            let fits = match (setting.kind, &setting.default) {
                (_, Value::Null) => true,
                (Switch, value) => value.is_boolean(),
                (Number { min, max }, value) => value
                    .as_u64()
                    .is_some_and(|value| (min..=max).contains(&value)),
                (Numbers { .. }, value) => value.is_array(),
                (Text, value) => value.is_string(),
            };
            assert!(fits, "{setting:?}");
            assert!(setting.meaning.ends_with('.'), "{setting:?}");
        }
    }

    #[test]
    fn the_reference_has_every_setting() {
        let page = include_str!("../../../../docs/cli.md");
        for setting in settings() {
            let (table, key) = setting.key.split_once('.').unwrap();
            assert!(page.contains(&format!("`[{table}]`")), "{table}");
            assert!(page.contains(&format!("| `{key}` |")), "{}", setting.key);
        }
    }
}
