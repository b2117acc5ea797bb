//! What differs between what was known of an endpoint and what a scan sees, in words for people.
//!
//! Pure. The texts may quote the peer, and are bounded.

use std::collections::{BTreeMap, BTreeSet};

use qv_scan::{CertificateFacts, HttpsFacts, Report, Support, TlsFacts};
use qv_store::Asset;
use qv_types::AlgorithmUse;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The most that is told of one scan.
const CHANGES: usize = 40;
/// Bytes of a text at most.
const TEXT: usize = 200;

/// One difference. Nothing before: it is there now; nothing after: it is gone.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What differs, for example `group negotiated`, `certificate`, `TLS1.1`, `score`.
    pub what: String,
    /// What it was.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

impl Change {
    pub(crate) fn new(what: &str, before: Option<String>, after: Option<String>) -> Self {
        Self {
            what: what.to_owned(),
            before: before.map(bounded),
            after: after.map(bounded),
        }
    }
}

/// What a scan sees that was not so, or not there, when the asset was stored.
pub(super) fn between(known: &Asset, report: &Report) -> Vec<Change> {
    let mut changes = algorithms(&known.algorithms, &report.algorithms);
    let tls: Option<TlsFacts> = part(known, "tls");
    let https: Option<HttpsFacts> = part(known, "https");
    if let (Some(before), Some(after)) = (&tls, &report.tls) {
        changes.extend(versions(before, after));
        changes.extend(certificates(before, after));
    }
    changes.extend(web(https.as_ref(), report.https.as_ref()));
    if changes.is_empty() && (tls != report.tls || https != report.https) {
        changes.push(Change::new("other facts", None, None));
    }
    changes.truncate(CHANGES);
    changes
}

/// A part of stored facts; none where it is of a form that is not known any more.
fn part<T: DeserializeOwned>(known: &Asset, name: &str) -> Option<T> {
    serde_json::from_value(known.facts.get(name)?.clone()).ok()
}

/// Algorithms that came and went, in pairs where one took another's place.
fn algorithms(before: &[AlgorithmUse], after: &[AlgorithmUse]) -> Vec<Change> {
    let gone = by_role(before, after);
    let came = by_role(after, before);
    let roles: BTreeSet<&str> = gone.keys().chain(came.keys()).copied().collect();
    let mut changes = Vec::new();
    for role in roles {
        let mut gone = gone.get(role).into_iter().flatten();
        let mut came = came.get(role).into_iter().flatten();
        loop {
            match (gone.next(), came.next()) {
                (None, None) => break,
                (before, after) => {
                    changes.push(Change::new(role, before.cloned(), after.cloned()));
                }
            }
        }
    }
    changes
}

/// The uses among `these` that `others` lack, by their role.
fn by_role<'a>(
    these: &'a [AlgorithmUse],
    others: &[AlgorithmUse],
) -> BTreeMap<&'a str, BTreeSet<String>> {
    let others: BTreeSet<_> = others.iter().map(|used| (&used.role, name(used))).collect();
    let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for used in these {
        let name = name(used);
        if !others.contains(&(&used.role, name.clone())) {
            found.entry(&used.role).or_default().insert(name);
        }
    }
    found
}

/// For example `RSA, 2048 bits, sha256WithRSAEncryption`.
fn name(used: &AlgorithmUse) -> String {
    let bits = used.key_length.map(|bits| format!("{bits} bits"));
    [
        Some(used.algorithm.clone()),
        bits,
        used.signature_alg.clone(),
        used.symmetric.clone(),
        used.protocol.clone(),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}

fn versions(before: &TlsFacts, after: &TlsFacts) -> Vec<Change> {
    let word = |support: Support| match support {
        Support::Offered => Some("offered".to_owned()),
        Support::Refused => Some("refused".to_owned()),
        Support::Unknown => None,
    };
    let changed = after.versions.iter().filter_map(|now| {
        let was = before
            .versions
            .iter()
            .find(|fact| fact.version == now.version)?;
        let differs = was.support != now.support;
        differs.then(|| Change::new(now.version.as_str(), word(was.support), word(now.support)))
    });
    changed.collect()
}

/// The leaf by what people know it by; the rest of the chain by its subjects.
fn certificates(before: &TlsFacts, after: &TlsFacts) -> Vec<Change> {
    let mut changes = Vec::new();
    let (was, is) = (before.certificates.first(), after.certificates.first());
    if was.map(|leaf| &leaf.sha256) != is.map(|leaf| &leaf.sha256) {
        changes.push(Change::new(
            "certificate",
            was.map(describe),
            is.map(describe),
        ));
    }
    let rest = |tls: &TlsFacts| {
        let rest = tls.certificates.iter().skip(1);
        rest.map(|one| one.sha256.clone()).collect::<Vec<_>>()
    };
    if rest(before) != rest(after) {
        let subjects = |tls: &TlsFacts| {
            let rest = tls.certificates.iter().skip(1);
            rest.map(|one| one.subject.clone())
                .collect::<Vec<_>>()
                .join("; ")
        };
        changes.push(Change::new(
            "chain",
            Some(subjects(before)),
            Some(subjects(after)),
        ));
    }
    changes
}

fn describe(leaf: &CertificateFacts) -> String {
    let until = leaf.not_after.to_seconds_text();
    let issuer = bounded(leaf.issuer.clone());
    format!("valid until {until}, serial {}, of {issuer}", leaf.serial)
}

/// What the first answer over HTTPS says of itself.
fn web(before: Option<&HttpsFacts>, after: Option<&HttpsFacts>) -> Vec<Change> {
    let first = |facts: Option<&HttpsFacts>| facts.and_then(|facts| facts.hops.first().cloned());
    let (was, is) = (first(before), first(after));
    let hsts = |hop: &Option<qv_scan::HopFacts>| {
        let policy = hop.as_ref()?.hsts?;
        Some(format!("max-age {}", policy.max_age))
    };
    let status =
        |hop: &Option<qv_scan::HopFacts>| hop.as_ref()?.status.map(|code| code.to_string());
    let location = |hop: &Option<qv_scan::HopFacts>| hop.as_ref()?.location.clone();
    [
        ("HSTS", hsts(&was), hsts(&is)),
        ("HTTP status", status(&was), status(&is)),
        ("redirect", location(&was), location(&is)),
    ]
    .into_iter()
    .filter(|(_, was, is)| was != is)
    .map(|(what, was, is)| Change::new(what, was, is))
    .collect()
}

fn bounded(mut text: String) -> String {
    if text.len() > TEXT {
        let end = text.floor_char_boundary(TEXT);
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use qv_types::Layer;

    use super::*;

    fn used(role: &str, algorithm: &str) -> AlgorithmUse {
        AlgorithmUse::new(Layer::KeyExchange, algorithm, role, true)
    }

    #[test]
    fn what_takes_anothers_place_is_one_change() {
        let before = [
            used("group negotiated", "X25519"),
            used("leaf key", "RSA"),
            used("group offered", "P-256"),
        ];
        let after = [
            used("group negotiated", "X25519MLKEM768"),
            used("group offered", "X25519"),
            used("group offered", "P-256"),
        ];
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            algorithms(&before, &after),
            [
                Change::new("group negotiated", text("X25519"), text("X25519MLKEM768")),
                Change::new("group offered", None, text("X25519")),
                Change::new("leaf key", text("RSA"), None),
            ]
        );
        assert!(algorithms(&before, &before).is_empty());
    }

    #[test]
    fn texts_are_bounded_between_characters() {
        let change = Change::new("chain", Some("ü".repeat(500)), None);
        let text = change.before.unwrap();
        assert!(text.len() <= TEXT + 3 && text.ends_with("ü…"), "{text}");
    }
}
