//! What can become a factor on this machine, looked for all at once and within two seconds.

use std::thread;
use std::time::Duration;

use qv_seal::{Availability, TpmOptions, YubikeyError, YubikeyFound};
use serde::Serialize;
use tokio::sync::oneshot;

use super::{Check, Health};
use crate::Config;
use crate::slots::Factor;

/// How long a device may think. What answers later is reported as not answering.
const PATIENCE: Duration = Duration::from_millis(1_900);

/// What was found, in plain words and for a form.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Hardware {
    /// The TPM, YubiKeys, the keyring and the browser, a line each.
    pub checks: Vec<Check>,
    /// The YubiKeys that are inserted.
    pub yubikeys: Vec<ConnectedYubikey>,
    /// The factors that a slot can be made of now.
    pub factors: Vec<Factor>,
}

/// A YubiKey that is inserted.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectedYubikey {
    /// Its serial number.
    pub serial: u32,
    /// Its firmware.
    pub firmware: String,
    /// The reader that it is in.
    pub reader: String,
}

/// Looks for what can become a factor. Reads only, asks nobody.
pub async fn hardware(config: &Config) -> Hardware {
    let options = config.tpm.options();
    let (tpm, yubikey, keyring, browser) = tokio::join!(
        in_time("tpm", move || (tpm(&options), Vec::new())),
        in_time("yubikey", yubikeys),
        in_time("keyring", || (keyring(), Vec::new())),
        in_time("browser", || (browser(), Vec::new())),
    );
    let yubikeys = yubikey.1;
    let checks = vec![tpm.0, yubikey.0, keyring.0, browser.0];
    let factors = Factor::ALL.iter().copied();
    Hardware {
        factors: factors.filter(|factor| is_here(*factor, &checks)).collect(),
        yubikeys,
        checks,
    }
}

/// Whether a factor can be enrolled; what needs no device always can.
fn is_here(factor: Factor, checks: &[Check]) -> bool {
    let needs = match factor {
        Factor::Tpm => "tpm",
        Factor::YubikeyPiv => "yubikey",
        Factor::Keyring => "keyring",
        Factor::Wallet => "browser",
        Factor::Passphrase | Factor::Shares => return true,
    };
    let ready = |check: &Check| check.name == needs && check.health == Health::Ready;
    checks.iter().any(ready)
}

type Finding = (Check, Vec<ConnectedYubikey>);

/// Looks in a thread of its own, which is left to itself where its device does not answer.
async fn in_time(name: &'static str, look: impl FnOnce() -> Finding + Send + 'static) -> Finding {
    let (done, found) = oneshot::channel();
    let started = thread::Builder::new().name(name.into()).spawn(move || {
        let _ = done.send(look());
    });
    let found = tokio::time::timeout(PATIENCE, found).await;
    match (started, found) {
        (Ok(_), Ok(Ok(finding))) => finding,
        _ => {
            let remedy = Some("Remove it and insert it again, or restart what serves it");
            let check = Check::new(name, Health::Problem, "it does not answer", remedy);
            (check, Vec::new())
        }
    }
}

fn tpm(options: &TpmOptions) -> Check {
    let ready = "this computer has a TPM 2.0 that answers";
    of(qv_seal::tpm_availability(options), "tpm", ready)
}

fn keyring() -> Check {
    let ready = "the desktop's keyring answers (Secret Service)";
    of(qv_seal::keyring_availability(), "keyring", ready)
}

fn browser() -> Check {
    let ready = "a browser can show the wallet's page";
    of(qv_seal::browser_availability(), "browser", ready)
}

fn of(found: Availability, name: &'static str, ready: &str) -> Check {
    match found {
        Availability::Ready => Check::new(name, Health::Ready, ready, None),
        Availability::Missing { why, remedy } => {
            Check::new(name, Health::Missing, why, Some(&remedy))
        }
    }
}

fn yubikeys() -> Finding {
    let (health, finding, remedy) = match qv_seal::connected_yubikeys() {
        Ok(found) if !found.is_empty() => return inserted(found),
        Ok(_) => (
            Health::Missing,
            "the smart card service runs; no YubiKey is inserted".into(),
            None,
        ),
        Err(YubikeyError::NoService) => (
            Health::Missing,
            "the smart card service does not run".into(),
            Some("Install pcscd to use a YubiKey: sudo apt-get install pcscd"),
        ),
        Err(error) => (
            Health::Problem,
            error.to_string(),
            Some("Close the program that uses it, or remove and insert it"),
        ),
    };
    (Check::new("yubikey", health, finding, remedy), Vec::new())
}

fn inserted(found: Vec<YubikeyFound>) -> Finding {
    let each = |key: &YubikeyFound| {
        let (serial, firmware, reader) = (key.serial, &key.firmware, &key.reader);
        format!("YubiKey {serial} (firmware {firmware}) in {reader}")
    };
    let listed: Vec<_> = found.iter().map(each).collect();
    let check = Check::new("yubikey", Health::Ready, listed.join("; "), None);
    let keys = found.into_iter().map(|key| ConnectedYubikey {
        serial: key.serial,
        firmware: key.firmware,
        reader: key.reader,
    });
    (check, keys.collect())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_device_that_never_answers_holds_nobody_up() {
        let begun = Instant::now();
        let (check, _) = in_time("tpm", || {
            thread::sleep(Duration::from_secs(60));
            (keyring(), Vec::new())
        })
        .await;
        assert_eq!((check.name, check.health), ("tpm", Health::Problem));
        assert!(begun.elapsed() < Duration::from_secs(3));
    }

    #[tokio::test]
    async fn what_needs_no_device_is_always_here() {
        let found = hardware(&Config::default()).await;
        let names: Vec<_> = found.checks.iter().map(|check| check.name).collect();
        assert_eq!(names, ["tpm", "yubikey", "keyring", "browser"]);
        assert!(found.factors.ends_with(&[Factor::Shares]));
        assert!(found.factors.contains(&Factor::Passphrase));
    }
}
