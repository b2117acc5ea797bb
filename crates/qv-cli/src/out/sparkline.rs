//! A trend as one line of blocks, lowest to highest.

use super::escape::Charset;

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII: [char; 8] = ['_', '.', ',', '-', '~', '+', '*', '#'];

/// The values as one character each, scaled between the smallest and the largest; level ground
/// where they are all the same. A value that is no number is a space.
pub fn text(values: &[f64], charset: Charset) -> String {
    let ramp = match charset {
        Charset::Utf8 => &BLOCKS,
        Charset::Ascii => &ASCII,
    };
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (
        finite().fold(f64::INFINITY, f64::min),
        finite().fold(f64::NEG_INFINITY, f64::max),
    );
    values
        .iter()
        .map(|value| {
            if !value.is_finite() {
                return ' ';
            }
            // Halved first, so that the span of two huge values is still finite.
            let share = if high > low {
                (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)
            } else {
                0.0
            };
            // Between 0 and 7 by construction; a cast saturates in any case.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let step = (share * 7.0).round() as usize;
            ramp.get(step).copied().unwrap_or(' ')
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_rises_falls_and_rests() {
        assert_eq!(
            text(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], Charset::Utf8),
            "▁▂▃▄▅▆▇█"
        );
        assert_eq!(text(&[10.0, 5.0, 0.0], Charset::Ascii), "#~_");
        assert_eq!(text(&[3.0, 3.0], Charset::Utf8), "▁▁");
        assert_eq!(text(&[], Charset::Utf8), "");
        assert_eq!(text(&[f64::NAN, 1.0], Charset::Utf8), " ▁");
    }

    proptest! {
        #[test]
        fn one_character_a_value(values in prop::collection::vec(any::<f64>(), 0..40)) {
            prop_assert_eq!(text(&values, Charset::Utf8).chars().count(), values.len());
        }
    }
}
