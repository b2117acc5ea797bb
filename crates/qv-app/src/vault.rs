//! The open vault: database, session, configuration and the request that is being served.
//!
//! Start with [`Vault::create`], [`Vault::open`] and [`Vault::unlock`]. A [`Vault`] is a cheap
//! handle; [`Vault::for_request`] makes one for another request of the same process, so that every
//! audit event names the request that caused it.

use std::sync::Arc;

use qv_audit::{Action, Actor, Entity, Event, Origin};
use qv_crypto::umk::Umk;
use qv_seal::{Devices, Interaction};
use qv_store::{Attempts, Slot as SlotRow, Store, VaultMeta, WriteTx};
use qv_types::{RequestId, SlotId, Timestamp, VaultId, VaultState};
use serde::Serialize;

use crate::keys::Keys;
use crate::progress::Progress;
use crate::session::{self, Effect, LockReason, State};
use crate::slots::{self, NewSlot};
use crate::{AppError, Config, Home};

/// An open vault, locked or not.
#[derive(Debug, Clone)]
pub struct Vault {
    inner: Arc<Inner>,
    config: Arc<Config>,
    devices: Arc<Devices>,
    origin: Origin,
}

#[derive(Debug)]
struct Inner {
    home: Home,
    store: Store,
    meta: VaultMeta,
    keys: Keys,
    progress: Progress,
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
fn wrong_factor(said: &str, until: Option<Timestamp>) -> AppError {
    let ours = match until {
        Some(until) => format!(
            "the next try is possible in {} s",
            until.since(Timestamp::now()).as_secs().max(1)
        ),
        None => "try again".into(),
    };
    let left = if said.is_empty() {
        ours
    } else {
        format!("{said}; {ours}")
    };
    AppError::WrongFactor { left }
}

/// What a face shows of a vault without unlocking it.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// The vault.
    pub vault_id: VaultId,
    /// Its folder.
    pub folder: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its session.
    pub session: VaultState,
    /// The factors of each slot, joined by `+`.
    pub slots: Vec<String>,
    /// What weakens it.
    pub warnings: Vec<String>,
    /// What to do next.
    pub next_steps: Vec<crate::risk::NextStep>,
}

impl Vault {
    /// Refuses a folder that has a vault. A database without one is what a killed creation left, and
    /// is taken over; one that is not ours is an error of its own.
    ///
    /// # Errors
    /// [`AppError::VaultExists`], and what opening the database meets.
    pub async fn refuse_existing(home: &Home) -> Result<(), AppError> {
        if !home.database().exists() {
            return Ok(());
        }
        let store = Store::open(&home.database()).await?;
        let found = store.vault().await?;
        store.close().await;
        match found {
            Some(_) => Err(AppError::VaultExists {
                folder: home.folder().display().to_string(),
            }),
            None => Ok(()),
        }
    }

    /// Makes a vault: folder, database, master key and slots. It is there with all of them, or
    /// nothing is left behind.
    ///
    /// # Errors
    /// [`AppError::VaultExists`]; [`AppError::InvalidInput`] without a slot; what enrolling the
    /// factors meets.
    pub async fn create(
        home: &Home,
        config: Config,
        devices: Devices,
        slots: &[NewSlot],
        ask: &mut dyn Interaction,
    ) -> Result<Self, AppError> {
        Self::refuse_existing(home).await?;
        let meta = VaultMeta {
            vault_id: VaultId::make_random(),
            created_at: Timestamp::now(),
        };
        let origin = Origin {
            actor: Actor::Owner,
            request: RequestId::make(),
        };
        let umk = Umk::make()?;
        // The factors come first: a refused passphrase must leave no half-made vault.
        let rows = slots::enrol_all(meta.vault_id, &devices, &umk, slots, ask)?;
        let store = Self::store_new(home, &meta, &umk, &rows, &origin)
            .await
            .inspect_err(|_| slots::forget_all(&devices, &rows))?;
        let vault = Self::assemble(home, config, store, meta, origin)
            .await?
            .with_devices(devices);
        let by = rows.first().map(slots::kinds_of).transpose()?;
        vault.set_unlocked(umk, by.unwrap_or_default());
        Ok(vault)
    }

    /// The database of a new vault, in one transaction.
    async fn store_new(
        home: &Home,
        meta: &VaultMeta,
        umk: &Umk,
        rows: &[SlotRow],
        origin: &Origin,
    ) -> Result<Store, AppError> {
        let store = Store::create(&home.database()).await?;
        let mut tx = store.begin().await?;
        let event = |action, entity: Entity| origin.event(meta.created_at, action, entity);
        tx.create_vault(event(Action::VaultCreated, meta.vault_id.into()), meta)
            .await?;
        for row in rows {
            tx.put_slot(event(Action::SlotAdded, row.id.into()), row)
                .await?;
        }
        crate::audit::store_new_keys(&mut tx, umk, origin, meta.created_at).await?;
        tx.commit().await?;
        Ok(store)
    }

    /// Opens a vault, still locked.
    ///
    /// # Errors
    /// [`AppError::NoVault`]; a store error for a newer, foreign or damaged database, which is left
    /// as it is.
    pub async fn open(home: &Home, config: Config) -> Result<Self, AppError> {
        let no_vault = || AppError::NoVault {
            folder: home.folder().display().to_string(),
        };
        if !home.database().exists() {
            return Err(no_vault());
        }
        let store = Store::open(&home.database()).await?;
        let meta = store.vault().await?.ok_or_else(no_vault)?;
        let origin = Origin {
            actor: Actor::Owner,
            request: RequestId::make(),
        };
        Self::assemble(home, config, store, meta, origin).await
    }

    async fn assemble(
        home: &Home,
        config: Config,
        store: Store,
        meta: VaultMeta,
        origin: Origin,
    ) -> Result<Self, AppError> {
        let attempts = store.attempts().await?;
        let session = State::restored(attempts.failures, attempts.cooldown_until, Timestamp::now());
        let inner = Inner {
            home: home.clone(),
            store,
            meta,
            keys: Keys::new(session, config.session.limits()),
            progress: Progress::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
            config: Arc::new(config),
            devices: Arc::default(),
            origin,
        })
    }

    /// The same vault, serving a new request.
    #[must_use]
    pub fn for_request(&self) -> Self {
        Self {
            origin: Origin {
                request: RequestId::make(),
                ..self.origin
            },
            ..self.clone()
        }
    }

    /// The same vault and session under another configuration.
    #[must_use]
    pub fn with_config(&self, config: Config) -> Self {
        Self {
            config: Arc::new(config),
            ..self.clone()
        }
    }

    /// The same vault and session with other devices to enrol and unseal factors with.
    #[must_use]
    pub fn with_devices(&self, devices: Devices) -> Self {
        Self {
            devices: Arc::new(devices),
            ..self.clone()
        }
    }

    pub(crate) fn devices(&self) -> &Devices {
        &self.devices
    }

    /// The stream of progress of all jobs.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.inner.progress
    }

    /// The configuration in force.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where the vault lives.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.inner.home
    }

    /// The vault's id.
    #[must_use]
    pub fn id(&self) -> VaultId {
        self.inner.meta.vault_id
    }

    /// What faces may know of the session.
    #[must_use]
    pub fn state(&self) -> VaultState {
        self.inner.keys.publish()
    }

    /// Closes the database; the key is dropped with the last handle.
    pub async fn close(self) {
        if let Ok(inner) = Arc::try_unwrap(self.inner) {
            inner.store.close().await;
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn event(&self, action: Action, entity: impl Into<Entity>) -> Event {
        self.origin.event(Timestamp::now(), action, entity)
    }

    /// The keys of this vault, to be used under its configuration.
    pub(crate) fn keys(&self) -> Keys {
        self.inner.keys.with_limits(self.config().session.limits())
    }

    fn advance(&self, event: session::Event) -> Vec<Effect> {
        self.keys().advance(event)
    }

    fn set_unlocked(&self, umk: Umk, by: String) {
        let _ = self.advance(session::Event::Begin);
        let _ = self.advance(session::Event::Opened { umk, by });
    }

    /// Runs one computation with the master key of this process: for slots, which wrap it. Everything
    /// else is a request to [`Vault::keys`].
    pub(crate) fn with_umk<T>(
        &self,
        compute: impl FnOnce(&Umk) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.keys().with_umk(compute)
    }

    /// Whether keys are in memory now.
    #[must_use]
    pub fn is_unlocked(&self) -> bool {
        self.inner.keys.is_unlocked()
    }

    /// Unlocks with a slot, or with the first that opens: those that need no person come first.
    ///
    /// # Errors
    /// [`AppError::Cooldown`], [`AppError::WrongFactor`], and what the factors' backends meet.
    pub async fn unlock(
        &self,
        slot: Option<SlotId>,
        ask: &mut dyn Interaction,
    ) -> Result<(), AppError> {
        if self.is_unlocked() {
            return Ok(());
        }
        self.begin_attempt().await?;
        match slots::open_any(self, slot, ask).await {
            Ok((umk, by)) => {
                let stored = self.persist(session::Event::Opened { umk, by }).await;
                if stored.is_err() {
                    // No session that the log does not tell of; and where nothing can be stored, the
                    // answer must not tell a right factor from a wrong one that goes uncounted.
                    let _ = self.advance(session::Event::Lock(LockReason::Quit));
                }
                stored
            }
            Err(AppError::WrongFactor { left: said }) => {
                self.persist(session::Event::Refused).await?;
                Err(self.wrong_factor(&said))
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
                Err(wrong_factor(&said, counted.cooldown_until))
            }
            result => result,
        }
    }

    /// Locks now: the key is dropped before this returns.
    ///
    /// # Errors
    /// Only where the event cannot be stored; the key is gone all the same.
    pub async fn lock(&self, reason: LockReason) -> Result<(), AppError> {
        self.persist(session::Event::Lock(reason)).await
    }

    /// Starts an attempt from what is persisted, which another process may have changed.
    async fn begin_attempt(&self) -> Result<(), AppError> {
        let attempts = self.store().attempts().await?;
        let now = Timestamp::now();
        let state = State::restored(attempts.failures, attempts.cooldown_until, now);
        self.inner.keys.restore(state);
        let _ = self.advance(session::Event::Begin);
        check_cooldown(attempts.cooldown_until)
    }

    fn wrong_factor(&self, said: &str) -> AppError {
        let until = match self.state() {
            VaultState::Cooldown { until, .. } => Some(until),
            _ => None,
        };
        wrong_factor(said, until)
    }

    async fn persist(&self, event: session::Event) -> Result<(), AppError> {
        for effect in self.advance(event) {
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

    /// What a face shows first.
    ///
    /// # Errors
    /// From the store.
    pub async fn summary(&self) -> Result<Summary, AppError> {
        let slots = slots::list(self).await?;
        Ok(Summary {
            vault_id: self.id(),
            folder: self.home().folder().display().to_string(),
            created_at: self.inner.meta.created_at,
            session: self.state(),
            warnings: slots::warnings(&slots),
            slots: slots.into_iter().map(|slot| slot.factors).collect(),
            next_steps: crate::risk::next_steps(self).await?,
        })
    }
}

#[cfg(test)]
mod tests;
