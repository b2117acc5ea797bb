//! One file per noun: its arguments, and for each verb one call of a use case and its rendering.

pub mod agent;
pub mod anchors;
mod asset_history;
mod asset_ledger;
mod asset_list;
pub mod assets;
pub mod attest;
pub mod audit;
pub mod config;
mod context;
mod doctor;
mod factors;
pub mod init;
pub mod jobs;
pub mod meta;
pub mod policies;
pub mod report;
pub mod risk;
pub mod rotate;
pub mod scan;
pub mod scans;
pub mod secrets;
pub mod slots;
mod status;
pub mod targets;
mod watch;
mod word;

use qv_app::AppError;

use crate::cli::{Cli, Command};
use crate::exit::Verdict;
use crate::out::Out;

pub use context::Context;
pub use watch::watched;
pub use word::words;

/// Runs one command and closes what it opened.
pub async fn run(cli: Cli, out: &Out) -> Result<Verdict, AppError> {
    let context = Context::new(cli.global, out);
    let result = dispatch(cli.command, &context).await;
    context.close().await;
    result
}

async fn dispatch(command: Command, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        Command::Init(args) => init::run(args, context).await,
        Command::Status => status::run(context).await,
        Command::Unlock => agent::unlock(context).await,
        Command::Lock => agent::lock(context).await,
        Command::Agent(args) => agent::run(args, context).await,
        Command::Risk(args) => risk::run(args, context).await,
        Command::Report(args) => report::run(args, context).await,
        Command::Targets(command) => targets::run(command, context).await,
        Command::Scan(args) => scan::run(args, context).await,
        Command::Scans(command) => scans::run(command, context).await,
        Command::Assets(command) => assets::run(command, context).await,
        Command::Policies(command) => policies::run(command, context).await,
        Command::Anchors(command) => anchors::run(command, context).await,
        Command::Secrets(command) => secrets::run(command, context).await,
        Command::Unwrap(args) => secrets::unwrap(args, context).await,
        Command::Attest(command) => attest::run(command, context).await,
        Command::Slots(command) => slots::run(command, context).await,
        Command::Rotate(args) => rotate::run(args, context).await,
        Command::Audit(command) => audit::run(command, context).await,
        Command::Jobs(command) => jobs::run(command, context).await,
        Command::Config(command) => config::run(command, context).await,
        Command::Doctor => doctor::run(context).await,
        Command::Quickstart(args) => crate::quickstart::run(args, context).await,
        Command::Completions(args) => meta::completions(&args),
        Command::Man(args) => meta::man(&args, context),
    }
}
