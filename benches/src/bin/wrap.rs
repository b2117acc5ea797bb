//! Wrapping 10,000 secrets of 256 bytes in one durable batch with its audit events, against its two halves run bare:
//! the raw cryptographic calls, and a bulk insert of the same bytes.

use std::hint::black_box;
use std::time::Duration;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::kem;
use hkdf::Hkdf;
use qv_audit::{Action, Actor, Leaf, Origin};
use qv_benches::bare::BareFile;
use qv_benches::vault::{BATCH, BenchVault, PLAINTEXT, new_secrets};
use qv_benches::{Cost, Promise, Result, Samples, Stopwatch, heading, promise, scratch};
use qv_crypto::envelope::{Context, ContextId, CreatedAt, KeyVersion, seal, seal_many};
use qv_crypto::suite::kdf::Prk;
use qv_crypto::suite::{
    Aead as _, AeadSuite, DecapsulationKey, EncapsulationKey, Kdf as _, KdfSuite, KemSuite, hash,
};
use qv_types::{AnchorId, AssetId, MaterialId, RequestId, Timestamp};
use sha2::{Digest, Sha256};

const ROUNDS: usize = 7;
const CALLS: usize = 5_000;
const INFO: &[u8] = b"qv-wrap-v1:ML-KEM-1024:HKDF-SHA-256:AES-256-GCM:";

#[tokio::main]
async fn main() -> Result<()> {
    let key = DecapsulationKey::make(KemSuite::MlKem1024)?;
    call_path(key.encapsulation_key())?;
    one_for_many(key.encapsulation_key())?;
    durable_batch(&key).await
}

/// The registry against the raw call.
fn call_path(key: &EncapsulationKey) -> Result<()> {
    let raw = kem::EncapsulationKey::new(&kem::ML_KEM_1024, key.as_bytes())?;
    let (mut ours, mut peer) = (Samples::default(), Samples::default());
    for _ in 0..ROUNDS {
        peer.push(each(CALLS, || drop(black_box(raw.encapsulate()))));
        ours.push(each(CALLS, || drop(black_box(key.encapsulate()))));
    }
    heading("(a) ML-KEM-1024 encapsulation");
    ours.print("qv-crypto's registry", CALLS);
    peer.print("aws-lc-rs", CALLS);
    promise(
        "pace against the raw call",
        peer.cpu() / ours.cpu(),
        Promise::AtLeast(0.95),
    );
    Ok(())
}

/// One encapsulation for many secrets against one for each: the cryptography alone, and the whole call.
fn one_for_many(key: &EncapsulationKey) -> Result<()> {
    let aad = context(MaterialId::make())?.aad();
    let prk = KdfSuite::HkdfSha256.extract(b"salt", b"secret");
    let [mut single, mut many, mut single_call, mut many_call] = <[Samples; 4]>::default();
    for _ in 0..ROUNDS {
        single.push(each(CALLS, || {
            let made = key.encapsulate().expect("encapsulation");
            let salt = hash::sha256(&[&made.capsule]);
            symmetric(
                &KdfSuite::HkdfSha256.extract(&salt, made.shared_secret.expose()),
                &aad,
            );
        }));
        many.push(each(CALLS, || symmetric(&prk, &aad)));
        let contexts: Vec<Context> = (0..CALLS)
            .map(|_| context(MaterialId::make()))
            .collect::<Result<_>>()?;
        let mut contexts = contexts.into_iter();
        single_call.push(each(CALLS, || {
            let context = contexts.next().expect("a context for each call");
            drop(black_box(seal(
                key,
                AeadSuite::Aes256Gcm,
                context,
                &PLAINTEXT,
            )));
        }));
        let contexts: Vec<Context> = (0..CALLS)
            .map(|_| context(MaterialId::make()))
            .collect::<Result<_>>()?;
        let clock = Stopwatch::start();
        black_box(seal_many(
            key,
            AeadSuite::Aes256Gcm,
            contexts
                .into_iter()
                .map(|context| (context, &PLAINTEXT[..])),
        )?);
        many_call.push(clock.stop());
    }
    heading("(a) one encapsulation for many secrets");
    single.print("cryptography, one encapsulation each", CALLS);
    many.print("cryptography, one encapsulation for all", CALLS);
    single_call.print("seal, envelope included", CALLS);
    many_call.print("seal_many, envelopes included", CALLS);
    promise(
        "pace of the cryptography, times one each",
        single.cpu() / many.cpu(),
        Promise::AtLeast(15.0),
    );
    Ok(())
}

/// What remains of sealing one secret once its shared secret is extracted.
fn symmetric(prk: &Prk, aad: &str) {
    let okm = prk
        .expand::<64>(&[INFO, &hash::sha256(&[aad.as_bytes()])])
        .expect("64 bytes of HKDF");
    let key = okm.expose().first_chunk().expect("32 of 64 bytes");
    drop(black_box(AeadSuite::Aes256Gcm.seal(
        key,
        &[0; 12],
        aad.as_bytes(),
        &PLAINTEXT,
    )));
}

async fn durable_batch(key: &DecapsulationKey) -> Result<()> {
    let folder = scratch()?;
    let vault = BenchVault::create(folder.path()).await?;
    let mut bare = BareFile::create(&folder.path().join("bare.db")).await?;
    let bodies = bodies(key.encapsulation_key())?;
    let bytes: usize = bodies.iter().map(Vec::len).sum();
    let [mut ours, mut crypto, mut insert] = <[Samples; 3]>::default();
    for round in 0..ROUNDS {
        crypto.push(raw_crypto(key.encapsulation_key())?);
        let clock = Stopwatch::start();
        bare.insert(&bodies).await?;
        insert.push(clock.stop());
        let secrets = new_secrets(round);
        let clock = Stopwatch::start();
        vault.wrap(secrets).await?;
        ours.push(clock.stop());
    }
    heading(&format!(
        "(a) {BATCH} secrets of {} bytes in one durable batch ({} KiB written)",
        PLAINTEXT.len(),
        bytes / 1024
    ));
    ours.print("wrapped, stored and logged", BATCH);
    crypto.print("half: raw calls on every core", BATCH);
    insert.print("half: bare insert of the same bytes", BATCH);
    let slower = crypto.wall(0.5).max(insert.wall(0.5));
    promise(
        "pace against the slower half",
        slower / ours.wall(0.5),
        Promise::AtLeast(0.7),
    );
    Ok(())
}

/// What one batch leaves in the log and in the tables, as bare bytes: two events and an envelope with
/// its hash and its authentication for each secret.
fn bodies(key: &EncapsulationKey) -> Result<Vec<Vec<u8>>> {
    let origin = Origin {
        actor: Actor::Owner,
        request: RequestId::make(),
    };
    let mut bodies = Vec::with_capacity(3 * BATCH);
    for _ in 0..BATCH {
        let id = MaterialId::make();
        let envelope = seal(key, AeadSuite::Aes256Gcm, context(id)?, &PLAINTEXT)?;
        for action in [Action::MaterialAdded, Action::MaterialWrapped] {
            let event = origin.event(Timestamp::now(), action, id);
            let leaf = Leaf::make(&event.with("envelope_hash", envelope.hash_hex()))?;
            bodies.push([leaf.text.as_bytes(), &leaf.hash].concat());
        }
        bodies.push([envelope.as_json().as_bytes(), &[0; 128]].concat());
    }
    Ok(bodies)
}

/// What a secret is bound to.
fn context(material: MaterialId) -> Result<Context> {
    Ok(Context {
        anchor_id: ContextId::new(AnchorId::make().to_string())?,
        key_version: KeyVersion::new(1)?,
        policy_id: None,
        asset_id: ContextId::new(AssetId::make().to_string())?,
        material_id: ContextId::new(material.to_string())?,
        created_at: CreatedAt::try_from(Timestamp::now())?,
    })
}

/// The raw calls of the batch, shared among all cores.
fn raw_crypto(key: &EncapsulationKey) -> Result<Cost> {
    let cores = std::thread::available_parallelism()?.get();
    let key = kem::EncapsulationKey::new(&kem::ML_KEM_1024, key.as_bytes())?;
    let aad = context(MaterialId::make())?.aad();
    let clock = Stopwatch::start();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| (0..BATCH / cores).for_each(|_| raw_seal(&key, &aad)));
        }
    });
    Ok(clock.stop())
}

fn raw_seal(key: &kem::EncapsulationKey<kem::AlgorithmId>, aad: &str) {
    let (capsule, secret) = key.encapsulate().expect("encapsulation");
    let mut okm = [0; 64];
    let salt = Sha256::digest(capsule.as_ref());
    Hkdf::<Sha256>::new(Some(&salt), secret.as_ref())
        .expand(INFO, &mut okm)
        .expect("64 bytes of HKDF");
    let key = UnboundKey::new(&AES_256_GCM, &okm[..32])
        .map(LessSafeKey::new)
        .expect("an AES key");
    let mut iv = [0; 12];
    getrandom::fill(&mut iv).expect("randomness");
    let mut sealed = PLAINTEXT.to_vec();
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(iv),
        Aad::from(aad),
        &mut sealed,
    )
    .expect("sealing");
    black_box(sealed);
}

/// So many calls in a row.
fn each(calls: usize, mut call: impl FnMut()) -> Cost {
    let clock = Stopwatch::start();
    (0..calls).for_each(|_| call());
    let cost = clock.stop();
    debug_assert!(cost.wall > Duration::ZERO);
    cost
}
