//! The real `qv` from end to end, as its users run it: real servers, a real chain, separate processes.
//!
//! Start with [`driver::Qv`], which runs the program in a home of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod attest;
mod cli;
mod custody_agent;
mod custody_rotate;
mod custody_shares;
mod custody_slots;
mod custody_tpm;
mod custody_wallet;
mod custody_wallet_page;
mod custody_yubikey;
mod damage;
mod drill_down;
mod driver;
mod history;
mod hostile;
mod interrupt;
mod kills;
mod ledger;
mod log;
mod main_job;
mod quickstart;
mod report;
mod retry;
mod secrets;
mod terminal;
mod unlock;
