//! `qv assets list` and `qv assets count`

use clap::Args;
use qv_app::AppError;
use qv_app::assets::{self, AssetQuery, AssetSort, AssetSummary, Choice, PolicyScope, ScanScope};
use qv_types::{
    AssetStatus, AssetType, Compliance, Cursor, Environment, Harvest, Page, RiskLevel, ScanId,
    ScanResult, SortOrder, Verdict as Quantum,
};

use super::{Context, words};
use crate::exit::Verdict;
use crate::out::Out;

#[derive(Debug, Args)]
pub struct FilterArgs {
    /// Part of a name or location
    #[arg(long, short)]
    search: Option<String>,
    /// Only these environments
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = words(Environment::ALL, Environment::as_str), value_delimiter = ',')]
    environments: Vec<Environment>,
    /// Only these types
    #[arg(long = "type", value_name = "TYPE", value_parser = words(AssetType::ALL, AssetType::as_str), value_delimiter = ',')]
    types: Vec<AssetType>,
    /// Only these compliance states
    #[arg(long, value_name = "STATE", value_parser = words(Compliance::ALL, Compliance::as_str), value_delimiter = ',')]
    compliance: Vec<Compliance>,
    /// Only these verdicts
    #[arg(long, value_name = "VERDICT", value_parser = words(Quantum::ALL, Quantum::as_str), value_delimiter = ',')]
    verdict: Vec<Quantum>,
    /// Only these risk levels
    #[arg(long, value_name = "LEVEL", value_parser = words(RiskLevel::ALL, RiskLevel::as_str), value_delimiter = ',')]
    level: Vec<RiskLevel>,
    /// Only these statuses
    #[arg(long, value_name = "STATUS", value_parser = words(AssetStatus::ALL, AssetStatus::as_str), value_delimiter = ',')]
    status: Vec<AssetStatus>,
    /// Only assets with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Only assets in the scope of this policy
    #[arg(long, value_name = "POLICY", group = "standing")]
    policy: Option<String>,
    /// Only assets that comply with this policy
    #[arg(long, value_name = "POLICY", group = "standing")]
    compliant_with: Option<String>,
    /// Only assets that fail this policy; without one, that fail any active policy
    #[arg(long, value_name = "POLICY", num_args = 0..=1, group = "standing")]
    out_of_policy: Option<Option<String>>,
    /// Only assets that this scan saw
    #[arg(long, value_name = "SCAN")]
    scan: Option<ScanId>,
    /// … and that were so to it
    #[arg(long, value_name = "RESULT", requires = "scan", value_parser = words(ScanResult::ALL, ScanResult::as_str))]
    scan_result: Option<ScanResult>,
    /// Only assets that miss this date as they are, for example ir8547-disallowed; `qv risk` lists them
    #[arg(long, value_name = "DEADLINE")]
    deadline: Option<String>,
    /// Only assets that stand so in the ledger of what is recorded today and read later
    #[arg(long, value_name = "STANDING", value_parser = words(Harvest::ALL, Harvest::as_str))]
    harvest: Option<Harvest>,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// Order
    #[arg(
        long,
        default_value = "risk",
        value_name = "risk|name|location|scan|updated"
    )]
    sort: AssetSort,
    /// The other way round
    #[arg(long)]
    reverse: bool,
    /// Rows, 1 to 500
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
    /// Goes on after the cursor that the page before printed
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

impl FilterArgs {
    fn query(self) -> AssetQuery {
        let policy = self
            .policy
            .map(PolicyScope::InScope)
            .or_else(|| self.compliant_with.map(PolicyScope::Compliant))
            .or_else(|| {
                self.out_of_policy
                    .map(|named| named.map_or(PolicyScope::OutOfAny, PolicyScope::OutOf))
            });
        AssetQuery {
            search: self.search,
            environments: self.environments,
            types: self.types,
            compliance: self.compliance,
            verdicts: self.verdict,
            levels: self.level,
            statuses: self.status,
            tag: self.tag,
            policy,
            scan: self.scan.map(|id| ScanScope {
                id,
                result: self.scan_result,
            }),
            deadline: self.deadline,
            harvest: self.harvest,
            ..AssetQuery::default()
        }
    }
}

impl ListArgs {
    /// The query of the page.
    pub fn query(self) -> AssetQuery {
        let own = self.sort.order();
        AssetQuery {
            sort: self.sort,
            order: Some(if self.reverse { reversed(own) } else { own }),
            limit: self.limit,
            after: self.after.map(Cursor),
            ..self.filter.query()
        }
    }
}

pub async fn list(args: ListArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let page = rows(args.query(), context).await?;
    context.out.show(&page, |out| render(out, &page));
    Ok(Verdict::Done)
}

const fn reversed(order: SortOrder) -> SortOrder {
    match order {
        SortOrder::Asc => SortOrder::Desc,
        SortOrder::Desc => SortOrder::Asc,
    }
}

/// As many rows as were asked for: a page may end early by its weight.
async fn rows(
    mut query: AssetQuery,
    context: &Context<'_>,
) -> Result<Page<AssetSummary>, AppError> {
    let vault = context.vault().await?;
    let mut items = Vec::new();
    loop {
        let page = assets::list(&vault, query.clone()).await?;
        query.limit -= page.items.len() as u32;
        items.extend(page.items);
        query.after = page.next;
        if query.limit == 0 || query.after.is_none() {
            return Ok(Page {
                items,
                next: query.after,
            });
        }
    }
}

fn render(out: &Out, page: &Page<AssetSummary>) {
    if page.items.is_empty() {
        out.note(
            "no assets here; find some with `qv scan example.org:443`, or look without filters",
        );
        return;
    }
    out.table(
        &[
            "location", "type", "env", "verdict", "risk", "exposure", "status",
        ],
        page.items.iter().map(|row| {
            vec![
                row.location.clone(),
                row.asset_type.to_string(),
                row.environment.to_string(),
                out.verdict(assets::verdict_of(row)),
                out.score(row.score, row.level),
                row.exposure_points.to_string(),
                row.status.to_string(),
            ]
        }),
    );
    if let Some(next) = &page.next {
        out.note(&format!("there are more: `--after {}`", next.0));
    }
}

pub async fn count(args: FilterArgs, context: &Context<'_>) -> Result<Verdict, AppError> {
    let counts = assets::count(&context.vault().await?, args.query()).await?;
    context.out.show(&counts, |out| {
        out.line(&format!("{} asset(s)", counts.total));
        choices(out, "verdict", &counts.verdicts);
        choices(out, "level", &counts.levels);
        choices(out, "status", &counts.statuses);
        choices(out, "environment", &counts.environments);
        choices(out, "type", &counts.types);
    });
    Ok(Verdict::Done)
}

/// What each choice would have; those that would have nothing are left out.
fn choices<T: ToString>(out: &Out, what: &str, choices: &[Choice<T>]) {
    let some = choices.iter().filter(|choice| choice.assets > 0);
    out.table(
        &[what, "assets"],
        some.map(|choice| vec![choice.value.to_string(), choice.assets.to_string()]),
    );
}
