use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use qv_app::slots::{Factor, NewSlot};
use qv_app::{Config, Home, Interaction, Notice, Prompt, SealError, SecretBytes};
use tempfile::TempDir;

use super::*;

/// A person with one passphrase.
pub struct Typed;

impl Interaction for Typed {
    fn ask(&mut self, _: &Prompt) -> Result<SecretBytes, SealError> {
        Ok(SecretBytes::copied_from(b"tundra-okapi-47-ladle"))
    }

    fn notify(&mut self, _: &Notice) {}
}

/// A vault that was just made, and is unlocked.
pub async fn fresh() -> (TempDir, Home, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::resolve(Some(folder.path()), |_| None).unwrap();
    let slots = [NewSlot::all([Factor::Passphrase])];
    let mut person = Typed;
    let vault = Vault::create(
        &home,
        Config::default(),
        Devices::default(),
        &slots,
        &mut person,
    );
    let vault = vault.await.unwrap();
    assert!(vault.holds_key());
    (folder, home, vault)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_another_process_keeps_from_being_served_is_locked() {
    let (_folder, home, vault) = fresh().await;
    let elsewhere = Vault::open(&home, Config::default()).await.unwrap();
    let taken = Door::take(&elsewhere).unwrap();
    let refused = door_or_lock(&vault).await;
    assert!(matches!(refused, Err(AppError::AgentRuns)));
    assert!(!vault.holds_key());
    drop(taken);
    assert!(door_or_lock(&vault).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_socket_does_not_open_is_locked() {
    let (_folder, home, vault) = fresh().await;
    let door = Door::take(&vault).unwrap();
    // Something is where the socket belongs, and cannot be removed as one.
    let in_the_way = home.runtime_folder().join(format!("{}.sock", vault.id()));
    std::fs::create_dir(in_the_way).unwrap();
    assert!(agent::serve(vault.clone(), door, || Ok(())).await.is_err());
    assert!(!vault.holds_key());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_key_is_refused_without_one() {
    let (_folder, home, vault) = fresh().await;
    assert!(must_be_unlocked(&vault).await.is_ok());
    vault.lock(LockReason::Asked).await.unwrap();
    let locked = must_be_unlocked(&vault.with_agent()).await.unwrap_err();
    assert_eq!(locked.code, qv_types::Code::Locked);
    let _door = Door::take(&vault).unwrap();
    let socket = home.runtime_folder().join(format!("{}.sock", vault.id()));
    let mut silent_agent = listener(&socket);
    let silent = must_be_unlocked(&vault.with_agent()).await.unwrap_err();
    assert_eq!(silent.code, qv_types::Code::Unreachable);
    assert!(silent.message.contains("kill -9"), "{}", silent.message);
    assert!(matches!(
        why_taken(&vault).await,
        AppError::AgentSilent { .. }
    ));
    silent_agent.kill().unwrap();
    silent_agent.wait().unwrap();
}

/// A process that takes connections and says nothing.
fn listener(socket: &Path) -> Child {
    let script = "import socket,sys,time\ns=socket.socket(socket.AF_UNIX)\ns.bind(sys.argv[1])\ns.listen()\n\
                  time.sleep(600)";
    let mut listener = Command::new("/usr/bin/python3");
    let child = listener.args(["-c", script]).arg(socket).spawn().unwrap();
    let start = Instant::now();
    // It is there before it listens, for a moment.
    while std::os::unix::net::UnixStream::connect(socket).is_err() {
        assert!(start.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(50));
    }
    child
}
