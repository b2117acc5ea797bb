//! Showing a secret: in a window of its own, as a picture that is made once, and for a minute.
//!
//! The words of a secret never are text in a web view, and never cross the command bridge: the window's
//! page asks for one picture over a scheme of its own, which only that window is answered, and once. The
//! secret is opened for that answer and not before; when the time is up, the vault is locked or the
//! window is closed, the window and its memory are gone.

mod picture;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use qv_app::{AppError, Vault, secrets};
use qv_types::{MaterialId, Timestamp};
use serde::Serialize;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Manager as _, UriSchemeContext, UriSchemeResponder, WebviewUrl, WebviewWindowBuilder,
};

use crate::app;
use crate::host::Host;

/// The scheme of pictures.
pub const SCHEME: &str = "qv-reveal";
/// What the labels of these windows begin with; their capability names it.
const LABEL: &str = "reveal-";
/// How long a secret is shown.
const SHOWN_FOR: Duration = Duration::from_secs(60);
/// How often it is looked whether the vault is still open.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What the window tells of what it will show.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct About {
    /// The secret's label.
    pub label: String,
    /// The asset's location.
    pub location: String,
    /// For how long it is shown.
    pub seconds: u32,
    /// Why it could not be shown, where that was tried.
    pub problem: Option<String>,
}

/// What is being shown, or is about to be, by the window's label.
#[derive(Default)]
pub struct Reveals(Mutex<Tickets>);

#[derive(Default)]
struct Tickets {
    last: u32,
    open: HashMap<String, Ticket>,
}

struct Ticket {
    vault: Vault,
    secret: MaterialId,
    about: About,
    /// Whether the picture was asked for: it is made once.
    used: bool,
}

impl Reveals {
    /// What a window shows.
    pub fn about(&self, window: &str) -> Option<About> {
        self.tickets()
            .open
            .get(window)
            .map(|ticket| ticket.about.clone())
    }

    /// Closes a window, and forgets what it was for.
    pub fn forget(&self, app: &AppHandle, window: &str) {
        self.tickets().open.remove(window);
        if let Some(window) = app.get_webview_window(window) {
            let _ = window.destroy();
        }
    }

    /// Closes every window.
    pub fn forget_all(&self, app: &AppHandle) {
        let windows: Vec<String> = self.tickets().open.keys().cloned().collect();
        for window in windows {
            self.forget(app, &window);
        }
    }

    fn put(&self, ticket: Ticket) -> String {
        let mut tickets = self.tickets();
        tickets.last = tickets.last.wrapping_add(1);
        let window = format!("{LABEL}{}", tickets.last);
        tickets.open.insert(window.clone(), ticket);
        window
    }

    /// The one use of a window's ticket.
    fn take(&self, window: &str) -> Option<(Vault, MaterialId)> {
        let mut tickets = self.tickets();
        let ticket = tickets.open.get_mut(window).filter(|ticket| !ticket.used)?;
        ticket.used = true;
        Some((ticket.vault.clone(), ticket.secret))
    }

    fn failed(&self, window: &str, why: String) {
        if let Some(ticket) = self.tickets().open.get_mut(window) {
            ticket.about.problem = Some(why);
        }
    }

    fn tickets(&self) -> MutexGuard<'_, Tickets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a window that will show a secret, once the person there wants it.
///
/// # Errors
/// [`AppError::NotFound`]; a window that cannot be opened.
pub async fn open(host: &Host, vault: Vault, secret: MaterialId) -> Result<(), AppError> {
    let view = secrets::show(&vault, secret).await?;
    let about = About {
        label: view.label,
        location: view.location,
        seconds: u32::try_from(SHOWN_FOR.as_secs()).unwrap_or(u32::MAX),
        problem: None,
    };
    let window = host.reveals().put(Ticket {
        vault,
        secret,
        about,
        used: false,
    });
    make_window(host, &window).map_err(|error| {
        host.reveals().forget(host.app(), &window);
        AppError::Internal(format!("the window for it: {error}"))
    })
}

fn make_window(host: &Host, label: &str) -> tauri::Result<()> {
    let builder =
        WebviewWindowBuilder::new(host.app(), label, WebviewUrl::App("reveal.html".into()))
            .title("QuantumVault: reveal")
            .inner_size(760.0, 480.0)
            .min_inner_size(480.0, 320.0)
            // Where the desktop can keep windows out of screenshots. X11 cannot.
            .content_protected(true)
            .on_navigation(app::is_own_page)
            .on_new_window(|_, _| NewWindowResponse::Deny);
    let window = builder.build()?;
    let (host, label) = (host.clone(), label.to_owned());
    window.on_window_event(move |event| {
        if matches!(event, tauri::WindowEvent::Destroyed) {
            host.reveals().forget(host.app(), &label);
        }
    });
    Ok(())
}

/// Answers a window that asks for its picture.
#[allow(
    clippy::needless_pass_by_value,
    reason = "the form that the scheme's handler has"
)]
pub fn answer(
    context: UriSchemeContext<'_, tauri::Wry>,
    _: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let window = context.webview_label().to_owned();
    let host = context.app_handle().state::<Host>().inner().clone();
    tauri::async_runtime::spawn(async move {
        let response = match host.reveals().take(&window) {
            Some((vault, secret)) => show(&host, &window, &vault, secret).await,
            None => refusal(StatusCode::GONE),
        };
        responder.respond(response);
    });
}

async fn show(host: &Host, window: &str, vault: &Vault, secret: MaterialId) -> Response<Vec<u8>> {
    let picture = match secrets::reveal(vault, &secret.to_string()).await {
        Ok(secret) => picture::of(secret.expose()),
        Err(error) => Err(error),
    };
    match picture {
        Ok(png) => {
            close_later(host, window, vault);
            pictured(png)
        }
        Err(error) => {
            host.reveals().failed(window, error.to_string());
            refusal(StatusCode::CONFLICT)
        }
    }
}

/// Closes the window when the secret has been shown.
fn close_later(host: &Host, window: &str, vault: &Vault) {
    let (host, window, vault) = (host.clone(), window.to_owned(), vault.clone());
    let end = Timestamp::now().plus(SHOWN_FOR);
    tauri::async_runtime::spawn(async move {
        until_over(&vault, end).await;
        host.reveals().forget(host.app(), &window);
    });
}

/// Waits until the time is up, by the clock on the wall, which goes on while the machine sleeps; or until
/// the vault is locked, whoever held its session.
async fn until_over(vault: &Vault, end: Timestamp) {
    let left = || end.since(Timestamp::now());
    while !left().is_zero() {
        tokio::time::sleep(left().min(LOOK_AGAIN)).await;
        // An agent that hangs gives no more time.
        let open = tokio::time::timeout(left(), vault.is_unlocked()).await;
        if !matches!(open, Ok(Ok(true))) {
            return;
        }
    }
}

fn pictured(png: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(png);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("image/png"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    response
}

fn refusal(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests;
