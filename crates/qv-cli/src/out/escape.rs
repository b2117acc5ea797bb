//! Makes text from outside harmless to a terminal.
//!
//! Invariants: what leaves here holds no control character (a block keeps its line feeds), no
//! bidirectional override and no invisible character, so it can neither steer the terminal nor
//! look like other text. On a terminal that is not UTF-8 it is ASCII only, because such a terminal
//! may read the bytes 0x80 to 0x9F as controls.

use std::borrow::Cow;
use std::fmt::Write;

pub use qv_app::is_hidden;

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Everything.
    Utf8,
    /// Seven bits.
    Ascii,
}

impl Charset {
    /// From the locale variables, in the order in which the C library asks them.
    pub fn from_env(var: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .find_map(|name| var(name).filter(|value| !value.is_empty()));
        let locale = locale.unwrap_or_default().to_ascii_lowercase();
        if locale.contains("utf-8") || locale.contains("utf8") {
            Self::Utf8
        } else {
            Self::Ascii
        }
    }

    /// What stands for text that was left out.
    pub const fn ellipsis(self) -> &'static str {
        match self {
            Self::Utf8 => "…",
            Self::Ascii => "..",
        }
    }
}

/// Escapes everything, line feeds too: the result is one line.
pub fn line(text: &str, charset: Charset) -> Cow<'_, str> {
    escape(text, charset, false)
}

/// Escapes everything but line feeds.
pub fn block(text: &str, charset: Charset) -> Cow<'_, str> {
    escape(text, charset, true)
}

/// Escapes a JSON document as JSON does, `\u202e`. Hidden characters occur only inside its strings,
/// where the escape means the same character; the line feeds between its lines stay.
pub fn json(document: &str) -> Cow<'_, str> {
    if !document.chars().any(|c| c != '\n' && is_hidden(c)) {
        return Cow::Borrowed(document);
    }
    let mut escaped = String::with_capacity(document.len() + 16);
    for c in document.chars() {
        if c == '\n' || !is_hidden(c) {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    Cow::Owned(escaped)
}

fn escape(text: &str, charset: Charset, keep_line_feeds: bool) -> Cow<'_, str> {
    let is_plain = |c: char| {
        (c == '\n' && keep_line_feeds)
            || matches!(c, ' '..='~')
            || (charset == Charset::Utf8 && !is_hidden(c))
    };
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_plain(c) {
            escaped.push(c);
        } else {
            push_escape(&mut escaped, c);
        }
    }
    Cow::Owned(escaped)
}

fn push_escape(into: &mut String, c: char) {
    match c {
        '\n' => into.push_str("\\n"),
        '\r' => into.push_str("\\r"),
        '\t' => into.push_str("\\t"),
        // Our own typography, on a terminal that cannot show it.
        '…' => into.push_str("..."),
        '–' | '—' | '−' => into.push('-'),
        '→' => into.push_str("->"),
        '×' => into.push('x'),
        '’' => into.push('\''),
        _ => into.extend(c.escape_unicode()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_steers_or_hides_is_spelled_out() {
        for (text, expected) in [
            (
                "plain, ünïcödé, 漢字, \u{915}\u{93f} ▲",
                "plain, ünïcödé, 漢字, \u{915}\u{93f} ▲",
            ),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\u{9b}31m", "\\u{9b}31m"),
            (
                "a\rb\nc\td\u{7}\u{8}\u{7f}",
                "a\\rb\\nc\\td\\u{7}\\u{8}\\u{7f}",
            ),
            (
                "exe\u{202e}txt\u{2066}\u{200f}",
                "exe\\u{202e}txt\\u{2066}\\u{200f}",
            ),
            (
                "a\u{200b}\u{200d}\u{feff}\u{ad}\u{2060}b",
                "a\\u{200b}\\u{200d}\\u{feff}\\u{ad}\\u{2060}b",
            ),
            (
                "\u{3164}\u{e0041}\u{fe0f}\u{2028}",
                "\\u{3164}\\u{e0041}\\u{fe0f}\\u{2028}",
            ),
        ] {
            assert_eq!(line(text, Charset::Utf8), expected);
        }
        assert_eq!(block("a\nb\u{1b}", Charset::Utf8), "a\nb\\u{1b}");
        assert_eq!(line("−20 — …é", Charset::Ascii), "-20 - ...\\u{e9}");
    }

    #[test]
    fn escaped_json_is_the_same_value() {
        let value = serde_json::json!({ "name": "\u{1b}[2J\u{9b}\u{202e}\u{e0041}\u{7f} ünï \n" });
        let text = serde_json::to_string_pretty(&value).unwrap();
        let escaped = json(&text);
        assert!(
            escaped.chars().all(|c| c == '\n' || !is_hidden(c)),
            "{escaped}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&escaped).unwrap(),
            value
        );
    }

    #[test]
    fn the_locale_decides_the_charset() {
        let with = |set: &'static [(&str, &str)]| {
            Charset::from_env(move |name| {
                set.iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(with(&[("LANG", "de_DE.UTF-8")]), Charset::Utf8);
        assert_eq!(
            with(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "C")]),
            Charset::Ascii
        );
        assert_eq!(
            with(&[("LANG", "C"), ("LC_CTYPE", "C.utf8"), ("LC_ALL", "")]),
            Charset::Utf8
        );
        assert_eq!(with(&[]), Charset::Ascii);
    }

    proptest! {
        #[test]
        fn no_escape_sequence_survives(text in any::<String>(), sequence in "(\\x1b\\[[0-9;]{0,4}[a-zA-Z]|\\x1b\\][0-9];x\\x07|\u{9b}2J|\u{202e}|\r)") {
            let text = format!("{text}{sequence}{text}");
            for charset in [Charset::Utf8, Charset::Ascii] {
                prop_assert!(line(&text, charset).chars().all(|c| !is_hidden(c) && !c.is_control()));
                prop_assert!(block(&text, charset).chars().all(|c| c == '\n' || !is_hidden(c)));
            }
            prop_assert!(line(&text, Charset::Ascii).is_ascii());
        }

        #[test]
        fn any_string_survives_json(text in any::<String>()) {
            let document = serde_json::to_string(&text).unwrap();
            let escaped = json(&document).into_owned();
            prop_assert!(!escaped.chars().any(is_hidden));
            prop_assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        }

        #[test]
        fn escaping_twice_changes_nothing_more(text in any::<String>()) {
            let once = line(&text, Charset::Utf8).into_owned();
            prop_assert_eq!(line(&once, Charset::Utf8), once.as_str());
        }
    }
}
