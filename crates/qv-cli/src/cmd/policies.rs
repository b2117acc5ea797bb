//! `qv policies`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use qv_app::AppError;
use qv_app::policies::{self, NewPolicy, PolicyEdit, PolicyView};
use qv_app::secrets;
use qv_types::{EnforcementMode, ScopeType, TransitionStrategy};

use serde_json::json;

use super::{Context, watched, words};
use crate::exit::Verdict;
use crate::out::Out;

#[derive(Debug, Subcommand)]
pub enum PoliciesCommand {
    /// Makes a policy and evaluates it
    Add(AddArgs),
    /// Lists policies with their coverage
    List,
    /// Shows one policy
    Show {
        /// Id or name
        policy: String,
    },
    /// Changes a policy and evaluates it
    Edit(EditArgs),
    /// Evaluates one policy, or all
    Evaluate {
        /// Id or name
        policy: Option<String>,
        /// Only lists what would change
        #[arg(long)]
        dry_run: bool,
    },
    /// Wraps the key material of every asset that fails the policy
    Apply {
        /// Id or name
        policy: String,
        /// Only lists which assets are eligible, and why others are not
        #[arg(long)]
        dry_run: bool,
    },
    /// Removes a policy; what was wrapped under it stays wrapped
    Remove {
        /// Id or name
        policy: String,
    },
}

#[derive(Debug, Args)]
pub struct AddArgs {
    /// Its name
    name: String,
    /// A note
    #[arg(long)]
    description: Option<String>,
    /// How it chooses assets
    #[arg(long, default_value = "ALL_ASSETS", value_name = "TYPE", value_parser = words(ScopeType::ALL, ScopeType::as_str))]
    scope: ScopeType,
    /// What it chooses, as JSON or @FILE, for example {"environment":["PROD"],"minRiskLevel":"HIGH"}
    #[arg(long, default_value = "{}", value_name = "JSON")]
    scope_definition: String,
    /// What wrapping must use, as JSON or @FILE, for example {"kem":["ML-KEM-1024"],"symmetric":["AES-256-GCM"]}
    #[arg(
        long,
        default_value = r#"{"kem":["ML-KEM-1024"],"symmetric":["AES-256-GCM"]}"#,
        value_name = "JSON"
    )]
    require: String,
    /// Whether hybrid cryptography is enough
    #[arg(long, default_value = "HYBRID", value_parser = words(TransitionStrategy::ALL, TransitionStrategy::as_str))]
    strategy: TransitionStrategy,
    /// Whether it only watches, or may have assets wrapped
    #[arg(long, default_value = "MONITOR_ONLY", value_parser = words(EnforcementMode::ALL, EnforcementMode::as_str))]
    mode: EnforcementMode,
    /// Lists what it would say of each asset, and saves nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
pub struct EditArgs {
    /// Id or name
    policy: String,
    /// A new name
    #[arg(long)]
    name: Option<String>,
    /// A new note
    #[arg(long)]
    description: Option<String>,
    /// A new scope type
    #[arg(long, value_name = "TYPE", value_parser = words(ScopeType::ALL, ScopeType::as_str))]
    scope: Option<ScopeType>,
    /// A new scope definition, as JSON or @FILE
    #[arg(long, value_name = "JSON")]
    scope_definition: Option<String>,
    /// New requirements, as JSON or @FILE
    #[arg(long, value_name = "JSON")]
    require: Option<String>,
    /// Whether hybrid cryptography is enough
    #[arg(long, value_parser = words(TransitionStrategy::ALL, TransitionStrategy::as_str))]
    strategy: Option<TransitionStrategy>,
    /// Whether it only watches, or may have assets wrapped
    #[arg(long, value_parser = words(EnforcementMode::ALL, EnforcementMode::as_str))]
    mode: Option<EnforcementMode>,
    /// Whether it counts: true or false
    #[arg(long)]
    active: Option<bool>,
    /// Lists what it would change of who meets the policy, and saves nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(command: PoliciesCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        PoliciesCommand::Add(args) => add(args, context).await,
        PoliciesCommand::List => list(context).await,
        PoliciesCommand::Show { policy } => {
            let view = policies::show(&context.vault().await?, &policy).await?;
            context.out.show(&view, |out| render(out, &view));
            Ok(Verdict::Done)
        }
        PoliciesCommand::Edit(args) => edit(args, context).await,
        PoliciesCommand::Evaluate { policy, dry_run } => {
            evaluate(policy.as_deref(), dry_run, context).await
        }
        PoliciesCommand::Apply { policy, dry_run } => apply(&policy, dry_run, context).await,
        PoliciesCommand::Remove { policy } => {
            let vault = context.vault().await?;
            context.confirm(&format!("Remove policy {policy}?"))?;
            policies::remove(&vault, &policy).await?;
            context.out.show(&json!({ "removed": policy }), |out| {
                out.success("the policy is gone")
            });
            Ok(Verdict::Done)
        }
    }
}

/// `@FILE` reads JSON from a file, so that long definitions need no shell quoting.
fn json_argument(text: String) -> Result<String, AppError> {
    match text.strip_prefix('@') {
        Some(path) => crate::ask::read_text(&PathBuf::from(path)),
        None => Ok(text),
    }
}

async fn add(args: AddArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let new = NewPolicy {
        name: args.name,
        description: args.description,
        scope_type: args.scope,
        scope_definition: json_argument(args.scope_definition)?,
        required: json_argument(args.require)?,
        strategy: args.strategy,
        mode: args.mode,
    };
    let vault = context.vault().await?;
    if args.dry_run {
        let changes = policies::preview(&vault, new).await?;
        context
            .out
            .show(&changes, |out| render_changes(out, &changes));
        return Ok(Verdict::Done);
    }
    let view = policies::create(&vault, new).await?;
    context.out.show(&view, |out| render(out, &view));
    Ok(Verdict::Done)
}

async fn edit(args: EditArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let edit = PolicyEdit {
        name: args.name,
        description: args.description,
        scope_type: args.scope,
        scope_definition: args.scope_definition.map(json_argument).transpose()?,
        required: args.require.map(json_argument).transpose()?,
        strategy: args.strategy,
        mode: args.mode,
        is_active: args.active,
    };
    let vault = context.vault().await?;
    if args.dry_run {
        let changes = policies::preview_edit(&vault, &args.policy, edit).await?;
        context
            .out
            .show(&changes, |out| render_changes(out, &changes));
        return Ok(Verdict::Done);
    }
    let view = policies::edit(&vault, &args.policy, edit).await?;
    context.out.show(&view, |out| render(out, &view));
    Ok(Verdict::Done)
}

async fn list(context: &Context<'_>) -> Result<Verdict, AppError> {
    let views = policies::list(&context.vault().await?).await?;
    context.out.show(&views, |out| {
        if views.is_empty() {
            out.note("no policies; make one with `qv policies add all-assets --mode ENFORCE`");
            return;
        }
        out.table(
            &[
                "name",
                "scope",
                "mode",
                "active",
                "in scope",
                "coverage",
                "out of policy",
            ],
            views.iter().map(|view| {
                vec![
                    view.name.clone(),
                    view.scope_type.to_string(),
                    view.enforcement_mode.to_string(),
                    if view.is_active {
                        "yes".into()
                    } else {
                        "no".into()
                    },
                    view.assets_in_scope.to_string(),
                    format!("{:.1} %", view.coverage_percent),
                    view.non_compliant.to_string(),
                ]
            }),
        );
    });
    Ok(Verdict::Done)
}

fn render(out: &Out, view: &PolicyView) {
    out.heading(&view.name);
    out.pairs(&[
        ("id", view.id.to_string()),
        (
            "scope",
            format!("{} {}", view.scope_type, view.scope_definition),
        ),
        ("requires", view.required_pqc_algorithms.to_string()),
        ("strategy", view.transition_strategy.to_string()),
        ("mode", view.enforcement_mode.to_string()),
        ("active", view.is_active.to_string()),
        (
            "in scope",
            format!(
                "{} ({:.1} % of all assets)",
                view.assets_in_scope, view.coverage_percent
            ),
        ),
        ("out of policy", view.non_compliant.to_string()),
        ("wrapped", view.wrapped.to_string()),
    ]);
}

async fn evaluate(
    policy: Option<&str>,
    dry_run: bool,
    context: &Context<'_>,
) -> Result<Verdict, AppError> {
    let vault = context.vault().await?;
    let changes = if dry_run {
        policies::dry_run(&vault, policy).await?
    } else {
        policies::evaluate(&vault, policy).await?
    };
    context
        .out
        .show(&changes, |out| render_changes(out, &changes));
    Ok(Verdict::of(
        changes.iter().all(|change| change.out_of_policy == 0),
    ))
}

fn render_changes(out: &Out, reports: &[policies::EvaluationReport]) {
    if reports.is_empty() {
        out.note("no active policies; make one with `qv policies add all-assets --mode ENFORCE`");
    }
    for report in reports {
        out.heading(&report.policy);
        if !report.changes.is_empty() {
            out.table(
                &["asset", "before", "after", "why"],
                report.changes.iter().map(|change| {
                    vec![
                        change.location.clone(),
                        change.before.into(),
                        change.after.into(),
                        change.why.clone(),
                    ]
                }),
            );
        }
        out.line(&format!(
            "{} in scope, {} out of policy, {} of these can be wrapped",
            report.in_scope, report.out_of_policy, report.eligible
        ));
        out.line(&format!("{}", Changed(report.changed)));
    }
}

/// How many assets stand otherwise than before, in words.
struct Changed(policies::ChangeCounts);

impl std::fmt::Display for Changed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = self.0;
        write!(f, "{} changed since the last evaluation", of.total())?;
        let parts = [
            (of.begin_to_fail, "begin to fail"),
            (of.enter_failing, "enter and fail"),
            (of.begin_to_comply, "begin to comply"),
            (of.enter_compliant, "enter and comply"),
            (of.leave, "leave the scope"),
        ];
        let told = parts.iter().filter(|(count, _)| *count > 0);
        for (place, (count, words)) in told.enumerate() {
            let separator = if place == 0 { ": " } else { ", " };
            write!(f, "{separator}{count} {words}")?;
        }
        Ok(())
    }
}

async fn apply(policy: &str, dry_run: bool, context: &Context<'_>) -> Result<Verdict, AppError> {
    if dry_run {
        let report = policies::eligible(&context.vault().await?, policy).await?;
        context.out.show(&report, |out| {
            if report.assets.is_empty() {
                out.note("no asset is in this policy's scope");
                return;
            }
            out.table(
                &["asset", "eligible", "why"],
                report.assets.iter().map(|row| {
                    vec![
                        row.location.clone(),
                        if row.eligible {
                            "yes".into()
                        } else {
                            "no".into()
                        },
                        row.why.clone(),
                    ]
                }),
            );
            let (ready, all) = (report.eligible, report.in_scope);
            out.line(&format!("{ready} of {all} in scope can be wrapped"));
        });
        return Ok(Verdict::Done);
    }
    let vault = context.unlocked().await?;
    let report = watched(context.out, "wrapping", vault.progress(), async |cancel| {
        secrets::apply_policy(&vault, policy, cancel).await
    })
    .await?;
    context.out.show(&report, |out| {
        if report.is_empty() {
            out.note(&format!(
                "nothing to wrap: see why with `qv policies apply {policy} --dry-run`"
            ));
            return;
        }
        super::secrets::render_report(out, &report);
    });
    Ok(Verdict::of(report.failed.is_empty()))
}
