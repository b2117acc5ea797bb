//! Every byte of an envelope changed and every member swapped with another envelope's: the right
//! typed error each time, and never a plaintext.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use qv_crypto::CryptoError;
use qv_crypto::encoding::{base64_decode, base64_encode, hex_decode, hex_encode};
use qv_crypto::envelope::{
    Context, ContextId, CreatedAt, Envelope, Expected, KeyVersion, RowBinding, seal,
};
use qv_crypto::secret::{Secret, SecretBytes};
use qv_crypto::suite::kem::check_capsule;
use qv_crypto::suite::{AeadSuite, DecapsulationKey, KemSuite};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const ANCHOR: &str = "anchor-1";

fn context(asset: &str, material: &str, policy: Option<&str>, created_at: &str) -> Context {
    let id = |text: &str| ContextId::new(text).unwrap();
    Context {
        anchor_id: id(ANCHOR),
        key_version: KeyVersion::new(3).unwrap(),
        policy_id: policy.map(id),
        asset_id: id(asset),
        material_id: id(material),
        created_at: CreatedAt::new(created_at).unwrap(),
    }
}

fn expected<'a>(asset_id: &'a str, material_id: &'a str) -> Expected<'a> {
    Expected {
        anchor_id: ANCHOR,
        key_version: 3,
        asset_id,
        material_id,
    }
}

const FIRST_CREATED: &str = "2026-11-23T09:00:00.000Z";
const SECOND_CREATED: &str = "2026-11-23T09:00:01.000Z";

/// Two envelopes to one key that differ in every member that may differ.
fn two(key: &DecapsulationKey) -> [Envelope; 2] {
    let first = context("asset-1", "material-1", Some("policy-1"), FIRST_CREATED);
    let second = context("asset-2", "material-2", Some("policy-2"), SECOND_CREATED);
    [
        seal(
            key.encapsulation_key(),
            AeadSuite::Aes256Gcm,
            first,
            b"first secret",
        )
        .unwrap(),
        seal(
            key.encapsulation_key(),
            AeadSuite::Aes256Gcm,
            second,
            b"other secret",
        )
        .unwrap(),
    ]
}

fn parsed(envelope: &Envelope) -> Value {
    serde_json::from_str(envelope.as_json()).unwrap()
}

/// Makes the hash fit again, as whoever edits on purpose would.
fn rehash(envelope: &mut Value) {
    let members = envelope.as_object_mut().unwrap();
    members.remove("hash");
    let hash = hex::encode(Sha256::digest(
        serde_json_canonicalizer::to_vec(&members).unwrap(),
    ));
    members.insert("hash".into(), hash.into());
}

fn open(
    key: &DecapsulationKey,
    envelope: &Value,
    expected: &Expected<'_>,
) -> Result<SecretBytes, CryptoError> {
    Envelope::from_json(envelope.to_string().as_bytes())?.open(key, expected)
}

/// What an edit of the member leads to when the hash fits.
fn expect_of(member: &str, error: &CryptoError, kem: KemSuite) -> bool {
    let hybrid_point = matches!(kem, KemSuite::P384MlKem768 | KemSuite::P384MlKem1024);
    match member {
        "encapsulated_key" => {
            matches!(error, CryptoError::CommitmentMismatch)
                || hybrid_point && matches!(error, CryptoError::InvalidCapsule { .. })
        }
        "iv" | "ciphertext" => matches!(error, CryptoError::TagMismatch),
        "key_commitment" => matches!(error, CryptoError::CommitmentMismatch),
        _ => unreachable!("{member}"),
    }
}

#[test]
fn every_byte_flipped_gives_its_error() {
    for &kem in KemSuite::ALL {
        let key = DecapsulationKey::make(kem).unwrap();
        let [first, _] = two(&key);
        let expected = expected("asset-1", "material-1");
        let original = parsed(&first);
        type Codec = (fn(&str) -> Option<Vec<u8>>, fn(&[u8]) -> String);
        let hex: Codec = (hex_decode, hex_encode);
        let base64: Codec = (base64_decode, base64_encode);
        let members = [
            ("encapsulated_key", hex),
            ("iv", hex),
            ("ciphertext", base64),
            ("key_commitment", hex),
        ];
        // Capsules are long: every byte in the default suite, the point and a sample in the others.
        let sampled = |at: &usize| kem == KemSuite::MlKem1024 || *at < 97 || at.is_multiple_of(13);
        for (member, (decode, encode)) in members {
            let bytes = decode(original[member].as_str().unwrap()).unwrap();
            for at in (0..bytes.len()).filter(sampled) {
                let mut edited = bytes.clone();
                edited[at] ^= 1 << (at % 8);
                let mut envelope = original.clone();
                envelope[member] = encode(&edited).into();

                let error = open(&key, &envelope, &expected).unwrap_err();
                let stale_point =
                    check_capsule(kem, &edited).is_err() && member == "encapsulated_key";
                let stale = if stale_point {
                    CryptoError::InvalidCapsule {
                        suite: kem.as_str(),
                    }
                } else {
                    CryptoError::HashMismatch
                };
                assert_eq!(error, stale, "{kem} {member} {at}, stale hash");

                rehash(&mut envelope);
                let error = open(&key, &envelope, &expected).unwrap_err();
                assert!(
                    expect_of(member, &error, kem),
                    "{kem} {member} {at}: {error:?}"
                );
            }
        }
        let hash = first.hash();
        for at in 0..hash.len() {
            let mut edited = *hash;
            edited[at] ^= 0x80;
            let mut envelope = original.clone();
            envelope["hash"] = hex_encode(&edited).into();
            assert_eq!(
                open(&key, &envelope, &expected).unwrap_err(),
                CryptoError::HashMismatch
            );
        }
    }
}

/// Each byte of the text itself, as a disk or an attacker would change it. Whatever the change means,
/// the outcome is an error of parsing or the hash, except where the text still means the same.
#[test]
fn no_changed_byte_of_the_text_opens() {
    let key = DecapsulationKey::make(KemSuite::MlKem768).unwrap();
    let [first, _] = two(&key);
    let text = first.as_json().as_bytes();
    for at in 0..text.len() {
        // Bit 5 is the case of a letter.
        for bit in [at % 8, 5] {
            let mut edited = text.to_vec();
            edited[at] ^= 1 << bit;
            let error = Envelope::from_json(&edited).unwrap_err();
            let allowed = matches!(
                error,
                CryptoError::Malformed(_)
                    | CryptoError::UnknownVersion { .. }
                    | CryptoError::UnknownSuite { .. }
                    | CryptoError::HashMismatch
            );
            assert!(allowed, "byte {at} bit {bit}: {error:?}");
        }
    }
}

#[test]
fn every_member_swapped_gives_its_error() {
    let key = DecapsulationKey::make(KemSuite::MlKem1024).unwrap();
    let [first, second] = two(&key);
    let (original, other) = (parsed(&first), parsed(&second));
    let swaps = [
        ("encapsulated_key", CryptoError::CommitmentMismatch),
        ("iv", CryptoError::TagMismatch),
        ("ciphertext", CryptoError::TagMismatch),
        ("key_commitment", CryptoError::CommitmentMismatch),
        ("policy_id", CryptoError::CommitmentMismatch),
        ("aad/created_at", CryptoError::CommitmentMismatch),
        ("aad/asset_id", CryptoError::WrongContext),
        ("aad/asset_key_material_id", CryptoError::WrongContext),
        ("aad", CryptoError::WrongContext),
    ];
    for (path, error) in swaps {
        let pointer = format!("/{path}");
        let mut envelope = original.clone();
        *envelope.pointer_mut(&pointer).unwrap() = other.pointer(&pointer).unwrap().clone();
        let own = expected("asset-1", "material-1");
        assert_eq!(
            open(&key, &envelope, &own).unwrap_err(),
            CryptoError::HashMismatch,
            "{path}, stale hash"
        );
        rehash(&mut envelope);
        assert_eq!(open(&key, &envelope, &own).unwrap_err(), error, "{path}");

        // A caller that is told the swapped ids still gets nothing.
        let id = |name: &str| envelope["aad"][name].as_str().unwrap().to_owned();
        let (asset_id, material_id) = (id("asset_id"), id("asset_key_material_id"));
        let swapped = expected(&asset_id, &material_id);
        let error = open(&key, &envelope, &swapped).unwrap_err();
        assert!(
            matches!(
                error,
                CryptoError::CommitmentMismatch | CryptoError::TagMismatch
            ),
            "{path}: {error:?}"
        );
    }
    let mut envelope = original.clone();
    envelope["hash"] = other["hash"].clone();
    let error = open(&key, &envelope, &expected("asset-1", "material-1")).unwrap_err();
    assert_eq!(error, CryptoError::HashMismatch);
}

#[test]
fn names_of_other_algorithms_and_keys_give_their_error() {
    type Check = fn(&CryptoError) -> bool;
    let key = DecapsulationKey::make(KemSuite::MlKem1024).unwrap();
    let [first, _] = two(&key);
    let unknown_suite: Check = |error| matches!(error, CryptoError::UnknownSuite { .. });
    let edits: [(&str, Value, Check); 10] = [
        ("version", json!("qv-wrap-v0"), |error| {
            matches!(error, CryptoError::UnknownVersion { .. })
        }),
        ("kem", json!("ML-KEM-512"), unknown_suite),
        ("kdf", json!("HKDF-SHA-512"), unknown_suite),
        ("aead", json!("AES-128-GCM"), unknown_suite),
        ("kem", json!("P-384+ML-KEM-1024"), |error| {
            matches!(error, CryptoError::InvalidCapsule { .. })
        }),
        ("aead", json!("AES-256-GCM-SIV"), |error| {
            *error == CryptoError::CommitmentMismatch
        }),
        ("aead", json!("XChaCha20-Poly1305"), |error| {
            matches!(error, CryptoError::Malformed(_))
        }),
        ("anchor_id", json!("anchor-2"), |error| {
            *error == CryptoError::WrongAnchor
        }),
        ("key_version", json!(4), |error| {
            *error == CryptoError::WrongAnchor
        }),
        ("policy_id", json!(null), |error| {
            *error == CryptoError::CommitmentMismatch
        }),
    ];
    for (member, value, expect) in edits {
        let mut envelope = parsed(&first);
        envelope[member] = value.clone();
        rehash(&mut envelope);
        let error = open(&key, &envelope, &expected("asset-1", "material-1")).unwrap_err();
        assert!(expect(&error), "{member} = {value}: {error:?}");
    }
}

#[test]
fn keys_that_are_not_the_envelopes_open_nothing() {
    let key = DecapsulationKey::make(KemSuite::MlKem1024).unwrap();
    let [first, _] = two(&key);
    let own = expected("asset-1", "material-1");
    assert_eq!(first.open(&key, &own).unwrap().expose(), b"first secret");

    let impostor = DecapsulationKey::make(KemSuite::MlKem1024).unwrap();
    assert_eq!(
        first.open(&impostor, &own).unwrap_err(),
        CryptoError::CommitmentMismatch
    );
    assert_eq!(
        first.open_standalone(&impostor).unwrap_err(),
        CryptoError::CommitmentMismatch
    );
    let other_suite = DecapsulationKey::make(KemSuite::MlKem768).unwrap();
    assert_eq!(
        first.open(&other_suite, &own).unwrap_err(),
        CryptoError::WrongAnchor
    );
    assert_eq!(
        first.open_standalone(&other_suite).unwrap_err(),
        CryptoError::WrongAnchor
    );
}

#[test]
fn a_vault_opens_only_what_it_wrote_last() {
    let key = DecapsulationKey::make(KemSuite::MlKem1024).unwrap();
    let auth = Secret::<32>::make_random().unwrap();
    let [ours, _] = two(&key);
    let own = expected("asset-1", "material-1");
    let row = RowBinding {
        hash: *ours.hash(),
        auth: ours.authenticate(&auth),
        event_hash: *ours.hash(),
    };
    assert_eq!(
        ours.open_in_vault(&key, &own, &auth, &row)
            .unwrap()
            .expose(),
        b"first secret"
    );

    // Anyone with the public key can make an envelope with the same context; an older one is alike.
    let [forged, _] = two(&key);
    assert_eq!(
        forged.open_in_vault(&key, &own, &auth, &row).unwrap_err(),
        CryptoError::Substituted
    );
    let other_key = Secret::<32>::make_random().unwrap();
    let forged_row = RowBinding {
        hash: *forged.hash(),
        auth: forged.authenticate(&other_key),
        event_hash: *forged.hash(),
    };
    let stale_event = RowBinding {
        event_hash: *forged.hash(),
        ..row
    };
    let stale_hash = RowBinding {
        hash: *forged.hash(),
        ..row
    };
    assert_eq!(
        forged
            .open_in_vault(&key, &own, &auth, &forged_row)
            .unwrap_err(),
        CryptoError::Substituted
    );
    assert_eq!(
        ours.open_in_vault(&key, &own, &auth, &stale_event)
            .unwrap_err(),
        CryptoError::Substituted
    );
    assert_eq!(
        ours.open_in_vault(&key, &own, &auth, &stale_hash)
            .unwrap_err(),
        CryptoError::Substituted
    );

    // Order: anchor and context come first, the commitment after.
    let wrong = expected("asset-1", "material-2");
    assert_eq!(
        ours.open_in_vault(&key, &wrong, &auth, &forged_row)
            .unwrap_err(),
        CryptoError::WrongContext
    );
    let impostor = DecapsulationKey::make(KemSuite::MlKem1024).unwrap();
    assert_eq!(
        ours.open_in_vault(&impostor, &own, &auth, &forged_row)
            .unwrap_err(),
        CryptoError::Substituted
    );
}
