//! `[harvest]`: what the ledger of what is recorded today and read later assumes.

use qv_policy::harvest::Lifetimes;
use qv_types::{AssetType, Environment};
use serde::{Deserialize, Serialize};

/// `[harvest]`
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HarvestConfig {
    /// The year in which a quantum computer that breaks classical cryptography is assumed, 2025 to 2100.
    pub arrival_year: u32,
    /// For how many years data must stay secret unless more is known, 0 to 100.
    pub secrecy_years: u32,
    /// Of assets in production.
    pub prod_years: Option<u32>,
    /// Of assets in staging.
    pub stage_years: Option<u32>,
    /// Of assets in development.
    pub dev_years: Option<u32>,
    /// Of assets in other environments.
    pub elsewhere_years: Option<u32>,
    /// Of TLS endpoints.
    pub tls_cert_years: Option<u32>,
    /// Of databases.
    pub database_years: Option<u32>,
    /// Of APIs.
    pub api_endpoint_years: Option<u32>,
    /// Of files.
    pub file_share_years: Option<u32>,
    /// Of keys.
    pub key_years: Option<u32>,
    /// Of applications.
    pub application_years: Option<u32>,
    /// Of protocol endpoints other than TLS.
    pub protocol_years: Option<u32>,
    /// Of assets of other types.
    pub other_years: Option<u32>,
}

impl Default for HarvestConfig {
    fn default() -> Self {
        Self {
            arrival_year: 2035,
            secrecy_years: 10,
            prod_years: None,
            stage_years: None,
            dev_years: None,
            elsewhere_years: None,
            tls_cert_years: None,
            database_years: None,
            api_endpoint_years: None,
            file_share_years: None,
            key_years: None,
            application_years: None,
            protocol_years: None,
            other_years: None,
        }
    }
}

impl HarvestConfig {
    /// The lifetimes in the rule's terms.
    #[must_use]
    pub fn lifetimes(&self) -> Lifetimes {
        let environment = |of: &Environment| {
            let years = match of {
                Environment::Prod => self.prod_years,
                Environment::Stage => self.stage_years,
                Environment::Dev => self.dev_years,
                Environment::Other => self.elsewhere_years,
            };
            years.map(|years| (*of, years))
        };
        let asset_type = |of: &AssetType| {
            let years = match of {
                AssetType::TlsCert => self.tls_cert_years,
                AssetType::Database => self.database_years,
                AssetType::ApiEndpoint => self.api_endpoint_years,
                AssetType::FileShare => self.file_share_years,
                AssetType::Key => self.key_years,
                AssetType::Application => self.application_years,
                AssetType::Protocol => self.protocol_years,
                AssetType::Other => self.other_years,
            };
            years.map(|years| (*of, years))
        };
        Lifetimes {
            general: self.secrecy_years,
            environments: Environment::ALL.iter().filter_map(environment).collect(),
            types: AssetType::ALL.iter().filter_map(asset_type).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_environment_and_type_has_a_lifetime_of_its_own() {
        let text = "secrecy_years = 1\nprod_years = 2\nstage_years = 3\ndev_years = 4\nelsewhere_years = 5\n\
            tls_cert_years = 6\ndatabase_years = 7\napi_endpoint_years = 8\nfile_share_years = 9\nkey_years = 10\n\
            application_years = 11\nprotocol_years = 12\nother_years = 13\n";
        let lifetimes = toml::from_str::<HarvestConfig>(text).unwrap().lifetimes();
        assert_eq!(lifetimes.general, 1);
        let environments: Vec<_> = lifetimes
            .environments
            .iter()
            .map(|(_, years)| *years)
            .collect();
        assert_eq!(environments, [2, 3, 4, 5]);
        let types: Vec<_> = lifetimes.types.iter().map(|(_, years)| *years).collect();
        assert_eq!(types, [6, 7, 8, 9, 10, 11, 12, 13]);
        assert!(HarvestConfig::default().lifetimes().types.is_empty());
    }
}
