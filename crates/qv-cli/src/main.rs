//! `qv`: everything that QuantumVault does, from a terminal or a script.
//!
//! This face parses, calls one use case of `qv-app`, and renders. It holds no rules. `cmd` has one
//! file per noun, `out` is the only module that writes to the terminal, `ask` the only one that
//! reads secrets from it, `exit` maps errors to exit codes.

// Doc comments of arguments are their help texts, where brackets mean what they mean to people.
#![allow(
    rustdoc::broken_intra_doc_links,
    rustdoc::private_intra_doc_links,
    rustdoc::invalid_html_tags
)]

mod ask;
mod cli;
mod cmd;
mod exit;
mod out;
mod quickstart;

use std::process::ExitCode;

use clap::Parser;

/// Erases what is freed: libraries that know nothing of secrets free copies of them too.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    qv_app::harden::process();
    // Before the runtime starts threads.
    qv_app::devices::keep_quiet();
    run()
}

#[tokio::main]
async fn run() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::usage(&error),
    };
    let out = out::Out::new(cli.global.format(), cli.global.color);
    match cmd::run(cli, &out).await {
        Ok(verdict) => verdict.code(),
        Err(error) => exit::report(&out, &error),
    }
}
