//! The vault itself: making, opening and locking it.

use qv_app::devices::SharesOptions;
use qv_app::doctor::{self, Check};
use qv_app::rotation::{self, AfterLeak, Rotated};
use qv_app::slots::NewSlot;
use qv_app::{AppError, Devices, Summary, Vault};
use qv_types::SlotId;
use serde::{Deserialize, Serialize};
use tauri::State;
use tauri_specta::Event as _;

use super::slots::NewFactors;
use crate::ask::Person;
use crate::events::WorkFailed;
use crate::host::Host;
use crate::problem::{Answer, Problem};
use crate::session;

/// What the window shows first.
#[derive(Debug, Serialize, specta::Type)]
pub struct Status {
    /// Its folder, whether or not there is a vault.
    pub folder: String,
    /// The vault, where there is one.
    pub vault: Option<Summary>,
    /// Whether the inventory may be read while the vault is locked.
    pub readable_while_locked: bool,
}

/// A vault to be made.
#[derive(Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct NewVault {
    /// What opens it.
    pub opens_with: NewFactors,
    /// The recovery set, where one is wanted.
    pub recovery: Option<Scheme>,
}

/// How many shares of how many open the vault.
#[derive(Debug, Clone, Copy, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// How many are needed.
    pub needed: u8,
    /// How many there are.
    pub total: u8,
}

impl From<Scheme> for SharesOptions {
    fn from(Scheme { needed, total }: Scheme) -> Self {
        Self { needed, total }
    }
}

/// What there is.
#[tauri::command]
#[specta::specta]
pub async fn vault_status(host: State<'_, Host>) -> Answer<Status> {
    let folder = host.home().folder().display().to_string();
    if !host.home().database().exists() {
        return Ok(Status {
            folder,
            vault: None,
            readable_while_locked: false,
        });
    }
    let vault = match host.vault().await {
        // What a killed creation left is no vault yet.
        Err(Problem {
            code: qv_types::Code::NoVault,
            ..
        }) => {
            return Ok(Status {
                folder,
                vault: None,
                readable_while_locked: false,
            });
        }
        vault => vault?,
    };
    let readable_while_locked = session::is_readable_while_locked(&vault);
    let summary = vault
        .summary()
        .await
        .map_err(|error| Problem::of(&vault, &error))?;
    Ok(Status {
        folder,
        vault: Some(summary),
        readable_while_locked,
    })
}

/// Makes a vault, and leaves it unlocked. Nothing is left behind where that comes to nothing.
#[tauri::command]
#[specta::specta]
pub async fn vault_init(host: State<'_, Host>, wanted: NewVault) -> Answer<Summary> {
    Vault::refuse_existing(host.home()).await?;
    let config = host.config()?;
    let mut devices = wanted.opens_with.devices(Devices {
        tpm: config.tpm.options(),
        ..Devices::default()
    });
    let mut slots = vec![wanted.opens_with.slot()?];
    if let Some(scheme) = wanted.recovery {
        // One act makes sets of one scheme.
        if wanted.opens_with.shares.is_some() {
            let why = "the vault opens with recovery shares already; leave out the set beside them";
            return Err(AppError::InvalidInput(why.into()).into());
        }
        devices.shares = scheme.into();
        slots.push(NewSlot::all([qv_app::slots::Factor::Shares]));
    }
    let home = host.home().clone();
    let made = host
        .with_person(devices, async move |devices, person| {
            Vault::create(&home, config, devices, &slots, person).await
        })
        .await;
    let deliveries = host.delivered();
    let vault = made.inspect_err(|error| deliveries.iter().for_each(|one| one.withdraw(error)))?;
    host.keep(&vault).await;
    session::begin(&host, &vault).await;
    host.offer_to_destroy(deliveries).await;
    vault
        .summary()
        .await
        .map_err(|error| Problem::of(&vault, &error))
}

/// Unlocks the vault with a slot, or with the first that opens.
#[tauri::command]
#[specta::specta]
pub async fn vault_unlock(host: State<'_, Host>, slot: Option<SlotId>) -> Answer<()> {
    host.any(async |vault| session::unlock(&host, vault, slot).await)
        .await
}

/// Locks the vault: its keys are gone when this is answered.
#[tauri::command]
#[specta::specta]
pub async fn vault_lock(host: State<'_, Host>) -> Answer<()> {
    host.any(async |vault| session::lock(&host, vault).await)
        .await
}

/// What this machine has, and what to do about what is missing.
#[tauri::command]
#[specta::specta]
pub async fn vault_doctor(host: State<'_, Host>) -> Answer<Vec<Check>> {
    Ok(doctor::run(host.home(), &host.config()).await)
}

/// Puts everything under a new master key; the session is locked afterwards. After a leak every way in is
/// made anew with the person's help, and what cannot be made anew goes, where they accept that.
#[tauri::command]
#[specta::specta]
pub async fn vault_rotate(host: State<'_, Host>, after_leak: bool) -> Answer<Rotated> {
    let rotated = if after_leak {
        rotate_after_leak(&host).await?
    } else {
        host.unlocked(|vault| async move { rotation::rotate(&vault).await })
            .await?
    };
    let deliveries = host.delivered();
    // The rotation is done, whatever becomes of the lock: what it did, and its form, must still be told.
    let locked = host
        .any(async |vault| session::lock(&host, vault).await)
        .await;
    if let Err(problem) = locked {
        let _ = WorkFailed(problem).emit(host.app());
    }
    host.offer_to_destroy(deliveries).await;
    Ok(rotated)
}

async fn rotate_after_leak(host: &Host) -> Answer<Rotated> {
    let vault = host.vault().await?.without_agent();
    let told = |error: AppError| Problem::of(&vault, &error);
    let (own, asked) = (host.clone(), vault.clone());
    let devices = session::devices(&vault);
    let rotated = host.with_person(devices, async move |devices, person| {
        let vault = asked.with_devices(devices);
        let leak = match prepare(&vault, person).await {
            Ok(leak) => leak,
            Err(error) => {
                own.delivered().iter().for_each(|one| one.withdraw(&error));
                return Err(error);
            }
        };
        // Files of shares stay where this fails: they open nothing, or all that is left.
        leak.commit(&vault).await
    });
    rotated.await.map_err(told)
}

/// The new ways in, and the person's consent to what will be gone. Nothing is stored yet.
async fn prepare(vault: &Vault, person: &mut Person<'_>) -> Result<AfterLeak, AppError> {
    let leak = rotation::prepare(vault, person).await?;
    if !leak.missing().is_empty()
        && let Err(error) = person.accept(leak.missing())
    {
        leak.abandon(vault);
        return Err(error.into());
    }
    Ok(leak)
}
