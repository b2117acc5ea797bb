//! What is recorded today and read later: how assets stand, by the configuration's assumptions.

use qv_policy::harvest::{Horizon, LedgerLine, Lifetimes};
use qv_store::{AssetSummary, HarvestFilter};
use qv_types::{AssetType, Environment, Harvest, Recorded, Timestamp};
use serde::Serialize;

use crate::{AppError, Vault};

/// What is assumed, and how all assets stand.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HarvestTotals {
    /// The year of now.
    pub year: u32,
    /// The year in which a quantum computer is assumed.
    pub arrival_year: u32,
    /// Assets of which a recording of today can be read while it must still be secret.
    pub exposed: u64,
    /// Assets that must stay secret for too long, of which it is not known whether a recording can be broken.
    pub not_known: u64,
    /// All others.
    pub safe: u64,
}

/// How all assets stand.
///
/// # Errors
/// From the store.
pub async fn totals(vault: &Vault) -> Result<HarvestTotals, AppError> {
    let (horizon, lifetimes) = assumed(vault, Timestamp::now());
    let mut totals = HarvestTotals {
        year: horizon.year,
        arrival_year: horizon.arrival_year,
        exposed: 0,
        not_known: 0,
        safe: 0,
    };
    for kind in vault.store().secrecy_counts().await? {
        let lifetime = lifetimes.of(kind.secrecy_years, kind.asset_type, kind.environment);
        let count = match horizon.line(lifetime, kind.recorded).standing {
            Harvest::Exposed => &mut totals.exposed,
            Harvest::NotKnown => &mut totals.not_known,
            Harvest::Safe => &mut totals.safe,
        };
        *count += kind.assets;
    }
    Ok(totals)
}

/// The line of one asset.
pub(crate) fn line(
    vault: &Vault,
    asset: &AssetSummary,
    secrecy_years: Option<u32>,
    recorded: Recorded,
    now: Timestamp,
) -> LedgerLine {
    let (horizon, lifetimes) = assumed(vault, now);
    let lifetime = lifetimes.of(secrecy_years, asset.asset_type, asset.environment);
    horizon.line(lifetime, recorded)
}

/// Which assets stand so.
pub(crate) fn filter(vault: &Vault, standing: Harvest) -> HarvestFilter {
    let (horizon, lifetimes) = assumed(vault, Timestamp::now());
    let mut too_long = Vec::new();
    for environment in Environment::ALL {
        for asset_type in AssetType::ALL {
            let (years, _) = lifetimes.of(None, *asset_type, *environment);
            if horizon.is_outlived_by(years) {
                too_long.push((*environment, *asset_type));
            }
        }
    }
    HarvestFilter {
        standing,
        years_left: horizon.years_left(),
        too_long,
    }
}

fn assumed(vault: &Vault, now: Timestamp) -> (Horizon, Lifetimes) {
    let harvest = &vault.config().harvest;
    (Horizon::at(now, harvest.arrival_year), harvest.lifetimes())
}
