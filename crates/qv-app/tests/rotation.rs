//! Rotating the master key: everything opens as before, nothing else does, and a session that has the
//! old key stores nothing under it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

use qv_app::anchors::{self, NewAnchor};
use qv_app::assets::{self, NewAsset};
use qv_app::secrets::{self, NewSecret, SecretFilter};
use qv_app::session::LockReason;
use qv_app::slots::{Factor, NewSlot};
use qv_app::{
    AppError, Config, Devices, Home, Interaction, Notice, Prompt, SealError, SecretBytes, Vault,
    attestations, audit, rotation, slots,
};
use qv_types::{AnchorType, AssetType, Environment, KeyType, VaultState};

/// A person with one passphrase.
struct Typed;

impl Interaction for Typed {
    fn ask(&mut self, _: &Prompt) -> Result<SecretBytes, SealError> {
        Ok(SecretBytes::copied_from(b"tundra-okapi-47-ladle"))
    }

    fn notify(&mut self, _: &Notice) {}
}

struct Fixture {
    _folder: tempfile::TempDir,
    home: Home,
}

impl Fixture {
    /// A vault with an anchor, an account and a secret; the secret's id.
    async fn new() -> (Self, Vault, String) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::resolve(Some(folder.path()), |_| None).unwrap();
        let vault = Vault::create(
            &home,
            Config::default(),
            Devices::default(),
            &[NewSlot::all([Factor::Passphrase])],
            &mut Typed,
        )
        .await
        .unwrap();
        let anchor = NewAnchor {
            name: "main".into(),
            description: None,
            environment: Environment::Prod,
            anchor_type: AnchorType::RootOfTrust,
            suite: "ML-KEM-768".into(),
            activate: true,
        };
        anchors::create(&vault, anchor).await.unwrap();
        let asset = NewAsset {
            location: "app".into(),
            name: None,
            asset_type: AssetType::Application,
            environment: Environment::Prod,
        };
        assets::add(&vault, asset).await.unwrap();
        attestations::create_signer(&vault, "ops").await.unwrap();
        let id = secrets::add(&vault, "app", secret("token", b"of great value"))
            .await
            .unwrap()
            .id;
        let fixture = Self {
            _folder: folder,
            home,
        };
        (fixture, vault, id.to_string())
    }

    async fn unlocked(&self) -> Vault {
        let vault = Vault::open(&self.home, Config::default()).await.unwrap();
        vault.unlock(None, &mut Typed).await.unwrap();
        vault
    }
}

fn secret(label: &str, material: &[u8]) -> NewSecret {
    NewSecret {
        label: label.into(),
        key_type: KeyType::ApiSecret,
        origin: "test".into(),
        material: SecretBytes::copied_from(material),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_opens_under_the_new_key() {
    let (fixture, vault, id) = Fixture::new().await;
    anchors::rotate(&vault, "main", None).await.unwrap();
    let note = audit::checkpoint(&vault).await.unwrap();
    let done = rotation::rotate(&vault).await.unwrap();
    // Two log keys, one account, two versions of the anchor.
    assert_eq!((done.slots, done.records), (1, 5));
    assert_eq!((done.envelopes, done.refused), (1, 0));
    assert_eq!(vault.own_state(), VaultState::Locked, "the old key is gone");

    let vault = fixture.unlocked().await;
    let opened = secrets::reveal(&vault, &id).await.unwrap();
    assert_eq!(opened.expose(), b"of great value");
    secrets::add(&vault, "app", secret("other", b"more"))
        .await
        .unwrap();
    anchors::rotate(&vault, "main", None).await.unwrap();
    attestations::create_signer(&vault, "second").await.unwrap();
    let report = audit::verify(&vault, Some(&note)).await.unwrap();
    assert!(report.ok && report.keys_proved, "{:?}", report.problems);
    // And once more, from what the first rotation left.
    assert_eq!(rotation::rotate(&vault).await.unwrap().envelopes, 2);
    let vault = fixture.unlocked().await;
    secrets::reveal(&vault, &id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_with_the_old_key_stores_nothing_and_locks() {
    let (fixture, vault, id) = Fixture::new().await;
    let stale = fixture.unlocked().await;
    rotation::rotate(&vault).await.unwrap();
    let refused = secrets::add(&stale, "app", secret("lost", b"never to be opened")).await;
    assert!(matches!(refused, Err(AppError::KeyChanged)), "{refused:?}");
    assert_eq!(stale.own_state(), VaultState::Locked);
    let fresh = fixture.unlocked().await;
    let of_app = SecretFilter::of_asset("app");
    assert_eq!(secrets::list(&fresh, &of_app).await.unwrap().len(), 1);
    secrets::reveal(&fresh, &id).await.unwrap();
}

/// What a session sealed may be on its way to the store when it locks.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_has_just_locked_is_refused_once() {
    let (fixture, vault, _) = Fixture::new().await;
    let stale = fixture.unlocked().await;
    rotation::rotate(&vault).await.unwrap();
    stale.lock(LockReason::Asked).await.unwrap();
    let asset = || NewAsset {
        location: "other".into(),
        name: None,
        asset_type: AssetType::Application,
        environment: Environment::Prod,
    };
    let refused = assets::add(&stale, asset()).await;
    assert!(matches!(refused, Err(AppError::KeyChanged)));
    assets::add(&stale, asset()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_vault_is_not_rotated() {
    let (fixture, vault, _) = Fixture::new().await;
    vault.close().await;
    let vault = Vault::open(&fixture.home, Config::default()).await.unwrap();
    let refused = rotation::rotate(&vault).await;
    assert!(matches!(refused, Err(AppError::Locked)), "{refused:?}");
}

/// The ids of the slots.
async fn slot_ids(vault: &Vault) -> Vec<String> {
    let rows = slots::list(vault).await.unwrap();
    rows.iter().map(|row| row.id.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_leak_every_slot_is_another_one() {
    let (fixture, vault, id) = Fixture::new().await;
    let before = slot_ids(&vault).await;
    let leak = rotation::prepare(&vault, &mut Typed).await.unwrap();
    assert!(leak.missing().is_empty());
    assert_eq!(slot_ids(&vault).await, before, "nothing is stored yet");
    let done = leak.commit(&vault).await.unwrap();
    assert_eq!((done.slots, done.envelopes), (1, 1));
    let vault = fixture.unlocked().await;
    let after = slot_ids(&vault).await;
    assert!(after.len() == 1 && after != before);
    secrets::reveal(&vault, &id).await.unwrap();
    assert!(audit::verify(&vault, None).await.unwrap().ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_leak_what_is_not_here_is_named_and_goes() {
    let (fixture, vault, id) = Fixture::new().await;
    let tpm = qv_testkit::tpm::Swtpm::start().unwrap();
    let mut devices = Devices::default();
    devices.tpm.tcti = Some(tpm.tcti());
    let vault = vault.with_devices(devices);
    slots::add(&vault, &NewSlot::all([Factor::Tpm]), &mut Typed)
        .await
        .unwrap();
    drop(tpm);
    let leak = rotation::prepare(&vault, &mut Typed).await.unwrap();
    let missing: Vec<_> = leak.missing().iter().map(|one| &one.label).collect();
    assert_eq!(missing, ["tpm"]);
    let done = leak.commit(&vault).await.unwrap();
    assert_eq!((done.slots, done.removed), (1, vec!["tpm".to_owned()]));
    let vault = fixture.unlocked().await;
    assert_eq!(slot_ids(&vault).await.len(), 1);
    secrets::reveal(&vault, &id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_came_meanwhile_stops_the_rotation_after_a_leak() {
    let (fixture, vault, id) = Fixture::new().await;
    let leak = rotation::prepare(&vault, &mut Typed).await.unwrap();
    slots::add(&vault, &NewSlot::all([Factor::Passphrase]), &mut Typed)
        .await
        .unwrap();
    let before = slot_ids(&vault).await;
    assert!(matches!(
        leak.commit(&vault).await,
        Err(AppError::NotAllowed(_))
    ));
    let vault = fixture.unlocked().await;
    assert_eq!(slot_ids(&vault).await, before);
    secrets::reveal(&vault, &id).await.unwrap();
}
