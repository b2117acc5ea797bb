//! Findings: what people should know beside the verdicts. They change no verdict.

use qv_types::{AlgorithmUse, Layer, Verdict};
use serde::{Deserialize, Serialize};

use super::{Judged, LayerVerdict, Map};

/// What kind of thing a finding says.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// No post-quantum key exchange is offered at all.
    NoPostQuantumKeyExchange,
    /// A hybrid or post-quantum key exchange is offered, yet a classical one is chosen.
    PostQuantumNotPreferred,
    /// A classical key exchange is accepted beside the hybrid or post-quantum one that is chosen.
    DowngradeAccepted,
    /// The key exchange is hybrid or post-quantum, the authentication classical.
    ClassicalAuthentication,
    /// A draft or experiment that a standard replaces.
    Superseded,
    /// Weak against attackers of today.
    Legacy,
    /// A name that the map does not know.
    UnknownAlgorithm,
}

/// One finding.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// Layer that it concerns.
    pub layer: Layer,
    /// Algorithm, cipher or protocol that it names, as it came from the scan. Several are joined by `, `.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// Why, in one sentence.
    pub explanation: String,
}

/// All findings, each once, sorted.
pub(super) fn collect(
    judged: &[Judged<'_>],
    key_exchange: &LayerVerdict,
    authentication: &LayerVerdict,
    map: &Map,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = judged
        .iter()
        .flat_map(|judged| of_one(judged, map))
        .collect();
    findings.extend(of_key_exchange(judged, key_exchange));
    if is_safe(key_exchange.verdict) && authentication.verdict == Verdict::NonPqc {
        findings.push(Finding {
            kind: FindingKind::ClassicalAuthentication,
            layer: Layer::Authentication,
            algorithm: authentication.algorithm.clone(),
            explanation:
                "Recorded traffic stays secret, but a quantum attacker could impersonate this peer."
                    .into(),
        });
    }
    findings.sort();
    findings.dedup();
    findings
}

fn is_safe(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Hybrid | Verdict::Pqc)
}

fn of_one(judged: &Judged<'_>, map: &Map) -> Vec<Finding> {
    let of = judged.of;
    let named = |kind, algorithm: &str, explanation: &str| Finding {
        kind,
        layer: of.layer,
        algorithm: Some(algorithm.into()),
        explanation: explanation.into(),
    };
    let mut findings = Vec::new();
    match judged.rule {
        None => findings.push(named(
            FindingKind::UnknownAlgorithm,
            &of.algorithm,
            "The classification map does not know this name; the verdict stays UNKNOWN until it does.",
        )),
        Some(rule) if rule.superseded => findings.push(named(FindingKind::Superseded, &of.algorithm, &rule.explanation)),
        Some(_) => {}
    }
    for text in texts(of) {
        if let Some(legacy) = map.legacy_for(text) {
            findings.push(named(FindingKind::Legacy, text, &legacy.explanation));
        }
    }
    findings
}

/// Every text of a use that may name something weak.
fn texts(of: &AlgorithmUse) -> impl Iterator<Item = &str> {
    let optional = [&of.protocol, &of.signature_alg, &of.symmetric, &of.mode];
    std::iter::once(of.algorithm.as_str())
        .chain(optional.into_iter().filter_map(|text| text.as_deref()))
}

fn of_key_exchange(judged: &[Judged<'_>], verdict: &LayerVerdict) -> Option<Finding> {
    if !verdict.decisive {
        return None;
    }
    let names = |wanted: fn(Verdict) -> bool| -> Option<String> {
        let here = judged
            .iter()
            .filter(|judged| judged.of.layer == Layer::KeyExchange);
        let mut names: Vec<&str> = here
            .filter(|judged| wanted(judged.verdict()))
            .map(|judged| judged.of.algorithm.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let classical = names(|verdict| verdict == Verdict::NonPqc);
    let post_quantum = names(is_safe);
    let (kind, algorithm, explanation) = match (verdict.verdict, classical, post_quantum) {
        (Verdict::NonPqc, _, None) => (
            FindingKind::NoPostQuantumKeyExchange,
            None,
            "No post-quantum key exchange is offered: traffic recorded today can be read once a quantum computer exists.",
        ),
        (Verdict::NonPqc, _, offered) => (
            FindingKind::PostQuantumNotPreferred,
            offered,
            "A post-quantum key exchange is offered, but a modern client gets a classical one: put it first in the server's preference.",
        ),
        (Verdict::Hybrid | Verdict::Pqc, Some(classical), _) => (
            FindingKind::DowngradeAccepted,
            Some(classical),
            "A client that offers only classical key exchange is still served; its traffic can be recorded and read later.",
        ),
        _ => return None,
    };
    Some(Finding {
        kind,
        layer: Layer::KeyExchange,
        algorithm,
        explanation: explanation.into(),
    })
}
