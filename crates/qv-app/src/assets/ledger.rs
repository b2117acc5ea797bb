//! The ledger of what is recorded today and read later: a line for each asset, with the dates of NIST
//! IR 8547 and CNSA 2.0 that it misses.

use qv_types::{AssetId, AssetType, Environment, Harvest, Timestamp};
use serde::Serialize;

use super::{AssetQuery, list};
use crate::risk::{HarvestTotals, LedgerLine, harvest_line, harvest_totals, missed_by};
use crate::{AppError, Vault};

/// A page of the ledger under the totals of all assets.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Ledger {
    /// What is assumed, and how all assets stand.
    pub totals: HarvestTotals,
    /// Lines of this page.
    pub items: Vec<LedgerRow>,
    /// Where the next page begins.
    pub next: Option<qv_types::Cursor>,
}

/// The line of one asset.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct LedgerRow {
    /// The asset.
    pub asset_id: AssetId,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub location: String,
    /// What it is.
    #[serde(rename = "type")]
    pub asset_type: AssetType,
    /// Where it lives.
    pub environment: Environment,
    /// The sum, and what follows.
    pub harvest: LedgerLine,
    /// Ids of the dates that it misses as it is, earliest first.
    pub deadlines: Vec<String>,
}

/// One page of the ledger, of the assets of a query; of those that are exposed where it does not say
/// which standing.
///
/// # Errors
/// Those of [`list`].
pub async fn ledger(vault: &Vault, mut query: AssetQuery) -> Result<Ledger, AppError> {
    query.harvest = query.harvest.or(Some(Harvest::Exposed));
    let page = list(vault, query).await?;
    let ids: Vec<AssetId> = page.items.iter().map(|row| row.id).collect();
    let mut assets = vault.store().assets_by_id(&ids).await?;
    let place = |id: &AssetId| ids.iter().position(|one| one == id);
    assets.sort_by_key(|asset| place(&asset.summary.id));
    let now = Timestamp::now();
    let row = |asset: qv_store::Asset| {
        let missed = missed_by(asset.summary.asset_type, asset.traits, now)?;
        Ok(LedgerRow {
            harvest: harvest_line(
                vault,
                &asset.summary,
                asset.secrecy_years,
                asset.recorded,
                now,
            ),
            deadlines: missed.into_iter().map(|date| date.id).collect(),
            asset_id: asset.summary.id,
            name: asset.summary.name,
            location: asset.summary.location,
            asset_type: asset.summary.asset_type,
            environment: asset.summary.environment,
        })
    };
    let items: Result<Vec<_>, AppError> = assets.into_iter().map(row).collect();
    Ok(Ledger {
        totals: harvest_totals(vault).await?,
        items: items?,
        next: page.next,
    })
}
