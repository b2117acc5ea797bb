//! Waiting for a device, which the person may give up.
//!
//! Invariants: who gave up is asked for nothing more by the same act, and the act comes to nothing, also
//! where the device answers all the same.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::SealError;
use crate::wallet::Desk;

/// What one act waits for. Clones of its [`crate::Devices`] share it, and so does the face, whose person may
/// give up.
#[derive(Debug, Default)]
pub struct Waiting {
    given_up: AtomicBool,
    page: Mutex<Weak<Desk>>,
}

impl Waiting {
    /// Ends every wait of the act, this one and those to come: each is declined. At once where a wallet or a
    /// keyring is waited for, or a touch that opens a slot; a touch that makes one is waited for to its end.
    pub fn give_up(&self) {
        let page = self.page();
        self.given_up.store(true, Ordering::SeqCst);
        if let Some(desk) = page.upgrade() {
            desk.cancel();
        }
    }

    /// Whether the person gave up.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::SeqCst)
    }

    /// Whether a page in the browser waits for a wallet.
    #[must_use]
    pub fn is_at_page(&self) -> bool {
        self.page().upgrade().is_some_and(|desk| desk.is_open())
    }

    /// A page is about to be opened.
    pub(crate) fn at_page(&self, desk: &Arc<Desk>) {
        let mut page = self.page();
        *page = Arc::downgrade(desk);
        if self.is_given_up() {
            desk.cancel();
        }
    }

    /// # Errors
    /// [`SealError::Declined`] where the person gave up.
    pub(crate) fn check(&self, what: &'static str) -> Result<(), SealError> {
        if self.is_given_up() {
            return Err(SealError::Declined(what));
        }
        Ok(())
    }

    fn page(&self) -> MutexGuard<'_, Weak<Desk>> {
        self.page.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
