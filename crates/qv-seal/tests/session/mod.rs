//! Sessions for tests of the keyring: the test runs itself again inside a D-Bus session of its own,
//! with its own home and runtime directory, so that the session of whoever runs the tests is
//! neither needed nor touched. Whatever is missing for it fails the test.

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use keyring_core::api::CredentialStoreApi;

/// Set inside: which session it is.
const INSIDE: &str = "QV_TEST_SESSION";

/// A session bus that starts nothing by itself.
const BARE_BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><keep_umask/><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"#;

/// Starts an unlocked keyring, waits for its name on the bus, then becomes the test.
const WITH_KEYRING: &str = r#"
printf 'test login password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit 91
for _ in $(seq 100); do
    dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
        string:org.freedesktop.secrets | grep -q 'boolean true' && exec "$0" "$@"
    sleep 0.1
done
exit 92"#;

/// What a test finds around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    /// A session bus with an unlocked keyring.
    WithKeyring,
    /// A session bus, and nothing on it.
    WithoutKeyring,
    /// No session bus.
    WithoutBus,
}

impl Session {
    /// Runs `body` in this session; `test` is the name of the test that calls this.
    pub fn run(self, test: &str, body: impl FnOnce()) {
        match std::env::var(INSIDE) {
            Ok(inside) if inside == format!("{self:?}") => body(),
            // Another session of the same test.
            Ok(_) => {}
            Err(_) => self.run_again(test),
        }
    }

    fn run_again(self, test: &str) {
        let home = tempfile::tempdir().unwrap();
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        let output = self.command(home.path(), test).output().unwrap();
        let said = [output.stdout, output.stderr]
            .map(|text| String::from_utf8_lossy(&text).into_owned())
            .concat();
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{self:?}: {}\n{said}",
            output.status
        );
    }

    fn command(self, home: &Path, test: &str) -> Command {
        let this = std::env::current_exe().unwrap();
        let mut command = match self {
            Self::WithKeyring => {
                let mut command = Command::new("dbus-run-session");
                command
                    .args(["--config-file", &bus(home), "--", "sh", "-c", WITH_KEYRING])
                    .arg(this);
                command
            }
            Self::WithoutKeyring => {
                let mut command = Command::new("dbus-run-session");
                command.args(["--config-file", &bus(home), "--"]).arg(this);
                command
            }
            Self::WithoutBus => Command::new(this),
        };
        command
            .args(["--exact", test, "--nocapture"])
            .env(INSIDE, format!("{self:?}"));
        command
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY");
        command
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home)
            .env_remove("XDG_DATA_HOME");
        command
    }
}

fn bus(home: &Path) -> String {
    let path = home.join("bus.conf");
    std::fs::write(&path, BARE_BUS).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Replaces the secret of a slot, as another program could.
pub fn overwrite(account: &str, secret: &[u8]) {
    let store = zbus_secret_service_keyring_store::Store::new().unwrap();
    store
        .build("QuantumVault", account, None::<&HashMap<&str, &str>>)
        .unwrap()
        .set_secret(secret)
        .unwrap();
}

/// Locks every collection.
pub fn lock() {
    let locked = Command::new("dbus-send")
        .args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.secrets",
            "/org/freedesktop/secrets",
        ])
        .arg("org.freedesktop.Secret.Service.LockService")
        .output()
        .unwrap();
    assert!(
        locked.status.success(),
        "{}",
        String::from_utf8_lossy(&locked.stderr)
    );
}

/// Suspends the keyring daemon until the result is dropped.
pub fn stop_daemon() -> impl Drop {
    struct Stopped(String);
    impl Drop for Stopped {
        fn drop(&mut self) {
            signal("-CONT", &self.0);
        }
    }
    let pid = daemon_pid();
    signal("-STOP", &pid);
    Stopped(pid)
}

fn signal(signal: &str, pid: &str) {
    assert!(
        Command::new("kill")
            .args([signal, pid])
            .status()
            .unwrap()
            .success()
    );
}

fn daemon_pid() -> String {
    let reply = Command::new("dbus-send")
        .args([
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/",
        ])
        .args([
            "org.freedesktop.DBus.GetConnectionUnixProcessID",
            "string:org.freedesktop.secrets",
        ])
        .output()
        .unwrap();
    String::from_utf8(reply.stdout)
        .unwrap()
        .trim()
        .trim_start_matches("uint32 ")
        .to_owned()
}
