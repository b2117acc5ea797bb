//! Peers that misbehave.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// How long a peer waits for the other side's bytes, and how often it looks whether it must end.
const TICK: Duration = Duration::from_millis(50);

/// A peer that does the same to every connection; ends when dropped.
#[derive(Debug)]
pub struct Peer {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    connections: Arc<AtomicUsize>,
}

/// One connection of a peer.
#[derive(Debug)]
pub struct Conversation {
    stream: TcpStream,
    stop: Arc<AtomicBool>,
}

impl Peer {
    /// A peer that runs `script` for each connection.
    ///
    /// # Errors
    /// Where no port is free.
    pub fn start(
        script: impl Fn(&mut Conversation) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let peer = Self {
            address,
            stop: Arc::default(),
            connections: Arc::default(),
        };
        let (script, stop, connections) = (
            Arc::new(script),
            peer.stop.clone(),
            peer.connections.clone(),
        );
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                connections.fetch_add(1, Ordering::Relaxed);
                let (script, stop) = (script.clone(), stop.clone());
                thread::spawn(move || script(&mut Conversation { stream, stop }));
            }
        });
        Ok(peer)
    }

    /// Accepts and then sends one byte of a TLS record each second.
    ///
    /// # Errors
    /// Where no port is free.
    pub fn tarpit() -> io::Result<Self> {
        Self::start(|peer| {
            let record = [&[22, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc][..], &[0; 64]].concat();
            for byte in record.iter().cycle() {
                peer.send(&[*byte])?;
                peer.rest(Duration::from_secs(1))?;
            }
            Ok(())
        })
    }

    /// Sends the same bytes to everyone and closes once the other side has.
    ///
    /// # Errors
    /// Where no port is free.
    pub fn saying(bytes: impl Into<Vec<u8>>) -> io::Result<Self> {
        let bytes = bytes.into();
        Self::start(move |peer| {
            peer.hear()?;
            peer.send(&bytes)?;
            peer.wait_for_end()
        })
    }

    /// Closes every connection with a reset.
    ///
    /// # Errors
    /// Where no port is free.
    pub fn resetting() -> io::Result<Self> {
        Self::start(|peer| {
            // A socket that is closed with unread bytes in it resets its peer.
            peer.stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            peer.stream.peek(&mut [0]).map(drop)
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the listener, which then sees that it must end.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
    }
}

impl Conversation {
    /// Sends bytes.
    ///
    /// # Errors
    /// Where the other side has gone.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Waits for the first bytes.
    ///
    /// # Errors
    /// Where the other side has gone or the peer ends.
    pub fn hear(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; 16 * 1024];
        self.stream.set_read_timeout(Some(TICK))?;
        loop {
            match self.stream.read(&mut bytes) {
                Ok(read) => {
                    bytes.truncate(read);
                    return Ok(bytes);
                }
                Err(error) if is_tick(&error) => self.check()?,
                Err(error) => return Err(error),
            }
        }
    }

    /// Does nothing for a while.
    ///
    /// # Errors
    /// Where the peer ends meanwhile.
    pub fn rest(&mut self, span: Duration) -> io::Result<()> {
        for _ in 0..span.as_millis().div_ceil(TICK.as_millis()) {
            self.check()?;
            thread::sleep(TICK);
        }
        Ok(())
    }

    /// Waits until the other side closes.
    ///
    /// # Errors
    /// Where it resets or the peer ends.
    pub fn wait_for_end(&mut self) -> io::Result<()> {
        while !self.hear()?.is_empty() {}
        Ok(())
    }

    fn check(&self) -> io::Result<()> {
        let ended = self.stop.load(Ordering::Relaxed);
        if ended {
            Err(io::Error::other("the peer has ended"))
        } else {
            Ok(())
        }
    }
}

fn is_tick(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
