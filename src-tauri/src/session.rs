//! Unlocking and locking. A window that unlocked the vault is its agent: `qv` uses the same session, and
//! idle time, sleep, the screen and signals end it as they end any agent's.

use qv_app::agent::{self, Door};
use qv_app::devices::{Via, WalletOptions};
use qv_app::session::LockReason;
use qv_app::{AppError, Devices, Vault};
use qv_types::SlotId;
use tauri_specta::Event as _;

use crate::events::{SessionChanged, WorkFailed};
use crate::host::Host;
use crate::problem::{Answer, Problem};

/// Whether the owner wants the inventory to be readable while the vault is locked.
pub fn is_readable_while_locked(vault: &Vault) -> bool {
    vault.config().window.readable_while_locked
}

/// Refuses what needs a key, or shows what a locked window does not.
///
/// # Errors
/// [`AppError::Locked`]; [`AppError::AgentSilent`].
pub async fn must_be_unlocked(vault: &Vault) -> Answer<()> {
    let problem = match vault.is_unlocked().await {
        Ok(true) => return Ok(()),
        Ok(false) => AppError::Locked,
        Err(error) => error,
    };
    Err(Problem::of(vault, &problem))
}

/// The devices as the configuration names them; a wallet signs in the browser.
pub fn devices(vault: &Vault) -> Devices {
    Devices {
        tpm: vault.config().tpm.options(),
        wallet: WalletOptions {
            address: None,
            via: Via::Browser,
        },
        ..Devices::default()
    }
}

/// Unlocks the vault, and serves its session until it is locked.
///
/// # Errors
/// As [`Vault::unlock`].
pub async fn unlock(host: &Host, vault: Vault, slot: Option<SlotId>) -> Result<(), AppError> {
    let vault = vault.without_agent().with_devices(devices(&vault));
    let door = match Door::take(&vault) {
        Err(AppError::AgentRuns) => return Err(why_taken(&vault).await),
        door => door?,
    };
    let devices = devices(&vault);
    let asked = vault.clone();
    host.with_person(devices, async move |devices, person| {
        asked.with_devices(devices).unlock(slot, person).await
    })
    .await?;
    serve(host, vault, door);
    Ok(())
}

/// Why another process keeps this window from serving the vault: it does so itself, or hangs.
async fn why_taken(vault: &Vault) -> AppError {
    let asked = vault.with_agent().is_unlocked().await;
    asked.err().unwrap_or(AppError::AgentRuns)
}

/// Serves the session of a vault that was just made. Where it cannot be served it is locked: the vault
/// is there all the same.
pub async fn begin(host: &Host, vault: &Vault) {
    match door_or_lock(vault).await {
        Ok(door) => serve(host, vault.clone(), door),
        Err(error) => {
            let _ = WorkFailed(Problem::of(vault, &error)).emit(host.app());
        }
    }
}

/// The door of a session that has begun, which is locked where there is none: nobody would watch over it.
async fn door_or_lock(vault: &Vault) -> Result<Door, AppError> {
    let door = Door::take(vault);
    if door.is_err() {
        let _ = lock_here(vault).await;
    }
    door
}

/// Serves a session that this process has just begun.
fn serve(host: &Host, vault: Vault, door: Door) {
    tell(host, &vault);
    host.go_on(&vault);
    let (host, serving) = (host.clone(), host.serving());
    tauri::async_runtime::spawn(async move {
        let ended = agent::serve(vault.clone(), door, || Ok(())).await;
        drop(serving);
        host.reveals().forget_all(host.app());
        tell(&host, &vault);
        match ended {
            Ok(LockReason::Quit) => host.app().exit(0),
            Ok(_) => {}
            Err(error) => {
                let _ = WorkFailed(Problem::of(&vault, &error)).emit(host.app());
            }
        }
    });
}

/// Locks this window's session because the program ends. The log says so when this returns.
pub async fn end(host: &Host) {
    let Some(vault) = host.opened().await else {
        return;
    };
    let locked = vault.lock(LockReason::Quit).await;
    if !matches!(locked, Ok(true)) {
        // A signal may have ended it just now: then its own task tells the log.
        host.served().await;
    }
}

/// Locks this window's session, or that of the vault's agent: the key is gone when this returns.
///
/// # Errors
/// As [`agent::lock`].
pub async fn lock(host: &Host, vault: Vault) -> Result<(), AppError> {
    host.reveals().forget_all(host.app());
    // Whatever becomes of the agent and its socket: this process keeps no key.
    let own = lock_here(&vault).await;
    let asked = vault.clone();
    let locked = tauri::async_runtime::spawn_blocking(move || agent::lock(&asked).map(drop)).await;
    tell(host, &vault);
    own.and(locked.map_err(|_| AppError::Internal("locking broke off".into()))?)
}

/// Drops this process's key, where it still has one.
async fn lock_here(vault: &Vault) -> Result<(), AppError> {
    if vault.holds_key() {
        vault.lock(LockReason::Asked).await?;
    }
    Ok(())
}

fn tell(host: &Host, vault: &Vault) {
    let _ = SessionChanged(vault.own_state()).emit(host.app());
    crate::tray::show(host.app(), vault.holds_key());
}

#[cfg(test)]
pub mod tests;
