//! The result of probing one target.
//!
//! Start with [`Report`]; [`facts`] holds what was seen, [`findings`] the sentences about it.

pub mod facts;
pub mod findings;
mod uses;

use std::net::SocketAddr;

use qv_types::AlgorithmUse;
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, FailureCause, Stage};
use crate::target::Target;

pub use facts::{
    GroupFact, HopFacts, Hsts, HttpsFacts, LegacyFacts, Negotiated, SuiteFact, Support, TlsFacts,
    VersionFact,
};
pub use findings::{Finding, FindingKind};

/// The result of probing one target. Texts in it may come from a hostile peer: they are bounded,
/// but escape them before showing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The target.
    pub target: Target,
    /// The address that was probed, where one was reached.
    pub address: Option<SocketAddr>,
    /// TLS facts; `None` where no TLS was found.
    pub tls: Option<TlsFacts>,
    /// HTTPS facts, for URL targets.
    pub https: Option<HttpsFacts>,
    /// Algorithms in use, for classification.
    pub algorithms: Vec<AlgorithmUse>,
    /// Plain sentences about post-quantum key exchange.
    pub findings: Vec<Finding>,
    /// What has no result, and why.
    pub failures: Vec<Failure>,
    /// Time from the first packet to the report, in milliseconds.
    pub duration_ms: u64,
    /// TCP connections that were opened.
    pub connections: u32,
}

/// How a probe ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every question has an answer.
    Complete,
    /// There are facts, but a part failed.
    Partial,
    /// There are no facts.
    Failed,
}

impl Report {
    /// How the probe ended.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (&self.tls, self.failures.is_empty()) {
            (None, _) => Outcome::Failed,
            (Some(_), false) => Outcome::Partial,
            (Some(_), true) => Outcome::Complete,
        }
    }

    /// The report of a target that could not be probed at all.
    #[must_use]
    pub fn failed(target: Target, failure: Failure) -> Self {
        Self {
            target,
            address: None,
            tls: None,
            https: None,
            algorithms: Vec::new(),
            findings: Vec::new(),
            failures: vec![failure],
            duration_ms: 0,
            connections: 0,
        }
    }

    /// The report of a probe that ended by a defect of ours.
    #[must_use]
    pub(crate) fn defect(target: Target, detail: impl std::fmt::Display) -> Self {
        Self::failed(
            target,
            Failure::new(Stage::Probe, FailureCause::Internal, detail),
        )
    }

    /// Derives algorithms and findings from the facts.
    pub(crate) fn conclude(&mut self) {
        if let Some(tls) = &self.tls {
            self.algorithms = uses::of(tls);
            self.findings = findings::of(tls);
        }
    }
}
