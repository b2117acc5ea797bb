//! nginx with TLS.

use std::fs;
use std::io;
use std::process::Command;

use super::identity::Identity;
use super::process::ServerProcess;

const REMEDY: &str = "install it with: apt-get install nginx-light";

/// Starts nginx. `server` goes into the `server` block of its configuration, where `$PORT` becomes
/// the port; TLS 1.2 and 1.3 and HTTP/2 are on.
///
/// # Errors
/// Where it is missing or refuses the configuration.
pub fn start(identity: &Identity, server: &str) -> io::Result<ServerProcess> {
    ServerProcess::start(REMEDY, |directory, port| {
        let configuration = directory.join("nginx.conf");
        let directives = server.replace("$PORT", &port.to_string());
        fs::write(&configuration, text(identity, port, &directives))?;
        let mut command = Command::new(program());
        command.arg("-e").arg(directory.join("error.log"));
        command
            .arg("-p")
            .arg(directory)
            .arg("-c")
            .arg(&configuration);
        Ok(command)
    })
}

fn text(identity: &Identity, port: u16, directives: &str) -> String {
    let (certificates, key) = (identity.certificates(), identity.key());
    format!(
        "daemon off; master_process off; pid nginx.pid; error_log error.log;
         events {{ worker_connections 256; }}
         http {{
           access_log off; client_body_temp_path body; proxy_temp_path proxy;
           fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
           server {{
             listen 127.0.0.1:{port} ssl http2;
             ssl_certificate {}; ssl_certificate_key {};
             {directives}
           }}
         }}\n",
        certificates.display(),
        key.display(),
    )
}

/// Debian keeps it outside of the path of ordinary users.
fn program() -> &'static str {
    const DEBIAN: &str = "/usr/sbin/nginx";
    if fs::exists(DEBIAN).unwrap_or(false) {
        DEBIAN
    } else {
        "nginx"
    }
}
