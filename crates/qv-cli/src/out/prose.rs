//! Sentences that fit the terminal: wrapped between words, never shortened, so that a command or an
//! id in them can still be copied.

use unicode_width::UnicodeWidthStr;

/// Columns before a line that goes on from the one above.
const HANG: usize = 2;

/// The text in lines of at most `width` columns after `taken` columns of the first one. What stands
/// between backquotes is one word: a command is never split.
pub fn wrap(text: &str, taken: usize, width: Option<u16>) -> String {
    let Some(width) = width.map(usize::from) else {
        return text.to_owned();
    };
    let mut wrapped = String::with_capacity(text.len() + 16);
    let mut used = taken;
    for (index, word) in words(text).enumerate() {
        if index == 0 {
            used += word.width();
        } else if used + 1 + word.width() <= width {
            wrapped.push(' ');
            used += 1 + word.width();
        } else {
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(HANG));
            used = HANG + word.width();
        }
        wrapped.push_str(word);
    }
    wrapped
}

/// The words of a text, split at spaces outside of backquotes.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '`';
        c == ' ' && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commands_stay_whole() {
        let text =
            "add a second one with `qv slots add passphrase`, so that losing it loses nothing";
        let wrapped = wrap(text, 11, Some(40));
        assert!(wrapped.lines().count() > 2, "{wrapped}");
        assert!(wrapped.contains("`qv slots add passphrase`,"), "{wrapped}");
        assert!(
            wrapped
                .lines()
                .skip(1)
                .all(|line| line.starts_with("  ") && line.width() <= 40),
            "{wrapped}"
        );
        assert_eq!(wrap(text, 11, None), text);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "[a-z` ]{0,200}", width in 10u16..100) {
            let wrapped = wrap(&text, 0, Some(width));
            prop_assert_eq!(wrapped.replace("\n  ", " "), text);
        }
    }
}
