//! The agent: one unlocking for every `qv`, and all that ends it.

use std::fs::{self, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::driver::{Qv, Said, rows};

/// A vault whose agent ends with it.
struct Agent(Qv);

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.run(&["lock"]);
    }
}

impl Agent {
    fn new() -> Self {
        Self(Qv::with_vault())
    }

    /// Starts an agent in the foreground and waits for it.
    fn in_foreground(&self, env: &[(&str, &str)]) -> Child {
        let mut command = self.0.command(&["agent", "--json"]);
        command.envs(env.iter().copied());
        command.stdout(std::process::Stdio::piped());
        let child = command.spawn().unwrap();
        until("the agent", || self.is_unlocked());
        child
    }

    /// Runs without a passphrase at hand.
    fn bare(&self, args: &[&str]) -> Said {
        self.0.finish(self.0.bare(args), None)
    }

    fn session(&self) -> Value {
        self.0.json(&["status"])["vault"].clone()
    }

    fn is_unlocked(&self) -> bool {
        self.session()["session"]["state"] == "unlocked"
    }

    fn asks_again(&self) -> bool {
        let said = self.bare(&["audit", "checkpoint"]);
        said.code == 2 && said.err.contains("--passphrase-fd")
    }

    fn socket(&self) -> PathBuf {
        let folder = fs::read_dir(self.0.home().join("run")).unwrap();
        folder
            .map(|entry| entry.unwrap().path())
            .find(|path| path.extension().is_some_and(|end| end == "sock"))
            .expect("a socket")
    }

    fn lock_reasons(&self) -> Vec<Value> {
        let events = self.0.json(&["audit", "list", "--action", "vault_locked"]);
        rows(&events)
            .iter()
            .map(|event| event["metadata"]["reason"].clone())
            .collect()
    }
}

fn until(what: &str, mut there: impl FnMut() -> bool) {
    let start = Instant::now();
    while !there() {
        assert!(
            start.elapsed() < Duration::from_secs(90),
            "never saw {what}"
        );
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn one_unlocking_serves_every_command_until_the_lock() {
    let agent = Agent::new();
    assert!(agent.asks_again());
    let status = agent.0.json(&["unlock"]);
    assert_eq!(status["by"], "passphrase");
    assert_eq!(agent.session()["agent"], status["pid"]);
    let made = agent.bare(&["anchors", "create", "main", "--env", "PROD", "--activate"]);
    assert_eq!(made.code, 0, "{made:?}");
    let asset = ["assets", "add", "vpn.key", "--type", "KEY", "--env", "PROD"];
    assert_eq!(agent.bare(&asset).code, 0);
    let add = [
        "secrets", "add", "vpn.key", "--file", "-", "--label", "k", "--json",
    ];
    let added = agent
        .0
        .finish(agent.0.bare(&add), Some("through the agent"));
    assert_eq!(added.code, 0, "{added:?}");
    let id = serde_json::from_str::<Value>(&added.out).unwrap()["id"].clone();
    let file = agent.0.file("out").display().to_string();
    let reveal = ["secrets", "reveal", id.as_str().unwrap(), "--output", &file];
    let revealed = agent.bare(&reveal);
    assert_eq!(revealed.code, 0, "{revealed:?}");
    assert_eq!(fs::read(&file).unwrap(), b"through the agent");
    for args in [
        &["secrets", "wrap", "vpn.key"][..],
        &["anchors", "rotate", "main"],
        &["anchors", "rewrap", "main"],
        &["attest", "signer", "create", "payer"],
        &["audit", "checkpoint"],
        &["audit", "verify", "--unlock"],
    ] {
        let said = agent.bare(args);
        assert_eq!(said.code, 0, "{args:?}: {said:?}");
    }
    let alone = agent.bare(&["audit", "checkpoint", "--no-agent"]);
    assert_eq!(alone.code, 2, "{alone:?}");
    let mut off = agent.0.bare(&["audit", "checkpoint"]);
    off.env("QV_AGENT", "off");
    assert_eq!(agent.0.finish(off, None).code, 2);

    assert_eq!(agent.0.json(&["lock"]), json!({ "locked": true }));
    assert!(agent.asks_again());
    assert_eq!(agent.0.json(&["lock"]), json!({ "locked": false }));
    assert_eq!(agent.lock_reasons(), ["asked"]);
    let unlocked = agent
        .0
        .json(&["audit", "list", "--action", "vault_unlocked"]);
    assert_eq!(rows(&unlocked).len(), 1);
}

#[test]
fn a_wrong_passphrase_starts_no_agent_and_is_counted() {
    let agent = Agent::new();
    agent.0.set_passphrase("not the passphrase");
    agent.0.fails(4, "wrong_factor", &["unlock"]);
    assert!(agent.asks_again());
    let failures = agent
        .0
        .json(&["audit", "list", "--action", "unlock_failed"]);
    assert_eq!(rows(&failures).len(), 1);
}

#[test]
fn there_is_one_agent_and_a_killed_one_is_replaced() {
    let agent = Agent::new();
    let first = agent.0.json(&["unlock"])["pid"].clone();
    agent.0.fails(1, "conflict", &["agent"]);
    assert_eq!(
        agent.0.json(&["unlock"])["pid"],
        first,
        "it is there already"
    );
    let kill = Command::new("kill")
        .args(["-9", &first.to_string()])
        .status();
    assert!(kill.unwrap().success());
    until("its end", || agent.asks_again());
    assert!(agent.socket().exists(), "a killed agent leaves its socket");
    assert_ne!(agent.0.json(&["unlock"])["pid"], first);
    assert!(agent.is_unlocked());
}

#[test]
fn the_socket_answers_nobody_it_should_not() {
    let agent = Agent::new();
    agent.0.ok(&["unlock"]);
    let socket = agent.socket();
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&socket), 0o600);
    assert_eq!(mode(&socket.parent().unwrap().into()), 0o700);

    let refused: &[&[u8]] = &[
        b"\0\0\0\0",
        b"\xff\xff\xff\xff",
        b"\0\0\0\x01X",
        b"\0\0\0\x02RR",
        b"\0\0\0\x02SS",
        b"\0\0\0\x05R\xff\xff\xff\xff",
        b"GET / HTTP/1.1\r\n\r\n",
    ];
    for bytes in refused {
        let mut stream = UnixStream::connect(&socket).unwrap();
        stream.write_all(bytes).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said);
        assert!(
            said.starts_with(b"qv-agent ") && said.ends_with(b"\n"),
            "{said:?}"
        );
        assert_eq!(
            said.iter().filter(|byte| **byte == b'\n').count(),
            1,
            "{said:?}"
        );
    }

    // Clients that say nothing take places for a while; the others wait no longer than that.
    let idle: Vec<_> = (0..64)
        .map(|_| UnixStream::connect(&socket).unwrap())
        .collect();
    until("a place", || agent.is_unlocked());
    drop(idle);
    another_account_is_not_answered(&agent, &socket);
    assert!(agent.is_unlocked(), "none of this harmed it");
}

/// The folders are opened for this: the check of the peer must hold without them.
fn another_account_is_not_answered(agent: &Agent, socket: &PathBuf) {
    let home = agent.0.home();
    let open = [
        home.parent().unwrap(),
        &home,
        socket.parent().unwrap(),
        socket,
    ];
    for path in open {
        fs::set_permissions(path, Permissions::from_mode(0o777)).unwrap();
    }
    let script = "import socket,sys\ns=socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n\
                  print(s.recv(64))";
    let mut own = Command::new("/usr/bin/python3");
    own.args(["-c", script]).arg(socket);
    let own = own.output().unwrap();
    assert!(own.stdout.starts_with(b"b'qv-agent "), "{own:?}");
    let mut other = Command::new("setpriv");
    other.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    other.args(["/usr/bin/python3", "-c", script]).arg(socket);
    let other = other.output().unwrap();
    assert_eq!(other.stdout, b"b''\n", "{other:?}");
    for path in open.iter().take(3) {
        fs::set_permissions(path, Permissions::from_mode(0o700)).unwrap();
    }
}

#[test]
fn requests_and_a_lock_at_once_end_cleanly() {
    let agent = Agent::new();
    agent.0.ok(&["unlock"]);
    let working: Vec<_> = (0..6)
        .map(|number| {
            let name = format!("anchor {number}");
            let mut command = agent.0.bare(&["anchors", "create", &name]);
            command.stdout(std::process::Stdio::piped());
            command.stderr(std::process::Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    sleep(Duration::from_millis(60));
    agent.0.ok(&["lock"]);
    for child in working {
        let said = agent.0.end_of(child);
        assert!([0, 2, 4].contains(&said.code), "{said:?}");
    }
    assert!(agent.asks_again());
    assert_eq!(agent.0.run(&["audit", "verify"]).code, 0);
}

#[test]
fn it_locks_when_it_is_idle_and_when_it_is_ended() {
    let agent = Agent::new();
    agent.0.configure("[session]\nidle_minutes = 1\n");
    agent.0.ok(&["unlock"]);
    until("the idle lock", || agent.asks_again_unused());
    assert_eq!(agent.lock_reasons(), ["idle"]);
    let child = agent.in_foreground(&[]);
    Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    let ended = agent.0.end_of(child);
    assert_eq!(
        serde_json::from_str::<Value>(&ended.out).unwrap(),
        json!({ "locked": "quit" })
    );
}

impl Agent {
    /// Looks without using the session, which would keep it awake.
    fn asks_again_unused(&self) -> bool {
        !self.is_unlocked()
    }
}

/// A message bus of its own, with logind's stand-in on it.
struct Desktop {
    bus: Child,
    logind: Child,
    address: String,
}

impl Desktop {
    fn start() -> Self {
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let mut said = std::io::BufReader::new(bus.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut said, &mut address).unwrap();
        let address = address.trim().to_owned();
        let logind = Command::new("/usr/bin/python3")
            .args(["-m", "dbusmock", "--system", "--template", "logind"])
            .env("DBUS_SYSTEM_BUS_ADDRESS", &address)
            .spawn()
            .expect("python3-dbusmock");
        let desktop = Self {
            bus,
            logind,
            address,
        };
        until("logind", || {
            desktop.python("m.AddSession('c1','seat0',os.getuid(),'me',True)")
        });
        desktop
    }

    /// Has logind's stand-in do something, as `m`.
    fn python(&self, line: &str) -> bool {
        let script = format!(
            "import dbus,os\nb=dbus.SystemBus()\n\
             o=lambda p: dbus.Interface(b.get_object('org.freedesktop.login1',p),'org.freedesktop.DBus.Mock')\n\
             m=o('/org/freedesktop/login1')\n\
             inhibitors=lambda: b.get_object('org.freedesktop.login1','/org/freedesktop/login1').ListInhibitors(dbus_interface='org.freedesktop.login1.Manager')\n\
             {line}\n"
        );
        Command::new("/usr/bin/python3")
            .args(["-c", &script])
            .env("DBUS_SYSTEM_BUS_ADDRESS", &self.address)
            .stderr(std::process::Stdio::null())
            .status()
            .unwrap()
            .success()
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for child in [&mut self.logind, &mut self.bus] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[test]
fn it_locks_before_sleep_and_with_the_screen() {
    let agent = Agent::new();
    let desktop = Desktop::start();
    let env = [
        ("DBUS_SYSTEM_BUS_ADDRESS", desktop.address.as_str()),
        ("DBUS_SESSION_BUS_ADDRESS", desktop.address.as_str()),
    ];
    let sleeps = "m.EmitSignal('org.freedesktop.login1.Manager','PrepareForSleep','b',[True])";
    let locks = "o('/org/freedesktop/login1/session/c1').EmitSignal('org.freedesktop.login1.Session','Lock','',[])";
    let hint = "o('/org/freedesktop/login1/session/c1').EmitSignal('org.freedesktop.DBus.Properties','PropertiesChanged','sa{sv}as',['org.freedesktop.login1.Session',{'LockedHint':dbus.Boolean(True)},dbus.Array([],signature='s')])";
    let saver = "s=dbus.lowlevel.SignalMessage('/org/gnome/ScreenSaver','org.gnome.ScreenSaver','ActiveChanged'); s.append(True); b.send_message(s); b.flush()";
    let saver = format!("import dbus.lowlevel; {saver}");
    for (signal, reason) in [
        (sleeps, "suspend"),
        (locks, "screen_lock"),
        (hint, "screen_lock"),
        (saver.as_str(), "screen_lock"),
    ] {
        let child = agent.in_foreground(&env);
        until("the hold on sleep", || {
            desktop.python("assert any(i[0]=='sleep' and i[3]=='delay' for i in inhibitors())")
        });
        // The other watchers have had their bus by then, or have it soon.
        sleep(Duration::from_millis(500));
        assert!(desktop.python(signal), "{reason}");
        let ended = agent.0.end_of(child);
        assert_eq!(
            serde_json::from_str::<Value>(&ended.out).unwrap(),
            json!({ "locked": reason }),
            "{signal}"
        );
        assert!(agent.asks_again());
    }
    agent
        .0
        .configure("[session]\nlock_on_suspend = false\nlock_on_screen_lock = false\n");
    let child = agent.in_foreground(&env);
    sleep(Duration::from_millis(500));
    for signal in [sleeps, locks, hint, saver.as_str()] {
        assert!(desktop.python(signal));
    }
    sleep(Duration::from_millis(500));
    assert!(agent.is_unlocked(), "the configuration says to stay");
    // A setting that changes meanwhile holds for this session.
    agent
        .0
        .ok(&["config", "set", "session.lock_on_screen_lock", "true"]);
    until("the lock with the screen", || {
        assert!(desktop.python(&saver));
        !agent.is_unlocked()
    });
    let ended = agent.0.end_of(child);
    assert_eq!(
        serde_json::from_str::<Value>(&ended.out).unwrap(),
        json!({ "locked": "screen_lock" })
    );
}

#[test]
fn an_agent_that_is_stopped_is_told_and_holds_nobody_up() {
    let agent = Agent::new();
    let pid = agent.0.json(&["unlock"])["pid"].to_string();
    let signal = |name: &str| {
        let sent = Command::new("kill").args([name, &pid]).status();
        assert!(sent.unwrap().success());
    };
    signal("-STOP");
    let start = Instant::now();
    let told = agent.0.fails(6, "unreachable", &["audit", "checkpoint"]);
    assert!(told.contains(&format!("kill -9 {pid}")), "{told}");
    agent.0.fails(6, "unreachable", &["lock"]);
    assert!(start.elapsed() < Duration::from_secs(60));
    let session = agent.session();
    assert_eq!(session["session"]["state"], "locked");
    let warning = session["warnings"][0].as_str().unwrap();
    assert!(warning.contains("does not answer"), "{warning}");
    agent.0.ok(&["audit", "checkpoint", "--no-agent"]);
    signal("-KILL");
    until("another agent", || agent.0.run(&["unlock"]).code == 0);
    assert!(agent.is_unlocked());
}
