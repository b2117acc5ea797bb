//! Asking a person, and reading secrets without letting them pass through arguments or variables.

mod shares;
mod signature;

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::path::Path;

use qv_app::{AppError, Handout, Interaction, Notice, Prompt, SealError, SecretBytes};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

pub use shares::Delivery;

/// The most that one secret may hold: a `qv-wrap-v1` plaintext is at most 1 MiB.
const SECRET_LIMIT: u64 = (1 << 20) + 1;
/// The longest line of a file descriptor.
const LINE_LIMIT: usize = 4096;
/// The most that a list or a bundle may hold.
const TEXT_LIMIT: u64 = 64 << 20;

/// A file descriptor that a script opened for us: each secret that is asked for is its next line.
pub struct Descriptor {
    number: u32,
    file: RefCell<Option<File>>,
}

impl Descriptor {
    pub const fn new(number: u32) -> Self {
        Self {
            number,
            file: RefCell::new(None),
        }
    }

    /// Closes the descriptor here, once nothing more will be asked.
    pub fn close(&self) {
        self.file.replace(None);
    }

    /// The next line without its end, read byte by byte so that no buffer holds what follows.
    fn next_line(&self) -> io::Result<SecretBytes> {
        let mut opened = self.file.borrow_mut();
        if opened.is_none() {
            *opened = Some(File::open(format!("/dev/fd/{}", self.number))?);
        }
        match opened.as_mut() {
            Some(file) => read_line(file),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

fn read_line(file: &mut File) -> io::Result<SecretBytes> {
    let mut line = Zeroizing::new(Vec::with_capacity(LINE_LIMIT));
    let mut byte = Zeroizing::new([0]);
    let mut any = false;
    while file.read(byte.as_mut_slice())? == 1 {
        any = true;
        match byte[0] {
            b'\n' => break,
            _ if line.len() == LINE_LIMIT => return Err(io::ErrorKind::FileTooLarge.into()),
            other => line.push(other),
        }
    }
    if !any {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(SecretBytes::copied_from(
        line.strip_suffix(b"\r").unwrap_or(&line),
    ))
}

/// The terminal, or the file descriptor that stands in for it.
pub struct Terminal<'a> {
    descriptor: Option<&'a Descriptor>,
    delivery: Option<&'a Delivery>,
}

impl<'a> Terminal<'a> {
    pub const fn new(descriptor: Option<&'a Descriptor>) -> Self {
        Self {
            descriptor,
            delivery: None,
        }
    }

    /// The same, with the way on which new recovery shares are handed over.
    pub const fn delivering(self, delivery: &'a Delivery) -> Self {
        Self {
            delivery: Some(delivery),
            ..self
        }
    }

    /// Whether secrets are asked of a person, who may mistype.
    pub fn asks_a_person(&self) -> bool {
        self.descriptor.is_none() && Self::is_interactive()
    }

    /// Whether a person can be asked.
    pub fn is_interactive() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks yes or no; no is the default.
    pub fn confirm(&self, question: &str) -> Result<bool, AppError> {
        self.decide(question, false)
    }

    /// Asks yes or no, with the answer that an empty line gives.
    pub fn decide(&self, question: &str, default: bool) -> Result<bool, AppError> {
        if !Self::is_interactive() {
            return Err(AppError::NotAllowed(format!(
                "{question} Nobody can be asked here; --yes answers it"
            )));
        }
        let mut error = io::stderr().lock();
        let choices = if default { "[Y/n]" } else { "[y/N]" };
        let _ = write!(error, "{question} {choices} ");
        let _ = error.flush();
        let mut answer = String::new();
        io::stdin()
            .lock()
            .read_line(&mut answer)
            .map_err(|source| file_error(Path::new("standard input"), source))?;
        Ok(match answer.trim() {
            // Nothing at all is the end of the input, which agrees to nothing.
            "" => default && !answer.is_empty(),
            answer => matches!(answer, "y" | "Y" | "yes"),
        })
    }

    /// Asks for one line that is not shown.
    pub fn secret(&self, prompt: &str) -> Result<SecretBytes, AppError> {
        if !Self::is_interactive() {
            return Err(AppError::InvalidInput(
                "nobody can be asked here; name a file with --file, or --file - for standard input"
                    .into(),
            ));
        }
        hidden(prompt).map_err(|source| file_error(Path::new("the terminal"), source))
    }

    fn passphrase(&self, prompt: &str, what: &'static str) -> Result<SecretBytes, SealError> {
        match self.descriptor {
            Some(descriptor) => descriptor
                .next_line()
                .map_err(|_| SealError::CannotAsk(what)),
            None if Self::is_interactive() => hidden(prompt).map_err(|_| SealError::Declined(what)),
            None => Err(SealError::CannotAsk(what)),
        }
    }
}

impl Interaction for Terminal<'_> {
    fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError> {
        let what = prompt.what();
        if let Prompt::Share { .. } | Prompt::ShareBack { .. } = prompt
            && self.asks_a_person()
        {
            return shares::typed(prompt).map_err(|_| SealError::Declined(what));
        }
        if let Prompt::WalletSignature { message } = prompt {
            return signature::ask(message, |line| self.passphrase(line, what));
        }
        let twice = matches!(prompt, Prompt::NewPassphrase | Prompt::NewTpmPin);
        let shown = label(prompt);
        let mut first = self.passphrase(&shown, what)?;
        if !twice || !self.asks_a_person() {
            return Ok(first);
        }
        while first.expose() != self.passphrase("The same again: ", what)?.expose() {
            let _ = writeln!(io::stderr(), "The two differ; once more.");
            first = self.passphrase(&shown, what)?;
        }
        Ok(first)
    }

    fn hand_over(&mut self, handout: &Handout<'_>) -> Result<(), SealError> {
        match self.delivery {
            Some(delivery) => delivery.hand_over(handout, self.asks_a_person()),
            None => Err(SealError::CannotAsk("a place for the recovery shares")),
        }
    }

    fn notify(&mut self, notice: &Notice) {
        if !io::stderr().is_terminal() {
            return;
        }
        let text = match notice {
            Notice::Deriving { memory_mib } => {
                format!("Working on the passphrase with {memory_mib} MiB …")
            }
            Notice::KeyringMayAsk => "The desktop may ask to unlock its keyring.".into(),
            Notice::ForSlot { label } => format!("For the slot {label:?}:"),
            Notice::ShareRefused { why } => format!("Not taken: {why}"),
            Notice::KeypairIsOpenToOthers { path, mode } => format!(
                "Other accounts can read {path:?} (mode {mode:o}); close it with `chmod 600`."
            ),
            Notice::SignElsewhere { message, qr } => signature::explain(message, qr.as_deref()),
            Notice::SignatureRefused { why } => format!("Not taken: {why}"),
            Notice::WalletChosen { address } => format!(
                "The wallet is {address}. If it is not yours, press Ctrl-C: somebody else answered the page."
            ),
            Notice::WalletPage { url } => {
                format!("Sign in the browser. If no page opened, open this one: {url}")
            }
            Notice::TouchYubikey { serial } => {
                format!("Touch YubiKey {serial} now; it blinks until you do.")
            }
            Notice::YubikeyDefaultPin { serial } => format!(
                "YubiKey {serial} still has the PIN of every new one (123456): change it with `ykman piv access change-pin`."
            ),
            _ => return,
        };
        let _ = writeln!(io::stderr(), "{text}");
    }
}

/// What stands before the answer.
fn label(prompt: &Prompt) -> String {
    match prompt {
        Prompt::YubikeyPin { serial, tries_left } => {
            format!("PIN of YubiKey {serial} (tries left: {tries_left}): ")
        }
        Prompt::TpmPin => "PIN of the TPM: ".into(),
        Prompt::NewTpmPin => "New PIN for the TPM: ".into(),
        Prompt::NewPassphrase => "New passphrase: ".into(),
        _ => "Passphrase: ".into(),
    }
}

fn hidden(prompt: &str) -> io::Result<SecretBytes> {
    let _off = EchoOff::now()?;
    let line = Zeroizing::new(rpassword::prompt_password(prompt)?);
    Ok(SecretBytes::copied_from(line.as_bytes()))
}

/// The terminal without echo until this is dropped. `rpassword` turns the echo off only after its
/// prompt is there, so that what is typed or pasted at once would be shown.
struct EchoOff {
    terminal: File,
    before: Termios,
}

impl EchoOff {
    fn now() -> io::Result<Self> {
        let terminal = File::options().read(true).write(true).open("/dev/tty")?;
        let before = tcgetattr(&terminal)?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&terminal, OptionalActions::Now, &quiet)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for EchoOff {
    fn drop(&mut self) {
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}

/// Reads a secret from a file, or from standard input for `-`.
pub fn read_secret_file(path: &Path) -> Result<SecretBytes, AppError> {
    let read = if path.as_os_str() == "-" {
        read_limited(io::stdin().lock(), SECRET_LIMIT)
    } else {
        File::open(path).and_then(|file| read_limited(file, SECRET_LIMIT))
    };
    read.map_err(|source| file_error(path, source))
}

/// Reads a small secret from a file.
fn read_limited_file(path: &Path, limit: u64) -> io::Result<SecretBytes> {
    read_limited(File::open(path)?, limit)
}

/// Reads text that is not secret from a file, or from standard input for `-`.
pub fn read_text(path: &Path) -> Result<String, AppError> {
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        io::stdin()
            .lock()
            .take(TEXT_LIMIT + 1)
            .read_to_string(&mut text)
    } else {
        File::open(path).and_then(|file| file.take(TEXT_LIMIT + 1).read_to_string(&mut text))
    };
    match read {
        Ok(bytes) if bytes as u64 > TEXT_LIMIT => Err(AppError::InvalidInput(format!(
            "{} is larger than 64 MiB; split it",
            path.display()
        ))),
        Ok(_) => Ok(text),
        Err(source) => Err(file_error(path, source)),
    }
}

/// Reads into one buffer that never grows, so that no copy is left behind in freed memory.
fn read_limited(source: impl Read, limit: u64) -> io::Result<SecretBytes> {
    let mut buffer = Zeroizing::new(Vec::with_capacity(usize::try_from(limit).unwrap_or(0)));
    source.take(limit).read_to_end(&mut buffer)?;
    Ok(SecretBytes::copied_from(&buffer))
}

fn file_error(path: &Path, source: io::Error) -> AppError {
    AppError::File {
        path: path.display().to_string(),
        source,
    }
}
