//! The open vault: database, session, configuration and the request that is being served.
//!
//! Start with [`Vault::create`], [`Vault::open`] and [`Vault::unlock`]. A [`Vault`] is a cheap
//! handle; [`Vault::for_request`] makes one for another request of the same process, so that every
//! audit event names the request that caused it.

mod unlocking;

use std::sync::Arc;

use qv_audit::{Action, Actor, Entity, Event, Origin};
use qv_crypto::umk::Umk;
use qv_seal::{Devices, Interaction};
use qv_store::{Slot as SlotRow, Store, VaultMeta, WriteTx};
use qv_types::{RequestId, Timestamp, VaultId, VaultState};
use serde::Serialize;

use crate::agent::{AgentStatus, Client};
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
    agent: Option<Client>,
}

#[derive(Debug)]
struct Inner {
    home: Home,
    store: Store,
    meta: VaultMeta,
    keys: Keys,
    progress: Progress,
}

/// What a face shows of a vault without unlocking it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
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
    /// The process of the agent that holds the session, where one does.
    pub agent: Option<u32>,
    /// The factors of each slot, joined by `+`.
    pub slots: Vec<String>,
    /// What weakens it.
    pub warnings: Vec<String>,
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
        vault.set_unlocked(umk, by.unwrap_or_default(), 1);
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
            agent: None,
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

    /// The same vault, using the session of its agent wherever this process has none of its own.
    #[must_use]
    pub fn with_agent(&self) -> Self {
        Self {
            agent: Some(Client::of(self)),
            ..self.clone()
        }
    }

    /// The same vault, using this process's session alone: for what changes the slots.
    #[must_use]
    pub fn without_agent(&self) -> Self {
        Self {
            agent: None,
            ..self.clone()
        }
    }

    /// The agent that this handle uses, where it runs.
    pub(crate) fn agent(&self) -> Option<AgentStatus> {
        self.agent.as_ref().and_then(|agent| agent.status().ok())
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
        match self.agent().filter(|_| !self.inner.keys.is_unlocked()) {
            Some(AgentStatus { by, until, .. }) => VaultState::Unlocked { by, until },
            None => self.inner.keys.publish(),
        }
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

    /// Begins a change. While it is open nobody can rotate the master key, so what this session has
    /// sealed stays readable.
    ///
    /// # Errors
    /// [`AppError::KeyChanged`] where another process has rotated the key since this session
    /// began: what it seals could never be opened. The session is locked then.
    pub(crate) async fn begin(&self) -> Result<WriteTx, AppError> {
        let tx = self.store().begin().await?;
        if self
            .keys()
            .epoch()
            .is_none_or(|epoch| epoch == tx.umk_epoch())
        {
            return Ok(tx);
        }
        drop(tx);
        self.lock(LockReason::KeyChanged).await?;
        self.keys().forget_epoch();
        Err(AppError::KeyChanged)
    }

    /// The request that this handle serves: its events in the log bear it.
    #[must_use]
    pub const fn request(&self) -> RequestId {
        self.origin.request
    }

    pub(crate) fn event(&self, action: Action, entity: impl Into<Entity>) -> Event {
        self.origin.event(Timestamp::now(), action, entity)
    }

    /// The keys of this vault, to be used under its configuration.
    pub(crate) fn keys(&self) -> Keys {
        let limits = self.config().session.limits();
        self.inner.keys.under(limits, self.agent.clone())
    }

    fn advance(&self, event: session::Event) -> Vec<Effect> {
        self.keys().advance(event)
    }

    fn set_unlocked(&self, umk: Umk, by: String, epoch: u64) {
        let _ = self.advance(session::Event::Begin);
        let _ = self.advance(session::Event::Opened { umk, by, epoch });
    }

    /// Runs one computation with the master key of this process: for slots, which wrap it. Everything
    /// else is a request to [`Vault::keys`].
    pub(crate) fn with_umk<T>(
        &self,
        compute: impl FnOnce(&Umk) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.keys().with_umk(compute)
    }

    /// Whether keys can be used now: this process's, or the agent's.
    #[must_use]
    pub fn is_unlocked(&self) -> bool {
        self.inner.keys.is_unlocked() || self.agent().is_some()
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
            agent: self.agent().map(|agent| agent.pid),
            warnings: slots::warnings(&slots),
            slots: slots.into_iter().map(|slot| slot.factors).collect(),
        })
    }
}

#[cfg(test)]
mod tests;
