//! Verdicts on what a scan found (MVP section 3.3).
//!
//! Invariants: only negotiated uses decide; within a layer the weakest use decides; symmetric
//! algorithms never decide; a name that the map does not know is UNKNOWN, never safe. Each verdict
//! names its rule, and the whole carries the map's version. Start with [`classify`].

mod finding;
mod map;

use qv_types::{AlgorithmUse, Compliance, Layer, Verdict};
use serde::{Deserialize, Serialize};

pub use finding::{Finding, FindingKind};
pub use map::{Class, Legacy, Map, Rule};

/// The verdict on one layer.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerVerdict {
    /// The verdict. UNKNOWN also where nothing was seen; `decisive` tells the two apart.
    pub verdict: Verdict,
    /// Whether the layer counts towards compliance: it uses some public-key algorithm.
    pub decisive: bool,
    /// Rule that decided: one of the map, or `layer.*` where no algorithm could.
    pub rule: String,
    /// Algorithm that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// Why, in one sentence.
    pub explanation: String,
}

/// The verdicts on an asset.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classification {
    /// How traffic keys are agreed.
    pub key_exchange: LayerVerdict,
    /// How a peer or signer proves itself.
    pub authentication: LayerVerdict,
    /// How stored data is protected.
    pub data_at_rest: LayerVerdict,
    /// The document's overall state.
    pub compliance: Compliance,
    /// Rule that led to `compliance`, `compliance.*`.
    pub compliance_rule: String,
    /// Whether a layer's verdict is HYBRID.
    pub hybrid: bool,
    /// Version of the map that gave the verdicts.
    pub map_version: String,
    /// What people should know beside the verdicts.
    pub findings: Vec<Finding>,
}

/// A use beside the rule that the map has for it.
struct Judged<'a> {
    of: &'a AlgorithmUse,
    rule: Option<&'a Rule>,
}

impl Judged<'_> {
    fn verdict(&self) -> Verdict {
        match self.rule.map(|rule| rule.class) {
            Some(Class::NonPqc) => Verdict::NonPqc,
            Some(Class::Hybrid) => Verdict::Hybrid,
            Some(Class::Pqc) => Verdict::Pqc,
            Some(Class::Symmetric) | None => Verdict::Unknown,
        }
    }

    fn is_decisive(&self) -> bool {
        self.rule.is_none_or(|rule| rule.class != Class::Symmetric)
    }
}

/// Classifies what was found on one asset.
#[must_use]
pub fn classify(uses: &[AlgorithmUse], map: &Map) -> Classification {
    let judged: Vec<Judged<'_>> = uses
        .iter()
        .map(|of| Judged {
            of,
            rule: map.rule_for(&of.algorithm),
        })
        .collect();
    let key_exchange = layer_verdict(Layer::KeyExchange, &judged);
    let authentication = layer_verdict(Layer::Authentication, &judged);
    let data_at_rest = layer_verdict(Layer::DataAtRest, &judged);
    let (compliance, rule) = compliance(&key_exchange, &authentication, &data_at_rest);
    let hybrid = [&key_exchange, &authentication, &data_at_rest]
        .iter()
        .any(|layer| layer.verdict == Verdict::Hybrid);
    let findings = finding::collect(&judged, &key_exchange, &authentication, map);
    Classification {
        key_exchange,
        authentication,
        data_at_rest,
        compliance,
        compliance_rule: rule.into(),
        hybrid,
        map_version: map.version().into(),
        findings,
    }
}

/// Weakest first. A known weakness outranks what is not known; both outrank what is known good.
fn weakness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NonPqc => 0,
        Verdict::Unknown => 1,
        Verdict::Hybrid => 2,
        Verdict::Pqc => 3,
    }
}

fn layer_verdict(layer: Layer, judged: &[Judged<'_>]) -> LayerVerdict {
    let here = || judged.iter().filter(move |judged| judged.of.layer == layer);
    // Ties go to the smallest name, so that the order in which facts arrived does not matter.
    let weakest = here()
        .filter(|judged| judged.of.negotiated && judged.is_decisive())
        .min_by_key(|judged| (weakness(judged.verdict()), &judged.of.algorithm));
    match weakest {
        Some(judged) => LayerVerdict {
            verdict: judged.verdict(),
            decisive: true,
            rule: judged
                .rule
                .map_or_else(|| "layer.unknown-algorithm".into(), |rule| rule.id.clone()),
            algorithm: Some(judged.of.algorithm.clone()),
            explanation: judged.rule.map_or_else(
                || "The map does not know this algorithm, so nothing is claimed about it.".into(),
                |rule| rule.explanation.clone(),
            ),
        },
        None if here().any(Judged::is_decisive) => undecided(
            true,
            "layer.not-negotiated",
            "Algorithms were offered, but none was seen in use.",
        ),
        None if here().next().is_some() => undecided(
            false,
            "layer.symmetric-only",
            "Only symmetric algorithms were seen: no known quantum attack breaks them, and they decide no verdict.",
        ),
        None => undecided(false, "layer.not-seen", "Nothing of this layer was seen."),
    }
}

fn undecided(decisive: bool, rule: &str, explanation: &str) -> LayerVerdict {
    LayerVerdict {
        verdict: Verdict::Unknown,
        decisive,
        rule: rule.into(),
        algorithm: None,
        explanation: explanation.into(),
    }
}

/// MVP section 3.3; how its rules combine is decided in `docs/decisions/0004-classification-and-score.md`:
/// a negotiated hybrid key exchange excuses the authentication beside it and nothing else.
fn compliance(
    key_exchange: &LayerVerdict,
    authentication: &LayerVerdict,
    data_at_rest: &LayerVerdict,
) -> (Compliance, &'static str) {
    let hybrid_negotiated = key_exchange.verdict == Verdict::Hybrid;
    let counted: Vec<&LayerVerdict> = [key_exchange, authentication, data_at_rest]
        .into_iter()
        .filter(|layer| {
            layer.decisive && !(hybrid_negotiated && std::ptr::eq(*layer, authentication))
        })
        .collect();
    let any = |verdict| counted.iter().any(|layer| layer.verdict == verdict);
    if any(Verdict::NonPqc) {
        (Compliance::NonCompliant, "compliance.classical-layer")
    } else if counted.is_empty() {
        (Compliance::Unknown, "compliance.nothing-seen")
    } else if any(Verdict::Unknown) {
        (Compliance::Unknown, "compliance.unknown-layer")
    } else if hybrid_negotiated {
        (Compliance::Compliant, "compliance.hybrid-negotiated")
    } else {
        (Compliance::Compliant, "compliance.post-quantum")
    }
}

#[cfg(test)]
mod tests;
