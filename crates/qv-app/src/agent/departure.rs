//! What ends a session from outside: a signal, the machine going to sleep, the screen being locked.

use std::time::Duration;

use qv_seal::presence::{self, Away, Watch, Watching};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, oneshot};

use crate::session::LockReason;
use crate::{AppError, SessionConfig};

/// How long a machine that wants to sleep is held back: less than logind grants.
const BEFORE_SLEEP: Duration = Duration::from_secs(4);

/// An order to lock; answered when the key is gone.
pub(super) struct Order {
    pub reason: LockReason,
    pub done: oneshot::Sender<()>,
}

/// Where orders come from.
pub(super) struct Departures {
    sender: mpsc::Sender<Order>,
    receiver: mpsc::Receiver<Order>,
    signals: [Signal; 3],
    wanted: Watch,
    watching: Watching,
}

impl Departures {
    /// Starts to watch what the configuration names.
    pub fn watch(config: &SessionConfig) -> Result<Self, AppError> {
        let (sender, receiver) = mpsc::channel(16);
        let wanted = wanted(config);
        let watching = watch(wanted, &sender)?;
        let listen =
            |kind| signal(kind).map_err(|error| AppError::Internal(format!("signals: {error}")));
        Ok(Self {
            sender,
            receiver,
            signals: [
                listen(SignalKind::terminate())?,
                listen(SignalKind::interrupt())?,
                listen(SignalKind::hangup())?,
            ],
            wanted,
            watching,
        })
    }

    /// Watches what the configuration names now.
    pub fn follow(&mut self, config: &SessionConfig) -> Result<(), AppError> {
        let wanted = wanted(config);
        if wanted != self.wanted {
            // The new watch begins before the old one ends: nothing is missed in between.
            self.watching = watch(wanted, &self.sender)?;
            self.wanted = wanted;
        }
        Ok(())
    }

    /// Where clients' orders go.
    pub fn sender(&self) -> mpsc::Sender<Order> {
        self.sender.clone()
    }

    /// The next order.
    pub async fn next(&mut self) -> Order {
        let [terminate, interrupt, hangup] = &mut self.signals;
        tokio::select! {
            Some(order) = self.receiver.recv() => order,
            _ = terminate.recv() => quit(),
            _ = interrupt.recv() => quit(),
            _ = hangup.recv() => quit(),
        }
    }
}

const fn wanted(config: &SessionConfig) -> Watch {
    Watch {
        sleep: config.lock_on_suspend,
        screen: config.lock_on_screen_lock,
    }
}

fn watch(wanted: Watch, orders: &mpsc::Sender<Order>) -> Result<Watching, AppError> {
    let told = orders.clone();
    presence::watch(wanted, move |away| tell(&told, away))
        .map_err(|error| AppError::Internal(format!("watching the desktop: {error}")))
}

fn quit() -> Order {
    Order {
        reason: LockReason::Quit,
        done: oneshot::channel().0,
    }
}

/// Passes the news on, and holds the desktop's thread until the key is gone.
fn tell(orders: &mpsc::Sender<Order>, away: Away) {
    let reason = match away {
        Away::Sleep => LockReason::Suspend,
        Away::ScreenLocked => LockReason::ScreenLock,
    };
    let (done, mut gone) = oneshot::channel();
    if orders.blocking_send(Order { reason, done }).is_err() {
        return;
    }
    let step = Duration::from_millis(5);
    let mut waited = Duration::ZERO;
    while gone.try_recv() == Err(oneshot::error::TryRecvError::Empty) && waited < BEFORE_SLEEP {
        std::thread::sleep(step);
        waited += step;
    }
}
