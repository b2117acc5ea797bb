//! The only module that writes to the terminal.
//!
//! Invariants: everything that came from outside is escaped here, whatever a caller passes; data
//! goes to standard output and talk about it to standard error; with JSON, standard output holds
//! one document and nothing else; a reader that went away ends the output quietly, a disk that is
//! full does not. Start with [`Out`].

mod escape;
mod progress;
mod prose;
mod sparkline;
mod style;
mod table;
mod verdict;

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::Style;
use qv_types::{RiskLevel, Verdict};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use escape::Charset;
pub use progress::Bar;
pub use style::Color;
use table::Layout;

/// Set once the reader of standard output went away; nothing is written to it any more.
static CLOSED: AtomicBool = AtomicBool::new(false);

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON document.
    Json,
}

/// Where and how a command writes.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    format: Format,
    charset: Charset,
    /// Columns of standard output; `None` where it is no terminal.
    width: Option<u16>,
    /// Columns of standard error.
    width_errors: Option<u16>,
    colored: bool,
    colored_errors: bool,
    /// Whether a person watches standard error.
    attended: bool,
}

impl Out {
    /// Looks at the terminal and the environment once.
    pub fn new(format: Format, color: Color) -> Self {
        let var = |name: &str| std::env::var(name).ok();
        let dumb = var("TERM").is_some_and(|term| term == "dumb");
        Self {
            format,
            charset: Charset::from_env(var),
            width: terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0),
            width_errors: terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| width.0),
            colored: color.applies(&io::stdout(), var),
            colored_errors: color.applies(&io::stderr(), var),
            attended: io::stderr().is_terminal() && !dumb,
        }
    }

    /// Shows a result: as JSON where that was asked for, else as `text` writes it.
    pub fn show<T: Serialize + ?Sized>(&self, result: &T, text: impl FnOnce(&Self)) {
        match self.format {
            Format::Json => self.json(result),
            Format::Text => text(self),
        }
    }

    /// Prints one JSON document, indented, whatever the format.
    pub fn json<T: Serialize + ?Sized>(&self, value: &T) {
        match serde_json::to_string_pretty(value) {
            Ok(document) => write_stdout(&[escape::json(&document).as_bytes(), b"\n"]),
            Err(error) => give_up(&format!("the result cannot be written as JSON: {error}")),
        }
    }

    /// Prints a line, or several where the text has line feeds.
    pub fn line(&self, text: &str) {
        let text = escape::block(text, self.charset);
        self.text(&[text.trim_end_matches('\n'), "\n"]);
    }

    /// Prints a sentence, wrapped where it is wider than the terminal.
    pub fn sentence(&self, text: &str) {
        let text = escape::line(text, self.charset);
        self.text(&[&prose::wrap(&text, 0, self.width), "\n"]);
    }

    /// Prints a heading after an empty line.
    pub fn heading(&self, text: &str) {
        let text = escape::line(text, self.charset);
        self.text(&[
            "\n",
            &style::paint(&text, style::HEADING, self.colored),
            "\n",
        ]);
    }

    /// Prints names and values of one thing, aligned; an empty value is a dash.
    pub fn pairs(&self, pairs: &[(&str, String)]) {
        self.text(&[&table::render_pairs(pairs, self.layout())]);
    }

    /// Prints a table that fits the terminal; nothing where there are no rows.
    pub fn table(&self, headers: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        let rows: Vec<Vec<String>> = rows.into_iter().collect();
        if !rows.is_empty() {
            self.text(&[&table::render(headers, rows, self.layout())]);
        }
    }

    /// A verdict for a table cell or a line: mark and word.
    pub fn verdict(&self, verdict: Verdict) -> String {
        verdict::text(verdict, self.charset).to_owned()
    }

    /// A score for a table cell or a line: bar, number and level.
    pub fn score(&self, score: u32, level: RiskLevel) -> String {
        verdict::score(score, level, self.charset)
    }

    /// A trend for a table cell or a line.
    pub fn sparkline(&self, values: &[f64]) -> String {
        sparkline::text(values, self.charset)
    }

    /// Says that something was done.
    pub fn success(&self, text: &str) {
        let mark = self.mark("✓", "ok:");
        let said = self.say(mark, style::SUCCESS, text, self.width, self.colored);
        self.text(&[&said]);
    }

    /// Says on standard error what needs a look. Said with JSON too.
    pub fn warn(&self, text: &str) {
        let mark = self.mark("▲ warning:", "warning:");
        write_stderr(&self.say(
            mark,
            style::WARNING,
            text,
            self.width_errors,
            self.colored_errors,
        ));
    }

    /// Says on standard error what is good to know, to people only: not with JSON.
    pub fn note(&self, text: &str) {
        if self.format == Format::Text {
            let mark = self.mark("→", "->");
            write_stderr(&self.say(
                mark,
                style::FAINT,
                text,
                self.width_errors,
                self.colored_errors,
            ));
        }
    }

    /// Says on standard error what failed: the document with JSON, else the message.
    pub fn error<T: Serialize + ?Sized>(&self, message: &str, document: &T) {
        let said = self.say(
            "error:",
            style::ERROR,
            message,
            self.width_errors,
            self.colored_errors,
        );
        self.fail(said, document);
    }

    /// Says on standard error what is wrong with the arguments, in lines that are laid out already.
    pub fn usage<T: Serialize + ?Sized>(&self, lines: &str, document: &T) {
        let said = escape::block(lines.trim_end(), self.charset);
        self.fail(format!("{said}\n"), document);
    }

    fn fail<T: Serialize + ?Sized>(&self, said: String, document: &T) {
        let json = match self.format {
            Format::Json => serde_json::to_string_pretty(document).ok(),
            Format::Text => None,
        };
        write_stderr(&json.map_or(said, |document| format!("{}\n", escape::json(&document))));
    }

    /// A mark and a sentence, each line ended.
    fn say(
        &self,
        mark: &str,
        style: Style,
        text: &str,
        width: Option<u16>,
        colored: bool,
    ) -> String {
        let text = escape::line(text, self.charset);
        let text = prose::wrap(&text, mark.width() + 1, width);
        format!("{} {text}\n", style::paint(mark, style, colored))
    }

    /// A progress bar on standard error, shown only where a person watches. A total of 0 is not yet known.
    pub fn progress(&self, total: u64, label: &str) -> Bar {
        Bar::new(
            total,
            label,
            self.attended && self.format == Format::Text,
            self.charset,
        )
    }

    fn mark(&self, utf8: &'static str, ascii: &'static str) -> &'static str {
        match self.charset {
            Charset::Utf8 => utf8,
            Charset::Ascii => ascii,
        }
    }

    fn layout(&self) -> Layout {
        Layout {
            width: self.width,
            colored: self.colored,
            charset: self.charset,
        }
    }

    /// Text for people: with JSON, standard output is the document's alone.
    fn text(&self, parts: &[&str]) {
        if self.format == Format::Text {
            write_stdout(&parts.iter().map(|part| part.as_bytes()).collect::<Vec<_>>());
        }
    }
}

/// Writes bytes as they are: for secrets, completions and manual pages. On a terminal they are
/// escaped (line feeds stay), because a secret, too, may hold what steers a terminal.
pub fn raw(bytes: &[u8]) {
    if !io::stdout().is_terminal() {
        return write_stdout(&[bytes]);
    }
    let charset = Charset::from_env(|name| std::env::var(name).ok());
    // Piece by piece, so that no second copy of a secret is left behind.
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let mut buffer = [0; 4];
            let text: &str = c.encode_utf8(&mut buffer);
            write_stdout(&[escape::block(text, charset).as_bytes()]);
        }
        for byte in chunk.invalid() {
            write_stdout(&[format!("\\x{byte:02x}").as_bytes()]);
        }
    }
    if !bytes.ends_with(b"\n") {
        write_stdout(&[b"\n"]);
    }
}

fn write_stdout(parts: &[&[u8]]) {
    if CLOSED.load(Ordering::Relaxed) {
        return;
    }
    let mut stdout = io::stdout().lock();
    let written = parts
        .iter()
        .try_for_each(|part| stdout.write_all(part))
        .and_then(|()| stdout.flush());
    match written {
        Ok(()) => {}
        Err(error) if is_reader_gone(&error) => CLOSED.store(true, Ordering::Relaxed),
        Err(error) => give_up(&format!(
            "standard output cannot be written: {error}; make room or name another file"
        )),
    }
}

fn is_reader_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

/// Nobody can be told if standard error is gone, so a failure to write there is not a failure.
fn write_stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Ends the run: a result that was lost must not look like a success.
fn give_up(message: &str) {
    write_stderr(&format!("error: {message}\n"));
    std::process::exit(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_reader_that_went_away_is_forgiven() {
        assert!(is_reader_gone(&io::Error::from(io::ErrorKind::BrokenPipe)));
        assert!(!is_reader_gone(&io::Error::from(
            io::ErrorKind::StorageFull
        )));
    }
}
