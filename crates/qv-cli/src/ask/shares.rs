//! Recovery shares on their way to the person and back: on the screen, or in the files of
//! [`recovery::Delivery`].

mod screen;

use std::fs::File;
use std::io;
use std::path::Path;

use qv_app::{AppError, Handout, Prompt, SealError, SecretBytes, Share, recovery};

use super::{Terminal, read_line};

/// Where the shares of a new set go.
#[derive(Debug)]
pub enum Delivery {
    Screen,
    Files(recovery::Delivery),
}

impl Delivery {
    pub fn new(pdf: Option<&Path>, folder: Option<&Path>) -> Self {
        match (pdf, folder) {
            (Some(file), _) => Self::Files(recovery::Delivery::form(file)),
            (None, Some(folder)) => Self::Files(recovery::Delivery::folder(folder)),
            (None, None) => Self::Screen,
        }
    }

    /// Hands the shares over; `person` tells whether someone sits at the terminal.
    pub fn hand_over(&self, handout: &Handout<'_>, person: bool) -> Result<(), SealError> {
        match self {
            Self::Screen if person => screen::show(handout)
                .map_err(|_| SealError::Declined("a sign that the share is on paper")),
            Self::Screen => Err(SealError::CannotAsk(
                "a place for the recovery shares (--shares-pdf or --shares-dir)",
            )),
            Self::Files(files) => {
                files.hand_over(handout)?;
                if let Some(form) = files.form_left().filter(|_| person) {
                    screen::say(&format!(
                        "The shares are in {}, a page each. Print it now, on a printer that you trust. Each share is \
                         asked for next, from the paper.",
                        form.display()
                    ));
                }
                Ok(())
            }
        }
    }

    /// Removes the files of a set that came to nothing, for this reason.
    pub fn withdraw(&self, why: &AppError) {
        if let Self::Files(files) = self {
            files.withdraw(why);
        }
    }

    /// Offers to destroy the form, now that the paper was proven. Whether it is gone; `None` where
    /// there is none.
    pub fn clean_up(&self, terminal: &Terminal<'_>) -> Result<Option<bool>, AppError> {
        let Self::Files(files) = self else {
            return Ok(None);
        };
        let Some(form) = files.form_left() else {
            return Ok(None);
        };
        let question = format!(
            "Overwrite and delete {}, now that it is on paper?",
            form.display()
        );
        if !terminal.asks_a_person() || !terminal.decide(&question, true)? {
            return Ok(Some(false));
        }
        files.destroy_form()?;
        Ok(Some(true))
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
