//! Asking an agent: one connection for one question, and a limit on how long it may take.
//!
//! These calls wait; whoever serves others asks from a thread that may.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::frame::{self, Buffer};
use super::line::Line;
use super::{AgentStatus, VERSION, door};
use crate::keys::{Answer, Request};
use crate::{AppError, Vault};

/// How long an agent may take to greet and to say how it is: both are no work.
const GREETING: Duration = Duration::from_secs(5);
/// How long it may take for one request, or to lock.
const WORK: Duration = Duration::from_secs(60);

/// How often, and after what pause, an agent is asked to lock that closes without a word.
const TRIES: u32 = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// The way to the agent of one vault, whether or not it runs.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    socket: PathBuf,
    /// The master key of the agent that was first met: another one must not pass for it unseen.
    epoch: Arc<OnceLock<u64>>,
}

impl Client {
    /// The way to the agent of `vault`.
    pub fn of(vault: &Vault) -> Self {
        Self {
            socket: door::socket(vault.home(), vault.id()),
            epoch: Arc::default(),
        }
    }

    /// Has the agent carry out a request.
    pub fn perform(&self, request: &Request) -> Result<Answer, AppError> {
        self.exchange(&frame::encode(frame::REQUEST, request)?, WORK)
    }

    /// What the agent says of itself.
    pub fn status(&self) -> Result<AgentStatus, AppError> {
        let status: AgentStatus = self.exchange(&frame::bare(frame::STATUS), GREETING)?;
        self.epoch.get_or_init(|| status.epoch);
        Ok(status)
    }

    /// Which of the vault's master keys the agent held when it was first asked for its status.
    pub fn epoch(&self) -> Option<u64> {
        self.epoch.get().copied()
    }

    /// Locks the agent.
    pub fn lock(&self) -> Result<(), AppError> {
        let mut line = self.greeted_line()?;
        let reply = exchange(line.within(WORK), &frame::bare(frame::LOCK))?;
        match reply.first() {
            Some(&frame::ANSWER) => Ok(()),
            _ => refused(&reply),
        }
    }

    /// A connection that was greeted. An agent that has all its places taken closes without a word, as
    /// one does that just ends: only one that cannot be reached any more is gone.
    fn greeted_line(&self) -> Result<Line, AppError> {
        for _ in 0..TRIES {
            let mut line = Line::open(&self.socket, GREETING)?;
            match greeted(&mut line) {
                Ok(_) => return Ok(line),
                Err(error @ AppError::AgentSilent { .. }) => return Err(error),
                Err(_) => std::thread::sleep(BETWEEN_TRIES),
            }
        }
        Err(strange("it runs, and does not answer; end its process"))
    }

    fn exchange<T: DeserializeOwned>(
        &self,
        question: &[u8],
        patience: Duration,
    ) -> Result<T, AppError> {
        // An agent at work for others may greet late: a request waits as long as it would for its answer.
        let mut line = Line::open(&self.socket, patience)?;
        let (version, pid) = greeted(&mut line)?;
        if version != VERSION {
            return Err(AppError::AgentVersion { version, pid });
        }
        let reply = exchange(line.within(patience), question)?;
        match reply.split_first() {
            Some((&frame::ANSWER, body)) => {
                frame::decode(body).ok_or_else(|| strange("its answer cannot be read"))
            }
            _ => refused(&reply),
        }
    }
}

/// Reads the greeting: the agent's version and process.
fn greeted(line: &mut Line) -> Result<(String, u32), AppError> {
    let mut said = String::new();
    while !said.ends_with('\n') {
        let mut byte = [0];
        if said.len() >= frame::MAX_GREETING {
            return Err(strange("it greets otherwise"));
        }
        line.read_exact(&mut byte)
            .map_err(|error| match line.broken(error) {
                silent @ AppError::AgentSilent { .. } => silent,
                // An agent that is just locking, or that has too many clients, closes without a word.
                _ => AppError::AgentGone,
            })?;
        said.push(char::from(byte[0]));
    }
    let parsed = frame::parse_greeting(&said).ok_or_else(|| strange("it greets otherwise"))?;
    Ok((parsed.0.to_owned(), parsed.1))
}

fn exchange(line: &mut Line, question: &[u8]) -> Result<Buffer, AppError> {
    line.write_all(question)
        .map_err(|error| line.broken(error))?;
    let mut head = [0; 4];
    line.read_exact(&mut head)
        .map_err(|error| line.broken(error))?;
    let length =
        frame::length(head).ok_or_else(|| strange("its answer has a length that none has"))?;
    let mut reply = Zeroizing::new(vec![0; length]);
    line.read_exact(&mut reply)
        .map_err(|error| line.broken(error))?;
    Ok(reply)
}

fn refused<T>(reply: &[u8]) -> Result<T, AppError> {
    match reply.split_first() {
        Some((&frame::REFUSAL, body)) => match frame::decode(body) {
            Some((code, message)) => Err(AppError::Remote { code, message }),
            None => Err(strange("its refusal cannot be read")),
        },
        _ => Err(strange("its answer cannot be read")),
    }
}

pub(super) fn strange(why: &'static str) -> AppError {
    AppError::AgentRefused(why.into())
}
