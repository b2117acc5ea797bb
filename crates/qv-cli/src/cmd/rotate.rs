//! `qv rotate`

use qv_app::{AppError, rotation};

use super::Context;
use crate::exit::Verdict;

pub async fn run(context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.unlocked_here().await?;
    context.confirm(
        "Replace the vault's master key? Every record is encrypted anew; every way to open the vault stays.",
    )?;
    let rotated = rotation::rotate(&vault).await?;
    context.out.show(&rotated, |out| {
        out.success(&format!(
            "the master key is another one: {} slot(s) and {} record(s) encrypted anew, {} envelope(s) authenticated anew",
            rotated.slots, rotated.records, rotated.envelopes
        ));
        if rotated.refused > 0 {
            out.warn(&format!(
                "{} envelope(s) were not this vault's before and stay refused: see `qv audit verify`",
                rotated.refused
            ));
        }
        out.note("copies of the vault that were made before still open with the old key: destroy them");
    });
    Ok(Verdict::Done)
}
