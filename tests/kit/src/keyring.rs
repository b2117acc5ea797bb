//! A desktop's keyring: gnome-keyring on a session bus of its own.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long the daemons may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// A session bus that starts nothing by itself.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><keep_umask/><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"#;

/// An unlocked keyring, which is gone when this is dropped.
#[derive(Debug)]
pub struct Keyring {
    home: TempDir,
    address: String,
    bus: Child,
    daemon: Child,
}

impl Keyring {
    /// Starts it.
    ///
    /// # Errors
    /// Where `dbus-daemon` or `gnome-keyring-daemon` is missing or does not start.
    pub fn start() -> io::Result<Self> {
        let home = tempfile::tempdir()?;
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700))?;
        let config = home.path().join("bus.conf");
        fs::write(&config, BUS)?;
        let mut bus = Command::new("dbus-daemon")
            .arg("--config-file")
            .arg(&config)
            .args(["--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut address = String::new();
        if let Some(stdout) = bus.stdout.take() {
            BufReader::new(stdout).read_line(&mut address)?;
        }
        let daemon = unlocked_daemon(&home, address.trim());
        let mut keyring = Self {
            address: address.trim().to_owned(),
            daemon: daemon.inspect_err(|_| stop(&mut bus))?,
            bus,
            home,
        };
        keyring.wait()?;
        Ok(keyring)
    }

    /// Lets a command find it.
    pub fn offer_to(&self, command: &mut Command) {
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("XDG_RUNTIME_DIR", self.home.path());
    }

    /// Ends the keyring; the session bus stays, as on a desktop without one.
    pub fn end(&mut self) {
        stop(&mut self.daemon);
    }

    /// Starts it again, with what it held.
    ///
    /// # Errors
    /// As [`Keyring::start`].
    pub fn start_again(&mut self) -> io::Result<()> {
        self.daemon = unlocked_daemon(&self.home, &self.address)?;
        self.wait()
    }

    fn wait(&mut self) -> io::Result<()> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if self.answers()? {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "gnome-keyring did not come up",
        ))
    }

    fn answers(&self) -> io::Result<bool> {
        let asked = Command::new("dbus-send")
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/",
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ])
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .output()?;
        Ok(String::from_utf8_lossy(&asked.stdout).contains("boolean true"))
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        stop(&mut self.daemon);
        stop(&mut self.bus);
    }
}

fn unlocked_daemon(home: &TempDir, address: &str) -> io::Result<Child> {
    let mut daemon = Command::new("gnome-keyring-daemon")
        .args(["--foreground", "--unlock", "--components=secrets"])
        .env("DBUS_SESSION_BUS_ADDRESS", address)
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env_remove("XDG_DATA_HOME")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut stdin) = daemon.stdin.take() {
        stdin.write_all(b"test login password")?;
    }
    Ok(daemon)
}

fn stop(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}
