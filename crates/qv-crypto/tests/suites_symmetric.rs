//! AEAD and KDF suites against Wycheproof.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use qv_crypto::CryptoError;
use qv_crypto::suite::{Aead as _, AeadSuite, Kdf as _, KdfSuite};
use wycheproof::{TestResult, aead, hkdf};

fn check_aead(suite: AeadSuite, name: aead::TestName) {
    let mut run = 0;
    for group in aead::TestSet::load(name).unwrap().test_groups {
        if group.key_size != 256
            || group.nonce_size != suite.nonce_len() * 8
            || group.tag_size != 128
        {
            continue;
        }
        for test in &group.tests {
            let key: &[u8; 32] = test.key.as_slice().try_into().unwrap();
            let sealed = [test.ct.as_slice(), test.tag.as_slice()].concat();
            let opened = suite.open(key, &test.nonce, &test.aad, &sealed);
            if test.result == TestResult::Valid {
                assert_eq!(
                    opened.unwrap().expose(),
                    test.pt.as_slice(),
                    "{suite} {}",
                    test.tc_id
                );
                assert_eq!(
                    suite.seal(key, &test.nonce, &test.aad, &test.pt).unwrap(),
                    sealed,
                    "{suite} {}",
                    test.tc_id
                );
            } else {
                assert_eq!(
                    opened.unwrap_err(),
                    CryptoError::TagMismatch,
                    "{suite} {}",
                    test.tc_id
                );
            }
            run += 1;
        }
    }
    assert!(run > 50, "{suite}: only {run} tests");
}

#[test]
fn aes_256_gcm() {
    check_aead(AeadSuite::Aes256Gcm, aead::TestName::AesGcm);
}

#[test]
fn aes_256_gcm_siv() {
    check_aead(AeadSuite::Aes256GcmSiv, aead::TestName::AesGcmSiv);
}

#[test]
fn xchacha20_poly1305() {
    check_aead(
        AeadSuite::XChaCha20Poly1305,
        aead::TestName::XChaCha20Poly1305,
    );
}

#[test]
fn nonces_of_another_length_and_texts_without_a_tag_are_refused() {
    for suite in AeadSuite::ALL {
        let nonce = vec![0; suite.nonce_len()];
        assert_eq!(
            suite.open(&[0; 32], &nonce, b"", &[0; 15]).unwrap_err(),
            CryptoError::TagMismatch
        );
        assert!(suite.seal(&[0; 32], &nonce[1..], b"", b"text").is_err());
        assert!(suite.open(&[0; 32], &nonce[1..], b"", &[0; 16]).is_err());
    }
}

#[test]
fn hkdf_sha_256() {
    for test in hkdf::TestSet::load(hkdf::TestName::HkdfSha256)
        .unwrap()
        .test_groups
        .iter()
        .flat_map(|group| &group.tests)
    {
        let mut okm = vec![0; test.size];
        let expanded = KdfSuite::HkdfSha256
            .extract(&test.salt, &test.ikm)
            .expand_into(&[&test.info], &mut okm);
        if test.result == TestResult::Valid {
            expanded.unwrap();
            assert_eq!(okm, test.okm.as_slice(), "{}", test.tc_id);
        } else {
            assert!(expanded.is_err(), "{}", test.tc_id);
        }
    }
}

#[test]
fn info_is_the_concatenation_of_its_parts() {
    let derive = |info: &[&[u8]]| {
        KdfSuite::HkdfSha256
            .derive::<42>(b"secret", b"salt", info)
            .unwrap()
    };
    assert_eq!(derive(&[b"ab", b"", b"c"]), derive(&[b"abc"]));
    assert_ne!(derive(&[b"abc"]), derive(&[b"abd"]));
}
