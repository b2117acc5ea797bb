//! Asking an agent: one connection for one question.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustix::net::sockopt::socket_peercred;
use rustix::process::geteuid;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::frame::{self, Buffer};
use super::{AgentStatus, VERSION, door};
use crate::keys::{Answer, Request};
use crate::{AppError, Vault};

/// How long an agent may take for one request.
const PATIENCE: Duration = Duration::from_secs(60);

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
        self.exchange(&frame::encode(frame::REQUEST, request)?)
    }

    /// What the agent says of itself.
    pub fn status(&self) -> Result<AgentStatus, AppError> {
        let status: AgentStatus = self.exchange(&frame::bare(frame::STATUS))?;
        self.epoch.get_or_init(|| status.epoch);
        Ok(status)
    }

    /// Which of the vault's master keys the agent held when it was first asked for its status.
    pub fn epoch(&self) -> Option<u64> {
        self.epoch.get().copied()
    }

    /// Locks the agent.
    pub fn lock(&self) -> Result<(), AppError> {
        let mut stream = self.greeted_stream()?;
        let reply = exchange(&mut stream, &frame::bare(frame::LOCK)).map_err(broken)?;
        match reply.first() {
            Some(&frame::ANSWER) => Ok(()),
            _ => refused(&reply),
        }
    }

    /// A connection that was greeted. An agent that has all its places taken closes without a word, as
    /// one does that just ends: only one that cannot be reached any more is gone.
    fn greeted_stream(&self) -> Result<UnixStream, AppError> {
        for _ in 0..TRIES {
            let mut stream = self.connect()?;
            if greeted(&mut stream).is_ok() {
                return Ok(stream);
            }
            std::thread::sleep(BETWEEN_TRIES);
        }
        Err(strange("it runs, and does not answer; end its process"))
    }

    fn exchange<T: DeserializeOwned>(&self, question: &[u8]) -> Result<T, AppError> {
        let mut stream = self.connect()?;
        let (version, pid) = greeted(&mut stream)?;
        if version != VERSION {
            return Err(AppError::AgentVersion { version, pid });
        }
        let reply = exchange(&mut stream, question).map_err(broken)?;
        match reply.split_first() {
            Some((&frame::ANSWER, body)) => {
                frame::decode(body).ok_or_else(|| strange("its answer cannot be read"))
            }
            _ => refused(&reply),
        }
    }

    /// Connects, and makes sure that the other end is of this account: nobody else may be shown what is
    /// to be sealed.
    fn connect(&self) -> Result<UnixStream, AppError> {
        let stream = UnixStream::connect(&self.socket).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => AppError::AgentGone,
            _ => AppError::file(&self.socket, error),
        })?;
        let peer = socket_peercred(&stream).map_err(|error| broken(error.into()))?;
        if peer.uid != geteuid() {
            return Err(strange("its socket belongs to another account"));
        }
        stream.set_read_timeout(Some(PATIENCE)).map_err(broken)?;
        stream.set_write_timeout(Some(PATIENCE)).map_err(broken)?;
        Ok(stream)
    }
}

/// Reads the greeting: the agent's version and process.
fn greeted(stream: &mut UnixStream) -> Result<(String, u32), AppError> {
    let mut line = String::new();
    while !line.ends_with('\n') {
        let mut byte = [0];
        if line.len() >= frame::MAX_GREETING {
            return Err(strange("it greets otherwise"));
        }
        // An agent that is just locking, or that has too many clients, closes without a word.
        stream
            .read_exact(&mut byte)
            .map_err(|_| AppError::AgentGone)?;
        line.push(char::from(byte[0]));
    }
    let parsed = frame::parse_greeting(&line).ok_or_else(|| strange("it greets otherwise"))?;
    Ok((parsed.0.to_owned(), parsed.1))
}

fn exchange(stream: &mut UnixStream, question: &[u8]) -> io::Result<Buffer> {
    stream.write_all(question)?;
    let mut head = [0; 4];
    stream.read_exact(&mut head)?;
    let length = frame::length(head).ok_or(io::ErrorKind::InvalidData)?;
    let mut reply = Zeroizing::new(vec![0; length]);
    stream.read_exact(&mut reply)?;
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

fn strange(why: &'static str) -> AppError {
    AppError::AgentRefused(why.into())
}

/// A connection that broke: an agent that locked meanwhile, or one that hangs.
fn broken(error: io::Error) -> AppError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::ConnectionReset => AppError::AgentGone,
        _ => AppError::AgentRefused(error.to_string()),
    }
}
