//! `qv audit`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use qv_app::AppError;
use qv_app::audit::{self, LogQuery, LogReport, LogRow};
use qv_types::{Cursor, Timestamp};

use serde_json::json;

use super::Context;
use crate::ask;
use crate::exit::Verdict;
use crate::out::Out;

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Lists events, newest first
    List(ListArgs),
    /// Checks every event, the tree and the signed checkpoints
    Verify(VerifyArgs),
    /// Signs the log as it stands
    Checkpoint(CheckpointArgs),
    /// Writes the whole log to a file, as JSON lines, with the newest signed checkpoint at its end
    Export(ExportArgs),
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only this action, for example ASSET_WRAPPED
    #[arg(long)]
    action: Option<String>,
    /// Only events about this id
    #[arg(long)]
    entity: Option<String>,
    /// Only events that this request caused
    #[arg(long)]
    request: Option<String>,
    /// Only from this time on, for example 2026-11-23T09:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Only before this time
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Only events whose record contains this
    #[arg(long, short)]
    search: Option<String>,
    /// How many, 1 to 1000
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Goes on, either way, from the cursor that another page printed
    #[arg(long, value_name = "CURSOR")]
    from: Option<String>,
}

#[derive(Debug, Args)]
pub struct CheckpointArgs {
    /// Also writes it to this file; one that is there is replaced only with --yes, or when you agree
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The file; one that is there is replaced only with --yes, or when you agree
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Also holds the log against a signed checkpoint that was kept elsewhere; - for standard input
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Unlocks, to prove that the checkpoints' keys are this vault's and not put there by someone else
    #[arg(long)]
    unlock: bool,
}

pub async fn run(command: AuditCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        AuditCommand::List(args) => list(args, context).await,
        AuditCommand::Verify(args) => verify(args, context).await,
        AuditCommand::Export(args) => export(args, context).await,
        AuditCommand::Checkpoint(args) => checkpoint(args, context).await,
    }
}

async fn checkpoint(args: CheckpointArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let existing = args.out.as_deref().map(|file| context.existing(file));
    let existing = existing.transpose()?.unwrap_or_default();
    let vault = context.unlocked().await?;
    let note = audit::checkpoint(&vault).await?;
    let Some(file) = &args.out else {
        context
            .out
            .show(&json!({ "note": note }), |out| out.line(&note));
        return Ok(Verdict::Done);
    };
    let saved = audit::save_checkpoint(&vault, file, existing).await?;
    context.out.show(&saved, |out| {
        out.success(&format!(
            "{} has the signed checkpoint of {} events",
            saved.file, saved.size
        ));
        out.note("keep it where this machine cannot write; `qv audit verify --checkpoint FILE` takes it back");
    });
    Ok(Verdict::Done)
}

async fn verify(args: VerifyArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let kept = args.checkpoint.as_deref().map(ask::read_text).transpose()?;
    let vault = if args.unlock {
        context.unlocked().await?
    } else {
        context.vault().await?
    };
    let report = audit::verify(&vault, kept.as_deref()).await?;
    context.out.show(&report, |out| render(out, &report));
    Ok(Verdict::of(report.ok))
}

fn render(out: &Out, report: &LogReport) {
    for problem in &report.problems {
        out.warn(problem);
    }
    if !report.ok {
        return out.warn("something does not hold: keep the files as they are, and find out why");
    }
    out.success(&format!(
        "the log is whole: {} events, {} signed checkpoint(s)",
        report.size, report.checkpoints
    ));
    out.pairs(&[("root", report.root.clone())]);
    if let Some(size) = report.kept.as_ref().and_then(|kept| kept.size) {
        let since = report.size.saturating_sub(size);
        out.note(&format!(
            "the kept checkpoint holds: its {size} events are as they were, and {since} came since"
        ));
    }
    if report.checkpoints == 0 {
        out.note("without a signed checkpoint a log that was rewritten as a whole looks the same; `qv audit checkpoint` signs one");
    } else if !report.keys_proved {
        out.note("the checkpoints' keys were taken from the database; `qv audit verify --unlock` proves that they are this vault's");
    }
}

async fn export(args: ExportArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?;
    let existing = context.existing(&args.out)?;
    let done = audit::export(&vault, &args.out, existing).await?;
    context.out.show(&done, |out| {
        out.success(&format!("{} has all {} events", done.file, done.size));
        out.pairs(&[("root", done.root.clone())]);
        match done.signed {
            Some(signed) if signed == done.size => {}
            Some(signed) => out.note(&format!(
                "the newest signed checkpoint covers {signed} of them; `qv audit checkpoint` signs the log as it stands"
            )),
            None => out.note("nothing was signed yet: `qv audit checkpoint` signs the log as it stands"),
        }
    });
    Ok(Verdict::Done)
}

async fn list(args: ListArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let query = LogQuery {
        action: args.action,
        entity: args.entity,
        request: args.request,
        since: args.since,
        until: args.until,
        text: args.search,
        limit: args.limit,
        from: args.from.map(Cursor),
    };
    let page = audit::list(&context.vault().await?, query).await?;
    context.out.show(&page, |out| {
        if page.items.is_empty() {
            out.note("no such events; look with fewer filters");
            return;
        }
        out.table(
            &["no.", "time", "action", "about", "actor"],
            page.items.iter().map(row),
        );
        if let Some(older) = &page.older {
            out.note(&format!("older: the same with --from {}", older.0));
        }
    });
    Ok(Verdict::Done)
}

fn row(event: &LogRow) -> Vec<String> {
    vec![
        event.seq.to_string(),
        event.timestamp.to_seconds_text(),
        event.action.clone(),
        format!("{} {}", event.entity_type, event.entity_id),
        event.actor.clone(),
    ]
}
