//! Drawing one page. Points from the lower left corner, as PDF has them.

use pdf_writer::{Content, Name, Str};
use qrcode::{Color, EcLevel, QrCode};
use qv_seal::Share;
use zeroize::Zeroizing;

use crate::{AppError, SecretBytes};

/// A4.
pub const SIZE: (f32, f32) = (595.0, 842.0);
const LEFT: f32 = 56.0;
const RIGHT: f32 = SIZE.0 - LEFT;
const HEAD: f32 = 770.0;
const FACTS: f32 = 668.0;
const CODE: (f32, f32) = (RIGHT - CODE_SIDE, 522.0);
const CODE_SIDE: f32 = 162.0;
const WORDS: f32 = 476.0;
const WORD_ROWS: usize = 14;
const WORD_COLUMNS: f32 = 4.0;
const ADVICE: f32 = 232.0;
const FOOT: f32 = 62.0;

const BLACK: f32 = 0.0;
const GREY: f32 = 0.42;
const LIGHT: f32 = 0.78;

/// Fonts that every reader of PDF has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Font {
    Plain,
    Bold,
    Fixed,
}

pub const FONTS: [Font; 3] = [Font::Plain, Font::Bold, Font::Fixed];

impl Font {
    pub const fn name(self) -> &'static [u8] {
        match self {
            Self::Plain => b"P",
            Self::Bold => b"B",
            Self::Fixed => b"F",
        }
    }

    pub const fn base(self) -> &'static [u8] {
        match self {
            Self::Plain => b"Helvetica",
            Self::Bold => b"Helvetica-Bold",
            Self::Fixed => b"Courier",
        }
    }
}

/// A page that is being drawn.
pub struct Page(Content);

impl Page {
    pub fn new(capacity: usize) -> Self {
        Self(Content::with_capacity(capacity))
    }

    /// The page's content stream.
    pub fn finish(self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.finish().into_vec())
    }

    pub fn head(&mut self, share: &Share) {
        let (index, needed, total) = (share.index(), share.needed(), share.total());
        self.text(Font::Bold, 9.0, GREY, (LEFT, HEAD), b"QUANTUMVAULT");
        let title = format!("Recovery share {index} of {total}");
        self.text(
            Font::Bold,
            26.0,
            BLACK,
            (LEFT, HEAD - 34.0),
            title.as_bytes(),
        );
        let rule = format!(
            "Any {needed} of the {total} shares open the vault. This one alone opens nothing."
        );
        self.text(
            Font::Plain,
            11.0,
            BLACK,
            (LEFT, HEAD - 56.0),
            rule.as_bytes(),
        );
        self.line(HEAD - 72.0);
    }

    pub fn facts(&mut self, facts: &[(&str, String)]) {
        let mut y = FACTS;
        for (name, fact) in facts {
            self.text(Font::Plain, 8.5, GREY, (LEFT, y), name.as_bytes());
            self.text(Font::Fixed, 10.0, BLACK, (LEFT, y - 13.0), fact.as_bytes());
            y -= 33.0;
        }
    }

    /// The QR code of the share's digits.
    pub fn code(&mut self, digits: &SecretBytes) -> Result<(), AppError> {
        let code = QrCode::with_error_correction_level(digits.expose(), EcLevel::Q)
            .map_err(|error| AppError::Internal(error.to_string()))?;
        let side = CODE_SIDE / code.width() as f32;
        self.0.set_fill_gray(BLACK);
        let colors = Zeroizing::new(
            code.to_colors()
                .iter()
                .map(|color| *color == Color::Dark)
                .collect::<Vec<_>>(),
        );
        for (row, cells) in colors.chunks(code.width()).enumerate() {
            let y = CODE.1 + CODE_SIDE - (row + 1) as f32 * side;
            for (start, length) in runs(cells) {
                let x = CODE.0 + start as f32 * side;
                self.0.rect(x, y, length as f32 * side, side);
            }
        }
        self.0.fill_nonzero();
        Ok(())
    }

    /// The words in columns, numbered downwards.
    pub fn words(&mut self, words: &SecretBytes) {
        self.line(WORDS + 32.0);
        self.text(
            Font::Bold,
            11.0,
            BLACK,
            (LEFT, WORDS + 12.0),
            b"The share, in words",
        );
        let width = (RIGHT - LEFT) / WORD_COLUMNS;
        for (at, word) in words.expose().split(|byte| *byte == b' ').enumerate() {
            let x = LEFT + (at / WORD_ROWS) as f32 * width;
            let y = WORDS - 8.0 - (at % WORD_ROWS) as f32 * 15.0;
            let number = format!("{:>2}", at + 1);
            self.text(Font::Fixed, 9.0, GREY, (x, y), number.as_bytes());
            self.text(Font::Fixed, 11.5, BLACK, (x + 18.0, y), word);
        }
    }

    /// Headings, each with its lines, and the place for notes at the foot.
    pub fn advice(&mut self, advice: &[(&str, Vec<String>)]) {
        self.line(ADVICE + 18.0);
        let mut y = ADVICE;
        for (heading, lines) in advice {
            self.text(Font::Bold, 11.0, BLACK, (LEFT, y), heading.as_bytes());
            for line in lines {
                y -= 15.0;
                self.text(Font::Plain, 10.0, BLACK, (LEFT, y), line.as_bytes());
            }
            y -= 24.0;
        }
        self.text(Font::Plain, 8.5, GREY, (LEFT, FOOT + 4.0), b"Kept at");
        self.line(FOOT);
    }

    fn text(&mut self, font: Font, size: f32, gray: f32, at: (f32, f32), text: &[u8]) {
        self.0
            .begin_text()
            .set_font(Name(font.name()), size)
            .set_fill_gray(gray)
            .next_line(at.0, at.1)
            .show(Str(text))
            .end_text();
    }

    fn line(&mut self, y: f32) {
        self.0
            .set_stroke_gray(LIGHT)
            .set_line_width(0.6)
            .move_to(LEFT, y)
            .line_to(RIGHT, y)
            .stroke();
    }
}

/// Where dark cells begin, and how many follow one another: one rectangle each, without seams.
fn runs(cells: &[bool]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in cells.iter().enumerate().filter(|(_, dark)| **dark) {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == at => *length += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
}
