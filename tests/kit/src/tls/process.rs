//! A server that is a program of its own.

use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::port::Port;

/// How long a program may take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// Attempts with another port where a program ends at once.
const ATTEMPTS: usize = 5;

/// A running program that listens on a loopback port; killed when dropped.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    port: Port,
    directory: TempDir,
}

impl ServerProcess {
    /// Starts what `command` makes for a directory and a port, and waits until it listens.
    ///
    /// # Errors
    /// Where the program is missing (with how to get it), ends, or does not listen; with its last words.
    pub fn start(
        remedy: &str,
        command: impl Fn(&Path, u16) -> io::Result<Command>,
    ) -> io::Result<Self> {
        let mut last = io::Error::other("not started");
        for _ in 0..ATTEMPTS {
            match Self::attempt(remedy, &command) {
                Ok(server) => return Ok(server),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(error),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn attempt(
        remedy: &str,
        command: &impl Fn(&Path, u16) -> io::Result<Command>,
    ) -> io::Result<Self> {
        let (directory, port) = (TempDir::new()?, Port::reserve()?);
        let mut command = command(directory.path(), port.number())?;
        let log = File::create(directory.path().join(LOG))?;
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let child = command.spawn().map_err(|error| {
            let program = PathBuf::from(command.get_program());
            io::Error::new(
                error.kind(),
                format!("cannot run {}: {error}; {remedy}", program.display()),
            )
        })?;
        let mut server = Self {
            child,
            port,
            directory,
        };
        server.wait_until_listening()?;
        Ok(server)
    }

    fn wait_until_listening(&mut self) -> io::Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Err(io::Error::other(format!(
                    "the server ended with {status}: {}",
                    self.log()
                )));
            }
            if TcpStream::connect(self.address()).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(10));
        }
        Err(io::Error::other(format!(
            "the server does not listen: {}",
            self.log()
        )))
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port.number()))
    }

    /// What it has written so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join(LOG)).unwrap_or_default()
    }
}

const LOG: &str = "server.log";

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program to its end.
///
/// # Errors
/// Where it is missing (with how to get it) or fails (with what it wrote).
pub(super) fn run(remedy: &str, command: &mut Command) -> io::Result<Vec<u8>> {
    let program = PathBuf::from(command.get_program());
    let output = command.stdin(Stdio::null()).output().map_err(|error| {
        io::Error::new(
            error.kind(),
            format!("cannot run {}: {error}; {remedy}", program.display()),
        )
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!(
        "{} failed with {}: {words}",
        program.display(),
        output.status
    )))
}
