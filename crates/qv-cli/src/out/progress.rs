//! Progress on standard error, only where a person watches it.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use super::escape::{self, Charset};

const REDRAW: Duration = Duration::from_millis(100);

/// A progress bar; nothing where standard error is no terminal. Gone from the screen when finished
/// or dropped.
#[derive(Debug)]
pub struct Bar {
    bar: ProgressBar,
    charset: Charset,
}

impl Bar {
    pub(super) fn new(total: u64, label: &str, visible: bool, charset: Charset) -> Self {
        let target = if visible {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total), target)
            .with_finish(ProgressFinish::AndClear)
            .with_message(escape::line(label, charset).into_owned());
        if let Ok(style) = style(charset) {
            bar.set_style(style);
        }
        if visible {
            bar.enable_steady_tick(REDRAW);
        }
        Self { bar, charset }
    }

    /// Shows how far the work is and, if given, the step that just ended.
    pub fn set(&self, done: u64, total: u64, step: Option<&str>) {
        self.bar.set_length(total);
        self.bar.set_position(done);
        if let Some(step) = step {
            self.bar
                .set_prefix(escape::line(step, self.charset).into_owned());
        }
    }

    /// Takes the bar off the screen.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(charset: Charset) -> Result<ProgressStyle, indicatif::style::TemplateError> {
    let (ticks, cells) = match charset {
        Charset::Utf8 => ("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "█▓░"),
        Charset::Ascii => ("|/-\\", "#>."),
    };
    let style = ProgressStyle::with_template("{spinner} {msg} {bar:24} {pos}/{len} {prefix:.dim}")?;
    Ok(style.tick_chars(ticks).progress_chars(cells))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_bar_counts_and_shows_nothing() {
        let bar = Bar::new(0, "scanning \u{1b}[2J", false, Charset::Ascii);
        bar.set(3, 10, Some("a\u{1b}b"));
        assert!(bar.bar.is_hidden());
        assert_eq!((bar.bar.position(), bar.bar.length()), (3, Some(10)));
        assert_eq!(
            (bar.bar.message().as_str(), bar.bar.prefix().as_str()),
            ("scanning \\u{1b}[2J", "a\\u{1b}b")
        );
        bar.finish();
        assert!(bar.bar.is_finished());
    }

    #[test]
    fn both_templates_are_valid() {
        assert!(style(Charset::Utf8).is_ok() && style(Charset::Ascii).is_ok());
    }
}
