//! Test wallets in a real browser, and what signs on another machine.
//!
//! `wallets/visit.mjs` drives headless Chromium; its wallets announce themselves by the Wallet Standard
//! and EIP-6963, and sign with real keys.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long a browser may take for a whole visit on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
const REMEDY: &str = "run `npm ci` in tests/kit and install Debian's chromium, or set QV_CHROMIUM";

/// A program for `BROWSER` that visits the page it is given, as `config` says (`visit.mjs`).
#[derive(Debug)]
pub struct Visitor {
    folder: TempDir,
}

impl Visitor {
    /// Prepares a visit.
    ///
    /// # Errors
    /// Where what it needs is not installed.
    pub fn new(config: &Value) -> io::Result<Self> {
        let kit = Path::new(env!("CARGO_MANIFEST_DIR"));
        let chromium = std::env::var_os("QV_CHROMIUM")
            .map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
        for needed in [&kit.join("node_modules/playwright-core"), &chromium] {
            if !needed.exists() {
                return Err(io::Error::new(io::ErrorKind::NotFound, REMEDY));
            }
        }
        let folder = TempDir::new()?;
        let (script, settings) = (
            kit.join("wallets/visit.mjs"),
            folder.path().join("config.json"),
        );
        fs::write(&settings, config.to_string())?;
        let line = format!(
            "#!/bin/sh\nexport QV_CHROMIUM='{chromium}'\n\
             node '{script}' '{settings}' \"$1\" > '{folder}/log' 2>&1\nmv '{folder}/log' '{folder}/seen'\n",
            chromium = chromium.display(),
            script = script.display(),
            settings = settings.display(),
            folder = folder.path().display(),
        );
        write_program(&folder.path().join("browser"), &line)?;
        Ok(Self { folder })
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> PathBuf {
        self.folder.path().join("browser")
    }

    /// What was seen, once the visit is over.
    ///
    /// # Errors
    /// Where it takes too long or says something else; with its last words.
    pub fn seen(&self) -> io::Result<Value> {
        let text = wait_for(&self.folder.path().join("seen")).map_err(|error| {
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            io::Error::other(format!("{error}: {log}"))
        })?;
        serde_json::from_str(&text).map_err(|_| io::Error::other(format!("{text}; {REMEDY}")))
    }
}

/// A program for `BROWSER` that only writes down the address it is given.
#[derive(Debug)]
pub struct AddressKeeper {
    folder: TempDir,
}

impl AddressKeeper {
    /// Prepares the program.
    ///
    /// # Errors
    /// Where there is no room for it.
    pub fn new() -> io::Result<Self> {
        let folder = TempDir::new()?;
        let line = format!(
            "#!/bin/sh\nprintf %s \"$1\" > '{0}/part' && mv '{0}/part' '{0}/address'\n",
            folder.path().display()
        );
        write_program(&folder.path().join("browser"), &line)?;
        Ok(Self { folder })
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> PathBuf {
        self.folder.path().join("browser")
    }

    /// The address, once it was given.
    ///
    /// # Errors
    /// Where it takes too long.
    pub fn address(&self) -> io::Result<String> {
        wait_for(&self.folder.path().join("address"))
    }
}

/// Signs `text` with the Ed25519 key of a seed, by OpenSSL: another machine's way to sign raw bytes.
///
/// # Errors
/// Where OpenSSL is missing or refuses.
pub fn sign_with_openssl(seed: &[u8; 32], text: &str) -> io::Result<Vec<u8>> {
    // PKCS #8 of an Ed25519 key (RFC 8410) is this and the seed.
    const PREFIX: [u8; 16] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    let folder = TempDir::new()?;
    let (key, message) = (folder.path().join("key.der"), folder.path().join("message"));
    fs::File::create(&key)?.write_all(&[&PREFIX[..], seed].concat())?;
    fs::write(&message, text)?;
    let output = Command::new("openssl")
        .args(["pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey"])
        .arg(&key)
        .arg("-in")
        .arg(&message)
        .stdin(Stdio::null())
        .output()?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(io::Error::other(words))
    }
}

fn write_program(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

fn wait_for(file: &Path) -> io::Result<String> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        match fs::read_to_string(file) {
            Ok(text) => return Ok(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::TimedOut,
        format!("no {} in time", file.display()),
    ))
}
