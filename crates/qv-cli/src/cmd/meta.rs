//! Shell completions and the manual page, made from the same definitions as the parser.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use qv_app::AppError;

use super::Context;
use crate::cli::Cli;
use crate::exit::Verdict;
use crate::out;

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Args)]
pub struct ManArgs {
    /// Writes a page for each command into this folder instead
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub fn completions(args: &CompletionsArgs) -> Result<Verdict, AppError> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "qv", &mut text);
    out::raw(&text);
    Ok(Verdict::Done)
}

/// Prints qv(1), or writes a page for each command into a folder.
pub fn man(args: &ManArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    if let Some(folder) = &args.dir {
        std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(Cli::command(), folder))
            .map_err(|source| AppError::File {
                path: folder.display().to_string(),
                source,
            })?;
        let path = folder.display().to_string();
        context
            .out
            .show(&serde_json::json!({ "folder": path }), |out| {
                out.success(&format!("manual pages written to {path}"))
            });
        return Ok(Verdict::Done);
    }
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut text)
        .map_err(|error| AppError::Internal(error.to_string()))?;
    out::raw(&text);
    Ok(Verdict::Done)
}
