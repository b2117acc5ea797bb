//! Ports for programs that cannot choose a free one by themselves.

use std::fs::File;
use std::io;
use std::net::TcpListener;
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the range from which the kernel takes ports by itself, so that nobody gets one by chance.
const FIRST: u16 = 12_000;
const COUNT: u16 = 20_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port that no other test process takes while this lives.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _lock: File,
}

impl Port {
    /// Reserves a free port.
    ///
    /// # Errors
    /// Where none is free or no lock file can be made.
    pub fn reserve() -> io::Result<Self> {
        let start = u16::try_from(process::id() % u32::from(COUNT)).unwrap_or(0);
        for _ in 0..COUNT {
            let step = NEXT.fetch_add(1, Ordering::Relaxed);
            let number = FIRST + start.wrapping_add(step.wrapping_mul(7)) % COUNT;
            if let Some(port) = Self::take(number)? {
                return Ok(port);
            }
        }
        Err(none_is_free())
    }

    /// Reserves two free ports, of which the second follows the first.
    ///
    /// # Errors
    /// As [`Self::reserve`].
    pub fn reserve_two() -> io::Result<[Self; 2]> {
        for _ in 0..COUNT {
            let first = Self::reserve()?;
            if let Some(second) = Self::take(first.number + 1)? {
                return Ok([first, second]);
            }
        }
        Err(none_is_free())
    }

    /// The port with this number, where it is free.
    fn take(number: u16) -> io::Result<Option<Self>> {
        let user = std::env::var("USER").unwrap_or_default();
        let locks = std::env::temp_dir().join(format!("qv-testkit-ports-{user}"));
        std::fs::create_dir_all(&locks)?;
        let lock = File::create(locks.join(number.to_string()))?;
        let free = lock.try_lock().is_ok() && TcpListener::bind(("0.0.0.0", number)).is_ok();
        Ok(free.then_some(Self {
            number,
            _lock: lock,
        }))
    }

    /// The number.
    #[must_use]
    pub const fn number(&self) -> u16 {
        self.number
    }
}

fn none_is_free() -> io::Error {
    io::Error::other("no free port for a test server")
}
