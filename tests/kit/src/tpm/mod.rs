//! A TPM 2.0 in software (swtpm), one per test, and a look at its bus.

mod bus;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub use bus::Bus;

use crate::tls::port::Port;

const REMEDY: &str = "install swtpm, swtpm-tools, tpm2-tools and libtss2-tcti-swtpm0";
/// How long it may take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running swtpm with a state of its own, on loopback; killed when dropped.
///
/// A TPM that loses its power in the middle counts that as a wrong guess, so [`Swtpm::stop`] and
/// [`Swtpm::restart`] say good-bye first; [`Swtpm::kill`] does not.
#[derive(Debug)]
pub struct Swtpm {
    state: TempDir,
    /// Commands, then the control channel, which tss2 expects one port higher.
    ports: [Port; 2],
    child: Option<Child>,
}

impl Swtpm {
    /// Starts a new one, as it comes from the factory.
    ///
    /// # Errors
    /// Where it is not installed (with how to get it) or does not start.
    pub fn start() -> io::Result<Self> {
        let mut tpm = Self {
            state: TempDir::new()?,
            ports: Port::reserve_two()?,
            child: None,
        };
        tpm.power_on()?;
        Ok(tpm)
    }

    /// How tss2 reaches it.
    #[must_use]
    pub fn tcti(&self) -> String {
        tcti(&self.ports)
    }

    /// Turns it on again after [`Swtpm::stop`] or [`Swtpm::kill`]: its PCRs are as after a boot.
    ///
    /// # Errors
    /// As [`Swtpm::start`].
    pub fn power_on(&mut self) -> io::Result<()> {
        let [commands, control] = self.ports.each_ref().map(Port::number);
        let log = File::create(self.state.path().join("log"))?;
        let child = Command::new("swtpm")
            .args(["socket", "--tpm2", "--tpmstate"])
            .arg(format!("dir={}", self.state.path().display()))
            .args([
                "--server",
                &format!("type=tcp,port={commands},bindaddr=127.0.0.1"),
            ])
            .args([
                "--ctrl",
                &format!("type=tcp,port={control},bindaddr=127.0.0.1"),
            ])
            .args(["--flags", "not-need-init,startup-clear"])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .map_err(|error| {
                io::Error::new(error.kind(), format!("cannot run swtpm: {error}; {REMEDY}"))
            })?;
        self.child = Some(child);
        self.wait_until_listening()
    }

    /// Turns it off as a machine that is shut down does.
    ///
    /// # Errors
    /// Where it does not answer.
    pub fn stop(&mut self) -> io::Result<()> {
        self.tool("tpm2_shutdown", ["--clear"])?;
        self.kill();
        Ok(())
    }

    /// A reboot.
    ///
    /// # Errors
    /// As [`Swtpm::stop`] and [`Swtpm::start`].
    pub fn restart(&mut self) -> io::Result<()> {
        self.stop()?;
        self.power_on()
    }

    /// Takes its power away.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Replaces it by one as it comes from the factory.
    ///
    /// # Errors
    /// As [`Swtpm::start`].
    pub fn replace(&mut self) -> io::Result<()> {
        self.kill();
        for entry in fs::read_dir(self.state.path())? {
            fs::remove_file(entry?.path())?;
        }
        self.power_on()
    }

    /// Clears it, as the firmware's setup does.
    ///
    /// # Errors
    /// Where the tool fails.
    pub fn clear(&self) -> io::Result<()> {
        self.tool("tpm2_clear", ["-c", "platform"]).map(drop)
    }

    /// Extends a PCR of the SHA-256 bank.
    ///
    /// # Errors
    /// Where the tool fails.
    pub fn extend(&self, pcr: u8) -> io::Result<()> {
        self.tool(
            "tpm2_pcrextend",
            [format!("{pcr}:sha256={}", "5a".repeat(32))],
        )
        .map(drop)
    }

    /// The value of a PCR of the SHA-256 bank, in lower-case hex.
    ///
    /// # Errors
    /// Where the tool fails.
    pub fn pcr(&self, pcr: u8) -> io::Result<String> {
        let value = self.state.path().join("pcr");
        let value = value.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
        self.tool("tpm2_pcrread", [&format!("sha256:{pcr}"), "-o", value])?;
        Ok(fs::read(value)?
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect())
    }

    /// Sets how many wrong guesses it takes, and in how many seconds it forgives one.
    ///
    /// # Errors
    /// Where the tool fails.
    pub fn set_guesses(&self, most: u32, forgives_after_s: u32) -> io::Result<()> {
        let (most, interval) = (most.to_string(), forgives_after_s.to_string());
        self.tool("tpm2_dictionarylockout", ["-c"])?;
        self.tool(
            "tpm2_dictionarylockout",
            ["-s", "-n", &most, "-t", &interval, "-l", "86400"],
        )
        .map(drop)
    }

    /// What is loaded into it: transient objects and sessions.
    ///
    /// # Errors
    /// Where the tool fails.
    pub fn loaded(&self) -> io::Result<String> {
        let kinds = [
            "handles-transient",
            "handles-loaded-session",
            "handles-saved-session",
        ];
        kinds
            .iter()
            .map(|kind| self.tool("tpm2_getcap", [kind]))
            .collect()
    }

    /// Suspends it until the result is dropped: it holds connections and answers none.
    ///
    /// # Errors
    /// Where it does not run.
    pub fn suspend(&self) -> io::Result<impl Drop + use<>> {
        struct Suspended(String);
        impl Drop for Suspended {
            fn drop(&mut self) {
                let _ = Command::new("kill").args(["-CONT", &self.0]).status();
            }
        }
        let child = self.child.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let pid = child.id().to_string();
        Command::new("kill").args(["-STOP", &pid]).status()?;
        Ok(Suspended(pid))
    }

    /// Runs one of tpm2-tools on it; what it printed.
    ///
    /// # Errors
    /// Where it is not installed or fails, with its last words.
    pub fn tool<A: AsRef<OsStr>>(
        &self,
        name: &str,
        args: impl IntoIterator<Item = A>,
    ) -> io::Result<String> {
        let output = Command::new(name)
            .args(args)
            .env("TPM2TOOLS_TCTI", self.tcti())
            .stdin(Stdio::null())
            .output()
            .map_err(|error| {
                io::Error::new(
                    error.kind(),
                    format!("cannot run {name}: {error}; {REMEDY}"),
                )
            })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let words = String::from_utf8_lossy(&output.stderr);
        Err(io::Error::other(format!(
            "{name} failed with {}: {words}",
            output.status
        )))
    }

    fn wait_until_listening(&mut self) -> io::Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self
                .child
                .as_mut()
                .and_then(|child| child.try_wait().transpose())
                .transpose()?
            {
                return Err(io::Error::other(format!(
                    "swtpm ended with {status}: {}",
                    self.log()
                )));
            }
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.ports[0].number())).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(5));
        }
        Err(io::Error::other(format!(
            "swtpm does not listen: {}",
            self.log()
        )))
    }

    fn log(&self) -> String {
        fs::read_to_string(Path::new(self.state.path()).join("log")).unwrap_or_default()
    }
}

impl Drop for Swtpm {
    fn drop(&mut self) {
        self.kill();
    }
}

fn tcti(ports: &[Port; 2]) -> String {
    format!("swtpm:host=127.0.0.1,port={}", ports[0].number())
}
