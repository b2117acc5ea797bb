//! Runs long work with its progress bar, and turns Ctrl-C into a clean stop.

use std::process::exit;

use qv_app::AppError;
use qv_app::progress::{Cancel, Progress};
use qv_types::Code;
use tokio::signal::unix::{SignalKind, signal};

use crate::exit::number;
use crate::out::Out;

/// Drives `work` to its end. The first Ctrl-C asks it to stop after the step under way; what was
/// done is kept. The second ends the process at once, which a durable job survives.
pub async fn watched<T>(
    out: &Out,
    label: &str,
    progress: &Progress,
    work: impl AsyncFnOnce(Cancel) -> Result<T, AppError>,
) -> Result<T, AppError> {
    let cancel = Cancel::new();
    // One stream for the whole run: a signal between two looks is not lost.
    let mut interrupts =
        signal(SignalKind::interrupt()).map_err(|error| AppError::Internal(error.to_string()))?;
    let mut reports = progress.subscribe();
    let bar = out.progress(0, label);
    let running = work(cancel.clone());
    tokio::pin!(running);
    loop {
        tokio::select! {
            biased;
            result = &mut running => {
                bar.finish();
                return result;
            }
            Ok(report) = reports.recv() => bar.set(report.done, report.total, report.step.as_deref()),
            Some(()) = interrupts.recv() => {
                if cancel.is_cancelled() {
                    bar.finish();
                    exit(number(Code::Cancelled).into());
                }
                cancel.cancel();
                out.note("stopping; Ctrl-C again stops at once");
            }
        }
    }
}
