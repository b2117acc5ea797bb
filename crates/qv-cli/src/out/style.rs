//! Colours: when they are used, and which. Colour never stands alone; words and shapes say the same.

use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use qv_types::{RiskLevel, Verdict};

use super::escape::Charset;
use super::verdict;

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR, CLICOLOR=0 or TERM=dumb; also with CLICOLOR_FORCE
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Whether to colour a stream, by the conventions of no-color.org and bixense.com/clicolors.
    pub fn applies(self, stream: &impl IsTerminal, var: impl Fn(&str) -> Option<String>) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => auto(stream.is_terminal(), var),
        }
    }
}

fn auto(is_terminal: bool, var: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| var(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    is_terminal
        && set("CLICOLOR").is_none_or(|value| value != "0")
        && set("TERM").is_none_or(|value| value != "dumb")
}

/// Headings.
pub const HEADING: Style = Style::new().bold();
/// What went well.
pub const SUCCESS: Style = AnsiColor::Green.on_default().bold();
/// What needs a look.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What failed.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// What matters less.
pub const FAINT: Style = Style::new().dimmed();

/// The text in the style, or as it is without colour.
pub fn paint(text: &str, style: Style, colored: bool) -> String {
    if colored {
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}

/// The style of a table cell. Verdicts and scores are known by their whole text, so that a cell is
/// always plain text and whatever came from outside can be escaped.
pub fn of_cell(text: &str, charset: Charset) -> Option<Style> {
    let verdict = Verdict::ALL
        .iter()
        .find(|verdict| verdict::text(**verdict, charset) == text);
    verdict
        .map(|verdict| of_verdict(*verdict))
        .or_else(|| verdict::level_of(text, charset).map(of_level))
}

const fn of_verdict(verdict: Verdict) -> Style {
    match verdict {
        Verdict::NonPqc => AnsiColor::Red.on_default(),
        Verdict::Hybrid => AnsiColor::Blue.on_default(),
        Verdict::Pqc => AnsiColor::Green.on_default(),
        Verdict::Unknown => AnsiColor::BrightBlack.on_default(),
    }
}

/// One ramp that also rises in greyscale.
const fn of_level(level: RiskLevel) -> Style {
    match level {
        RiskLevel::Low => FAINT,
        RiskLevel::Medium => AnsiColor::Yellow.on_default(),
        RiskLevel::High => AnsiColor::Yellow.on_default().bold(),
        RiskLevel::Critical => AnsiColor::Red.on_default().bold(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conventions_decide_in_their_order() {
        let with = |is_terminal, set: &'static [(&str, &str)]| {
            auto(is_terminal, move |name| {
                set.iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(with(true, &[]));
        assert!(!with(false, &[]));
        assert!(!with(true, &[("NO_COLOR", "1")]));
        assert!(with(true, &[("NO_COLOR", "")]));
        assert!(!with(true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
        assert!(!with(true, &[("CLICOLOR", "0")]));
        assert!(!with(true, &[("TERM", "dumb")]));
        assert!(with(false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!with(false, &[("CLICOLOR_FORCE", "0")]));
    }

    #[test]
    fn paint_adds_nothing_without_colour() {
        assert_eq!(paint("x", ERROR, false), "x");
        assert_eq!(paint("x", HEADING, true), "\u{1b}[1mx\u{1b}[0m");
    }
}
