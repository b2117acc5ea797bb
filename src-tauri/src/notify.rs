//! Following jobs: the window sees each report, the desktop hears of the end.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use notify_rust::Notification;
use qv_app::Vault;
use qv_app::progress::JobEvent;
use qv_types::{JobId, JobKind, JobState};
use tauri::Manager as _;
use tauri_specta::Event as _;
use tokio::sync::broadcast::error::RecvError;

use crate::events::JobMoved;
use crate::host::Host;
use crate::session;

/// Reports of one job that reach the window are at least this far apart; its end is never held back.
const PACE: Duration = Duration::from_millis(100);

/// Passes the progress of a vault's jobs on.
pub fn follow(host: &Host, vault: &Vault) {
    let mut reports = vault.progress().subscribe();
    let (host, vault) = (host.clone(), vault.without_agent());
    tauri::async_runtime::spawn(async move {
        let mut told = HashMap::new();
        loop {
            match reports.recv().await {
                Ok(report) => pass_on(&host, &vault, report, &mut told),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    });
}

fn pass_on(host: &Host, vault: &Vault, mut report: JobEvent, told: &mut HashMap<JobId, Instant>) {
    if report.state.is_final() {
        told.remove(&report.job);
        if vault.config().window.notify && !is_looked_at(host) {
            announce(&report);
        }
    } else {
        let now = Instant::now();
        if told
            .get(&report.job)
            .is_some_and(|last| now.duration_since(*last) < PACE)
        {
            return;
        }
        told.insert(report.job, now);
    }
    let shown = vault.holds_key() || session::is_readable_while_locked(vault);
    if !shown {
        // It names a target.
        report.step = None;
    }
    let _ = JobMoved(report).emit(host.app());
}

fn is_looked_at(host: &Host) -> bool {
    let window = host.app().get_webview_window(crate::app::MAIN);
    window.is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// Tells the desktop. Names and places are not told: notifications are kept, and shown on locked screens.
fn announce(report: &JobEvent) {
    let what = match report.kind {
        JobKind::Scan => "The scan",
        JobKind::Wrap => "Wrapping",
        JobKind::Rewrap => "Rewrapping",
        JobKind::Attest => "The attestation",
    };
    let how = match report.state {
        JobState::Done => "is done",
        JobState::Cancelled => "was cancelled",
        _ => "failed",
    };
    let text = format!("{what} {how}: {} of {} steps.", report.done, report.total);
    // A desktop without notifications is no reason to stop; asking it may take a moment.
    tauri::async_runtime::spawn_blocking(move || {
        let _ = Notification::new()
            .appname("QuantumVault")
            .summary("QuantumVault")
            .body(&text)
            .show();
    });
}
