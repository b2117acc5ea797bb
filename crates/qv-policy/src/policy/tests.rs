//! Policies: scopes, requirements, compliance, eligibility and dry run.

use proptest::prelude::*;
use qv_types::{AssetId, Code};

use super::*;

const NOW: qv_types::Timestamp = qv_types::Timestamp::from_unix_ms(1_800_000_000_000);
const MVP_REQUIRED: &str =
    r#"{"kem":["ML-KEM-1024"],"symmetric":["AES-256-GCM"],"signature":["ML-DSA-65"]}"#;

fn scope(scope_type: ScopeType, json: &str) -> Result<Scope, PolicyError> {
    Scope::parse(scope_type, json, CustomQueries::Refused)
}

fn policy(required: &str, strategy: TransitionStrategy) -> Policy {
    let source = PolicySource {
        scope_type: ScopeType::AllAssets,
        scope_definition: "{}",
        required_pqc_algorithms: required,
        transition_strategy: strategy,
        enforcement_mode: EnforcementMode::Enforce,
        is_active: true,
    };
    Policy::parse(&source, CustomQueries::Refused).unwrap()
}

fn wrapped(suite: &str) -> AssetView {
    AssetView {
        wrapper_algorithm: Some(suite.into()),
        ..AssetView::example()
    }
}

fn meets(policy: &Policy, asset: &AssetView) -> bool {
    evaluate(policy, asset, NOW).unwrap().unwrap().is_compliant
}

#[test]
fn each_scope_operator_includes_and_excludes() {
    use ScopeType::{AllAssets, ByEnvironment, ByRiskLevel, ByTag, ByType};
    for (scope_type, json, expected) in [
        (AllAssets, r"{}", true),
        (ByType, r#"{"type":["TLS_CERT","KEY"]}"#, true),
        (ByType, r#"{"type":["KEY"]}"#, false),
        (ByEnvironment, r#"{"environment":["PROD"]}"#, true),
        (ByEnvironment, r#"{"environment":["DEV"]}"#, false),
        (ByRiskLevel, r#"{"minRiskLevel":"MEDIUM"}"#, true),
        (ByRiskLevel, r#"{"minRiskLevel":"HIGH"}"#, true),
        (ByRiskLevel, r#"{"minRiskLevel":"CRITICAL"}"#, false),
        (ByTag, r#"{"tags":["pci","gdpr"]}"#, true),
        (ByTag, r#"{"tags":["gdpr"]}"#, false),
        (
            ByType,
            r#"{"type":["TLS_CERT"],"pqcCompliance":["NON_COMPLIANT","UNKNOWN"]}"#,
            true,
        ),
        (
            ByType,
            r#"{"type":["TLS_CERT"],"pqcCompliance":["COMPLIANT"]}"#,
            false,
        ),
        (
            ByType,
            r#"{"type":["TLS_CERT"],"status":["AT_RISK"]}"#,
            true,
        ),
        (
            ByType,
            r#"{"type":["TLS_CERT"],"status":["ATTESTED"]}"#,
            false,
        ),
        (
            ByType,
            r#"{"type":["TLS_CERT"],"environment":["DEV"]}"#,
            false,
        ),
    ] {
        let parsed = scope(scope_type, json).unwrap();
        assert_eq!(
            parsed.contains(&AssetView::example()),
            Ok(expected),
            "{json}"
        );
    }
}

#[test]
fn a_scope_that_would_choose_other_assets_than_meant_is_refused_and_the_key_named() {
    use ScopeType::{AllAssets, ByEnvironment, ByRiskLevel, ByTag, ByType, CustomQuery};
    for (scope_type, json, named) in [
        (
            ByType,
            r#"{"type":["TLS_CERT"],"colour":["red"]}"#,
            "colour",
        ),
        (ByType, r#"{"type":["TLS"]}"#, "TLS_CERT"),
        (ByType, r#"{"type":"TLS_CERT"}"#, "TLS_CERT"),
        (ByType, r#"{"type":["KEY"],"type":["TLS_CERT"]}"#, "type"),
        (ByType, r#"{"type":[]}"#, "type"),
        (ByType, r#"{"environment":["PROD"]}"#, "type"),
        (ByEnvironment, "{}", "environment"),
        (ByRiskLevel, "{}", "minRiskLevel"),
        (ByTag, "{}", "tags"),
        (ByTag, r#"{"tags":[""]}"#, "tags"),
        (CustomQuery, "{}", "query"),
        (AllAssets, r#"{"environment":["PROD"]}"#, "environment"),
        (ByTag, r#"{"tags":["a"],"query":"true"}"#, "query"),
        (AllAssets, "[]", "object"),
        (AllAssets, "{", "EOF"),
    ] {
        let error = scope(scope_type, json).unwrap_err();
        assert!(error.to_string().contains(named), "{json}: {error}");
        assert_eq!(error.code(), Code::InvalidInput, "{json}");
    }
}

#[test]
fn a_custom_query_works_only_where_it_is_allowed() {
    let json = r#"{"query":"asset.riskScore >= 60 && 'pci' in asset.tags"}"#;
    assert_eq!(
        scope(ScopeType::CustomQuery, json).unwrap_err(),
        PolicyError::QueryDisabled
    );
    let parsed = Scope::parse(ScopeType::CustomQuery, json, CustomQueries::Allowed).unwrap();
    assert_eq!(parsed.contains(&AssetView::example()), Ok(true));
    assert_eq!(
        parsed.contains(&AssetView {
            risk_score: 59,
            ..AssetView::example()
        }),
        Ok(false)
    );
}

#[test]
fn a_scope_serialises_to_what_it_was_parsed_from() {
    let json = r#"{"type":["TLS_CERT"],"environment":["PROD"],"minRiskLevel":"HIGH","pqcCompliance":["UNKNOWN"],"status":["AT_RISK"],"tags":["pci"]}"#;
    assert_eq!(
        serde_json::to_string(&scope(ScopeType::ByType, json).unwrap()).unwrap(),
        json
    );
}

#[test]
fn requirements_accept_only_known_suites() {
    let parse = |json| Requirements::parse(json, TransitionStrategy::Hybrid);
    let required = parse(MVP_REQUIRED).unwrap();
    assert_eq!(serde_json::to_string(&required).unwrap(), MVP_REQUIRED);
    assert_eq!(parse("{}").unwrap(), Requirements::default());
    for (json, named) in [
        (r#"{"kem":["RSA"]}"#, "ML-KEM-1024"),
        (r#"{"kem":["ml-kem-1024"]}"#, "ml-kem-1024"),
        (r#"{"symmetric":["AES-128-GCM"]}"#, "AES-256-GCM"),
        (r#"{"signature":["ECDSA"]}"#, "ML-DSA-65"),
        (r#"{"signature":["Ed25519"]}"#, "post-quantum"),
        (r#"{"signature":["ML-DSA-65","ML-DSA-65"]}"#, "twice"),
        (r#"{"kdf":["HKDF"]}"#, "kdf"),
        (r#"{"kem":"ML-KEM-1024"}"#, "sequence"),
        ("[]", "object"),
        (r#"{"kem":["ML-KEM-768","ML-KEM-768"]}"#, "twice"),
    ] {
        let error = parse(json).unwrap_err();
        assert!(error.to_string().contains(named), "{json}: {error}");
    }
    let only_hybrid = r#"{"kem":["P-384+ML-KEM-1024"]}"#;
    assert_eq!(
        Requirements::parse(only_hybrid, TransitionStrategy::PqcOnly),
        Err(PolicyError::Unsatisfiable)
    );
    assert!(parse(only_hybrid).is_ok());
    let not_built = r#"{"signature":["SLH-DSA-SHA2-256s","Falcon-512"]}"#;
    assert!(
        parse(not_built).is_ok(),
        "a peer may have what this version has not"
    );
}

#[test]
fn a_wrapping_meets_a_policy_by_kem_aead_and_strategy() {
    use TransitionStrategy::{Hybrid, PqcOnly};
    let kem_1024 = r#"{"kem":["ML-KEM-1024"]}"#;
    for (required, strategy, suite, expected) in [
        (
            MVP_REQUIRED,
            Hybrid,
            "ML-KEM-1024+HKDF-SHA256+AES-256-GCM",
            true,
        ),
        (
            MVP_REQUIRED,
            PqcOnly,
            "ML-KEM-1024+HKDF-SHA256+AES-256-GCM",
            true,
        ),
        (
            MVP_REQUIRED,
            Hybrid,
            "ML-KEM-1024+HKDF-SHA256+XChaCha20-Poly1305",
            false,
        ),
        (
            MVP_REQUIRED,
            Hybrid,
            "ML-KEM-768+HKDF-SHA256+AES-256-GCM",
            false,
        ),
        (
            kem_1024,
            Hybrid,
            "P-384+ML-KEM-1024+HKDF-SHA256+AES-256-GCM",
            true,
        ),
        (
            kem_1024,
            PqcOnly,
            "P-384+ML-KEM-1024+HKDF-SHA256+AES-256-GCM",
            false,
        ),
        (
            kem_1024,
            Hybrid,
            "P-384+ML-KEM-768+HKDF-SHA256+AES-256-GCM",
            false,
        ),
        (
            kem_1024,
            Hybrid,
            "ML-KEM-1024+HKDF-SHA256+XChaCha20-Poly1305",
            true,
        ),
        (
            r#"{"kem":["P-384+ML-KEM-1024"]}"#,
            Hybrid,
            "ML-KEM-1024+HKDF-SHA256+AES-256-GCM",
            false,
        ),
        (
            "{}",
            PqcOnly,
            "X25519+ML-KEM-768+HKDF-SHA256+AES-256-GCM",
            false,
        ),
        (
            "{}",
            Hybrid,
            "X25519+ML-KEM-768+HKDF-SHA256+AES-256-GCM",
            true,
        ),
        ("{}", Hybrid, "ROT13", false),
    ] {
        assert_eq!(
            meets(&policy(required, strategy), &wrapped(suite)),
            expected,
            "{required} {strategy} {suite}"
        );
    }
}

#[test]
fn an_asset_can_meet_a_policy_by_its_own_cryptography() {
    use TransitionStrategy::{Hybrid, PqcOnly};
    let native = |compliance, hybrid| AssetView {
        compliance,
        hybrid,
        ..AssetView::example()
    };
    for (strategy, compliance, hybrid, expected) in [
        (Hybrid, Compliance::Compliant, true, true),
        (Hybrid, Compliance::Compliant, false, true),
        (PqcOnly, Compliance::Compliant, true, false),
        (PqcOnly, Compliance::Compliant, false, true),
        (Hybrid, Compliance::NonCompliant, false, false),
        (Hybrid, Compliance::Unknown, false, false),
    ] {
        assert_eq!(
            meets(&policy("{}", strategy), &native(compliance, hybrid)),
            expected,
            "{strategy} {compliance} {hybrid}"
        );
    }
}

#[test]
fn a_required_signature_measures_only_assets_that_are_to_be_compliant_by_themselves() {
    let by_itself = |algorithms: &[&str], authentication| AssetView {
        compliance: Compliance::Compliant,
        authentication,
        authentication_algorithms: algorithms.iter().map(ToString::to_string).collect(),
        ..AssetView::example()
    };
    let strict = policy(MVP_REQUIRED, TransitionStrategy::Hybrid);
    assert!(meets(&strict, &by_itself(&["ML-DSA-65"], Verdict::Pqc)));
    assert!(
        meets(
            &strict,
            &by_itself(&["MLDSA65-Ed25519-SHA512"], Verdict::Hybrid)
        ),
        "composite under HYBRID"
    );
    assert!(!meets(
        &policy(MVP_REQUIRED, TransitionStrategy::PqcOnly),
        &by_itself(&["MLDSA65-Ed25519-SHA512"], Verdict::Hybrid)
    ));
    assert!(
        !meets(&strict, &by_itself(&["ML-DSA-65", "RSA"], Verdict::NonPqc)),
        "one classical link"
    );
    assert!(!meets(&strict, &by_itself(&[], Verdict::Unknown)));

    let evaluation = evaluate(
        &strict,
        &wrapped("ML-KEM-1024+HKDF-SHA256+AES-256-GCM"),
        NOW,
    )
    .unwrap()
    .unwrap();
    assert!(evaluation.is_compliant);
    assert!(
        evaluation.reasons.contains(&Reason::SignatureNotRequired {
            algorithms: "ECDSA".into()
        }),
        "said, not counted"
    );
}

#[test]
fn the_wrapping_suite_is_one_that_the_policy_accepts() {
    use TransitionStrategy::{Hybrid, PqcOnly};
    for (required, strategy, expected) in [
        ("{}", Hybrid, "P-384+ML-KEM-1024+HKDF-SHA256+AES-256-GCM"),
        ("{}", PqcOnly, "ML-KEM-1024+HKDF-SHA256+AES-256-GCM"),
        (MVP_REQUIRED, PqcOnly, "ML-KEM-1024+HKDF-SHA256+AES-256-GCM"),
        (
            MVP_REQUIRED,
            Hybrid,
            "P-384+ML-KEM-1024+HKDF-SHA256+AES-256-GCM",
        ),
        (
            r#"{"kem":["ML-KEM-768"],"symmetric":["XChaCha20-Poly1305"]}"#,
            Hybrid,
            "P-384+ML-KEM-768+HKDF-SHA256+XChaCha20-Poly1305",
        ),
        (
            r#"{"kem":["X25519+ML-KEM-768"]}"#,
            Hybrid,
            "X25519+ML-KEM-768+HKDF-SHA256+AES-256-GCM",
        ),
        (
            r#"{"kem":["X25519+ML-KEM-768","ML-KEM-768"]}"#,
            PqcOnly,
            "ML-KEM-768+HKDF-SHA256+AES-256-GCM",
        ),
    ] {
        let policy = policy(required, strategy);
        assert_eq!(
            policy.wrapping_suite().to_string(),
            expected,
            "{required} {strategy}"
        );
        assert!(
            policy.accepts(policy.wrapping_suite()),
            "{required} {strategy}"
        );
    }
}

#[test]
fn eligibility_names_the_first_reason_against() {
    let mut policy = policy("{}", TransitionStrategy::Hybrid);
    let fails = evaluate(&policy, &AssetView::example(), NOW).unwrap();
    let good = Evaluation {
        is_compliant: true,
        ..fails.clone().unwrap()
    };
    assert_eq!(eligible(&policy, fails.as_ref(), 1), Ok(()));
    assert_eq!(
        eligible(&policy, fails.as_ref(), 0),
        Err(Ineligible::NoMaterial)
    );
    assert_eq!(
        eligible(&policy, Some(&good), 1),
        Err(Ineligible::AlreadyCompliant)
    );
    assert_eq!(eligible(&policy, None, 1), Err(Ineligible::OutOfScope));
    policy.enforcement_mode = EnforcementMode::MonitorOnly;
    assert_eq!(
        eligible(&policy, fails.as_ref(), 1),
        Err(Ineligible::MonitorOnly)
    );
    policy.is_active = false;
    assert_eq!(
        eligible(&policy, fails.as_ref(), 1),
        Err(Ineligible::PolicyInactive)
    );
}

#[test]
fn an_asset_out_of_scope_has_no_evaluation() {
    let mut policy = policy("{}", TransitionStrategy::Hybrid);
    policy.scope = scope(ScopeType::ByEnvironment, r#"{"environment":["DEV"]}"#).unwrap();
    assert_eq!(evaluate(&policy, &AssetView::example(), NOW), Ok(None));
}

#[test]
fn a_dry_run_lists_each_change_once() {
    let [a, b, c, d, e] = std::array::from_fn(|_| AssetId::make());
    let changes = diff(
        [(a, false), (b, true), (c, true), (d, true)],
        [(a, true), (b, false), (c, true), (e, false)],
    );
    let of = |id| {
        changes
            .iter()
            .filter(|change| change.asset_id == id)
            .map(|change| change.kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(of(a), [ChangeKind::BecomesCompliant]);
    assert_eq!(of(b), [ChangeKind::BecomesNonCompliant]);
    assert_eq!(of(c), []);
    assert_eq!(of(d), [ChangeKind::Leaves]);
    assert_eq!(of(e), [ChangeKind::EntersNonCompliant]);
}

#[test]
fn coverage_is_assets_in_scope_of_all() {
    assert_eq!(coverage(1, 3).to_string(), "33.33");
    assert_eq!(coverage(0, 0).to_string(), "0.00");
}

proptest! {
    #[test]
    fn a_wrapping_with_the_policys_own_suite_always_meets_it(
        kems in prop::sample::subsequence(KemSuite::ALL.to_vec(), 0..=5),
        aeads in prop::sample::subsequence(AeadSuite::ALL.to_vec(), 0..=3),
        strategy in prop::sample::select(TransitionStrategy::ALL.to_vec()),
    ) {
        let required = Requirements { kem: kems, symmetric: aeads, signature: Vec::new() };
        let json = serde_json::to_string(&required).unwrap();
        prop_assume!(Requirements::parse(&json, strategy).is_ok());
        let policy = policy(&json, strategy);
        let suite = policy.wrapping_suite();
        prop_assert!(meets(&policy, &wrapped(&suite.to_string())));
        prop_assert!(strategy == TransitionStrategy::Hybrid || !suite.kem.is_hybrid());
    }

    #[test]
    fn no_scope_text_upsets_the_parser(json in "\\PC{0,60}") {
        for scope_type in ScopeType::ALL {
            let _ = Scope::parse(*scope_type, &json, CustomQueries::Allowed);
        }
    }
}
