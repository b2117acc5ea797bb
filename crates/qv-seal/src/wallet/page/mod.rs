//! A wallet in the system's browser, reached through a page that is served on loopback.
//!
//! Invariants: the server listens on 127.0.0.1 alone, on a port that the system picks, for five
//! minutes at most, and ends with the visit; it answers nobody who does not know the random token
//! of its address; that token is good for one page, and each message for one signature; a
//! signature lives in memory that is erased, from the buffer that it is received in.
//!
//! `desk` is the state of a visit without any I/O, `http` reads requests and writes answers,
//! `routes` says who may ask what, `server` holds the threads, `assets/` is the page itself.

mod browser;
mod desk;
mod http;
mod routes;
mod server;

use std::sync::Arc;
use std::time::{Duration, Instant};

use qv_crypto::secret::SecretBytes;
use qv_crypto::umk::wallet::WalletAddress;

use super::{ASKED, Message};
use crate::{Interaction, Notice, SealError, Waiting};
use desk::End;
use server::Server;

pub use browser::browser_availability;
pub(crate) use desk::Desk;
pub use http::fuzz_request;

/// Longest life of a page.
const LIFE: Duration = Duration::from_secs(300);
/// How long the page gets to learn that the visit is over.
const FAREWELL: Duration = Duration::from_secs(2);

/// Why the page is visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visit {
    /// To open the vault.
    Unlock,
    /// To make a new way to open it.
    Enrol,
}

/// An open page. Dropping it ends the visit.
#[derive(Debug)]
pub(super) struct Page {
    desk: Arc<Desk>,
    _server: Server,
}

impl Page {
    /// Serves the page and opens it in the browser; the person may give it up by `waiting`.
    pub(super) fn open(
        visit: Visit,
        wallet: Option<&WalletAddress>,
        waiting: &Waiting,
        ask: &mut dyn Interaction,
    ) -> Result<Self, SealError> {
        let desk = Arc::new(Desk::new(visit, wallet.cloned(), Instant::now() + LIFE));
        waiting.check(ASKED)?;
        let server = Server::start(Arc::clone(&desk))?;
        waiting.at_page(&desk);
        ask.notify(&Notice::WalletPage {
            url: server.url().to_owned(),
        });
        browser::open(server.url())?;
        Ok(Self {
            desk,
            _server: server,
        })
    }

    /// Waits for the wallet that the person connects.
    pub(super) fn connected(&self) -> Result<WalletAddress, SealError> {
        self.desk.connected()
    }

    /// Has the connected wallet sign.
    pub(super) fn sign(&self, message: &Message) -> Result<SecretBytes, SealError> {
        self.desk.sign(message)
    }

    /// Ends the visit with the reason on the page.
    pub(super) fn fail(self, why: &str) {
        self.desk.end(End::Failed(why.to_owned()));
    }

    /// Ends the visit well.
    pub(super) fn finish(self) {
        self.desk.end(End::Done);
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.desk.end(End::Failed(
            "QuantumVault stopped waiting, and says why.".into(),
        ));
        self.desk.wait_until_told(FAREWELL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gives_up_waits_for_no_wallet() {
        let desk = || Arc::new(Desk::new(Visit::Unlock, None, Instant::now() + LIFE));
        let declined = |desk: &Desk| matches!(desk.connected(), Err(SealError::Declined(_)));
        let (waiting, page) = (Waiting::default(), desk());
        waiting.at_page(&page);
        assert!(waiting.is_at_page() && waiting.check(ASKED).is_ok());
        std::thread::scope(|threads| {
            let waits = threads.spawn(|| declined(&page));
            waiting.give_up();
            assert!(waits.join().unwrap());
        });
        assert!(!waiting.is_at_page() && waiting.check(ASKED).is_err());

        let opened_meanwhile = desk();
        waiting.at_page(&opened_meanwhile);
        assert!(declined(&opened_meanwhile));
    }
}
