//! The parts of the report, each from what was gathered.

use qv_types::{Timestamp, Verdict};

use super::Gathered;
use super::figures::{self, covered_of, day};
use super::html::Align::{Left, Right, Short};
use super::html::{Column, Html, element, paragraph, section, table, text, whole_text};
use crate::assets::verdict_of;
use crate::risk::{DeadlineView, Kpis};

/// Points of the trend that its table has.
const TREND_ROWS: usize = 12;

/// What is reported on, and when.
pub fn head(gathered: &Gathered, title: &str) -> Html {
    let facts = format!(
        "Vault {}, as of {}. Made by QuantumVault {}.",
        gathered.vault,
        gathered.now.to_seconds_text(),
        env!("CARGO_PKG_VERSION")
    );
    let parts = [element("h1", text(title)), paragraph(&facts)];
    element("header", parts.into_iter().collect())
}

pub fn numbers(now: &Kpis) -> Html {
    let percent = |share: f64| format!("{share:.1} %");
    let share = |count: u64| match now.total_assets {
        0 => String::new(),
        all => percent(count as f64 * 100.0 / all as f64),
    };
    let counted = |name: &str, count: u64| (name.to_owned(), count.to_string(), share(count));
    let rows = [
        ("Assets".into(), now.total_assets.to_string(), String::new()),
        counted("Quantum-vulnerable or not known", now.total_non_pqc_assets),
        counted("Critical", now.critical),
        counted("High", now.high),
        counted("Wrapped", now.wrapped),
        counted("Attested", now.attested),
        counted("Out of policy", now.assets_out_of_policy),
        (
            "Active policies, and assets in their scope".into(),
            now.active_policies.to_string(),
            percent(now.policy_coverage_percent),
        ),
        (
            "Average score, of 100".into(),
            format!("{:.1}", now.average_score),
            String::new(),
        ),
        (
            "Exposure points".into(),
            now.exposure_points.to_string(),
            String::new(),
        ),
    ];
    let rows = rows.map(|(name, value, share)| vec![text(name), text(value), text(share)]);
    let columns = [
        Column("", Left),
        Column("Now", Right),
        Column("Share", Right),
    ];
    section("In numbers", table(&columns, rows.into(), ""))
}

pub fn trend(gathered: &Gathered) -> Html {
    let points = &gathered.risk.trend;
    let step = points.len().div_ceil(TREND_ROWS).max(1);
    // From the newest backwards, so that the last row is now.
    let mut rows: Vec<_> = points.iter().rev().step_by(step).collect();
    rows.reverse();
    let rows = rows.into_iter().map(|point| {
        vec![
            text(day(point.at)),
            text(format!("{}", point.total_assets)),
            text(format!("{}", covered_of(point))),
            text(match point.verdicts {
                Some(counted) => counted.hybrid.to_string(),
                None => "not counted".into(),
            }),
            text(format!("{}", point.non_pqc)),
            text(format!("{:.1}", point.average_score)),
        ]
    });
    let columns = [
        Column("Day", Short),
        Column("Assets", Right),
        Column("Post-quantum or hybrid", Right),
        Column("Of these hybrid", Right),
        Column("Vulnerable or not known", Right),
        Column("Average score", Right),
    ];
    let parts = [figures::trend(points), table(&columns, rows.collect(), "")];
    section("Trend", parts.into_iter().collect())
}

pub fn levels(now: &Kpis) -> Html {
    let rows = [
        ("Critical, 75 to 100", now.critical),
        ("High, 50 to 74", now.high),
        ("Medium, 25 to 49", now.medium),
        ("Low, 0 to 24", now.low),
    ];
    let rows = rows.map(|(level, count)| vec![text(level), text(count.to_string())]);
    let columns = [Column("Level", Short), Column("Assets", Right)];
    let parts = [figures::levels(now), table(&columns, rows.into(), "")];
    section("Risk levels", parts.into_iter().collect())
}

pub fn deadlines(deadlines: &[DeadlineView], now: Timestamp) -> Html {
    let rows = deadlines.iter().map(|date| {
        let left = match (date.when.passed, date.when.days_left) {
            (true, _) => "over".to_owned(),
            (false, days) => format!("{days} days"),
        };
        vec![
            text(&date.when.date),
            text(left),
            text(&date.text),
            text(&date.source),
            text(date.missed.to_string()),
            text(date.not_known.to_string()),
        ]
    });
    let columns = [
        Column("Until", Short),
        Column("Left", Right),
        Column("What", Left),
        Column("Source", Left),
        Column("Miss it", Right),
        Column("Not known", Right),
    ];
    let parts = [
        figures::timeline(deadlines, now),
        table(&columns, rows.collect(), ""),
    ];
    section("Deadlines", parts.into_iter().collect())
}

pub fn harvest(gathered: &Gathered) -> Html {
    let totals = &gathered.risk.harvest;
    let about = format!(
        "What is recorded of an asset in {} can be read too early where its data must stay secret beyond {}, the year in \
         which a quantum computer is assumed, and its key exchange or its storage is classical. So it is with {} assets; \
         of {} more it is not known.",
        totals.year, totals.arrival_year, totals.exposed, totals.not_known
    );
    let rows = gathered.exposed.iter().map(|row| {
        let line = row.harvest;
        vec![
            text(&row.location),
            text(&row.name),
            text(format!("{} {}", row.asset_type, row.environment)),
            text(format!(
                "{} + {} = {}",
                line.year, line.secrecy_years, line.secret_until
            )),
            text(line.years_exposed.to_string()),
            text(row.deadlines.join(", ")),
        ]
    });
    let columns = [
        Column("Location", Left),
        Column("Name", Left),
        Column("Kind", Short),
        Column("Secret until", Short),
        Column("Years too early", Right),
        Column("Misses as it is", Left),
    ];
    let empty = "No asset is known to be exposed.";
    let parts = [paragraph(&about), table(&columns, rows.collect(), empty)];
    section("Recorded now, decrypted later", parts.into_iter().collect())
}

pub fn assets(gathered: &Gathered) -> Html {
    let rows = gathered.riskiest.iter().map(|asset| {
        vec![
            text(asset.score.to_string()),
            text(asset.level.as_str()),
            text(marked(verdict_of(asset))),
            text(&asset.location),
            text(&asset.name),
            text(format!("{} {}", asset.asset_type, asset.environment)),
            text(asset.status.as_str()),
        ]
    });
    let columns = [
        Column("Score", Right),
        Column("Level", Short),
        Column("Verdict", Short),
        Column("Location", Left),
        Column("Name", Left),
        Column("Kind", Short),
        Column("Status", Short),
    ];
    let empty = "There are no assets yet: scan some targets first.";
    section("Riskiest assets", table(&columns, rows.collect(), empty))
}

/// A verdict as a mark and a word: neither needs colour.
const fn marked(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NonPqc => "▲ Quantum-vulnerable",
        Verdict::Hybrid => "◐ Hybrid",
        Verdict::Pqc => "● Post-quantum",
        Verdict::Unknown => "◌ Not known",
    }
}

pub fn policies(gathered: &Gathered) -> Html {
    let rows = gathered.policies.iter().map(|policy| {
        vec![
            text(&policy.name),
            text(if policy.is_active {
                "active"
            } else {
                "not active"
            }),
            text(policy.enforcement_mode.as_str()),
            text(policy.assets_in_scope.to_string()),
            text(format!("{:.1} %", policy.coverage_percent)),
            text(policy.non_compliant.to_string()),
            text(policy.wrapped.to_string()),
        ]
    });
    let columns = [
        Column("Policy", Left),
        Column("State", Short),
        Column("Mode", Short),
        Column("In scope", Right),
        Column("Of all", Right),
        Column("Fail it", Right),
        Column("Wrapped", Right),
    ];
    let empty = "There is no policy: nothing says yet what assets must meet.";
    section("Policies", table(&columns, rows.collect(), empty))
}

pub fn attestations(gathered: &Gathered) -> Html {
    let rows = gathered.batches.iter().map(|batch| {
        vec![
            text(day(batch.created_at)),
            text(batch.status.as_str()),
            text(&batch.network),
            text(&batch.contract),
            text(batch.total_assets.to_string()),
            text(batch.succeeded_count.to_string()),
            text(batch.failed_count.to_string()),
        ]
    });
    let columns = [
        Column("Made", Short),
        Column("State", Short),
        Column("Chain", Left),
        Column("Registry", Left),
        Column("Assets", Right),
        Column("Confirmed", Right),
        Column("Failed", Right),
    ];
    let empty = "Nothing was attested yet.";
    section(
        "Attestations, newest first",
        table(&columns, rows.collect(), empty),
    )
}

pub fn log(gathered: &Gathered) -> Html {
    let mut parts = vec![
        paragraph(&format!(
            "The log had {} events. The root over them (RFC 9162, SHA-256):",
            gathered.log.size
        )),
        element("pre", text(hex::encode(gathered.log.root))),
    ];
    match &gathered.checkpoint {
        Some(signed) => parts.extend([
            paragraph(&format!(
                "The newest signed checkpoint is over {} of them, of {}. Kept elsewhere, it proves later that nobody rewrote \
                 the log (qv audit verify --checkpoint FILE):",
                signed.size,
                signed.created_at.to_seconds_text()
            )),
            element("pre", whole_text(&signed.note)),
        ]),
        None => parts.push(paragraph(
            "No checkpoint was signed yet: a log that was rewritten as a whole would look the same (qv audit checkpoint signs one).",
        )),
    }
    section("Log", parts.into_iter().collect())
}
