//! Attestations on an EVM chain (MVP sections 6.2 and 10).
//!
//! Start with [`start`] and [`run`]; `send` drives the outbox, [`verify()`] asks the chain.

mod cancel;
mod history;
mod send;
mod signers;
mod verify;

use std::num::NonZeroU64;
use std::time::Duration;

use qv_audit::Action;
use qv_evm::{
    Address, ChainClient, ChainId, Facts, FeeCap, Limits, Payload, PlainHttp, RpcUrl, Rules, Wei,
};
use qv_store::{Asset, AssetFilter, Attestation, AttestationJob, Job, PolicyFilter};
use qv_types::{
    AnchorId, AssetId, AssetStatus, AssetType, AttestationId, AttestationJobId,
    AttestationJobStatus, AttestationStatus, Environment, JobKind, RiskLevel, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use crate::progress::Cancel;
use crate::query::cut_page;
use crate::{AppError, ChainConfig, Vault, anchors, assets, policies, runner};

pub(crate) use cancel::cancelled;
pub use history::{AssetAttestation, history};
pub use signers::{SignerView, choose_signer, create_signer, import_signer, signers, use_signer};
pub use verify::{VerifyReport, verify};

/// The most assets of one batch.
const BATCH_LIMIT: u32 = 10_000;

/// What to attest. Named assets are taken as they are; otherwise the filters choose.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AttestRequest {
    /// Ids or locations.
    pub assets: Vec<String>,
    /// Any of these statuses.
    pub statuses: Vec<AssetStatus>,
    /// Any of these environments.
    pub environments: Vec<Environment>,
    /// Any of these types.
    pub types: Vec<AssetType>,
    /// Any of these levels.
    pub levels: Vec<RiskLevel>,
    /// In the scope of this policy.
    pub policy: Option<String>,
    /// The anchor to name, by id or name; the one that wraps the asset where none is given.
    pub anchor: Option<String>,
}

/// A batch with its rows.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct BatchView {
    /// Its id.
    pub id: AttestationJobId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its state.
    pub status: AttestationJobStatus,
    /// CAIP-2 id of the chain.
    pub network: String,
    /// Address of the registry.
    pub contract: String,
    /// Attestations in it.
    pub total_assets: u64,
    /// Of these, confirmed.
    pub succeeded_count: u64,
    /// Of these, failed.
    pub failed_count: u64,
    /// One for each asset; empty in lists.
    pub rows: Vec<AttestationRow>,
}

/// The attestation of one asset.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct AttestationRow {
    /// The asset.
    pub asset_id: AssetId,
    /// Where it is.
    pub location: String,
    /// Its state.
    pub status: AttestationStatus,
    /// The transaction that was confirmed.
    pub tx_hash: Option<String>,
    /// The block that has it.
    pub block: Option<u64>,
    /// keccak256 of the payload, hex.
    pub payload_hash: String,
    /// Why it failed.
    pub error: Option<String>,
}

/// The input of a step of the job.
#[derive(Debug, Serialize, Deserialize)]
struct Step {
    attestation: AttestationId,
}

/// Stores a batch with its payloads as a job.
///
/// # Errors
/// No chain, registry or signer configured; no asset chosen; an asset without anchor.
pub async fn start(vault: &Vault, request: AttestRequest) -> Result<AttestationJobId, AppError> {
    let contract = contract(vault)?;
    let network = network(vault)?;
    let signer = signers::active(vault).await?;
    let chosen = choose(vault, &request).await?;
    let anchor = match &request.anchor {
        Some(name) => Some(anchors::find(vault, name).await?.id),
        None => None,
    };
    let id = AttestationJobId::make();
    let now = Timestamp::now();
    let mut rows = Vec::with_capacity(chosen.len());
    for asset in &chosen {
        rows.push(row(vault, id, asset, anchor, now).await?);
    }
    let first = rows.first().ok_or_else(|| {
        AppError::NotAllowed(
            "no asset matches; wrap assets first (qv policies apply POLICY), or widen the filters"
                .into(),
        )
    })?;
    let batch = AttestationJob {
        id,
        created_by: None,
        job_id: None,
        anchor_id: first.anchor_id,
        signer_id: signer.id,
        filters: json!(request),
        total: rows.len() as u64,
        succeeded: 0,
        failed: 0,
        status: AttestationJobStatus::Pending,
        network,
        contract: contract.to_string(),
        created_at: now,
        completed_at: None,
    };
    store(vault, batch, &rows).await
}

async fn store(
    vault: &Vault,
    batch: AttestationJob,
    rows: &[Attestation],
) -> Result<AttestationJobId, AppError> {
    let steps = rows
        .iter()
        .map(|row| {
            json!(Step {
                attestation: row.id
            })
        })
        .collect();
    let mut tx = vault.begin().await?;
    let job = runner::create(
        vault,
        &mut tx,
        JobKind::Attest,
        json!({ "batch": batch.id }),
        steps,
    )
    .await?;
    let batch = AttestationJob {
        job_id: Some(job),
        ..batch
    };
    let event = vault
        .event(Action::AttestationStarted, batch.id)
        .with("network", batch.network.as_str())
        .with("assets", batch.total);
    tx.create_attestation_job(event, &batch, rows).await?;
    tx.commit().await?;
    Ok(batch.id)
}

async fn choose(vault: &Vault, request: &AttestRequest) -> Result<Vec<Asset>, AppError> {
    if !request.assets.is_empty() {
        let mut chosen = Vec::with_capacity(request.assets.len());
        for name in &request.assets {
            chosen.push(assets::find(vault, name).await?);
        }
        chosen.sort_by_key(|asset| asset.summary.id);
        chosen.dedup_by_key(|asset| asset.summary.id);
        return Ok(chosen);
    }
    let policy = match &request.policy {
        Some(name) => Some(PolicyFilter::InScope(policies::find(vault, name).await?.id)),
        None => None,
    };
    let filter = AssetFilter {
        environments: request.environments.clone(),
        types: request.types.clone(),
        levels: request.levels.clone(),
        statuses: request.statuses.clone(),
        policy,
        ..AssetFilter::default()
    };
    let ids = vault.store().asset_ids(&filter, BATCH_LIMIT).await?;
    Ok(vault.store().assets_by_id(&ids).await?)
}

async fn row(
    vault: &Vault,
    job: AttestationJobId,
    asset: &Asset,
    anchor: Option<AnchorId>,
    now: Timestamp,
) -> Result<Attestation, AppError> {
    let anchor_id = anchor.or(asset.summary.wrapper_anchor_id).ok_or_else(|| {
        AppError::NotAllowed(format!(
            "{} is not wrapped under any anchor; wrap it, or name one with --anchor",
            asset.summary.location
        ))
    })?;
    let policies = vault.store().asset_policies(asset.summary.id).await?;
    let payload = Payload::new(Facts {
        asset_id: asset.summary.id,
        location: &asset.summary.location,
        anchor_id,
        policy_ids: policies
            .into_iter()
            .map(|policy| policy.policy_id)
            .collect(),
        risk_level: asset.summary.level,
        risk_score: u8::try_from(asset.summary.score).unwrap_or(100),
        wrapper_algorithm: asset
            .summary
            .wrapper_algorithm
            .clone()
            .filter(|_| asset.summary.wrapper_enabled),
        at: now,
    })?;
    let text = String::from_utf8(payload.to_canonical()?)
        .map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(Attestation {
        id: AttestationId::make(),
        job_id: job,
        asset_id: asset.summary.id,
        anchor_id,
        status: AttestationStatus::Pending,
        tx_id: None,
        attested_at: None,
        error_message: None,
        payload_hash: qv_evm::payload::hash_text(&payload.hash()?),
        payload: text,
        evidence: Map::new(),
    })
}

/// Runs a batch to its end, from wherever it stands. The vault must be unlocked.
///
/// # Errors
/// [`AppError::Busy`], [`AppError::Cancelled`], [`AppError::Locked`], a chain that cannot be
/// reached; a refused attestation is a result, not an error.
pub async fn run(
    vault: &Vault,
    batch: AttestationJobId,
    cancel: Cancel,
) -> Result<BatchView, AppError> {
    let row = vault.store().attestation_job(batch).await?;
    let job = row.job_id.ok_or_else(|| {
        AppError::NotAllowed("this batch has no job any more; start a new one".into())
    })?;
    run_job(vault, &vault.store().job(job).await?, cancel).await
}

pub(crate) async fn run_job(
    vault: &Vault,
    job: &Job,
    cancel: Cancel,
) -> Result<BatchView, AppError> {
    let batch = batch_of(job)?;
    runner::run_leased(vault, job.id, async |job, lease| {
        send::run(vault, job, lease, batch, cancel).await
    })
    .await?;
    show(vault, batch).await
}

fn batch_of(job: &Job) -> Result<AttestationJobId, AppError> {
    let named = job
        .input
        .get("batch")
        .and_then(|id| id.as_str())
        .and_then(|id| id.parse().ok());
    named.ok_or_else(|| AppError::Tampered {
        what: format!("job {}", job.id),
        why: "it names no batch".into(),
    })
}

/// Batches, newest first, without their rows.
///
/// # Errors
/// From the store.
pub async fn list(vault: &Vault) -> Result<Vec<BatchView>, AppError> {
    Ok(vault
        .store()
        .attestation_jobs(100)
        .await?
        .into_iter()
        .map(view)
        .collect())
}

/// One batch with its rows.
///
/// # Errors
/// From the store, where there is no such batch.
pub async fn show(vault: &Vault, batch: AttestationJobId) -> Result<BatchView, AppError> {
    let mut shown = overview(vault, batch).await?;
    shown.rows = rows(vault, batch, 0, u32::MAX).await?;
    Ok(shown)
}

/// One batch without its rows.
///
/// # Errors
/// From the store, where there is no such batch.
pub async fn overview(vault: &Vault, batch: AttestationJobId) -> Result<BatchView, AppError> {
    Ok(view(vault.store().attestation_job(batch).await?))
}

/// Rows of a batch, in order, from the one that `offset` counts; at most `limit`, fewer where they would
/// weigh more than a bridge carries. No row is the end of the batch.
///
/// # Errors
/// From the store, where there is no such batch.
pub async fn rows(
    vault: &Vault,
    batch: AttestationJobId,
    offset: u32,
    limit: u32,
) -> Result<Vec<AttestationRow>, AppError> {
    let rows = vault.store().attestation_rows(batch, offset, limit).await?;
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|(attestation, location)| row_view(attestation, location))
        .collect();
    cut_page(&mut rows);
    Ok(rows)
}

fn row_view(attestation: Attestation, location: String) -> AttestationRow {
    AttestationRow {
        asset_id: attestation.asset_id,
        location,
        status: attestation.status,
        tx_hash: attestation.tx_id,
        block: attestation
            .evidence
            .get("block_number")
            .and_then(serde_json::Value::as_u64),
        payload_hash: attestation.payload_hash,
        error: attestation.error_message,
    }
}

/// The block that has the transaction, as the evidence says.
fn block_of(evidence: &Map<String, serde_json::Value>) -> Option<u64> {
    evidence.get("block_number")?.as_u64()
}

fn view(row: AttestationJob) -> BatchView {
    BatchView {
        id: row.id,
        created_at: row.created_at,
        status: row.status,
        network: row.network,
        contract: row.contract,
        total_assets: row.total,
        succeeded_count: row.succeeded,
        failed_count: row.failed,
        rows: Vec::new(),
    }
}

/// Deploys the registry on the configured chain; returns its address. The vault must be unlocked.
///
/// # Errors
/// No chain or signer, [`AppError::Locked`], the chain's refusal.
pub async fn deploy(vault: &Vault) -> Result<String, AppError> {
    let client = connect(&vault.config().chain).await?;
    let signer = signers::active(vault).await?;
    let cap = cap(&vault.config().chain);
    let draft = client
        .draft_deployment(address_of(&signer.address)?, cap)
        .await?;
    let signed = signers::sign(vault, &signer, &draft, client.chain()).await?;
    let deployed = client
        .deploy_registry(&signed, Duration::from_secs(180))
        .await?;
    let mut tx = vault.begin().await?;
    let event = vault
        .event(Action::SignerUpdated, signer.id)
        .with("deployed", deployed.address.to_string())
        .with("network", network(vault)?);
    tx.note(event);
    tx.commit().await?;
    Ok(deployed.address.to_string())
}

/// Connects to the configured chain.
pub(crate) async fn connect(chain: &ChainConfig) -> Result<ChainClient, AppError> {
    let (Some(url), Some(id)) = (&chain.rpc_url, chain.chain_id) else {
        return Err(AppError::NotConfigured {
            what: "no chain",
            key: "rpc_url and chain_id under [chain]",
        });
    };
    let url = RpcUrl::parse(url, PlainHttp::LoopbackOnly)?;
    Ok(ChainClient::connect(url, ChainId(id), &Limits::default()).await?)
}

fn cap(chain: &ChainConfig) -> FeeCap {
    FeeCap(Wei::from_gwei(chain.max_cost_gwei))
}

fn rules(chain: &ChainConfig) -> Rules {
    let confirmations = NonZeroU64::new(chain.confirmations().into()).unwrap_or(NonZeroU64::MIN);
    Rules {
        confirmations,
        bump_after: Duration::from_secs(chain.stuck_after_s),
        ..Rules::default()
    }
}

/// CAIP-2 id of the configured chain.
fn network(vault: &Vault) -> Result<String, AppError> {
    let id = vault.config().chain.chain_id;
    let id = id.ok_or(AppError::NotConfigured {
        what: "no chain",
        key: "rpc_url and chain_id under [chain]",
    })?;
    Ok(format!("eip155:{id}"))
}

fn contract(vault: &Vault) -> Result<Address, AppError> {
    let text = vault.config().chain.contract.as_deref();
    let text = text.ok_or(AppError::NotConfigured {
        what: "no attestation registry",
        key: "contract under [chain] (deploy one with `qv attest deploy`)",
    })?;
    text.parse().map_err(|_| {
        AppError::InvalidInput(format!(
            "chain.contract `{text}` is no address; it looks like 0x and 40 hex digits"
        ))
    })
}

/// An address that was stored as text.
fn address_of(text: &str) -> Result<Address, AppError> {
    text.parse().map_err(|_| AppError::Tampered {
        what: "a stored address".into(),
        why: format!("`{text}` is none"),
    })
}
