//! A connection to an agent on which everything together may take only so long.
//!
//! An agent that is stopped, or that hangs, still has its socket: the system takes connections for it,
//! and what is asked there waits for ever.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::net::sockopt::{Timeout, set_socket_timeout, socket_peercred};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};
use rustix::process::geteuid;

use super::client::strange;
use crate::AppError;

/// A connection whose other end is of this account.
pub(super) struct Line {
    stream: UnixStream,
    /// The process that listens there.
    pid: Option<u32>,
    until: Instant,
}

impl Line {
    /// Connects, and makes sure that the other end is of this account: nobody else may be shown what is
    /// to be sealed. Everything from here on must be done within `patience`.
    ///
    /// # Errors
    /// [`AppError::AgentGone`] where nobody listens; [`AppError::AgentSilent`], [`AppError::AgentRefused`].
    pub fn open(socket: &Path, patience: Duration) -> Result<Self, AppError> {
        let until = Instant::now() + patience;
        let stream = connected(socket, patience).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => AppError::AgentGone,
            io::ErrorKind::WouldBlock => AppError::AgentSilent { pid: None },
            _ => AppError::file(socket, error),
        })?;
        let mut line = Self {
            stream,
            pid: None,
            until,
        };
        let peer = socket_peercred(&line.stream).map_err(|error| line.broken(error.into()))?;
        if peer.uid != geteuid() {
            return Err(strange("its socket belongs to another account"));
        }
        line.pid = u32::try_from(peer.pid.as_raw_nonzero().get()).ok();
        Ok(line)
    }

    /// The same, with so much time from now on.
    pub fn within(&mut self, patience: Duration) -> &mut Self {
        self.until = Instant::now() + patience;
        self
    }

    /// What a failure on this line means: an agent that locked meanwhile, or one that hangs.
    pub fn broken(&self, error: io::Error) -> AppError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset => AppError::AgentGone,
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                AppError::AgentSilent { pid: self.pid }
            }
            _ => AppError::AgentRefused(error.to_string()),
        }
    }

    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(Some(left))
    }
}

/// Connects within `patience`: an agent that hangs takes no more connections once its queue is full.
fn connected(socket: &Path, patience: Duration) -> io::Result<UnixStream> {
    let (unix, stream) = (AddressFamily::UNIX, SocketType::STREAM);
    let new = socket_with(unix, stream, SocketFlags::CLOEXEC, None)?;
    set_socket_timeout(&new, Timeout::Send, Some(patience))?;
    connect(&new, &SocketAddrUnix::new(socket)?)?;
    Ok(new.into())
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        self.stream.read(buffer)
    }
}

impl Write for Line {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        self.stream.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[cfg(test)]
mod tests {
    use rustix::net::{bind, listen};

    use super::*;

    #[test]
    fn a_full_queue_is_an_agent_that_does_not_answer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sock");
        let (unix, stream) = (AddressFamily::UNIX, SocketType::STREAM);
        let listener = socket_with(unix, stream, SocketFlags::CLOEXEC, None).unwrap();
        bind(&listener, &SocketAddrUnix::new(&path).unwrap()).unwrap();
        listen(&listener, 0).unwrap();
        let patience = Duration::from_millis(200);
        let start = Instant::now();
        let mut lines = Vec::new();
        let error = loop {
            match Line::open(&path, patience) {
                Ok(line) => lines.push(line),
                Err(error) => break error,
            }
            assert!(lines.len() < 100, "the queue has no end");
        };
        assert!(
            matches!(error, AppError::AgentSilent { pid: None }),
            "{error}"
        );
        assert!(start.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn nobody_there_is_no_agent() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sock");
        let open = || Line::open(&path, Duration::from_secs(5)).err();
        assert!(matches!(open(), Some(AppError::AgentGone)));
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(
            matches!(open(), Some(AppError::AgentGone)),
            "a socket that was left"
        );
    }
}
