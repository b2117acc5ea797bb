//! One durable append with its audit leaf against one fdatasync; grouped appends against bare SQLite inserts.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;

use qv_audit::{Action, Actor, Entity, Event, Leaf, Origin};
use qv_benches::bare::BareFile;
use qv_benches::{Promise, Result, Samples, Stopwatch, heading, promise, scratch};
use qv_store::Store;
use qv_types::{RequestId, Timestamp};

const SINGLES: usize = 400;
/// Enough to bring the write-ahead log to the size at which SQLite uses it again from its start.
const WARM_UP: usize = 400;
const GROUPS: usize = 30;
const GROUP: usize = 1000;
const PAGE: usize = 4096;

#[tokio::main]
async fn main() -> Result<()> {
    let folder = scratch()?;
    let store = Store::create(&folder.path().join("vault.db")).await?;
    for _ in 0..WARM_UP {
        append(&store, events(1)).await?;
    }
    singles(&store, &folder).await?;
    groups(&store, &folder).await?;
    store.close().await;
    Ok(())
}

/// Events of one request. Making them is the caller's work and not measured, as the peer's rows are
/// made beforehand.
fn events(count: usize) -> Vec<Event> {
    let origin = Origin {
        actor: Actor::Owner,
        request: RequestId::make(),
    };
    let now = Timestamp::now();
    let event = |_| {
        origin
            .event(now, Action::AuditExported, Entity::log())
            .with("label", "an event of ordinary length")
    };
    (0..count).map(event).collect()
}

async fn append(store: &Store, events: Vec<Event>) -> Result<()> {
    let mut tx = store.begin().await?;
    events.into_iter().for_each(|event| tx.note(event));
    Ok(tx.commit().await?)
}

async fn singles(store: &Store, folder: &tempfile::TempDir) -> Result<()> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .open(folder.path().join("page"))?;
    file.write_all_at(&[1; PAGE], 0)?;
    file.sync_all()?;
    let (mut ours, mut peer) = (Samples::default(), Samples::default());
    for round in 0..SINGLES {
        let clock = Stopwatch::start();
        file.write_all_at(&[round as u8; PAGE], 0)?;
        file.sync_data()?;
        peer.push(clock.stop());
        let event = events(1);
        let clock = Stopwatch::start();
        append(store, event).await?;
        ours.push(clock.stop());
    }
    heading("(d) one durable append with its audit leaf");
    ours.print("qv-store, one event in one transaction", 1);
    peer.print("write of 4 KiB and fdatasync", 1);
    promise(
        "p50, times one fdatasync",
        ours.wall(0.5) / peer.wall(0.5),
        Promise::AtMost(1.5),
    );
    Ok(())
}

async fn groups(store: &Store, folder: &tempfile::TempDir) -> Result<()> {
    let mut bare = BareFile::create(&folder.path().join("bare.db")).await?;
    let body = |event| Leaf::make(event).map(|leaf| [leaf.text.as_bytes(), &leaf.hash].concat());
    let bodies: Vec<_> = events(GROUP)
        .iter()
        .map(body)
        .collect::<std::result::Result<_, _>>()?;
    let (mut ours, mut peer) = (Samples::default(), Samples::default());
    for _ in 0..GROUPS {
        let clock = Stopwatch::start();
        bare.insert(&bodies).await?;
        peer.push(clock.stop());
        let group = events(GROUP);
        let clock = Stopwatch::start();
        append(store, group).await?;
        ours.push(clock.stop());
    }
    heading(&format!("(d) {GROUP} appends in one transaction"));
    ours.print("qv-store", GROUP);
    peer.print("bare SQLite, the same bytes", GROUP);
    promise(
        "pace against bare inserts",
        peer.wall(0.5) / ours.wall(0.5),
        Promise::AtLeast(0.5),
    );
    Ok(())
}
