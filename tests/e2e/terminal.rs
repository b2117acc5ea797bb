//! At a terminal: a real one of its own, made by script(1).

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::driver::{PASSPHRASE, Qv};

/// The program at a terminal of 100 columns.
pub struct Session {
    child: Child,
    pub shown: String,
    output: Receiver<String>,
}

impl Session {
    pub fn start(qv: &Qv, args: &[&str]) -> Self {
        let words = args
            .iter()
            .map(|word| format!("'{word}'"))
            .collect::<Vec<_>>()
            .join(" ");
        let line = format!(
            "stty rows 40 cols 100; exec {} {words}",
            env!("CARGO_BIN_EXE_qv")
        );
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm");
        command
            .env("QV_HOME", qv.home())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("script(1) of util-linux");
        let mut stdout = child.stdout.take().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read) = stdout.read(&mut bytes) {
                if read == 0
                    || sender
                        .send(String::from_utf8_lossy(&bytes[..read]).into_owned())
                        .is_err()
                {
                    return;
                }
            }
        });
        Self {
            child,
            shown: String::new(),
            output,
        }
    }

    /// Waits for a prompt that was not there before, then types.
    pub fn answer(&mut self, prompt: &str, times: usize, text: &str) {
        self.wait_for(prompt, times);
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(format!("{text}\n").as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    /// Waits until something was shown so many times.
    pub fn wait_for(&mut self, prompt: &str, times: usize) {
        while self.shown.matches(prompt).count() < times {
            let more = self.output.recv_timeout(Duration::from_secs(30));
            self.shown += &more.unwrap_or_else(|_| panic!("no {prompt:?} in {:?}", self.shown));
        }
    }

    /// All that was shown by now.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    pub fn end(mut self) -> (i32, String) {
        while let Ok(more) = self.output.recv_timeout(Duration::from_secs(30)) {
            self.shown += &more;
        }
        (self.child.wait().unwrap().code().unwrap_or(-1), self.shown)
    }
}

#[test]
fn a_person_may_mistype_and_nothing_that_is_typed_is_shown() {
    let qv = Qv::new();
    let mut session = Session::start(&qv, &["init", "--no-recovery"]);
    session.answer("New passphrase: ", 1, PASSPHRASE);
    session.answer("The same again: ", 1, "something else");
    session.answer("New passphrase: ", 2, PASSPHRASE);
    session.answer("The same again: ", 2, PASSPHRASE);
    let (code, shown) = session.end();
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("The two differ") && !shown.contains(PASSPHRASE),
        "{shown}"
    );

    let mut session = Session::start(&qv, &["anchors", "create", "main", "--activate"]);
    session.answer("Passphrase: ", 1, "mistyped");
    session.answer("Passphrase: ", 2, PASSPHRASE);
    let (code, shown) = session.end();
    assert!(
        code == 0 && shown.contains("that did not open the vault"),
        "{shown}"
    );

    let mut session = Session::start(&qv, &["audit", "checkpoint"]);
    for attempt in 1..=3 {
        session.answer("Passphrase: ", attempt, "wrong");
    }
    let (code, shown) = session.end();
    assert!(
        code == 4 && shown.contains("the next try is possible in"),
        "{shown}"
    );
}

#[test]
fn questions_are_asked_and_no_is_the_default() {
    let qv = Qv::with_vault();
    qv.ok(&["policies", "add", "all"]);
    let mut session = Session::start(&qv, &["policies", "remove", "all"]);
    session.answer("Remove policy all? [y/N]", 1, "");
    let (code, shown) = session.end();
    assert!(
        code == 1 && shown.contains("nothing was changed"),
        "{shown}"
    );
    let mut session = Session::start(&qv, &["policies", "remove", "all"]);
    session.answer("[y/N]", 1, "y");
    assert_eq!(session.end().0, 0);
}

#[test]
fn tables_fit_and_have_colours_on_a_terminal() {
    let qv = Qv::with_vault();
    qv.ok(&[
        "assets",
        "add",
        &format!("/very/long/{}/path.key", "folder".repeat(20)),
    ]);
    let (code, shown) = Session::start(&qv, &["assets", "list"]).end();
    assert!(code == 0 && shown.contains("\u{1b}["), "{shown:?}");
    let (_, plain) = Session::start(&qv, &["assets", "list", "--color", "never"]).end();
    assert!(
        !plain.contains('\u{1b}') && plain.contains('…'),
        "{plain:?}"
    );
    assert!(
        plain
            .lines()
            .all(|line| line.trim_end().chars().count() <= 100),
        "{plain}"
    );
}
