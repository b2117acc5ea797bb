//! Sessions that an agent in this process serves: what they leave behind.

use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::tests::fresh;
use super::*;
use crate::agent::{self, Door};

/// Begins a session, without a slot.
fn begin(vault: &Vault) {
    vault.set_unlocked(Umk::make().unwrap(), "passphrase".into(), 1);
}

type Serving = tokio::task::JoinHandle<Result<LockReason, AppError>>;

/// Serves a session that has just begun.
async fn serve(vault: &Vault) -> Serving {
    let door = Door::take(vault).unwrap();
    begin(vault);
    let (ready, served) = oneshot::channel();
    let serving = agent::serve(vault.clone(), door, move || {
        ready.send(()).unwrap();
        Ok(())
    });
    let serving = tokio::spawn(serving);
    served.await.unwrap();
    serving
}

async fn lock(vault: &Vault, serving: Serving) {
    let asked = vault.clone();
    let locked = tokio::task::spawn_blocking(move || agent::lock(&asked));
    assert!(locked.await.unwrap().unwrap());
    assert_eq!(serving.await.unwrap().unwrap(), LockReason::Asked);
    assert!(!vault.holds_key());
}

/// A vault whose session has not begun.
async fn locked() -> (tempfile::TempDir, Home, Vault) {
    let (folder, home, vault) = fresh().await;
    vault.lock(LockReason::Asked).await.unwrap();
    (folder, home, vault)
}

/// Threads that watch the desktop, and those of their connections.
fn watchers() -> usize {
    let names = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    names
        .filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok())
        .filter(|name| name.starts_with("presence") || name.starts_with("zbus"))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_sessions_leave_no_thread() {
    let (_folder, _home, vault) = locked().await;
    for _ in 0..100 {
        let serving = serve(&vault).await;
        lock(&vault, serving).await;
    }
    let start = Instant::now();
    while watchers() > 0 {
        let left = watchers();
        assert!(start.elapsed() < Duration::from_secs(30), "{left} are left");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Seconds until the session locks by itself.
fn seconds_left(vault: &Vault) -> u64 {
    match vault.own_state() {
        VaultState::Unlocked { until, .. } => until.since(Timestamp::now()).as_secs(),
        _ => 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lock_settings_hold_for_the_session_that_there_is() {
    let (_folder, home, vault) = locked().await;
    let serving = serve(&vault).await;
    assert!(seconds_left(&vault) > 500);
    // As another process would, which is not this vault's.
    for (minutes, least, most) in [("2", 60, 120), ("30", 1000, 1800)] {
        Config::set(home.config_file(), "session.idle_minutes", minutes).unwrap();
        let start = Instant::now();
        while !(least..=most).contains(&seconds_left(&vault)) {
            let left = seconds_left(&vault);
            assert!(start.elapsed() < Duration::from_secs(20), "{left} s left");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    lock(&vault, serving).await;
}

/// Takes connections in an agent's place, and does with them what `with` does.
fn impostor(vault: &Vault, with: fn(std::os::unix::net::UnixStream)) -> Door {
    let door = Door::take(vault).unwrap();
    let listener = std::os::unix::net::UnixListener::bind(door.path()).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || with(stream));
        }
    });
    door
}

/// Nothing is said on the other end, or a letter a second.
async fn assert_silent(vault: &Vault) {
    let asking = vault.with_agent();
    let (start, mut ticks) = (Instant::now(), 0);
    let asked = asking.is_unlocked();
    tokio::pin!(asked);
    // One thread runs all of this: what blocks it lets nothing else go on.
    let said = loop {
        tokio::select! {
            said = &mut asked => break said,
            () = tokio::time::sleep(Duration::from_millis(20)) => ticks += 1,
        }
    };
    let own = Some(std::process::id());
    assert!(
        matches!(said, Err(AppError::AgentSilent { pid }) if pid == own),
        "{said:?}"
    );
    assert!(start.elapsed() < Duration::from_secs(30) && ticks > 50);
    let summary = asking.summary().await.unwrap();
    assert_eq!(summary.session, VaultState::Locked);
    assert!(summary.warnings[0].contains("does not answer"));
}

#[tokio::test]
async fn an_agent_that_never_answers_is_told_and_holds_nobody_up() {
    let (_folder, _home, vault) = locked().await;
    let _door = impostor(&vault, |stream| {
        std::thread::sleep(Duration::from_secs(600));
        drop(stream);
    });
    assert_silent(&vault).await;
    let asked = vault.clone();
    let locked = tokio::task::spawn_blocking(move || agent::lock(&asked));
    let locked = locked.await.unwrap();
    assert!(matches!(locked, Err(AppError::AgentSilent { .. })));
}

#[tokio::test]
async fn an_agent_that_answers_a_letter_a_second_is_told_too() {
    let (_folder, _home, vault) = locked().await;
    let _door = impostor(&vault, |mut stream| {
        let letters = b"qv-agent 0.0.0 with a name that takes its time";
        for letter in letters {
            if std::io::Write::write_all(&mut stream, &[*letter]).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_secs(1));
        }
    });
    assert_silent(&vault).await;
}
