//! What every command works on: the vault, the person, and what was chosen.

use std::sync::{Arc, PoisonError};

use qv_app::progress::Cancel;
use qv_app::recovery::Delivery;
use qv_app::{AppError, Config, Devices, Home, Vault, jobs};
use tauri::AppHandle;
use tauri_specta::Event as _;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedRwLockReadGuard, RwLock, oneshot};

use crate::ask::{Asking, Person};
use crate::events::WorkFailed;
use crate::files::{self, Files};
use crate::problem::{Answer, Problem};
use crate::reveal::Reveals;
use crate::{notify, session};

/// A cheap handle on what every command works on.
#[derive(Clone)]
pub struct Host(Arc<Inner>);

struct Inner {
    app: AppHandle,
    home: Home,
    vault: Mutex<Option<Vault>>,
    /// Read for as long as a session is served, its last words included.
    serving: Arc<RwLock<()>>,
    /// Held while a person is asked: one act asks at a time.
    person: Mutex<()>,
    stop: Cancel,
    asking: Asking,
    files: Files,
    /// Where the shares of each set go that an act makes, the last one of the set that is being made.
    deliveries: std::sync::Mutex<Vec<Delivery>>,
    reveals: Reveals,
}

impl Host {
    /// Nothing is opened before a command needs it.
    pub fn new(app: AppHandle, home: Home) -> Self {
        Self(Arc::new(Inner {
            app,
            home,
            vault: Mutex::default(),
            serving: Arc::default(),
            person: Mutex::default(),
            stop: Cancel::new(),
            asking: Asking::default(),
            files: Files::default(),
            deliveries: std::sync::Mutex::default(),
            reveals: Reveals::default(),
        }))
    }

    /// The window's application.
    pub fn app(&self) -> &AppHandle {
        &self.0.app
    }

    /// Where the vault lives.
    pub fn home(&self) -> &Home {
        &self.0.home
    }

    /// What the person is being asked.
    pub fn asking(&self) -> &Asking {
        &self.0.asking
    }

    /// What the person chose.
    pub fn files(&self) -> &Files {
        &self.0.files
    }

    /// Where the shares of the next set go, as the person said.
    pub fn deliver_to(&self, delivery: Delivery) {
        self.deliveries().push(delivery);
    }

    /// What was written of new recovery shares, once: to be withdrawn or offered for destruction.
    pub fn delivered(&self) -> Vec<Delivery> {
        std::mem::take(&mut *self.deliveries())
    }

    fn deliveries(&self) -> std::sync::MutexGuard<'_, Vec<Delivery>> {
        self.0
            .deliveries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks whether the forms with recovery shares are to be destroyed, now that each was proven.
    pub async fn offer_to_destroy(&self, deliveries: Vec<Delivery>) {
        for delivery in deliveries {
            self.offer_one(&delivery).await;
        }
    }

    async fn offer_one(&self, delivery: &Delivery) {
        let Some(form) = delivery.form_left() else {
            return;
        };
        let question = format!(
            "{} holds all recovery shares in clear. Overwrite and delete it, now that it is on paper?",
            form.display()
        );
        if !files::confirm(&question).await {
            return;
        }
        if let Err(error) = delivery.destroy_form() {
            let _ = WorkFailed(error.into()).emit(self.app());
        }
    }

    /// What is being shown, or is about to be.
    pub fn reveals(&self) -> &Reveals {
        &self.0.reveals
    }

    /// Stops long work when the program ends; what was done is kept.
    pub fn stop(&self) -> &Cancel {
        &self.0.stop
    }

    /// The configuration as it stands in its file.
    pub fn config(&self) -> Result<Config, AppError> {
        Config::load(self.home().config_file())
    }

    /// The vault for a new request, opened where it was not; locked or not.
    pub async fn vault(&self) -> Answer<Vault> {
        let mut opened = self.0.vault.lock().await;
        let vault = match opened.take() {
            Some(vault) => vault,
            None => {
                let vault = Vault::open(self.home(), self.config()?).await?;
                self.watch(&vault);
                vault
            }
        };
        let vault = opened.insert(vault).for_request();
        // A session of this window's needs no agent, and is one itself.
        Ok(if vault.holds_key() {
            vault.without_agent()
        } else {
            vault.with_agent()
        })
    }

    /// The vault, where it was opened.
    pub async fn opened(&self) -> Option<Vault> {
        self.0.vault.lock().await.clone()
    }

    /// To be kept while a session is served.
    pub fn serving(&self) -> Option<OwnedRwLockReadGuard<()>> {
        Arc::clone(&self.0.serving).try_read_owned().ok()
    }

    /// Waits until no session is served any more.
    pub async fn served(&self) {
        drop(self.0.serving.write().await);
    }

    /// Has a vault that was just made be the window's.
    pub async fn keep(&self, vault: &Vault) {
        self.watch(vault);
        self.0.vault.lock().await.replace(vault.clone());
    }

    /// Puts a configuration in force that was just stored.
    pub async fn use_config(&self, config: Config) {
        let mut opened = self.0.vault.lock().await;
        if let Some(vault) = opened.take() {
            opened.replace(vault.with_config(config));
        }
    }

    /// Lets the window follow the jobs of a vault, and goes on with scans that were interrupted.
    fn watch(&self, vault: &Vault) {
        notify::follow(self, vault);
        self.go_on(vault);
    }

    /// Goes on with jobs that were interrupted, as far as the session allows.
    pub fn go_on(&self, vault: &Vault) {
        self.spawn(vault, async |vault, stop| {
            jobs::resume_all(&vault, stop).await.map(drop)
        });
    }

    /// What is not secret. While the vault is locked it is shown only where its owner wants that.
    pub async fn read<T, W>(&self, use_case: impl FnOnce(Vault) -> W + Send) -> Answer<T>
    where
        W: Future<Output = Result<T, AppError>> + Send,
    {
        let vault = self.vault().await?;
        if !session::is_readable_while_locked(&vault) {
            session::must_be_unlocked(&vault).await?;
        }
        answer(vault, use_case).await
    }

    /// What is allowed with a locked vault too.
    pub async fn any<T, W>(&self, use_case: impl FnOnce(Vault) -> W + Send) -> Answer<T>
    where
        W: Future<Output = Result<T, AppError>> + Send,
    {
        answer(self.vault().await?, use_case).await
    }

    /// What needs a key, or changes what a locked window does not show.
    pub async fn unlocked<T, W>(&self, use_case: impl FnOnce(Vault) -> W + Send) -> Answer<T>
    where
        W: Future<Output = Result<T, AppError>> + Send,
    {
        let vault = self.vault().await?;
        session::must_be_unlocked(&vault).await?;
        answer(vault, use_case).await
    }

    /// What may ask the person, who may take their time.
    pub async fn with_person<T, U>(&self, devices: Devices, use_case: U) -> Result<T, AppError>
    where
        T: Send + 'static,
        U: AsyncFnOnce(Devices, &mut Person<'_>) -> Result<T, AppError> + Send + 'static,
    {
        let _one_at_a_time = self.0.person.lock().await;
        // What an earlier act left unsaid is no answer to this one.
        drop(self.delivered());
        let host = self.clone();
        apart(async move || {
            let waiting = Arc::clone(&devices.waiting);
            let app = host.app().clone();
            let mut person = Person::new(app, host.asking(), &host.0.deliveries, waiting);
            use_case(devices, &mut person).await
        })
        .await
    }

    /// Long work that needs a key, to its end. It stops when the program ends, and what was done is kept.
    pub async fn work<T, U>(&self, use_case: U) -> Answer<T>
    where
        T: Send + 'static,
        U: AsyncFnOnce(Vault, Cancel) -> Result<T, AppError> + Send + 'static,
    {
        let stop = self.0.stop.clone();
        self.unlocked(|vault| apart(async move || use_case(vault, stop).await))
            .await
    }

    /// Works in the background; the window is told where that fails.
    pub fn spawn<U>(&self, vault: &Vault, work: U)
    where
        U: AsyncFnOnce(Vault, Cancel) -> Result<(), AppError> + Send + 'static,
    {
        let (host, vault) = (self.clone(), vault.clone());
        tauri::async_runtime::spawn(async move {
            let (working, stop) = (vault.clone(), host.0.stop.clone());
            match apart(async move || work(working, stop).await).await {
                Ok(()) | Err(AppError::Cancelled | AppError::Busy) => {}
                Err(error) => {
                    let _ = WorkFailed(Problem::of(&vault, &error)).emit(host.app());
                }
            }
        });
    }
}

/// Works on a thread of its own: for what blocks, or is not to be moved between threads.
async fn apart<T, U>(work: U) -> Result<T, AppError>
where
    T: Send + 'static,
    U: AsyncFnOnce() -> Result<T, AppError> + Send + 'static,
{
    let (sender, result) = oneshot::channel();
    let runtime = Handle::current();
    std::thread::spawn(move || sender.send(runtime.block_on(work())));
    result
        .await
        .unwrap_or_else(|_| Err(AppError::Internal("work broke off".into())))
}

async fn answer<T, W>(vault: Vault, use_case: impl FnOnce(Vault) -> W) -> Answer<T>
where
    W: Future<Output = Result<T, AppError>>,
{
    use_case(vault.clone())
        .await
        .map_err(|error| Problem::of(&vault, &error))
}
