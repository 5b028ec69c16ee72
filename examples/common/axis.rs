//! An axis of a chart: its range, its ticks, and where a value is on it.

/// How lengths on an axis go with values.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Scale {
    Linear,
    /// Powers of ten are equally far apart; only positive values have a place.
    Log,
}

/// An axis that has room for given values, from one tick to another.
pub(crate) struct Axis {
    scale: Scale,
    /// Of the values, or of their decimal logarithms: the distance of ticks, and the range in
    /// units of it.
    step: f64,
    from: f64,
    to: f64,
}

impl Axis {
    /// An axis for those of the values that have a place on it, with at most about `ticks` ticks.
    pub(crate) fn new(scale: Scale, values: impl IntoIterator<Item = f64>, ticks: usize) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter_map(|value| scale.of(value)) {
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        let mut step = nice((high - low).max(1e-9) / ticks as f64);
        if scale == Scale::Log {
            // A tick between two powers of ten would need another kind of label.
            step = step.max(1.0).round();
        }
        let from = (low / step).floor();
        Axis {
            scale,
            step,
            from,
            to: (high / step).ceil().max(from + 1.0),
        }
    }

    /// Where a value is, from 0 at the start of the axis to 1 at its end; nothing for a value
    /// without a place, such as NaN.
    pub(crate) fn place(&self, value: f64) -> Option<f32> {
        let value = self.scale.of(value)? / self.step;
        Some(((value - self.from) / (self.to - self.from)) as f32)
    }

    /// Places and labels of the ticks.
    pub(crate) fn ticks(&self) -> impl Iterator<Item = (f32, String)> + '_ {
        let decimals = (-self.step.log10().floor()).max(0.0) as usize;
        (self.from as i64..=self.to as i64).map(move |tick| {
            let place = (tick as f64 - self.from) / (self.to - self.from);
            let value = tick as f64 * self.step;
            let label = match self.scale {
                Scale::Linear => format!("{value:.decimals$}"),
                Scale::Log => format!("10{}", superscript(value as i64)),
            };
            (place as f32, label)
        })
    }
}

impl Scale {
    fn of(self, value: f64) -> Option<f64> {
        let value = match self {
            Scale::Linear => value,
            Scale::Log => value.log10(),
        };
        value.is_finite().then_some(value)
    }
}

/// The least of 1, 2 and 5 times a power of ten that is not below `step`.
fn nice(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|f| f * power >= step);
    factor.unwrap_or(10.0) * power
}

fn superscript(number: i64) -> String {
    let raise = |letter| match letter {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        _ => '⁰',
    };
    number.to_string().chars().map(raise).collect()
}

#[cfg(test)]
mod tests {
    use super::{Axis, Scale};

    fn labels(scale: Scale, values: &[f64]) -> Vec<String> {
        let axis = Axis::new(scale, values.iter().copied(), 5);
        axis.ticks().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_and_enclose_the_values() {
        assert_eq!(
            labels(Scale::Linear, &[1.0, 20.0]),
            ["0", "5", "10", "15", "20"]
        );
        assert_eq!(
            labels(Scale::Linear, &[0.07, 0.2]),
            ["0.05", "0.10", "0.15", "0.20"]
        );
        assert_eq!(
            labels(Scale::Log, &[3e-7, 0.5]),
            ["10⁻⁸", "10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"]
        );
    }

    #[test]
    fn what_has_no_place_is_left_out() {
        let values = [f64::NAN, f64::INFINITY, 0.0, 10.0, 1000.0];
        let axis = Axis::new(Scale::Log, values, 5);
        assert_eq!(
            values.map(|value| axis.place(value)),
            [None, None, None, Some(0.0), Some(1.0)]
        );
        // An axis for nothing, or for one value, still has a length.
        assert_eq!(labels(Scale::Linear, &[]).first().unwrap(), "0.0");
        assert!(labels(Scale::Linear, &[3.0]).len() > 1);
    }
}
