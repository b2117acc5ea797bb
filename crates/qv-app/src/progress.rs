//! How long work tells faces what it is doing, and how faces tell it to stop.

use qv_types::{JobId, JobKind, JobState};
use serde::Serialize;
use tokio::sync::broadcast;
pub use tokio_util::sync::CancellationToken as Cancel;

/// One report of a job. Plaintext never enters it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobEvent {
    /// The job.
    pub job: JobId,
    /// Its kind.
    pub kind: JobKind,
    /// Its state.
    pub state: JobState,
    /// Steps done.
    pub done: u64,
    /// Steps in all.
    pub total: u64,
    /// The step that just ended, for people.
    pub step: Option<String>,
}

/// The one stream of progress. Slow listeners lose old reports, never hold up the work.
#[derive(Debug, Clone)]
pub struct Progress(broadcast::Sender<JobEvent>);

impl Default for Progress {
    fn default() -> Self {
        Self(broadcast::channel(256).0)
    }
}

impl Progress {
    /// Listens from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<JobEvent> {
        self.0.subscribe()
    }

    pub(crate) fn report(&self, event: JobEvent) {
        // No listener is fine: work goes on without a face.
        let _ = self.0.send(event);
    }
}
