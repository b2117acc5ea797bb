//! Evaluating policies on every asset, and what that changes.

use std::collections::BTreeMap;

use qv_audit::Action;
use qv_policy::{Evaluation, evaluate as evaluate_on};
use qv_store::{Asset, Policy, PolicyResult};
use qv_types::{AssetId, Timestamp};
use serde::Serialize;

use super::{find, parse};
use crate::assess::policy_view;
use crate::{AppError, Vault};

/// Assets read at once.
const BATCH: u32 = 500;

/// What an evaluation found.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct EvaluationReport {
    /// The policy's name.
    pub policy: String,
    /// Assets in its scope.
    pub in_scope: u64,
    /// Of these, not compliant.
    pub out_of_policy: u64,
    /// What differs from the evaluation before.
    pub changes: Vec<EvaluationChange>,
}

/// One asset whose standing changed, or would.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct EvaluationChange {
    /// The asset.
    pub asset_id: AssetId,
    /// Where it is.
    pub location: String,
    /// `out of scope`, `compliant` or `out of policy`.
    pub before: &'static str,
    /// The same, now.
    pub after: &'static str,
    /// Why.
    pub why: String,
}

/// Evaluates one policy, or all, and says what changed.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn evaluate(
    vault: &Vault,
    name: Option<&str>,
) -> Result<Vec<EvaluationReport>, AppError> {
    let mut reports = Vec::new();
    for row in chosen(vault, name).await? {
        reports.push(save(vault, &row).await?);
    }
    Ok(reports)
}

/// What evaluating would change, without changing it.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn dry_run(vault: &Vault, name: Option<&str>) -> Result<Vec<EvaluationReport>, AppError> {
    let mut reports = Vec::new();
    for row in chosen(vault, name).await? {
        reports.push(examine(vault, &row).await?.0);
    }
    Ok(reports)
}

async fn chosen(vault: &Vault, name: Option<&str>) -> Result<Vec<Policy>, AppError> {
    match name {
        Some(name) => Ok(vec![find(vault, name).await?]),
        None => Ok(vault.store().policies(true).await?),
    }
}

/// Evaluates every active policy again, after a scan or a wrap changed assets.
pub(crate) async fn reevaluate_all(vault: &Vault) -> Result<(), AppError> {
    evaluate(vault, None).await.map(drop)
}

pub(crate) async fn save(vault: &Vault, row: &Policy) -> Result<EvaluationReport, AppError> {
    let (report, results) = examine(vault, row).await?;
    let event = vault
        .event(Action::PolicyEvaluated, row.id)
        .with("in_scope", report.in_scope)
        .with("out_of_policy", report.out_of_policy);
    let mut tx = vault.begin().await?;
    tx.set_evaluation(event, row.id, &results, Timestamp::now())
        .await?;
    tx.commit().await?;
    Ok(report)
}

/// Evaluates on every asset and compares with what is stored.
pub(super) async fn examine(
    vault: &Vault,
    row: &Policy,
) -> Result<(EvaluationReport, Vec<PolicyResult>), AppError> {
    let policy = parse(vault, row)?;
    let stored = vault.store().policy_results(row.id).await?;
    let before: BTreeMap<AssetId, bool> = stored
        .into_iter()
        .map(|result| (result.asset_id, result.is_compliant))
        .collect();
    let mut report = EvaluationReport {
        policy: row.name.clone(),
        in_scope: 0,
        out_of_policy: 0,
        changes: Vec::new(),
    };
    let mut results = Vec::new();
    let mut after = 0;
    loop {
        let assets = vault.store().assets_after(after, BATCH).await?;
        let Some((last, _)) = assets.last() else {
            return Ok((report, results));
        };
        after = *last;
        for (_, asset) in &assets {
            let evaluation = evaluate_on(&policy, &policy_view(asset)?, Timestamp::now())?;
            note(
                &mut report,
                asset,
                before.get(&asset.summary.id).copied(),
                evaluation.as_ref(),
            );
            results.extend(evaluation.map(|evaluation| result(asset, &evaluation)));
        }
    }
}

fn result(asset: &Asset, evaluation: &Evaluation) -> PolicyResult {
    PolicyResult {
        asset_id: asset.summary.id,
        is_compliant: evaluation.is_compliant,
        reason: Some(reasons(evaluation)),
    }
}

fn reasons(evaluation: &Evaluation) -> String {
    evaluation
        .reasons
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

fn note(
    report: &mut EvaluationReport,
    asset: &Asset,
    before: Option<bool>,
    now: Option<&Evaluation>,
) {
    let after = now.map(|evaluation| evaluation.is_compliant);
    report.in_scope += u64::from(after.is_some());
    report.out_of_policy += u64::from(after == Some(false));
    if before != after {
        report.changes.push(EvaluationChange {
            asset_id: asset.summary.id,
            location: asset.summary.location.clone(),
            before: standing(before),
            after: standing(after),
            why: now.map(reasons).unwrap_or_default(),
        });
    }
}

const fn standing(compliant: Option<bool>) -> &'static str {
    match compliant {
        None => "out of scope",
        Some(true) => "compliant",
        Some(false) => "out of policy",
    }
}
