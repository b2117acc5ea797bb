//! Does an asset meet a policy, and may it be wrapped under it?

use std::fmt;

use qv_types::{Compliance, EnforcementMode, Timestamp, TransitionStrategy, Verdict};
use serde::{Deserialize, Serialize};

use super::{AssetView, Policy, WrapSuite};
use crate::PolicyError;

/// One reason of an evaluation.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Wrapped with a suite that the policy accepts.
    WrappedAsRequired {
        /// The suite.
        suite: String,
    },
    /// Wrapped with a suite that the policy does not accept.
    WrappedOtherwise {
        /// The suite.
        suite: String,
    },
    /// Its own cryptography is post-quantum or, where that is enough, hybrid.
    CompliantByItself,
    /// Its own cryptography is quantum-vulnerable and its material is not wrapped.
    NotWrapped,
    /// Its own cryptography is not known and its material is not wrapped.
    NotKnown,
    /// Its own cryptography is hybrid, and the policy is PQC_ONLY.
    HybridNotEnough,
    /// Its authentication uses none of the required signatures. Wrapping cannot change that, so it
    /// counts only against an asset that is to be compliant by itself.
    SignatureNotRequired {
        /// The algorithms that it uses, joined by `, `; empty where none was seen.
        algorithms: String,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrappedAsRequired { suite } => {
                write!(f, "wrapped with {suite}, as the policy requires")
            }
            Self::WrappedOtherwise { suite } => {
                write!(f, "wrapped with {suite}, which the policy does not accept")
            }
            Self::CompliantByItself => f.write_str("its own cryptography meets the policy"),
            Self::NotWrapped => f.write_str("quantum-vulnerable and not wrapped"),
            Self::NotKnown => f.write_str("its cryptography is not known and it is not wrapped"),
            Self::HybridNotEnough => {
                f.write_str("hybrid, and the policy accepts only post-quantum")
            }
            Self::SignatureNotRequired { algorithms } if algorithms.is_empty() => {
                f.write_str("no required signature was seen in its authentication")
            }
            Self::SignatureNotRequired { algorithms } => {
                write!(
                    f,
                    "authenticates with {algorithms}, which is not a required signature (wrapping cannot change that)"
                )
            }
        }
    }
}

/// A policy's answer on an asset in its scope: a `policy_assets` row.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Whether the asset meets the policy.
    pub is_compliant: bool,
    /// Why; never empty.
    pub reasons: Vec<Reason>,
    /// When.
    pub evaluated_at: Timestamp,
}

/// Evaluates a policy on an asset at the time `now`; `None` where the asset is out of scope.
///
/// An asset meets a policy if its material is wrapped with an accepted suite, or if its own
/// cryptography is COMPLIANT, allowed by the transition strategy, and authenticated by a required
/// signature where the policy names any.
///
/// # Errors
/// [`PolicyError::QueryFailed`] where a custom query fails on this asset.
pub fn evaluate(
    policy: &Policy,
    asset: &AssetView,
    now: Timestamp,
) -> Result<Option<Evaluation>, PolicyError> {
    if !policy.scope.contains(asset)? {
        return Ok(None);
    }
    let (wrapping_meets, wrapping) = judge_wrapping(policy, asset);
    let (native_meets, native) = judge_native(policy, asset);
    let mut reasons: Vec<Reason> = wrapping.into_iter().collect();
    // Beside a good wrapping, shortcomings of the asset itself are no reason, but an unmet
    // signature stays worth saying.
    reasons.extend(native.into_iter().filter(|reason| {
        !wrapping_meets
            || matches!(
                reason,
                Reason::SignatureNotRequired { .. } | Reason::CompliantByItself
            )
    }));
    Ok(Some(Evaluation {
        is_compliant: wrapping_meets || native_meets,
        reasons,
        evaluated_at: now,
    }))
}

fn judge_wrapping(policy: &Policy, asset: &AssetView) -> (bool, Option<Reason>) {
    let Some(suite) = asset.wrapper_algorithm.clone() else {
        return (false, None);
    };
    if suite
        .parse::<WrapSuite>()
        .is_ok_and(|parsed| policy.accepts(parsed))
    {
        (true, Some(Reason::WrappedAsRequired { suite }))
    } else {
        (false, Some(Reason::WrappedOtherwise { suite }))
    }
}

fn judge_native(policy: &Policy, asset: &AssetView) -> (bool, Vec<Reason>) {
    let mut reasons = Vec::new();
    match asset.compliance {
        Compliance::Compliant
            if asset.hybrid && policy.transition_strategy == TransitionStrategy::PqcOnly =>
        {
            reasons.push(Reason::HybridNotEnough);
        }
        Compliance::Compliant => {}
        Compliance::NonCompliant => reasons.push(Reason::NotWrapped),
        Compliance::Unknown => reasons.push(Reason::NotKnown),
    }
    if !signature_met(policy, asset) {
        reasons.push(Reason::SignatureNotRequired {
            algorithms: asset.authentication_algorithms.join(", "),
        });
    }
    if reasons.is_empty() {
        return (true, vec![Reason::CompliantByItself]);
    }
    (false, reasons)
}

/// Every negotiated signature must be a required one: one classical link breaks the chain. Where
/// HYBRID is enough, a composite (verdict HYBRID) is as well.
fn signature_met(policy: &Policy, asset: &AssetView) -> bool {
    let required = &policy.required.signature;
    let names_required = |used: &String| {
        required
            .iter()
            .any(|suite| suite.as_str().eq_ignore_ascii_case(used))
    };
    let composite = asset.authentication == Verdict::Hybrid
        && policy.transition_strategy == TransitionStrategy::Hybrid;
    required.is_empty()
        || composite
        || (!asset.authentication_algorithms.is_empty()
            && asset.authentication_algorithms.iter().all(names_required))
}

/// Why an asset may not be wrapped under a policy (MVP section 8.3).
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Ineligible {
    /// The policy is switched off.
    #[error("the policy is inactive; activate it first")]
    PolicyInactive,
    /// The policy only reports.
    #[error("the policy is MONITOR_ONLY; set it to ENFORCE to wrap under it")]
    MonitorOnly,
    /// The asset is not in the policy's scope.
    #[error("the asset is not in the policy's scope")]
    OutOfScope,
    /// The asset meets the policy already.
    #[error("the asset meets the policy already")]
    AlreadyCompliant,
    /// There is nothing to wrap.
    #[error("the asset has no key material; add some with `qv secrets add`")]
    NoMaterial,
}

/// Whether an asset with `material_count` pieces of key material is eligible for a wrap batch of
/// this policy, given the policy's evaluation of it.
///
/// # Errors
/// The first reason against it, those of the policy before those of the asset.
pub fn eligible(
    policy: &Policy,
    evaluation: Option<&Evaluation>,
    material_count: u64,
) -> Result<(), Ineligible> {
    if !policy.is_active {
        return Err(Ineligible::PolicyInactive);
    }
    if policy.enforcement_mode == EnforcementMode::MonitorOnly {
        return Err(Ineligible::MonitorOnly);
    }
    match evaluation {
        None => Err(Ineligible::OutOfScope),
        Some(evaluation) if evaluation.is_compliant => Err(Ineligible::AlreadyCompliant),
        Some(_) if material_count == 0 => Err(Ineligible::NoMaterial),
        Some(_) => Ok(()),
    }
}
