//! Changing one key of the file and leaving the rest as its owner wrote it: order, comments, mode.

use std::fs::{self, DirBuilder};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use qv_evm::{PlainHttp, RpcUrl};
use toml_edit::{Array, Document, DocumentMut, Item, Table, TableLike, Value};

use super::Config;
use super::pending::{self, Pending};
use super::settings::{self, SettingKind};
use crate::draft::{Draft, Existing};
use crate::{AppError, Home, Vault};

/// The mode of a new file: an RPC address may carry an API key.
const NEW_FILE: u32 = 0o600;
const NEW_FOLDER: u32 = 0o700;

/// Writes one setting into the configuration file of `home`; with its event where a vault is given.
///
/// # Errors
/// [`AppError::InvalidInput`] for a key that does not exist or a value that it does not take;
/// [`AppError::Config`] for a file that is wrong already. Nothing was changed then.
pub async fn set(
    home: &Home,
    vault: Option<&Vault>,
    key: &str,
    value: &str,
) -> Result<Config, AppError> {
    change(home, vault, key, |file| edited_to(file, key, value)).await
}

/// Takes one setting out of the file, so that its default holds again; as [`set`].
///
/// # Errors
/// As [`set`].
pub async fn unset(home: &Home, vault: Option<&Vault>, key: &str) -> Result<Config, AppError> {
    change(home, vault, key, |file| edited_without(file, key)).await
}

async fn change(
    home: &Home,
    vault: Option<&Vault>,
    key: &str,
    edited: impl FnOnce(&Path) -> Result<Edited, AppError>,
) -> Result<Config, AppError> {
    let Some(vault) = vault else {
        return edited(home.config_file())?.put();
    };
    let mut tx = pending::begin(vault).await?;
    let edited = edited(home.config_file())?;
    let change = Pending {
        key: key.into(),
        value: settings::value(&edited.config, key),
        request: vault.request(),
        draft: edited.draft.as_ref().map(Draft::name).unwrap_or_default(),
    };
    let event = change.event(vault);
    let config = edited.put_marked(home, &change)?;
    tx.note(event);
    // Where this fails the mark stays, and the next who opens the vault settles what was changed.
    tx.commit().await?;
    // A mark that stays is settled, and found told, by the next change.
    let _ = pending::unmark(home);
    Ok(config)
}

/// The configuration as it is to be, and its file, which is written beside the old one where it differs.
struct Edited {
    config: Config,
    draft: Option<Draft>,
}

impl Edited {
    /// Puts the file in its place.
    fn put(self) -> Result<Config, AppError> {
        self.draft.map_or(Ok(()), Draft::finish)?;
        Ok(self.config)
    }

    /// Puts the file in its place, with the mark that tells of it.
    fn put_marked(self, home: &Home, change: &Pending) -> Result<Config, AppError> {
        if let Some(mut draft) = self.draft {
            // A mark without its draft would tell of a change that was never made.
            draft.sync()?;
            change.mark(home)?;
            draft.finish_or(|| {
                let _ = pending::unmark(home);
            })?;
        }
        Ok(self.config)
    }
}

impl Config {
    /// Writes one setting into a file and gives the configuration that holds from then on.
    ///
    /// # Errors
    /// As [`set`].
    pub fn set(file: &Path, key: &str, value: &str) -> Result<Self, AppError> {
        edited_to(file, key, value)?.put()
    }

    /// Takes one setting out of a file.
    ///
    /// # Errors
    /// As [`set`].
    pub fn unset(file: &Path, key: &str) -> Result<Self, AppError> {
        edited_without(file, key)?.put()
    }
}

fn edited_to(file: &Path, key: &str, value: &str) -> Result<Edited, AppError> {
    let new = parse(key, value)?;
    edit(file, |text| with_value(text, key, new))
}

fn edited_without(file: &Path, key: &str) -> Result<Edited, AppError> {
    kind(key)?;
    edit(file, |text| without(text, key))
}

fn kind(key: &str) -> Result<SettingKind, AppError> {
    settings::kind_of(key).ok_or_else(|| {
        AppError::InvalidInput(format!(
            "`{key}` is no setting; `qv config settings` lists them"
        ))
    })
}

/// Reads a value as people write it: a list may stand in brackets, and `none` is an empty one.
fn parse(key: &str, text: &str) -> Result<Value, AppError> {
    let text = text.trim();
    let wrong =
        |wanted: &str| AppError::InvalidInput(format!("{key} cannot be `{text}`; {wanted}"));
    let number = |text: &str| {
        text.trim()
            .parse::<i64>()
            .ok()
            .filter(|number| *number >= 0)
    };
    match kind(key)? {
        SettingKind::Switch => match text {
            "true" | "on" | "yes" => Ok(true.into()),
            "false" | "off" | "no" => Ok(false.into()),
            _ => Err(wrong("write true or false")),
        },
        SettingKind::Number { min, max } => number(text)
            .map(Value::from)
            .ok_or_else(|| wrong(&format!("write a whole number, {min} to {max}"))),
        SettingKind::Numbers { min, max } => {
            let inner = text.trim_start_matches('[').trim_end_matches(']').trim();
            let words = inner.split(',').filter(|_| !matches!(inner, "" | "none"));
            let numbers: Option<Vec<i64>> = words.map(number).collect();
            let wanted = || {
                wrong(&format!(
                    "write numbers from {min} to {max} by comma, or none"
                ))
            };
            Ok(Value::Array(Array::from_iter(numbers.ok_or_else(wanted)?)))
        }
        SettingKind::Text if text.is_empty() => Err(wrong("`qv config unset` takes it out")),
        SettingKind::Text => {
            check_text(key, text)?;
            Ok(text.into())
        }
    }
}

/// What only the parts that use a text know of it.
fn check_text(key: &str, text: &str) -> Result<(), AppError> {
    match key {
        "chain.rpc_url" => RpcUrl::parse(text, PlainHttp::LoopbackOnly).map(drop)?,
        "chain.contract" if text.parse::<qv_evm::Address>().is_err() => {
            return Err(AppError::InvalidInput(format!(
                "`{text}` is no address; it looks like 0x and 40 hex digits"
            )));
        }
        _ => {}
    }
    Ok(())
}

/// Edits the text of a file that is right before and after.
fn edit(
    file: &Path,
    change: impl FnOnce(&str) -> Result<String, AppError>,
) -> Result<Edited, AppError> {
    Config::load(file)?;
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        read => read.map_err(|source| AppError::file(file, source))?,
    };
    let changed = change(&text)?;
    let config = Config::parse(&changed).map_err(|(_, problem)| {
        AppError::InvalidInput(format!("{problem}; nothing was changed"))
    })?;
    let draft = (changed != text).then(|| written(file, &changed));
    Ok(Edited {
        config,
        draft: draft.transpose()?,
    })
}

fn written(file: &Path, text: &str) -> Result<Draft, AppError> {
    if let Some(folder) = file.parent() {
        let made = DirBuilder::new()
            .recursive(true)
            .mode(NEW_FOLDER)
            .create(folder);
        made.map_err(|source| AppError::file(folder, source))?;
    }
    let mode = fs::metadata(file).map_or(NEW_FILE, |found| found.permissions().mode() & 0o777);
    let mut draft = Draft::new(file, mode, Existing::Replace)?;
    draft
        .write_all(text.as_bytes())
        .map_err(|source| draft.failed(source))?;
    Ok(draft)
}

fn with_value(text: &str, key: &str, new: Value) -> Result<String, AppError> {
    let mut document: DocumentMut = text.parse().map_err(unreadable)?;
    let begun = !text.trim().is_empty();
    let (section, key) = split(key);
    let table = document.entry(section).or_insert_with(|| {
        let mut table = Table::new();
        table.decor_mut().set_prefix(if begun { "\n" } else { "" });
        Item::Table(table)
    });
    let table = table
        .as_table_like_mut()
        .ok_or_else(|| unreadable(section))?;
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = new;
            *old.decor_mut() = decor;
        }
        None => {
            table.insert(key, Item::Value(new));
        }
    }
    Ok(document.to_string())
}

/// The text without the key's line. Comments above it stay, as they may be about more than the key.
fn without(text: &str, key: &str) -> Result<String, AppError> {
    let document = Document::parse(text).map_err(unreadable)?;
    let (section, key) = split(key);
    let Some(item) = document.get(section).and_then(|table| table.get(key)) else {
        return Ok(text.to_owned());
    };
    let table = document.get(section).and_then(Item::as_table);
    let start = table.and_then(|table| table.key(key)?.span());
    let line = match (start, item.span()) {
        (Some(start), Some(end)) => whole_lines(text, start.start, end.end),
        _ => None,
    };
    if let Some((before, after)) = line {
        return Ok(format!("{before}{after}"));
    }
    let mut document: DocumentMut = text.parse().map_err(unreadable)?;
    if let Some(table) = document.get_mut(section).and_then(Item::as_table_like_mut) {
        TableLike::remove(table, key);
    }
    Ok(document.to_string())
}

/// What stands before and after the lines from `start` to `end`, where nothing else is on them but a
/// comment.
fn whole_lines(text: &str, start: usize, end: usize) -> Option<(&str, &str)> {
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    let kept = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = after.find('\n').map_or(after.len(), |at| at + 1);
    let beside = after.get(..rest)?.trim();
    let alone =
        before.get(kept..)?.trim().is_empty() && (beside.is_empty() || beside.starts_with('#'));
    alone.then_some((before.get(..kept)?, after.get(rest..)?))
}

fn split(key: &str) -> (&str, &str) {
    key.split_once('.').unwrap_or(("", key))
}

fn unreadable(problem: impl std::fmt::Display) -> AppError {
    AppError::Internal(format!(
        "the configuration file cannot be edited: {problem}"
    ))
}

#[cfg(test)]
mod tests;
