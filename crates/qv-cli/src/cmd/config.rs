//! `qv config`

use std::path::Path;

use clap::Subcommand;
use qv_app::config::{self, Setting, SettingKind};
use qv_app::{AppError, Config};

use serde_json::{Value, json};

use super::Context;
use crate::ask;
use crate::exit::Verdict;

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Prints the configuration in force, defaults included
    Show,
    /// Prints the path of the configuration file
    Path,
    /// Checks the configuration file
    Check,
    /// Lists every setting: what it takes, what it does, and what holds now
    Settings,
    /// Writes one setting into the file; the rest of it stays as it is
    Set {
        /// Table and key, for example session.idle_minutes
        key: String,
        /// The value; a list by comma; - reads it from standard input
        value: String,
    },
    /// Takes one setting out of the file, so that its default holds
    Unset {
        /// Table and key
        key: String,
    },
}

pub async fn run(command: ConfigCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    match command {
        ConfigCommand::Path => path(context)?,
        ConfigCommand::Check => check(context)?,
        ConfigCommand::Show => {
            let config = context.config()?.shown();
            let text = config.to_toml()?;
            context.out.show(&config, |out| out.line(&text));
        }
        ConfigCommand::Settings => settings(context)?,
        ConfigCommand::Set { key, value } => {
            let value = if value == "-" {
                ask::read_text(Path::new("-"))?
            } else {
                value
            };
            change(&key, Some(&value), context).await?;
        }
        ConfigCommand::Unset { key } => change(&key, None, context).await?,
    }
    Ok(Verdict::Done)
}

fn path(context: &Context<'_>) -> Result<(), AppError> {
    let places = context.home()?.places();
    context.out.show(&places, |out| {
        out.line(&places.config);
        out.note(&format!("the vault and its log are in {}", places.vault));
    });
    Ok(())
}

fn check(context: &Context<'_>) -> Result<(), AppError> {
    context.config()?;
    let home = context.home()?;
    let path = home.config_file();
    let found = if path.exists() {
        "is valid"
    } else {
        "does not exist: every key has its default"
    };
    context.out.show(
        &json!({ "path": path.display().to_string(), "valid": true }),
        |out| {
            out.success(&format!("{} {found}", path.display()));
        },
    );
    Ok(())
}

fn settings(context: &Context<'_>) -> Result<(), AppError> {
    let now = context.config()?;
    let settings = config::settings();
    context.out.show(&settings, |out| {
        let row = |setting: &Setting| {
            vec![
                setting.key.into(),
                shown(&config::value(&now, setting.key)),
                shown(&setting.default),
                taken(setting.kind),
                setting.meaning.into(),
            ]
        };
        out.table(
            &["setting", "now", "default", "takes", "meaning"],
            settings.iter().map(row),
        );
        out.note("`qv config set KEY VALUE` changes one");
    });
    Ok(())
}

/// A value as it would be typed; nothing where none is set.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(","),
        value => value.to_string(),
    }
}

fn taken(kind: SettingKind) -> String {
    match kind {
        SettingKind::Switch => "true or false".into(),
        SettingKind::Number { min, max } => format!("{min} to {max}"),
        SettingKind::Numbers { min, max } => format!("{min} to {max} each"),
        SettingKind::Text => "text".into(),
    }
}

async fn change(key: &str, value: Option<&str>, context: &Context<'_>) -> Result<(), AppError> {
    let home = context.home()?;
    // A vault that is there takes note of the change; without one there is nothing to protect yet.
    let vault = match context.vault().await {
        Err(AppError::NoVault { .. }) => None,
        opened => Some(opened?),
    };
    let now: Config = match value {
        Some(value) => config::set(&home, vault.as_ref(), key, value).await?,
        None => config::unset(&home, vault.as_ref(), key).await?,
    };
    let value = config::value(&now, key);
    context
        .out
        .show(&json!({ "key": key, "value": value }), |out| {
            let value = match shown(&value) {
                empty if empty.is_empty() => "not set".into(),
                value => value,
            };
            out.success(&format!("{key} is {value} now"));
            if key.starts_with("session.") {
                out.note("it holds for a session that is unlocked now, too");
            }
        });
    Ok(())
}
