//! `qv config`

use clap::Subcommand;
use qv_app::AppError;

use serde_json::json;

use super::Context;
use crate::exit::Verdict;

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Prints the configuration in force, defaults included
    Show,
    /// Prints the path of the configuration file
    Path,
    /// Checks the configuration file
    Check,
}

pub fn run(command: ConfigCommand, context: &Context<'_>) -> Result<Verdict, AppError> {
    let home = context.home()?;
    match command {
        ConfigCommand::Path => {
            let path = home.config_file().display().to_string();
            context
                .out
                .show(&json!({ "path": path }), |out| out.line(&path));
        }
        ConfigCommand::Check => {
            context.config()?;
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
        }
        ConfigCommand::Show => {
            let config = context.config()?.shown();
            let text = config.to_toml()?;
            context.out.show(&config, |out| out.line(&text));
        }
    }
    Ok(Verdict::Done)
}
