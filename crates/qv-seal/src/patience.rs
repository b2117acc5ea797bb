//! Work on devices that may never answer.

use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Runs `work` in a thread of its own, and leaves it there where it does not come back in time:
/// then `None`.
///
/// # Errors
/// Where no thread can be started.
pub(crate) fn in_time<T: Send + 'static>(
    name: &str,
    patience: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Option<T>> {
    let (done, result) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name(name.into())
        .spawn(move || done.send(work()))?;
    Ok(result.recv_timeout(patience).ok())
}
