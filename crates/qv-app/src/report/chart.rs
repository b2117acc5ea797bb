//! The geometry of charts: from numbers to places on a plane. Pure; nothing here knows HTML.

/// A rectangle that a chart is drawn in, from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// From the left.
    pub left: f64,
    /// From the top.
    pub top: f64,
    /// To the right.
    pub width: f64,
    /// Downwards.
    pub height: f64,
}

/// A part of a bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Where it begins.
    pub left: f64,
    /// How wide it is.
    pub width: f64,
}

impl Frame {
    /// The place of a value between two others, from left to right; in the middle where they are one.
    pub fn across(&self, value: f64, from: f64, to: f64) -> f64 {
        let share = if to > from {
            ((value - from) / (to - from)).clamp(0.0, 1.0)
        } else {
            0.5
        };
        self.left + share * self.width
    }

    /// The height at which a value stands, of 0 to `top`.
    pub fn upwards(&self, value: f64, top: f64) -> f64 {
        let share = if top > 0.0 {
            (value / top).clamp(0.0, 1.0)
        } else {
            0.0
        };
        self.top + (1.0 - share) * self.height
    }

    /// Bands stacked on each other, lowest first, each an outline of points. One moment alone is drawn
    /// over the whole width.
    pub fn stacked(&self, at: &[f64], bands: &[Vec<f64>], top: f64) -> Vec<Vec<(f64, f64)>> {
        let (first, last) = (at.first().copied(), at.last().copied());
        let (Some(first), Some(last)) = (first, last) else {
            return Vec::new();
        };
        let alone = first >= last;
        let places: Vec<f64> = match alone {
            true => vec![self.left, self.left + self.width],
            false => at.iter().map(|at| self.across(*at, first, last)).collect(),
        };
        let value = |band: &[f64], place: usize| {
            let place = if alone {
                band.len().saturating_sub(1)
            } else {
                place
            };
            band.get(place).copied().unwrap_or(0.0)
        };
        let mut below = vec![0.0; places.len()];
        let mut outlines = Vec::new();
        for band in bands {
            let above: Vec<f64> = (0..)
                .zip(&below)
                .map(|(place, below)| below + value(band, place))
                .collect();
            let line = |heights: &[f64]| -> Vec<(f64, f64)> {
                let heights = heights.iter().map(|height| self.upwards(*height, top));
                places.iter().copied().zip(heights).collect()
            };
            let mut outline = line(&above);
            outline.extend(line(&below).into_iter().rev());
            outlines.push(outline);
            below = above;
        }
        outlines
    }

    /// The parts of a bar over the whole width, one for each number; none is wide where all are 0.
    pub fn parts(&self, numbers: &[u64]) -> Vec<Part> {
        let total: u64 = numbers.iter().sum();
        let mut left = self.left;
        let part = |number: &u64| {
            let share = if total == 0 {
                0.0
            } else {
                *number as f64 / total as f64
            };
            let part = Part {
                left,
                width: share * self.width,
            };
            left += part.width;
            part
        };
        numbers.iter().map(part).collect()
    }
}

/// A round number that is not below this, for the top of an axis.
pub fn round_top(most: f64) -> f64 {
    let magnitude = 10f64.powf(most.max(1.0).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * magnitude);
    steps.into_iter().find(|step| *step >= most).unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame {
        left: 10.0,
        top: 5.0,
        width: 100.0,
        height: 50.0,
    };

    #[test]
    fn bands_stand_on_each_other_and_fill_the_frame() {
        let bands = [vec![1.0, 2.0], vec![3.0, 2.0]];
        let outlines = FRAME.stacked(&[0.0, 10.0], &bands, 4.0);
        assert_eq!(
            outlines[0],
            [(10.0, 42.5), (110.0, 30.0), (110.0, 55.0), (10.0, 55.0)]
        );
        assert_eq!(
            outlines[1],
            [(10.0, 5.0), (110.0, 5.0), (110.0, 30.0), (10.0, 42.5)]
        );
    }

    #[test]
    fn one_moment_is_drawn_over_the_width_and_none_draws_nothing() {
        let outlines = FRAME.stacked(&[7.0], &[vec![2.0]], 4.0);
        assert_eq!(
            outlines[0],
            [(10.0, 30.0), (110.0, 30.0), (110.0, 55.0), (10.0, 55.0)]
        );
        assert!(FRAME.stacked(&[], &[vec![]], 4.0).is_empty());
    }

    #[test]
    fn the_parts_of_a_bar_follow_one_another() {
        let parts = FRAME.parts(&[1, 0, 3]);
        let spans: Vec<_> = parts.iter().map(|part| (part.left, part.width)).collect();
        assert_eq!(spans, [(10.0, 25.0), (35.0, 0.0), (35.0, 75.0)]);
        assert!(FRAME.parts(&[0, 0]).iter().all(|part| part.width == 0.0));
    }

    #[test]
    fn places_stay_in_the_frame_and_tops_are_round() {
        assert_eq!(FRAME.across(-5.0, 0.0, 10.0), 10.0);
        assert_eq!(FRAME.across(3.0, 3.0, 3.0), 60.0);
        assert_eq!(FRAME.upwards(9.0, 4.0), 5.0);
        let tops = [0.0, 1.0, 3.0, 7.0, 12.0, 100.0, 501.0].map(round_top);
        assert_eq!(tops, [1.0, 1.0, 5.0, 10.0, 20.0, 100.0, 1000.0]);
    }
}
