//! One share at a time on the terminal, gone before the next.

use std::io::{self, Write};

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use qv_app::{Handout, Share};
use zeroize::Zeroizing;

/// Home, clear the screen, clear what was scrolled off it (where the terminal can).
const CLEAR: &str = "\x1b[H\x1b[2J\x1b[3J";
/// Black on white, whatever the colours of the terminal are: scanners want dark on light.
const PAPER: &str = "\x1b[30;107m";
const PLAIN: &str = "\x1b[0m";
const COLUMNS: usize = 5;

/// Shows each share until Enter is pressed.
pub fn show(handout: &Handout<'_>) -> io::Result<()> {
    for share in handout.shares {
        clear();
        let shown = show_one(share).and_then(|()| wait());
        clear();
        shown?;
    }
    Ok(())
}

fn show_one(share: &Share) -> io::Result<()> {
    let mut to = io::stderr().lock();
    writeln!(
        to,
        "Recovery share {} of {}; any {} open the vault. Write it down; it is not shown again.\n",
        share.index(),
        share.total(),
        share.needed()
    )?;
    write_words(&mut to, share)?;
    write_code(&mut to, share)?;
    write!(to, "\nPress Enter once it is on paper. ")?;
    to.flush()
}

/// The words in columns, numbered downwards.
fn write_words(to: &mut impl Write, share: &Share) -> io::Result<()> {
    let words = share.to_words();
    let words: Vec<&[u8]> = words.expose().split(|byte| *byte == b' ').collect();
    let rows = words.len().div_ceil(COLUMNS);
    for row in 0..rows {
        for (at, word) in words.iter().enumerate().skip(row).step_by(rows) {
            write!(to, "{:>3} ", at + 1)?;
            to.write_all(word)?;
            write!(to, "{:1$}", "", 10usize.saturating_sub(word.len()))?;
        }
        writeln!(to)?;
    }
    writeln!(to)
}

fn write_code(to: &mut impl Write, share: &Share) -> io::Result<()> {
    let code = QrCode::new(share.to_hex().expose()).map_err(io::Error::other)?;
    let image = Zeroizing::new(code.render::<Dense1x2>().build());
    for line in image.lines() {
        writeln!(to, "{PAPER}{line}{PLAIN}")?;
    }
    Ok(())
}

/// Waits for Enter at the terminal itself.
fn wait() -> io::Result<()> {
    let mut terminal = std::fs::File::open("/dev/tty")?;
    super::read_line(&mut terminal).map(drop)
}

pub fn clear() {
    let mut to = io::stderr().lock();
    let _ = to.write_all(CLEAR.as_bytes());
    let _ = to.flush();
}

pub fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

pub fn ask(text: &str) {
    let mut to = io::stderr().lock();
    let _ = to.write_all(text.as_bytes());
    let _ = to.flush();
}
