//! Ports for programs that cannot choose a free one by themselves.

use std::fs::File;
use std::io;
use std::net::TcpListener;
use std::path::Path;
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
        Self::reserve_row::<1>().map(|[port]| port)
    }

    /// Reserves free ports that follow one another.
    ///
    /// # Errors
    /// As [`Port::reserve`].
    pub fn reserve_row<const N: usize>() -> io::Result<[Self; N]> {
        let user = std::env::var("USER").unwrap_or_default();
        let locks = std::env::temp_dir().join(format!("qv-testkit-ports-{user}"));
        std::fs::create_dir_all(&locks)?;
        let start = u16::try_from(process::id() % u32::from(COUNT)).unwrap_or(0);
        for _ in 0..COUNT {
            let step = NEXT.fetch_add(1, Ordering::Relaxed);
            let first = FIRST + start.wrapping_add(step.wrapping_mul(7)) % COUNT;
            let row: Vec<_> = (first..)
                .map_while(|number| Self::take(&locks, number))
                .take(N)
                .collect();
            if let Ok(row) = row.try_into() {
                return Ok(row);
            }
        }
        Err(io::Error::other("no free port for a test server"))
    }

    fn take(locks: &Path, number: u16) -> Option<Self> {
        let lock = File::create(locks.join(number.to_string())).ok()?;
        let free = lock.try_lock().is_ok() && TcpListener::bind(("0.0.0.0", number)).is_ok();
        free.then_some(Self {
            number,
            _lock: lock,
        })
    }

    /// The number.
    #[must_use]
    pub const fn number(&self) -> u16 {
        self.number
    }
}
