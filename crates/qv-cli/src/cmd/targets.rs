//! `qv targets`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use qv_app::AppError;
use qv_app::targets::{self, NewTarget, TargetEdit};
use qv_types::Environment;

use super::{Context, words};
use crate::exit::Verdict;

#[derive(Debug, Subcommand)]
pub enum TargetsCommand {
    /// Saves targets: host, host:port, [v6]:port or https:// URL
    Add(AddArgs),
    /// Lists saved targets
    List,
    /// Changes a saved target
    Edit(EditArgs),
    /// Saves every target of a file, one a line, # for comments
    Import(ImportArgs),
    /// Says what a file of targets has, and which lines are none; saves nothing
    Check {
        /// The file; - for standard input
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct AddArgs {
    /// What to scan
    #[arg(required = true)]
    targets: Vec<String>,
    /// Where they live
    #[arg(long = "env", default_value = "PROD", value_name = "ENVIRONMENT", value_parser = words(Environment::ALL, Environment::as_str))]
    environment: Environment,
    /// A name; only with one target
    #[arg(long)]
    name: Option<String>,
}

#[derive(Debug, Args)]
pub struct EditArgs {
    /// Id, name or target
    target: String,
    /// A new name
    #[arg(long)]
    name: Option<String>,
    /// A new environment
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = words(Environment::ALL, Environment::as_str))]
    environment: Option<Environment>,
    /// Leaves it out of scans of saved targets
    #[arg(long, conflicts_with = "activate")]
    deactivate: bool,
    /// Takes it into scans of saved targets again
    #[arg(long)]
    activate: bool,
}

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file; - for standard input
    file: PathBuf,
    /// Where they live
    #[arg(long = "env", default_value = "PROD", value_name = "ENVIRONMENT", value_parser = words(Environment::ALL, Environment::as_str))]
    environment: Environment,
}

pub async fn run(command: TargetsCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        TargetsCommand::Add(args) => add(args, context).await,
        TargetsCommand::List => list(context).await,
        TargetsCommand::Edit(args) => edit(args, context).await,
        TargetsCommand::Import(args) => import(args, context).await,
        TargetsCommand::Check { file } => check(&file, context),
    }
}

async fn add(args: AddArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    if args.name.is_some() && args.targets.len() > 1 {
        return Err(AppError::InvalidInput(
            "--name goes with one target; name the others with `qv targets edit`".into(),
        ));
    }
    let new = args
        .targets
        .into_iter()
        .map(|target| NewTarget {
            name: args.name.clone(),
            target,
            environment: args.environment,
        })
        .collect();
    let added = targets::add(&context.vault().await?, new).await?;
    context.out.show(&added, |out| {
        out.success(&format!(
            "{} target(s) saved; scan them with `qv scan`",
            added.len()
        ))
    });
    Ok(Verdict::Done)
}

async fn list(context: &Context<'_>) -> Result<Verdict, AppError> {
    let rows = targets::list(&context.vault().await?).await?;
    context.out.show(&rows, |out| {
        if rows.is_empty() {
            out.note("no saved targets; add one with `qv targets add example.org:443`");
            return;
        }
        out.table(
            &["name", "target", "kind", "environment", "active"],
            rows.iter().map(|row| {
                let active = if row.is_active { "yes" } else { "no" };
                vec![
                    row.name.clone(),
                    row.target.clone(),
                    row.target_type.to_string(),
                    row.environment.to_string(),
                    active.into(),
                ]
            }),
        );
    });
    Ok(Verdict::Done)
}

async fn edit(args: EditArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let active = if args.activate {
        Some(true)
    } else {
        args.deactivate.then_some(false)
    };
    let edit = TargetEdit {
        name: args.name,
        environment: args.environment,
        is_active: active,
    };
    let row = targets::edit(&context.vault().await?, &args.target, edit).await?;
    context.out.show(&row, |out| {
        out.success(&format!("{} is changed", row.target))
    });
    Ok(Verdict::Done)
}

async fn import(args: ImportArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let text = crate::ask::read_text(&args.file)?;
    let added = targets::import(&context.vault().await?, &text, args.environment).await?;
    context.out.show(&added, |out| {
        out.success(&format!(
            "{} target(s) saved; scan them with `qv scan`",
            added.len()
        ))
    });
    Ok(Verdict::Done)
}

fn check(file: &Path, context: &Context<'_>) -> Result<Verdict, AppError> {
    let checked = targets::check(&crate::ask::read_text(file)?);
    context.out.show(&checked, |out| {
        for line in &checked.first_wrong {
            out.warn(&format!("line {}: {}", line.line, line.why));
        }
        out.line(&format!(
            "{} target(s), {} line(s) that are none",
            checked.targets, checked.wrong
        ));
    });
    Ok(Verdict::of(checked.wrong == 0))
}
