//! Runs the program as a person or a script does, and keeps all that it said.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use serde_json::Value;
use tempfile::TempDir;

/// A passphrase that the strength check accepts.
pub const PASSPHRASE: &str = "tundra okapi ladle 47";

/// Hands the passphrase over on descriptor 3, so that it is neither an argument nor a variable.
const WITH_PASSPHRASE: &str = r#"exec 3<"$1"; shift; exec "$0" --passphrase-fd 3 "$@""#;

/// The program with a home of its own.
pub struct Qv {
    folder: TempDir,
    spoken: Mutex<Vec<u8>>,
}

/// What a run said and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Qv {
    /// A home without a vault.
    pub fn new() -> Self {
        let qv = Self {
            folder: TempDir::new().unwrap(),
            spoken: Mutex::default(),
        };
        qv.set_passphrase(PASSPHRASE);
        qv
    }

    /// A home with a new vault.
    pub fn with_vault() -> Self {
        let qv = Self::new();
        qv.ok(&["init"]);
        qv
    }

    /// The folder of the vault.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A file beside the vault's folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file beside the vault's folder; its path as an argument.
    pub fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.file(name), text).unwrap();
        self.file(name).display().to_string()
    }

    /// The configuration file.
    pub fn configure(&self, text: &str) {
        fs::create_dir_all(self.home()).unwrap();
        fs::write(self.home().join("config.toml"), text).unwrap();
    }

    /// What the next runs hand over: a line for each time they are asked.
    pub fn set_passphrase(&self, lines: &str) {
        fs::write(self.file("passphrase"), format!("{lines}\n")).unwrap();
    }

    /// The program with nothing of this machine in its environment.
    pub fn bare(&self, args: &[&str]) -> Command {
        self.at_home(Command::new(env!("CARGO_BIN_EXE_qv")), args)
    }

    /// The program with the passphrase at hand. The process is `qv` itself, so killing it kills that.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", WITH_PASSPHRASE, env!("CARGO_BIN_EXE_qv")]);
        shell.arg(self.file("passphrase"));
        self.at_home(shell, args)
    }

    fn at_home(&self, mut command: Command, args: &[&str]) -> Command {
        command.args(args).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command.env("LANG", "C.UTF-8").env("QV_HOME", self.home());
        command.env("HOME", self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Starts the program and leaves it running.
    pub fn start(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    pub fn run(&self, args: &[&str]) -> Said {
        self.finish(self.command(args), None)
    }

    /// Runs with text on standard input.
    pub fn run_with(&self, input: &str, args: &[&str]) -> Said {
        self.finish(self.command(args), Some(input))
    }

    /// Runs a command to its end, whatever that is.
    pub fn finish(&self, mut command: Command, input: Option<&str>) -> Said {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        if input.is_some() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn().unwrap();
        if let (Some(text), Some(mut stdin)) = (input, child.stdin.take()) {
            stdin.write_all(text.as_bytes()).unwrap();
        }
        self.end_of(child)
    }

    /// Waits for a started run.
    pub fn end_of(&self, child: Child) -> Said {
        let output = child.wait_with_output().unwrap();
        let mut spoken = self.spoken.lock().unwrap();
        spoken.extend_from_slice(&output.stdout);
        spoken.extend_from_slice(&output.stderr);
        Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs to success.
    pub fn ok(&self, args: &[&str]) -> Said {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?}: {said:?}");
        said
    }

    /// Runs to success and gives the one document that it prints.
    pub fn json(&self, args: &[&str]) -> Value {
        self.json_ending(0, args)
    }

    /// As [`Qv::json`] for another exit code.
    pub fn json_ending(&self, code: i32, args: &[&str]) -> Value {
        let said = self.run(&[args, &["--json"]].concat());
        assert_eq!(said.code, code, "{args:?}: {said:?}");
        serde_json::from_str(&said.out)
            .unwrap_or_else(|error| panic!("{args:?}: {error}: {said:?}"))
    }

    /// Runs to a failure, and gives the message of the error document after checking its code.
    pub fn fails(&self, exit: i32, code: &str, args: &[&str]) -> String {
        let said = self.run(&[args, &["--json"]].concat());
        assert_eq!(said.code, exit, "{args:?}: {said:?}");
        assert_eq!(said.out, "", "{args:?}: a failure prints no result");
        let document: Value = serde_json::from_str(&said.err)
            .unwrap_or_else(|error| panic!("{args:?}: {error}: {said:?}"));
        assert_eq!(document["error"]["code"], code, "{args:?}: {document}");
        document["error"]["message"].as_str().unwrap().to_owned()
    }

    /// Adds a secret from standard input; its id.
    pub fn add_secret(&self, asset: &str, label: &str, secret: &str) -> String {
        let args = [
            "secrets", "add", asset, "--file", "-", "--label", label, "--json",
        ];
        let said = self.run_with(secret, &args);
        assert_eq!(said.code, 0, "{said:?}");
        let view: Value = serde_json::from_str(&said.out).unwrap();
        view["id"].as_str().unwrap().to_owned()
    }

    /// Everything that was said so far, and every file of the vault.
    pub fn everything(&self) -> Vec<u8> {
        let mut all = self.spoken.lock().unwrap().clone();
        read_all(&self.home(), &mut all);
        all
    }
}

fn read_all(folder: &Path, into: &mut Vec<u8>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, into);
        } else {
            into.extend(fs::read(path).unwrap());
        }
    }
}

/// The rows of a list or of a page of one.
pub fn rows(value: &Value) -> &[Value] {
    let rows = value.as_array().or_else(|| value["items"].as_array());
    rows.expect("a list")
}

/// A member of a document as text.
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member]
        .as_str()
        .unwrap_or_else(|| panic!("no text {member} in {value}"))
}
