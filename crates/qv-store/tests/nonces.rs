//! Nonces of authorizations: unique, used once, and known by their hash alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{Fixture, NOW, event, fresh, later};
use qv_audit::{Action, Entity};
use qv_store::{AuthNonce, Error};
use qv_types::{AuthPurpose, Timestamp};

fn nonce(number: u8, issued_at: Timestamp) -> AuthNonce {
    AuthNonce {
        hash: [number; 32],
        wallet: "wallet".into(),
        purpose: AuthPurpose::RevealMnemonic,
        cluster: "devnet".into(),
        subject: Some("agent".into()),
        issued_at,
        expires_at: Timestamp::from_unix_ms(issued_at.unix_ms() + 120_000),
        used_at: None,
    }
}

async fn issue(fixture: &Fixture, nonce: &AuthNonce) -> qv_store::Result<()> {
    let mut tx = fixture.store.begin().await?;
    tx.issue_nonce(event(Action::AuthorizationIssued, Entity::log()), nonce)
        .await?;
    tx.commit().await
}

async fn spend(fixture: &Fixture, number: u8) -> qv_store::Result<()> {
    let mut tx = fixture.store.begin().await?;
    let told = event(Action::AuthorizationVerified, Entity::log());
    tx.use_nonce(told, &[number; 32], later(5)).await?;
    tx.commit().await
}

#[tokio::test]
async fn a_nonce_serves_once_and_exists_once() {
    let fixture = fresh().await;
    issue(&fixture, &nonce(1, NOW)).await.unwrap();
    assert!(issue(&fixture, &nonce(1, NOW)).await.is_err(), "unique");
    assert!(
        matches!(spend(&fixture, 2).await, Err(Error::Conflict(_))),
        "never issued"
    );
    spend(&fixture, 1).await.unwrap();
    assert!(
        matches!(spend(&fixture, 1).await, Err(Error::Conflict(_))),
        "used"
    );

    let mut tx = fixture.store.begin().await.unwrap();
    let used = AuthNonce {
        used_at: Some(later(5)),
        ..nonce(1, NOW)
    };
    assert_eq!(tx.auth_nonce(&[1; 32]).await.unwrap(), Some(used));
    assert_eq!(tx.auth_nonce(&[2; 32]).await.unwrap(), None);
    let at = |subject| (AuthPurpose::RevealMnemonic, Some(subject));
    let (purpose, subject) = at("agent");
    assert_eq!(
        tx.authorized_at(purpose, subject).await.unwrap(),
        [later(5)]
    );
    let (purpose, subject) = at("another");
    assert!(tx.authorized_at(purpose, subject).await.unwrap().is_empty());
}

/// Two verifiers race: the act of one of them is not carried out.
#[tokio::test]
async fn an_act_that_is_dropped_leaves_the_nonce_unused() {
    let fixture = fresh().await;
    issue(&fixture, &nonce(1, NOW)).await.unwrap();
    let mut tx = fixture.store.begin().await.unwrap();
    let told = event(Action::AuthorizationVerified, Entity::log());
    tx.use_nonce(told, &[1; 32], later(5)).await.unwrap();
    drop(tx);
    spend(&fixture, 1).await.unwrap();
}

#[tokio::test]
async fn old_nonces_are_removed() {
    let fixture = fresh().await;
    issue(&fixture, &nonce(1, NOW)).await.unwrap();
    issue(&fixture, &nonce(2, later(3_600_000))).await.unwrap();
    let week_ms = 7 * 24 * 3_600_000;
    issue(&fixture, &nonce(3, later(week_ms + 130_000)))
        .await
        .unwrap();
    let mut tx = fixture.store.begin().await.unwrap();
    let mut left = Vec::new();
    for number in 1..=3 {
        left.push(tx.auth_nonce(&[number; 32]).await.unwrap().is_some());
    }
    assert_eq!(left, [false, true, true]);
}
