//! Work on devices that may never answer.

use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use qv_crypto::secret::{scrub_heap, scrub_stack};

/// Runs `work` in a thread of its own, and leaves it there where it does not come back in time:
/// then `None`. What libraries leave behind on the thread's stack and heap is overwritten.
///
/// # Errors
/// Where no thread can be started.
pub(crate) fn in_time<T: Send + 'static>(
    name: &str,
    patience: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Option<T>> {
    let (done, result) = mpsc::sync_channel(1);
    thread::Builder::new().name(name.into()).spawn(move || {
        let came = work();
        scrub_stack();
        scrub_heap();
        done.send(came)
    })?;
    Ok(result.recv_timeout(patience).ok())
}
