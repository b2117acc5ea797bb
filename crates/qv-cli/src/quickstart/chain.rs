//! A local EVM chain for the length of one run: anvil on loopback, with fresh funded keys.
//!
//! Invariants: it listens only on 127.0.0.1, on a port that the system picks; it keeps nothing on disk; it dies with
//! this process however that ends, `kill -9` included. For the last, a shell stands between: it holds the read end of
//! a pipe whose write end only [`LocalChain`] has, and kills anvil once that end closes, which the kernel does for a
//! process that can do nothing any more. (What is not covered: killing that shell as well.)
//! Start at [`LocalChain::start`].

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Anvil needs a fraction of a second; a machine under load needs more.
const START_LIMIT: Duration = Duration::from_secs(30);

/// `$0 "$@"` is anvil. The shell closes its own copy of the output, so that the output ends when anvil does.
const GUARD: &str = r#""$0" "$@" 2>&1 & exec >/dev/null 2>&1; read -r _; kill -KILL "$!"; wait"#;

/// Mines each transaction at once, and an empty block every second so that confirmations arrive by themselves.
const ANVIL_ARGUMENTS: [&str; 9] = [
    "--host",
    "127.0.0.1",
    "--port",
    "0",
    "--accounts=2",
    "--mnemonic-random",
    "--mixed-mining",
    "--block-time",
    "1",
];

/// A running local chain. Dropping it ends anvil.
pub struct LocalChain {
    /// Where its JSON-RPC answers, for example `http://127.0.0.1:39977`.
    pub rpc_url: String,
    /// Its chain id.
    pub chain_id: u64,
    /// Keys of funded accounts, 0x and 64 hex digits. They are worth nothing outside this chain.
    pub private_keys: Vec<String>,
    guard: Child,
    guard_input: Option<ChildStdin>,
}

impl LocalChain {
    /// Starts anvil and waits until it listens. Blocks for well under a second as a rule, 30 s at most.
    ///
    /// # Errors
    /// Where anvil cannot be run, ends, or does not listen in time; the message holds the last of what it said.
    pub fn start(anvil: &Path) -> Result<Self> {
        if !anvil.is_file() {
            bail!(
                "no anvil at {}: run `npm ci` in contracts/, or pass the path of another one",
                anvil.display()
            );
        }
        let mut guard = Command::new("/bin/sh")
            .arg("-c")
            .arg(GUARD)
            .arg(anvil)
            .args(ANVIL_ARGUMENTS)
            // Ctrl-C at the terminal is ours to handle; it must not reach the shell and leave anvil behind.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot run /bin/sh")?;
        let guard_input = guard.stdin.take();
        let output = guard.stdout.take().context("anvil has no output")?;
        let mut chain = Self {
            rpc_url: String::new(),
            chain_id: 0,
            private_keys: Vec::new(),
            guard,
            guard_input,
        };
        let (sender, lines) = channel();
        std::thread::spawn(move || drain(BufReader::new(output), &sender));
        chain.read_greeting(&lines)?;
        Ok(chain)
    }

    /// Takes keys, chain id and port from what anvil prints before it listens.
    fn read_greeting(&mut self, lines: &Receiver<String>) -> Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        let mut heading = String::new();
        let mut last = String::new();
        loop {
            let Ok(line) = lines.recv_timeout(deadline.saturating_duration_since(Instant::now()))
            else {
                bail!("anvil did not start; the last thing it said: {last:?}");
            };
            let text = line.trim();
            if let Some(address) = text.strip_prefix("Listening on ") {
                self.rpc_url = format!("http://{address}");
                break;
            }
            match heading.as_str() {
                "Private Keys" => self
                    .private_keys
                    .extend(text.split_once(") ").map(|(_, key)| key.to_owned())),
                "Chain ID" => self.chain_id = text.parse().unwrap_or(self.chain_id),
                _ => {}
            }
            if text.starts_with("===") {
                heading = last.clone();
            }
            if !text.is_empty() {
                last = text.to_owned();
            }
        }
        if self.chain_id == 0 || self.private_keys.is_empty() {
            bail!(
                "anvil at {} printed no chain id or no keys: use the version that contracts/ names",
                self.rpc_url
            );
        }
        Ok(())
    }
}

impl Drop for LocalChain {
    fn drop(&mut self) {
        drop(self.guard_input.take());
        let _reaped = self.guard.wait();
    }
}

/// Reads to the end, so that anvil never waits for a reader; lines go to `lines` while somebody listens.
fn drain(output: impl BufRead, lines: &Sender<String>) {
    for line in output.lines() {
        let Ok(line) = line else { return };
        let _nobody_listens_any_more = lines.send(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;
    use std::path::PathBuf;

    fn anvil() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../contracts/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil")
    }

    fn address(chain: &LocalChain) -> &str {
        chain.rpc_url.strip_prefix("http://").unwrap()
    }

    fn ends(address: &str) -> bool {
        (0..250).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            TcpStream::connect(address).is_err()
        })
    }

    #[test]
    fn it_starts_beside_another_and_ends_when_dropped() {
        let first = LocalChain::start(&anvil()).unwrap();
        let second = LocalChain::start(&anvil()).unwrap();
        assert_ne!(first.rpc_url, second.rpc_url);
        assert_ne!(first.private_keys, second.private_keys, "keys are fresh");
        assert_eq!((first.chain_id, first.private_keys.len()), (31337, 2));
        assert!(
            first
                .private_keys
                .iter()
                .all(|key| key.len() == 66 && key.starts_with("0x"))
        );
        TcpStream::connect(address(&first)).unwrap();

        let gone = address(&first).to_owned();
        drop(first);
        assert!(ends(&gone), "anvil outlived its owner");
        TcpStream::connect(address(&second)).unwrap();
    }

    /// What the kernel does for a killed process: the write end of the guard's pipe closes, and no destructor runs.
    #[test]
    fn it_ends_when_its_owner_is_killed() {
        let mut chain = LocalChain::start(&anvil()).unwrap();
        let gone = address(&chain).to_owned();
        let write_end = chain.guard_input.take();
        std::mem::forget(chain);
        TcpStream::connect(&gone).unwrap();
        drop(write_end);
        assert!(ends(&gone), "anvil outlived its owner");
    }

    #[test]
    fn a_wrong_program_is_an_error_that_says_so() {
        let missing = LocalChain::start(Path::new("/nonexistent/anvil"))
            .err()
            .unwrap();
        assert!(missing.to_string().contains("npm ci"), "{missing}");
        let other = LocalChain::start(Path::new("/bin/echo")).err().unwrap();
        assert!(other.to_string().contains("did not start"), "{other}");
    }
}
