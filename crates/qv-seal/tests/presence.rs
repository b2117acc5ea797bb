//! Watching whether the person is still there, on a bus of its own: the test runs itself again in a D-Bus
//! session that plays the system's bus too.

#![allow(clippy::unwrap_used)] // helpers of tests, outside of #[test]

use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use qv_seal::presence::{Away, Watch, Watching, watch};

/// Set inside.
const INSIDE: &str = "QV_TEST_PRESENCE";
const BOTH_BUSES: &str = r#"DBUS_SYSTEM_BUS_ADDRESS="$DBUS_SESSION_BUS_ADDRESS" exec "$0" "$@""#;

fn on_a_bus(test: &str, body: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return body();
    }
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", BOTH_BUSES])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr]
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .concat();
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{}\n{said}",
        output.status
    );
}

fn watched() -> (Watching, Receiver<Away>) {
    let (sender, told) = channel();
    let wanted = Watch {
        sleep: true,
        screen: true,
    };
    let watching = watch(wanted, move |away| {
        let _ = sender.send(away);
    })
    .unwrap();
    (watching, told)
}

/// Threads by their names.
fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    tasks
        .filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok())
        .collect()
}

/// Those that watch, and those of their connections.
fn watchers() -> usize {
    let named = |name: &&String| name.starts_with("presence\n") || name.starts_with("zbus");
    threads().iter().filter(named).count()
}

fn until(what: &str, mut there: impl FnMut() -> bool) {
    let start = Instant::now();
    while !there() {
        assert!(
            start.elapsed() < Duration::from_secs(120),
            "never saw {what}"
        );
        sleep(Duration::from_millis(20));
    }
}

/// The screen saver says that it is on.
fn lock_screen() {
    let sent = Command::new("dbus-send")
        .args(["--session", "--type=signal", "/org/gnome/ScreenSaver"])
        .args(["org.gnome.ScreenSaver.ActiveChanged", "boolean:true"])
        .status();
    assert!(sent.unwrap().success());
}

#[test]
fn a_watch_tells_while_it_is_kept() {
    on_a_bus("a_watch_tells_while_it_is_kept", || {
        let (watching, told) = watched();
        until("the screen lock", || {
            lock_screen();
            told.try_recv() == Ok(Away::ScreenLocked)
        });
        drop(watching);
        // The channel ends with the last thread.
        until("the end", || {
            told.try_recv() == Err(std::sync::mpsc::TryRecvError::Disconnected)
        });
    });
}

#[test]
fn watches_that_are_dropped_leave_no_thread() {
    on_a_bus("watches_that_are_dropped_leave_no_thread", || {
        let (first, told) = watched();
        until("the bus", || {
            lock_screen();
            told.try_recv().is_ok()
        });
        assert!(watchers() >= 3, "{:?}", threads());
        drop((first, told));
        // A bus takes 64 connections that are not through with greeting, and drops them after 30 s.
        for cycle in 0..20 {
            let (watching, _told) = watched();
            // Some are dropped while they connect, some when they wait for signals.
            sleep(Duration::from_millis(cycle % 5 * 10));
            drop(watching);
        }
        until("the end of the threads", || watchers() == 0);
        // The libraries keep a few, and use them again.
        assert!(threads().len() < 20, "{:?}", threads());
    });
}
