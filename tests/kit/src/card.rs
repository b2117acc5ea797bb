//! Virtual YubiKeys in the readers of a real pcscd, which serves one folder's socket only.
//!
//! pcscd has its socket's path built in, but takes one that is handed to it as systemd does it; its
//! clients find it through [`SOCKET_VARIABLE`]. So several run at once, and beside the system's.
//! The card itself is the package `tests/kit/card`, which is built when it is first needed.

use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::tls::port::Port;

/// The variable that tells clients where pcscd's socket is.
pub const SOCKET_VARIABLE: &str = "PCSCLITE_CSOCK_NAME";
/// The PIN of a new card.
pub const PIN: &str = "123456";

const PATIENCE: Duration = Duration::from_secs(20);
const LOG: &str = "pcscd.log";
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const REMEDY: &str = "install pcscd and vsmartcard-vpcd";
/// Becomes pcscd, with the socket on standard input as its descriptor 3.
const SERVE: &str = r#"exec 3<&0 </dev/null; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$0" "$@""#;

/// A pcscd of its own with two readers.
#[derive(Debug)]
pub struct Readers {
    daemon: Child,
    folder: PathBuf,
    ports: [Port; 2],
}

impl Readers {
    /// Starts pcscd in `folder`.
    ///
    /// # Errors
    /// Where pcscd or its virtual reader is missing (with how to get it), or it does not start.
    pub fn start(folder: &Path) -> io::Result<Self> {
        if !Path::new(DRIVER).exists() {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                format!("{DRIVER} is missing; {REMEDY}"),
            ));
        }
        let ports = Port::reserve_two()?;
        let configuration = folder.join("readers");
        fs::create_dir_all(&configuration)?;
        fs::write(configuration.join("vpcd"), describe(&ports))?;
        let readers = Self {
            daemon: spawn(folder, &configuration)?,
            folder: folder.to_owned(),
            ports,
        };
        readers.wait_for("daemon ready", 1)?;
        Ok(readers)
    }

    /// The socket, for [`SOCKET_VARIABLE`].
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        socket(&self.folder)
    }

    /// Inserts a card into one of the two readers, 0 or 1, and waits until pcscd has seen it.
    ///
    /// # Errors
    /// Where the card cannot be built or started, or pcscd does not see it.
    pub fn insert(&self, card: &Card, reader: usize) -> io::Result<Inserted<'_>> {
        let port = self.ports.get(reader).ok_or(io::ErrorKind::InvalidInput)?;
        let before = self.count(INSERTED);
        let process = Command::new(program()?)
            .arg(card.folder.path())
            .args([port.number().to_string(), card.serial.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(card.folder.path().join("card.log"))?)
            .spawn()?;
        let inserted = Inserted {
            process,
            readers: self,
        };
        self.wait_for(INSERTED, before + 1)?;
        Ok(inserted)
    }

    /// Ends the service, as an administrator does.
    ///
    /// # Errors
    /// From the system.
    pub fn stop(&mut self) -> io::Result<()> {
        self.daemon.kill()?;
        self.daemon.wait()?;
        fs::remove_file(self.socket())
    }

    fn wait_for(&self, words: &str, times: usize) -> io::Result<()> {
        let begun = Instant::now();
        while self.count(words) < times {
            if begun.elapsed() > PATIENCE {
                return Err(io::Error::other(format!(
                    "pcscd never said `{words}`: {}",
                    self.log()
                )));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn count(&self, words: &str) -> usize {
        self.log().matches(words).count()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join(LOG)).unwrap_or_default()
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        // It may have been stopped.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

const INSERTED: &str = "Card inserted into";
const REMOVED: &str = "Card Removed From";

/// Where pcscd's socket is when it serves `folder`.
#[must_use]
pub fn socket(folder: &Path) -> PathBuf {
    folder.join("pcscd.comm")
}

/// One entry, which vpcd makes two readers of: on the port of the channel, and on the next one.
fn describe([first, _]: &[Port; 2]) -> String {
    let channel = first.number();
    format!(
        "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x{channel:X}\nLIBPATH {DRIVER}\nCHANNELID 0x{channel:X}\n"
    )
}

fn spawn(folder: &Path, configuration: &Path) -> io::Result<Child> {
    let listener = UnixListener::bind(socket(folder))?;
    let log = File::create(folder.join(LOG))?;
    let no_drivers = folder.join("drivers");
    fs::create_dir_all(&no_drivers)?;
    Command::new("/bin/sh")
        .args(["-c", SERVE, "/usr/sbin/pcscd", "--foreground", "--info"])
        .arg("--config")
        .arg(configuration)
        // No driver for USB, so that it never touches a real key.
        .env("PCSCLITE_HP_DROPDIR", no_drivers)
        .stdin(Stdio::from(OwnedFd::from(listener)))
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .map_err(|error| io::Error::new(error.kind(), format!("pcscd: {error}; {REMEDY}")))
}

/// A virtual YubiKey 5 with the PIN, the PUK and the management key of a new one. It keeps its
/// memory while it is out of the reader.
#[derive(Debug)]
pub struct Card {
    folder: TempDir,
    serial: u32,
}

impl Card {
    /// A new card.
    ///
    /// # Errors
    /// From the system.
    pub fn new(serial: u32) -> io::Result<Self> {
        Ok(Self {
            folder: TempDir::new()?,
            serial,
        })
    }

    /// Its serial number.
    #[must_use]
    pub const fn serial(&self) -> u32 {
        self.serial
    }

    /// Whether a finger touches it when it waits for one. A new card is touched.
    ///
    /// # Errors
    /// From the system.
    pub fn set_touched(&self, touched: bool) -> io::Result<()> {
        let untouched = self.folder.path().join("untouched");
        match touched {
            true if untouched.exists() => fs::remove_file(untouched),
            true => Ok(()),
            false => fs::write(untouched, ""),
        }
    }

    /// No finger touches it, and it waits for one for so long.
    ///
    /// # Errors
    /// From the system.
    pub fn set_untouched_for(&self, patience: Duration) -> io::Result<()> {
        let untouched = self.folder.path().join("untouched");
        fs::write(untouched, patience.as_millis().to_string())
    }

    /// How often it has waited for a touch.
    #[must_use]
    pub fn touches(&self) -> usize {
        fs::read(self.folder.path().join("touches")).map_or(0, |noted| noted.len())
    }
}

/// A card in a reader; dropping it takes the card out.
#[derive(Debug)]
pub struct Inserted<'a> {
    process: Child,
    readers: &'a Readers,
}

impl Inserted<'_> {
    /// Takes the card out at once, without waiting until pcscd has seen it.
    pub fn pull(&mut self) {
        // It ends by itself when pcscd does.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Inserted<'_> {
    fn drop(&mut self) {
        let before = self.readers.count(REMOVED);
        self.pull();
        // A daemon that was stopped says nothing any more; the next insertion would tell.
        let begun = Instant::now();
        while self.readers.count(REMOVED) == before && begun.elapsed() < Duration::from_secs(3) {
            sleep(Duration::from_millis(20));
        }
    }
}

/// The card's program, built at first use beside what the tests were built to.
fn program() -> io::Result<&'static Path> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match BUILT.get_or_init(|| build().map_err(|error| error.to_string())) {
        Ok(program) => Ok(program),
        Err(error) => Err(io::Error::other(error.clone())),
    }
}

fn build() -> io::Result<PathBuf> {
    let this = std::env::current_exe()?;
    // target/debug/deps/test-…
    let target = this.ancestors().nth(3).ok_or(io::ErrorKind::NotFound)?;
    let folder = target.join("card");
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("card/Cargo.toml");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--locked", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(&folder)
        .stdin(Stdio::null())
        .output()?;
    if output.status.success() {
        return Ok(folder.join("debug/qv-card"));
    }
    Err(io::Error::other(format!(
        "the virtual card cannot be built: {}",
        String::from_utf8_lossy(&output.stderr)
    )))
}
