//! Policies.

use qv_app::policies::{
    self, EligibilityReport, EvaluationReport, NewPolicy, PolicyEdit, PolicyView, first_changes,
};
use qv_app::secrets::{self, WrapReport};
use tauri::State;

use crate::host::Host;
use crate::problem::Answer;

/// Makes a policy and evaluates it.
#[tauri::command]
#[specta::specta]
pub async fn policies_add(host: State<'_, Host>, wanted: NewPolicy) -> Answer<PolicyView> {
    host.unlocked(|vault| async move { policies::create(&vault, wanted).await })
        .await
}

/// What a policy that is not made yet would find.
#[tauri::command]
#[specta::specta]
pub async fn policies_preview(
    host: State<'_, Host>,
    wanted: NewPolicy,
) -> Answer<Vec<EvaluationReport>> {
    host.read(|vault| async move { policies::preview(&vault, wanted).await.map(first_changes) })
        .await
}

/// What an edit that is not saved would change.
#[tauri::command]
#[specta::specta]
pub async fn policies_preview_change(
    host: State<'_, Host>,
    name: String,
    edit: PolicyEdit,
) -> Answer<Vec<EvaluationReport>> {
    host.read(|vault| async move {
        let reports = policies::preview_edit(&vault, &name, edit).await;
        reports.map(first_changes)
    })
    .await
}

/// Every policy.
#[tauri::command]
#[specta::specta]
pub async fn policies_list(host: State<'_, Host>) -> Answer<Vec<PolicyView>> {
    host.read(|vault| async move { policies::list(&vault).await })
        .await
}

/// One policy.
#[tauri::command]
#[specta::specta]
pub async fn policies_show(host: State<'_, Host>, name: String) -> Answer<PolicyView> {
    host.read(|vault| async move { policies::show(&vault, &name).await })
        .await
}

/// Changes a policy and evaluates it.
#[tauri::command]
#[specta::specta]
pub async fn policies_edit(
    host: State<'_, Host>,
    name: String,
    edit: PolicyEdit,
) -> Answer<PolicyView> {
    host.unlocked(|vault| async move { policies::edit(&vault, &name, edit).await })
        .await
}

/// Evaluates one policy or all; a dry run only says what would change.
#[tauri::command]
#[specta::specta]
pub async fn policies_evaluate(
    host: State<'_, Host>,
    name: Option<String>,
    dry_run: bool,
) -> Answer<Vec<EvaluationReport>> {
    host.unlocked(|vault| async move {
        let name = name.as_deref();
        let reports = if dry_run {
            policies::dry_run(&vault, name).await
        } else {
            policies::evaluate(&vault, name).await
        };
        reports.map(first_changes)
    })
    .await
}

/// Wraps what fails a policy and can be wrapped.
#[tauri::command]
#[specta::specta]
pub async fn policies_apply(host: State<'_, Host>, name: String) -> Answer<WrapReport> {
    host.work(async move |vault, stop| secrets::apply_policy(&vault, &name, stop).await)
        .await
}

/// Which assets of a policy can be wrapped, and why others cannot.
#[tauri::command]
#[specta::specta]
pub async fn policies_eligible(host: State<'_, Host>, name: String) -> Answer<EligibilityReport> {
    host.read(|vault| async move {
        let report = policies::eligible(&vault, &name).await?;
        Ok(report.first())
    })
    .await
}

/// Removes a policy.
#[tauri::command]
#[specta::specta]
pub async fn policies_remove(host: State<'_, Host>, name: String) -> Answer<()> {
    host.unlocked(|vault| async move { policies::remove(&vault, &name).await })
        .await
}
