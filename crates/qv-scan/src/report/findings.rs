//! Plain sentences about post-quantum key exchange.

use serde::{Deserialize, Serialize};

use super::facts::{GroupFact, TlsFacts};
use crate::wire::Version;

/// Kind of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// No group with a KEM is accepted.
    NoPostQuantumKeyExchange,
    /// A group with a KEM is accepted, but a modern client gets another.
    HybridNotPreferred,
    /// A group with a KEM is accepted, and so are classical key exchanges.
    DowngradeAccepted,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Kind.
    pub kind: FindingKind,
    /// The sentence.
    pub sentence: String,
}

/// Findings of a set of facts. Says nothing where the facts do not suffice.
pub(super) fn of(tls: &TlsFacts) -> Vec<Finding> {
    let post_quantum: Vec<&GroupFact> = tls
        .groups
        .iter()
        .filter(|group| group.post_quantum)
        .collect();
    if post_quantum.is_empty() {
        return no_post_quantum(tls).into_iter().collect();
    }
    let names = join(post_quantum.iter().map(|group| group.name.as_str()));
    [not_preferred(tls, &names), downgrade(tls, &names)]
        .into_iter()
        .flatten()
        .collect()
}

fn no_post_quantum(tls: &TlsFacts) -> Option<Finding> {
    let sentence = match tls.offers(Version::Tls13) {
        Some(false) => {
            "No post-quantum key exchange offered: the server does not speak TLS 1.3, which it needs."
        }
        Some(true) if tls.groups_complete => "No post-quantum key exchange offered.",
        _ => return None,
    };
    Some(Finding {
        kind: FindingKind::NoPostQuantumKeyExchange,
        sentence: sentence.to_owned(),
    })
}

fn not_preferred(tls: &TlsFacts, names: &str) -> Option<Finding> {
    let given = &tls.negotiated.as_ref()?.suite.key_exchange;
    let preferred = tls
        .groups
        .iter()
        .any(|group| group.post_quantum && group.name == *given);
    (!preferred).then(|| Finding {
        kind: FindingKind::HybridNotPreferred,
        sentence: format!("Hybrid offered but not preferred: the server accepts {names}, but a modern client gets {given}."),
    })
}

fn downgrade(tls: &TlsFacts, names: &str) -> Option<Finding> {
    let classical = tls
        .groups
        .iter()
        .filter(|group| !group.post_quantum && group.version == Version::Tls13);
    let classical = join(classical.map(|group| group.label.as_str()));
    let older = tls.versions.iter().map(|fact| fact.version);
    let older =
        older.filter(|version| *version < Version::Tls13 && tls.offers(*version) == Some(true));
    let older = join(older.map(Version::as_str));
    let ways = match (classical.is_empty(), older.is_empty()) {
        (true, true) => return None,
        (false, true) => format!("{classical} in TLS1.3"),
        (true, false) => older,
        (false, false) => format!("{classical} in TLS1.3, and {older}"),
    };
    let sentence = format!("Downgrade accepted: besides {names} the server also accepts {ways}.");
    Some(Finding {
        kind: FindingKind::DowngradeAccepted,
        sentence,
    })
}

fn join<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}
