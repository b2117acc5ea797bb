//! Probes of real servers of many kinds: every fact against what the server was configured to be.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests, outside of #[test]

mod cross_check;
mod gnutls;
mod hostile;
mod https;
mod node;
mod openssl;
mod rustls;
mod sweep;

use std::net::SocketAddr;
use std::time::Duration;

use qv_scan::{Depth, Guard, Limits, Outcome, Prober, Report, Target, TlsFacts};
use qv_types::AlgorithmUse;

/// Connections that a standard probe may make.
const CONNECTION_BUDGET: u32 = 16;

const OPEN: Guard = Guard {
    allow_loopback: true,
    allow_private: false,
};

fn target(address: SocketAddr) -> Target {
    address.to_string().parse().unwrap()
}

async fn probe_with(target: &Target, limits: Limits, depth: Depth) -> Report {
    Prober::new(limits, OPEN, depth)
        .unwrap()
        .probe(target)
        .await
}

/// A whole probe of a healthy server: complete and within the budget.
async fn probe(address: SocketAddr) -> Report {
    let report = probe_with(&target(address), Limits::default(), Depth::Standard).await;
    assert_eq!(report.outcome(), Outcome::Complete, "{report:#?}");
    assert!(
        report.connections <= CONNECTION_BUDGET,
        "{} connections",
        report.connections
    );
    report
}

/// Limits for peers that never answer.
fn short_limits() -> Limits {
    let (connect, handshake) = (Duration::from_millis(500), Duration::from_millis(700));
    Limits {
        connect,
        handshake,
        overall: Duration::from_secs(3),
        ..Limits::default()
    }
}

fn facts(report: &Report) -> &TlsFacts {
    report.tls.as_ref().unwrap()
}

/// Versions that are offered, newest first.
fn versions(report: &Report) -> Vec<&'static str> {
    let offered = facts(report)
        .versions
        .iter()
        .filter(|fact| facts(report).offers(fact.version) == Some(true));
    offered.map(|fact| fact.version.as_str()).collect()
}

/// IANA names of the groups, sorted.
fn groups(report: &Report) -> Vec<&str> {
    let mut labels: Vec<&str> = facts(report)
        .groups
        .iter()
        .map(|group| group.label.as_str())
        .collect();
    labels.sort_unstable();
    labels
}

/// Key exchanges of the suites before TLS 1.3 with their ciphers, sorted.
fn old_suites(report: &Report) -> Vec<&str> {
    let old = facts(report)
        .suites
        .iter()
        .filter(|suite| suite.version.as_str() != "TLS1.3");
    let mut names: Vec<&str> = old.map(|suite| suite.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Algorithm and role of the negotiated uses.
fn negotiated_uses(report: &Report) -> Vec<(&str, &str)> {
    let negotiated = report.algorithms.iter().filter(|used| used.negotiated);
    negotiated
        .map(|used| (used.algorithm.as_str(), used.role.as_str()))
        .collect()
}

fn uses<'a>(report: &'a Report, role: &str) -> Vec<&'a AlgorithmUse> {
    report
        .algorithms
        .iter()
        .filter(|used| used.role == role)
        .collect()
}

fn sentences(report: &Report) -> Vec<&str> {
    report
        .findings
        .iter()
        .map(|finding| finding.sentence.as_str())
        .collect()
}
