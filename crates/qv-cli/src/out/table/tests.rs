use super::*;
use proptest::prelude::*;
use qv_types::{RiskLevel, Verdict};

const HASH: &str = "0x9b1587a51ed2a9c94f4af37a3a8b2b8a55ac2b0c0e4b1c5d7f86ab1c2d3e4f50";

fn layout(width: Option<u16>) -> Layout {
    Layout {
        width,
        colored: false,
        charset: Charset::Utf8,
    }
}

fn rows(cells: &[&[&str]]) -> Vec<Vec<String>> {
    cells
        .iter()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect()
}

fn vulnerable() -> String {
    verdict::text(Verdict::NonPqc, Charset::Utf8).to_owned()
}

fn critical() -> String {
    verdict::score(100, RiskLevel::Critical, Charset::Utf8)
}

#[test]
fn without_a_terminal_nothing_is_cut_and_a_row_is_a_line() {
    let text = render(
        &["hash", "n"],
        rows(&[&[HASH, "1"], &["a b c", "22"]]),
        layout(None),
    );
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(text.contains(HASH));
    assert!(
        !text.contains('\t') && text.lines().all(|line| line.trim_end() == line),
        "{text}"
    );
    assert!(
        text.contains(&format!("{HASH}   1\n")) && text.ends_with("  22\n"),
        "numbers stand right: {text}"
    );
}

#[test]
fn on_a_terminal_hashes_are_cut_in_their_middle_and_prose_wraps() {
    let prose = "this is a long explanation of what a person should do about it";
    let text = render(&["hash", "why"], rows(&[&[HASH, prose]]), layout(Some(60)));
    assert!(text.lines().all(|line| line.width() <= 60), "{text}");
    let hash = text.lines().nth(2).unwrap().split(' ').next().unwrap();
    assert!(
        hash.starts_with("0x9b15") && hash.ends_with("4f50") && hash.contains('…'),
        "{text}"
    );
    assert_eq!(
        text.matches('…').count(),
        1,
        "prose is wrapped, not cut: {text}"
    );
    for word in prose.split(' ') {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn on_a_narrow_terminal_the_first_column_stands_above_its_row() {
    let headers = [
        "location",
        "type",
        "env",
        "key exchange",
        "authentication",
        "risk",
        "exposure",
        "status",
    ];
    let location = "a-long-host-name.somewhere.internal.example.org:8443";
    let row = vec![
        location.into(),
        "TLS_CERT".into(),
        "PROD".into(),
        vulnerable(),
        vulnerable(),
        critical(),
        "145".into(),
        "AT_RISK".into(),
    ];
    let text = render(&headers, vec![row.clone(), row], layout(Some(80)));
    assert!(text.lines().all(|line| line.width() <= 80), "{text}");
    assert_eq!(
        text.lines().filter(|line| *line == location).count(),
        2,
        "{text}"
    );
    assert!(
        text.contains("▲ vulnerable") && text.contains("100 CRITICAL") && text.contains("AT_RISK"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 3 + 4, "two lines a row: {text}");
}

#[test]
fn ids_in_the_first_column_stay_whole() {
    let id = "01a2064b-531c-7110-8105-2fd1421f5e1a";
    let row = vec![id.into(), "a label".into(), "x".repeat(40), "more".into()];
    let text = render(
        &["id", "label", "x", "y"],
        vec![row.clone(), row],
        layout(Some(80)),
    );
    assert_eq!(text.matches(id).count(), 2, "{text}");
    assert!(text.lines().all(|line| line.width() <= 80), "{text}");
}

#[test]
fn cells_from_outside_are_escaped_and_ours_are_coloured() {
    let colored = Layout {
        colored: true,
        ..layout(Some(100))
    };
    let text = render(
        &["a", "b", "c"],
        vec![vec!["\u{1b}[5mevil\n".into(), vulnerable(), critical()]],
        colored,
    );
    assert!(text.contains("\\u{1b}[5mevil\\n"), "{text}");
    assert!(!text.contains("\u{1b}[5m"), "{text}");
    assert!(
        text.contains(&format!("\u{1b}[31m{}\u{1b}[0m", vulnerable())),
        "{text:?}"
    );
}

#[test]
fn shortening_keeps_both_ends() {
    assert_eq!(shorten("0123456789", 10, Charset::Utf8), "0123456789");
    assert_eq!(shorten("0123456789", 5, Charset::Utf8), "01…89");
    assert_eq!(shorten("0123456789", 6, Charset::Ascii), "01..89");
    assert_eq!(shorten("漢字漢字漢字", 5, Charset::Utf8), "漢…字");
}

#[test]
fn pairs_align_and_keep_their_values_whole() {
    let text = render_pairs(
        &[("id", HASH.into()), ("tags", String::new())],
        layout(Some(20)),
    );
    assert_eq!(text, format!("id    {HASH}\ntags  -\n"));
}

proptest! {
    #[test]
    fn no_line_is_wider_than_the_terminal(
        cells in prop::collection::vec(prop::collection::vec("[a-z0-9 ]{0,80}|[a-f0-9]{64}|\\PC{0,30}", 0..6), 1..5),
        width in 40u16..160,
    ) {
        let text = render(&["one", "two", "three", "four"], cells, layout(Some(width)));
        for line in text.lines() {
            prop_assert!(line.width() <= usize::from(width), "{} > {width}: {line:?}", line.width());
        }
    }
}
