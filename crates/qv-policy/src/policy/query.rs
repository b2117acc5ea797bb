//! CUSTOM_QUERY: a boolean expression in the Common Expression Language over one asset.
//!
//! Invariants: an expression has at most [`MAX_BYTES`] bytes, [`MAX_NODES`] nodes and
//! [`MAX_DEPTH`] levels, knows only the variable `asset` and the functions of [`FUNCTIONS`], and
//! has no loops (comprehensions are refused), so one evaluation costs at most its number of nodes.
//! It can read nothing but the asset that it is given. The crate's Pratt parser is used because its ANTLR
//! parser takes some 60 KiB of stack for each bracket.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use cel::common::ast::{Expr, IdedExpr};
use cel::parser::PrattParser;
use cel::{Context, Env, Value};

use super::AssetView;
use crate::PolicyError;

/// Longest expression, in bytes.
pub const MAX_BYTES: usize = 1_024;
/// Most nodes of the parsed expression.
pub const MAX_NODES: usize = 200;
/// Deepest nesting of the parsed expression.
pub const MAX_DEPTH: usize = 24;

/// Operators and functions that an expression may call.
const FUNCTIONS: &[&str] = &[
    "_&&_",
    "_||_",
    "!_",
    "_==_",
    "_!=_",
    "_<_",
    "_<=_",
    "_>_",
    "_>=_",
    "@in",
    "_?_:_",
    "-_",
    "contains",
    "startsWith",
    "endsWith",
    "size",
];

/// Fields of `asset`.
const FIELDS: &[&str] = &[
    "name",
    "location",
    "type",
    "environment",
    "pqcCompliance",
    "hybrid",
    "riskLevel",
    "riskScore",
    "status",
    "tags",
    "wrapped",
    "exposure",
    "sensitivity",
    "criticality",
];

/// The language's own operators and functions; built once, because an evaluation is short.
static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A parsed query.
#[derive(Debug, Clone)]
pub(super) struct Query(Arc<IdedExpr>);

impl Query {
    /// Parses an expression and tries it once, so that one that can never give a boolean is refused now.
    pub(super) fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.trim().is_empty() || text.len() > MAX_BYTES {
            return Err(refused(format!("it must have 1 to {MAX_BYTES} bytes")));
        }
        let depth = u16::try_from(MAX_DEPTH).unwrap_or(u16::MAX);
        let expression = PrattParser::new()
            .max_recursion_depth(depth)
            .max_expression_node_count(MAX_NODES)
            .error_recovery_limit(1)
            .parse(text)
            .map_err(|errors| refused(first_error(&errors)))?;
        let mut nodes = 0;
        check(&expression, 1, &mut nodes)?;
        let query = Self(Arc::new(expression));
        query
            .matches(&AssetView::example())
            .map_err(|error| match error {
                PolicyError::QueryFailed { reason } => refused(reason),
                other => other,
            })?;
        Ok(query)
    }

    /// Whether the expression holds for the asset.
    pub(super) fn matches(&self, asset: &AssetView) -> Result<bool, PolicyError> {
        let failed = |reason: String| PolicyError::QueryFailed {
            reason: reason.chars().take(200).collect(),
        };
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        context.add_variable_from_value("asset", fields(asset));
        match Value::resolve(&self.0, &context) {
            Ok(Value::Bool(holds)) => Ok(holds),
            Ok(_) => Err(failed("it must give true or false".into())),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

fn refused(reason: impl Into<String>) -> PolicyError {
    PolicyError::QueryRefused {
        reason: reason.into(),
    }
}

fn first_error(errors: &cel::ParseErrors) -> String {
    errors.errors.first().map_or_else(
        || "it is not an expression".into(),
        |error| {
            format!(
                "line {}, column {}: {}",
                error.pos.0,
                error.pos.1,
                error.msg.chars().take(160).collect::<String>()
            )
        },
    )
}

fn check(node: &IdedExpr, depth: usize, nodes: &mut usize) -> Result<(), PolicyError> {
    *nodes += 1;
    if depth > MAX_DEPTH || *nodes > MAX_NODES {
        return Err(refused(format!(
            "it has more than {MAX_DEPTH} levels or {MAX_NODES} parts; a list with `in` is shorter than many `||`"
        )));
    }
    let mut below = |child: &IdedExpr| check(child, depth + 1, nodes);
    match &node.expr {
        Expr::Literal(_) => Ok(()),
        Expr::Ident(name) if name == "asset" => Ok(()),
        Expr::Ident(name) => Err(refused(format!(
            "`{name}` is not known; write `asset.` and one of {}",
            FIELDS.join(", ")
        ))),
        Expr::Select(select) => {
            if !FIELDS.contains(&select.field.as_str()) {
                return Err(refused(format!(
                    "`{}` is not a field of asset; use one of {}",
                    select.field,
                    FIELDS.join(", ")
                )));
            }
            below(&select.operand)
        }
        Expr::Call(call) => {
            if !FUNCTIONS.contains(&call.func_name.as_str()) {
                return Err(refused(format!("`{}` is not allowed here", call.func_name)));
            }
            call.target
                .as_deref()
                .into_iter()
                .chain(&call.args)
                .try_for_each(below)
        }
        Expr::List(list) => list.elements.iter().try_for_each(below),
        Expr::Comprehension(_) => Err(refused(
            "loops (all, exists, map, filter) are not allowed here; use `in`",
        )),
        Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
            Err(refused("only comparisons of asset fields are allowed here"))
        }
    }
}

fn fields(asset: &AssetView) -> Value {
    let text = |text: &str| Value::from(text.to_owned());
    let tags: Vec<Value> = asset.tags.iter().map(|tag| text(tag)).collect();
    let pairs: [(&str, Value); 14] = [
        ("name", text(&asset.name)),
        ("location", text(&asset.location)),
        ("type", text(asset.asset_type.as_str())),
        ("environment", text(asset.environment.as_str())),
        ("pqcCompliance", text(asset.compliance.as_str())),
        ("hybrid", Value::Bool(asset.hybrid)),
        ("riskLevel", text(asset.risk_level.as_str())),
        ("riskScore", Value::Int(i64::from(asset.risk_score))),
        ("status", text(asset.status.as_str())),
        ("tags", Value::List(Arc::new(tags))),
        ("wrapped", Value::Bool(asset.wrapper_algorithm.is_some())),
        ("exposure", text(asset.exposure.as_str())),
        ("sensitivity", text(asset.sensitivity.as_str())),
        ("criticality", text(asset.criticality.as_str())),
    ];
    let map: HashMap<String, Value> = pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Value::from(map)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holds(text: &str) -> Result<bool, PolicyError> {
        Query::parse(text).and_then(|query| query.matches(&AssetView::example()))
    }

    #[test]
    fn comparisons_of_every_field_work() {
        for (text, expected) in [
            (
                "asset.type == 'TLS_CERT' && asset.environment in ['PROD', 'STAGE']",
                true,
            ),
            ("asset.riskScore >= 75 || asset.riskLevel == 'LOW'", false),
            ("'pci' in asset.tags && !asset.wrapped", true),
            (
                "asset.name.startsWith('www') && asset.location.contains('example')",
                true,
            ),
            (
                "asset.hybrid ? false : asset.pqcCompliance == 'NON_COMPLIANT'",
                true,
            ),
            (
                "size(asset.tags) == 1 && asset.exposure == 'INTERNET_FACING'",
                true,
            ),
            (
                "asset.status != 'AT_RISK' || asset.criticality == 'HIGH' || asset.sensitivity == 'PUBLIC'",
                false,
            ),
        ] {
            assert_eq!(holds(text), Ok(expected), "{text}");
        }
        let view = AssetView::example();
        let Value::Map(map) = fields(&view) else {
            panic!("asset is a map")
        };
        assert_eq!(
            map.map.len(),
            FIELDS.len(),
            "every field of the list has a value"
        );
    }

    #[test]
    fn what_could_run_long_or_reach_out_is_refused() {
        for text in [
            "",
            "  ",
            "asset.",
            "1 +",
            "asset.riskScore",
            "asset.nothing == 1",
            "secret == 1",
            "asset.tags.exists(t, t == 'pci')",
            "asset.tags.map(t, t) == []",
            "[1, 2].all(x, x > 0)",
            "matches(asset.name, '(a+)+$')",
            "string(1) == '1'",
            "1 + 1 == 2",
            "{'a': 1} == {}",
            "asset.name < 3",
            "duration('1s') == duration('1s')",
            "type(asset) == map",
            "asset.name[0] == 'w'",
        ] {
            assert!(
                matches!(holds(text), Err(PolicyError::QueryRefused { .. })),
                "{text}: {:?}",
                holds(text)
            );
        }
        assert!(holds(&format!("asset.name == '{}'", "a".repeat(MAX_BYTES))).is_err());
        assert!(holds(&format!("true{}", " || true".repeat(MAX_NODES / 2))).is_err());
        assert!(holds(&format!("1{}", "==1".repeat(MAX_DEPTH))).is_err());
    }

    #[test]
    fn deep_nesting_does_not_overflow_a_small_stack() {
        let deep = [
            format!("{}true{}", "(".repeat(500), ")".repeat(500)),
            format!("{}true{}", "(".repeat(20), ")".repeat(20)),
            "(//)\n".repeat(200) + "true",
            "(".repeat(MAX_BYTES),
            "[".repeat(MAX_BYTES),
            "!".repeat(MAX_BYTES - 4) + "true",
            "! ".repeat(500) + "true",
            "-".repeat(MAX_BYTES - 1) + "1",
            "asset".to_owned() + &".a".repeat(500),
            "1".to_owned() + &"==1".repeat(340),
            "true".to_owned() + &"?true:true".repeat(100),
            "asset".to_owned() + &"[0]".repeat(300),
            "asset.a(".repeat(120),
        ];
        for text in deep {
            let small = std::thread::Builder::new().stack_size(256 << 10);
            // Brackets and `!` that parse to a shallow expression are legal; none may overflow.
            let _ = small.spawn(move || holds(&text)).unwrap().join().unwrap();
        }
    }

    proptest! {
        #[test]
        fn no_text_upsets_the_parser(text in "[a-z0-9.()'\"\\[\\]{}!&|=<>?:, \\\\\\-\n]{0,60}|\\PC{0,40}") {
            let _ = holds(&text);
        }
    }
}
