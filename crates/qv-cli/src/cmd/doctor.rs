//! `qv doctor`

use qv_app::AppError;
use qv_app::doctor::{self, Check, Health};

use super::Context;
use crate::exit::Verdict;
use crate::out::Out;

pub async fn run(context: &Context<'_>) -> Result<Verdict, AppError> {
    let checks = doctor::run(&context.home()?, &context.config()).await;
    let healthy = checks.iter().all(|check| check.health != Health::Problem);
    context.out.show(&checks, |out| render(out, &checks));
    Ok(Verdict::of(healthy))
}

/// A line for each check.
pub fn render(out: &Out, checks: &[Check]) {
    out.table(
        &["part", "state", "finding", "what to do"],
        checks.iter().map(|check| {
            let state = match check.health {
                Health::Ready => "ready",
                Health::Missing => "missing",
                Health::Problem => "problem",
            };
            vec![
                check.name.into(),
                state.into(),
                check.finding.clone(),
                check.remedy.clone().unwrap_or_default(),
            ]
        }),
    );
}
