//! Probes: what is asked of one target, in which order. The bytes are in [`crate::wire`], the
//! decisions on what to offer next in [`crate::survey`], sockets and time in `net`.
//!
//! Start with [`Prober::probe`]; `tls` lists the questions.

mod groups;
mod http_head;
mod https;
mod hybrid;
mod modern;
mod raw;
mod signatures;
mod suites;
mod tls;
mod versions;

use std::sync::Arc;

use tokio::time::Instant;

use crate::error::ScanError;
use crate::failure::Failure;
use crate::gate::Gate;
use crate::guard::Guard;
use crate::limits::Limits;
use crate::net::{Line, host_of, resolve};
use crate::report::Report;
use crate::target::Target;
use https::HttpsProbe;
use modern::ModernClient;
use tls::TlsProbe;

/// How much is asked of a TLS endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// About a dozen connections: all versions, one suite of each kind before TLS 1.3, all suites of
    /// TLS 1.3, all groups (RFC 7919 fields as one).
    #[default]
    Standard,
    /// Each suite of each version and each finite field: a connection for each.
    Full,
}

/// Probes targets. Cheap to clone; clones share their per-host limits.
#[derive(Debug, Clone)]
pub struct Prober(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    limits: Limits,
    guard: Guard,
    depth: Depth,
    modern: ModernClient,
    /// Turns of targets, by address.
    gate: Gate,
    /// Turns of redirect hops: apart, so that a target that holds its own turn never waits for
    /// another target's.
    hop_gate: Gate,
}

impl Prober {
    /// A prober with its limits and its address guard.
    ///
    /// # Errors
    /// [`ScanError::Tls`] where the TLS client cannot be set up.
    pub fn new(limits: Limits, guard: Guard, depth: Depth) -> Result<Self, ScanError> {
        let (gate, hop_gate) = (Gate::new(limits.per_host), Gate::new(limits.per_host));
        Ok(Self(Arc::new(Shared {
            limits,
            guard,
            depth,
            modern: ModernClient::new()?,
            gate,
            hop_gate,
        })))
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Probes one target. Never fails: what has no result is a failure in the report.
    ///
    /// Waits for its turn at the target's address first; the overall limit begins after that.
    pub async fn probe(&self, target: &Target) -> Report {
        let addresses = match resolve(target, self.guard(), self.limits()).await {
            Ok(addresses) => addresses,
            Err(failure) => return Report::failed(target.clone(), failure),
        };
        let _turn = match host_of(&addresses) {
            Some(address) => Some(self.0.gate.enter(address).await),
            None => None,
        };
        let begun = Instant::now();
        let deadline = begun + self.limits().overall;
        let mut line = Line::new(self.limits(), addresses, deadline);
        let (tls, failures) = TlsProbe::new(self.modern(), target, &mut line, self.0.depth)
            .run()
            .await;
        let mut report = Report {
            target: target.clone(),
            address: line.address(),
            tls,
            https: None,
            algorithms: Vec::new(),
            findings: Vec::new(),
            failures,
            duration_ms: 0,
            connections: line.connections(),
        };
        self.probe_https(&mut report, deadline).await;
        report.duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        report.conclude();
        report
    }

    async fn probe_https(&self, report: &mut Report, deadline: Instant) {
        let (Some(address), Some(_)) = (report.address, &report.tls) else {
            return;
        };
        let Some(url) = report.target.url() else {
            return;
        };
        // A host that has stopped answering is not asked again.
        if report.failures.iter().any(Failure::ends_probing) {
            return;
        }
        let probe = HttpsProbe::new(self, deadline, &report.target, address);
        let (facts, failure, connections) = probe.run(&report.target, url).await;
        report.https = Some(facts);
        report.failures.extend(failure);
        report.connections += connections;
    }

    fn guard(&self) -> Guard {
        self.0.guard
    }

    fn modern(&self) -> &ModernClient {
        &self.0.modern
    }

    fn hop_gate(&self) -> &Gate {
        &self.0.hop_gate
    }
}
