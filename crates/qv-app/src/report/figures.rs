//! The three charts as SVG. Each area and mark has a pattern or a shape and a word, so that nothing is
//! lost in black and white; what a chart shows stands in a table beside it too.

use std::fmt::Write as _;

use qv_types::Timestamp;

use super::chart::{Frame, round_top};
use super::html::{Html, attributed, element, text};
use crate::risk::{DeadlineView, Kpis, TrendPoint};

const WIDTH: f64 = 680.0;

/// An SVG element without content; the numbers are ours.
fn shape(name: &'static str, attributes: &[(&'static str, String)]) -> Html {
    let attributes: Vec<_> = attributes
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    attributed(name, &attributes, Html::default())
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

fn label(at: (f64, f64), class: &'static str, words: &str) -> Html {
    let (x, y) = (number(at.0), number(at.1));
    attributed(
        "text",
        &[("x", &x), ("y", &y), ("class", class)],
        text(words),
    )
}

fn line(from: (f64, f64), to: (f64, f64), class: &'static str) -> Html {
    let ends = [("x1", from.0), ("y1", from.1), ("x2", to.0), ("y2", to.1)];
    let mut attributes: Vec<_> = ends.map(|(name, value)| (name, number(value))).into();
    attributes.push(("class", class.to_owned()));
    shape("line", &attributes)
}

/// A chart of this height, with what it shows in a sentence.
fn figure(height: f64, about: &str, inner: impl IntoIterator<Item = Html>) -> Html {
    let view = format!("0 0 {WIDTH} {height}");
    let mut all = Html::constant(PATTERNS);
    all.push(inner.into_iter().collect());
    let svg = attributed(
        "svg",
        &[("viewBox", &view), ("role", "img"), ("aria-label", about)],
        all,
    );
    element("figure", svg)
}

/// Fills that differ without colour.
const PATTERNS: &str = r##"<defs>
<pattern id="open" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="paper"/><line x1="0" y1="0" x2="0" y2="6" class="hatch"/></pattern>
<pattern id="hybrid" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="paper"/><line x1="0" y1="3" x2="6" y2="3" class="level"/></pattern>
<pattern id="undivided" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" class="paper"/><circle cx="3.5" cy="3.5" r="1" class="dot"/></pattern>
<pattern id="medium" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" class="paper"/><circle cx="4" cy="4" r="1.2" class="solid"/></pattern>
<pattern id="high" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" class="paper"/><line x1="0" y1="0" x2="0" y2="5" class="thick"/></pattern>
</defs>"##;

/// One area of a stack.
struct Band {
    class: &'static str,
    words: &'static str,
    heights: Vec<f64>,
}

/// The areas of the trend from the ground up. Where verdicts were not counted yet, hybrid and
/// post-quantum are one area; an area that never was is left out.
fn bands(points: &[TrendPoint]) -> Vec<Band> {
    let band = |class, words, height: &dyn Fn(&TrendPoint) -> Option<f64>| {
        let heights: Vec<_> = points.iter().map(height).collect();
        heights.iter().any(Option::is_some).then(|| Band {
            class,
            words,
            heights: heights.into_iter().map(Option::unwrap_or_default).collect(),
        })
    };
    let all = [
        band("covered", "Post-quantum", &|at| {
            at.verdicts.map(|of| of.post_quantum as f64)
        }),
        band("hybrid", "Hybrid", &|at| {
            at.verdicts.map(|of| of.hybrid as f64)
        }),
        band("undivided", "Post-quantum or hybrid", &|at| {
            at.verdicts.is_none().then(|| covered_of(at))
        }),
        band("open", "Vulnerable or not known", &|at| Some(at.non_pqc)),
    ];
    all.into_iter().flatten().collect()
}

/// How many assets were post-quantum, hybrid and open over time, stacked.
pub fn trend(points: &[TrendPoint]) -> Html {
    let frame = Frame {
        left: 48.0,
        top: 12.0,
        width: WIDTH - 60.0,
        height: 160.0,
    };
    let at: Vec<f64> = points
        .iter()
        .map(|point| point.at.unix_ms() as f64)
        .collect();
    let bands = bands(points);
    let heights: Vec<_> = bands.iter().map(|band| band.heights.clone()).collect();
    let top = round_top(
        points
            .iter()
            .map(|point| point.total_assets)
            .fold(0.0, f64::max),
    );
    let mut parts = vec![axis(&frame, top)];
    let outlines = frame.stacked(&at, &heights, top);
    for (outline, band) in outlines.iter().zip(&bands) {
        let points = outline.iter().fold(String::new(), |mut all, (x, y)| {
            let _ = write!(all, "{x:.1},{y:.1} ");
            all
        });
        parts.push(shape(
            "polygon",
            &[
                ("points", points),
                ("class", format!("area {}", band.class)),
            ],
        ));
    }
    let foot = frame.top + frame.height + 16.0;
    if let [first, .., last] = points {
        parts.push(label((frame.left, foot), "tick", &day(first.at)));
        parts.push(label(
            (frame.left + frame.width, foot),
            "tick end",
            &day(last.at),
        ));
    }
    parts.extend(legend(foot + 22.0, &bands));
    figure(
        foot + 32.0,
        "Assets over time, by whether they withstand a quantum attacker",
        parts,
    )
}

/// Assets of a moment that withstand a quantum attacker.
pub fn covered_of(point: &TrendPoint) -> f64 {
    (point.total_assets - point.non_pqc).max(0.0)
}

fn axis(frame: &Frame, top: f64) -> Html {
    let right = frame.left + frame.width;
    let steps = [0.0, top / 2.0, top].into_iter().flat_map(|value| {
        let y = frame.upwards(value, top);
        [
            line((frame.left, y), (right, y), "grid"),
            label((frame.left - 6.0, y + 4.0), "tick end", &format!("{value}")),
        ]
    });
    steps.collect()
}

fn legend(y: f64, bands: &[Band]) -> Vec<Html> {
    let each = (0u32..).zip(bands);
    each.flat_map(|(place, band)| {
        let x = f64::from(place) * 160.0;
        let swatch = [
            ("x", number(x)),
            ("y", number(y - 10.0)),
            ("width", "12".to_owned()),
            ("height", "12".to_owned()),
            ("class", format!("area {}", band.class)),
        ];
        [
            shape("rect", &swatch),
            label((x + 18.0, y), "tick", band.words),
        ]
    })
    .collect()
}

/// Levels from the worst, each with its fill.
const LEVELS: [(&str, &str); 4] = [
    ("Critical", "critical"),
    ("High", "high"),
    ("Medium", "medium"),
    ("Low", "low"),
];

/// How many assets each level has, as one bar.
pub fn levels(now: &Kpis) -> Html {
    let frame = Frame {
        left: 0.0,
        top: 6.0,
        width: WIDTH,
        height: 32.0,
    };
    let numbers = [now.critical, now.high, now.medium, now.low];
    let mut parts = Vec::new();
    let bars = frame.parts(&numbers).into_iter().zip(LEVELS);
    for ((bar, (_, class)), count) in bars.zip(numbers).filter(|(_, count)| *count > 0) {
        let rect = [
            ("x", number(bar.left)),
            ("y", number(frame.top)),
            ("width", number(bar.width)),
            ("height", number(frame.height)),
            ("class", format!("area {class}")),
        ];
        parts.push(shape("rect", &rect));
        let middle = bar.left + bar.width / 2.0;
        parts.push(label(
            (middle, frame.top + frame.height + 16.0),
            "tick middle",
            &count.to_string(),
        ));
    }
    for (place, (name, class)) in (0u32..).zip(LEVELS) {
        let x = f64::from(place) * 160.0;
        let swatch = [
            ("x", number(x)),
            ("y", "66".to_owned()),
            ("width", "12".to_owned()),
            ("height", "12".to_owned()),
            ("class", format!("area {class}")),
        ];
        parts.extend([
            shape("rect", &swatch),
            label((x + 18.0, 76.0), "tick", name),
        ]);
    }
    figure(86.0, "Assets by risk level", parts)
}

const ROW: f64 = 24.0;

/// The dates on a line of time, a row each, with how many assets miss them.
pub fn timeline(deadlines: &[DeadlineView], now: Timestamp) -> Html {
    let ends: Vec<f64> = deadlines.iter().map(|date| year(&date.when.date)).collect();
    let today = year(&day(now));
    let from = ends.iter().copied().fold(today, f64::min).floor();
    let to = ends.iter().copied().fold(today, f64::max).ceil();
    let frame = Frame {
        left: 300.0,
        top: 24.0,
        width: WIDTH - 360.0,
        height: ROW * deadlines.len() as f64,
    };
    let bottom = frame.top + frame.height;
    let x = |year: f64| frame.across(year, from, to);
    let mut parts = vec![
        line((x(today), frame.top - 6.0), (x(today), bottom), "today"),
        label((x(today), frame.top - 12.0), "tick middle", "today"),
    ];
    for (place, (date, end)) in (0u32..).zip(deadlines.iter().zip(&ends)) {
        let y = frame.top + ROW * (f64::from(place) + 0.5);
        parts.push(label((0.0, y + 4.0), "tick", &date.when.title));
        parts.push(line((frame.left, y), (x(*end), y), "grid"));
        parts.push(mark((x(*end), y), date));
        parts.push(label((WIDTH, y + 4.0), "tick end", &missed(date)));
    }
    parts.push(label(
        (frame.left, bottom + 14.0),
        "tick",
        &format!("{from}"),
    ));
    parts.push(label(
        (frame.left + frame.width, bottom + 14.0),
        "tick end",
        &format!("{to}"),
    ));
    figure(
        bottom + 20.0,
        "Deadlines and how many assets miss them",
        parts,
    )
}

/// A triangle where assets miss the date, a circle where none does, and a dashed one where no asset
/// type stands for what it is about.
fn mark((x, y): (f64, f64), date: &DeadlineView) -> Html {
    if date.missed > 0 {
        let points = format!(
            "{:.1},{:.1} {:.1},{:.1} {:.1},{:.1}",
            x,
            y - 6.0,
            x + 6.0,
            y + 5.0,
            x - 6.0,
            y + 5.0
        );
        return shape(
            "polygon",
            &[("points", points), ("class", "missed".to_owned())],
        );
    }
    let class = if date.types.is_empty() { "none" } else { "met" };
    let circle = [
        ("cx", number(x)),
        ("cy", number(y)),
        ("r", "5".to_owned()),
        ("class", class.to_owned()),
    ];
    shape("circle", &circle)
}

fn missed(date: &DeadlineView) -> String {
    match (date.missed, date.types.is_empty()) {
        (_, true) => "not counted".into(),
        (0, false) => "none".into(),
        (count, false) => format!("{count} miss it"),
    }
}

/// `YYYY-MM-DD`.
pub fn day(at: Timestamp) -> String {
    at.to_seconds_text().chars().take(10).collect()
}

/// A day as a fraction of its year; only its place on a line matters.
fn year(day: &str) -> f64 {
    let mut numbers = day
        .split('-')
        .map(|part| part.parse::<f64>().unwrap_or(0.0));
    let mut next = || numbers.next().unwrap_or(0.0);
    let (year, month, day) = (next(), next(), next());
    year + (month - 1.0) / 12.0 + day / 372.0
}
