//! `qv attest`

use clap::{Args, Subcommand};
use qv_app::AppError;
use qv_app::attestations::{self, AttestRequest};
use qv_types::{AssetStatus, AssetType, AttestationJobId, Cursor, Environment, RiskLevel};

use serde_json::json;

use super::{Context, watched, words};
use crate::ask;
use crate::exit::Verdict;
use crate::out::Out;

#[derive(Debug, Subcommand)]
pub enum AttestCommand {
    /// Attests assets on the configured chain; an interrupted batch goes on with `qv jobs resume`
    Run(RunArgs),
    /// Lists batches, newest first
    List,
    /// Shows one batch, a row for each asset
    Show {
        /// Id of the batch
        batch: AttestationJobId,
    },
    /// Lists the attestations of an asset, newest first
    History(HistoryArgs),
    /// Checks an asset's newest attestation against the chain
    Verify {
        /// Id or location of the asset
        asset: String,
    },
    /// The account that signs
    #[command(subcommand)]
    Signer(SignerCommand),
    /// Deploys the attestation registry on the configured chain and prints its address
    Deploy,
}

#[derive(Debug, Subcommand)]
pub enum SignerCommand {
    /// Makes a new account, sealed in the vault
    Create {
        /// Its name
        #[arg(default_value = "attester")]
        name: String,
    },
    /// Takes over an account from its private key (64 hex digits), from a file, standard input or a prompt
    Import {
        /// Its name
        #[arg(default_value = "attester")]
        name: String,
        /// Reads the key from this file; - for standard input [default: asks]
        #[arg(long, value_name = "FILE")]
        file: Option<std::path::PathBuf>,
    },
    /// Lists accounts
    List,
    /// Has another account sign from now on
    Use {
        /// Id or name
        name: String,
    },
}

#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// Id or location of the asset
    asset: String,
    /// Rows of a page, 1 to 500
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
    /// Goes on after the cursor that the page before printed
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// Ids or locations [default: every asset that the filters choose]
    assets: Vec<String>,
    /// Only these statuses
    #[arg(long, value_name = "STATUS", default_values = ["WRAPPED_PQC"], value_parser = words(AssetStatus::ALL, AssetStatus::as_str), value_delimiter = ',')]
    status: Vec<AssetStatus>,
    /// Only these environments
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = words(Environment::ALL, Environment::as_str), value_delimiter = ',')]
    environments: Vec<Environment>,
    /// Only these types
    #[arg(long = "type", value_name = "TYPE", value_parser = words(AssetType::ALL, AssetType::as_str), value_delimiter = ',')]
    types: Vec<AssetType>,
    /// Only these risk levels
    #[arg(long, value_name = "LEVEL", value_parser = words(RiskLevel::ALL, RiskLevel::as_str), value_delimiter = ',')]
    level: Vec<RiskLevel>,
    /// Only assets in this policy's scope
    #[arg(long)]
    policy: Option<String>,
    /// The anchor to name [default: the one that wraps the asset]
    #[arg(long)]
    anchor: Option<String>,
}

pub async fn run(command: AttestCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        AttestCommand::Run(args) => start(args, context).await,
        AttestCommand::List => list(context).await,
        AttestCommand::Show { batch } => {
            let view = attestations::show(&context.vault().await?, batch).await?;
            context.out.show(&view, |out| render(out, &view));
            Ok(Verdict::Done)
        }
        AttestCommand::History(args) => history(args, context).await,
        AttestCommand::Verify { asset } => verify(&asset, context).await,
        AttestCommand::Signer(command) => signer(command, context).await,
        AttestCommand::Deploy => deploy(context).await,
    }
}

async fn start(args: RunArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.unlocked().await?;
    let request = AttestRequest {
        assets: args.assets,
        statuses: args.status,
        environments: args.environments,
        types: args.types,
        levels: args.level,
        policy: args.policy,
        anchor: args.anchor,
    };
    let batch = attestations::start(&vault, request).await?;
    let view = watched(context.out, "attesting", vault.progress(), async |cancel| {
        attestations::run(&vault, batch, cancel).await
    })
    .await?;
    context.out.show(&view, |out| render(out, &view));
    Ok(Verdict::of(view.failed_count == 0))
}

async fn history(args: HistoryArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?;
    let after = args.after.map(Cursor);
    let page = attestations::history(&vault, &args.asset, after.as_ref(), args.limit).await?;
    context.out.show(&page, |out| {
        if page.items.is_empty() {
            out.note("never attested; wrap it, then `qv attest run`");
            return;
        }
        out.table(
            &["made", "status", "network", "transaction", "block", "error"],
            page.items.iter().map(|row| {
                vec![
                    row.created_at.to_seconds_text(),
                    row.status.to_string(),
                    row.network.clone(),
                    row.tx_hash.clone().unwrap_or_default(),
                    row.block.map(|block| block.to_string()).unwrap_or_default(),
                    row.error.clone().unwrap_or_default(),
                ]
            }),
        );
        if let Some(next) = &page.next {
            out.note(&format!("there are more: `--after {}`", next.0));
        }
    });
    Ok(Verdict::Done)
}

pub fn render(out: &Out, view: &attestations::BatchView) {
    out.table(
        &["asset", "status", "transaction", "block", "error"],
        view.rows.iter().map(|row| {
            vec![
                row.location.clone(),
                row.status.to_string(),
                row.tx_hash.clone().unwrap_or_default(),
                row.block.map(|block| block.to_string()).unwrap_or_default(),
                row.error.clone().unwrap_or_default(),
            ]
        }),
    );
    let summary = format!(
        "{} on {}: {} attested, {} failed",
        view.status, view.network, view.succeeded_count, view.failed_count
    );
    if view.failed_count == 0 {
        out.success(&summary)
    } else {
        out.warn(&summary)
    }
}

async fn list(context: &Context<'_>) -> Result<Verdict, AppError> {
    let rows = attestations::list(&context.vault().await?).await?;
    context.out.show(&rows, |out| {
        if rows.is_empty() {
            out.note("no attestations yet; `qv attest run` attests what is wrapped");
            return;
        }
        out.table(
            &[
                "batch", "created", "status", "network", "assets", "attested", "failed",
            ],
            rows.iter().map(|row| {
                vec![
                    row.id.to_string(),
                    row.created_at.to_seconds_text(),
                    row.status.to_string(),
                    row.network.clone(),
                    row.total_assets.to_string(),
                    row.succeeded_count.to_string(),
                    row.failed_count.to_string(),
                ]
            }),
        );
    });
    Ok(Verdict::Done)
}

async fn verify(asset: &str, context: &Context<'_>) -> Result<Verdict, AppError> {
    let report = attestations::verify(&context.vault().await?, asset).await?;
    context.out.show(&report, |out| {
        out.pairs(&[
            ("asset", report.location.clone()),
            (
                "payload hash",
                report.payload_hash.clone().unwrap_or_default(),
            ),
            ("sender", report.sender.clone().unwrap_or_default()),
            ("transaction", report.tx_hash.clone().unwrap_or_default()),
            (
                "block",
                report
                    .block
                    .map(|block| block.to_string())
                    .unwrap_or_default(),
            ),
        ]);
        if report.verified {
            out.success(&report.finding)
        } else {
            out.warn(&report.finding)
        }
    });
    Ok(Verdict::of(report.verified))
}

async fn signer(command: SignerCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        SignerCommand::Create { name } => {
            let view = attestations::create_signer(&context.unlocked().await?, &name).await?;
            context.out.show(&view, |out| {
                out.success(&format!("{} signs as {}", view.name, view.address));
                out.note("send it some of the chain's coin: it pays the fees");
            });
        }
        SignerCommand::Import { name, file } => {
            let vault = context.unlocked().await?;
            let key = match &file {
                Some(file) => ask::read_secret_file(file)?,
                None => context
                    .terminal()
                    .secret("Private key (64 hex digits, not shown): ")?,
            };
            let view = attestations::import_signer(&vault, &name, &key).await?;
            context.out.show(&view, |out| {
                out.success(&format!("{} signs as {}", view.name, view.address))
            });
        }
        SignerCommand::Use { name } => {
            let view = attestations::use_signer(&context.vault().await?, &name).await?;
            context.out.show(&view, |out| {
                out.success(&format!("{} signs as {}", view.name, view.address));
            });
        }
        SignerCommand::List => {
            let rows = attestations::signers(&context.vault().await?).await?;
            context.out.show(&rows, |out| {
                if rows.is_empty() {
                    out.note("no accounts; make one with `qv attest signer create`, or bring one with `qv attest signer import`");
                    return;
                }
                let signs = |active: bool| if active { "yes" } else { "no" };
                out.table(
                    &["name", "address", "signs"],
                    rows.iter().map(|row| vec![row.name.clone(), row.address.clone(), signs(row.is_active).into()]),
                );
            });
        }
    }
    Ok(Verdict::Done)
}

async fn deploy(context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.unlocked().await?;
    let address = attestations::deploy(&vault).await?;
    context.out.show(&json!({ "contract": address }), |out| {
        out.success(&format!("registry deployed at {address}"));
        out.note(&format!(
            "put it into the configuration, under [chain]: `contract = \"{address}\"`"
        ));
    });
    Ok(Verdict::Done)
}
