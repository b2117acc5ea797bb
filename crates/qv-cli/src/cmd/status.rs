//! `qv status`

use qv_app::AppError;
use qv_app::risk;
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
        ]);
        for warning in &status.vault.warnings {
            out.warn(warning);
        }
        super::risk::render(out, &status.risk);
        if !status.vault.next_steps.is_empty() {
            out.heading("Next");
        }
        for step in &status.vault.next_steps {
            out.sentence(&step.what);
            out.line(&format!("    {}", step.command));
        }
    });
    Ok(Verdict::Done)
}
