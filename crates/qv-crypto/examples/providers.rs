//! Measures the providers behind the registry, the registry's own cost, and sealing.
//!
//! `cargo run --release -p qv-crypto --example providers`; the numbers behind
//! `docs/decisions/0003-crypto-providers.md`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement, run by hand"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use qv_crypto::envelope::{Context, ContextId, CreatedAt, KeyVersion, seal, seal_many};
use qv_crypto::suite::{
    Aead as _, AeadSuite, DecapsulationKey, Kdf as _, KdfSuite, KemSuite, hash,
};

const ROUNDS: u32 = 51;

/// Rounds of all candidates in turn, so that a disturbance hits each of them; prints medians.
fn compare(title: &str, calls: u32, candidates: &mut [(&str, &mut dyn FnMut())]) {
    let mut times = vec![Vec::new(); candidates.len()];
    for _ in 0..ROUNDS {
        for ((_, call), times) in candidates.iter_mut().zip(&mut times) {
            let start = Instant::now();
            (0..calls).for_each(|_| call());
            times.push(start.elapsed() / calls);
        }
    }
    println!("{title}");
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let first = median(&mut times[0]);
    for ((name, _), times) in candidates.iter().zip(&mut times) {
        let time = median(times);
        let pace = first.as_secs_f64() / time.as_secs_f64();
        println!(
            "  {name:<32} {:>9.2} µs   {pace:>6.2}",
            time.as_secs_f64() * 1e6
        );
    }
}

fn context(number: usize) -> Context {
    let id = |text: String| ContextId::new(text).unwrap();
    Context {
        anchor_id: id("7e4336c2-9296-4666-8db7-c56243db3503".into()),
        key_version: KeyVersion::new(1).unwrap(),
        policy_id: Some(id("9d7fb4b0-d9f0-4f14-a5dc-a3967adb0fe4".into())),
        asset_id: id("3f93816c-a46b-42f0-90fb-0e733d257fc6".into()),
        material_id: id(format!("8dace26c-0835-4340-975b-{number:012}")),
        created_at: CreatedAt::new("2026-11-23T09:00:00.000Z").unwrap(),
    }
}

fn providers(
    suite: KemSuite,
    liboqs: oqs::kem::Algorithm,
    aws_lc: &'static aws_lc_rs::kem::Algorithm,
) {
    let key = DecapsulationKey::make(suite).unwrap();
    let public = key.encapsulation_key();
    let kem = oqs::kem::Kem::new(liboqs).unwrap();
    let aws = aws_lc_rs::kem::EncapsulationKey::new(aws_lc, public.as_bytes()).unwrap();
    let oqs = kem.public_key_from_bytes(public.as_bytes()).unwrap();
    compare(
        &format!("{suite}, encapsulation"),
        200,
        &mut [
            ("aws-lc, raw", &mut || {
                drop(black_box(aws.encapsulate().unwrap()))
            }),
            ("registry", &mut || {
                drop(black_box(public.encapsulate().unwrap()))
            }),
            ("liboqs, raw", &mut || {
                drop(black_box(kem.encapsulate(oqs).unwrap()))
            }),
        ],
    );
}

fn sealing(aead: AeadSuite) {
    const BATCH: usize = 1_000;
    let key = DecapsulationKey::make(KemSuite::MlKem1024).unwrap();
    let public = key.encapsulation_key();
    let plaintext = [7_u8; 256];
    let aad = context(0).aad();
    let info = b"qv-wrap-v1:ML-KEM-1024:HKDF-SHA-256:AES-256-GCM:";
    let iv = vec![0; aead.nonce_len()];
    let symmetric = |prk: &qv_crypto::suite::kdf::Prk| {
        let okm = prk
            .expand::<64>(&[info, &hash::sha256(&[aad.as_bytes()])])
            .unwrap();
        let key = okm.expose().first_chunk().unwrap();
        drop(black_box(
            aead.seal(key, &iv, aad.as_bytes(), &plaintext).unwrap(),
        ));
    };
    let prk = KdfSuite::HkdfSha256.extract(b"salt", b"secret");
    compare(
        &format!("256 bytes under ML-KEM-1024 and {aead}, each"),
        200,
        &mut [
            ("crypto of one by one", &mut || {
                let made = public.encapsulate().unwrap();
                let salt = hash::sha256(&[&made.capsule]);
                symmetric(&KdfSuite::HkdfSha256.extract(&salt, made.shared_secret.expose()));
            }),
            ("crypto of a batch", &mut || symmetric(&prk)),
            ("seal", &mut || {
                drop(black_box(
                    seal(public, aead, context(0), &plaintext).unwrap(),
                ))
            }),
        ],
    );
    let start = Instant::now();
    for _ in 0..ROUNDS {
        let secrets = (0..BATCH).map(|number| (context(number), plaintext.as_slice()));
        drop(black_box(seal_many(public, aead, secrets).unwrap()));
    }
    let each = start.elapsed().as_secs_f64() / f64::from(ROUNDS) / BATCH as f64;
    println!(
        "  {:<32} {:>9.2} µs",
        "seal_many, contexts included",
        each * 1e6
    );
}

fn main() {
    oqs::init();
    providers(
        KemSuite::MlKem768,
        oqs::kem::Algorithm::MlKem768,
        &aws_lc_rs::kem::ML_KEM_768,
    );
    providers(
        KemSuite::MlKem1024,
        oqs::kem::Algorithm::MlKem1024,
        &aws_lc_rs::kem::ML_KEM_1024,
    );
    for &aead in AeadSuite::ALL {
        sealing(aead);
    }
    for &suite in KemSuite::ALL {
        let key = DecapsulationKey::make(suite).unwrap();
        let capsule = key.encapsulation_key().encapsulate().unwrap().capsule;
        compare(
            &format!("{suite}"),
            20,
            &mut [
                ("encapsulate", &mut || {
                    drop(black_box(key.encapsulation_key().encapsulate().unwrap()))
                }),
                ("decapsulate", &mut || {
                    drop(black_box(key.decapsulate(&capsule).unwrap()))
                }),
                ("from seeds", &mut || {
                    drop(DecapsulationKey::from_seeds(suite, key.seeds().expose()).unwrap())
                }),
            ],
        );
    }
}
