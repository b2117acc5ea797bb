//! A TLS server of Node.js 24, which carries OpenSSL 3.5: ML-KEM groups and ML-DSA certificates.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::identity::Identity;
use super::process::ServerProcess;

const REMEDY: &str = "run `npm ci` in tests/kit, which brings Node.js 24";

const SCRIPT: &str = "
const [port, certificates, key, options] = process.argv.slice(1);
const { readFileSync } = require('node:fs');
const server = require('node:tls').createServer(
  { cert: readFileSync(certificates), key: readFileSync(key), ...JSON.parse(options) },
  (socket) => { socket.on('error', () => {}); socket.on('data', () => socket.end()); socket.on('end', () => socket.end()); },
);
server.on('tlsClientError', () => {});
server.listen(Number(port), '127.0.0.1');
";

/// Starts a server with `tls.createServer` options in JSON, for example `{"ecdhCurve":"X25519MLKEM768"}`.
///
/// # Errors
/// Where Node.js is not installed in `tests/kit` or refuses the options.
pub fn start(identity: &Identity, options: &str) -> io::Result<ServerProcess> {
    let program = program()?;
    ServerProcess::start(REMEDY, |_, port| {
        let mut command = Command::new(&program);
        command
            .arg("-e")
            .arg(SCRIPT)
            .arg("--")
            .arg(port.to_string());
        command
            .arg(identity.certificates())
            .arg(identity.key())
            .arg(options);
        Ok(command)
    })
}

fn program() -> io::Result<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/node/bin/node");
    if path.is_file() {
        return Ok(path);
    }
    Err(io::Error::new(
        io::ErrorKind::NotFound,
        format!("{} is missing; {REMEDY}", path.display()),
    ))
}
