//! Characters that a reader does not see, or that change how others are seen.

/// Whether a character steers a terminal, shows nothing, or changes how its neighbours are shown
/// (bidirectional controls among them). Text from outside is shown without such.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    match c {
        ' '..='~' => false,
        // Letters and marks that show nothing; all else that hides is not printable by its category.
        '\u{034f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{ffa0}'
        | '\u{e0100}'..='\u{e01ef}' => true,
        _ => !is_printable(c),
    }
}

/// The standard library's judgement by Unicode category: controls, formats (the bidirectional ones
/// included), surrogates, private use, unassigned and separators are not printable.
fn is_printable(c: char) -> bool {
    // After another character, because a combining mark is printable only there.
    let mut bytes = [b'a', 0, 0, 0, 0];
    let length = bytes
        .get_mut(1..)
        .map_or(0, |rest| c.encode_utf8(rest).len());
    let pair = bytes
        .get(..=length)
        .and_then(|pair| std::str::from_utf8(pair).ok());
    pair.is_some_and(|pair| pair.escape_debug().nth(1) == Some(c))
}
