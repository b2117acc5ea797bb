use qv_types::AlgorithmUse;

use super::*;
use crate::Map;
use crate::classification::Class;

fn calendar() -> &'static Calendar {
    Calendar::builtin().unwrap()
}

fn used(layer: Layer, algorithm: &str, bits: Option<u32>) -> AlgorithmUse {
    AlgorithmUse {
        key_length: bits,
        ..AlgorithmUse::new(layer, algorithm, "test", true)
    }
}

/// The ids of the dates that an asset misses.
fn missed(asset_type: AssetType, uses: &[AlgorithmUse]) -> Vec<&'static str> {
    let found = traits(uses, Map::builtin().unwrap(), calendar());
    let dates = calendar().deadlines().iter();
    dates
        .filter(|date| date.is_missed_by(asset_type, found))
        .map(|date| date.id.as_str())
        .collect()
}

const WEB: [&str; 2] = ["cnsa2-web-prefer", "cnsa2-web-exclusive"];

#[test]
fn the_dates_are_those_of_the_sources() {
    for (id, date) in [
        ("ir8547-deprecated", "2030-12-31"),
        ("ir8547-disallowed", "2035-12-31"),
        ("cnsa2-signing-prefer", "2025-12-31"),
        ("cnsa2-signing-exclusive", "2030-12-31"),
        ("cnsa2-web-prefer", "2025-12-31"),
        ("cnsa2-web-exclusive", "2033-12-31"),
        ("cnsa2-network-prefer", "2026-12-31"),
        ("cnsa2-network-exclusive", "2030-12-31"),
        ("cnsa2-systems-prefer", "2027-12-31"),
        ("cnsa2-systems-exclusive", "2033-12-31"),
        ("cnsa2-niche-prefer", "2030-12-31"),
        ("cnsa2-custom-exclusive", "2033-12-31"),
    ] {
        assert_eq!(calendar().find(id).unwrap().date, date, "{id}");
    }
    assert_eq!(calendar().deadlines().len(), 12);
    let dates: Vec<_> = calendar().deadlines().iter().map(Deadline::end).collect();
    assert!(dates.is_sorted());
}

#[test]
fn every_type_of_asset_has_an_end_of_its_own_and_every_cnsa_name_is_known_as_post_quantum() {
    for asset_type in AssetType::ALL {
        let ends = calendar()
            .deadlines()
            .iter()
            .filter(|date| date.concerns(*asset_type));
        assert!(ends.count() >= 3, "{asset_type}");
    }
    for name in calendar().cnsa() {
        let class = Map::builtin()
            .unwrap()
            .rule_for(name)
            .map(|rule| rule.class);
        assert!(matches!(class, Some(Class::Pqc | Class::Hybrid)), "{name}");
    }
}

#[test]
fn the_last_day_belongs_to_the_old_state() {
    let date = calendar().find("ir8547-disallowed").unwrap();
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let last = at("2035-12-31T23:59:59.999Z");
    assert!(!date.has_passed(last) && date.days_left(last) == 0);
    assert!(date.has_passed(at("2036-01-01T00:00:00.000Z")));
    assert_eq!(date.days_left(at("2035-12-30T12:00:00.000Z")), 1);
}

#[test]
fn strength_decides_the_first_date_of_ir_8547() {
    let classical = |bits, algorithm| {
        let uses = [used(Layer::Authentication, algorithm, Some(bits))];
        let missed = missed(AssetType::Database, &uses);
        assert!(missed.contains(&"ir8547-disallowed"), "{algorithm} {bits}");
        missed.contains(&"ir8547-deprecated")
    };
    for (bits, algorithm, weak) in [
        (2048, "RSA", true),
        (512, "RSA", true),
        (3072, "RSA", false),
        (2048, "DHE", true),
        (224, "ECDSA", true),
        (256, "ECDSA", false),
        (253, "X25519", false),
    ] {
        assert_eq!(classical(bits, algorithm), weak, "{algorithm} {bits}");
    }
    let unsaid = missed(
        AssetType::Database,
        &[used(Layer::Authentication, "RSA", None)],
    );
    assert_eq!(unsaid, ["cnsa2-custom-exclusive", "ir8547-disallowed"]);
}

#[test]
fn cnsa_wants_its_own_algorithms_and_takes_a_hybrid_with_them() {
    let layers = |kex, auth| {
        [
            used(Layer::KeyExchange, kex, None),
            used(Layer::Authentication, auth, None),
        ]
    };
    let web = |kex, auth| missed(AssetType::TlsCert, &layers(kex, auth));
    assert_eq!(web("ML-KEM-1024", "ML-DSA-87"), [""; 0]);
    assert_eq!(web("SecP384r1MLKEM1024", "mldsa87"), [""; 0]);
    assert_eq!(web("X25519MLKEM768", "ML-DSA-87"), WEB);
    assert_eq!(web("ML-KEM-1024", "ML-DSA-65"), WEB);
    let classical = [WEB[0], WEB[1], "ir8547-disallowed"];
    assert_eq!(web("ML-KEM-1024", "ECDSA"), classical);
    assert_eq!(web("X25519", "ML-DSA-87"), classical);
}

#[test]
fn what_is_not_known_or_only_offered_misses_nothing_and_is_counted_apart() {
    let offered = AlgorithmUse::new(Layer::KeyExchange, "X25519", "test", false);
    let negotiated = used(Layer::KeyExchange, "ML-KEM-1024", None);
    let end = calendar().find("ir8547-disallowed").unwrap();
    let open = |uses: &[AlgorithmUse]| {
        let found = traits(uses, Map::builtin().unwrap(), calendar());
        assert!(!end.is_missed_by(AssetType::TlsCert, found));
        end.is_open_for(AssetType::TlsCert, found)
    };
    assert!(open(&[used(Layer::KeyExchange, "no-such-thing", None)]));
    assert!(open(std::slice::from_ref(&offered)));
    assert!(!open(&[negotiated, offered]));
    assert!(!open(&[used(Layer::DataAtRest, "AES-256-GCM", None)]));
    assert!(!open(&[]));
}

#[test]
fn a_signing_date_looks_at_signatures_of_keys_alone() {
    let agreed = [used(Layer::KeyExchange, "X25519", None)];
    let signed = [used(Layer::Authentication, "Ed25519", None)];
    let signing = |missed: &[&str]| missed.iter().filter(|id| id.contains("signing")).count();
    assert_eq!(signing(&missed(AssetType::Key, &agreed)), 0);
    assert_eq!(signing(&missed(AssetType::Key, &signed)), 2);
    assert_eq!(signing(&missed(AssetType::TlsCert, &signed)), 0);
}

#[test]
fn a_wrong_file_is_refused_and_the_place_named() {
    let date = "[[deadline]]\nid = \"a\"\nsource = \"s\"\ntitle = \"t\"\ndate = \"2030-12-31\"\nmisses = [\"CLASSICAL\"]\ntext = \"x\"\n";
    let head = "schema = 1\nversion = \"1\"\n[cnsa]\nalgorithms = []\n";
    assert!(Calendar::parse(&format!("{head}{date}")).is_ok());
    for (text, expected) in [
        (
            format!("{head}{date}").replace("schema = 1", "schema = 2"),
            "schema 2",
        ),
        (format!("{head}{date}{date}"), "`a`"),
        (
            format!("{head}{}", date.replace("2030-12-31", "2030-13-01")),
            "2030-13-01",
        ),
        (
            format!("{head}{}", date.replace("\"CLASSICAL\"", "")),
            "nothing could miss",
        ),
        (format!("{head}{}", date.replace("CLASSICAL", "OLD")), "OLD"),
        (format!("{head}{date}when = 1\n"), "when"),
    ] {
        let error = Calendar::parse(&text).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
