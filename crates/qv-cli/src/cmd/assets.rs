//! `qv assets`

use clap::{Args, Subcommand};
use qv_app::AppError;
use qv_app::assets::{self, AssetDetail, AssetEdit, NewAsset, Secrecy};
use qv_types::{AssetType, Criticality, Environment, Exposure, Layer, Sensitivity, Timestamp};

use super::asset_history::{self, HistoryArgs};
use super::asset_ledger;
use super::asset_list::{self, FilterArgs, ListArgs};
use super::{Context, words};
use crate::exit::Verdict;
use crate::out::Out;

#[derive(Debug, Subcommand)]
pub enum AssetsCommand {
    /// Lists assets, riskiest first
    List(ListArgs),
    /// Counts assets, in all and for each verdict, level, status, environment and type
    Count(FilterArgs),
    /// Shows one asset: facts, verdicts with their rules, the score as a sum
    Show {
        /// Id or location
        asset: String,
    },
    /// Adds an asset by hand, for key material that no scan finds
    Add(AddArgs),
    /// Says what assets mean to the business
    Edit(EditArgs),
    /// Lists what is recorded today and read later: secrecy lifetimes against a quantum computer's arrival
    Ledger(ListArgs),
    /// Lists the scans that saw an asset, and what changed from one to the next
    History(HistoryArgs),
}

#[derive(Debug, Args)]
pub struct AddArgs {
    /// Path, host or any other place that names it
    location: String,
    /// Its name [default: the location]
    #[arg(long)]
    name: Option<String>,
    /// What it is
    #[arg(long = "type", default_value = "KEY", value_name = "TYPE", value_parser = words(AssetType::ALL, AssetType::as_str))]
    asset_type: AssetType,
    /// Where it lives
    #[arg(long = "env", default_value = "PROD", value_name = "ENVIRONMENT", value_parser = words(Environment::ALL, Environment::as_str))]
    environment: Environment,
}

#[derive(Debug, Args)]
pub struct EditArgs {
    /// Ids or locations
    #[arg(required = true)]
    assets: Vec<String>,
    /// A new name; only with one asset
    #[arg(long)]
    name: Option<String>,
    /// How much the business depends on it
    #[arg(long, value_parser = words(Criticality::ALL, Criticality::as_str))]
    criticality: Option<Criticality>,
    /// How sensitive the data behind it is
    #[arg(long, value_parser = words(Sensitivity::ALL, Sensitivity::as_str))]
    sensitivity: Option<Sensitivity>,
    /// Who can reach it
    #[arg(long, value_parser = words(Exposure::ALL, Exposure::as_str))]
    exposure: Option<Exposure>,
    /// For how many years its data must stay secret, or `configured` for what the configuration says
    #[arg(long, value_name = "YEARS")]
    secrecy_years: Option<Secrecy>,
    /// Adds a tag
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Takes a tag away
    #[arg(long, value_name = "TAG")]
    untag: Vec<String>,
}

pub async fn run(command: AssetsCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        AssetsCommand::List(args) => asset_list::list(args, context).await,
        AssetsCommand::Count(args) => asset_list::count(args, context).await,
        AssetsCommand::Show { asset } => {
            let detail = assets::show(&context.vault().await?, &asset).await?;
            context.out.show(&detail, |out| render(out, &detail));
            Ok(Verdict::Done)
        }
        AssetsCommand::Add(args) => add(args, context).await,
        AssetsCommand::Edit(args) => edit(args, context).await,
        AssetsCommand::Ledger(args) => asset_ledger::ledger(args, context).await,
        AssetsCommand::History(args) => asset_history::history(args, context).await,
    }
}

async fn add(args: AddArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let new = NewAsset {
        location: args.location,
        name: args.name,
        asset_type: args.asset_type,
        environment: args.environment,
    };
    let detail = assets::add(&context.vault().await?, new).await?;
    context.out.show(&detail, |out| {
        out.success(&format!("asset {} added", detail.row.location));
        out.note(&format!(
            "give it its key material: qv secrets add {} --file PATH",
            detail.row.id
        ));
    });
    Ok(Verdict::Done)
}

async fn edit(args: EditArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let edit = AssetEdit {
        name: args.name,
        criticality: args.criticality,
        sensitivity: args.sensitivity,
        exposure: args.exposure,
        secrecy: args.secrecy_years,
        tags_added: args.tag,
        tags_removed: args.untag,
    };
    let vault = context.vault().await?;
    if let [asset] = args.assets.as_slice() {
        let detail = assets::edit(&vault, asset, edit).await?;
        context.out.show(&detail, |out| render(out, &detail));
        return Ok(Verdict::Done);
    }
    let mut ids = Vec::with_capacity(args.assets.len());
    for asset in &args.assets {
        ids.push(assets::show(&vault, asset).await?.row.id);
    }
    let edited = assets::edit_many(&vault, &ids, edit).await?;
    context.out.show(&edited, |out| {
        out.success(&format!("{} asset(s) changed", edited.changed))
    });
    Ok(Verdict::Done)
}

fn render(out: &Out, detail: &AssetDetail) {
    let row = &detail.row;
    out.heading(&row.location);
    out.pairs(&[
        ("id", row.id.to_string()),
        ("name", row.name.clone()),
        ("type", format!("{}, {}", row.asset_type, row.environment)),
        ("status", row.status.to_string()),
        (
            "meaning",
            format!(
                "criticality {}, sensitivity {}, exposure {}",
                row.criticality, row.sensitivity, row.exposure
            ),
        ),
        ("tags", detail.tags.join(", ")),
        (
            "wrapped with",
            row.wrapper_algorithm
                .clone()
                .unwrap_or_else(|| "nothing".into()),
        ),
        (
            "last scan",
            row.last_scan
                .map_or_else(|| "never".into(), Timestamp::to_seconds_text),
        ),
    ]);
    out.heading("Verdicts");
    out.table(
        &["layer", "verdict", "because of", "rule", "map"],
        detail.verdicts().into_iter().map(|(layer, verdict)| {
            vec![
                layer.into(),
                out.verdict(verdict.verdict),
                verdict.algorithm.clone().unwrap_or_default(),
                verdict.rule.clone(),
                detail.classification.map_version.clone(),
            ]
        }),
    );
    for finding in &detail.findings {
        out.sentence(finding);
    }
    for missed in &detail.deadlines {
        let when = if missed.passed {
            "missed on"
        } else {
            "would miss"
        };
        out.sentence(&format!(
            "{when} {}: {} ({})",
            missed.date, missed.title, missed.id
        ));
    }
    out.heading("Recorded now, decrypted later");
    out.sentence(&asset_ledger::explained(&detail.harvest));
    render_score(out, detail);
    render_algorithms(out, detail);
}

/// The score as a sum, then what the sum becomes.
fn render_score(out: &Out, detail: &AssetDetail) {
    out.heading("Score");
    let addends = detail.breakdown.addends.iter();
    let mut rows: Vec<Vec<String>> = addends
        .map(|addend| {
            vec![
                addend.name.label().into(),
                format!("{:+}", addend.value),
                addend.why.clone(),
            ]
        })
        .collect();
    let sum = detail.row.exposure_points.to_string();
    rows.push(vec![
        "Exposure points".into(),
        sum,
        "the sum: wrapping always lowers it".into(),
    ]);
    out.table(&["addend", "value", "why"], rows);
    out.line(&format!(
        "{}, the sum held between 0 and 100",
        out.score(detail.row.score, detail.row.level)
    ));
}

const fn layer_name(layer: Layer) -> &'static str {
    match layer {
        Layer::KeyExchange => "key exchange",
        Layer::Authentication => "authentication",
        Layer::DataAtRest => "data at rest",
    }
}

fn render_algorithms(out: &Out, detail: &AssetDetail) {
    if detail.algorithms.is_empty() {
        return;
    }
    out.heading("Algorithms in use");
    out.table(
        &["layer", "algorithm", "where", "bits", "protocol"],
        detail.algorithms.iter().map(|seen| {
            vec![
                layer_name(seen.layer).into(),
                seen.algorithm.clone(),
                seen.role.clone(),
                seen.key_length
                    .map(|bits| bits.to_string())
                    .unwrap_or_default(),
                seen.protocol.clone().unwrap_or_default(),
            ]
        }),
    );
}
