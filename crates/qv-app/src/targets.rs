//! Hosts and URLs to scan.

use std::collections::HashSet;

use qv_audit::Action;
pub use qv_store::Target;
use qv_store::WriteTx;
use qv_types::{Environment, TargetId, TargetType, Timestamp};
use serde::{Deserialize, Serialize};

use crate::query::pick;
use crate::{AppError, Vault};

/// A target to save.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTarget {
    /// Its name; the target itself where none is given.
    pub name: Option<String>,
    /// `host`, `host:port`, `[v6]:port` or an `https://` URL.
    pub target: String,
    /// Where it lives.
    pub environment: Environment,
}

/// What to change; `None` leaves a field as it is.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TargetEdit {
    /// A new name.
    pub name: Option<String>,
    /// A new environment.
    pub environment: Option<Environment>,
    /// Whether scans of saved targets take it.
    pub is_active: Option<bool>,
}

/// A list of targets, looked at before it is scanned.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedList {
    /// Different targets among the lines that parse.
    pub targets: u64,
    /// Lines that do not parse.
    pub wrong: u64,
    /// The first of these, at most [`CheckedList::SHOWN`].
    pub first_wrong: Vec<WrongLine>,
}

impl CheckedList {
    /// Wrong lines that are told one by one.
    pub const SHOWN: usize = 100;
}

/// A line that is no target.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrongLine {
    /// Its number, from 1.
    pub line: u64,
    /// Why, and what would be one.
    pub why: String,
}

/// Saves targets; one that is saved already is left as it is. All or none.
///
/// # Errors
/// The first target that does not parse, named.
pub async fn add(vault: &Vault, new: Vec<NewTarget>) -> Result<Vec<Target>, AppError> {
    let mut parsed = Vec::with_capacity(new.len());
    for target in new {
        let (canonical, kind) = parse(&target.target)?;
        parsed.push((target, canonical, kind));
    }
    let mut saved = Vec::with_capacity(parsed.len());
    let mut missing = Vec::new();
    for (target, canonical, kind) in parsed {
        match vault
            .store()
            .find_target(target.environment, kind, &canonical)
            .await?
        {
            Some(existing) => saved.push(existing),
            None => missing.push(row(target, canonical, kind)),
        }
    }
    let mut tx = vault.begin().await?;
    for row in missing {
        if saved
            .iter()
            .any(|other| other.target == row.target && other.environment == row.environment)
        {
            continue;
        }
        add_row(&mut tx, vault, &row).await?;
        saved.push(row);
    }
    tx.commit().await?;
    Ok(saved)
}

async fn add_row(tx: &mut WriteTx, vault: &Vault, row: &Target) -> Result<(), AppError> {
    let event = vault
        .event(Action::TargetAdded, row.id)
        .with("target", row.target.as_str());
    Ok(tx.add_target(event, row).await?)
}

fn row(new: NewTarget, canonical: String, target_type: TargetType) -> Target {
    let now = Timestamp::now();
    Target {
        id: TargetId::make(),
        name: new.name.unwrap_or_else(|| canonical.clone()),
        target: canonical,
        target_type,
        environment: new.environment,
        auth_reference: None,
        options: serde_json::Map::new(),
        is_active: true,
        created_at: now,
        updated_at: now,
    }
}

/// The canonical spelling of a target and its type.
pub(crate) fn parse(text: &str) -> Result<(String, TargetType), AppError> {
    let target: qv_scan::Target = text.parse().map_err(AppError::from)?;
    let kind = if target.url().is_some() {
        TargetType::HttpsUrl
    } else {
        TargetType::TlsEndpoint
    };
    Ok((target.to_string(), kind))
}

/// Every saved target, by name.
///
/// # Errors
/// From the store.
pub async fn list(vault: &Vault) -> Result<Vec<Target>, AppError> {
    Ok(vault.store().targets(false).await?)
}

/// Changes a saved target, given by id, name or the target itself.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Ambiguous`].
pub async fn edit(vault: &Vault, name: &str, edit: TargetEdit) -> Result<Target, AppError> {
    let rows = list(vault).await?;
    let by_target = rows
        .iter()
        .find(|row| row.target == name)
        .map(|row| row.id.to_string());
    let name = by_target.as_deref().unwrap_or(name);
    let mut row = pick(
        rows,
        name,
        "target",
        "see `qv targets list`",
        |row| row.id,
        |row| &row.name,
    )?;
    row.name = edit.name.unwrap_or(row.name);
    row.environment = edit.environment.unwrap_or(row.environment);
    row.is_active = edit.is_active.unwrap_or(row.is_active);
    row.updated_at = Timestamp::now();
    let mut tx = vault.begin().await?;
    tx.update_target(vault.event(Action::TargetUpdated, row.id), &row)
        .await?;
    tx.commit().await?;
    Ok(row)
}

/// Saves every target of a list: one a line, blank lines and `#` comments passed over.
///
/// # Errors
/// The first line that does not parse, with its number; then nothing was saved.
pub async fn import(
    vault: &Vault,
    text: &str,
    environment: Environment,
) -> Result<Vec<Target>, AppError> {
    for (number, line) in numbered_lines(text) {
        parse(line).map_err(|error| AppError::InvalidInput(format!("line {number}: {error}")))?;
    }
    let new = lines(text)
        .into_iter()
        .map(|target| NewTarget {
            name: None,
            target,
            environment,
        })
        .collect();
    add(vault, new).await
}

/// Says of a list, as [`import`] takes it, which lines would be refused.
#[must_use]
pub fn check(text: &str) -> CheckedList {
    let mut seen = HashSet::new();
    let mut checked = CheckedList {
        targets: 0,
        wrong: 0,
        first_wrong: Vec::new(),
    };
    for (number, line) in numbered_lines(text) {
        match parse(line) {
            Ok((canonical, _)) => checked.targets += u64::from(seen.insert(canonical)),
            Err(error) => {
                checked.wrong += 1;
                if checked.first_wrong.len() < CheckedList::SHOWN {
                    checked.first_wrong.push(WrongLine {
                        line: number as u64,
                        why: error.to_string(),
                    });
                }
            }
        }
    }
    checked
}

/// The targets of a list, in order.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    numbered_lines(text)
        .map(|(_, line)| line.to_owned())
        .collect()
}

fn numbered_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let line = line.split('#').next().unwrap_or("").trim();
        (!line.is_empty()).then_some((index + 1, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_checked_line_by_line() {
        let checked = check(
            "# ours\nexample.org\n\nExample.ORG:443 # the same\n10.0.0.0/8\nhttp://plain.example\n",
        );
        assert_eq!((checked.targets, checked.wrong), (1, 2));
        let lines: Vec<u64> = checked.first_wrong.iter().map(|wrong| wrong.line).collect();
        assert_eq!(lines, [5, 6]);
        let many = check(&"a b\n".repeat(CheckedList::SHOWN + 5));
        assert_eq!(many.wrong, CheckedList::SHOWN as u64 + 5);
        assert_eq!(many.first_wrong.len(), CheckedList::SHOWN);
    }
}
