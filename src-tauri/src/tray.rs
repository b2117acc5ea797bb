//! The tray: whether the vault is locked, and the way to lock it.

use tauri::menu::{Menu, MenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager as _};

use crate::host::Host;
use crate::session;
use crate::{app, drafts};

const TRAY: &str = "tray";

/// Parts of the tray's menu that change.
struct Status(MenuItem<tauri::Wry>);

/// Puts the icon into the tray.
///
/// # Errors
/// From the desktop.
pub fn make(app: &AppHandle) -> tauri::Result<TrayIcon> {
    let item = |id, text, enabled| MenuItem::with_id(app, id, text, enabled, None::<&str>);
    let status = item("status", LOCKED, false)?;
    let menu = Menu::with_items(
        app,
        &[
            &status,
            &item("open", "Open QuantumVault", true)?,
            &item("lock", "Lock now", true)?,
            &item("quit", "Quit", true)?,
        ],
    )?;
    app.manage(Status(status));
    let mut tray = TrayIconBuilder::with_id(TRAY)
        .menu(&menu)
        .on_menu_event(|app, event| act(app, event.id().as_ref()));
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)
}

const LOCKED: &str = "The vault is locked";
const UNLOCKED: &str = "The vault is unlocked";

/// Shows whether the vault is unlocked.
pub fn show(app: &AppHandle, unlocked: bool) {
    if let Some(Status(item)) = app.try_state::<Status>().as_deref() {
        let _ = item.set_text(if unlocked { UNLOCKED } else { LOCKED });
    }
}

fn act(app: &AppHandle, id: &str) {
    match id {
        "open" => app::show(app),
        "lock" => {
            let host = app.state::<Host>().inner().clone();
            tauri::async_runtime::spawn(async move {
                if let Ok(vault) = host.vault().await {
                    let _ = session::lock(&host, vault).await;
                }
            });
        }
        "quit" if drafts::keep_open(app) => app::show(app),
        "quit" => app::quit(app),
        _ => {}
    }
}
