//! `openssl s_server` of the system, in any configuration.

use std::io;
use std::process::Command;

use super::identity::Identity;
use super::process::ServerProcess;

/// How to get OpenSSL.
pub(super) const REMEDY: &str = "install it with: apt-get install openssl";

/// Starts `openssl s_server` with a certificate and further arguments, for example `["-tls1_2"]`.
/// It serves one connection at a time and answers HTTP requests with a status page.
///
/// # Errors
/// Where OpenSSL is missing or refuses the arguments.
pub fn start(identity: &Identity, arguments: &[&str]) -> io::Result<ServerProcess> {
    ServerProcess::start(REMEDY, |_, port| {
        let mut command = Command::new("openssl");
        command
            .args(["s_server", "-www", "-accept"])
            .arg(format!("127.0.0.1:{port}"));
        command.arg("-cert").arg(identity.certificates());
        if let Some(intermediates) = identity.intermediates() {
            command.arg("-cert_chain").arg(intermediates);
        }
        command.arg("-key").arg(identity.key());
        command.args(arguments);
        Ok(command)
    })
}
