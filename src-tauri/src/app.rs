//! The window put together: plugins, the one main window, its tray, and its end.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use qv_app::Home;
use tauri::webview::NewWindowResponse;
use tauri::{
    App, AppHandle, DragDropEvent, Manager as _, RunEvent, Url, WebviewUrl, WebviewWindowBuilder,
    Window, WindowEvent,
};
use tauri_plugin_window_state::StateFlags;
use tauri_specta::Event as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::events::FilesDropped;
use crate::host::Host;
use crate::{bindings, drafts, reveal, session, tray};

/// The label of the main window.
pub const MAIN: &str = "main";
/// How long the end waits for the session's key to be gone and the log to say so.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Runs the window to its end.
pub fn run() -> ExitCode {
    match built() {
        Ok(app) => {
            app.run(|app, event| {
                if let RunEvent::Exit = event {
                    leave(app);
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            // There is no window to say it in.
            #[allow(clippy::print_stderr, reason = "the last resort")]
            {
                eprintln!("quantumvault: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn built() -> Result<App, Box<dyn std::error::Error>> {
    // Asked first, since what follows takes a display for granted.
    gtk::init()
        .map_err(|_| "there is no display to open a window on; `qv` does the same in a terminal")?;
    let home = Home::resolve(None, |name| std::env::var_os(name))?;
    let bindings = bindings::builder();
    let window_state = tauri_plugin_window_state::Builder::default()
        .with_filter(|label| label == MAIN)
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| show(app)))
        .plugin(window_state)
        .register_asynchronous_uri_scheme_protocol(reveal::SCHEME, reveal::answer)
        .invoke_handler(bindings.invoke_handler())
        .on_window_event(on_window_event)
        .setup(move |app| {
            bindings.mount_events(app);
            let host = Host::new(app.handle().clone(), home);
            app.manage(host.clone());
            app.manage(drafts::Drafts::default());
            make_window(app)?;
            open_early(host);
            // A desktop without a tray has none; the window says the same.
            if let Ok(tray) = tray::make(app.handle()) {
                app.manage(tray);
            }
            end_on_signals(app.handle().clone());
            Ok(())
        })
        .build(tauri::generate_context!())?;
    Ok(app)
}

/// Opens the vault while the web view is still starting; whatever is wrong with it is told when it is asked for.
fn open_early(host: Host) {
    tauri::async_runtime::spawn(async move { host.vault().await.map(drop) });
}

fn make_window(app: &App) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("QuantumVault")
        .inner_size(1100.0, 720.0)
        .min_inner_size(900.0, 600.0)
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    Ok(())
}

/// Whether a page is one of ours: no window ever shows another.
pub fn is_own_page(url: &Url) -> bool {
    url.scheme() == "tauri" || (cfg!(dev) && url.host_str() == Some("localhost"))
}

/// Shows the main window.
pub fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.show();
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

/// Ends the program.
pub fn quit(app: &AppHandle) {
    app.exit(0);
}

fn on_window_event(window: &Window, event: &WindowEvent) {
    if window.label() != MAIN {
        return;
    }
    match event {
        WindowEvent::CloseRequested { api, .. } if stays_in_tray(window) => {
            api.prevent_close();
            let _ = window.hide();
        }
        WindowEvent::CloseRequested { api, .. } if drafts::keep_open(window.app_handle()) => {
            api.prevent_close();
        }
        WindowEvent::Destroyed => quit(window.app_handle()),
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => {
            dropped(window.app_handle(), paths)
        }
        _ => {}
    }
}

fn stays_in_tray(window: &Window) -> bool {
    let wanted = window
        .state::<Host>()
        .config()
        .is_ok_and(|config| config.window.close_to_tray);
    wanted
        && window
            .app_handle()
            .try_state::<tauri::tray::TrayIcon>()
            .is_some()
}

fn dropped(app: &AppHandle, paths: &[PathBuf]) {
    let files = app.state::<Host>();
    let picked = paths
        .iter()
        .map(|path| files.files().note(path.clone(), None))
        .collect();
    let _ = FilesDropped(picked).emit(app);
}

/// A signal ends the program as its menu does.
fn end_on_signals(app: AppHandle) {
    for kind in [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
    ] {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            if let Ok(mut signals) = signal(kind) {
                signals.recv().await;
                quit(&app);
            }
        });
    }
}

/// Stops long work, which goes on at the next start, and locks this window's session.
fn leave(app: &AppHandle) {
    let host = app.state::<Host>().inner().clone();
    host.stop().cancel();
    let last = session::end(&host);
    let _ = tauri::async_runtime::block_on(async { tokio::time::timeout(LAST_WORDS, last).await });
}
