//! Opening the page in the person's browser.

use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use crate::{Availability, SealError};

/// What opens a page where `BROWSER` names nothing.
const OPENER: &str = "xdg-open";

/// Opens `url` in the browser that `BROWSER` names, else in the desktop's.
pub(super) fn open(url: &str) -> Result<(), SealError> {
    let line = std::env::var("BROWSER").unwrap_or_default();
    start(&mut command(&line, url)).map_err(|error| SealError::WalletPage {
        why: format!(
            "no browser could be started ({error}); install xdg-utils or set BROWSER, or sign with --wallet-file or \
             --wallet-offline"
        ),
    })
}

/// Whether there is a program that opens the page. Starts none.
#[must_use]
pub fn browser_availability() -> Availability {
    let line = std::env::var("BROWSER").unwrap_or_default();
    let missing = |why: String, remedy: &str| Availability::Missing {
        why,
        remedy: remedy.into(),
    };
    let command = command(&line, "");
    let program = command.get_program();
    if !is_there(program, std::env::var_os("PATH").as_deref()) {
        return missing(
            format!(
                "no browser could be started: there is no {}",
                program.display()
            ),
            "Install xdg-utils and a browser, or set BROWSER; a wallet can also sign with --wallet-file or --wallet-offline.",
        );
    }
    let shown = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if program == OPENER && !shown("DISPLAY") && !shown("WAYLAND_DISPLAY") {
        return missing(
            "no display is attached that a browser could show the page on".into(),
            "Log in to a desktop, or set BROWSER; a wallet can also sign with --wallet-file or --wallet-offline.",
        );
    }
    Availability::Ready
}

/// Whether the program is an executable file, named by its path or found in the folders of `path`.
fn is_there(program: &OsStr, path: Option<&OsStr>) -> bool {
    let runs = |file: &Path| {
        let found = file.metadata();
        found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    if Path::new(program).components().count() > 1 {
        return runs(Path::new(program));
    }
    let folders = path.map(std::env::split_paths).into_iter().flatten();
    folders
        .into_iter()
        .any(|folder| runs(&folder.join(program)))
}

/// `BROWSER` is a list of command lines, joined by colons, where `%s` stands for the address. The
/// first one is taken; no shell reads it.
fn command(line: &str, url: &str) -> Command {
    let first = line.split(':').next().unwrap_or_default();
    let mut words = first.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or(OPENER));
    let rest: Vec<_> = words.collect();
    command.args(rest.iter().map(|word| word.replace("%s", url)));
    if !rest.iter().any(|word| word.contains("%s")) {
        command.arg(url);
    }
    command
}

/// Starts it apart from the terminal, so that Ctrl-C here does not close the person's browser.
fn start(command: &mut Command) -> io::Result<()> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    thread::spawn(move || child.wait());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_an_executable_file() {
        let here = |program: &str| is_there(program.as_ref(), Some("/nowhere:/bin".as_ref()));
        assert!(here("sh") && here("/bin/sh"));
        assert!(!here("no-such-browser") && !here("/etc/passwd") && !here("/bin"));
        assert!(!is_there("sh".as_ref(), None));
    }

    #[test]
    fn the_variable_is_words_and_never_a_shell_line() {
        let words = |line: &str| {
            let command = command(line, "http://127.0.0.1:1/t/");
            let words = std::iter::once(command.get_program()).chain(command.get_args());
            words
                .map(|word| word.to_string_lossy().into_owned())
                .collect::<Vec<_>>()
        };
        let url = "http://127.0.0.1:1/t/";
        assert_eq!(words(""), ["xdg-open", url]);
        assert_eq!(words("firefox"), ["firefox", url]);
        assert_eq!(
            words("chromium --app=%s:lynx"),
            ["chromium", &format!("--app={url}")]
        );
        assert_eq!(words("a; rm -rf"), ["a;", "rm", "-rf", url]);
    }
}
