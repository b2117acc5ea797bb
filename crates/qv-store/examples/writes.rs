//! Costs of writing against their bare halves: `cargo run --release --example writes -- [folder]
//! [single|grouped|wrapping]`.
//!
//! One durable append against one fdatasync, grouped appends against bare SQLite inserts, and a
//! batch of 10,000 envelopes with their events against a bulk insert of the same bytes.
#![allow(
    clippy::print_stdout,
    reason = "an example that reports to whoever runs it"
)]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use qv_audit::{Action, Actor, Entity, Leaf, Origin};
use qv_store::{Anchor, AnchorVersion, Assessment, NewEnvelope, NewMaterial, Observation, Store};
use qv_types::*;
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let folder = tempfile::tempdir_in(std::env::args().nth(1).unwrap_or_else(|| ".".into()))?;
    let store = Store::create(&folder.path().join("vault.db")).await?;
    let origin = Origin {
        actor: Actor::Owner,
        request: RequestId::make(),
    };
    let part = std::env::args().nth(2).unwrap_or_default();
    let chosen = |name: &str| part.is_empty() || part == name;
    if chosen("single") {
        single(&store, &origin, folder.path()).await?;
    }
    if chosen("grouped") {
        grouped(&store, &origin, folder.path()).await?;
    }
    for round in (0..3).filter(|_| chosen("wrapping")) {
        wrapping(&origin, folder.path(), round).await?;
    }
    Ok(())
}

async fn bare(path: &Path) -> Outcome<SqliteConnection> {
    let mut db = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging()
        .connect()
        .await?;
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, a TEXT, b TEXT)")
        .execute(&mut db)
        .await?;
    Ok(db)
}

/// Bulk insert in the way that serves a bare file best here: many rows in each statement.
async fn bare_insert(db: &mut SqliteConnection, rows: &[(String, String)]) -> Outcome<()> {
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut *db).await?;
    for chunk in rows.chunks(250) {
        let sql = format!(
            "INSERT INTO t (a, b) VALUES {}",
            vec!["(?,?)"; chunk.len()].join(",")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (a, b) in chunk {
            query = query.bind(a.clone()).bind(b.clone());
        }
        query.execute(&mut *db).await?;
    }
    sqlx::raw_sql("COMMIT").execute(&mut *db).await?;
    Ok(())
}

/// CPU time of all threads of this process, which load beside it does not blur.
fn cpu() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let ns = tasks.filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(ns.sum())
}

fn p50(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

async fn single(store: &Store, origin: &Origin, folder: &Path) -> Outcome<()> {
    let mut file = File::create(folder.join("sync"))?;
    let (mut syncs, mut appends) = (Vec::new(), Vec::new());
    let before = cpu();
    for _ in 0..300 {
        file.write_all(&[7; 4096])?;
        let start = Instant::now();
        file.sync_data()?;
        syncs.push(start.elapsed());
        let start = Instant::now();
        let mut tx = store.begin().await?;
        tx.note(
            origin
                .event(Timestamp::now(), Action::VaultUnlocked, Entity::log())
                .with("slot", "x"),
        );
        tx.commit().await?;
        appends.push(start.elapsed());
    }
    println!(
        "  CPU of one append with its sync {:?}",
        (cpu() - before) / 300
    );
    let (sync, append) = (p50(syncs), p50(appends));
    println!(
        "one append {append:?}, one fdatasync {sync:?}: {:.2} (at most 1.5)",
        append.as_secs_f64() / sync.as_secs_f64()
    );
    Ok(())
}

async fn grouped(store: &Store, origin: &Origin, folder: &Path) -> Outcome<()> {
    let mut db = bare(&folder.join("grouped.db")).await?;
    let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
    let (mut our_cpu, mut their_cpu) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..ROUNDS {
        let events: Vec<_> = (0..1000)
            .map(|n| {
                origin
                    .event(Timestamp::now(), Action::AssetScanned, AssetId::make())
                    .with("target", format!("host-{n}.example:443"))
            })
            .collect();
        let rows: Vec<_> = Leaf::make_many(&events)?
            .into_iter()
            .map(|leaf| (leaf.text, hex::encode(leaf.hash)))
            .collect();
        let (start, before) = (Instant::now(), cpu());
        bare_insert(&mut db, &rows).await?;
        (theirs, their_cpu) = (theirs + start.elapsed(), their_cpu + cpu() - before);
        let (start, before) = (Instant::now(), cpu());
        let mut tx = store.begin().await?;
        events.into_iter().for_each(|event| tx.note(event));
        tx.commit().await?;
        (ours, our_cpu) = (ours + start.elapsed(), our_cpu + cpu() - before);
    }
    println!(
        "  CPU {:?} against {:?}",
        our_cpu / ROUNDS,
        their_cpu / ROUNDS
    );
    println!(
        "1,000 appends {:?}, bare inserts {:?}: {:.2} of their pace (at least 0.5)",
        ours / ROUNDS,
        theirs / ROUNDS,
        theirs.as_secs_f64() / ours.as_secs_f64()
    );
    Ok(())
}

const ROUNDS: u32 = 30;
const SECRETS: usize = 10_000;

async fn wrapping(origin: &Origin, folder: &Path, round: u32) -> Outcome<()> {
    let store = Store::create(&folder.join(format!("wrap-{round}.db"))).await?;
    let (anchor, materials) = prepare(&store, origin).await?;
    let at = Timestamp::now();
    let envelopes: Vec<_> = materials
        .iter()
        .map(|id| {
            let envelope = NewEnvelope {
                material_id: *id,
                anchor_id: anchor,
                key_version: 1,
                policy_id: None,
                hash: "ab".repeat(32),
                auth: "cd".repeat(32),
                envelope: format!(
                    "{{\"id\":\"{id}\",\"encapsulated_key\":\"{}\"}}",
                    "7f".repeat(1950)
                ),
                algorithm: "ML-KEM-1024+HKDF-SHA-256+AES-256-GCM".into(),
                wrapped_at: at,
            };
            (origin.event(at, Action::MaterialWrapped, *id), envelope)
        })
        .collect();
    let events: Vec<_> = envelopes.iter().map(|(event, _)| event.clone()).collect();
    let leaves = Leaf::make_many(&events)?;
    let rows: Vec<_> = envelopes
        .iter()
        .zip(leaves)
        .map(|((_, row), leaf)| (row.envelope.clone(), leaf.text))
        .collect();
    let mut db = bare(&folder.join(format!("bare-{round}.db"))).await?;
    let (start, before) = (Instant::now(), cpu());
    bare_insert(&mut db, &rows).await?;
    let (theirs, their_cpu) = (start.elapsed(), cpu() - before);
    let (start, before) = (Instant::now(), cpu());
    let mut tx = store.begin().await?;
    let mut left = envelopes.into_iter();
    while left.len() > 0 {
        tx.put_envelopes(left.by_ref().take(512).collect()).await?;
    }
    let put = start.elapsed();
    tx.commit().await?;
    let ours = start.elapsed();
    println!("  CPU {:?} against {their_cpu:?}", cpu() - before);
    println!(
        "{SECRETS} envelopes {ours:?} (commit {:?}), bare {theirs:?}: {:.2} of its pace (at least 0.8)",
        ours - put,
        theirs.as_secs_f64() / ours.as_secs_f64()
    );
    Ok(())
}

async fn prepare(store: &Store, origin: &Origin) -> Outcome<(AnchorId, Vec<MaterialId>)> {
    let at = Timestamp::now();
    let anchor = Anchor {
        id: AnchorId::make(),
        name: "root".into(),
        description: None,
        anchor_type: AnchorType::RootOfTrust,
        associated_policy_ids: Vec::new(),
        kem: "ML-KEM-1024".into(),
        current_version: 1,
        is_active: true,
        environment: Environment::Prod,
        created_by: None,
        created_at: at,
        updated_at: at,
    };
    let version = AnchorVersion {
        anchor_id: anchor.id,
        version: 1,
        kem: "ML-KEM-1024".into(),
        public_key: vec![1; 1568],
        record: Some("r".into()),
        state: KeyState::Active,
        created_at: at,
        updated_at: at,
    };
    let assessment = Assessment {
        compliance: Compliance::NonCompliant,
        hybrid: false,
        score: 80,
        exposure_points: 80,
        level: RiskLevel::Critical,
        traits: 5,
        recorded: Recorded::Vulnerable,
        verdicts: json!({}),
        breakdown: json!({}),
    };
    let seen = Observation {
        name: "a".into(),
        asset_type: AssetType::Key,
        location: "a".into(),
        environment: Environment::Prod,
        criticality: Criticality::High,
        sensitivity: Sensitivity::Restricted,
        exposure: Exposure::Internal,
        algorithms: Vec::new(),
        facts: json!({}),
        assessment,
        at,
        scan: None,
    };
    let mut tx = store.begin().await?;
    tx.create_anchor(
        origin.event(at, Action::AnchorCreated, anchor.id),
        &anchor,
        &version,
    )
    .await?;
    let asset_id = tx
        .upsert_asset(origin.event(at, Action::AssetAdded, Entity::log()), &seen)
        .await?
        .id;
    let materials: Vec<_> = (0..SECRETS)
        .map(|n| NewMaterial {
            id: MaterialId::make(),
            asset_id,
            label: format!("secret {n}"),
            key_type: KeyType::ApiSecret,
            storage_reference: "stdin".into(),
            created_at: at,
        })
        .collect();
    let ids = materials.iter().map(|material| material.id).collect();
    let rows = materials
        .into_iter()
        .map(|material| {
            (
                origin.event(at, Action::MaterialAdded, material.id),
                material,
            )
        })
        .collect();
    tx.add_materials(rows).await?;
    tx.commit().await?;
    Ok((anchor.id, ids))
}
