//! An authorization that serves once is spent with its act, or not at all.

use qv_audit::Actor;
use qv_crypto::umk::wallet::SolanaKeypair;
use qv_policy::authorization::{Refusal, request_hash};
use qv_store::Store;
use qv_types::RequestId;

use super::*;

const KEYPAIR: &str = "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,138,136,227,221,116,9,241,149,253,82,219,45,60,186,93,114,202,103,9,191,29,148,18,27,243,116,136,1,180,15,111,92]";

struct World {
    _folder: tempfile::TempDir,
    store: Store,
    vault: VaultId,
    origin: Origin,
    wallet: SolanaKeypair,
    now: Timestamp,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            store: Store::create(&folder.path().join("vault.db"))
                .await
                .unwrap(),
            _folder: folder,
            vault: VaultId::make_random(),
            origin: Origin {
                actor: Actor::Owner,
                request: RequestId::make(),
            },
            wallet: SolanaKeypair::parse(KEYPAIR.as_bytes()).unwrap(),
            now: Timestamp::now(),
        }
    }

    async fn reveal_challenge(&self) -> Challenge {
        let subject = self.wallet.address().clone();
        let request = request_hash(&serde_json::json!({"wallet": subject})).unwrap();
        let act = Act::RevealMnemonic { subject, request };
        let mut tx = self.store.begin().await.unwrap();
        let wallet = self.wallet.address().clone();
        let issued = issue(&mut tx, self.origin, self.vault, wallet, act, self.now).await;
        tx.commit().await.unwrap();
        issued.unwrap()
    }

    /// Spends in one transaction with its act, which is dropped unless it is to be `kept`.
    async fn reveal(&self, challenge: &Challenge, kept: bool) -> Result<(), AppError> {
        let signature = self.wallet.sign(&challenge.text());
        let mut tx = self.store.begin().await?;
        let authorized = spend(
            &mut tx,
            self.origin,
            self.vault,
            challenge,
            &signature,
            self.now,
        )
        .await?;
        assert_eq!(authorized.act(), challenge.act());
        if kept { Ok(tx.commit().await?) } else { Ok(()) }
    }
}

#[tokio::test]
async fn an_authorization_is_spent_with_its_act_and_once() {
    let world = World::new().await;
    let challenge = world.reveal_challenge().await;
    world.reveal(&challenge, false).await.unwrap();
    world.reveal(&challenge, true).await.unwrap();
    let again = world.reveal(&challenge, true).await.unwrap_err();
    assert!(
        matches!(again, AppError::Authorization(Refusal::UsedNonce)),
        "{again}"
    );

    for _ in 0..2 {
        let challenge = world.reveal_challenge().await;
        world.reveal(&challenge, true).await.unwrap();
    }
    let challenge = world.reveal_challenge().await;
    let fourth = world.reveal(&challenge, true).await.unwrap_err();
    assert!(
        matches!(fourth, AppError::Authorization(Refusal::TooMany { .. })),
        "{fourth}"
    );
}

#[tokio::test]
async fn a_challenge_that_was_not_stored_here_authorizes_nothing() {
    let (here, elsewhere) = (World::new().await, World::new().await);
    let challenge = elsewhere.reveal_challenge().await;
    let refused = here.reveal(&challenge, true).await.unwrap_err();
    assert!(
        matches!(refused, AppError::Authorization(Refusal::OtherVault)),
        "{refused}"
    );
    let moved = World {
        vault: elsewhere.vault,
        ..here
    };
    let refused = moved.reveal(&challenge, true).await.unwrap_err();
    assert!(
        matches!(refused, AppError::Authorization(Refusal::UnknownNonce)),
        "{refused}"
    );
}
