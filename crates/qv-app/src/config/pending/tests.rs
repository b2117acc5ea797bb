use qv_seal::{Devices, Interaction, Notice, Prompt, SealError};

use super::*;
use crate::config::{Config, set};
use crate::slots::{Factor, NewSlot};
use crate::{SecretBytes, audit};

struct Typed;

impl Interaction for Typed {
    fn ask(&mut self, _: &Prompt) -> Result<SecretBytes, SealError> {
        Ok(SecretBytes::copied_from(b"tundra-okapi-47-ladle"))
    }

    fn notify(&mut self, _: &Notice) {}
}

async fn fresh() -> (tempfile::TempDir, Home, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::resolve(Some(folder.path()), |_| None).unwrap();
    let slots = [NewSlot::all([Factor::Passphrase])];
    let mut person = Typed;
    let made = Vault::create(
        &home,
        Config::default(),
        Devices::default(),
        &slots,
        &mut person,
    );
    let vault = made.await.unwrap();
    (folder, home, vault)
}

/// Values that the log tells of, oldest first.
async fn told(vault: &Vault) -> Vec<Value> {
    let query = audit::LogQuery {
        action: Some("CONFIG_CHANGED".into()),
        limit: 100,
        ..audit::LogQuery::default()
    };
    let page = audit::list(vault, query).await.unwrap();
    let values = page.items.iter().map(|row| row.metadata["value"].clone());
    values.rev().collect()
}

async fn reopened(home: &Home) -> Vault {
    Vault::open(home, Config::default()).await.unwrap()
}

/// What a change to `minutes` has done before it puts the file in its place.
fn begun(home: &Home, request: RequestId, minutes: u32) -> Pending {
    let text = format!("[session]\nidle_minutes = {minutes}\n");
    fs::write(home.folder().join(".qv-test"), text).unwrap();
    let pending = Pending {
        key: "session.idle_minutes".into(),
        value: minutes.into(),
        request,
        draft: ".qv-test".into(),
    };
    pending.mark(home).unwrap();
    pending
}

async fn change(vault: &Vault, minutes: u32) {
    let home = vault.home();
    let minutes = minutes.to_string();
    let done = set(home, Some(vault), "session.idle_minutes", &minutes).await;
    done.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_not_made_is_forgotten() {
    let (_folder, home, vault) = fresh().await;
    change(&vault, 5).await;
    let pending = begun(&home, vault.request(), 7);
    let vault = reopened(&home).await;
    assert_eq!(told(&vault).await, [5]);
    let config = Config::load(home.config_file()).unwrap();
    assert_eq!(config.session.idle_minutes, 5);
    assert!(!pending.draft(&home).exists() && !is_marked(&home));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_made_is_told_once() {
    let (_folder, home, vault) = fresh().await;
    let pending = begun(&home, vault.request(), 7);
    fs::rename(pending.draft(&home), home.config_file()).unwrap();
    assert!(told(&vault).await.is_empty());
    let vault = reopened(&home).await;
    assert_eq!(told(&vault).await, [7]);
    assert!(!is_marked(&home));
    // Killed once more, before the mark was gone.
    pending.mark(&home).unwrap();
    let vault = reopened(&home).await;
    assert_eq!(told(&vault).await, [7]);
    assert!(!is_marked(&home));
    assert!(audit::verify(&vault, None).await.unwrap().ok);
}

/// A process that has the vault open does not open it again.
#[tokio::test(flavor = "multi_thread")]
async fn the_next_change_settles_the_one_before() {
    let (_folder, home, vault) = fresh().await;
    let pending = begun(&home, RequestId::make(), 7);
    fs::rename(pending.draft(&home), home.config_file()).unwrap();
    change(&vault, 9).await;
    assert_eq!(told(&vault).await, [7, 9]);
    assert!(!is_marked(&home));
}

/// The file is changed and the log does not take the event: the next who opens the vault tells it.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_commit_failed_is_told_later() {
    let (_folder, home, vault) = fresh().await;
    let tx = begin(&vault).await.unwrap();
    let pending = begun(&home, vault.request(), 7);
    fs::rename(pending.draft(&home), home.config_file()).unwrap();
    drop(tx);
    vault.close().await;
    let vault = reopened(&home).await;
    assert_eq!(told(&vault).await, [7]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_placed_is_no_change() {
    let (_folder, home, vault) = fresh().await;
    // A folder in the file's place cannot be replaced by a file.
    let file = home.config_file();
    fs::create_dir(file).unwrap();
    fs::write(file.join("in the way"), "").unwrap();
    let draft = Draft::new(file, 0o600, Existing::Replace).unwrap();
    let pending = begun(&home, vault.request(), 7);
    assert!(draft.finish_or(|| unmark(&home).unwrap()).is_err());
    assert!(!is_marked(&home) && !pending.is_made(&home));
    fs::remove_dir_all(file).unwrap();
    assert!(told(&reopened(&home).await).await.is_empty());
}

#[test]
fn a_mark_has_no_other_file_removed() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, other) = (folder.path().join(".qv-x"), folder.path().join("vault.db"));
    for file in [&ours, &other] {
        fs::write(file, "").unwrap();
        remove(file);
    }
    assert!(!ours.exists() && other.exists());
}
