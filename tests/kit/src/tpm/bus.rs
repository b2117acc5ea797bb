//! What somebody sees who sits on the wires between the machine and its TPM.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::{Swtpm, tcti};
use crate::tls::port::Port;

/// A relay to a [`Swtpm`] that keeps all that passes, and can cut the wires.
#[derive(Debug)]
pub struct Bus {
    ports: [Port; 2],
    wires: Arc<Wires>,
}

#[derive(Debug)]
struct Wires {
    heard: Mutex<Vec<u8>>,
    commands: AtomicUsize,
    cut_before: AtomicUsize,
    ended: AtomicBool,
}

impl Bus {
    /// A relay to this TPM.
    ///
    /// # Errors
    /// Where no port is free.
    pub fn to(tpm: &Swtpm) -> io::Result<Self> {
        let ports = Port::reserve_two()?;
        let wires = Arc::new(Wires {
            heard: Mutex::default(),
            commands: AtomicUsize::new(0),
            cut_before: AtomicUsize::new(usize::MAX),
            ended: AtomicBool::new(false),
        });
        for (near, far) in ports.iter().zip(&tpm.ports) {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, near.number()))?;
            let (wires, far) = (Arc::clone(&wires), far.number());
            thread::spawn(move || wires.relay_all(&listener, far));
        }
        Ok(Self { ports, wires })
    }

    /// How tss2 reaches the TPM through it.
    #[must_use]
    pub fn tcti(&self) -> String {
        tcti(&self.ports)
    }

    /// Whether these bytes passed.
    #[must_use]
    pub fn heard(&self, bytes: &[u8]) -> bool {
        self.wires
            .heard()
            .windows(bytes.len())
            .any(|window| window == bytes)
    }

    /// How many messages were sent to the TPM since the last [`Bus::cut_before`].
    #[must_use]
    pub fn commands(&self) -> usize {
        self.wires.commands.load(Ordering::SeqCst)
    }

    /// Cuts the wires before this message from now, counted from 0, reaches the TPM.
    pub fn cut_before(&self, command: usize) {
        self.wires.commands.store(0, Ordering::SeqCst);
        self.wires.cut_before.store(command, Ordering::SeqCst);
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.wires.ended.store(true, Ordering::SeqCst);
        for port in &self.ports {
            // Wakes the thread that waits for the next connection.
            let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, port.number()));
        }
    }
}

impl Wires {
    fn heard(&self) -> std::sync::MutexGuard<'_, Vec<u8>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn relay_all(self: &Arc<Self>, listener: &TcpListener, far: u16) {
        for near in listener.incoming().flatten() {
            if self.ended.load(Ordering::SeqCst) {
                return;
            }
            // Where the TPM is off, the near end is closed, as it would be without the relay.
            let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, far)) else {
                continue;
            };
            self.relay(&near, &far, true);
            self.relay(&far, &near, false);
        }
    }

    /// One direction of a connection, in a thread of its own.
    fn relay(self: &Arc<Self>, from: &TcpStream, to: &TcpStream, counts: bool) {
        let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else {
            return;
        };
        let wires = Arc::clone(self);
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(read @ 1..) = from.read(&mut buffer) {
                let message = buffer.get(..read).unwrap_or_default();
                wires.heard().extend_from_slice(message);
                let cut = counts
                    && wires.commands.fetch_add(1, Ordering::SeqCst)
                        >= wires.cut_before.load(Ordering::SeqCst);
                if cut || to.write_all(message).is_err() {
                    break;
                }
            }
            for end in [&from, &to] {
                let _ = end.shutdown(Shutdown::Both);
            }
        });
    }
}
