//! Work on devices that may never answer.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use qv_crypto::secret::{scrub_heap, scrub_stack};

use crate::Waiting;

/// How soon it is seen that the person gave up.
const LOOK: Duration = Duration::from_millis(50);

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
    let result = apart(name, work)?;
    Ok(result.recv_timeout(patience).ok())
}

/// As [`in_time`], but also `None` at once where the person gives up.
///
/// # Errors
/// Where no thread can be started.
pub(crate) fn unless_given_up<T: Send + 'static>(
    name: &str,
    patience: Duration,
    waiting: &Waiting,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Option<T>> {
    let result = apart(name, work)?;
    let begun = Instant::now();
    while !waiting.is_given_up() && begun.elapsed() < patience {
        match result.recv_timeout(LOOK.min(patience)) {
            Ok(came) => return Ok(Some(came)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    Ok(None)
}

fn apart<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<mpsc::Receiver<T>> {
    let (done, result) = mpsc::sync_channel(1);
    thread::Builder::new().name(name.into()).spawn(move || {
        let came = work();
        scrub_stack();
        scrub_heap();
        // Where nobody waits any more, what came is dropped here.
        let _ = done.send(came);
    })?;
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn what_comes_is_given_and_who_gives_up_waits_no_more() {
        let waiting = Waiting::default();
        let came = unless_given_up("test", LONG, &waiting, || 7);
        assert_eq!(came.unwrap(), Some(7));
        let begun = Instant::now();
        let silent = unless_given_up("test", 3 * LOOK, &waiting, || thread::sleep(LONG));
        assert_eq!(silent.unwrap(), None);
        thread::scope(|threads| {
            let waits = threads
                .spawn(|| unless_given_up("test", LONG, &waiting, || thread::sleep(LONG)).unwrap());
            waiting.give_up();
            assert_eq!(waits.join().unwrap(), None);
        });
        assert!(begun.elapsed() < LONG / 2, "{:?}", begun.elapsed());
    }
}
