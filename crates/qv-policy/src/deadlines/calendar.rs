//! The dates: a versioned data file, parsed.

use std::collections::HashSet;
use std::sync::LazyLock;

use qv_types::Timestamp;
use serde::Deserialize;

use super::Deadline;
use crate::PolicyError;

/// The format that this parser reads.
const SCHEMA: u32 = 1;

static BUILTIN: LazyLock<Result<Calendar, PolicyError>> =
    LazyLock::new(|| Calendar::parse(include_str!("../../data/deadlines.toml")));

/// Every date, earliest first.
#[derive(Debug, Clone)]
pub struct Calendar {
    version: String,
    deadlines: Vec<Deadline>,
    /// In lower case.
    cnsa: HashSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    version: String,
    cnsa: Cnsa,
    deadline: Vec<Deadline>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cnsa {
    algorithms: Vec<String>,
}

impl Calendar {
    /// The dates that ship with this version.
    ///
    /// # Errors
    /// [`PolicyError::Calendar`] if the shipped file breaks its schema; a test holds that it does not.
    pub fn builtin() -> Result<&'static Self, PolicyError> {
        BUILTIN.as_ref().map_err(Clone::clone)
    }

    /// Parses a file of dates (TOML).
    ///
    /// # Errors
    /// [`PolicyError::Calendar`] names the line or the deadline: unknown key or word, another schema,
    /// an id that is empty or occurs twice, a date that is none, nothing that could miss it.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let file: File = toml::from_str(text)
            .map_err(|error| wrong(error.to_string().trim_end().replace('\n', " ")))?;
        if file.schema != SCHEMA {
            return Err(wrong(format!(
                "schema {} is not the one that this version reads, {SCHEMA}",
                file.schema
            )));
        }
        check(&file.deadline)?;
        let mut deadlines = file.deadline;
        deadlines.sort_by(|one, other| (&one.date, &one.id).cmp(&(&other.date, &other.id)));
        let lower = |name: String| name.to_ascii_lowercase();
        Ok(Self {
            version: file.version,
            deadlines,
            cnsa: file.cnsa.algorithms.into_iter().map(lower).collect(),
        })
    }

    /// The version of the file.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every date, earliest first.
    #[must_use]
    pub fn deadlines(&self) -> &[Deadline] {
        &self.deadlines
    }

    /// The date of this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Deadline> {
        self.deadlines.iter().find(|deadline| deadline.id == id)
    }

    /// Whether CNSA 2.0 has the algorithm, alone or in a hybrid.
    #[must_use]
    pub fn is_cnsa(&self, algorithm: &str) -> bool {
        self.cnsa.contains(&algorithm.to_ascii_lowercase())
    }

    #[cfg(test)]
    pub(super) fn cnsa(&self) -> impl Iterator<Item = &String> {
        self.cnsa.iter()
    }
}

fn check(deadlines: &[Deadline]) -> Result<(), PolicyError> {
    let mut seen = HashSet::new();
    for deadline in deadlines {
        let id = &deadline.id;
        if id.is_empty() || !seen.insert(id) {
            return Err(wrong(format!("the id `{id}` is empty or occurs twice")));
        }
        let end = format!("{}T23:59:59.999Z", deadline.date);
        if end.parse::<Timestamp>().is_err() {
            return Err(wrong(format!("`{}` in `{id}` is no date", deadline.date)));
        }
        if deadline.misses.is_empty() || deadline.layers.is_empty() {
            return Err(wrong(format!("nothing could miss `{id}`")));
        }
    }
    Ok(())
}

fn wrong(reason: impl Into<String>) -> PolicyError {
    PolicyError::Calendar {
        reason: reason.into(),
    }
}
