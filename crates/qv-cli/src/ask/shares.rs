//! Recovery shares on their way to the person and back: on the screen, as a form to print, or as
//! files for a script.

mod screen;

use std::cell::RefCell;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use qv_app::{AppError, Handout, Prompt, SealError, SecretBytes, Share, recovery, secrets};

use super::{Terminal, read_line};

/// Where the shares of a new set go, and the files that they are in by now.
#[derive(Debug)]
pub struct Delivery {
    to: Destination,
    written: RefCell<Vec<PathBuf>>,
}

#[derive(Debug)]
enum Destination {
    Screen,
    Pdf(PathBuf),
    Folder(PathBuf),
}

impl Delivery {
    pub fn new(pdf: Option<&Path>, folder: Option<&Path>) -> Self {
        let to = match (pdf, folder) {
            (Some(file), _) => Destination::Pdf(file.into()),
            (None, Some(folder)) => Destination::Folder(folder.into()),
            (None, None) => Destination::Screen,
        };
        Self {
            to,
            written: RefCell::default(),
        }
    }

    /// Hands the shares over; `person` tells whether someone sits at the terminal.
    pub fn hand_over(&self, handout: &Handout<'_>, person: bool) -> Result<(), SealError> {
        match &self.to {
            Destination::Screen if person => screen::show(handout)
                .map_err(|_| SealError::Declined("a sign that the share is on paper")),
            Destination::Screen => Err(SealError::CannotAsk(
                "a place for the recovery shares (--shares-pdf or --shares-dir)",
            )),
            Destination::Pdf(file) => self.print(handout, file, person).map_err(handing_over),
            Destination::Folder(folder) => self.put_into(folder, handout).map_err(handing_over),
        }
    }

    fn print(&self, handout: &Handout<'_>, file: &Path, person: bool) -> Result<(), AppError> {
        secrets::write_secret(file, &recovery::form(handout)?)?;
        self.written.borrow_mut().push(file.into());
        if person {
            screen::say(&format!(
                "The shares are in {}, a page each. Print it now, on a printer that you trust. Each share is asked for \
                 next, from the paper.",
                file.display()
            ));
        }
        Ok(())
    }

    fn put_into(&self, folder: &Path, handout: &Handout<'_>) -> Result<(), AppError> {
        DirBuilder::new()
            .mode(0o700)
            .create(folder)
            .map_err(|source| super::file_error(folder, source))?;
        for share in handout.shares {
            let name = format!("share-{}-of-{}.txt", share.index(), share.total());
            let file = folder.join(name);
            let text = SecretBytes::concat(&[share.to_words().expose(), b"\n"]);
            secrets::write_secret(&file, &text)?;
            self.written.borrow_mut().push(file);
        }
        Ok(())
    }

    /// Removes the files of a set that came to nothing. Its shares open nothing, so what cannot be
    /// removed is left.
    pub fn withdraw(&self) {
        for file in self.written.take() {
            let _ = secrets::shred(&file);
        }
        if let Destination::Folder(folder) = &self.to {
            let _ = fs::remove_dir(folder);
        }
    }

    /// Offers to destroy the form, now that the paper was proven. Whether it is gone; `None` where
    /// there is none.
    pub fn clean_up(&self, terminal: &Terminal<'_>) -> Result<Option<bool>, AppError> {
        let (Destination::Pdf(file), [_]) = (&self.to, self.written.borrow().as_slice()) else {
            return Ok(None);
        };
        let question = format!(
            "Overwrite and delete {}, now that it is on paper?",
            file.display()
        );
        if !terminal.asks_a_person() || !terminal.decide(&question, true)? {
            return Ok(Some(false));
        }
        secrets::shred(file)?;
        Ok(Some(true))
    }
}

fn handing_over(error: AppError) -> SealError {
    SealError::HandingOver {
        what: error.to_string(),
    }
}

/// Reads a share that a person types, over several lines if they like, until it is whole or a line is
/// empty. It is shown while it is typed: nobody types 53 words blindly.
pub fn typed(prompt: &Prompt) -> io::Result<SecretBytes> {
    let mut terminal = File::options().read(true).open("/dev/tty")?;
    screen::say(&question(prompt));
    let mut text = SecretBytes::copied_from(b"");
    loop {
        screen::ask(&progress(&text));
        let line = read_line(&mut terminal)?;
        text = SecretBytes::concat(&[text.expose(), line.expose(), b" "]);
        if line.is_empty() || is_whole(&text) {
            screen::clear();
            return Ok(text);
        }
    }
}

fn question(prompt: &Prompt) -> String {
    let what = match prompt {
        Prompt::ShareBack { index, total } => {
            format!("Now prove that you have it: type share {index} of {total}")
        }
        Prompt::Share { given, needed, set } => {
            let of = needed.map_or(String::new(), |needed| format!(" of {needed}"));
            let set = set.map_or(String::new(), |set| {
                format!(" of set {}", recovery::short(&set))
            });
            format!("Type recovery share {}{of}{set}", given + 1)
        }
        _ => "Type the recovery share".into(),
    };
    format!(
        "{what}: its {} words (four letters of each suffice) or the digits of its QR code. An empty line starts it anew.",
        Share::WORDS
    )
}

fn progress(text: &SecretBytes) -> String {
    format!("{:>2}/{} > ", words_in(text), Share::WORDS)
}

fn is_whole(text: &SecretBytes) -> bool {
    let digits = text.expose().trim_ascii().len() >= Share::DIGITS && words_in(text) == 1;
    digits || words_in(text) >= Share::WORDS
}

fn words_in(text: &SecretBytes) -> usize {
    let words = text.expose().split(u8::is_ascii_whitespace);
    words.filter(|word| !word.is_empty()).count()
}
