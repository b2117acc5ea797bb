//! Pure decisions: what is quantum-vulnerable, how much it matters, and what a policy asks for.
//!
//! Invariants: no I/O and no clock (time is an argument), so the same input always gives the same
//! answer; every answer carries the rule or the sum that led to it. Start with [`classify`] for
//! verdicts on algorithms, [`score`](score::score) for the risk score of the MVP document's
//! section 4, [`policy`] for scopes, compliance and eligibility, [`kpi`] for the organisation's
//! numbers, [`deadlines`] for the dates that an asset misses, [`harvest`] for what is recorded today and
//! read later, [`authorization`] for what a wallet
//! may authorize and for how long.
//! `docs/decisions/0004-classification-and-score.md` says how the document's rules are read where
//! they meet.

pub mod authorization;
pub mod classification;
pub mod deadlines;
mod error;
pub mod harvest;
pub mod kpi;
pub mod policy;
pub mod score;

pub use classification::{Classification, LayerVerdict, Map, classify};
pub use error::PolicyError;
pub use policy::{AssetView, Evaluation, Ineligible, Policy, coverage, eligible, evaluate};
pub use score::{Score, ScoreInput, score};
