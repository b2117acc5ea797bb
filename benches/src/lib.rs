//! What the benchmarks share: clocks, samples, verdicts, and the bare SQLite file that the store is measured against.
//!
//! Each benchmark (`src/bin/`) runs us and a peer in turn, round by round, in one process and on one disk, so that a
//! disturbance hits both; it prints CPU seconds, wall time and the ratio that we promise. `benches/run.sh` runs all.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

pub mod assets;
pub mod bare;
pub mod bare_scan;
pub mod bare_tpm;
pub mod tls_server;
pub mod vault;

/// Whatever goes wrong ends a benchmark.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What one run took. CPU is of all threads of this process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// Wall time.
    pub wall: Duration,
    /// CPU time.
    pub cpu: Duration,
}

/// A running clock.
pub struct Stopwatch {
    began: Instant,
    cpu_before: Duration,
}

impl Stopwatch {
    /// Starts now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            began: Instant::now(),
            cpu_before: process_cpu(),
        }
    }

    /// What passed since the start.
    #[must_use]
    pub fn stop(&self) -> Cost {
        Cost {
            wall: self.began.elapsed(),
            cpu: process_cpu().saturating_sub(self.cpu_before),
        }
    }
}

fn process_cpu() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        now.tv_sec.unsigned_abs(),
        u32::try_from(now.tv_nsec).unwrap_or(0),
    )
}

/// The runs of one side.
#[derive(Debug, Default)]
pub struct Samples(Vec<Cost>);

impl Samples {
    /// Adds a run.
    pub fn push(&mut self, cost: Cost) {
        self.0.push(cost);
    }

    /// The runs of several sides as one.
    #[must_use]
    pub fn gather<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        Self(
            parts
                .into_iter()
                .flat_map(|part| part.0.iter().copied())
                .collect(),
        )
    }

    /// Wall time below which this share of the runs lies, in seconds.
    #[must_use]
    pub fn wall(&self, share: f64) -> f64 {
        quantile(
            self.0.iter().map(|cost| cost.wall.as_secs_f64()).collect(),
            share,
        )
    }

    /// Median CPU time in seconds.
    #[must_use]
    pub fn cpu(&self) -> f64 {
        quantile(
            self.0.iter().map(|cost| cost.cpu.as_secs_f64()).collect(),
            0.5,
        )
    }

    /// Prints medians, for the whole run and for each of its `items`.
    pub fn print(&self, name: &str, items: usize) {
        let (wall, cpu) = (self.wall(0.5), self.cpu());
        let each = wall / items as f64 * 1e6;
        println!("  {name:<44} wall {wall:>8.4} s   cpu {cpu:>8.4} s   each {each:>9.2} µs");
    }
}

/// The value below which this share of the values lies.
#[must_use]
pub fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values
        .get((last as f64 * share).round() as usize)
        .copied()
        .unwrap_or(f64::NAN)
}

/// What a number is promised to be.
#[derive(Debug, Clone, Copy)]
pub enum Promise {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

/// Prints a number beside what it is promised to be.
pub fn promise(what: &str, got: f64, promised: Promise) {
    let (kept, sign, bound) = match promised {
        Promise::AtLeast(bound) => (got >= bound, '≥', bound),
        Promise::AtMost(bound) => (got <= bound, '≤', bound),
    };
    println!(
        "  {} {what}: {got:.3} (promised {sign} {bound:.3})",
        if kept { "kept  " } else { "MISSED" }
    );
}

/// Prints a heading.
pub fn heading(text: &str) {
    println!("\n{text}");
}

/// A folder for the files of one benchmark, on the disk of the target directory, gone when dropped.
///
/// # Errors
/// Where it cannot be made.
pub fn scratch() -> Result<tempfile::TempDir> {
    let near = std::env::current_exe()?;
    Ok(tempfile::tempdir_in(
        near.parent().unwrap_or(Path::new(".")),
    )?)
}
