//! Marks and words of verdicts, and the bar of a score.

use qv_types::{RiskLevel, Verdict};

use super::escape::Charset;

/// Cells of a score's bar.
const BAR_CELLS: usize = 10;

/// A verdict as mark and word, for example `◐ Hybrid`.
pub const fn text(verdict: Verdict, charset: Charset) -> &'static str {
    match (verdict, charset) {
        (Verdict::NonPqc, Charset::Utf8) => "▲ Quantum-vulnerable",
        (Verdict::Hybrid, Charset::Utf8) => "◐ Hybrid",
        (Verdict::Pqc, Charset::Utf8) => "● Post-quantum",
        (Verdict::Unknown, Charset::Utf8) => "◌ Not known",
        (Verdict::NonPqc, Charset::Ascii) => "[!] Quantum-vulnerable",
        (Verdict::Hybrid, Charset::Ascii) => "[~] Hybrid",
        (Verdict::Pqc, Charset::Ascii) => "[+] Post-quantum",
        (Verdict::Unknown, Charset::Ascii) => "[?] Not known",
    }
}

/// A score as bar, number and level, for example `██████░░░░  60 HIGH`.
pub fn score(score: u32, level: RiskLevel, charset: Charset) -> String {
    let (full, empty) = bar_characters(charset);
    // At least one cell for any risk at all, the last one only for the full score.
    let filled = (BAR_CELLS * score.min(100) as usize).div_ceil(100);
    let filled = if score < 100 {
        filled.min(BAR_CELLS - 1)
    } else {
        filled
    };
    let bar: String = std::iter::repeat_n(full, filled)
        .chain(std::iter::repeat_n(empty, BAR_CELLS - filled))
        .collect();
    format!("{bar} {score:>3} {level}")
}

/// The short form of a text made by [`text`] or [`score`], for narrow tables.
pub fn compact(cell: &str, charset: Charset) -> Option<String> {
    if level_of(cell, charset).is_some() {
        let (full, empty) = bar_characters(charset);
        return Some(
            cell.trim_start_matches([full, empty])
                .trim_start()
                .to_owned(),
        );
    }
    let verdict = Verdict::ALL
        .iter()
        .copied()
        .find(|verdict| text(*verdict, charset) == cell)?;
    let mark = cell.split(' ').next().unwrap_or_default();
    let word = match verdict {
        Verdict::NonPqc => "vulnerable",
        Verdict::Hybrid => "hybrid",
        Verdict::Pqc => "PQC",
        Verdict::Unknown => "unknown",
    };
    Some(format!("{mark} {word}"))
}

/// The level that a text made by [`score`] shows.
pub fn level_of(text: &str, charset: Charset) -> Option<RiskLevel> {
    let (full, empty) = bar_characters(charset);
    let is_bar = |c: char| c == full || c == empty;
    let rest = text.trim_start_matches(is_bar);
    if text.chars().take_while(|c| is_bar(*c)).count() != BAR_CELLS {
        return None;
    }
    rest.rsplit(' ').next().and_then(|word| {
        RiskLevel::ALL
            .iter()
            .copied()
            .find(|level| level.as_str() == word)
    })
}

const fn bar_characters(charset: Charset) -> (char, char) {
    match charset {
        Charset::Utf8 => ('█', '░'),
        Charset::Ascii => ('#', '.'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_has_a_shape_and_a_word_of_its_own() {
        for charset in [Charset::Utf8, Charset::Ascii] {
            let mut marks: Vec<&str> = Verdict::ALL
                .iter()
                .map(|verdict| text(*verdict, charset).split_once(' ').unwrap().0)
                .collect();
            marks.sort_unstable();
            marks.dedup();
            assert_eq!(marks.len(), Verdict::ALL.len());
            assert!(
                charset == Charset::Utf8
                    || Verdict::ALL
                        .iter()
                        .all(|verdict| text(*verdict, charset).is_ascii())
            );
        }
        assert_eq!(text(Verdict::NonPqc, Charset::Utf8), "▲ Quantum-vulnerable");
    }

    #[test]
    fn a_bar_is_empty_only_at_zero_and_full_only_at_the_limit() {
        for (points, bar) in [
            (0, ".........."),
            (1, "#........."),
            (60, "######...."),
            (99, "#########."),
            (100, "##########"),
        ] {
            assert!(
                score(points, RiskLevel::High, Charset::Ascii).starts_with(bar),
                "{points}"
            );
        }
        assert_eq!(
            score(60, RiskLevel::High, Charset::Utf8),
            "██████░░░░  60 HIGH"
        );
    }

    #[test]
    fn a_score_is_known_by_its_text() {
        for level in RiskLevel::ALL {
            assert_eq!(
                level_of(&score(42, *level, Charset::Utf8), Charset::Utf8),
                Some(*level)
            );
        }
        assert_eq!(
            compact(&score(7, RiskLevel::Low, Charset::Ascii), Charset::Ascii).as_deref(),
            Some("7 LOW")
        );
        assert_eq!(
            compact("▲ Quantum-vulnerable", Charset::Utf8).as_deref(),
            Some("▲ vulnerable")
        );
        assert_eq!(compact("vulnerable", Charset::Utf8), None);
        assert_eq!(level_of("HIGH", Charset::Utf8), None);
        assert_eq!(level_of("██ 60 HIGH", Charset::Utf8), None);
    }
}
