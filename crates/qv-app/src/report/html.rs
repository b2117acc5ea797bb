//! Writing HTML of which nothing from outside can be a part.
//!
//! Invariant: the only way from text to [`Html`] is [`text`], which escapes what HTML reads and spells
//! out what nobody would see; all other pieces are constants of this module and its neighbours.

use std::fmt::Write as _;

use crate::hidden::is_hidden;

/// The longest text that is shown whole, in characters.
const LONGEST: usize = 300;

/// HTML that is ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// A piece of markup that is written in the program.
    pub fn constant(markup: &'static str) -> Self {
        Self(markup.to_owned())
    }

    /// Adds a piece.
    pub fn push(&mut self, piece: Self) {
        self.0.push_str(&piece.0);
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromIterator<Self> for Html {
    fn from_iter<T: IntoIterator<Item = Self>>(pieces: T) -> Self {
        let mut all = Self::default();
        for piece in pieces {
            all.push(piece);
        }
        all
    }
}

/// Text, whatever it holds; very long text is cut.
pub fn text(text: impl AsRef<str>) -> Html {
    let text = text.as_ref();
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => Html(escape(text.get(..cut).unwrap_or_default()) + "…"),
        None => Html(escape(text)),
    }
}

/// The same, however long it is.
pub fn whole_text(text: &str) -> Html {
    Html(escape(text))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push('\n'),
            c if is_hidden(c) => escaped.extend(c.escape_unicode()),
            c => escaped.push(c),
        }
    }
    escaped
}

/// An element around what is ours already.
pub fn element(name: &'static str, inner: Html) -> Html {
    attributed(name, &[], inner)
}

/// The same with attributes, whose values are escaped as text is.
pub fn attributed(name: &'static str, attributes: &[(&'static str, &str)], inner: Html) -> Html {
    let mut html = format!("<{name}");
    for (attribute, value) in attributes {
        let _ = write!(html, " {attribute}=\"{}\"", escape(value));
    }
    let _ = write!(html, ">{}</{name}>", inner.0);
    Html(html)
}

/// A heading and what is under it.
pub fn section(heading: &str, inner: Html) -> Html {
    let all = [element("h2", text(heading)), inner];
    element("section", all.into_iter().collect())
}

/// A paragraph of our own words or of others'.
pub fn paragraph(words: &str) -> Html {
    element("p", text(words))
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column(pub &'static str, pub Align);

/// Where a column's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words that may be broken anywhere.
    Left,
    /// A few words of ours that stay on one line.
    Short,
    /// Numbers.
    Right,
}

/// A table; a sentence in its place where it has no rows.
pub fn table(columns: &[Column], rows: Vec<Vec<Html>>, empty: &str) -> Html {
    if rows.is_empty() {
        return paragraph(empty);
    }
    let class = |align: Align| match align {
        Align::Left => "words",
        Align::Short => "short",
        Align::Right => "number",
    };
    let head = columns.iter().map(|Column(name, align)| {
        attributed(
            "th",
            &[("class", class(*align)), ("scope", "col")],
            text(name),
        )
    });
    let body = rows.into_iter().map(|row| {
        let cells = row.into_iter().zip(columns);
        let cells = cells
            .map(|(cell, Column(_, align))| attributed("td", &[("class", class(*align))], cell));
        element("tr", cells.collect())
    });
    let parts = [
        element("thead", element("tr", head.collect())),
        element("tbody", body.collect()),
    ];
    element("table", parts.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_from_outside_is_markup_or_unseen() {
        let evil = "<script>alert(1)</script>\"'&\u{202e}fdp\u{0}\u{200b}";
        assert_eq!(
            text(evil).as_str(),
            "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\u{202e}fdp\\u{0}\\u{200b}"
        );
        let attribute = attributed("td", &[("title", "\" onload=\"x")], text(""));
        assert_eq!(
            attribute.as_str(),
            "<td title=\"&quot; onload=&quot;x\"></td>"
        );
        let long = text("x".repeat(400));
        assert!(long.as_str().ends_with("x…") && long.as_str().len() < 310);
    }

    proptest! {
        #[test]
        fn any_text_stays_text(given in any::<String>()) {
            let html = text(&given).0;
            prop_assert!(!html.contains(['<', '>', '"', '\'']) && !html.chars().any(|c| c != '\n' && is_hidden(c)));
            let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
            let bare = entities.iter().fold(html, |html, entity| html.replace(entity, ""));
            prop_assert!(!bare.contains('&'));
        }
    }
}
