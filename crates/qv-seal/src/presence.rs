//! Whether the person is still there, as the desktop tells: the machine going to sleep (logind), the
//! session's screen being locked (logind, and the screen savers on the session bus).
//!
//! Invariants: sleep is held back until the listener has returned; a machine without these buses is no
//! error; whoever can send such a signal can at worst have a session locked that need not have been.

use std::sync::Arc;
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

/// Watches for as long as this process lives, and calls `told` for each event. Sleep waits for `told` to
/// return, at most for as long as logind grants.
pub fn watch(wanted: Watch, told: impl Fn(Away) + Send + Sync + 'static) {
    let told = Arc::new(told);
    let run = |follow: fn(&dyn Fn(Away)) -> zbus::Result<()>| {
        let told = Arc::clone(&told);
        thread::spawn(move || {
            loop {
                let _ = follow(&*told);
                thread::sleep(AGAIN);
            }
        });
    };
    if wanted.sleep {
        run(follow_sleep);
    }
    if wanted.screen {
        run(follow_session);
        run(follow_screen_savers);
    }
}

/// Holds back sleep until it is told, and lets go then.
fn follow_sleep(told: &dyn Fn(Away)) -> zbus::Result<()> {
    let bus = Connection::system()?;
    let rule =
        format!("type='signal',sender='{LOGIND}',interface='{MANAGER}',member='PrepareForSleep'");
    let signals = MessageIterator::for_match_rule(rule.as_str(), &bus, None)?;
    let mut held = hold_back_sleep(&bus);
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
fn follow_session(told: &dyn Fn(Away)) -> zbus::Result<()> {
    let bus = Connection::system()?;
    let rule = format!("type='signal',sender='{LOGIND}',path_namespace='{MANAGER_PATH}/session'");
    for signal in MessageIterator::for_match_rule(rule.as_str(), &bus, None)? {
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
fn follow_screen_savers(told: &dyn Fn(Away)) -> zbus::Result<()> {
    let bus = Connection::session()?;
    let rule = "type='signal',member='ActiveChanged'";
    for signal in MessageIterator::for_match_rule(rule, &bus, None)? {
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
