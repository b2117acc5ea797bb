//! Judging a signature: the checks in order, the first that fails is the refusal.

use qv_crypto::secret::SecretBytes;
use qv_crypto::umk::HexBytes;
use qv_crypto::umk::wallet::WalletAddress;
use qv_types::{AuthPurpose, Timestamp, VaultId};

use super::{Act, Challenge, Cluster, Refusal, Rules};

/// What the verifier is about to do, in its own words and not the challenge's.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The vault.
    pub vault: VaultId,
    /// The wallet that must authorize it.
    pub wallet: &'a WalletAddress,
    /// The chain.
    pub cluster: &'a Cluster,
    /// The act.
    pub act: &'a Act,
}

/// What came back from the wallet.
#[derive(Debug, Clone, Copy)]
pub struct Presented<'a> {
    /// The text that was given to the wallet.
    pub text: &'a str,
    /// The signature over it.
    pub signature: &'a SecretBytes,
}

/// What is stored of an issued challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedNonce {
    /// SHA-256 of the nonce.
    pub hash: HexBytes<32>,
    /// The wallet that was asked.
    pub wallet: WalletAddress,
    /// For what.
    pub purpose: AuthPurpose,
    /// On which chain.
    pub cluster: String,
    /// Until when.
    pub expires_at: Timestamp,
    /// When it was used, where it was.
    pub used_at: Option<Timestamp>,
}

impl IssuedNonce {
    /// What is to be stored of `challenge`, which was not used yet.
    #[must_use]
    pub fn of(challenge: &Challenge) -> Self {
        Self {
            hash: challenge.nonce_hash(),
            wallet: challenge.wallet.clone(),
            purpose: challenge.act.purpose(),
            cluster: challenge.cluster.as_str().to_owned(),
            expires_at: challenge.expires_at,
            used_at: None,
        }
    }

    fn is_of(&self, challenge: &Challenge) -> bool {
        let unused = Self {
            used_at: None,
            ..self.clone()
        };
        unused == Self::of(challenge)
    }
}

/// What happened before.
#[derive(Debug, Clone, Copy, Default)]
pub struct History<'a> {
    /// The challenge's nonce, where it was issued here.
    pub nonce: Option<&'a IssuedNonce>,
    /// When authorizations of this purpose were verified for this subject, in any order.
    pub verified: &'a [Timestamp],
}

/// Proof that an act was authorized. Only [`Challenge::verify`] makes one.
#[derive(Debug)]
#[must_use = "an authorization permits one act; carry it out"]
pub struct Authorized {
    act: Act,
    at: Timestamp,
}

impl Authorized {
    /// The act.
    #[must_use]
    pub const fn act(&self) -> &Act {
        &self.act
    }

    /// When it was verified.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}

impl Challenge {
    /// Judges what a wallet presents for this challenge at the time `now`. A caller that gets
    /// [`Authorized`] for a single-use purpose stores the nonce as used together with the act.
    ///
    /// # Errors
    /// [`Refusal`], the first that applies.
    pub fn verify(
        &self,
        expected: &Expected<'_>,
        presented: &Presented<'_>,
        history: &History<'_>,
        now: Timestamp,
    ) -> Result<Authorized, Refusal> {
        self.check_expected(expected)?;
        if presented.text != self.text() {
            return Err(Refusal::OtherText);
        }
        self.check_nonce(history.nonce)?;
        self.check_time(now)?;
        self.wallet
            .verify(presented.text, presented.signature)
            .map_err(Refusal::BadSignature)?;
        check_rate(self.act.purpose(), history.verified, now)?;
        Ok(Authorized {
            act: self.act.clone(),
            at: now,
        })
    }

    fn check_expected(&self, expected: &Expected<'_>) -> Result<(), Refusal> {
        if self.vault != expected.vault {
            return Err(Refusal::OtherVault);
        }
        if self.wallet != *expected.wallet {
            return Err(Refusal::OtherWallet);
        }
        if self.cluster != *expected.cluster {
            return Err(Refusal::OtherCluster);
        }
        if self.act != *expected.act {
            return Err(Refusal::OtherAct);
        }
        Ok(())
    }

    fn check_nonce(&self, stored: Option<&IssuedNonce>) -> Result<(), Refusal> {
        let stored = stored
            .filter(|nonce| nonce.is_of(self))
            .ok_or(Refusal::UnknownNonce)?;
        if Rules::of(self.act.purpose()).single_use && stored.used_at.is_some() {
            return Err(Refusal::UsedNonce);
        }
        Ok(())
    }

    fn check_time(&self, now: Timestamp) -> Result<(), Refusal> {
        if now < self.issued_at {
            return Err(Refusal::NotYetValid);
        }
        if now >= self.expires_at {
            return Err(Refusal::Expired);
        }
        Ok(())
    }
}

/// Refuses one more where the span that ends now has its most already. A time after `now` (the
/// clock went back) counts as now.
fn check_rate(purpose: AuthPurpose, verified: &[Timestamp], now: Timestamp) -> Result<(), Refusal> {
    let Some(rate) = Rules::of(purpose).rate else {
        return Ok(());
    };
    let mut ages: Vec<_> = verified
        .iter()
        .map(|at| now.since(*at))
        .filter(|age| *age < rate.span)
        .collect();
    ages.sort_unstable();
    match ages.get(rate.most - 1) {
        None => Ok(()),
        Some(age) => Err(Refusal::TooMany {
            most: rate.most,
            span_s: rate.span.as_secs(),
            wait_s: (rate.span - *age).as_secs().max(1),
        }),
    }
}
