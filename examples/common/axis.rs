//! The scale of an axis: where values are, how much of it a chart shows, and its labels.

use std::ops::Range;

/// How lengths on an axis go with values.
#[derive(Clone, Copy, Default)]
pub(crate) enum Scale {
    #[default]
    Linear,
    /// Powers of ten are equally far apart; only positive values have a place.
    ///
    /// For plotters, it is linear in the logarithm: a logarithmic axis of its own has no labels
    /// below 2^-52.
    #[allow(dead_code, reason = "not every example has it")]
    Log,
}

impl Scale {
    /// Where a value is; nothing for a value without a place, such as NaN.
    pub(crate) fn place(self, value: f64) -> Option<f64> {
        let place = match self {
            Scale::Linear => value,
            Scale::Log => value.log10(),
        };
        place.is_finite().then_some(place)
    }

    /// The places of an axis with room for given values.
    pub(crate) fn range(self, values: impl Iterator<Item = f64>) -> Range<f64> {
        let Range {
            start: low,
            end: high,
        } = self.extent(values);
        let margin = 0.05 * (high - low);
        match self {
            _ if low > high => 0.0..1.0,
            Scale::Linear if margin > 0.0 => low - margin..high + margin,
            Scale::Linear => low - 1.0..high + 1.0,
            Scale::Log => low.floor()..high.ceil().max(low.floor() + 1.0),
        }
    }

    /// The places from the least value to the greatest, without room around them.
    pub(crate) fn extent(self, values: impl Iterator<Item = f64>) -> Range<f64> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for place in values.filter_map(|value| self.place(value)) {
            (low, high) = (low.min(place), high.max(place));
        }
        low..high
    }

    /// How many labels an axis has at most: on a logarithmic one, none between powers of ten.
    pub(crate) fn labels(self, range: &Range<f64>) -> usize {
        match self {
            Scale::Linear => 8,
            Scale::Log => 8.min((range.end - range.start) as usize + 1),
        }
    }

    /// The label at a place.
    pub(crate) fn label(self, place: f64, range: &Range<f64>) -> String {
        // All have the decimals of the one that needs most.
        let decimals = match self {
            Scale::Linear => (5.0 / (range.end - range.start)).log10().ceil().max(0.0) as usize,
            Scale::Log => 0,
        };
        let unit = 10_f64.powi(decimals as i32);
        // plotters reaches 0 from below, too: -0.0 + 0.0 is 0.0.
        let number = format!("{:.decimals$}", (place * unit).round() / unit + 0.0);
        match self {
            Scale::Linear => number,
            Scale::Log => format!("10{}", number.chars().map(superscript).collect::<String>()),
        }
    }
}

fn superscript(letter: char) -> char {
    let digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = letter.to_digit(10);
    digit.map_or('⁻', |digit| digits[digit as usize])
}

#[cfg(test)]
mod tests {
    use super::Scale;
    use plotters::coord::{
        ranged1d::{BoldPoints, Ranged},
        types::RangedCoordf64,
    };

    fn labels(scale: Scale, values: &[f64]) -> Vec<String> {
        let range = scale.range(values.iter().copied());
        let axis = RangedCoordf64::from(range.clone());
        let ticks = axis.key_points(BoldPoints(scale.labels(&range)));
        ticks
            .iter()
            .map(|&tick| scale.label(tick, &range))
            .collect()
    }

    #[test]
    fn labels_are_round() {
        let linear = |values: &[f64]| labels(Scale::Linear, values);
        assert_eq!(linear(&[1.0, 20.0]), ["5", "10", "15", "20"]);
        assert_eq!(
            linear(&[-0.4, 1.0]),
            ["-0.4", "-0.2", "0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(
            linear(&[0.1, 0.3]),
            ["0.10", "0.15", "0.20", "0.25", "0.30"]
        );
        let log = |values: &[f64]| labels(Scale::Log, values);
        assert_eq!(
            log(&[1e-33, 1e12]),
            ["10⁻³⁰", "10⁻²⁰", "10⁻¹⁰", "10⁰", "10¹⁰"]
        );
        assert_eq!(log(&[0.03, 1.0]), ["10⁻²", "10⁻¹", "10⁰"]);
    }

    #[test]
    fn what_has_no_place_is_left_out() {
        let values = [f64::NAN, f64::INFINITY, 0.0, -1.0, 2.0];
        assert_eq!(labels(Scale::Log, &values), ["10⁰", "10¹"]);
        // An axis for nothing, or for one value, still has labels.
        assert!(labels(Scale::Linear, &[]).len() > 1);
        assert!(labels(Scale::Linear, &[3.0]).len() > 1);
    }
}
