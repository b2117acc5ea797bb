//! Vectors that another implementation made, and what must not pass.

use qv_crypto::encoding::hex_decode_array;
use qv_crypto::secret::Secret;
use qv_crypto::suite::Role;
use serde_json::Value;

use super::*;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../tests/vectors/checkpoints.json")).unwrap()
}

fn text<'v>(vector: &'v Value, name: &str) -> &'v str {
    vector[name].as_str().unwrap()
}

fn keys(vectors: &Value) -> [SigningKey; 2] {
    [
        (SignatureSuite::Ed25519, "ed25519"),
        (SignatureSuite::MlDsa87, "mldsa87"),
    ]
    .map(|(suite, name)| {
        let seed: [u8; 32] = hex_decode_array(text(vectors, &format!("{name}_seed"))).unwrap();
        let key =
            SigningKey::from_seed(suite, Role::Checkpoint, Secret::copied_from(&seed).unwrap())
                .unwrap();
        let public = hex::encode(key.verifying_key().to_bytes());
        assert_eq!(public, text(vectors, &format!("{name}_public")));
        key
    })
}

fn verify(note: &str, origin: &str, keys: &[SigningKey; 2]) -> Result<Checkpoint, Error> {
    Checkpoint::verify(
        note,
        origin,
        keys[0].verifying_key(),
        keys[1].verifying_key(),
    )
}

fn sample(vectors: &Value) -> Checkpoint {
    Checkpoint {
        origin: text(vectors, "origin").into(),
        size: 13,
        root: [7; 32],
    }
}

#[test]
fn checkpoints_of_another_implementation_verify() {
    let vectors = vectors();
    let keys = keys(&vectors);
    let origin = text(&vectors, "origin");
    for (key, name) in keys.iter().zip(["ed25519_key_id", "mldsa87_key_id"]) {
        let id = key_id(origin, key.verifying_key());
        assert_eq!(hex::encode(id), text(&vectors, name));
    }
    for vector in vectors["positive"].as_array().unwrap() {
        let checkpoint = verify(text(vector, "note"), origin, &keys).unwrap();
        assert_eq!(Some(checkpoint.size), vector["size"].as_u64());
        assert_eq!(hex::encode(checkpoint.root), text(vector, "root"));
        assert_eq!(checkpoint.text(), text(vector, "text"));
        assert_eq!(
            hex::encode(Sha256::digest(checkpoint.text())),
            text(vector, "text_sha256")
        );
    }
}

#[test]
fn forgeries_of_another_implementation_are_refused() {
    let vectors = vectors();
    let keys = keys(&vectors);
    for vector in vectors["negative"].as_array().unwrap() {
        let error = verify(text(vector, "note"), text(&vectors, "origin"), &keys).unwrap_err();
        let kind = match error {
            Error::BadSignature(_) => "BadSignature",
            Error::Malformed(_) => "Malformed",
            _ => "other",
        };
        assert_eq!(kind, text(vector, "expect"), "{}", vector["name"]);
    }
}

#[test]
fn a_signed_checkpoint_verifies_in_any_order_and_beside_witnesses() {
    let vectors = vectors();
    let keys = keys(&vectors);
    let checkpoint = sample(&vectors);
    let note = checkpoint.sign(&keys[0], &keys[1]).unwrap();
    let (head, lines) = note.split_once("\n\n").unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    let turned = format!(
        "{head}\n\n{}\n{SIGNATURE_MARK}witness.example AAAAAAAA\n{}\n",
        lines[1], lines[0]
    );
    for note in [&note, &turned] {
        assert_eq!(verify(note, &checkpoint.origin, &keys).unwrap(), checkpoint);
    }
    let other = origin(VaultId::make_random());
    assert!(matches!(
        verify(&note, &other, &keys),
        Err(Error::Malformed(_))
    ));
}

#[test]
fn a_doubled_or_foreign_signature_is_refused() {
    let vectors = vectors();
    let keys = keys(&vectors);
    let checkpoint = sample(&vectors);
    let note = checkpoint.sign(&keys[0], &keys[1]).unwrap();
    for line in note.lines().skip(4) {
        let doubled = format!("{note}{line}\n");
        assert!(matches!(
            verify(&doubled, &checkpoint.origin, &keys),
            Err(Error::BadSignature(_))
        ));
    }
    let make = |suite| SigningKey::make(suite, Role::Checkpoint).unwrap();
    let foreign = checkpoint
        .sign(
            &make(SignatureSuite::Ed25519),
            &make(SignatureSuite::MlDsa87),
        )
        .unwrap();
    assert!(matches!(
        verify(&foreign, &checkpoint.origin, &keys),
        Err(Error::BadSignature(_))
    ));
}

#[test]
fn no_changed_character_passes() {
    let vectors = vectors();
    let keys = keys(&vectors);
    let checkpoint = sample(&vectors);
    let note = checkpoint.sign(&keys[0], &keys[1]).unwrap();
    // Every character up to the ML-DSA signature, and a few of that.
    let end = note.len() - 6100;
    for at in (0..end).chain([end + 3000, note.len() - 1]) {
        let mut changed = note.clone().into_bytes();
        changed[at] ^= 1;
        let Ok(changed) = String::from_utf8(changed) else {
            continue;
        };
        assert!(verify(&changed, &checkpoint.origin, &keys).is_err(), "{at}");
        let cut = note.get(..at).unwrap_or_default();
        assert!(verify(cut, &checkpoint.origin, &keys).is_err(), "{at}");
    }
}

#[test]
fn other_spellings_of_size_and_root_are_refused() {
    let vectors = vectors();
    let keys = keys(&vectors);
    let checkpoint = sample(&vectors);
    let signed = |text: &str| {
        let lines = keys.iter().map(|key| {
            let id = key_id(&checkpoint.origin, key.verifying_key());
            let bytes = [id.as_slice(), &key.sign(text.as_bytes()).unwrap()].concat();
            format!(
                "{SIGNATURE_MARK}{} {}\n",
                checkpoint.origin,
                base64_encode(&bytes)
            )
        });
        format!("{text}\n{}", lines.collect::<String>())
    };
    let good = checkpoint.text();
    assert!(verify(&signed(&good), &checkpoint.origin, &keys).is_ok());
    for bad in [
        good.replace("\n13\n", "\n013\n"),
        good.replace("\n13\n", "\n+13\n"),
        good.replace("\n13\n", "\n18446744073709551616\n"),
        good.replace("Bwc=\n", "Bwd=\n"),
        good.replace("Bwc=\n", "Bwc\n"),
        format!("{good}\n"),
        format!("{good}more\n"),
        good.replace('\n', "\r\n"),
    ] {
        assert!(
            matches!(
                verify(&signed(&bad), &checkpoint.origin, &keys),
                Err(Error::Malformed(_))
            ),
            "{bad:?}"
        );
    }
}
