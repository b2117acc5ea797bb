//! Storing what targets showed.
//!
//! Results are stored in groups: a commit waits for the disk, and a scan should not wait for it once
//! a target. What is not stored yet when a process dies is probed again.

use std::time::Duration;

use qv_audit::Action;
use qv_scan::{Outcome, Report};
use qv_store::{Assessment, Asset, Job, JobStep, Lease, Observation, ScanFailure, WriteTx};
use qv_types::{AssetType, Criticality, Exposure, ScanId, Sensitivity, StepState, Timestamp};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{Step, changes};
use crate::assess::{Meaning, assess, to_json};
use crate::assets::Standing;
use crate::{AppError, Vault, runner};

/// Results of one transaction at most.
const GROUP: usize = 64;
/// How long a result waits for others.
const GATHER: Duration = Duration::from_millis(100);

pub(super) struct Recorder<'a> {
    pub vault: &'a Vault,
    pub job: &'a Job,
    pub lease: &'a Lease,
    pub scan: ScanId,
}

impl Recorder<'_> {
    /// Stores results until the channel closes.
    pub async fn run(
        &self,
        mut results: mpsc::Receiver<(JobStep, Report)>,
    ) -> Result<(), AppError> {
        let mut done = self.job.steps_ended;
        while let Some(first) = results.recv().await {
            let mut group = vec![first];
            let _full_or_late = timeout(GATHER, async {
                while group.len() < GROUP {
                    let Some(next) = results.recv().await else {
                        return;
                    };
                    group.push(next);
                }
            })
            .await;
            let mut tx = self.vault.begin().await?;
            for (step, report) in &group {
                self.record(&mut tx, step, report).await?;
            }
            tx.commit().await?;
            done += group.len() as u64;
            let last = group.last().map(|(_, report)| report.target.to_string());
            runner::report(self.vault, self.job, done, last);
        }
        Ok(())
    }

    async fn record(
        &self,
        tx: &mut WriteTx,
        step: &JobStep,
        report: &Report,
    ) -> Result<(), AppError> {
        let now = Timestamp::now();
        let failed = report.outcome() == Outcome::Failed;
        if failed {
            self.keep_failure(tx, report, now).await?;
        } else {
            self.keep_asset(tx, step, report, now).await?;
        }
        let state = if failed {
            StepState::Failed
        } else {
            StepState::Done
        };
        let event = self
            .vault
            .event(Action::JobStepDone, self.job.id)
            .with("step", step.step);
        Ok(tx
            .end_step(event, self.lease, step.step, state, &json!({}), now)
            .await?)
    }

    async fn keep_failure(
        &self,
        tx: &mut WriteTx,
        report: &Report,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let failure = report.failures.first();
        let mut details = Map::new();
        if let Some(failure) = failure {
            details.insert("stage".into(), to_json(&failure.stage)?);
            details.insert("cause".into(), to_json(&failure.cause)?);
        }
        let row = ScanFailure {
            scan_id: self.scan,
            target: report.target.to_string(),
            error: failure.map_or_else(
                || "no TLS was found".to_owned(),
                |failure| failure.detail.clone(),
            ),
            details,
            at: now,
        };
        let event = self
            .vault
            .event(Action::ScanTargetFailed, self.scan)
            .with("target", row.target.as_str());
        Ok(tx.add_scan_failure(event, &row).await?)
    }

    async fn keep_asset(
        &self,
        tx: &mut WriteTx,
        step: &JobStep,
        report: &Report,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let Step {
            target,
            environment,
        } = runner::stored(self.job, step.input.clone())?;
        let asset_type = if report.target.url().is_some() {
            AssetType::ApiEndpoint
        } else {
            AssetType::TlsCert
        };
        let known = tx.find_asset(environment, &target, asset_type).await?;
        let meaning = known.as_ref().map_or_else(
            || Meaning {
                exposure: Exposure::Internal,
                sensitivity: Sensitivity::Internal,
                criticality: Criticality::Medium,
                wrapper_algorithm: None,
                last_scan: None,
            },
            |asset| Meaning::of(&asset.summary),
        );
        let meaning = Meaning {
            last_scan: Some(now),
            ..meaning
        };
        let assessment = assess(&report.algorithms, &meaning, now)?;
        let details = details(report, known.as_ref(), &assessment)?;
        let seen = Observation {
            name: report.target.authority(),
            asset_type,
            location: target.clone(),
            environment,
            criticality: meaning.criticality,
            sensitivity: meaning.sensitivity,
            exposure: meaning.exposure,
            assessment,
            algorithms: report.algorithms.clone(),
            facts: facts(report)?,
            at: now,
            scan: Some((self.scan, target, details)),
        };
        tx.upsert_asset(self.vault.event(Action::AssetScanned, self.scan), &seen)
            .await?;
        Ok(())
    }
}

/// What makes the asset what it is: times and counts of this one probe are left out, so that an
/// unchanged endpoint is UNCHANGED.
fn facts(report: &Report) -> Result<Value, AppError> {
    Ok(json!({
        "tls": to_json(&report.tls)?,
        "https": to_json(&report.https)?,
        "findings": to_json(&report.findings)?,
    }))
}

/// What belongs to this scan alone, and what the asset was to it: its history is made of that.
fn details(
    report: &Report,
    known: Option<&Asset>,
    assessment: &Assessment,
) -> Result<Map<String, Value>, AppError> {
    let mut details = Map::new();
    let changes = known.map_or_else(Vec::new, |known| changes::between(known, report));
    details.insert("changes".into(), to_json(&changes)?);
    details.insert("standing".into(), to_json(&Standing::of(assessment)?)?);
    details.insert("address".into(), to_json(&report.address)?);
    details.insert("duration_ms".into(), json!(report.duration_ms));
    details.insert("connections".into(), json!(report.connections));
    details.insert("failures".into(), to_json(&report.failures)?);
    Ok(details)
}

/// What to do about a failure, by its stable word.
pub(super) fn remedy(cause: &str) -> &'static str {
    match cause {
        "dns" => "check the spelling of the name and the resolver",
        "address_refused" => {
            "loopback and private addresses need --allow-private; link-local and metadata addresses are never scanned"
        }
        "refused" => "check the port and that the service runs",
        "unreachable" => "check the route and the firewall",
        "connect_timeout" => "check the firewall, or raise scan.connect_timeout_ms",
        "handshake_timeout" | "overall_timeout" => {
            "the peer is slow or a tarpit; raise the scan timeouts if it is yours"
        }
        "reset" | "closed" => "the peer hangs up: check that it speaks TLS on this port",
        "alert" => "the peer refuses the handshake; it may ask for a client certificate",
        "not_tls" | "garbage" => "the port speaks something other than TLS",
        "too_large" => "the peer sends more than any TLS server needs; treat it as hostile",
        _ => "see the details with --json",
    }
}
