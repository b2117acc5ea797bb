//! The command line: what every command shares, and the list of nouns.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use qv_types::SlotId;

use crate::cmd;
use crate::out::{Color, Format};

/// Finds quantum-vulnerable cryptography, wraps the secrets behind it with ML-KEM, and proves it.
#[derive(Debug, Parser)]
#[command(
    name = "qv",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Folder of the vault [default: $QV_HOME, else quantumvault in the XDG data directory]
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Prints one JSON document instead of text (shapes: docs/cli.md)
    #[arg(long, global = true)]
    pub json: bool,
    /// When to use colour: auto, always or never (NO_COLOR is honoured)
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN",
        hide_possible_values = true
    )]
    pub color: Color,
    /// Reads the passphrase from this file descriptor instead of asking, a line each time (for scripts)
    #[arg(long, global = true, value_name = "FD")]
    pub passphrase_fd: Option<u32>,
    /// Answers yes to every confirmation
    #[arg(long, short = 'y', global = true)]
    pub yes: bool,
    /// Opens the vault with this slot only, by its id
    #[arg(long = "with-slot", global = true, value_name = "SLOT")]
    pub with_slot: Option<SlotId>,
    /// Signs with the Solana keypair of this file instead of a wallet in the browser
    #[arg(long, global = true, value_name = "FILE")]
    pub wallet_file: Option<PathBuf>,
    /// Uses no agent: asks for the factors even where one is unlocked (also QV_AGENT=off)
    #[arg(long, global = true)]
    pub no_agent: bool,
    /// Has the wallet sign on another machine, by QR code or file
    #[arg(long, global = true, conflicts_with = "wallet_file")]
    pub wallet_offline: bool,
}

impl Global {
    pub const fn format(&self) -> Format {
        if self.json {
            Format::Json
        } else {
            Format::Text
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes a vault: its master key and the first way to open it
    Init(cmd::init::InitArgs),
    /// Shows the vault, the numbers and what to do next
    Status,
    /// Unlocks the vault for every qv of this account, until it is locked or not used for a while
    Unlock,
    /// Locks what `qv unlock` unlocked
    Lock,
    /// Unlocks the vault as `qv unlock` does, and stays in the foreground
    Agent(cmd::agent::AgentArgs),
    /// Shows the organisation's quantum risk and its trend
    Risk(cmd::risk::RiskArgs),
    /// Writes a report for people: one HTML file with charts, to read and to print
    Report(cmd::report::ReportArgs),
    /// Hosts and URLs to scan
    #[command(subcommand)]
    Targets(cmd::targets::TargetsCommand),
    /// Scans targets now; an interrupted scan goes on with `qv scans resume`
    Scan(cmd::scan::ScanArgs),
    /// Past and running scans
    #[command(subcommand)]
    Scans(cmd::scans::ScansCommand),
    /// What was found
    #[command(subcommand)]
    Assets(cmd::assets::AssetsCommand),
    /// Rules that assets must meet
    #[command(subcommand)]
    Policies(cmd::policies::PoliciesCommand),
    /// Post-quantum key pairs that secrets are wrapped under
    #[command(subcommand)]
    Anchors(cmd::anchors::AnchorsCommand),
    /// Key material of assets
    #[command(subcommand)]
    Secrets(cmd::secrets::SecretsCommand),
    /// Opens a decryptor bundle with an anchor of this vault
    Unwrap(cmd::secrets::UnwrapArgs),
    /// Attestations on an EVM chain
    #[command(subcommand)]
    Attest(cmd::attest::AttestCommand),
    /// Ways to open the vault
    #[command(subcommand)]
    Slots(cmd::slots::SlotsCommand),
    /// Replaces the vault's master key
    Rotate(cmd::rotate::RotateArgs),
    /// The tamper-evident log
    #[command(subcommand)]
    Audit(cmd::audit::AuditCommand),
    /// Durable jobs
    #[command(subcommand)]
    Jobs(cmd::jobs::JobsCommand),
    /// The configuration file
    #[command(subcommand)]
    Config(cmd::config::ConfigCommand),
    /// Says what this machine has, and what to do about what is missing
    Doctor,
    /// A guided run of the whole main job
    Quickstart(crate::quickstart::QuickstartArgs),
    /// Prints shell completions
    Completions(cmd::meta::CompletionsArgs),
    /// Prints the manual page, or writes one for each command
    Man(cmd::meta::ManArgs),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;

    /// Operations whose command is shorter than `noun verb`.
    const SHORTER: &[(&str, &str)] = &[
        ("vault.init", "init"),
        ("vault.status", "status"),
        ("vault.doctor", "doctor"),
        ("vault.rotate", "rotate"),
        ("vault.unlock", "unlock"),
        ("vault.lock", "lock"),
        ("scans.start", "scan"),
        ("secrets.unwrap", "unwrap"),
        ("risk.show", "risk"),
        ("report.make", "report"),
    ];
    /// Commands that concern this face alone, or run several operations.
    const OWN: &[&str] = &["agent", "quickstart", "completions", "man", "config path"];

    fn commands() -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for noun in Cli::command().get_subcommands() {
            let verbs = noun
                .get_subcommands()
                .map(|verb| format!("{} {}", noun.get_name(), verb.get_name()));
            let before = found.len();
            found.extend(verbs);
            if found.len() == before {
                found.insert(noun.get_name().to_owned());
            }
        }
        found
    }

    #[test]
    fn every_operation_has_its_command_and_no_command_is_without() {
        let command_of = |operation: &str| {
            let shorter = SHORTER.iter().find(|(name, _)| *name == operation);
            shorter.map_or_else(
                || operation.replace('.', " "),
                |(_, command)| (*command).to_owned(),
            )
        };
        let operations = qv_app::OPERATIONS
            .iter()
            .map(|operation| command_of(operation));
        let expected: BTreeSet<_> = operations
            .chain(OWN.iter().map(|&own| own.to_owned()))
            .collect();
        assert_eq!(commands(), expected);
    }

    #[test]
    fn the_commands_of_the_readme_exist() {
        let commands = commands();
        let readme = include_str!("../../../README.md");
        let lines: Vec<_> = readme
            .lines()
            .filter_map(|line| line.strip_prefix("    qv "))
            .collect();
        assert!(lines.len() > 8, "the README shows how qv is used");
        for line in lines {
            let mut words = line.split_whitespace();
            let noun = words.next().unwrap_or_default();
            let verb = format!("{noun} {}", words.next().unwrap_or_default());
            assert!(
                commands.contains(noun) || commands.contains(&verb),
                "qv {line}"
            );
        }
    }

    /// The pages for people name only commands that exist.
    #[test]
    fn documents_name_commands_that_exist() {
        let pages = [
            include_str!("../../../docs/cli.md"),
            include_str!("../../../docs/guide.md"),
            include_str!("../../../README.md"),
        ];
        let quoted = pages
            .iter()
            .flat_map(|page| page.split('`'))
            .filter(|part| part.starts_with("qv "));
        let indented = pages
            .iter()
            .flat_map(|page| page.lines())
            .filter_map(|line| line.strip_prefix("    "));
        let mut seen = 0;
        for line in quoted.chain(indented.filter(|line| line.starts_with("qv "))) {
            let root = Cli::command();
            let mut command = &root;
            for word in line.split_whitespace().skip(1) {
                let Some(sub) = command.find_subcommand(word) else {
                    break;
                };
                command = sub;
            }
            let path = command.get_name();
            let stops_short = command.has_subcommands()
                && !line.starts_with("qv help")
                && !line.contains("COMMAND");
            assert!(
                !stops_short,
                "`{line}` stops at `{path}`, which wants a subcommand"
            );
            let unknown = options(line).find(|option| {
                !command
                    .get_arguments()
                    .any(|known| known.get_long() == Some(option))
            });
            assert!(
                unknown.is_none() || unknown == Some("help"),
                "`{line}` has an option that `{path}` has not"
            );
            seen += 1;
        }
        assert!(seen > 60, "only {seen} commands were found");
    }

    /// Long options of a command line, without the global ones.
    fn options(line: &str) -> impl Iterator<Item = &str> {
        let global = [
            "home",
            "json",
            "color",
            "passphrase-fd",
            "yes",
            "with-slot",
            "no-agent",
            "wallet-file",
            "wallet-offline",
        ];
        line.split_whitespace()
            .take_while(|word| !word.starts_with('#'))
            .filter_map(|word| word.strip_prefix("--"))
            .map(|word| word.trim_end_matches([',', ')', ';']))
            .filter(move |word| !global.contains(word))
    }
}
