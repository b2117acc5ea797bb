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
use crate::problem::Problem;

/// Whether the owner wants the inventory to be readable while the vault is locked.
pub fn is_readable_while_locked(vault: &Vault) -> bool {
    vault.config().window.readable_while_locked
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
    let door = Door::take(&vault)?;
    let devices = devices(&vault);
    let asked = vault.clone();
    host.with_person(devices, async move |devices, person| {
        asked.with_devices(devices).unlock(slot, person).await
    })
    .await?;
    serve(host, vault, door);
    Ok(())
}

/// Serves the session of a vault that was just made. Where it cannot be served it is locked: the vault
/// is there all the same.
pub async fn begin(host: &Host, vault: &Vault) {
    match Door::take(vault) {
        Ok(door) => serve(host, vault.clone(), door),
        Err(error) => {
            let _ = lock_here(vault).await;
            let _ = WorkFailed(Problem::of(vault, &error)).emit(host.app());
        }
    }
}

/// Serves a session that this process has just begun.
fn serve(host: &Host, vault: Vault, door: Door) {
    tell(host, &vault);
    host.go_on(&vault);
    let host = host.clone();
    tauri::async_runtime::spawn(async move {
        let ended = agent::serve(vault.clone(), door, || Ok(())).await;
        // A session that nobody watches over must not go on.
        let _ = lock_here(&vault).await;
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

/// Locks this window's session, or that of the vault's agent: the key is gone when this returns.
///
/// # Errors
/// As [`agent::lock`].
pub async fn lock(host: &Host, vault: Vault) -> Result<(), AppError> {
    let asked = vault.clone();
    let locked = tauri::async_runtime::spawn_blocking(move || agent::lock(&asked).map(drop)).await;
    // Whatever became of the agent and its socket: this process keeps no key.
    lock_here(&vault).await?;
    host.reveals().forget_all(host.app());
    tell(host, &vault);
    locked.map_err(|_| AppError::Internal("locking broke off".into()))?
}

/// Drops this process's key, where it still has one.
async fn lock_here(vault: &Vault) -> Result<(), AppError> {
    let own = vault.without_agent();
    if own.is_unlocked() {
        own.lock(LockReason::Asked).await?;
    }
    Ok(())
}

fn tell(host: &Host, vault: &Vault) {
    let _ = SessionChanged(vault.without_agent().state()).emit(host.app());
    crate::tray::show(host.app(), vault.without_agent().is_unlocked());
}
