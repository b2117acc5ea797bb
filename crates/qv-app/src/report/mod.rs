//! A report for people: one file of HTML that needs nothing else and prints well in black and white.
//!
//! Invariants: no script and nothing from the network, which its own policy forbids too; whatever came
//! from outside is text (`html`). `chart` has the geometry, `figures` draws, `sections` tells.

mod chart;
mod figures;
mod html;
mod sections;

use std::io::Write;
use std::path::Path;

use qv_store::{AssetSummary, StoredCheckpoint, TreeHead};
use qv_types::{Timestamp, VaultId};
use serde::{Deserialize, Serialize};

use crate::assets::{AssetQuery, LedgerRow};
use crate::attestations::BatchView;
use crate::draft::{Draft, Existing};
use crate::policies::PolicyView;
use crate::risk::RiskProfile;
use crate::{AppError, Vault, assets, attestations, policies, risk};
use html::{Html, element, text};

/// Snapshots of the trend.
const POINTS: u32 = 200;
/// Batches of attestations that are listed.
const BATCHES: usize = 20;
/// What it tells is a map of what can be attacked: it is its owner's alone.
const MODE: u32 = 0o600;

/// What a report holds.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportOptions {
    /// Its title.
    pub title: String,
    /// How many of the riskiest assets are listed, 1 to 500.
    pub assets: u32,
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self {
            title: "Quantum risk report".into(),
            assets: 25,
        }
    }
}

/// A report that was written.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct ReportFile {
    /// The file.
    pub file: String,
    /// Its bytes.
    pub bytes: u64,
    /// Assets of the vault.
    pub assets: u64,
}

/// All that a report tells of.
struct Gathered {
    vault: VaultId,
    now: Timestamp,
    risk: RiskProfile,
    riskiest: Vec<AssetSummary>,
    exposed: Vec<LedgerRow>,
    policies: Vec<PolicyView>,
    batches: Vec<BatchView>,
    log: TreeHead,
    checkpoint: Option<StoredCheckpoint>,
}

/// The report as one document of HTML.
///
/// # Errors
/// [`AppError::InvalidInput`] for a number of assets out of range; from the store.
pub async fn make(vault: &Vault, options: &ReportOptions) -> Result<String, AppError> {
    Ok(document(&gather(vault, options).await?, &options.title))
}

/// Writes the report to a file, whole or not at all.
///
/// # Errors
/// As [`make`]; [`AppError::NotAllowed`] where the file is there and stays; [`AppError::File`].
pub async fn write(
    vault: &Vault,
    options: &ReportOptions,
    file: &Path,
    existing: Existing,
) -> Result<ReportFile, AppError> {
    let mut draft = Draft::new(file, MODE, existing)?;
    let gathered = gather(vault, options).await?;
    let report = document(&gathered, &options.title);
    draft
        .write_all(report.as_bytes())
        .map_err(|source| draft.failed(source))?;
    draft.finish()?;
    Ok(ReportFile {
        file: file.display().to_string(),
        bytes: report.len() as u64,
        assets: gathered.risk.now.total_assets,
    })
}

async fn gather(vault: &Vault, options: &ReportOptions) -> Result<Gathered, AppError> {
    let mut riskiest = Vec::new();
    let mut query = AssetQuery {
        limit: options.assets,
        ..AssetQuery::default()
    };
    // A page may end early by its weight.
    loop {
        let page = assets::list(vault, query.clone()).await?;
        query.limit -= page.items.len() as u32;
        riskiest.extend(page.items);
        query.after = page.next;
        if query.limit == 0 || query.after.is_none() {
            break;
        }
    }
    let mut batches = attestations::list(vault).await?;
    batches.truncate(BATCHES);
    Ok(Gathered {
        vault: vault.id(),
        now: Timestamp::now(),
        risk: risk::profile(vault, POINTS).await?,
        riskiest,
        exposed: exposed(vault, options.assets).await?,
        policies: policies::list(vault).await?,
        batches,
        log: vault.store().tree_head().await?,
        checkpoint: vault.store().checkpoints(1).await?.pop(),
    })
}

/// The riskiest assets whose recordings of today can be read too early.
async fn exposed(vault: &Vault, limit: u32) -> Result<Vec<LedgerRow>, AppError> {
    let query = AssetQuery {
        limit,
        ..AssetQuery::default()
    };
    Ok(assets::ledger(vault, query).await?.items)
}

fn document(gathered: &Gathered, title: &str) -> String {
    let head = [
        Html::constant(HEAD),
        element("title", text(title)),
        element("style", Html::constant(include_str!("report.css"))),
    ];
    let body = [
        sections::head(gathered, title),
        sections::numbers(&gathered.risk.now),
        sections::trend(gathered),
        sections::levels(&gathered.risk.now),
        sections::deadlines(&gathered.risk.deadlines, gathered.now),
        sections::harvest(gathered),
        sections::assets(gathered),
        sections::policies(gathered),
        sections::attestations(gathered),
        sections::log(gathered),
    ];
    let parts = [
        element("head", head.into_iter().collect()),
        element("body", element("main", body.into_iter().collect())),
    ];
    let html = html::attributed("html", &[("lang", "en")], parts.into_iter().collect());
    format!("<!doctype html>\n{}\n", html.as_str())
}

/// The policy lets nothing in but the styles of the file itself.
const HEAD: &str = r#"<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
"#;
