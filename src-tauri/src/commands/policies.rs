//! Policies.

use qv_app::policies::{self, Eligibility, EvaluationReport, NewPolicy, PolicyEdit, PolicyView};
use qv_app::secrets::{self, WrapReport};
use tauri::State;

use crate::host::Host;
use crate::problem::Answer;

/// The most rows of a report that the window is sent: a page is at most 64 KiB.
const ROWS: usize = 100;

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
    host.read(|vault| async move { policies::preview(&vault, wanted).await.map(short) })
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
        reports.map(short)
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
pub async fn policies_eligible(host: State<'_, Host>, name: String) -> Answer<Vec<Eligibility>> {
    host.read(|vault| async move {
        let mut rows = policies::eligible(&vault, &name).await?;
        rows.truncate(ROWS);
        Ok(rows)
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

/// Reports with their first changes.
fn short(mut reports: Vec<EvaluationReport>) -> Vec<EvaluationReport> {
    for report in &mut reports {
        report.changes.truncate(ROWS);
    }
    reports
}
