//! Words that one crate writes and another reads must be the same words.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

use qv_policy::Map;
use qv_policy::classification::Class;
use qv_scan::names::{
    AUTHENTICATION, KEY_EXCHANGE, SYMMETRIC, unknown_cipher, unknown_group, unknown_signature,
};
use qv_types::{AeadSuite, AlgorithmUse, KemSuite, Layer, Verdict};

fn class(map: &Map, name: &str) -> Option<Class> {
    map.rule_for(name).map(|rule| rule.class)
}

#[test]
fn every_name_that_a_scan_can_give_has_a_rule() {
    let map = Map::builtin().unwrap();
    // A bare pre-shared key is a symmetric secret: nothing for a quantum computer to break.
    let decides = |name: &&str| match class(map, name) {
        None => false,
        Some(Class::Symmetric) => *name == "PSK",
        Some(_) => true,
    };
    for (layer, names) in [
        ("key exchange", KEY_EXCHANGE),
        ("authentication", AUTHENTICATION),
    ] {
        let without: Vec<_> = names.iter().filter(|name| !decides(name)).collect();
        assert!(
            without.is_empty(),
            "{layer} names without a rule that decides: {without:?}"
        );
    }
    let symmetric = |name: &&str| class(map, name) == Some(Class::Symmetric);
    let without: Vec<_> = SYMMETRIC.iter().filter(|name| !symmetric(name)).collect();
    assert!(
        without.is_empty(),
        "symmetric names without a rule: {without:?}"
    );
}

#[test]
fn what_a_scan_does_not_know_is_not_known() {
    let map = Map::builtin().unwrap();
    for name in [
        unknown_group(0x1234),
        unknown_signature("1.2.3.4"),
        unknown_cipher(0xabcd),
    ] {
        assert_eq!(class(map, &name), None, "{name}");
        let seen = AlgorithmUse::new(Layer::KeyExchange, name, "group negotiated", true);
        let verdicts = qv_policy::classify(&[seen], map);
        assert_eq!(verdicts.key_exchange.verdict, Verdict::Unknown);
    }
}

/// A suite that the vault wraps under is quantum-safe by the map's own words.
#[test]
fn what_wraps_is_post_quantum_or_hybrid() {
    let map = Map::builtin().unwrap();
    for suite in KemSuite::ALL {
        let kem = suite.to_string();
        let post_quantum = kem.rsplit('+').find(|part| part.starts_with("ML-KEM"));
        let part = post_quantum.unwrap_or_else(|| panic!("{kem} has no ML-KEM in it"));
        assert_eq!(class(map, part), Some(Class::Pqc), "{kem}");
    }
    for suite in AeadSuite::ALL {
        assert_eq!(
            class(map, suite.as_str()),
            Some(Class::Symmetric),
            "{suite}"
        );
    }
}
