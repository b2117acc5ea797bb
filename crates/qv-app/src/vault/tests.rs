//! What an unlocked session and the audit log owe each other.

use qv_crypto::suite::{Role, SignatureSuite, SigningKey};
use qv_seal::{Notice, Prompt, SealError};
use qv_store::StoredCheckpoint;

use super::*;
use crate::session::LockReason;
use crate::{SecretBytes, audit};

const PASSPHRASE: &[u8] = b"tundra-okapi-47-ladle";

/// Answers with the passphrase; closes a store first, as a disk that fails meanwhile would.
struct Answer(Option<Store>);

impl Interaction for Answer {
    fn ask(&mut self, _: &Prompt) -> Result<SecretBytes, SealError> {
        if let Some(store) = self.0.take() {
            let close = move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(store.close());
            };
            std::thread::spawn(close).join().unwrap();
        }
        Ok(SecretBytes::copied_from(PASSPHRASE))
    }

    fn notify(&mut self, _: &Notice) {}
}

/// Locks the vault while it is being asked, as an idle timer or a hot key would.
struct Locks(Vault);

impl Interaction for Locks {
    fn ask(&mut self, _: &Prompt) -> Result<SecretBytes, SealError> {
        let _ = self.0.advance(session::Event::Lock(LockReason::Asked));
        Ok(SecretBytes::copied_from(PASSPHRASE))
    }

    fn notify(&mut self, _: &Notice) {}
}

pub(super) async fn fresh() -> (tempfile::TempDir, Home, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::resolve(Some(folder.path()), |_| None).unwrap();
    let first = [NewSlot::all([slots::Factor::Passphrase])];
    let vault = Vault::create(
        &home,
        Config::default(),
        qv_seal::Devices::default(),
        &first,
        &mut Answer(None),
    )
    .await
    .unwrap();
    (folder, home, vault)
}

async fn reopened(home: &Home) -> Vault {
    Vault::open(home, Config::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_factor_opens_nothing_where_the_log_cannot_tell_of_it() {
    let (_folder, home, vault) = fresh().await;
    vault.close().await;
    let vault = reopened(&home).await;
    let store = vault.store().clone();
    let refused = vault.unlock(None, &mut Answer(Some(store))).await;
    assert!(matches!(refused, Err(AppError::Store(_))), "{refused:?}");
    assert!(!vault.holds_key());
    let vault = reopened(&home).await;
    vault.unlock(None, &mut Answer(None)).await.unwrap();
    assert!(vault.holds_key());
}

/// Whoever can write to the database puts keys of their own beside the sealed ones and signs with
/// them. The log is consistent; only the master key tells.
#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_of_foreign_keys_are_found_by_an_unlocked_vault() {
    let (_folder, home, vault) = fresh().await;
    audit::checkpoint(&vault).await.unwrap();
    let report = audit::verify(&vault, None).await.unwrap();
    assert!(report.ok && report.keys_proved, "{:?}", report.problems);
    vault.close().await;

    let vault = reopened(&home).await;
    forge_keys_and_checkpoint(&vault).await;
    let locked = audit::verify(&vault, None).await.unwrap();
    assert!(!locked.keys_proved, "a locked vault cannot know");
    vault.unlock(None, &mut Answer(None)).await.unwrap();
    let report = audit::verify(&vault, None).await.unwrap();
    assert!(!report.ok && !report.keys_proved);
}

async fn forge_keys_and_checkpoint(vault: &Vault) {
    let suites = [
        ("Ed25519", SignatureSuite::Ed25519),
        ("ML-DSA-87", SignatureSuite::MlDsa87),
    ];
    let keys = suites.map(|(_, suite)| SigningKey::make(suite, Role::Checkpoint).unwrap());
    let mut tx = vault.store().begin().await.unwrap();
    for ((id, _), key) in suites.iter().zip(&keys) {
        let mut row = vault.store().record("audit_signing", id).await.unwrap();
        row.public_key = Some(key.verifying_key().to_bytes());
        let event = vault.event(Action::RecordStored, vault.id());
        tx.put_record(event, &row).await.unwrap();
    }
    tx.commit().await.unwrap();
    let head = vault.store().tree_head().await.unwrap();
    let forged = qv_audit::checkpoint::Checkpoint {
        origin: qv_audit::checkpoint::origin(vault.id()),
        size: head.size,
        root: head.root,
    };
    let row = StoredCheckpoint {
        size: head.size,
        root: head.root,
        note: forged.sign(&keys[0], &keys[1]).unwrap(),
        created_at: Timestamp::now(),
    };
    let mut tx = vault.store().begin().await.unwrap();
    let event = vault.event(Action::CheckpointSigned, vault.id());
    tx.add_checkpoint(event, &row).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_kept_elsewhere_finds_an_old_database() {
    let (folder, home, vault) = fresh().await;
    vault.close().await;
    let old = folder.path().join("old.db");
    std::fs::copy(home.database(), &old).unwrap();

    let vault = reopened(&home).await;
    vault.unlock(None, &mut Answer(None)).await.unwrap();
    let note = audit::checkpoint(&vault).await.unwrap();
    let report = audit::verify(&vault, Some(&note)).await.unwrap();
    assert!(report.ok, "{:?}", report.problems);
    vault.close().await;

    std::fs::copy(&old, home.database()).unwrap();
    let vault = reopened(&home).await;
    assert!(audit::verify(&vault, None).await.unwrap().ok, "unseen");
    assert!(!audit::verify(&vault, Some(&note)).await.unwrap().ok);
    let other = note.replace('\n', " ");
    let no_checkpoint = audit::verify(&vault, Some(&other)).await;
    assert!(matches!(no_checkpoint, Err(AppError::InvalidInput(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_that_are_signed_at_once_sign_different_sizes() {
    let (_folder, _home, vault) = fresh().await;
    let (first, second) = tokio::join!(audit::checkpoint(&vault), audit::checkpoint(&vault));
    assert_ne!(first.unwrap(), second.unwrap());
    assert!(audit::verify(&vault, None).await.unwrap().ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_from_outside_is_not_opened_unnoticed() {
    use qv_crypto::envelope::{Context, ContextId, CreatedAt, KeyVersion, seal};
    use qv_crypto::suite::EncapsulationKey;
    use qv_types::{AeadSuite, AnchorType, Environment, KemSuite, MaterialId};

    let (_folder, _home, vault) = fresh().await;
    let new = crate::anchors::NewAnchor {
        name: "prod".into(),
        description: None,
        environment: Environment::Prod,
        anchor_type: AnchorType::RootOfTrust,
        suite: "ML-KEM-768".into(),
        activate: true,
    };
    let anchor = crate::anchors::create(&vault, new).await.unwrap();
    let public = hex::decode(&anchor.versions[0].public_key).unwrap();
    let key = EncapsulationKey::from_bytes(KemSuite::MlKem768, &public).unwrap();
    let context = Context {
        anchor_id: anchor.id.into(),
        key_version: KeyVersion::new(1).unwrap(),
        policy_id: None,
        asset_id: ContextId::new("elsewhere").unwrap(),
        material_id: MaterialId::make().into(),
        created_at: CreatedAt::try_from(Timestamp::now()).unwrap(),
    };
    let envelope = seal(&key, AeadSuite::Aes256Gcm, context, b"secret").unwrap();
    let opened = crate::secrets::unwrap(&vault, envelope.as_json(), None)
        .await
        .unwrap();
    assert_eq!(opened.material.expose(), b"secret");
    let query = audit::LogQuery {
        action: Some("MATERIAL_REVEALED".into()),
        entity: Some(anchor.id.to_string()),
        limit: 10,
        ..audit::LogQuery::default()
    };
    let noted = audit::list(&vault, query).await.unwrap().items;
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0].metadata["envelope"], envelope.hash_hex().as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn locking_never_waits_for_a_person_who_is_being_asked() {
    let (_folder, _home, vault) = fresh().await;
    let new = NewSlot::all([slots::Factor::Passphrase]);
    let added = slots::add(&vault, &new, &mut Locks(vault.clone())).await;
    assert!(matches!(added, Err(AppError::Locked)), "{added:?}");
    assert_eq!(slots::list(&vault).await.unwrap().len(), 1);
}

/// Whoever can write to the database and the log puts a slot of theirs beside the others. It opens, but
/// not this vault.
#[tokio::test(flavor = "multi_thread")]
async fn a_slot_of_another_master_key_is_found_by_a_test() {
    let (_folder, _home, vault) = fresh().await;
    let (_elsewhere, _other_home, other) = fresh().await;
    let own = slots::list(&vault).await.unwrap()[0].id;
    slots::test(&vault, own, &mut Answer(None)).await.unwrap();

    let foreign = other.store().slots().await.unwrap().remove(0);
    let descriptor = foreign
        .descriptor
        .replace(&other.id().to_string(), &vault.id().to_string());
    let moved = qv_store::Slot {
        descriptor,
        ..foreign.clone()
    };
    put(&vault, &moved).await;
    let edited = slots::test(&vault, moved.id, &mut Answer(None)).await;
    assert!(matches!(edited, Err(AppError::WrongFactor { .. })));

    let made = foreign_slot(&vault).await;
    put(&vault, &made).await;
    for _ in ["unlocked", "locked"] {
        let found = slots::test(&vault, made.id, &mut Answer(None)).await;
        assert!(matches!(found, Err(AppError::Tampered { .. })), "{found:?}");
        vault.lock(LockReason::Asked).await.unwrap();
    }
}

/// A commit can fail and be made all the same: what its slots need must stay then.
#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_may_be_stored_has_not_come_to_nothing() {
    let (_folder, _home, vault) = fresh().await;
    let row = vault.store().slots().await.unwrap().remove(0);
    let failed = || qv_store::Error::Busy;
    let maybe = slots::not_added(&vault, row.clone(), failed()).await;
    assert!(matches!(maybe, AppError::MaybeStored { .. }), "{maybe}");
    let absent = qv_store::Slot {
        id: qv_types::SlotId::make(),
        ..row.clone()
    };
    let refused = slots::not_added(&vault, absent, failed()).await;
    assert!(matches!(refused, AppError::Store(_)), "{refused}");
    // Nobody can tell.
    vault.store().clone().close().await;
    let maybe = slots::not_added(&vault, row, failed()).await;
    assert!(matches!(maybe, AppError::MaybeStored { .. }), "{maybe}");
    assert!(maybe.to_string().contains("keep new recovery shares"));
}

async fn put(vault: &Vault, slot: &qv_store::Slot) {
    let mut tx = vault.store().begin().await.unwrap();
    let event = vault.event(Action::SlotAdded, slot.id);
    tx.put_slot(event, slot).await.unwrap();
    tx.commit().await.unwrap();
}

/// A slot of this vault's id, with the same passphrase, around another key.
async fn foreign_slot(vault: &Vault) -> qv_store::Slot {
    let new = [NewSlot::all([slots::Factor::Passphrase])];
    let umk = Umk::make().unwrap();
    let devices = qv_seal::Devices::default();
    slots::enrol_all(vault.id(), &devices, &umk, &new, &mut Answer(None))
        .unwrap()
        .remove(0)
}
