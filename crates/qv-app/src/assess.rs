//! From what was found to what it means: classification and score, in the store's terms.

use qv_policy::deadlines::{Calendar, traits};
use qv_policy::harvest::recorded;
use qv_policy::{AssetView, Classification, Map, Score, ScoreInput, classify, score};
use qv_store::{Assessment, Asset, AssetSummary};
use qv_types::{AlgorithmUse, Criticality, Exposure, Layer, Sensitivity, Timestamp};
use serde::Serialize;
use serde_json::Value;

use crate::AppError;

/// What the business says of an asset, and how it is wrapped: the score's inputs besides the scan.
#[derive(Debug, Clone)]
pub(crate) struct Meaning {
    pub exposure: Exposure,
    pub sensitivity: Sensitivity,
    pub criticality: Criticality,
    pub wrapper_algorithm: Option<String>,
    pub last_scan: Option<Timestamp>,
}

impl Meaning {
    pub(crate) fn of(asset: &AssetSummary) -> Self {
        Self {
            exposure: asset.exposure,
            sensitivity: asset.sensitivity,
            criticality: asset.criticality,
            wrapper_algorithm: asset
                .wrapper_algorithm
                .clone()
                .filter(|_| asset.wrapper_enabled),
            last_scan: asset.last_scan,
        }
    }
}

/// Classifies and scores.
pub(crate) fn assess(
    algorithms: &[AlgorithmUse],
    meaning: &Meaning,
    now: Timestamp,
) -> Result<Assessment, AppError> {
    let map = Map::builtin()?;
    let classification = classify(algorithms, map);
    let score = score_of(&classification, meaning, now);
    Ok(Assessment {
        compliance: classification.compliance,
        hybrid: classification.hybrid,
        score: score.normative.into(),
        exposure_points: score.exposure_points.into(),
        level: score.level,
        traits: traits(algorithms, map, Calendar::builtin()?).bits(),
        recorded: recorded(&classification),
        verdicts: to_json(&classification)?,
        breakdown: to_json(&score)?,
    })
}

/// Scores an asset as it is stored, at the time `now`.
pub(crate) fn reassess(
    asset: &Asset,
    meaning: &Meaning,
    now: Timestamp,
) -> Result<Assessment, AppError> {
    assess(&asset.algorithms, meaning, now)
}

fn score_of(classification: &Classification, meaning: &Meaning, now: Timestamp) -> Score {
    let input = ScoreInput {
        compliance: classification.compliance,
        hybrid: classification.hybrid,
        exposure: meaning.exposure,
        sensitivity: meaning.sensitivity,
        criticality: meaning.criticality,
        last_scan: meaning.last_scan,
        wrapper_enabled: meaning.wrapper_algorithm.is_some(),
        wrapper_algorithm: meaning.wrapper_algorithm.clone(),
    };
    score(&input, now)
}

/// What a policy may know of a stored asset.
pub(crate) fn policy_view(asset: &Asset) -> Result<AssetView, AppError> {
    let summary = &asset.summary;
    let classification: Classification = from_json(&asset.verdicts)?;
    let negotiated = asset
        .algorithms
        .iter()
        .filter(|used| used.negotiated && used.layer == Layer::Authentication);
    let mut authentication_algorithms: Vec<String> =
        negotiated.map(|used| used.algorithm.clone()).collect();
    authentication_algorithms.sort();
    authentication_algorithms.dedup();
    Ok(AssetView {
        name: summary.name.clone(),
        location: summary.location.clone(),
        asset_type: summary.asset_type,
        environment: summary.environment,
        compliance: summary.compliance,
        hybrid: summary.hybrid,
        authentication: classification.authentication.verdict,
        authentication_algorithms,
        risk_score: u8::try_from(summary.score).unwrap_or(100),
        risk_level: summary.level,
        status: summary.status,
        tags: asset.tags.clone(),
        wrapper_algorithm: summary
            .wrapper_algorithm
            .clone()
            .filter(|_| summary.wrapper_enabled),
        exposure: summary.exposure,
        sensitivity: summary.sensitivity,
        criticality: summary.criticality,
    })
}

pub(crate) fn to_json(value: &impl Serialize) -> Result<Value, AppError> {
    serde_json::to_value(value).map_err(|error| AppError::Internal(error.to_string()))
}

pub(crate) fn from_json<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, AppError> {
    serde_json::from_value(value.clone()).map_err(|error| AppError::Tampered {
        what: "an asset's stored verdicts".into(),
        why: error.to_string(),
    })
}
