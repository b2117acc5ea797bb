//! Whether the person is still there, as the desktop tells: the machine going to sleep (logind), the
//! session's screen being locked (logind, and the screen savers on the session bus).
//!
//! Invariants: sleep is held back until the listener has returned; a machine without these buses is no
//! error; whoever can send such a signal can at worst have a session locked that need not have been;
//! nothing is watched any more once the [`Watching`] is dropped.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use zbus::blocking::{Connection, MessageIterator};
use zbus::message::Message;
use zbus::zvariant::{ObjectPath, OwnedFd, OwnedObjectPath, OwnedValue, Value};

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER_PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// Between two attempts to find a bus that went away.
const AGAIN: Duration = Duration::from_secs(10);

/// What to watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// Sleep and hibernation.
    pub sleep: bool,
    /// Locks of the screen.
    pub screen: bool,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Away {
    /// The machine goes to sleep now.
    Sleep,
    /// The screen was locked.
    ScreenLocked,
}

/// What is being watched, until it is dropped: then its threads end and their buses are closed.
#[derive(Debug)]
#[must_use = "nothing is watched once this is dropped"]
pub struct Watching(Vec<Arc<Line>>);

impl Drop for Watching {
    fn drop(&mut self) {
        let buses: Vec<_> = self.0.iter().filter_map(|line| line.hang_up()).collect();
        // Closing may wait, and whoever drops this may not be allowed to.
        let close = move || {
            for bus in buses {
                let _ = bus.close();
            }
        };
        let _ = thread::Builder::new().spawn(close);
    }
}

/// Watches until the result is dropped, and calls `told` for each event. Sleep waits for `told` to return,
/// at most for as long as logind grants.
///
/// # Errors
/// Where the system has no thread for it.
pub fn watch(wanted: Watch, told: impl Fn(Away) + Send + Sync + 'static) -> io::Result<Watching> {
    let told = Arc::new(told);
    let mut watching = Watching(Vec::new());
    let mut run = |follow: fn(&Line, &dyn Fn(Away)) -> zbus::Result<()>| {
        let (told, line) = (Arc::clone(&told), Arc::<Line>::default());
        watching.0.push(Arc::clone(&line));
        let follow = move || {
            while line.is_wanted() {
                let _ = follow(&line, &*told);
                line.pause(AGAIN);
            }
        };
        let thread = thread::Builder::new().name("presence".into());
        thread.spawn(follow).map(drop)
    };
    if wanted.sleep {
        run(follow_sleep)?;
    }
    if wanted.screen {
        run(follow_session)?;
        run(follow_screen_savers)?;
    }
    Ok(watching)
}

/// One thread's connection to a bus, which another thread can end.
#[derive(Debug, Default)]
struct Line {
    state: Mutex<LineState>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct LineState {
    ended: bool,
    bus: Option<Connection>,
}

impl Line {
    fn is_wanted(&self) -> bool {
        !self.state().ended
    }

    /// Keeps a connection where it can be closed from outside; false where it came too late. What is to end
    /// with the connection is made before: on one that is closed already it would wait for ever.
    fn keep(&self, bus: &Connection) -> bool {
        let mut state = self.state();
        if !state.ended {
            state.bus = Some(bus.clone());
        }
        !state.ended
    }

    /// Waits, but not past the end.
    fn pause(&self, pause: Duration) {
        let closed = self.state().bus.take();
        drop(closed);
        let _ = self
            .ended
            .wait_timeout_while(self.state(), pause, |state| !state.ended);
    }

    /// Has the thread end. What it waits for fails once the connection, if there is one, is closed.
    fn hang_up(&self) -> Option<Connection> {
        let mut state = self.state();
        state.ended = true;
        self.ended.notify_all();
        state.bus.take()
    }

    fn state(&self) -> MutexGuard<'_, LineState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Holds back sleep until it is told, and lets go then.
fn follow_sleep(line: &Line, told: &dyn Fn(Away)) -> zbus::Result<()> {
    let bus = Connection::system()?;
    let rule =
        format!("type='signal',sender='{LOGIND}',interface='{MANAGER}',member='PrepareForSleep'");
    let signals = MessageIterator::for_match_rule(rule.as_str(), &bus, None)?;
    let mut held = hold_back_sleep(&bus);
    if !line.keep(&bus) {
        return Ok(());
    }
    for signal in signals {
        if signal?.body().deserialize()? {
            told(Away::Sleep);
            held = None;
        } else if held.is_none() {
            held = hold_back_sleep(&bus);
        }
    }
    drop(held);
    Ok(())
}

/// A lock that delays sleep for as long as it is open. Without it sleep is told all the same, only with
/// less time.
fn hold_back_sleep(bus: &Connection) -> Option<OwnedFd> {
    let asked = (
        "sleep",
        "QuantumVault",
        "Removes keys from memory before sleep",
        "delay",
    );
    let answer = bus.call_method(Some(LOGIND), MANAGER_PATH, Some(MANAGER), "Inhibit", &asked);
    answer.ok()?.body().deserialize().ok()
}

/// The signal `Lock` and the property `LockedHint` of sessions of this account.
fn follow_session(line: &Line, told: &dyn Fn(Away)) -> zbus::Result<()> {
    let bus = Connection::system()?;
    let rule = format!("type='signal',sender='{LOGIND}',path_namespace='{MANAGER_PATH}/session'");
    let signals = MessageIterator::for_match_rule(rule.as_str(), &bus, None)?;
    if !line.keep(&bus) {
        return Ok(());
    }
    for signal in signals {
        let signal = signal?;
        if says_locked(&signal) && is_ours(&bus, &signal) {
            told(Away::ScreenLocked);
        }
    }
    Ok(())
}

fn says_locked(signal: &Message) -> bool {
    let header = signal.header();
    let member = header.member().map(|name| name.as_str());
    match header.interface().map(|name| name.as_str()) {
        Some(SESSION) => member == Some("Lock"),
        Some(PROPERTIES) => {
            type Changed = (
                String,
                std::collections::HashMap<String, OwnedValue>,
                Vec<String>,
            );
            signal
                .body()
                .deserialize::<Changed>()
                .is_ok_and(|(_, changed, _)| {
                    matches!(
                        changed.get("LockedHint").map(|value| &**value),
                        Some(Value::Bool(true))
                    )
                })
        }
        _ => false,
    }
}

/// Whether a session is this account's; also where that cannot be found out, for locking is the safe side.
fn is_ours(bus: &Connection, signal: &Message) -> bool {
    let header = signal.header();
    let Some(path) = header.path() else {
        return true;
    };
    owner(bus, path).is_none_or(|uid| uid == rustix::process::geteuid().as_raw())
}

fn owner(bus: &Connection, session: &ObjectPath<'_>) -> Option<u32> {
    let answer = bus
        .call_method(
            Some(LOGIND),
            session,
            Some(PROPERTIES),
            "Get",
            &(SESSION, "User"),
        )
        .ok()?;
    let value: OwnedValue = answer.body().deserialize().ok()?;
    let (uid, _): (u32, OwnedObjectPath) = value.try_into().ok()?;
    Some(uid)
}

/// Desktops that lock without logind.
fn follow_screen_savers(line: &Line, told: &dyn Fn(Away)) -> zbus::Result<()> {
    let bus = Connection::session()?;
    let rule = "type='signal',member='ActiveChanged'";
    let signals = MessageIterator::for_match_rule(rule, &bus, None)?;
    if !line.keep(&bus) {
        return Ok(());
    }
    for signal in signals {
        let signal = signal?;
        let header = signal.header();
        let saver = header.interface().is_some_and(|name| {
            ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"].contains(&name.as_str())
        });
        if saver && signal.body().deserialize().unwrap_or(false) {
            told(Away::ScreenLocked);
        }
    }
    Ok(())
}
