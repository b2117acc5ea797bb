//! `qv status`

use qv_app::AppError;
use qv_app::risk;
use qv_types::{Timestamp, VaultState};
use serde::Serialize;

use super::Context;
use crate::exit::Verdict;

#[derive(Serialize)]
struct Status {
    vault: qv_app::Summary,
    risk: risk::RiskProfile,
}

pub async fn run(context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?;
    let status = Status {
        vault: vault.summary().await?,
        risk: risk::profile(&vault, 30).await?,
    };
    context.out.show(&status, |out| {
        out.pairs(&[
            ("vault", status.vault.vault_id.to_string()),
            ("folder", status.vault.folder.clone()),
            ("opens with", status.vault.slots.join(", or ")),
            ("session", session(&status.vault)),
        ]);
        for warning in &status.vault.warnings {
            out.warn(warning);
        }
        super::risk::render(out, &status.risk);
        let missed = status.risk.deadlines.iter().filter(|date| date.missed > 0);
        super::risk::render_deadlines(out, missed);
        if !status.risk.next_steps.is_empty() {
            out.heading("Next");
        }
        for step in &status.risk.next_steps {
            out.sentence(&step.what);
            out.line(&format!("    {}", step.command));
        }
    });
    Ok(Verdict::Done)
}

/// The session in words: what unlocked it, and what is left of it.
fn session(vault: &qv_app::Summary) -> String {
    let minutes = |until: Timestamp| until.since(Timestamp::now()).as_secs().div_ceil(60);
    match (&vault.session, vault.agent) {
        (VaultState::Unlocked { by, until }, agent) => {
            let whose = agent
                .map(|pid| format!(", agent {pid}"))
                .unwrap_or_default();
            let left = minutes(*until);
            format!("unlocked by {by}, {left} min left without use{whose} (qv lock)")
        }
        (VaultState::Cooldown { until, .. }, _) => {
            let seconds = until.since(Timestamp::now()).as_secs().max(1);
            format!("too many wrong attempts; the next is possible in {seconds} s")
        }
        (VaultState::Locked | VaultState::Unlocking, _) => "locked (qv unlock)".into(),
    }
}
