//! Scanning 1,000 loopback targets against a bare loop of the same connections, and against sslscan's CPU time.

use std::io::{BufRead, BufReader, Write};
use std::net::Ipv4Addr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use qv_benches::bare_scan::{BareScan, Connection};
use qv_benches::{Promise, Result, Samples, Stopwatch, heading, promise, tls_server};
use qv_scan::{Depth, Guard, Limits, Outcome, Prober, Target, scan_many};

const TARGETS: usize = 1000;
const ROUNDS: usize = 5;
const SSLSCAN_TARGETS: usize = 10;
/// One target in so many never answers.
const TARPIT_EVERY: usize = 20;
const MEMORY_SIZES: [usize; 2] = [200, 5000];

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["serve"] => tls_server::serve().await,
        ["memory", port, targets] => {
            scan(port.parse()?, targets.parse()?, false).await?;
            println!("{}", peak_memory_kib()?);
            Ok(())
        }
        _ => compare().await,
    }
}

async fn compare() -> Result<()> {
    let mut server = Server::start()?;
    let connections = server.record().await?;
    let hellos = connections
        .iter()
        .filter(|connection| matches!(connection, Connection::Hello(_)))
        .count();
    let handshakes = connections.len() - hellos;
    heading(&format!(
        "(b) {TARGETS} TLS targets, each {handshakes} full handshakes and {hellos} hellos"
    ));
    let bare = BareScan::new(connections)?;
    let concurrency = Limits::default().concurrency;
    let (mut ours, mut peer) = (Samples::default(), Samples::default());
    for _ in 0..ROUNDS {
        let clock = Stopwatch::start();
        bare.run(
            addresses(TARGETS, false)
                .map(|address| (address, server.port))
                .collect(),
            concurrency,
        )
        .await?;
        peer.push(clock.stop());
        let clock = Stopwatch::start();
        scan(server.port, TARGETS, false).await?;
        ours.push(clock.stop());
    }
    ours.print("qv-scan", TARGETS);
    peer.print("bare loop, the same connections", TARGETS);
    promise(
        "wall, times the bare loop",
        ours.wall(0.5) / peer.wall(0.5),
        Promise::AtMost(1.5),
    );

    let own_cpu = ours.cpu() / TARGETS as f64;
    let peer_cpu = sslscan_cpu(server.port)?;
    println!(
        "  CPU per target: qv-scan {:.2} ms, sslscan {:.2} ms",
        own_cpu * 1e3,
        peer_cpu * 1e3
    );
    promise(
        "CPU, part of sslscan's",
        own_cpu / peer_cpu,
        Promise::AtMost(1.0 / 50.0),
    );

    let [few, many] = [
        memory(server.port, MEMORY_SIZES[0])?,
        memory(server.port, MEMORY_SIZES[1])?,
    ];
    println!(
        "  peak memory: {few} KiB over {} targets, {many} KiB over {}",
        MEMORY_SIZES[0], MEMORY_SIZES[1]
    );
    promise(
        "peak memory, many targets times few",
        many as f64 / few as f64,
        Promise::AtMost(1.2),
    );

    let clock = Stopwatch::start();
    scan(server.port, TARGETS, true).await?;
    let wall = clock.stop().wall.as_secs_f64();
    let allowed = 1.2 * ours.wall(0.5) + Limits::default().overall.as_secs_f64();
    promise(
        "wall with 1 tarpit in 20, s",
        wall,
        Promise::AtMost(allowed),
    );
    Ok(())
}

/// Scans as the product does; panics where a target that answers has no facts.
async fn scan(port: u16, targets: usize, tarpits: bool) -> Result<()> {
    let guard = Guard {
        allow_loopback: true,
        allow_private: false,
    };
    let prober = Prober::new(Limits::default(), guard, Depth::Standard)?;
    let targets = addresses(targets, tarpits).map(|address| {
        let target: Target = format!("{address}:{port}")
            .parse()
            .expect("an address and a port are a target");
        (tls_server::is_tarpit(address.into()), target)
    });
    scan_many(
        &prober,
        futures_util::stream::iter(targets),
        async |is_tarpit, report| {
            let found = report.outcome() != Outcome::Failed;
            assert_eq!(
                found,
                !is_tarpit,
                "{}: {:?}",
                report.target.authority(),
                report.failures
            );
        },
    )
    .await;
    Ok(())
}

/// Addresses of 127/8, all of which reach the server.
fn addresses(count: usize, tarpits: bool) -> impl Iterator<Item = Ipv4Addr> {
    (0..count).map(move |number| {
        let [.., high, low] = u32::try_from(number + 1).unwrap_or(1).to_be_bytes();
        let second = if tarpits && number.is_multiple_of(TARPIT_EVERY) {
            99
        } else {
            1
        };
        Ipv4Addr::new(127, second, high, low)
    })
}

/// The server process.
struct Server {
    port: u16,
    process: Child,
    commands: ChildStdin,
    lines: Receiver<String>,
}

impl Server {
    fn start() -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let commands = process.stdin.take().ok_or("no standard input")?;
        let output = BufReader::new(process.stdout.take().ok_or("no standard output")?);
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            output
                .lines()
                .map_while(std::io::Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        let port = lines
            .recv()?
            .strip_prefix("port ")
            .ok_or("the server did not start")?
            .parse()?;
        Ok(Self {
            port,
            process,
            commands,
            lines,
        })
    }

    fn command(&mut self, command: &str) -> Result<()> {
        writeln!(self.commands, "{command}")?;
        while self.lines.recv()? != "ready" {}
        Ok(())
    }

    /// What the scanner's connections to one target are.
    async fn record(&mut self) -> Result<Vec<Connection>> {
        self.command("record")?;
        scan(self.port, 1, false).await?;
        let mut connections = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(1)) {
            let (hello, finished) = line
                .trim_start_matches("hello ")
                .split_once(' ')
                .ok_or("an odd line of the server")?;
            connections.push(if finished == "true" {
                Connection::Handshake
            } else {
                Connection::Hello(hex::decode(hello)?)
            });
        }
        self.command("quiet")?;
        Ok(connections)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// CPU seconds of sslscan for one target.
fn sslscan_cpu(port: u16) -> Result<f64> {
    let before = children_cpu()?;
    for address in addresses(SSLSCAN_TARGETS, false) {
        let ended = Command::new("sslscan")
            .args(["--no-colour", &format!("{address}:{port}")])
            .stdout(Stdio::null())
            .status();
        if !ended
            .map_err(|error| format!("sslscan (Debian package sslscan): {error}"))?
            .success()
        {
            return Err("sslscan failed".into());
        }
    }
    Ok((children_cpu()? - before) / SSLSCAN_TARGETS as f64)
}

/// CPU seconds of all children that have ended, from /proc/self/stat (in hundredths on every Linux).
fn children_cpu() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<_> = stat
        .rsplit(") ")
        .next()
        .unwrap_or_default()
        .split(' ')
        .collect();
    let ticks = |place: usize| {
        fields
            .get(place)
            .and_then(|field| field.parse::<f64>().ok())
            .ok_or("an odd /proc/self/stat")
    };
    Ok((ticks(13)? + ticks(14)?) / 100.0)
}

/// Peak memory in KiB of a process that scans so many targets.
fn memory(port: u16, targets: usize) -> Result<u64> {
    let output = Command::new(std::env::current_exe()?)
        .args(["memory", &port.to_string(), &targets.to_string()])
        .output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn peak_memory_kib() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
}
