//! The JSON form of envelopes: what is refused, what is allowed, and that nothing panics.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use proptest::prelude::*;
use qv_crypto::CryptoError;
use qv_crypto::envelope::{
    Context, ContextId, CreatedAt, Envelope, Expected, KeyVersion, MAX_JSON_LEN, MAX_PLAINTEXT_LEN,
    seal, seal_many,
};
use qv_crypto::suite::{AeadSuite, DecapsulationKey, EncapsulationKey, KemSuite};

fn key() -> &'static DecapsulationKey {
    static KEY: std::sync::LazyLock<DecapsulationKey> =
        std::sync::LazyLock::new(|| DecapsulationKey::make(KemSuite::MlKem768).unwrap());
    &KEY
}

fn context(material: &str) -> Context {
    let id = |text: &str| ContextId::new(text).unwrap();
    Context {
        anchor_id: id("anchor"),
        key_version: KeyVersion::new(7).unwrap(),
        policy_id: None,
        asset_id: id("asset"),
        material_id: id(material),
        created_at: CreatedAt::new("2026-11-23T09:00:00.000Z").unwrap(),
    }
}

fn sealed() -> String {
    seal(
        key().encapsulation_key(),
        AeadSuite::Aes256Gcm,
        context("material"),
        b"secret",
    )
    .unwrap()
    .into_json()
}

fn malformed(json: &[u8]) -> bool {
    matches!(Envelope::from_json(json), Err(CryptoError::Malformed(_)))
}

#[test]
fn white_space_and_order_of_members_do_not_matter() {
    let json = sealed();
    let tree: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut members: Vec<_> = tree.as_object().unwrap().iter().collect();
    members.reverse();
    let members: Vec<_> = members
        .iter()
        .map(|(name, value)| format!("\"{name}\" :\t{value}"))
        .collect();
    let reordered = format!(" \r\n{{{}\n}}\n\t", members.join(" ,\n"));
    let envelope = Envelope::from_json(reordered.as_bytes()).unwrap();
    assert_eq!(envelope.as_json(), json);
    assert_eq!(envelope.open_standalone(key()).unwrap().expose(), b"secret");
}

#[test]
fn members_are_exactly_thirteen() {
    let tree: serde_json::Value = serde_json::from_str(&sealed()).unwrap();
    assert_eq!(tree.as_object().unwrap().len(), 13);
    for name in tree.as_object().unwrap().keys() {
        let mut without = tree.clone();
        without.as_object_mut().unwrap().remove(name);
        assert!(malformed(without.to_string().as_bytes()), "without {name}");
        for wrong in [
            serde_json::json!(true),
            serde_json::json!([]),
            serde_json::json!(1.5),
        ] {
            let mut retyped = tree.clone();
            retyped[name] = wrong;
            assert!(malformed(retyped.to_string().as_bytes()), "{name} retyped");
        }
    }
    for name in ["asset_id", "asset_key_material_id", "created_at"] {
        let mut without = tree.clone();
        without["aad"].as_object_mut().unwrap().remove(name);
        assert!(
            malformed(without.to_string().as_bytes()),
            "without aad.{name}"
        );
    }
    let mut more = tree.clone();
    more["comment"] = "more".into();
    assert!(malformed(more.to_string().as_bytes()));
    let mut more = tree;
    more["aad"]["comment"] = "more".into();
    assert!(malformed(more.to_string().as_bytes()));
}

#[test]
fn text_that_is_not_exactly_one_object_is_malformed() {
    let json = sealed();
    let replaced = |from: &str, to: &str| {
        assert!(json.contains(from), "{from}");
        json.replacen(from, to, 1).into_bytes()
    };
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty", vec![]),
        ("array", format!("[{json}]").into_bytes()),
        ("text after", format!("{json}x").into_bytes()),
        ("a second object", format!("{json}{json}").into_bytes()),
        (
            "byte order mark",
            [b"\xef\xbb\xbf", json.as_bytes()].concat(),
        ),
        (
            "no UTF-8",
            replaced("\"asset\"", "\"asset\"")
                .iter()
                .map(|&b| if b == b'z' { 0xff } else { b })
                .chain([0xff])
                .collect(),
        ),
        ("lone surrogate", replaced("\"asset\"", "\"\\ud800\"")),
        ("lone low surrogate", replaced("\"asset\"", "\"\\udc00x\"")),
        (
            "duplicate member",
            replaced("\"key_version\":7", "\"key_version\":7,\"key_version\":7"),
        ),
        (
            "duplicate after escapes",
            replaced(
                "\"key_version\":7",
                "\"key_version\":7,\"key\\u005fversion\":7",
            ),
        ),
        (
            "duplicate in aad",
            replaced("\"asset_id\":", "\"asset_id\":\"asset\",\"asset_id\":"),
        ),
        (
            "fraction",
            replaced("\"key_version\":7", "\"key_version\":7.0"),
        ),
        (
            "exponent",
            replaced("\"key_version\":7", "\"key_version\":7e0"),
        ),
        ("zero", replaced("\"key_version\":7", "\"key_version\":0")),
        (
            "minus zero",
            replaced("\"key_version\":7", "\"key_version\":-0"),
        ),
        (
            "negative",
            replaced("\"key_version\":7", "\"key_version\":-7"),
        ),
        (
            "leading zero",
            replaced("\"key_version\":7", "\"key_version\":07"),
        ),
        (
            "2^53",
            replaced("\"key_version\":7", "\"key_version\":9007199254740992"),
        ),
        (
            "2^64",
            replaced("\"key_version\":7", "\"key_version\":18446744073709551616"),
        ),
        (
            "text for a number",
            replaced("\"key_version\":7", "\"key_version\":\"7\""),
        ),
        ("empty id", replaced("\"asset\"", "\"\"")),
        (
            "empty policy",
            replaced("\"policy_id\":null", "\"policy_id\":\"\""),
        ),
        ("upper-case hex", replaced("\"iv\":\"", "\"iv\":\"AA")),
        ("short time", replaced(".000Z", "Z")),
        (
            "too large",
            [json.as_bytes(), &vec![b' '; MAX_JSON_LEN]].concat(),
        ),
        ("deep nesting", "[".repeat(100_000).into_bytes()),
    ];
    for (name, text) in cases {
        assert!(
            malformed(&text),
            "{name}: {:?}",
            Envelope::from_json(&text).map(|_| ())
        );
    }
    let largest = replaced("\"key_version\":7", "\"key_version\":9007199254740991");
    assert_eq!(
        Envelope::from_json(&largest).unwrap_err(),
        CryptoError::HashMismatch,
        "2^53 − 1 is a version"
    );
    let spaced = [json.as_bytes(), &vec![b' '; MAX_JSON_LEN - json.len()]].concat();
    Envelope::from_json(&spaced).unwrap();
}

#[test]
fn the_first_failed_check_is_the_one_reported() {
    let json = sealed();
    // Everything is wrong; step by step it is put right.
    type Check = fn(&CryptoError) -> bool;
    let steps: [(&str, &str, Check); 5] = [
        (
            "\"version\":\"qv-wrap-v9\"",
            "\"version\":\"qv-wrap-v1\"",
            |e| matches!(e, CryptoError::UnknownVersion { .. }),
        ),
        ("\"kem\":\"Kyber\"", "\"kem\":\"ML-KEM-768\"", |e| {
            matches!(e, CryptoError::UnknownSuite { .. })
        }),
        ("\"anchor_id\":\"\"", "\"anchor_id\":\"anchor\"", |e| {
            matches!(e, CryptoError::Malformed(_))
        }),
        (
            "\"encapsulated_key\":\"00",
            "\"encapsulated_key\":\"",
            |e| matches!(e, CryptoError::InvalidCapsule { .. }),
        ),
        ("\"asset_id\":\"ASSET\"", "\"asset_id\":\"asset\"", |e| {
            *e == CryptoError::HashMismatch
        }),
    ];
    let mut text = steps.iter().fold(json.clone(), |text, (wrong, right, _)| {
        text.replacen(right, wrong, 1)
    });
    for (wrong, right, expect) in &steps {
        let error = Envelope::from_json(text.as_bytes()).unwrap_err();
        assert!(expect(&error), "{wrong}: {error:?}");
        text = text.replacen(wrong, right, 1);
    }
    assert_eq!(text, json);
}

#[test]
fn plaintexts_have_at_most_a_mebibyte() {
    let public = key().encapsulation_key();
    for aead in AeadSuite::ALL {
        let largest = vec![7; MAX_PLAINTEXT_LEN];
        let envelope = seal(public, *aead, context("large"), &largest).unwrap();
        let again = Envelope::from_json(envelope.as_json().as_bytes()).unwrap();
        assert_eq!(again.open_standalone(key()).unwrap().expose(), largest);
    }
    let refused = seal(
        public,
        AeadSuite::Aes256Gcm,
        context("large"),
        &vec![7; MAX_PLAINTEXT_LEN + 1],
    )
    .unwrap_err();
    assert_eq!(
        refused,
        CryptoError::PlaintextTooLarge {
            len: MAX_PLAINTEXT_LEN + 1,
            max: MAX_PLAINTEXT_LEN
        }
    );
}

#[test]
fn a_batch_shares_its_capsule_and_nothing_else() {
    let names: Vec<_> = (0..100)
        .map(|number| format!("material-{number}"))
        .collect();
    let secrets = names.iter().map(|name| (context(name), name.as_bytes()));
    let envelopes = seal_many(key().encapsulation_key(), AeadSuite::Aes256Gcm, secrets).unwrap();
    assert_eq!(envelopes.len(), 100);
    let trees: Vec<serde_json::Value> = envelopes
        .iter()
        .map(|envelope| serde_json::from_str(envelope.as_json()).unwrap())
        .collect();
    for member in ["iv", "key_commitment", "ciphertext", "hash"] {
        let distinct: std::collections::HashSet<_> =
            trees.iter().map(|tree| tree[member].to_string()).collect();
        assert_eq!(distinct.len(), 100, "{member}");
    }
    for (envelope, name) in envelopes.iter().zip(&names) {
        assert_eq!(envelope.capsule(), envelopes[0].capsule());
        let again = Envelope::from_json(envelope.as_json().as_bytes()).unwrap();
        assert_eq!(&again, envelope);
        let own = Expected {
            anchor_id: "anchor",
            key_version: 7,
            asset_id: "asset",
            material_id: name,
        };
        assert_eq!(again.open(key(), &own).unwrap().expose(), name.as_bytes());
    }
    let next = seal_many(
        key().encapsulation_key(),
        AeadSuite::Aes256Gcm,
        [(context("a"), b"a".as_slice())],
    )
    .unwrap();
    assert_ne!(
        next[0].capsule(),
        envelopes[0].capsule(),
        "a call never reuses another call's encapsulation"
    );
}

#[test]
fn a_batch_with_equal_contexts_is_refused_whole() {
    let public = key().encapsulation_key();
    let secrets = [
        (context("a"), b"1".as_slice()),
        (context("b"), b"2"),
        (context("a"), b"3"),
    ];
    assert_eq!(
        seal_many(public, AeadSuite::Aes256Gcm, secrets).unwrap_err(),
        CryptoError::DuplicateContext
    );
    assert!(
        seal_many(public, AeadSuite::Aes256Gcm, [])
            .unwrap()
            .is_empty()
    );
}

#[test]
fn several_threads_seal_with_one_key() {
    fn assert_shared<T: Send + Sync>() {}
    assert_shared::<Envelope>();
    assert_shared::<EncapsulationKey>();
    assert_shared::<DecapsulationKey>();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                for number in 0..20 {
                    let context = context(&format!("{thread}-{number}"));
                    let envelope = seal(
                        key().encapsulation_key(),
                        AeadSuite::Aes256Gcm,
                        context,
                        &[thread; 50],
                    )
                    .unwrap();
                    assert_eq!(
                        envelope.open_standalone(key()).unwrap().expose(),
                        [thread; 50]
                    );
                }
            });
        }
    });
}

#[test]
fn debug_shows_neither_plaintext_nor_ciphertext() {
    let envelope = Envelope::from_json(sealed().as_bytes()).unwrap();
    let tree: serde_json::Value = serde_json::from_str(envelope.as_json()).unwrap();
    let debug = format!("{envelope:?} {:?} {:?}", key(), key().seeds());
    assert!(!debug.contains(tree["ciphertext"].as_str().unwrap()));
    assert!(!debug.contains(&hex::encode(key().seeds().expose())[..16]));
    assert!(debug.contains("[redacted]"));
}

prop_compose! {
    fn any_context()(
        anchor in "\\PC{1,60}", asset in "[\\x00-\\x7f]{1,80}", material in ".{1,60}",
        policy in proptest::option::of("\\PC{1,60}"), version in 1..=KeyVersion::MAX, ms in 0..253_402_300_799_999_i64,
    ) -> Context {
        let id = |text: String| ContextId::new(text).unwrap();
        Context {
            anchor_id: id(anchor),
            key_version: KeyVersion::new(version).unwrap(),
            policy_id: policy.map(id),
            asset_id: id(asset),
            material_id: id(material),
            created_at: qv_types::Timestamp::from_unix_ms(ms).try_into().unwrap(),
        }
    }
}

proptest! {
    #[test]
    fn seal_and_open_round_trip(
        context in any_context(), plaintext in proptest::collection::vec(any::<u8>(), 0..600), aead in 0..AeadSuite::ALL.len(),
    ) {
        let envelope = seal(key().encapsulation_key(), AeadSuite::ALL[aead], context.clone(), &plaintext).unwrap();
        let tree: serde_json::Value = serde_json::from_str(envelope.as_json()).unwrap();
        prop_assert_eq!(envelope.as_json(), serde_json_canonicalizer::to_string(&tree).unwrap());
        let again = Envelope::from_json(envelope.as_json().as_bytes()).unwrap();
        prop_assert_eq!(again.context(), &context);
        let own = Expected {
            anchor_id: context.anchor_id.as_str(),
            key_version: context.key_version.get(),
            asset_id: context.asset_id.as_str(),
            material_id: context.material_id.as_str(),
        };
        let opened = again.open(key(), &own).unwrap();
        prop_assert_eq!(opened.expose(), plaintext.as_slice());
    }

    #[test]
    fn associated_data_is_canonical_json(context in any_context()) {
        let aad = context.aad();
        let tree: serde_json::Value = serde_json::from_str(&aad).unwrap();
        prop_assert_eq!(serde_json_canonicalizer::to_string(&tree).unwrap(), aad);
        prop_assert_eq!(tree.as_object().unwrap().len(), 7);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Envelope::from_json(&bytes);
    }

    #[test]
    fn arbitrary_edits_never_panic(at in 0.0..1.0_f64, remove in 0..40_usize, insert in "\\PC{0,12}") {
        let mut json = sealed().into_bytes();
        let at = (json.len() as f64 * at) as usize;
        let end = (at + remove).min(json.len());
        let before = json.clone();
        json.splice(at..end, insert.bytes());
        if json != before {
            prop_assert!(Envelope::from_json(&json).is_err());
        }
    }
}
