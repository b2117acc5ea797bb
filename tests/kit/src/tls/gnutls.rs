//! `gnutls-serv`, for what other libraries no longer speak: RC4, 3DES, small RSA keys.

use std::io;
use std::process::Command;

use super::identity::Identity;
use super::process::ServerProcess;

const REMEDY: &str = "install it with: apt-get install gnutls-bin";

/// Starts `gnutls-serv` with a priority string.
///
/// # Errors
/// Where it is missing or refuses the priority.
pub fn start(identity: &Identity, priority: &str) -> io::Result<ServerProcess> {
    ServerProcess::start(REMEDY, |_, port| {
        let mut command = Command::new("gnutls-serv");
        command
            .args(["--quiet", "--echo", "--port"])
            .arg(port.to_string());
        command.arg("--x509certfile").arg(identity.certificates());
        command.arg("--x509keyfile").arg(identity.key());
        command.args(["--priority", priority]);
        Ok(command)
    })
}
