use std::time::Instant;

use qv_app::agent::{self, Door};
use qv_app::session::LockReason;
use qv_app::{Config, Home};

use super::*;
use crate::session::tests::{Typed, fresh};

fn in_a_minute() -> Timestamp {
    Timestamp::now().plus(SHOWN_FOR)
}

/// Whether it goes on for so long.
async fn goes_on(vault: &Vault, time: Duration) -> bool {
    let waited = tokio::time::timeout(time, until_over(vault, in_a_minute()));
    waited.await.is_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_this_window_locks_and_when_the_time_is_up() {
    let (_folder, _home, vault) = fresh().await;
    assert!(goes_on(&vault, Duration::from_secs(3)).await);
    let start = Instant::now();
    let soon = Timestamp::now().plus(Duration::from_secs(2));
    until_over(&vault, soon).await;
    assert!(start.elapsed() > Duration::from_secs(1));
    vault.lock(LockReason::Suspend).await.unwrap();
    assert!(!goes_on(&vault, Duration::from_secs(20)).await);
}

async fn opened(home: &Home) -> Vault {
    Vault::open(home, Config::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_the_agent_locks_that_had_the_session() {
    let (_folder, home, made) = fresh().await;
    made.lock(LockReason::Asked).await.unwrap();
    let serving = opened(&home).await;
    serving.unlock(None, &mut Typed).await.unwrap();
    let door = Door::take(&serving).unwrap();
    let (ready, served) = tokio::sync::oneshot::channel();
    let agent = agent::serve(serving, door, move || {
        ready.send(()).unwrap();
        Ok(())
    });
    let agent = tokio::spawn(agent);
    served.await.unwrap();

    let window = opened(&home).await.with_agent();
    assert!(!window.holds_key());
    assert!(goes_on(&window, Duration::from_secs(3)).await);
    let asked = window.clone();
    let locked = tokio::task::spawn_blocking(move || agent::lock(&asked));
    assert!(locked.await.unwrap().unwrap());
    assert!(!goes_on(&window, Duration::from_secs(20)).await);
    assert_eq!(agent.await.unwrap().unwrap(), LockReason::Asked);
}
