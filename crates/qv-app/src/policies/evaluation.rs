//! Evaluating policies on every asset, and what that changes.

use std::collections::BTreeMap;

use qv_audit::Action;
use qv_policy::{Evaluation, eligible as eligible_for, evaluate as evaluate_on};
use qv_store::{Asset, Policy, PolicyResult};
use qv_types::{AssetId, Timestamp};
use serde::Serialize;

use super::{find, parse};
use crate::assess::policy_view;
use crate::query::{PAGE_BYTES, cut_to_weight};
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
    /// Of these, assets that can be wrapped under it.
    pub eligible: u64,
    /// How many assets stand otherwise than in the evaluation before.
    pub changed: ChangeCounts,
    /// These assets, those that begin to fail first. The window gets the first of many.
    pub changes: Vec<EvaluationChange>,
}

/// How many assets change in which way.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ChangeCounts {
    /// Were compliant and are out of policy.
    pub begin_to_fail: u64,
    /// Were out of policy and are compliant.
    pub begin_to_comply: u64,
    /// Come into scope and are out of policy.
    pub enter_failing: u64,
    /// Come into scope and are compliant.
    pub enter_compliant: u64,
    /// Leave the scope.
    pub leave: u64,
}

impl ChangeCounts {
    /// All of them.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.begin_to_fail
            + self.begin_to_comply
            + self.enter_failing
            + self.enter_compliant
            + self.leave
    }

    /// The count that a change belongs to; none where nothing changes.
    fn of(&mut self, before: Option<bool>, after: Option<bool>) -> Option<&mut u64> {
        match (before, after) {
            (Some(true), Some(false)) => Some(&mut self.begin_to_fail),
            (Some(false), Some(true)) => Some(&mut self.begin_to_comply),
            (None, Some(false)) => Some(&mut self.enter_failing),
            (None, Some(true)) => Some(&mut self.enter_compliant),
            (Some(_), None) => Some(&mut self.leave),
            (None, None) | (Some(true), Some(true)) | (Some(false), Some(false)) => None,
        }
    }
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
    let with_material = vault.store().assets_with_material().await?;
    let mut report = EvaluationReport {
        policy: row.name.clone(),
        in_scope: 0,
        out_of_policy: 0,
        eligible: 0,
        changed: ChangeCounts::default(),
        changes: Vec::new(),
    };
    let mut results = Vec::new();
    walk(vault, &policy, |asset, evaluation| {
        let id = asset.summary.id;
        let materials = u64::from(with_material.contains(&id));
        report.eligible += u64::from(eligible_for(&policy, evaluation, materials).is_ok());
        note(&mut report, asset, before.get(&id).copied(), evaluation);
        results.extend(evaluation.map(|evaluation| result(asset, evaluation)));
    })
    .await?;
    report.changes.sort_by_key(urgency);
    Ok((report, results))
}

/// What begins to fail first, what leaves last.
fn urgency(change: &EvaluationChange) -> (bool, bool, bool) {
    let fails = change.after == standing(Some(false));
    let leaves = change.after == standing(None);
    let enters = change.before == standing(None);
    (leaves, !fails, enters)
}

/// Evaluates on every asset, in the order in which they were first seen.
pub(super) async fn walk(
    vault: &Vault,
    policy: &qv_policy::Policy,
    mut see: impl FnMut(&Asset, Option<&Evaluation>),
) -> Result<(), AppError> {
    let mut after = 0;
    loop {
        let assets = vault.store().assets_after(after, BATCH).await?;
        let Some((last, _)) = assets.last() else {
            return Ok(());
        };
        after = *last;
        for (_, asset) in &assets {
            let evaluation = evaluate_on(policy, &policy_view(asset)?, Timestamp::now())?;
            see(asset, evaluation.as_ref());
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
    if let Some(count) = report.changed.of(before, after) {
        *count += 1;
        report.changes.push(EvaluationChange {
            asset_id: asset.summary.id,
            location: asset.summary.location.clone(),
            before: standing(before),
            after: standing(after),
            why: now.map(reasons).unwrap_or_default(),
        });
    }
}

/// Reports with as many of their first changes as go over a bridge together.
#[must_use]
pub fn first_changes(mut reports: Vec<EvaluationReport>) -> Vec<EvaluationReport> {
    let share = PAGE_BYTES / reports.len().max(1);
    for report in &mut reports {
        cut_to_weight(&mut report.changes, share);
    }
    reports
}

const fn standing(compliant: Option<bool>) -> &'static str {
    match compliant {
        None => "out of scope",
        Some(true) => "compliant",
        Some(false) => "out of policy",
    }
}
