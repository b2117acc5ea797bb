//! `qv audit`

use clap::{Args, Subcommand};
use qv_app::AppError;
use qv_app::audit::{self, LogQuery, LogReport};

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
    Checkpoint,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only this action, for example ASSET_WRAPPED
    #[arg(long)]
    action: Option<String>,
    /// Only events about this id
    #[arg(long)]
    entity: Option<String>,
    /// How many, 1 to 1000
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Also holds the log against a signed checkpoint that was kept elsewhere; - for standard input
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<std::path::PathBuf>,
    /// Unlocks, to prove that the checkpoints' keys are this vault's and not put there by someone else
    #[arg(long)]
    unlock: bool,
}

pub async fn run(command: AuditCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        AuditCommand::List(args) => list(args, context).await,
        AuditCommand::Verify(args) => verify(args, context).await,
        AuditCommand::Checkpoint => {
            let note = audit::checkpoint(&context.unlocked().await?).await?;
            context
                .out
                .show(&json!({ "note": note }), |out| out.line(&note));
            Ok(Verdict::Done)
        }
    }
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
    if report.checkpoints == 0 {
        out.note("without a signed checkpoint a log that was rewritten as a whole looks the same; `qv audit checkpoint` signs one");
    } else if !report.keys_proved {
        out.note("the checkpoints' keys were taken from the database; `qv audit verify --unlock` proves that they are this vault's");
    }
}

async fn list(args: ListArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let query = LogQuery {
        action: args.action,
        entity: args.entity,
        limit: args.limit,
    };
    let rows = audit::list(&context.vault().await?, query).await?;
    context.out.show(&rows, |out| {
        if rows.is_empty() {
            out.note("no such events; look without --action and --entity");
            return;
        }
        out.table(
            &["no.", "time", "action", "about", "actor"],
            rows.iter().map(|row| {
                vec![
                    row.seq.to_string(),
                    row.timestamp.to_seconds_text(),
                    row.action.clone(),
                    format!("{} {}", row.entity_type, row.entity_id),
                    row.actor.clone(),
                ]
            }),
        );
    });
    Ok(Verdict::Done)
}
