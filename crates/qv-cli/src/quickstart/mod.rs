//! `qv quickstart`: the whole main job in one guided run.
//!
//! It makes a vault, scans, sets a policy, wraps, attests and shows the numbers before and after,
//! through the same use cases as every other command. Without targets it scans TLS servers of three
//! kinds that it starts on loopback, and it attests on a local chain, so that every step is real and
//! none needs the internet.
//!
//! Start at [`run`]; [`servers::DemoServers`] and [`chain::LocalChain`] are what it stands on.

pub mod chain;
mod guide;
mod place;
pub mod servers;

use std::path::PathBuf;

use clap::Args;
use qv_app::AppError;

use crate::cmd::Context;
use crate::exit::Verdict;

#[derive(Debug, Args)]
pub struct QuickstartArgs {
    /// host, host:port or https:// URL [default: demonstration servers on loopback]
    targets: Vec<String>,
    /// Allows private and loopback addresses among the targets
    #[arg(long)]
    allow_private: bool,
    /// Path of the anvil program, for a local chain
    #[arg(long, env = "QV_ANVIL", value_name = "PATH")]
    anvil: Option<PathBuf>,
}

/// Runs the guide from beginning to end.
pub async fn run(args: QuickstartArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let place = place::Place::choose(context)?;
    let result = guide::run(&args, &place, context).await;
    // Before the folder of a passing vault is deleted.
    context.close().await;
    result
}
