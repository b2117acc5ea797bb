//! Politeness: at most so many targets at one address at once.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Permits by address. Memory is bounded by the addresses in use, not by those ever seen.
#[derive(Debug)]
pub(crate) struct Gate {
    per_host: usize,
    open: Mutex<HashMap<IpAddr, Arc<Semaphore>>>,
}

/// The right to work on one address; gives itself back when dropped.
#[derive(Debug)]
pub(crate) struct Pass<'a> {
    gate: &'a Gate,
    address: IpAddr,
    permit: Option<OwnedSemaphorePermit>,
}

impl Gate {
    pub(crate) fn new(per_host: usize) -> Self {
        Self {
            per_host: per_host.max(1),
            open: Mutex::default(),
        }
    }

    /// Waits for a turn at `address`.
    pub(crate) async fn enter(&self, address: IpAddr) -> Pass<'_> {
        let semaphore = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.entry(address)
                .or_insert_with(|| Arc::new(Semaphore::new(self.per_host)))
                .clone()
        };
        // Made before waiting, so that a cancelled wait is cleaned up like a finished turn.
        let mut pass = Pass {
            gate: self,
            address,
            permit: None,
        };
        // The semaphore is never closed, so that this is always a permit.
        pass.permit = semaphore.acquire_owned().await.ok();
        pass
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.permit = None;
        let mut open = self
            .gate
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(semaphore) = open.get(&self.address) {
            // One reference is the map's: nobody else works here or waits.
            if Arc::strong_count(semaphore) == 1 {
                open.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_are_limited_per_address_and_forgotten_afterwards() {
        let gate = Gate::new(2);
        let (here, there) = ("127.0.0.1".parse().unwrap(), "127.0.0.2".parse().unwrap());
        let first = gate.enter(here).await;
        let second = gate.enter(here).await;
        let elsewhere = gate.enter(there).await;
        assert!(futures_util::FutureExt::now_or_never(gate.enter(here)).is_none());
        drop(first);
        let third = gate.enter(here).await;
        drop((second, third, elsewhere));
        assert!(gate.open.lock().unwrap().is_empty());
    }
}
