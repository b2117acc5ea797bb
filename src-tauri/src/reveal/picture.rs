//! Text as a picture: letters from a table of pixels, so that no text engine and no font file sees a
//! secret.

use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};
use qv_app::AppError;
use zeroize::Zeroizing;

/// Letters of a line before it goes on in the next.
const COLUMNS: usize = 72;
/// Lines that a person could read in a minute, and a margin.
const LINES: usize = 200;
const HEIGHT: RasterHeight = RasterHeight::Size20;
const LINE: usize = 24;
const MARGIN: usize = 12;

/// The picture of a secret, as PNG: dark letters on white. Bytes that are no text are shown in hex.
///
/// # Errors
/// [`AppError::NotAllowed`] where it is too long to be read.
pub fn of(secret: &[u8]) -> Result<Vec<u8>, AppError> {
    let text = Zeroizing::new(printable(secret));
    let lines = lines(&text);
    if lines.len() > LINES {
        return Err(AppError::NotAllowed(
            "the secret is too long to be read in a minute; write it to a file instead".into(),
        ));
    }
    let columns = lines
        .iter()
        .map(|line| line.len())
        .max()
        .unwrap_or(0)
        .max(1);
    let width = columns * get_raster_width(FontWeight::Regular, HEIGHT) + 2 * MARGIN;
    let mut canvas = Canvas::new(width, lines.len() * LINE + 2 * MARGIN);
    for (row, line) in lines.iter().enumerate() {
        for (column, letter) in line.iter().enumerate() {
            canvas.put(*letter, column, row);
        }
    }
    canvas.encode()
}

/// The secret in letters that the table has; all others by their number.
fn printable(secret: &[u8]) -> String {
    let Ok(text) = str::from_utf8(secret) else {
        return hex(secret);
    };
    // Room for the longest form of each letter: a string that grows leaves copies behind.
    let mut shown = String::with_capacity(secret.len() * 10);
    for letter in text.chars() {
        match letter {
            '\n' => shown.push('\n'),
            '\r' => {}
            '\t' => shown.push_str("    "),
            _ if get_raster(letter, FontWeight::Regular, HEIGHT).is_some() => shown.push(letter),
            _ => shown.extend(letter.escape_unicode()),
        }
    }
    shown
}

fn hex(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            shown.extend(char::from_digit(digit.into(), 16));
        }
        shown.push(' ');
    }
    shown
}

fn lines(text: &str) -> Vec<Zeroizing<Vec<char>>> {
    let mut lines = Vec::new();
    for line in text.trim_end_matches('\n').split('\n') {
        let letters = Zeroizing::new(line.chars().collect::<Vec<_>>());
        if letters.is_empty() {
            lines.push(letters);
            continue;
        }
        lines.extend(
            letters
                .chunks(COLUMNS)
                .map(|part| Zeroizing::new(part.to_vec())),
        );
    }
    lines
}

/// Grey pixels, one byte each.
struct Canvas {
    width: usize,
    height: usize,
    pixels: Zeroizing<Vec<u8>>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: Zeroizing::new(vec![u8::MAX; width * height]),
        }
    }

    fn put(&mut self, letter: char, column: usize, row: usize) {
        let Some(raster) = get_raster(letter, FontWeight::Regular, HEIGHT) else {
            return;
        };
        let left = MARGIN + column * raster.width();
        for (down, line) in raster.rows().enumerate() {
            let start = (MARGIN + row * LINE + down) * self.width + left;
            let Some(target) = self.pixels.get_mut(start..start + line.len()) else {
                continue;
            };
            for (pixel, ink) in target.iter_mut().zip(line.iter()) {
                *pixel = u8::MAX - ink;
            }
        }
    }

    fn encode(&self) -> Result<Vec<u8>, AppError> {
        let size = |length| {
            u32::try_from(length).map_err(|_| AppError::Internal("a picture's size".into()))
        };
        let mut png = Vec::with_capacity(self.pixels.len() / 4);
        let mut encoder = png::Encoder::new(&mut png, size(self.width)?, size(self.height)?);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let failed = |error: png::EncodingError| AppError::Internal(format!("a picture: {error}"));
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&self.pixels).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(png)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The size of a PNG, from its header.
    fn size(png: &[u8]) -> (u32, u32) {
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    }

    #[test]
    fn a_secret_is_a_picture_and_no_text() {
        let png = of(b"correct horse battery staple").unwrap();
        assert_eq!(&png[1..4], b"PNG");
        assert!(!png.windows(7).any(|part| part == b"correct"));
        let (width, height) = size(&png);
        assert!(width > 28 * 8 && height > 20);
    }

    #[test]
    fn long_lines_go_on_in_the_next_and_are_all_there() {
        let one = size(&of(&[b'x'; COLUMNS]).unwrap());
        let two = size(&of(&[b'x'; COLUMNS + 1]).unwrap());
        assert_eq!(
            (two.0, two.1),
            (one.0, one.1 + u32::try_from(LINE).unwrap())
        );
    }

    #[test]
    fn what_is_no_letter_is_shown_by_its_number() {
        assert_eq!(
            printable("a\u{202e}\u{1b}b\r\n\tc".as_bytes()),
            "a\\u{202e}\\u{1b}b\n    c"
        );
        assert_eq!(printable(&[0xff, 0x00]), "ff 00 ");
    }

    #[test]
    fn what_nobody_could_read_in_a_minute_is_refused() {
        let long = "line\n".repeat(LINES + 1);
        assert!(matches!(of(long.as_bytes()), Err(AppError::NotAllowed(_))));
        assert!(of("line\n".repeat(LINES).as_bytes()).is_ok());
    }
}
