//! `qv agent`, `qv unlock`, `qv lock`

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use clap::Args;
use qv_app::agent::{self, AgentStatus, Door};
use qv_app::session::LockReason;
use qv_app::{AppError, Vault};
use qv_types::Timestamp;
use serde_json::json;

use super::Context;
use crate::exit::Verdict;
use crate::out::Out;

#[derive(Debug, Args)]
pub struct AgentArgs {
    /// Goes into the background once the vault is unlocked; what `qv unlock` starts
    #[arg(long, hide = true)]
    detached: bool,
}

/// Becomes the agent: unlocks, and serves until the session locks.
pub async fn run(args: AgentArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?.without_agent();
    let door = Door::take(&vault)?;
    context.unlock(&vault).await?;
    context.close_answers();
    warn_of_swap(context.out);
    let reason = agent::serve(vault.clone(), door, || {
        if args.detached {
            return detach().map_err(|error| broken(&error));
        }
        context.out.note(
            "the vault is unlocked for every qv of this account; Ctrl-C or `qv lock` locks it",
        );
        Ok(())
    })
    .await?;
    if !args.detached {
        context
            .out
            .show(&json!({ "locked": reason.as_str() }), |out| {
                out.success(&format!("locked: {}", in_words(reason)))
            });
    }
    Ok(Verdict::Done)
}

/// Starts an agent in the background, which asks for the factors itself: no key is handed over.
pub async fn unlock(context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?.without_agent();
    if let Some(status) = agent::status(&vault)? {
        return Ok(show(context, &status, "the vault is unlocked already"));
    }
    let ended = start(context)?;
    match agent::status(&vault)? {
        Some(status) => Ok(show(context, &status, "the vault is unlocked")),
        None => match ended {
            // It has said why.
            Some(code) if code != 0 => Ok(Verdict::Elsewhere(code)),
            _ => Err(AppError::AgentGone),
        },
    }
}

/// Locks the agent of this vault.
pub async fn lock(context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault: Vault = context.vault().await?;
    let locked = agent::lock(&vault)?;
    context.out.show(&json!({ "locked": locked }), |out| {
        out.success(if locked {
            "the vault is locked; its keys are gone from memory"
        } else {
            "no agent was running, so nothing was unlocked"
        })
    });
    Ok(Verdict::Done)
}

fn show(context: &Context<'_>, status: &AgentStatus, what: &str) -> Verdict {
    context.out.show(status, |out| {
        out.success(&format!("{what} ({})", left(status)))
    });
    Verdict::Done
}

/// By what a session was opened, and how long it has left.
fn left(status: &AgentStatus) -> String {
    let minutes = status.until.since(Timestamp::now()).as_secs().div_ceil(60);
    format!("by {}; locks after {minutes} min without use", status.by)
}

/// Runs the agent with this terminal until it is ready, or has ended: then its exit code is given.
fn start(context: &Context<'_>) -> Result<Option<u8>, AppError> {
    let program = std::env::current_exe().map_err(|error| broken(&error))?;
    let mut command = Command::new(program);
    command
        .args(["agent", "--detached"])
        .args(context.global_args()?)
        .stdin(context.answers()?.map_or_else(Stdio::inherit, Stdio::from))
        .stdout(Stdio::piped());
    // What the caller has open (a lock, a pipe, the passphrase) is not the agent's to keep open.
    close_fds::set_fds_cloexec(3, &[]);
    let mut child = command.spawn().map_err(|error| broken(&error))?;
    let mut ready = String::new();
    if let Some(stdout) = child.stdout.take() {
        let _ = BufReader::new(stdout).read_line(&mut ready);
    }
    if ready == READY {
        return Ok(None);
    }
    let ended = child.wait().map_err(|error| broken(&error))?;
    Ok(Some(
        ended
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .unwrap_or(1),
    ))
}

/// What the agent says to who started it.
const READY: &str = "ready\n";

/// Tells who waits that the agent is ready, and leaves the terminal: its signals and its closing concern
/// the agent no more.
fn detach() -> io::Result<()> {
    rustix::process::setsid()?;
    std::env::set_current_dir("/")?;
    let null = File::options().read(true).write(true).open("/dev/null")?;
    let mut stdout = io::stdout();
    stdout.write_all(READY.as_bytes())?;
    stdout.flush()?;
    rustix::stdio::dup2_stdin(&null)?;
    rustix::stdio::dup2_stdout(&null)?;
    rustix::stdio::dup2_stderr(&null)?;
    Ok(())
}

fn warn_of_swap(out: &Out) {
    if !qv_app::doctor::memory_can_be_locked() {
        out.warn("this account may not lock memory (ulimit -l): keys could reach the swap; encrypt it, or raise the limit");
    }
}

const fn in_words(reason: LockReason) -> &'static str {
    match reason {
        LockReason::Asked => "asked for",
        LockReason::Idle => "not used for the idle time",
        LockReason::Expired => "the session reached its longest life",
        LockReason::Quit => "the program was ended",
        LockReason::Suspend => "the machine went to sleep",
        LockReason::ScreenLock => "the screen was locked",
        LockReason::KeyChanged => "the vault is under another master key now",
    }
}

fn broken(error: &io::Error) -> AppError {
    AppError::AgentRefused(format!("it could not be started: {error}"))
}
