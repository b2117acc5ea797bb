//! `qv anchors`

use clap::{Args, Subcommand};
use qv_app::AppError;
use qv_app::anchors::{self, AnchorView, NewAnchor, VersionView};
use qv_app::secrets;
use qv_types::{AnchorType, Environment};

use super::{Context, watched, words};
use crate::exit::Verdict;
use crate::out::Out;

#[derive(Debug, Subcommand)]
pub enum AnchorsCommand {
    /// Makes an anchor: a key pair whose private part never leaves the vault
    Create(CreateArgs),
    /// Lists anchors
    List,
    /// Shows one anchor and its key versions
    Show {
        /// Id or name
        anchor: String,
    },
    /// Makes it the one that its environment wraps under
    Activate {
        /// Id or name
        anchor: String,
    },
    /// Makes a new key version; older ones open, never wrap
    Rotate {
        /// Id or name
        anchor: String,
        /// Suite of the new version [default: the present one]
        #[arg(long)]
        suite: Option<String>,
    },
    /// Wraps everything under it again with the newest version
    Rewrap {
        /// Id or name
        anchor: String,
    },
}

#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Its name
    name: String,
    /// Environment that it serves
    #[arg(long = "env", default_value = "PROD", value_name = "ENVIRONMENT", value_parser = words(Environment::ALL, Environment::as_str))]
    environment: Environment,
    /// KEM suite: ML-KEM-1024, ML-KEM-768, X25519+ML-KEM-768, P-384+ML-KEM-768, P-384+ML-KEM-1024
    #[arg(long, default_value = "ML-KEM-1024")]
    suite: String,
    /// What it stands for
    #[arg(long = "type", default_value = "ROOT_OF_TRUST", value_name = "TYPE", value_parser = words(AnchorType::ALL, AnchorType::as_str))]
    anchor_type: AnchorType,
    /// A note
    #[arg(long)]
    description: Option<String>,
    /// Activates it at once
    #[arg(long)]
    activate: bool,
}

pub async fn run(command: AnchorsCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        AnchorsCommand::Create(args) => create(args, context).await,
        AnchorsCommand::List => list(context).await,
        AnchorsCommand::Show { anchor } => {
            let view = anchors::show(&context.vault().await?, &anchor).await?;
            context.out.show(&view, |out| render(out, &view));
            Ok(Verdict::Done)
        }
        AnchorsCommand::Activate { anchor } => {
            let view = anchors::activate(&context.vault().await?, &anchor).await?;
            context.out.show(&view, |out| {
                out.success(&format!(
                    "{} is now the active anchor of {}",
                    view.name, view.environment
                ))
            });
            Ok(Verdict::Done)
        }
        AnchorsCommand::Rotate { anchor, suite } => {
            rotate(&anchor, suite.as_deref(), context).await
        }
        AnchorsCommand::Rewrap { anchor } => rewrap(&anchor, context).await,
    }
}

async fn create(args: CreateArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let new = NewAnchor {
        name: args.name,
        description: args.description,
        environment: args.environment,
        anchor_type: args.anchor_type,
        suite: args.suite,
        activate: args.activate,
    };
    let view = anchors::create(&context.unlocked().await?, new).await?;
    context.out.show(&view, |out| {
        out.success(&format!("anchor {} made ({})", view.name, view.id));
        if !view.is_active {
            out.note(&format!(
                "activate it to wrap under it: qv anchors activate {}",
                view.id
            ));
        }
    });
    Ok(Verdict::Done)
}

fn active(view: &AnchorView) -> &'static str {
    if view.is_active { "yes" } else { "no" }
}

fn render(out: &Out, view: &AnchorView) {
    out.heading(&view.name);
    out.pairs(&[
        ("id", view.id.to_string()),
        ("note", view.description.clone().unwrap_or_default()),
        ("type", view.anchor_type.to_string()),
        ("environment", view.environment.to_string()),
        ("active", active(view).into()),
        ("made", view.created_at.to_seconds_text()),
    ]);
    out.heading("Key versions");
    out.table(
        &["version", "suite", "state", "secrets", "made"],
        view.versions.iter().map(|version| {
            vec![
                version.version.to_string(),
                version.suite.clone(),
                version.state.to_string(),
                version.secrets.to_string(),
                version.created_at.to_seconds_text(),
            ]
        }),
    );
}

fn rows(view: &AnchorView) -> Vec<Vec<String>> {
    let row = |version: &VersionView| {
        vec![
            view.name.clone(),
            view.environment.to_string(),
            active(view).into(),
            version.version.to_string(),
            version.suite.clone(),
            version.state.to_string(),
            version.secrets.to_string(),
        ]
    };
    view.versions.iter().map(row).collect()
}

async fn list(context: &Context<'_>) -> Result<Verdict, AppError> {
    let views = anchors::list(&context.vault().await?).await?;
    context.out.show(&views, |out| {
        if views.is_empty() {
            out.note("no anchors; make one with `qv anchors create main --activate`");
            return;
        }
        out.table(
            &[
                "anchor",
                "environment",
                "active",
                "version",
                "suite",
                "state",
                "secrets",
            ],
            views.iter().flat_map(rows),
        );
    });
    Ok(Verdict::Done)
}

async fn rotate(
    anchor: &str,
    suite: Option<&str>,
    context: &Context<'_>,
) -> Result<Verdict, AppError> {
    let view = anchors::rotate(&context.unlocked().await?, anchor, suite).await?;
    context.out.show(&view, |out| {
        out.success(&format!(
            "{} has a new key version; wrapping uses it from now on",
            view.name
        ));
        out.note(&format!(
            "move what is wrapped to it: qv anchors rewrap {}",
            view.id
        ));
    });
    Ok(Verdict::Done)
}

async fn rewrap(anchor: &str, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.unlocked().await?;
    let report = watched(
        context.out,
        "rewrapping",
        vault.progress(),
        async |cancel| secrets::rewrap(&vault, anchor, cancel).await,
    )
    .await?;
    context.out.show(&report, |out| {
        if report.is_empty() {
            out.note("nothing to rewrap: every secret is under the newest version");
            return;
        }
        super::secrets::render_report(out, &report);
    });
    Ok(Verdict::of(report.failed.is_empty()))
}
