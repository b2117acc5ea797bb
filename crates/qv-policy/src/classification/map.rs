//! The classification map: a versioned data file, parsed into rules.
//!
//! Invariants: rule ids are unique, no name belongs to two rules, an exact name goes before a
//! pattern, and a key that the schema does not know refuses the whole file.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::PolicyError;

/// The format that this parser reads.
const SCHEMA: u32 = 1;

static BUILTIN: LazyLock<Result<Map, PolicyError>> =
    LazyLock::new(|| Map::parse(include_str!("../../data/classification.toml")));

/// What a rule says of its algorithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Class {
    /// Broken by a quantum computer.
    NonPqc,
    /// Classical and post-quantum together.
    Hybrid,
    /// Post-quantum alone.
    Pqc,
    /// A cipher, hash or derivation: recorded, never decides a verdict.
    Symmetric,
}

/// One rule of the map.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique name, for example `hybrid.tls-ml-kem`.
    pub id: String,
    /// What it says.
    pub class: Class,
    /// Algorithms by name, in any letter case.
    #[serde(default)]
    pub names: Vec<String>,
    /// Algorithms by pattern: `*` stands for one or more digits.
    #[serde(default)]
    pub patterns: Vec<String>,
    /// Whether a newer standard replaces what this rule names.
    #[serde(default)]
    pub superseded: bool,
    /// One sentence for people.
    pub explanation: String,
}

/// What is weak against attackers of today. Makes a finding, never a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Legacy {
    /// Unique name, for example `legacy.cipher`.
    pub id: String,
    /// Names in any letter case, looked up in every text of an algorithm use.
    pub names: Vec<String>,
    /// One sentence for people.
    pub explanation: String,
}

/// The parsed map. Make one with [`Map::builtin`] or [`Map::parse`].
#[derive(Debug, Clone)]
pub struct Map {
    version: String,
    rules: Vec<Rule>,
    legacy: Vec<Legacy>,
    /// Lower-case exact name to index into `rules`.
    by_name: HashMap<String, usize>,
    /// Lower-case pattern and index into `rules`.
    by_pattern: Vec<(String, usize)>,
    /// Lower-case name to index into `legacy`.
    legacy_by_name: HashMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MapFile {
    schema: u32,
    version: String,
    rule: Vec<Rule>,
    #[serde(default)]
    legacy: Vec<Legacy>,
}

impl Map {
    /// The map that ships with this version.
    ///
    /// # Errors
    /// [`PolicyError::Map`] if the shipped file breaks its schema; a test holds that it does not.
    pub fn builtin() -> Result<&'static Self, PolicyError> {
        BUILTIN.as_ref().map_err(Clone::clone)
    }

    /// Parses a map file (TOML).
    ///
    /// # Errors
    /// [`PolicyError::Map`] names the line or the rule: unknown key, unknown class, another schema, a
    /// rule without names, an id or a name that occurs twice, a pattern that could not end.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let file: MapFile = toml::from_str(text)
            .map_err(|error| wrong(error.to_string().trim_end().replace('\n', " ")))?;
        if file.schema != SCHEMA {
            return Err(wrong(format!(
                "schema {} is not the one that this version reads, {SCHEMA}",
                file.schema
            )));
        }
        check_ids(&file)?;
        let mut by_name = HashMap::new();
        let mut by_pattern = Vec::new();
        for (index, rule) in file.rule.iter().enumerate() {
            if rule.names.is_empty() && rule.patterns.is_empty() {
                return Err(wrong(format!("rule `{}` names no algorithm", rule.id)));
            }
            index_names(&rule.names, index, &rule.id, &mut by_name)?;
            for pattern in &rule.patterns {
                check_pattern(pattern, &rule.id)?;
                by_pattern.push((pattern.to_ascii_lowercase(), index));
            }
        }
        let mut legacy_by_name = HashMap::new();
        for (index, legacy) in file.legacy.iter().enumerate() {
            index_names(&legacy.names, index, &legacy.id, &mut legacy_by_name)?;
        }
        Ok(Self {
            version: file.version,
            rules: file.rule,
            legacy: file.legacy,
            by_name,
            by_pattern,
            legacy_by_name,
        })
    }

    /// The version, to be stored with every verdict.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every rule, in file order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of an algorithm, `None` where the map does not know it.
    #[must_use]
    pub fn rule_for(&self, algorithm: &str) -> Option<&Rule> {
        let name = algorithm.to_ascii_lowercase();
        let pattern_index = || {
            self.by_pattern
                .iter()
                .find(|(pattern, _)| matches_pattern(pattern, &name))
                .map(|(_, index)| index)
        };
        self.by_name
            .get(&name)
            .or_else(pattern_index)
            .and_then(|index| self.rules.get(*index))
    }

    /// The legacy entry of a name, if any.
    #[must_use]
    pub fn legacy_for(&self, name: &str) -> Option<&Legacy> {
        self.legacy_by_name
            .get(&name.to_ascii_lowercase())
            .and_then(|index| self.legacy.get(*index))
    }
}

fn wrong(reason: impl Into<String>) -> PolicyError {
    PolicyError::Map {
        reason: reason.into(),
    }
}

fn check_ids(file: &MapFile) -> Result<(), PolicyError> {
    let mut seen = HashSet::new();
    let ids = file
        .rule
        .iter()
        .map(|rule| &rule.id)
        .chain(file.legacy.iter().map(|legacy| &legacy.id));
    for id in ids {
        if id.is_empty() || !seen.insert(id) {
            return Err(wrong(format!("the id `{id}` is empty or occurs twice")));
        }
    }
    Ok(())
}

fn index_names(
    names: &[String],
    index: usize,
    id: &str,
    into: &mut HashMap<String, usize>,
) -> Result<(), PolicyError> {
    for name in names {
        if name.is_empty()
            || name.contains('*')
            || into.insert(name.to_ascii_lowercase(), index).is_some()
        {
            return Err(wrong(format!(
                "`{name}` in `{id}` is empty, holds a `*`, or has a place already"
            )));
        }
    }
    Ok(())
}

/// A star may not be followed by a digit or a star, so that matching needs no backtracking.
fn check_pattern(pattern: &str, id: &str) -> Result<(), PolicyError> {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let last = rest.len().saturating_sub(1);
    let ambiguous = rest.iter().enumerate().any(|(at, part)| {
        part.starts_with(|c: char| c.is_ascii_digit()) || (part.is_empty() && at != last)
    });
    if first.is_empty() || rest.is_empty() || ambiguous {
        return Err(wrong(format!(
            "pattern `{pattern}` in `{id}` must begin with text and hold a `*` not followed by a digit or `*`"
        )));
    }
    Ok(())
}

fn matches_pattern(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    for part in parts {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        if digits.len() == rest.len() {
            return false;
        }
        let Some(after) = digits.strip_prefix(part) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_shipped_map_is_reachable_by_each_of_its_names() {
        let map = Map::builtin().unwrap();
        for rule in map.rules() {
            let instances = rule
                .patterns
                .iter()
                .map(|pattern| pattern.replace('*', "7777"));
            for name in rule.names.iter().cloned().chain(instances) {
                assert_eq!(
                    map.rule_for(&name).map(|found| &found.id),
                    Some(&rule.id),
                    "{name}"
                );
                assert_eq!(
                    map.rule_for(&name.to_ascii_uppercase())
                        .map(|found| &found.id),
                    Some(&rule.id),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn no_pattern_of_the_shipped_map_takes_a_name_of_another_class() {
        let map = Map::builtin().unwrap();
        for (pattern, index) in &map.by_pattern {
            for (name, owner) in &map.by_name {
                let same_class = map.rules[*index].class == map.rules[*owner].class;
                assert!(
                    same_class || !matches_pattern(pattern, name),
                    "{pattern} takes {name}"
                );
            }
        }
    }

    #[test]
    fn the_documents_own_words_have_the_documents_classes() {
        let map = Map::builtin().unwrap();
        let class = |name: &str| map.rule_for(name).map(|rule| rule.class);
        for name in [
            "RSA",
            "ECDSA",
            "ECDH",
            "Ed25519",
            "X25519",
            "DHE",
            "ffdhe2048",
            "P-256",
            "rsa-sha2-512",
        ] {
            assert_eq!(class(name), Some(Class::NonPqc), "{name}");
        }
        for name in [
            "ML-KEM-768",
            "ML-KEM-1024",
            "ML-DSA-65",
            "FALCON-512",
            "SPHINCS+",
            "SLH-DSA-SHA2-128s",
        ] {
            assert_eq!(class(name), Some(Class::Pqc), "{name}");
        }
        for name in [
            "X25519+ML-KEM-768",
            "X25519MLKEM768",
            "SecP384r1MLKEM1024",
            "sntrup761x25519",
            "X25519Kyber768Draft00",
        ] {
            assert_eq!(class(name), Some(Class::Hybrid), "{name}");
        }
        for name in [
            "AES-128-GCM",
            "AES-256-GCM",
            "CHACHA20-POLY1305",
            "3DES-CBC",
            "RC4-128",
            "NULL",
        ] {
            assert_eq!(class(name), Some(Class::Symmetric), "{name}");
        }
        for name in [
            "",
            "unknown-group-0x1234",
            "ML-KEM-",
            "ML-KEM-768x",
            "ML-KEM-768+X",
            "xML-KEM-768",
            "X25519MLKEM",
        ] {
            assert_eq!(class(name), None, "{name}");
        }
    }

    #[test]
    fn a_wrong_file_is_refused_and_the_place_named() {
        let rule = "[[rule]]\nid = \"a\"\nclass = \"PQC\"\nnames = [\"A\"]\nexplanation = \"x\"\n";
        let head = "schema = 1\nversion = \"1\"\n";
        assert!(Map::parse(&format!("{head}{rule}")).is_ok());
        for (text, expected) in [
            (format!("schema = 2\nversion = \"1\"\n{rule}"), "schema 2"),
            (format!("{head}colour = 1\n{rule}"), "colour"),
            (format!("{head}{rule}weight = 3\n"), "weight"),
            (format!("{head}{}", rule.replace("PQC", "SAFE")), "SAFE"),
            (format!("{head}{rule}{rule}"), "`a`"),
            (
                format!(
                    "{head}{rule}{}",
                    rule.replace("\"a\"", "\"b\"").replace("\"A\"", "\"a\"")
                ),
                "`a` in `b`",
            ),
            (
                format!("{head}{}", rule.replace("names = [\"A\"]\n", "")),
                "names no algorithm",
            ),
            (
                format!(
                    "{head}{}",
                    rule.replace("names = [\"A\"]", "patterns = [\"A*1\"]")
                ),
                "A*1",
            ),
            (
                format!(
                    "{head}{}",
                    rule.replace("names = [\"A\"]", "patterns = [\"A**\"]")
                ),
                "A**",
            ),
        ] {
            let error = Map::parse(&text).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
