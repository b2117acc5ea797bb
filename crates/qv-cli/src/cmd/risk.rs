//! `qv risk`

use clap::Args;
use qv_app::AppError;
use qv_app::risk::{self, DeadlineView, RiskProfile};

use super::Context;
use crate::exit::Verdict;
use crate::out::Out;

#[derive(Debug, Args)]
pub struct RiskArgs {
    /// Points of the trend
    #[arg(long, default_value_t = 30)]
    points: u32,
}

pub async fn run(args: RiskArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let profile = risk::profile(&context.vault().await?, args.points).await?;
    context.out.show(&profile, |out| {
        render(out, &profile);
        render_deadlines(out, &profile.deadlines);
    });
    Ok(Verdict::Done)
}

/// The dates, each with the assets that miss it; nothing before there are assets.
pub fn render_deadlines<'a>(out: &Out, deadlines: impl IntoIterator<Item = &'a DeadlineView>) {
    let rows: Vec<_> = deadlines.into_iter().map(deadline).collect();
    if rows.is_empty() {
        return;
    }
    out.heading("Deadlines");
    out.table(
        &["until", "left", "miss it", "not known", "what", "deadline"],
        rows,
    );
    out.note("`qv assets list --deadline DEADLINE` lists those that miss it as they are");
}

fn deadline(view: &DeadlineView) -> Vec<String> {
    let left = match (view.when.passed, view.when.days_left) {
        (true, _) => "over".into(),
        (false, days) => format!("{days} days"),
    };
    vec![
        view.when.date.clone(),
        left,
        view.missed.to_string(),
        view.not_known.to_string(),
        view.when.title.clone(),
        view.when.id.clone(),
    ]
}

/// The numbers, each with its share of all assets and its trend.
pub fn render(out: &Out, profile: &RiskProfile) {
    let now = &profile.now;
    if now.total_assets == 0 {
        out.note("no numbers before there are assets: `qv scan example.org:443`");
        return;
    }
    type Pick = fn(&risk::TrendPoint) -> f64;
    let row = |name: &str, value: String, share: Option<f64>, pick: Pick| {
        let share = share
            .map(|share| format!("{share:.1} %"))
            .unwrap_or_default();
        let trend = out.sparkline(&profile.trend.iter().map(pick).collect::<Vec<_>>());
        vec![name.to_owned(), value, share, trend]
    };
    let count = |name: &str, value: u64, pick: Pick| row(name, value.to_string(), None, pick);
    let of_all = |name: &str, value: u64, share: f64, pick: Pick| {
        row(name, value.to_string(), Some(share), pick)
    };
    let verdict = |name: &str, pick: fn(&risk::VerdictCounts) -> u64| {
        let counted = profile.trend.iter().filter_map(|at| at.verdicts.as_ref());
        let counted: Vec<_> = counted.map(pick).collect();
        let now = counted.last().map(u64::to_string).unwrap_or_default();
        // Counts of assets are far below 2^52.
        let trend: Vec<_> = counted.iter().map(|value| *value as f64).collect();
        vec![name.to_owned(), now, String::new(), out.sparkline(&trend)]
    };
    out.table(
        &["", "now", "share", "trend"],
        [
            count("assets", now.total_assets, |at| at.total_assets),
            count(
                "quantum-vulnerable or unknown",
                now.total_non_pqc_assets,
                |at| at.non_pqc,
            ),
            verdict("hybrid", |of| of.hybrid),
            verdict("post-quantum", |of| of.post_quantum),
            count("critical", now.critical, |at| at.critical),
            count("high", now.high, |at| at.high),
            count("medium", now.medium, |at| at.medium),
            count("low", now.low, |at| at.low),
            of_all("wrapped", now.wrapped, now.wrapped_percent, |at| at.wrapped),
            of_all("attested", now.attested, now.attested_percent, |at| {
                at.attested
            }),
            row(
                "average score",
                format!("{:.1}", now.average_score),
                None,
                |at| at.average_score,
            ),
            row(
                "exposure points",
                now.exposure_points.to_string(),
                None,
                |at| at.exposure_points,
            ),
            of_all(
                "active policies",
                now.active_policies,
                now.policy_coverage_percent,
                |at| at.policy_coverage,
            ),
            count("out of policy", now.assets_out_of_policy, |at| {
                at.out_of_policy
            }),
        ],
    );
}
