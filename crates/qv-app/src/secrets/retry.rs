//! What of a batch failed and why, and a new batch of what failed.

use std::collections::{BTreeMap, HashMap};

use qv_store::Job;
use qv_types::{AssetId, JobId, StepState};
use serde::Serialize;

use super::batch::{self, Input, Step};
use crate::query::{PAGE_BYTES, cut_to_weight};
use crate::{AppError, Vault, policies};

/// What of a job failed, by cause.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct JobFailures {
    /// The job.
    pub job: JobId,
    /// Assets that failed.
    pub total: u64,
    /// The causes, the most common first. The window gets the first of many.
    pub causes: Vec<FailureCause>,
}

/// A cause, and the assets that failed by it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct FailureCause {
    /// Why, in the words of the core.
    pub why: String,
    /// How many failed so.
    pub count: u64,
    /// These assets; at most so many as were asked for.
    pub assets: Vec<FailedAsset>,
}

/// An asset that failed.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct FailedAsset {
    /// The asset.
    pub asset_id: AssetId,
    /// Where it is; `None` where it was removed since.
    pub location: Option<String>,
}

impl JobFailures {
    /// The failures with as many causes as go over a bridge; the total is of all.
    #[must_use]
    pub fn first(mut self) -> Self {
        cut_to_weight(&mut self.causes, PAGE_BYTES);
        self
    }
}

/// What of a batch failed, with at most `each` assets of every cause.
pub async fn failures(vault: &Vault, job: &Job, each: usize) -> Result<JobFailures, AppError> {
    let failed = failed(vault, job).await?;
    let mut causes: BTreeMap<String, Vec<AssetId>> = BTreeMap::new();
    for (asset, why) in &failed {
        causes.entry(why.clone()).or_default().push(*asset);
    }
    let named = causes.values().flat_map(|assets| assets.iter().take(each));
    let locations = locations(vault, &named.copied().collect::<Vec<_>>()).await?;
    let cause = |(why, assets): (String, Vec<AssetId>)| FailureCause {
        why,
        count: assets.len() as u64,
        assets: assets
            .into_iter()
            .take(each)
            .map(|asset_id| FailedAsset {
                asset_id,
                location: locations.get(&asset_id).cloned(),
            })
            .collect(),
    };
    let mut causes: Vec<_> = causes.into_iter().map(cause).collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.count));
    Ok(JobFailures {
        job: job.id,
        total: failed.len() as u64,
        causes,
    })
}

/// Stores a new batch of what failed in another one: under the same policy and anchor, without the
/// assets that were removed or wrapped since.
///
/// # Errors
/// A batch that has not ended; nothing left that failed; a policy that may no longer act.
pub async fn again(vault: &Vault, job: &Job) -> Result<JobId, AppError> {
    if !job.state.is_final() {
        return Err(AppError::NotAllowed(format!(
            "job {} has not ended; `qv jobs resume` goes on with it",
            job.id
        )));
    }
    let input: Input = batch::input_of(job)?;
    if let Some(policy) = input.policy {
        policies::check_may_act(&vault.store().policy(policy).await?)?;
    }
    let failed: Vec<AssetId> = failed(vault, job)
        .await?
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let mut left = Vec::new();
    for chunk in failed.chunks(CHUNK) {
        for asset in vault.store().assets_by_id(chunk).await? {
            let wrapped_since = asset.summary.wrapper_updated_at > Some(job.updated_at);
            if !wrapped_since {
                left.push(asset.summary.id);
            }
        }
    }
    if left.is_empty() {
        return Err(AppError::NotAllowed(match failed.len() {
            0 => format!("nothing of job {} failed", job.id),
            _ => format!(
                "what failed of job {} was wrapped or removed since; there is nothing to do",
                job.id
            ),
        }));
    }
    batch::create(vault, job.kind, &input, left).await
}

/// Assets read at once.
const CHUNK: usize = 500;

/// The assets that failed, in order, each with why.
async fn failed(vault: &Vault, job: &Job) -> Result<Vec<(AssetId, String)>, AppError> {
    let steps = vault.store().job_steps(job.id, Some(StepState::Failed));
    let mut failed = Vec::new();
    for step in steps.await? {
        let Step { asset } = batch::step_of(job, step.input)?;
        let why = step.output.as_ref().and_then(|output| output.get("error"));
        let why = why.and_then(serde_json::Value::as_str).unwrap_or_default();
        failed.push((asset, why.to_owned()));
    }
    Ok(failed)
}

async fn locations(vault: &Vault, ids: &[AssetId]) -> Result<HashMap<AssetId, String>, AppError> {
    let mut locations = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let assets = vault.store().assets_by_id(chunk).await?;
        locations.extend(
            assets
                .into_iter()
                .map(|asset| (asset.summary.id, asset.summary.location)),
        );
    }
    Ok(locations)
}
