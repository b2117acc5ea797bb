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
use qv_store::{Attempts, Slot as SlotRow, Store, VaultMeta, WriteTx};
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
    /// [`AppError::MaybeStored`], where nothing may be taken away; [`AppError::VaultExists`]; [`AppError::InvalidInput`] without a slot; what enrolling the
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
        let (store, tx, by) = Self::prepare_new(home, &meta, &umk, &rows, &origin)
            .await
            .inspect_err(|_| slots::forget_all(&devices, &rows))?;
        if let Err(error) = tx.commit().await {
            let there = store.vault().await.map(|found| found == Some(meta));
            return Err(slots::not_committed(&devices, &rows, there, error));
        }
        // Nothing fails from here on: the vault is there, and needs what its slots left on devices.
        let attempts = Attempts::default();
        let vault = Self::assemble(home, config, store, meta, origin, attempts);
        let vault = vault.with_devices(devices);
        vault.set_unlocked(umk, by, 1);
        Ok(vault)
    }

    /// The database of a new vault in one transaction, ready to be committed; and what its first slot
    /// opens with.
    async fn prepare_new(
        home: &Home,
        meta: &VaultMeta,
        umk: &Umk,
        rows: &[SlotRow],
        origin: &Origin,
    ) -> Result<(Store, WriteTx, String), AppError> {
        let by = rows.first().map(slots::kinds_of).transpose()?;
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
        Ok((store, tx, by.unwrap_or_default()))
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
        let attempts = store.attempts().await?;
        let vault = Self::assemble(home, config, store, meta, origin, attempts);
        // Where it cannot be settled now it stays for the next who opens the vault or changes a setting.
        let _ = crate::config::settle(&vault).await;
        Ok(vault)
    }

    fn assemble(
        home: &Home,
        config: Config,
        store: Store,
        meta: VaultMeta,
        origin: Origin,
        attempts: Attempts,
    ) -> Self {
        let session = State::restored(attempts.failures, attempts.cooldown_until, Timestamp::now());
        let inner = Inner {
            home: home.clone(),
            store,
            meta,
            keys: Keys::new(session, config.session.limits()),
            progress: Progress::default(),
        };
        Self {
            inner: Arc::new(inner),
            config: Arc::new(config),
            devices: Arc::default(),
            origin,
            agent: None,
        }
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

    /// The same vault and session under another configuration, whose limits hold for the session from now on.
    #[must_use]
    pub fn with_config(&self, config: Config) -> Self {
        self.inner.keys.set_limits(config.session.limits());
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

    /// The agent that this handle uses, where it runs and can be used.
    ///
    /// # Errors
    /// [`AppError::AgentSilent`]: what cannot be used otherwise is passed over, but one that hangs may
    /// hold a key.
    async fn agent(&self) -> Result<Option<AgentStatus>, AppError> {
        let Some(agent) = self.agent.clone() else {
            return Ok(None);
        };
        // It may take its time, and whoever else is served here must not wait for that.
        let asked = tokio::task::spawn_blocking(move || agent.status()).await;
        match asked.map_err(|_| AppError::Internal("asking the agent broke off".into()))? {
            Ok(status) => Ok(Some(status)),
            Err(error @ AppError::AgentSilent { .. }) => Err(error),
            Err(_) => Ok(None),
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

    /// What faces may know of this process's session.
    #[must_use]
    pub fn own_state(&self) -> VaultState {
        self.inner.keys.publish()
    }

    /// What faces may know of the session: this process's, or the agent's.
    ///
    /// # Errors
    /// [`AppError::AgentSilent`].
    pub async fn state(&self) -> Result<VaultState, AppError> {
        if self.holds_key() {
            return Ok(self.own_state());
        }
        Ok(self.state_with(self.agent().await?.as_ref()))
    }

    fn state_with(&self, agent: Option<&AgentStatus>) -> VaultState {
        match agent.filter(|_| !self.holds_key()) {
            Some(AgentStatus { by, until, .. }) => VaultState::Unlocked {
                by: by.clone(),
                until: *until,
            },
            None => self.own_state(),
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

    /// The keys of this vault.
    pub(crate) fn keys(&self) -> Keys {
        self.inner.keys.with_agent(self.agent.clone())
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

    /// Whether this process holds keys now.
    #[must_use]
    pub fn holds_key(&self) -> bool {
        self.inner.keys.is_unlocked()
    }

    /// Whether keys can be used now: this process's, or the agent's.
    ///
    /// # Errors
    /// [`AppError::AgentSilent`].
    pub async fn is_unlocked(&self) -> Result<bool, AppError> {
        Ok(self.holds_key() || self.agent().await?.is_some())
    }

    /// What a face shows first. That the agent does not answer is one of the warnings.
    ///
    /// # Errors
    /// From the store.
    pub async fn summary(&self) -> Result<Summary, AppError> {
        let slots = slots::list(self).await?;
        let mut warnings = slots::warnings(&slots);
        let agent = self.agent().await.unwrap_or_else(|error| {
            warnings.insert(0, error.to_string());
            None
        });
        Ok(Summary {
            vault_id: self.id(),
            folder: self.home().folder().display().to_string(),
            created_at: self.inner.meta.created_at,
            session: self.state_with(agent.as_ref()),
            agent: agent.map(|agent| agent.pid),
            warnings,
            slots: slots.into_iter().map(|slot| slot.factors).collect(),
        })
    }
}

#[cfg(test)]
mod serving;
#[cfg(test)]
mod tests;
