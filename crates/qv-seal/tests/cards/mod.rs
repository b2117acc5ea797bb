//! Readers for tests of the YubiKey: the test runs itself again with a pcscd of its own, whose
//! socket the PC/SC library finds through its environment.

use std::path::{Path, PathBuf};
use std::process::Command;

use qv_testkit::card::{SOCKET_VARIABLE, socket};

/// Runs `body` with the folder for its readers; `test` is the name of the test that calls this.
pub fn with_readers(test: &str, body: impl FnOnce(&Path)) {
    match std::env::var_os(SOCKET_VARIABLE) {
        Some(socket) if socket.to_string_lossy().contains(MARK) => {
            body(PathBuf::from(socket).parent().unwrap());
        }
        _ => run_again(test),
    }
}

/// In the name of each folder, so that a session's own pcscd is never taken for it.
const MARK: &str = "qv-readers-";

fn run_again(test: &str) {
    let folder = tempfile::Builder::new().prefix(MARK).tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(SOCKET_VARIABLE, socket(folder.path()))
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
