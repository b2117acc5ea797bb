//! `qv assets ledger`

use qv_app::AppError;
use qv_app::assets::{self, Ledger, LedgerRow};
use qv_app::risk::{LedgerLine, LifetimeSource};
use qv_types::{Harvest, Recorded};

use super::Context;
use super::asset_list::ListArgs;
use crate::exit::Verdict;
use crate::out::Out;

pub async fn ledger(args: ListArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let vault = context.vault().await?;
    let ledger = assets::ledger(&vault, args.query()).await?;
    context.out.show(&ledger, |out| render(out, &ledger));
    Ok(Verdict::Done)
}

fn render(out: &Out, ledger: &Ledger) {
    let totals = &ledger.totals;
    out.line(&format!(
        "in {}, with a quantum computer assumed in {}: {} asset(s) exposed, {} not known, {} safe",
        totals.year, totals.arrival_year, totals.exposed, totals.not_known, totals.safe
    ));
    if ledger.items.is_empty() {
        out.note("no assets here; `--harvest not-known` and `--harvest safe` list the others");
        return;
    }
    out.table(
        &[
            "location",
            "type",
            "env",
            "secret until",
            "too early",
            "by",
            "misses",
        ],
        ledger.items.iter().map(row),
    );
    out.note("years are a setting (`qv config settings`, harvest.*) or the asset's own (`qv assets edit ASSET --secrecy-years 25`)");
    if let Some(next) = &ledger.next {
        out.note(&format!("there are more: `--after {}`", next.0));
    }
}

fn row(row: &LedgerRow) -> Vec<String> {
    let line = &row.harvest;
    vec![
        row.location.clone(),
        row.asset_type.to_string(),
        row.environment.to_string(),
        sum(line),
        match line.standing {
            Harvest::Exposed | Harvest::NotKnown => format!("{} years", line.years_exposed),
            Harvest::Safe => "no".into(),
        },
        source(line.from).into(),
        row.deadlines.join(", "),
    ]
}

fn sum(line: &LedgerLine) -> String {
    format!(
        "{} + {} = {}",
        line.year, line.secrecy_years, line.secret_until
    )
}

const fn source(from: LifetimeSource) -> &'static str {
    match from {
        LifetimeSource::Asset => "the asset",
        LifetimeSource::Type => "its type",
        LifetimeSource::Environment => "its environment",
        LifetimeSource::Every => "the default",
    }
}

/// The line of one asset in a sentence.
pub fn explained(line: &LedgerLine) -> String {
    let cryptography = match line.recorded {
        Recorded::Vulnerable => "what is recorded of it can be broken then",
        Recorded::Protected => "what is recorded of it stays closed",
        Recorded::NotKnown => "it is not known whether what is recorded of it can be broken",
    };
    let (sum, arrival) = (sum(line), line.arrival_year);
    let beyond = if line.years_exposed > 0 {
        "after"
    } else {
        "not after"
    };
    format!(
        "{}: recorded now and secret until {sum} (years by {}), {beyond} {arrival}, when a quantum computer is assumed; {cryptography}",
        line.standing,
        source(line.from),
    )
}
