//! The organisation's numbers, their trend, and what to do next.

mod deadlines;
mod harvest;

use qv_store::Job;
use qv_types::{EnforcementMode, JobKind, Timestamp};
use serde::Serialize;

pub use qv_store::VerdictCounts;

pub use deadlines::{DeadlineView, When, deadlines};
pub(crate) use deadlines::{find as find_deadline, missed_by};
pub use harvest::{HarvestTotals, totals as harvest_totals};
pub(crate) use harvest::{filter as harvest_filter, line as harvest_line};
pub use qv_policy::harvest::{LedgerLine, LifetimeSource};

use crate::{AppError, Vault, jobs, runner};

/// The numbers now, their trend, and what follows from them.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct RiskProfile {
    /// Now.
    pub now: Kpis,
    /// Snapshots, oldest first; the last is now.
    pub trend: Vec<TrendPoint>,
    /// The dates of NIST IR 8547 and CNSA 2.0, earliest first.
    pub deadlines: Vec<DeadlineView>,
    /// How assets stand against what is recorded today and read later.
    pub harvest: HarvestTotals,
    /// What to do next, most urgent first.
    pub next_steps: Vec<NextStep>,
}

/// The key numbers (MVP section 7.1).
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Kpis {
    /// Assets.
    pub total_assets: u64,
    /// Assets that are NON_COMPLIANT or UNKNOWN.
    pub total_non_pqc_assets: u64,
    /// Assets of level CRITICAL.
    pub critical: u64,
    /// Assets of level HIGH.
    pub high: u64,
    /// Assets of level MEDIUM.
    pub medium: u64,
    /// Assets of level LOW.
    pub low: u64,
    /// Wrapped assets, attested ones among them.
    pub wrapped: u64,
    /// Of a hundred.
    pub wrapped_percent: f64,
    /// Attested assets.
    pub attested: u64,
    /// Of a hundred.
    pub attested_percent: f64,
    /// Active policies.
    pub active_policies: u64,
    /// Assets in the scope of an active policy, of a hundred.
    pub policy_coverage_percent: f64,
    /// Assets that fail an active policy.
    pub assets_out_of_policy: u64,
    /// Mean of the normative scores.
    pub average_score: f64,
    /// Sum of the exposure points.
    pub exposure_points: i64,
}

/// The numbers at one moment, as charts want them.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
#[allow(
    missing_docs,
    reason = "each number is the Kpis member of the same name"
)]
pub struct TrendPoint {
    pub at: Timestamp,
    pub cause: String,
    pub total_assets: f64,
    pub non_pqc: f64,
    pub critical: f64,
    pub high: f64,
    pub medium: f64,
    pub low: f64,
    pub wrapped: f64,
    pub attested: f64,
    pub policy_coverage: f64,
    pub out_of_policy: f64,
    pub average_score: f64,
    pub exposure_points: f64,
    /// How many assets had each verdict; `None` where the snapshot is older than this count.
    pub verdicts: Option<VerdictCounts>,
}

/// The numbers now, with the newest `points` snapshots.
///
/// # Errors
/// From the store.
pub async fn profile(vault: &Vault, points: u32) -> Result<RiskProfile, AppError> {
    let store = vault.store();
    // Two of them walk an index over all assets: at once, for it is what a start waits for.
    let (now, snapshots, verdicts, deadlines, harvest) = tokio::try_join!(
        async { Ok::<_, AppError>(store.kpis().await?) },
        async { Ok(store.snapshots(Timestamp::from_unix_ms(0), points).await?) },
        async { Ok(store.verdict_counts().await?) },
        deadlines(vault),
        harvest_totals(vault),
    )?;
    let mut trend: Vec<TrendPoint> = snapshots
        .into_iter()
        .map(|taken| point(taken.at, taken.cause, &taken.kpis, taken.verdicts))
        .collect();
    trend.push(point(Timestamp::now(), "now".into(), &now, Some(verdicts)));
    Ok(RiskProfile {
        now: kpis(&now),
        trend,
        deadlines,
        harvest,
        next_steps: next_steps(vault, &now).await?,
    })
}

fn kpis(stored: &qv_store::Kpis) -> Kpis {
    Kpis {
        total_assets: stored.total_assets,
        total_non_pqc_assets: stored.non_pqc,
        critical: stored.critical,
        high: stored.high,
        medium: stored.medium,
        low: stored.low,
        wrapped: stored.wrapped,
        wrapped_percent: stored.wrapped_percent(),
        attested: stored.attested,
        attested_percent: stored.attested_percent(),
        active_policies: stored.active_policies,
        policy_coverage_percent: stored.policy_coverage_percent,
        assets_out_of_policy: stored.out_of_policy,
        average_score: stored.average_score,
        exposure_points: stored.exposure_points,
    }
}

fn point(
    at: Timestamp,
    cause: String,
    stored: &qv_store::Kpis,
    verdicts: Option<VerdictCounts>,
) -> TrendPoint {
    // Counts of assets are far below 2^52.
    let count = |value: u64| value as f64;
    TrendPoint {
        at,
        cause,
        total_assets: count(stored.total_assets),
        non_pqc: count(stored.non_pqc),
        critical: count(stored.critical),
        high: count(stored.high),
        medium: count(stored.medium),
        low: count(stored.low),
        wrapped: count(stored.wrapped),
        attested: count(stored.attested),
        policy_coverage: stored.policy_coverage_percent,
        out_of_policy: count(stored.out_of_policy),
        average_score: stored.average_score,
        exposure_points: stored.exposure_points as f64,
        verdicts,
    }
}

/// What a person would do next.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextStep {
    /// Why, in a sentence.
    pub what: String,
    /// The command that does it; words in capitals are to be filled in.
    pub command: String,
}

impl NextStep {
    fn new(what: impl Into<String>, command: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            command: command.into(),
        }
    }
}

/// What a person would do next, most urgent first.
async fn next_steps(vault: &Vault, numbers: &qv_store::Kpis) -> Result<Vec<NextStep>, AppError> {
    let mut steps = Vec::new();
    for job in vault.store().open_jobs().await? {
        steps.push(open_job(&job));
    }
    if numbers.total_assets == 0 {
        let what = "Find what is quantum-vulnerable.";
        steps.push(NextStep::new(what, "qv scan example.org:443"));
        return Ok(steps);
    }
    if numbers.active_policies == 0 {
        let what = "Say what must be protected.";
        steps.push(NextStep::new(
            what,
            "qv policies add all-assets --mode ENFORCE",
        ));
    }
    if vault
        .store()
        .anchors()
        .await?
        .iter()
        .all(|anchor| !anchor.is_active)
    {
        let what = "Make a key to wrap under.";
        steps.push(NextStep::new(what, "qv anchors create main --activate"));
    }
    if numbers.out_of_policy > 0 {
        steps.extend(out_of_policy(vault).await?);
    }
    if numbers.wrapped > numbers.attested {
        let what = format!(
            "{} wrapped asset(s) are not attested.",
            numbers.wrapped - numbers.attested
        );
        steps.push(NextStep::new(what, "qv attest run"));
    }
    Ok(steps)
}

fn open_job(job: &Job) -> NextStep {
    let what = match job.kind {
        JobKind::Scan => "A scan",
        JobKind::Wrap => "A wrap batch",
        JobKind::Rewrap => "A rewrap batch",
        JobKind::Attest => "An attestation batch",
    };
    let done = format!("{} of {}", job.steps_ended, job.steps);
    if runner::is_running(job) {
        return NextStep::new(format!("{what} is running, {done} done."), "qv jobs list");
    }
    let command = if jobs::needs_key(job.kind) {
        "qv jobs resume"
    } else {
        "qv scans resume"
    };
    NextStep::new(format!("{what} was interrupted, {done} done."), command)
}

/// What each active policy asks for next: to act at all, key material, or to be applied.
async fn out_of_policy(vault: &Vault) -> Result<Vec<NextStep>, AppError> {
    let mut steps = Vec::new();
    for policy in vault.store().policies(true).await? {
        let failing = vault.store().policy_metrics(policy.id).await?.non_compliant;
        let ready = vault.store().wrap_candidates(policy.id).await?.len() as u64;
        let name = &policy.name;
        if ready > 0 && policy.enforcement_mode == EnforcementMode::MonitorOnly {
            let what = format!(
                "Policy {name} only watches; {ready} asset(s) that fail it could be wrapped."
            );
            steps.push(NextStep::new(
                what,
                format!("qv policies edit {} --mode ENFORCE", policy.id),
            ));
        } else if ready > 0 {
            let what = format!("{ready} asset(s) that fail policy {name} can be wrapped now.");
            steps.push(NextStep::new(
                what,
                format!("qv policies apply {}", policy.id),
            ));
        }
        if failing > ready {
            let without = failing - ready;
            let what = format!(
                "{without} asset(s) that fail policy {name} have no key material in the vault yet."
            );
            steps.push(NextStep::new(what, "qv secrets add ASSET --file PATH"));
        }
    }
    Ok(steps)
}
