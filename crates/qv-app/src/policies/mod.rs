//! Rules that assets must meet.
//!
//! Start with [`create`]; `evaluation` looks at every asset, `eligibility` at what could be wrapped. Wrapping under a policy is
//! `secrets::apply_policy`.

mod eligibility;
mod evaluation;

use qv_audit::Action;
use qv_crypto::suite::AeadSuite;
use qv_policy::Policy as Parsed;
use qv_policy::policy::{CustomQueries, PolicySource};
use qv_store::{Anchor, Policy};
use qv_types::{EnforcementMode, PolicyId, ScopeType, Timestamp, TransitionStrategy};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::query::pick;
use crate::{AppError, Vault};

pub use eligibility::{Eligibility, EligibilityReport, HeldBack, eligible};
pub use evaluation::{
    ChangeCounts, EvaluationChange, EvaluationReport, dry_run, evaluate, first_changes,
};
pub(crate) use evaluation::{reevaluate_all, save as save_evaluation};

/// A policy to make.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPolicy {
    /// Its name, unique.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How it chooses assets.
    pub scope_type: ScopeType,
    /// `scope_definition`, JSON.
    pub scope_definition: String,
    /// `required_pqc_algorithms`, JSON.
    pub required: String,
    /// Whether hybrid is enough.
    pub strategy: TransitionStrategy,
    /// Whether it acts.
    pub mode: EnforcementMode,
}

/// What to change; `None` leaves a field as it is.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyEdit {
    /// A new name.
    pub name: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// A new scope type.
    pub scope_type: Option<ScopeType>,
    /// A new scope definition, JSON.
    pub scope_definition: Option<String>,
    /// New requirements, JSON.
    pub required: Option<String>,
    /// A new strategy.
    pub strategy: Option<TransitionStrategy>,
    /// A new mode.
    pub mode: Option<EnforcementMode>,
    /// Whether it counts.
    pub is_active: Option<bool>,
}

/// A policy with its numbers (MVP sections 5.3 and 5.4).
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct PolicyView {
    /// Its id.
    pub id: PolicyId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How it chooses assets.
    pub scope_type: ScopeType,
    /// The scope's operators.
    pub scope_definition: Value,
    /// Required algorithms.
    pub required_pqc_algorithms: Value,
    /// Whether hybrid is enough.
    pub transition_strategy: TransitionStrategy,
    /// Whether it acts.
    pub enforcement_mode: EnforcementMode,
    /// Whether it counts.
    pub is_active: bool,
    /// Assets in its scope.
    pub assets_in_scope: u64,
    /// Assets in its scope, of a hundred.
    pub coverage_percent: f64,
    /// Of those in scope, not compliant.
    pub non_compliant: u64,
    /// Of those in scope, wrapped.
    pub wrapped: u64,
    /// When it was last evaluated.
    pub last_evaluated_at: Option<Timestamp>,
    /// When it was last edited.
    pub updated_at: Timestamp,
}

/// Makes a policy and evaluates it.
///
/// # Errors
/// A definition that does not parse, a name that is taken.
pub async fn create(vault: &Vault, new: NewPolicy) -> Result<PolicyView, AppError> {
    let row = row(new)?;
    parse(vault, &row)?;
    let mut tx = vault.begin().await?;
    tx.create_policy(vault.event(Action::PolicyCreated, row.id), &row)
        .await?;
    tx.commit().await?;
    evaluation::save(vault, &row).await?;
    view(vault, vault.store().policy(row.id).await?).await
}

/// What a policy would say of every asset, without saving it.
///
/// # Errors
/// A definition that does not parse.
pub async fn preview(vault: &Vault, new: NewPolicy) -> Result<Vec<EvaluationReport>, AppError> {
    Ok(vec![evaluation::examine(vault, &row(new)?).await?.0])
}

fn row(new: NewPolicy) -> Result<Policy, AppError> {
    if new.name.trim().is_empty() {
        return Err(AppError::InvalidInput("a policy needs a name".into()));
    }
    let now = Timestamp::now();
    Ok(Policy {
        id: PolicyId::make(),
        name: new.name,
        description: new.description,
        scope_type: new.scope_type,
        scope_definition: json("the scope definition", &new.scope_definition)?,
        required_pqc_algorithms: json("the requirements", &new.required)?,
        transition_strategy: new.strategy,
        enforcement_mode: new.mode,
        created_by: None,
        is_active: true,
        last_evaluated_at: None,
        created_at: now,
        updated_at: now,
    })
}

fn json(what: &str, text: &str) -> Result<Value, AppError> {
    serde_json::from_str(text)
        .map_err(|error| AppError::InvalidInput(format!("{what} is no JSON: {error}")))
}

pub(crate) fn parse(vault: &Vault, row: &Policy) -> Result<Parsed, AppError> {
    let queries = if vault.config().policy.custom_query {
        CustomQueries::Allowed
    } else {
        CustomQueries::Refused
    };
    let source = PolicySource {
        scope_type: row.scope_type,
        scope_definition: &row.scope_definition.to_string(),
        required_pqc_algorithms: &row.required_pqc_algorithms.to_string(),
        transition_strategy: row.transition_strategy,
        enforcement_mode: row.enforcement_mode,
        is_active: row.is_active,
    };
    Ok(Parsed::parse(&source, queries)?)
}

/// Every policy, by name.
///
/// # Errors
/// From the store.
pub async fn list(vault: &Vault) -> Result<Vec<PolicyView>, AppError> {
    let mut views = Vec::new();
    for row in vault.store().policies(false).await? {
        views.push(view(vault, row).await?);
    }
    Ok(views)
}

/// One policy, by id or name.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn show(vault: &Vault, name: &str) -> Result<PolicyView, AppError> {
    view(vault, find(vault, name).await?).await
}

pub(crate) async fn find(vault: &Vault, name: &str) -> Result<Policy, AppError> {
    pick(
        vault.store().policies(false).await?,
        name,
        "policy",
        "see `qv policies list`",
        |row| row.id,
        |row| &row.name,
    )
}

async fn view(vault: &Vault, row: Policy) -> Result<PolicyView, AppError> {
    let metrics = vault.store().policy_metrics(row.id).await?;
    Ok(PolicyView {
        id: row.id,
        name: row.name,
        description: row.description,
        scope_type: row.scope_type,
        scope_definition: row.scope_definition,
        required_pqc_algorithms: row.required_pqc_algorithms,
        transition_strategy: row.transition_strategy,
        enforcement_mode: row.enforcement_mode,
        is_active: row.is_active,
        assets_in_scope: metrics.in_scope,
        coverage_percent: metrics.coverage_percent(),
        non_compliant: metrics.non_compliant,
        wrapped: metrics.wrapped,
        last_evaluated_at: row.last_evaluated_at,
        updated_at: row.updated_at,
    })
}

/// Changes a policy and evaluates it.
///
/// # Errors
/// [`AppError::NotFound`], a definition that does not parse, a name that is taken.
pub async fn edit(vault: &Vault, name: &str, edit: PolicyEdit) -> Result<PolicyView, AppError> {
    let row = edited(find(vault, name).await?, edit)?;
    parse(vault, &row)?;
    let mut tx = vault.begin().await?;
    tx.update_policy(vault.event(Action::PolicyUpdated, row.id), &row)
        .await?;
    tx.commit().await?;
    evaluation::save(vault, &row).await?;
    show(vault, &row.id.to_string()).await
}

/// What an edit would change of who meets a policy, without saving it.
///
/// # Errors
/// [`AppError::NotFound`], a definition that does not parse.
pub async fn preview_edit(
    vault: &Vault,
    name: &str,
    edit: PolicyEdit,
) -> Result<Vec<EvaluationReport>, AppError> {
    let row = edited(find(vault, name).await?, edit)?;
    Ok(vec![evaluation::examine(vault, &row).await?.0])
}

fn edited(mut row: Policy, edit: PolicyEdit) -> Result<Policy, AppError> {
    row.name = edit.name.unwrap_or(row.name);
    row.description = edit.description.or(row.description);
    row.scope_type = edit.scope_type.unwrap_or(row.scope_type);
    if let Some(text) = edit.scope_definition {
        row.scope_definition = json("the scope definition", &text)?;
    }
    if let Some(text) = edit.required {
        row.required_pqc_algorithms = json("the requirements", &text)?;
    }
    row.transition_strategy = edit.strategy.unwrap_or(row.transition_strategy);
    row.enforcement_mode = edit.mode.unwrap_or(row.enforcement_mode);
    row.is_active = edit.is_active.unwrap_or(row.is_active);
    row.updated_at = Timestamp::now();
    Ok(row)
}

/// Removes a policy; what was wrapped under it stays wrapped.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn remove(vault: &Vault, name: &str) -> Result<(), AppError> {
    let row = find(vault, name).await?;
    let mut tx = vault.begin().await?;
    tx.remove_policy(vault.event(Action::PolicyRemoved, row.id), row.id)
        .await?;
    Ok(tx.commit().await?)
}

/// Refuses to act under a policy that is switched off or only reports.
pub(crate) fn check_may_act(row: &Policy) -> Result<(), AppError> {
    if row.is_active && row.enforcement_mode == EnforcementMode::Enforce {
        return Ok(());
    }
    Err(AppError::NotAllowed(format!(
        "policy {} may not act: it must be active and ENFORCE (qv policies edit {} --mode ENFORCE)",
        row.name, row.id
    )))
}

/// The AEAD that a policy asks for, where `anchor` may wrap under it.
pub(crate) async fn aead_for(
    vault: &Vault,
    id: PolicyId,
    anchor: &Anchor,
) -> Result<AeadSuite, AppError> {
    let row = vault.store().policy(id).await?;
    let policy = parse(vault, &row)?;
    let accepted = anchor.kem.parse().is_ok_and(|kem| policy.accepts_kem(kem));
    let suite = policy.wrapping_suite();
    if !accepted {
        return Err(AppError::NotAllowed(format!(
            "policy {} does not accept {}; rotate anchor {} to {} first: qv anchors rotate {} --suite {}",
            row.name, anchor.kem, anchor.name, suite.kem, anchor.id, suite.kem
        )));
    }
    Ok(suite.aead)
}
