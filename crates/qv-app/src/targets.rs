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

/// What a list of targets says, line by line.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedList {
    /// The targets in their canonical spelling, each once, in order.
    pub targets: Vec<String>,
    /// Lines that name a target again.
    pub repeated: u64,
    /// Lines that are no target.
    pub problem_count: u64,
    /// The first of these, at most 100.
    pub problems: Vec<LineProblem>,
}

/// A line that is no target.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineProblem {
    /// Its number, from 1.
    pub line: u64,
    /// What it says, at most 200 characters of it.
    pub text: String,
    /// Why that is no target.
    pub why: String,
}

/// The most problems that are told of one list.
const PROBLEMS: usize = 100;
/// Bytes of a list that is looked at.
const LIST_BYTES: usize = 4 << 20;

/// Reads a list of targets without saving any: one a line, blank lines and `#` comments passed over.
///
/// # Errors
/// A list of more than 4 MiB.
pub fn check(text: &str) -> Result<CheckedList, AppError> {
    if text.len() > LIST_BYTES {
        return Err(AppError::InvalidInput(
            "a list of targets has 4 MiB at most; take it in parts".into(),
        ));
    }
    let mut checked = CheckedList {
        targets: Vec::new(),
        repeated: 0,
        problem_count: 0,
        problems: Vec::new(),
    };
    let mut seen = HashSet::new();
    for (number, line) in numbered_lines(text) {
        match parse(line) {
            Ok((target, _)) if seen.insert(target.clone()) => checked.targets.push(target),
            Ok(_) => checked.repeated += 1,
            Err(error) => {
                checked.problem_count += 1;
                if checked.problems.len() < PROBLEMS {
                    checked.problems.push(LineProblem {
                        line: number as u64,
                        text: line.chars().take(200).collect(),
                        why: error.to_string(),
                    });
                }
            }
        }
    }
    Ok(checked)
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
