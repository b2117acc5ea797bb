//! Tables that fit the terminal.
//!
//! Invariants: no line is wider than the terminal as long as six characters a column fit; a word
//! (a hash, an id, a location) is shortened in its middle and never wrapped, prose wraps between
//! words; without a terminal nothing is shortened or wrapped, one row is one line. Where the first
//! column would become unreadable it gets a line of its own above the rest of its row.
//!
//! Start with [`render`]; [`fit`] decides the widths.

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::escape::{self, Charset};
use super::{style, verdict};

/// Spaces between columns, and before a row that continues below its first column.
const GAP: usize = 2;
/// Widths down to which columns are narrowed, the widest first: readable ones before the least.
const STEPS: [usize; 3] = [22, 15, 6];
/// The first column says what a row is about: narrower than this, it moves to a line of its own.
const LEAST_FIRST: usize = 20;

/// How to lay out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Columns of the terminal; `None` where there is none.
    pub width: Option<u16>,
    /// Whether to colour.
    pub colored: bool,
    /// What the terminal can show.
    pub charset: Charset,
}

struct Cell {
    text: String,
    style: Option<Style>,
}

#[derive(Debug, Clone, Copy)]
struct Column {
    width: usize,
    right: bool,
}

/// The table as lines, each ended by a line feed. Cells are escaped here.
pub fn render(headers: &[&str], rows: Vec<Vec<String>>, layout: Layout) -> String {
    let mut rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .map(|row| row.iter().map(|text| cell(text, layout)).collect())
        .collect();
    let mut header: Vec<Cell> = headers
        .iter()
        .map(|text| Cell {
            text: (*text).into(),
            style: Some(style::HEADING),
        })
        .collect();

    let whole = |text: &str| text.width();
    let mut widths = natural_widths(&header, &rows, whole);
    let mut stacked = None;
    if let Some(terminal) = layout
        .width
        .map(usize::from)
        .filter(|terminal| total(&widths) > *terminal)
    {
        compact(&mut rows, layout.charset);
        widths = natural_widths(&header, &rows, longest_word);
        let first = widths.first().copied().unwrap_or(0);
        let fitted = fit(&widths, terminal);
        // An id is what the next command takes: it is never shortened.
        let least = if names_rows(&rows) {
            first
        } else {
            first.min(LEAST_FIRST)
        };
        if widths.len() > 1 && fitted.first().is_some_and(|width| *width < least) {
            stacked = Some(first.min(terminal));
            widths = fit(
                widths.get(1..).unwrap_or_default(),
                terminal.saturating_sub(GAP),
            );
        } else {
            widths = fitted;
        }
    }
    if let Some(first_width) = stacked {
        return render_stacked(first_width, &widths, &mut header, &mut rows, layout);
    }
    let columns = columns(&widths, &rows);
    let mut lines = String::new();
    push_row(&mut lines, &header, &columns, 0, layout);
    push_rule(&mut lines, total(&widths), layout);
    for row in &rows {
        push_row(&mut lines, row, &columns, 0, layout);
    }
    lines
}

/// The first column on a line of its own, the others below it.
fn render_stacked(
    first_width: usize,
    widths: &[usize],
    header: &mut Vec<Cell>,
    rows: &mut [Vec<Cell>],
    layout: Layout,
) -> String {
    let first_column = [Column {
        width: first_width,
        right: false,
    }];
    let mut lines = String::new();
    let firsts: Vec<Vec<Cell>> = rows.iter_mut().map(take_first).collect();
    let columns = columns(widths, rows);
    push_row(&mut lines, &take_first(header), &first_column, 0, layout);
    push_row(&mut lines, header, &columns, GAP, layout);
    push_rule(&mut lines, first_width.max(total(widths) + GAP), layout);
    for (first, rest) in firsts.iter().zip(rows) {
        push_row(&mut lines, first, &first_column, 0, layout);
        push_row(&mut lines, rest, &columns, GAP, layout);
    }
    lines
}

fn take_first(row: &mut Vec<Cell>) -> Vec<Cell> {
    let rest = row.split_off(row.len().min(1));
    std::mem::replace(row, rest)
}

/// Two columns of names and values, for one thing's facts. Values are never shortened.
pub fn render_pairs(pairs: &[(&str, String)], layout: Layout) -> String {
    let width = pairs
        .iter()
        .map(|(name, _)| name.width())
        .max()
        .unwrap_or(0);
    let mut lines = String::new();
    for (name, value) in pairs {
        let value = escape::line(value, layout.charset);
        lines.push_str(&style::paint(name, style::FAINT, layout.colored));
        lines.push_str(&" ".repeat(width - name.width().min(width) + GAP));
        lines.push_str(if value.is_empty() { "-" } else { &value });
        lines.push('\n');
    }
    lines
}

/// Shortens a text in its middle to at most `width` columns.
pub fn shorten(text: &str, width: usize, charset: Charset) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let ellipsis = charset.ellipsis();
    let room = width.saturating_sub(ellipsis.width());
    let head = take_width(text.chars(), room.div_ceil(2));
    let tail: String = take_width(text.chars().rev(), room / 2)
        .chars()
        .rev()
        .collect();
    format!("{head}{ellipsis}{tail}")
}

fn take_width(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= width
        })
        .collect()
}

fn cell(text: &str, layout: Layout) -> Cell {
    Cell {
        style: style::of_cell(text, layout.charset),
        text: escape::line(text, layout.charset).into_owned(),
    }
}

/// Replaces verdicts and scores by their short forms.
fn compact(rows: &mut [Vec<Cell>], charset: Charset) {
    for cell in rows.iter_mut().flatten() {
        if let Some(short) = verdict::compact(&cell.text, charset) {
            cell.text = short;
        }
    }
}

fn longest_word(text: &str) -> usize {
    text.split(' ')
        .map(UnicodeWidthStr::width)
        .max()
        .unwrap_or(0)
}

fn natural_widths(
    header: &[Cell],
    rows: &[Vec<Cell>],
    header_width: impl Fn(&str) -> usize,
) -> Vec<usize> {
    let of_cells = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.text.width())
            .max()
    };
    header
        .iter()
        .enumerate()
        .map(|(column, name)| of_cells(column).unwrap_or(0).max(header_width(&name.text)))
        .collect()
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// Narrows the widest columns, one character at a time, until the row fits.
fn fit(natural: &[usize], terminal: usize) -> Vec<usize> {
    let mut widths = natural.to_vec();
    for least in STEPS {
        while total(&widths) > terminal {
            match widths.iter_mut().filter(|width| **width > least).max() {
                Some(widest) => *widest -= 1,
                None => break,
            }
        }
    }
    widths
}

fn columns(widths: &[usize], rows: &[Vec<Cell>]) -> Vec<Column> {
    let of = |(index, width): (usize, &usize)| Column {
        width: *width,
        right: is_numeric(index, rows),
    };
    widths.iter().enumerate().map(of).collect()
}

/// Whether the first column holds ids: 36 hexadecimal digits and hyphens.
fn names_rows(rows: &[Vec<Cell>]) -> bool {
    let is_id =
        |text: &str| text.len() == 36 && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    !rows.is_empty()
        && rows
            .iter()
            .all(|row| row.first().is_some_and(|cell| is_id(&cell.text)))
}

fn is_numeric(column: usize, rows: &[Vec<Cell>]) -> bool {
    let mut cells = rows
        .iter()
        .filter_map(|row| row.get(column))
        .map(|cell| &cell.text)
        .filter(|text| !text.is_empty())
        .peekable();
    let numeric = |text: &String| {
        text.chars().any(|c| c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || "+-.,/%() ".contains(c))
    };
    cells.peek().is_some() && cells.all(numeric)
}

fn push_rule(lines: &mut String, width: usize, layout: Layout) {
    let rule = match layout.charset {
        Charset::Utf8 => "─",
        Charset::Ascii => "-",
    };
    lines.push_str(&style::paint(
        &rule.repeat(width),
        style::FAINT,
        layout.colored,
    ));
    lines.push('\n');
}

/// One row: as many lines as its longest cell takes, without trailing spaces.
fn push_row(lines: &mut String, row: &[Cell], columns: &[Column], indent: usize, layout: Layout) {
    let wrapped: Vec<Vec<String>> = row
        .iter()
        .zip(columns)
        .map(|(cell, column)| wrap(&cell.text, column.width, layout.charset))
        .collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    for line in 0..height {
        let mut spaces = indent;
        for ((cell, column), texts) in row.iter().zip(columns).zip(&wrapped) {
            let text = texts.get(line).map_or("", String::as_str);
            let padding = column.width.saturating_sub(text.width());
            let (before, after) = if column.right {
                (padding, 0)
            } else {
                (0, padding)
            };
            spaces += before;
            if !text.is_empty() {
                lines.extend(std::iter::repeat_n(' ', spaces));
                lines.push_str(&cell.style.map_or_else(
                    || text.to_owned(),
                    |style| style::paint(text, style, layout.colored),
                ));
                spaces = 0;
            }
            spaces += after + GAP;
        }
        lines.push('\n');
    }
}

/// Lines of at most `width` columns; words that are wider are shortened.
fn wrap(text: &str, width: usize, charset: Charset) -> Vec<String> {
    if text.width() <= width {
        return vec![text.to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let word = shorten(word, width, charset);
        match lines
            .last_mut()
            .filter(|line| line.width() + 1 + word.width() <= width)
        {
            Some(line) => {
                line.push(' ');
                line.push_str(&word);
            }
            None => lines.push(word),
        }
    }
    lines
}

#[cfg(test)]
mod tests;
