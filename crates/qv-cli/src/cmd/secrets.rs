//! `qv secrets` and `qv unwrap`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use qv_app::assets;
use qv_app::secrets::{self, NewSecret, SecretFilter, WrapReport};
use qv_app::{AppError, SecretBytes};
use qv_types::{Environment, KeyType};

use serde_json::json;

use super::{Context, watched, words};
use crate::ask;
use crate::exit::Verdict;
use crate::out::{self, Out};

#[derive(Debug, Subcommand)]
pub enum SecretsCommand {
    /// Gives an asset key material, from a file, standard input or a prompt; never from an argument
    Add(AddArgs),
    /// Lists key material, of one asset or all
    List(ListArgs),
    /// Wraps the key material of assets under the active anchors of their environments
    Wrap {
        /// Ids or locations of the assets
        #[arg(required = true)]
        assets: Vec<String>,
        /// Wraps under this policy's requirements
        #[arg(long)]
        policy: Option<String>,
    },
    /// Shows one secret, or writes it to a file
    Reveal(RevealArgs),
    /// Writes an asset's decryptor bundle
    Export(ExportArgs),
    /// Destroys one secret
    Remove {
        /// Id of the secret
        secret: String,
    },
}

#[derive(Debug, Args)]
pub struct AddArgs {
    /// Id or location of the asset
    asset: String,
    /// Reads it from this file; - for standard input [default: asks]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// What it is
    #[arg(long = "type", default_value = "PRIVATE_KEY", value_name = "TYPE", value_parser = words(KeyType::ALL, KeyType::as_str))]
    key_type: KeyType,
    /// Its name [default: the file's name]
    #[arg(long)]
    label: Option<String>,
    /// Overwrites and deletes the file once the secret is safely stored
    #[arg(long, requires = "file")]
    shred: bool,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Id or location of the asset
    asset: Option<String>,
    /// Only of assets of these environments
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = words(Environment::ALL, Environment::as_str), value_delimiter = ',')]
    environments: Vec<Environment>,
}

#[derive(Debug, Args)]
pub struct RevealArgs {
    /// Id of the secret
    secret: String,
    /// Where to write it, mode 0600 [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Id or location of the asset
    asset: String,
    /// Where to write it [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct UnwrapArgs {
    /// The bundle, or one envelope; - for standard input
    bundle: PathBuf,
    /// Which secret of the bundle, by label or id; needed where there are several
    #[arg(long)]
    secret: Option<String>,
    /// Where to write it, mode 0600 [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub async fn run(command: SecretsCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        SecretsCommand::Add(args) => add(args, context).await,
        SecretsCommand::List(args) => list(args, context).await,
        SecretsCommand::Wrap { assets, policy } => match assets.as_slice() {
            [asset] => wrap(asset, policy.as_deref(), context).await,
            many => wrap_many(many, policy.as_deref(), context).await,
        },
        SecretsCommand::Reveal(args) => reveal(args, context).await,
        SecretsCommand::Export(args) => export(args, context).await,
        SecretsCommand::Remove { secret } => {
            let vault = context.vault().await?;
            context.confirm(&format!(
                "Destroy secret {secret}? There is no other copy in this vault."
            ))?;
            secrets::remove(&vault, &secret).await?;
            context.out.show(&json!({ "removed": secret }), |out| {
                out.success("the secret is gone")
            });
            Ok(Verdict::Done)
        }
    }
}

async fn add(args: AddArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let file = args.file;
    let plain = file.as_ref().filter(|file| file.as_os_str() != "-");
    if args.shred && plain.is_none() {
        return Err(AppError::InvalidInput(
            "--shred needs a file that can be deleted; leave it out for standard input".into(),
        ));
    }
    let doomed = plain.filter(|_| args.shred);
    // Everything is asked before anything is done.
    if let Some(file) = doomed {
        context.confirm(&format!(
            "Overwrite and delete {} once the secret is stored?",
            file.display()
        ))?;
    }
    let vault = context.vault().await?;
    qv_app::assets::show(&vault, &args.asset).await?;
    context.unlock(&vault).await?;
    let material = match &file {
        Some(file) => ask::read_secret_file(file)?,
        None => context
            .terminal()
            .secret("Secret (one line, not shown): ")?,
    };
    let name = plain
        .and_then(|file| file.file_name())
        .map(|name| name.to_string_lossy().into_owned());
    let new = NewSecret {
        label: args.label.or(name).unwrap_or_else(|| "secret".into()),
        key_type: args.key_type,
        origin: origin(file.as_deref()),
        material,
    };
    let view = secrets::add(&vault, &args.asset, new).await?;
    if let Some(file) = doomed {
        secrets::shred(file)?;
    }
    context.out.show(&view, |out| {
        out.success(&format!("{} stored as ciphertext ({})", view.label, view.id));
        if doomed.is_some() {
            out.note("the file was overwritten and deleted; copies in backups, snapshots or flash wear-levelling may remain");
        } else if plain.is_some() {
            out.note("the file still holds the secret in clear; --shred would have removed it");
        }
    });
    Ok(Verdict::Done)
}

fn origin(file: Option<&Path>) -> String {
    match file {
        None => "prompt".to_owned(),
        Some(file) if file.as_os_str() == "-" => "stdin".to_owned(),
        Some(file) => format!("file:{}", file.display()),
    }
}

async fn list(args: ListArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let filter = SecretFilter {
        asset: args.asset,
        environments: args.environments,
    };
    let rows = secrets::list(&context.vault().await?, &filter).await?;
    context.out.show(&rows, |out| {
        if rows.is_empty() {
            out.note("no key material; add some with `qv secrets add ASSET --file PATH`");
            return;
        }
        out.table(
            &["secret", "label", "asset", "type", "suite", "key version"],
            rows.iter().map(|row| {
                vec![
                    row.id.to_string(),
                    row.label.clone(),
                    row.location.clone(),
                    row.key_type.to_string(),
                    row.suite.clone(),
                    row.key_version
                        .map(|version| version.to_string())
                        .unwrap_or_default(),
                ]
            }),
        );
    });
    Ok(Verdict::Done)
}

async fn wrap(
    asset: &str,
    policy: Option<&str>,
    context: &Context<'_>,
) -> Result<Verdict, AppError> {
    let vault = context.unlocked().await?;
    let report = watched(context.out, "wrapping", vault.progress(), async |cancel| {
        secrets::wrap(&vault, asset, policy, cancel).await
    })
    .await?;
    context.out.show(&report, |out| render_report(out, &report));
    Ok(Verdict::of(report.failed.is_empty()))
}

async fn wrap_many(
    names: &[String],
    policy: Option<&str>,
    context: &Context<'_>,
) -> Result<Verdict, AppError> {
    let vault = context.unlocked().await?;
    let mut ids = Vec::with_capacity(names.len());
    for name in names {
        ids.push(assets::show(&vault, name).await?.row.id);
    }
    let wrapped = watched(context.out, "wrapping", vault.progress(), async |cancel| {
        secrets::wrap_many(&vault, &ids, policy, cancel).await
    })
    .await?;
    context.out.show(&wrapped, |out| {
        render_report(out, &wrapped.report);
        if !wrapped.bare.is_empty() {
            let bare = wrapped.bare.len();
            out.note(&format!(
                "{bare} asset(s) have no key material; add some with `qv secrets add`"
            ));
        }
    });
    Ok(Verdict::of(wrapped.report.failed.is_empty()))
}

/// What a wrap or rewrap did.
pub fn render_report(out: &Out, report: &WrapReport) {
    for failure in &report.failed {
        out.warn(&format!("{}: {}", failure.location, failure.why));
    }
    let summary = format!(
        "{} secret(s) of {} asset(s) wrapped with {}",
        report.secrets, report.assets, report.suite
    );
    if report.failed.is_empty() {
        out.success(&summary)
    } else {
        out.warn(&summary)
    }
}

async fn reveal(args: RevealArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    refuse_json(context, args.output.as_deref())?;
    if args.output.is_none() {
        context.confirm("Show the secret here?")?;
    }
    let vault = context.unlocked().await?;
    let material = secrets::reveal(&vault, &args.secret).await?;
    hand_over(
        &material,
        args.output.as_deref(),
        &json!({ "id": args.secret }),
        context,
    )
}

async fn export(args: ExportArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let bundle = secrets::export(&context.vault().await?, &args.asset).await?;
    match &args.output {
        Some(path) => {
            secrets::write_bundle(path, &bundle)?;
            let path = path.display().to_string();
            context.out.show(&json!({ "written": path }), |out| {
                out.success(&format!("bundle written to {path}"));
                out.note(
                    "it opens with `qv unwrap` in a vault that holds the anchor's private key",
                );
            });
        }
        None => context.out.json(&bundle),
    }
    Ok(Verdict::Done)
}

pub async fn unwrap(args: UnwrapArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    refuse_json(context, args.output.as_deref())?;
    let text = ask::read_text(&args.bundle)?;
    let vault = context.unlocked().await?;
    let opened = secrets::unwrap(&vault, &text, args.secret.as_deref()).await?;
    hand_over(
        &opened.material,
        args.output.as_deref(),
        &json!(opened.context),
        context,
    )
}

/// A secret is bytes, and bytes are no JSON document.
fn refuse_json(context: &Context<'_>, output: Option<&Path>) -> Result<(), AppError> {
    if context.wants_json() && output.is_none() {
        return Err(AppError::InvalidInput(
            "a secret is printed as the bytes that it is, not as JSON; leave --json out, or name a file with --output".into(),
        ));
    }
    Ok(())
}

/// Writes a secret to a file of its owner's, or to standard output.
fn hand_over(
    material: &SecretBytes,
    output: Option<&Path>,
    about: &serde_json::Value,
    context: &Context<'_>,
) -> Result<Verdict, AppError> {
    match output {
        Some(path) => {
            secrets::write_secret(path, material)?;
            context.out.show(about, |out| {
                out.success(&format!("written to {}", path.display()))
            });
        }
        None => out::raw(material.expose()),
    }
    Ok(Verdict::Done)
}
