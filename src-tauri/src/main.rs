//! The window: an operator does here what `qv` does in a terminal.
//!
//! This face shows and asks. It holds no rules: each command in `commands` calls one use case of
//! `qv-app`, under the same name as in [`qv_app::OPERATIONS`]. The web view is not trusted: it gets no
//! key material as text, names no files (`files` does, after a person chose them), and may call only
//! what its capability allows.
//!
//! Start with `app`, which puts the window together; `host` is what the commands work on.

mod app;
mod ask;
mod bindings;
mod commands;
mod drafts;
mod events;
mod files;
mod host;
mod notify;
mod problem;
mod reveal;
mod session;
mod tray;

use std::process::ExitCode;

/// Erases what is freed: libraries that know nothing of secrets free copies of them too.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    qv_app::harden::process();
    // Before the runtime starts threads.
    qv_app::devices::keep_quiet();
    app::run()
}
