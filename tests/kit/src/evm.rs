//! A local EVM chain: a real anvil on a free loopback port, ended when its handle is dropped.
//!
//! Anvil is found at `QV_ANVIL`, else where `npm ci` in `contracts/` puts it. Where there is none, starting
//! fails and says what to do; nothing is skipped.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

/// Time for anvil to listen, and for each answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running anvil. It mines a block for each transaction unless told otherwise.
#[derive(Debug)]
pub struct Anvil {
    child: Child,
    address: SocketAddr,
    keys: Vec<[u8; 32]>,
}

impl Anvil {
    /// Anvil's chain id where none is given.
    pub const CHAIN_ID: u64 = 31_337;

    /// Starts anvil as it comes.
    ///
    /// # Errors
    /// Where there is no anvil, or it does not listen in time.
    pub fn start() -> io::Result<Self> {
        Self::start_with(&[])
    }

    /// Starts anvil with further arguments, for example `["--no-mining"]`.
    ///
    /// # Errors
    /// Where there is no anvil, or it does not listen in time.
    pub fn start_with(arguments: &[&str]) -> io::Result<Self> {
        let mut child = Command::new(foundry_tool("anvil")?)
            .args(["--host", "127.0.0.1", "--port", "0"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (sender, lines) = mpsc::channel();
        if let Some(output) = child.stdout.take() {
            // Reads to the end, so that anvil never waits for a reader.
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        let mut anvil = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            keys: Vec::new(),
        };
        anvil.read_greeting(&lines)?;
        Ok(anvil)
    }

    /// Takes keys and port from what anvil prints until it listens.
    fn read_greeting(&mut self, lines: &mpsc::Receiver<String>) -> io::Result<()> {
        loop {
            let line = lines
                .recv_timeout(PATIENCE)
                .map_err(|_| io::Error::other("anvil ended or did not listen in time"))?;
            if let Some(address) = line.strip_prefix("Listening on ") {
                self.address = address.trim().parse().map_err(io::Error::other)?;
                return Ok(());
            }
            if let Some(key) = line
                .split_once(") 0x")
                .and_then(|(_, hex)| key_from_hex(hex.trim()))
            {
                self.keys.push(key);
            }
        }
    }

    /// The RPC address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The private key of a funded account, 0 to 9. Worthless outside this chain.
    ///
    /// # Panics
    /// For an account that there is not.
    #[must_use]
    pub fn key(&self, account: usize) -> [u8; 32] {
        self.keys[account]
    }

    /// Calls a method, for example `evm_mine`; blocks until the answer is there.
    ///
    /// # Errors
    /// Where anvil does not answer, or answers with an error.
    pub fn call(&self, method: &str, params: Value) -> io::Result<Value> {
        let body =
            json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "POST / HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let mut value: Value = serde_json::from_str(body).map_err(io::Error::other)?;
        match value.get("error") {
            Some(error) => Err(io::Error::other(format!("{method}: {error}"))),
            None => Ok(value["result"].take()),
        }
    }

    /// Mines empty blocks, or blocks of what waits.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub fn mine(&self, blocks: u64) -> io::Result<()> {
        self.call("anvil_mine", json!([format!("{blocks:#x}")]))
            .map(drop)
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The path of one of Foundry's programs (`anvil`, `cast`): `QV_ANVIL` or `QV_CAST`, else the one that
/// `npm ci` puts under `contracts/`.
///
/// # Errors
/// Where there is none; the message says what to do.
pub fn foundry_tool(name: &str) -> io::Result<PathBuf> {
    let variable = format!("QV_{}", name.to_uppercase());
    let architecture = if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        "amd64"
    };
    let path = std::env::var_os(&variable).map_or_else(
        || {
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!(
                "../../contracts/node_modules/@foundry-rs/{name}-linux-{architecture}/bin/{name}"
            ))
        },
        PathBuf::from,
    );
    if path.is_file() {
        Ok(path)
    } else {
        Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!(
                "no {name} at {}: run `npm ci` in contracts/, or set {variable}",
                path.display()
            ),
        ))
    }
}

fn key_from_hex(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_starts_answers_and_ends() {
        let (first, second) = (Anvil::start().unwrap(), Anvil::start().unwrap());
        assert_ne!(first.url(), second.url());
        assert_ne!(first.key(0), first.key(9));
        assert_eq!(
            first.call("eth_chainId", json!([])).unwrap(),
            json!(format!("{:#x}", Anvil::CHAIN_ID))
        );
        first.mine(3).unwrap();
        assert_eq!(
            first.call("eth_blockNumber", json!([])).unwrap(),
            json!("0x3")
        );
        assert_eq!(
            second.call("eth_blockNumber", json!([])).unwrap(),
            json!("0x0")
        );
        let address = first.address;
        drop(first);
        assert!(TcpStream::connect_timeout(&address, PATIENCE).is_err());
    }
}
