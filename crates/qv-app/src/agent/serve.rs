//! Serving: connections, the clock, and orders to lock.

use std::sync::Arc;
use std::time::Duration;

use qv_types::VaultState;
use rustix::process::geteuid;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};
use zeroize::Zeroizing;

use super::departure::{Departures, Order};
use super::frame::{self, Buffer};
use super::settings::Settings;
use super::{AgentStatus, Door};
use crate::keys::{Answer, Request};
use crate::session::LockReason;
use crate::{AppError, Vault};

/// Clients at once; more are turned away.
const MAX_CLIENTS: usize = 32;
/// How long a client may take to send its frame or to take its answer.
const CLIENT_PATIENCE: Duration = Duration::from_secs(10);
/// How often the session's limits are looked at.
const TICK: Duration = Duration::from_secs(1);
/// How long what is being answered may take once the session is locked.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Serves an unlocked vault until it locks, for whatever reason, and gives that reason. It is locked when
/// this returns, whatever went wrong. `ready` is called once the socket is open.
///
/// # Errors
/// A socket that cannot be opened; a lock that could not be noted in the log: the key is gone then too.
pub async fn serve(
    vault: Vault,
    door: Door,
    ready: impl FnOnce() -> Result<(), AppError>,
) -> Result<LockReason, AppError> {
    let mut clients = JoinSet::new();
    let ended = serve_at(&vault, &door, ready, &mut clients).await;
    // Before the next may serve: a session that nobody watches over must not go on, and what ends here must
    // not lock the one after it.
    if vault.holds_key() {
        let _ = vault.lock(LockReason::Asked).await;
    }
    drop(door);
    let answered = async { while clients.join_next().await.is_some() {} };
    let _ = timeout(LAST_ANSWERS, answered).await;
    ended
}

async fn serve_at(
    vault: &Vault,
    door: &Door,
    ready: impl FnOnce() -> Result<(), AppError>,
    clients: &mut JoinSet<()>,
) -> Result<LockReason, AppError> {
    let mut departures = Departures::watch(&vault.config().session)?;
    let listener = door.open()?;
    let server = Arc::new(Server {
        orders: departures.sender(),
        vault: vault.clone(),
    });
    ready()?;
    server.run(&listener, &mut departures, clients).await
}

struct Server {
    vault: Vault,
    orders: mpsc::Sender<Order>,
}

impl Server {
    async fn run(
        self: &Arc<Self>,
        listener: &UnixListener,
        departures: &mut Departures,
        clients: &mut JoinSet<()>,
    ) -> Result<LockReason, AppError> {
        let mut settings = Settings::new(
            self.vault.home().config_file(),
            self.vault.config().session.clone(),
        );
        let places = Arc::new(Semaphore::new(MAX_CLIENTS));
        let mut clock = interval(TICK);
        clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                order = departures.next() => {
                    let locked = self.vault.lock(order.reason).await;
                    let _ = order.done.send(());
                    return locked.map(|_| order.reason);
                }
                _ = clock.tick() => {
                    if let Some(session) = settings.changed() {
                        self.vault.keys().set_limits(session.limits());
                        departures.follow(session)?;
                    }
                    if let Some(reason) = self.vault.tick().await? {
                        return Ok(reason);
                    }
                    // A face in this process may have locked without asking us.
                    if !self.vault.holds_key() {
                        return Ok(LockReason::Asked);
                    }
                }
                Some(_) = clients.join_next() => {}
                accepted = listener.accept() => {
                    let Ok((stream, _)) = accepted else { continue };
                    // Without a place the connection is closed unanswered.
                    if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
                        let server = Arc::clone(self);
                        clients.spawn(async move {
                            server.attend(stream).await;
                            drop(place);
                        });
                    }
                }
            }
        }
    }

    /// One client: a greeting, a frame, an answer. Whatever it does wrong closes its connection.
    async fn attend(&self, mut stream: UnixStream) {
        let own = stream
            .peer_cred()
            .is_ok_and(|peer| peer.uid() == geteuid().as_raw());
        if !own {
            return;
        }
        let Ok(Some(question)) = timeout(CLIENT_PATIENCE, hear(&mut stream)).await else {
            return;
        };
        let Some(reply) = self.reply(question).await else {
            return;
        };
        let _ = timeout(CLIENT_PATIENCE, stream.write_all(&reply)).await;
    }

    /// The answer to a frame; `None` where it is malformed.
    async fn reply(&self, question: Buffer) -> Option<Buffer> {
        let (kind, body) = question.split_first()?;
        let answer = match (*kind, body) {
            (frame::LOCK, []) => {
                self.lock(LockReason::Asked).await;
                return Some(frame::bare(frame::ANSWER));
            }
            (frame::STATUS, []) => self
                .status()
                .and_then(|status| frame::encode(frame::ANSWER, &status)),
            (frame::REQUEST, body) => {
                let request = frame::decode(body)?;
                drop(question);
                self.perform(request)
                    .await
                    .and_then(|answer| frame::encode(frame::ANSWER, &answer))
            }
            _ => return None,
        };
        answer
            .or_else(|error| {
                let refusal = (error.code(), error.to_string());
                frame::encode(frame::REFUSAL, &refusal)
            })
            .ok()
    }

    async fn lock(&self, reason: LockReason) {
        let (done, gone) = oneshot::channel();
        if self.orders.send(Order { reason, done }).await.is_ok() {
            let _ = gone.await;
        }
    }

    fn status(&self) -> Result<AgentStatus, AppError> {
        match self.vault.keys().publish() {
            VaultState::Unlocked { by, until } => Ok(AgentStatus {
                pid: std::process::id(),
                by,
                until,
                epoch: self.vault.keys().epoch().unwrap_or_default(),
            }),
            _ => Err(AppError::Locked),
        }
    }

    async fn perform(&self, request: Request) -> Result<Answer, AppError> {
        let answer = match self.prove().await {
            Ok(()) => self.work(request).await,
            Err(error) => Err(error),
        };
        if let Err(AppError::KeyChanged) = answer {
            self.lock(LockReason::KeyChanged).await;
        }
        answer
    }

    /// Makes sure that the vault still is under this session's master key: another process may have
    /// rotated it, and nothing may be sealed under the old one.
    async fn prove(&self) -> Result<(), AppError> {
        let now = self.vault.store().umk_epoch().await?;
        match self.vault.keys().epoch() {
            Some(epoch) if epoch != now => Err(AppError::KeyChanged),
            _ => Ok(()),
        }
    }

    /// Off the threads that serve connections.
    async fn work(&self, request: Request) -> Result<Answer, AppError> {
        let keys = self.vault.keys();
        tokio::task::spawn_blocking(move || keys.perform_here(request))
            .await
            .map_err(|_| AppError::Internal("a request broke off".into()))?
    }
}

/// Greets, and reads a frame without its length.
async fn hear(stream: &mut UnixStream) -> Option<Buffer> {
    stream.write_all(frame::greeting().as_bytes()).await.ok()?;
    let mut head = [0; 4];
    stream.read_exact(&mut head).await.ok()?;
    let mut frame = Zeroizing::new(vec![0; frame::length(head)?]);
    stream.read_exact(&mut frame).await.ok()?;
    Some(frame)
}
