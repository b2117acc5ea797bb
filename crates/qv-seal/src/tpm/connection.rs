//! Finding the TPM, and why it cannot be used.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use qv_crypto::umk::factor::FactorKind;
use tss_esapi::constants::PropertyTag;
use tss_esapi::tcti_ldr::TctiNameConf;
use tss_esapi::{Context, Error};

use crate::patience::in_time;
use crate::{Availability, SealError};

/// Where the TPM is looked for, as tss2's own tools do.
const VARIABLES: [&str; 2] = ["TCTI", "TPM2TOOLS_TCTI"];
/// The kernel's TPM with its resource manager.
const DEVICE: &str = "/dev/tpmrm0";
/// The user-space resource manager's name on the system bus.
const TABRMD: &str = "com.intel.tss2.Tabrmd";
/// How long the system bus has to answer.
const BUS_PATIENCE: Duration = Duration::from_secs(2);

/// Why there is no TPM to use.
#[derive(Debug)]
pub(super) struct Missing {
    why: String,
    remedy: String,
}

impl Missing {
    fn new(why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            remedy: remedy.into(),
        }
    }
}

impl From<Missing> for Availability {
    fn from(missing: Missing) -> Self {
        Self::Missing {
            why: missing.why,
            remedy: missing.remedy,
        }
    }
}

impl From<Missing> for SealError {
    fn from(missing: Missing) -> Self {
        Self::Unavailable {
            kind: FactorKind::Tpm,
            why: missing.why,
            remedy: missing.remedy,
        }
    }
}

/// How to reach the TPM (a TCTI), as it was given or found.
#[derive(Debug, Clone)]
pub(super) struct Route {
    named: String,
    /// Read once: the crate takes long for it.
    read: TctiNameConf,
}

impl Route {
    /// The given one, else that of the environment, else the kernel's, else tabrmd.
    pub fn find(given: Option<&str>) -> Result<Self, Missing> {
        let named = given.map(ToOwned::to_owned).or_else(|| {
            let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
            VARIABLES.iter().find_map(set)
        });
        if let Some(named) = named {
            return Self::checked(named);
        }
        if Path::new(DEVICE).exists() {
            return Self::checked(format!("device:{DEVICE}"));
        }
        if tabrmd_runs() {
            return Self::checked("tabrmd".into());
        }
        Err(no_device(Path::new(DEVICE)))
    }

    fn checked(route: String) -> Result<Self, Missing> {
        if let Some(device) = route
            .strip_prefix("device:")
            .filter(|path| !path.is_empty())
        {
            let device = PathBuf::from(device);
            // A command is written to whatever this is: never to a file.
            if device
                .metadata()
                .is_ok_and(|found| !found.file_type().is_char_device())
            {
                return Err(Missing::new(
                    format!("`{}` is no device", device.display()),
                    format!("Name the TPM's, for example `device:{DEVICE}`."),
                ));
            }
            let opened = OpenOptions::new().read(true).write(true).open(&device);
            opened.map_err(|error| refusal(&device, &error))?;
        }
        match TctiNameConf::from_str(&route) {
            Ok(read) => Ok(Self { named: route, read }),
            Err(_) => Err(Missing::new(
                format!("`{route}` names no connection to a TPM"),
                format!(
                    "Write it as `device:{DEVICE}`, `tabrmd` or `swtpm:host=127.0.0.1,port=2321`."
                ),
            )),
        }
    }

    /// Opens the connection. What it has loaded into the TPM is flushed when it is dropped.
    pub fn open(&self) -> Result<Context, Missing> {
        Context::new(self.read.clone()).map_err(|error| self.silent(error))
    }

    /// Opens the connection and has the TPM answer once.
    pub fn probe(&self) -> Result<(), Missing> {
        let mut context = self.open()?;
        match context.get_tpm_property(PropertyTag::LockoutCounter) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.silent(error)),
        }
    }

    fn silent(&self, error: Error) -> Missing {
        Missing::new(
            format!("no TPM answers at `{}` ({error})", self.named),
            "Check that it runs; `tpm2_getcap properties-fixed` shows whether others reach it.",
        )
    }
}

fn refusal(device: &Path, error: &io::Error) -> Missing {
    let shown = device.display();
    match error.kind() {
        io::ErrorKind::NotFound => no_device(device),
        io::ErrorKind::PermissionDenied => Missing::new(
            format!("you may not use {shown}"),
            "Add yourself to the group tss (sudo usermod -aG tss $USER), then sign in again.",
        ),
        io::ErrorKind::ResourceBusy => Missing::new(
            format!("another program holds {shown}"),
            format!("Use {DEVICE}, which several programs can share, or end the other one."),
        ),
        _ => Missing::new(
            format!("{shown} cannot be opened ({error})"),
            "Check the device, or use another factor.",
        ),
    }
}

fn no_device(device: &Path) -> Missing {
    Missing::new(
        format!("there is no TPM 2.0 ({} does not exist)", device.display()),
        "Enable the TPM in the firmware, or use another factor.",
    )
}

fn tabrmd_runs() -> bool {
    let look = || -> zbus::Result<bool> {
        let bus = zbus::blocking::Connection::system()?;
        let names = zbus::blocking::fdo::DBusProxy::new(&bus)?;
        Ok(names.name_has_owner(TABRMD.try_into()?)?)
    };
    matches!(in_time("tabrmd", BUS_PATIENCE, look), Ok(Some(Ok(true))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_cannot_be_used_is_told_with_its_remedy() {
        let told = |kind: io::ErrorKind| {
            SealError::from(refusal(Path::new(DEVICE), &kind.into())).to_string()
        };
        assert!(told(io::ErrorKind::PermissionDenied).contains("group tss"));
        assert!(told(io::ErrorKind::NotFound).contains("firmware"));
        assert!(told(io::ErrorKind::ResourceBusy).contains("share"));
    }

    #[test]
    fn what_is_given_comes_first_and_must_be_a_route() {
        assert_eq!(
            Route::find(Some("swtpm:port=1")).unwrap().named,
            "swtpm:port=1"
        );
        for none in ["", "usb:1", "swtpm:host=%,port=1x"] {
            assert!(Route::find(Some(none)).is_err(), "{none}");
        }
        let absent = Route::find(Some("device:/dev/no-such-tpm")).unwrap_err();
        assert!(absent.why.contains("/dev/no-such-tpm"), "{absent:?}");
    }

    #[test]
    fn a_file_is_no_device_and_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("precious");
        std::fs::write(&file, "precious").unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        for path in [&file, &link, &folder.path().to_path_buf()] {
            let route = format!("device:{}", path.display());
            let refused = Route::find(Some(&route)).unwrap_err();
            assert!(refused.why.contains("is no device"), "{refused:?}");
        }
        assert_eq!(std::fs::read(&file).unwrap(), b"precious");
    }
}
