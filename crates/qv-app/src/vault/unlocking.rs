//! Unlocking, locking, and what must be stored about either before it is answered.

use qv_audit::Action;
use qv_crypto::secret::scrub_stack;
use qv_seal::Interaction;
use qv_store::{Attempts, WriteTx};
use qv_types::{SlotId, Timestamp};

use super::Vault;
use crate::session::{self, Effect, LockReason, State};
use crate::{AppError, slots};

impl Vault {
    /// Unlocks with a slot, or with the first that opens: those that need no person come first.
    ///
    /// # Errors
    /// [`AppError::Cooldown`], [`AppError::WrongFactor`], and what the factors' backends meet.
    pub async fn unlock(
        &self,
        slot: Option<SlotId>,
        ask: &mut dyn Interaction,
    ) -> Result<(), AppError> {
        if self.is_unlocked().await? {
            return Ok(());
        }
        self.begin_attempt().await?;
        // Read first: a rotation that comes in between is then noticed at the first change.
        let epoch = self.store().umk_epoch().await?;
        let opened = slots::open_any(self, slot, ask).await;
        scrub_stack();
        match opened {
            Ok((umk, by)) => {
                let stored = self
                    .persist(session::Event::Opened { umk, by, epoch })
                    .await;
                if stored.is_err() {
                    // No session that the log does not tell of; and where nothing can be stored, the
                    // answer must not tell a right factor from a wrong one that goes uncounted.
                    let _ = self.advance(session::Event::Lock(LockReason::Quit));
                }
                stored
            }
            Err(AppError::WrongFactor { left: said }) => {
                self.persist(session::Event::Refused).await?;
                Err(wrong_factor(&said, &self.store().attempts().await?))
            }
            Err(error) => {
                self.persist(session::Event::Abandoned).await?;
                Err(error)
            }
        }
    }

    /// Runs an attempt at factors that is not to unlock: whatever comes of it, the session stays as it
    /// is, but a wrong answer counts as one to [`Vault::unlock`].
    pub(crate) async fn attempt<T>(
        &self,
        attempt: impl Future<Output = Result<T, AppError>>,
    ) -> Result<T, AppError> {
        let attempts = self.store().attempts().await?;
        check_cooldown(attempts.cooldown_until)?;
        match attempt.await {
            Err(AppError::WrongFactor { left: said }) => {
                let mut tx = self.store().begin().await?;
                let counted = self.count_failure(&mut tx, 0).await?;
                tx.commit().await?;
                Err(wrong_factor(&said, &counted))
            }
            result => result,
        }
    }

    /// Locks now: the key is dropped before this returns. Gives whether it was this that locked: then the log
    /// has this reason.
    ///
    /// # Errors
    /// Only where the event cannot be stored; the key is gone all the same.
    pub async fn lock(&self, reason: LockReason) -> Result<bool, AppError> {
        let own = self.advance(session::Event::Lock(reason));
        let locked = own.contains(&Effect::PersistLocked(reason));
        // A lock that a use of the key found is told with it, or the next session would be taken for it.
        let mut effects = self.inner.keys.take_found();
        effects.extend(own);
        self.store_effects(effects).await?;
        Ok(locked)
    }

    /// Starts an attempt from what is persisted, which another process may have changed.
    async fn begin_attempt(&self) -> Result<(), AppError> {
        self.store_effects(self.inner.keys.take_found()).await?;
        let attempts = self.store().attempts().await?;
        let now = Timestamp::now();
        let state = State::restored(attempts.failures, attempts.cooldown_until, now);
        self.inner.keys.restore(state);
        let _ = self.advance(session::Event::Begin);
        check_cooldown(attempts.cooldown_until)
    }

    /// Looks at the clock: locks a session that has run out, and gives the reason once it is stored.
    ///
    /// # Errors
    /// Only where the event cannot be stored; the key is gone all the same.
    pub async fn tick(&self) -> Result<Option<LockReason>, AppError> {
        let mut effects = self.inner.keys.take_found();
        effects.extend(self.advance(session::Event::Tick));
        let reason = effects.iter().find_map(|effect| match effect {
            Effect::PersistLocked(reason) => Some(*reason),
            _ => None,
        });
        self.store_effects(effects).await?;
        Ok(reason)
    }

    async fn persist(&self, event: session::Event) -> Result<(), AppError> {
        let effects = self.advance(event);
        self.store_effects(effects).await
    }

    async fn store_effects(&self, effects: Vec<Effect>) -> Result<(), AppError> {
        for effect in effects {
            let mut tx = self.store().begin().await?;
            match effect {
                Effect::PersistFailure { failures, .. } => {
                    let counted = self.count_failure(&mut tx, failures).await?;
                    let (failures, until) = (counted.failures, counted.cooldown_until);
                    let state = State::restored(failures, until, Timestamp::now());
                    self.inner.keys.restore(state);
                }
                Effect::PersistUnlocked { by } => {
                    let event = self.event(Action::VaultUnlocked, self.id()).with("by", by);
                    tx.set_attempts(event, Attempts::default()).await?;
                }
                Effect::PersistLocked(reason) => {
                    tx.note(
                        self.event(Action::VaultLocked, self.id())
                            .with("reason", reason.as_str()),
                    );
                }
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Counts a failure on top of what other processes have counted since this attempt began, so that
    /// tries made in parallel add up.
    async fn count_failure(&self, tx: &mut WriteTx, failures: u32) -> Result<Attempts, AppError> {
        let now = Timestamp::now();
        // The write transaction is open: nobody else can count between reading and writing.
        let stored = self.store().attempts().await?.failures;
        let failures = failures.max(stored.saturating_add(1));
        let cooldown_until = session::cooldown_after(failures).map(|pause| now.plus(pause));
        let event = self
            .event(Action::UnlockFailed, self.id())
            .with("failures", failures);
        let attempts = Attempts {
            failures,
            last_failed_at: Some(now),
            cooldown_until,
        };
        tx.set_attempts(event, attempts).await?;
        Ok(attempts)
    }
}

fn check_cooldown(until: Option<Timestamp>) -> Result<(), AppError> {
    let now = Timestamp::now();
    match until {
        Some(until) if now < until => Err(AppError::Cooldown {
            seconds: until.since(now).as_secs().max(1),
        }),
        _ => Ok(()),
    }
}

/// What a device said about the tries that it still takes, and then what we take.
fn wrong_factor(said: &str, counted: &Attempts) -> AppError {
    let ours = match counted.cooldown_until {
        Some(until) => format!(
            "the next try is possible in {} s",
            until.since(Timestamp::now()).as_secs().max(1)
        ),
        None => match session::tries_before_a_pause(counted.failures) {
            1 => "one more try before a pause".into(),
            more => format!("{more} more tries before a pause"),
        },
    };
    let left = if said.is_empty() {
        ours
    } else {
        format!("{said}; {ours}")
    };
    AppError::WrongFactor { left }
}
