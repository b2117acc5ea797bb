//! What a user writes: policies, the classification map, the configuration.

use qv_app::Config;
use qv_policy::policy::{CustomQueries, Requirements, Scope};
use qv_policy::{AssetView, Map};
use qv_types::{
    AssetStatus, AssetType, Compliance, Criticality, Environment, Exposure, RiskLevel, ScopeType,
    Sensitivity, TransitionStrategy, Verdict,
};

use super::text;

fn asset() -> AssetView {
    AssetView {
        name: "www".into(),
        location: "www.example.org:443".into(),
        asset_type: AssetType::TlsCert,
        environment: Environment::Prod,
        compliance: Compliance::NonCompliant,
        hybrid: false,
        authentication: Verdict::NonPqc,
        authentication_algorithms: vec!["ECDSA".into()],
        risk_score: 60,
        risk_level: RiskLevel::High,
        status: AssetStatus::AtRisk,
        tags: vec!["pci".into()],
        wrapper_algorithm: None,
        exposure: Exposure::InternetFacing,
        sensitivity: Sensitivity::Internal,
        criticality: Criticality::Medium,
    }
}

fn check_scope(scope_type: ScopeType, json: &str) -> bool {
    let Ok(scope) = Scope::parse(scope_type, json, CustomQueries::Allowed) else {
        return false;
    };
    let written = serde_json::to_string(&scope).unwrap();
    let again = Scope::parse(scope_type, &written, CustomQueries::Allowed).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), written);
    let (first, second) = (scope.contains(&asset()), again.contains(&asset()));
    assert_eq!(first, second);
    true
}

/// A scope comes back from what it writes and chooses the same assets.
pub fn scope(data: &[u8]) -> bool {
    let json = text(data).unwrap_or_default();
    let taken = ScopeType::ALL
        .iter()
        .filter(|scope_type| check_scope(**scope_type, json));
    taken.count() > 0
}

/// The same for an expression, without the JSON around it.
pub fn custom_query(data: &[u8]) -> bool {
    let query = text(data).unwrap_or_default();
    let json = serde_json::json!({ "query": query }).to_string();
    check_scope(ScopeType::CustomQuery, &json)
}

/// Requirements come back from what they write.
pub fn requirements(data: &[u8]) -> bool {
    let json = text(data).unwrap_or_default();
    let mut taken = false;
    for &strategy in TransitionStrategy::ALL {
        if let Ok(required) = Requirements::parse(json, strategy) {
            let written = serde_json::to_string(&required).unwrap();
            assert_eq!(Requirements::parse(&written, strategy), Ok(required));
            taken = true;
        }
    }
    taken
}

/// A map that was taken answers for any name, its own input among them.
pub fn classification_map(data: &[u8]) -> bool {
    let toml = text(data).unwrap_or_default();
    let Ok(map) = Map::parse(toml) else {
        return false;
    };
    for name in [toml, map.version(), "", "RSA", "X25519MLKEM768"] {
        let _ = (map.rule_for(name), map.legacy_for(name));
    }
    true
}

/// A configuration comes back from what it writes; a refusal names a line of the input.
pub fn config(data: &[u8]) -> bool {
    let Some(toml) = text(data) else { return false };
    match Config::parse(toml) {
        Ok(config) => {
            let written = config.to_toml().unwrap();
            assert_eq!(Config::parse(&written), Ok(config));
            true
        }
        Err((line, problem)) => {
            assert!(line <= toml.split('\n').count(), "{line}: {problem}");
            false
        }
    }
}
