//! Authorizations: a wallet's signature that permits one act (crypto.md section 3).
//!
//! `qv_policy::authorization` decides; here challenges are made, wallets asked, and what counted is
//! stored. For an act that its authorization permits once, [`issue`] stores the challenge's nonce,
//! and [`spend`] judges the signature and marks the nonce as used in the transaction of the act.

use qv_audit::{Action, Event, Origin};
use qv_crypto::CryptoError;
use qv_crypto::secret::{Secret, SecretBytes};
use qv_crypto::umk::HexBytes;
use qv_crypto::umk::factor::{FactorKind, FactorParameters, WalletParameters};
use qv_crypto::umk::wallet::WalletAddress;
use qv_policy::authorization::{
    Act, Authorized, Challenge, Cluster, Expected, History, IssuedNonce, Presented,
};
use qv_seal::{Interaction, Wallet};
use qv_store::{AuthNonce, WriteTx};
use qv_types::{Timestamp, VaultId};

use crate::{AppError, Vault};

/// A wallet that authorized opening the vault and may now be a factor. Dropping it ends the page
/// in the browser, whether the slot opened or not.
#[derive(Debug)]
pub(crate) struct Visit(Option<Wallet>);

impl Drop for Visit {
    fn drop(&mut self) {
        if let Some(wallet) = &self.0 {
            wallet.leave();
        }
    }
}

/// To be called before any of the factors of a slot or of one group is used: where a wallet is among
/// them, asks it to authorize opening the vault, and stores that it did. Otherwise nothing is asked.
///
/// # Errors
/// [`AppError::Authorization`] where the signature does not count; what asking meets.
pub(crate) async fn to_unlock(
    vault: &Vault,
    needed: &[FactorParameters],
    ask: &mut dyn Interaction,
) -> Result<Visit, AppError> {
    let Some(wallet) = wallet_among(needed)? else {
        return Ok(Visit(None));
    };
    let device = vault.devices().wallet();
    let visit = Visit(Some(vault.devices().wallet()));
    let challenge = make(vault.id(), wallet, Act::UnlockUmk, Timestamp::now())?;
    let signature = device.authorize(challenge.wallet(), challenge.text(), ask)?;
    let now = Timestamp::now();
    let nonce = IssuedNonce::of(&challenge);
    let history = History {
        nonce: Some(&nonce),
        verified: &[],
    };
    let authorized = judge(&challenge, vault.id(), &signature, &history, now)?;
    let used = AuthNonce {
        used_at: Some(authorized.at()),
        ..row(&challenge, now)
    };
    let mut tx = vault.store().begin().await?;
    let event = vault.event(Action::AuthorizationVerified, vault.id());
    tx.issue_nonce(told(event, &challenge), &used).await?;
    tx.commit().await?;
    Ok(visit)
}

/// Issues a challenge for an act that its authorization permits once, and stores its nonce.
///
/// # Errors
/// From the store, or where the system has no randomness.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "these acts come with the agents' wallets")
)]
pub(crate) async fn issue(
    tx: &mut WriteTx,
    origin: Origin,
    vault: VaultId,
    wallet: WalletAddress,
    act: Act,
    now: Timestamp,
) -> Result<Challenge, AppError> {
    let challenge = make(vault, wallet, act, now)?;
    let event = origin.event(now, Action::AuthorizationIssued, vault);
    tx.issue_nonce(told(event, &challenge), &row(&challenge, now))
        .await?;
    Ok(challenge)
}

/// Judges the signature over a challenge of [`issue`] and marks its nonce as used, in the
/// transaction in which the caller carries out the act.
///
/// # Errors
/// [`AppError::Authorization`]; then nothing may be done.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "these acts come with the agents' wallets")
)]
pub(crate) async fn spend(
    tx: &mut WriteTx,
    origin: Origin,
    vault: VaultId,
    challenge: &Challenge,
    signature: &SecretBytes,
    now: Timestamp,
) -> Result<Authorized, AppError> {
    let act = challenge.act();
    let subject = act.subject().map(WalletAddress::as_str);
    let hash = challenge.nonce_hash();
    let stored = tx.auth_nonce(&hash.0).await?.map(issued).transpose()?;
    let verified = tx.authorized_at(act.purpose(), subject).await?;
    let history = History {
        nonce: stored.as_ref(),
        verified: &verified,
    };
    let authorized = judge(challenge, vault, signature, &history, now)?;
    let event = origin.event(now, Action::AuthorizationVerified, vault);
    tx.use_nonce(told(event, challenge), &hash.0, now).await?;
    Ok(authorized)
}

/// A stored nonce as the rules take it.
fn issued(row: AuthNonce) -> Result<IssuedNonce, AppError> {
    Ok(IssuedNonce {
        hash: HexBytes(row.hash),
        wallet: row.wallet.parse()?,
        purpose: row.purpose,
        cluster: row.cluster,
        expires_at: row.expires_at,
        used_at: row.used_at,
    })
}

fn wallet_among(needed: &[FactorParameters]) -> Result<Option<WalletAddress>, AppError> {
    let is_wallet = |factor: &&FactorParameters| factor.kind() == FactorKind::Wallet;
    let found = needed.iter().find(is_wallet);
    let read = |factor: &FactorParameters| factor.read::<WalletParameters>();
    Ok(found.map(read).transpose()?.map(|one| one.wallet))
}

/// A challenge with a new nonce, on the wallet's usual cluster.
fn make(
    vault: VaultId,
    wallet: WalletAddress,
    act: Act,
    now: Timestamp,
) -> Result<Challenge, AppError> {
    let nonce = Secret::<32>::make_random().map_err(CryptoError::from)?;
    let cluster = Cluster::usual(&wallet);
    Ok(Challenge::issue(
        vault,
        wallet,
        cluster,
        act,
        *nonce.expose(),
        now,
    )?)
}

/// Judges a signature over the challenge's own text.
fn judge(
    challenge: &Challenge,
    vault: VaultId,
    signature: &SecretBytes,
    history: &History<'_>,
    now: Timestamp,
) -> Result<Authorized, AppError> {
    let expected = Expected {
        vault,
        wallet: challenge.wallet(),
        cluster: challenge.cluster(),
        act: challenge.act(),
    };
    let presented = Presented {
        text: &challenge.text(),
        signature,
    };
    Ok(challenge.verify(&expected, &presented, history, now)?)
}

fn row(challenge: &Challenge, issued_at: Timestamp) -> AuthNonce {
    AuthNonce {
        hash: challenge.nonce_hash().0,
        wallet: challenge.wallet().to_string(),
        purpose: challenge.act().purpose(),
        cluster: challenge.cluster().to_string(),
        subject: challenge.act().subject().map(ToString::to_string),
        issued_at,
        expires_at: challenge.expires_at(),
        used_at: None,
    }
}

/// The event with what the authorization was for.
fn told(event: Event, challenge: &Challenge) -> Event {
    let event = event
        .with("purpose", challenge.act().purpose().as_str())
        .with("wallet", challenge.wallet().as_str());
    match challenge.act().subject() {
        Some(subject) => event.with("subject", subject.as_str()),
        None => event,
    }
}

#[cfg(test)]
mod tests;
