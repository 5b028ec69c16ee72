//! Mass and moments of the standard normal law between two bounds.
//!
//! The closed forms, such as `1 + (alpha phi(alpha) - beta phi(beta)) / Z - mean^2` for the
//! variance, cancel: between bounds 1e-4 apart, or in a tail at 1e4, few of their digits are
//! right or none. Here everything is a sum of positive terms, a quadrature of the density
//! (`quadrature.rs`). Bounds that lie more to the left of 0 than to the right are mirrored first, so
//! that the density is highest at `peak = max(alpha, 0)`.

use crate::num::quadrature::{MOST_PANELS, Panel, Rule};

/// Mean, variance and kurtosis of a standard normal variable that is known to lie between two
/// bounds.
///
/// `docs/numerics.md` has the bound of their errors, relative for variance and kurtosis; for the mean,
/// relative to itself or the standard deviation, whichever is larger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TruncatedMoments {
    pub(crate) mean: f64,
    pub(crate) variance: f64,
    /// E (z - mean)^4 / variance^2: 1.8 between narrow bounds, 3 without bounds, 9 in a far tail.
    pub(crate) kurtosis: f64,
}

impl TruncatedMoments {
    /// The moments between `alpha` and `beta`, either of which may be infinite. `None` as for
    /// [`Interval::new`].
    pub(crate) fn new(alpha: f64, beta: f64) -> Option<Self> {
        let interval = Interval::new(alpha, beta)?;
        if alpha == f64::NEG_INFINITY && beta == f64::INFINITY {
            return Some(TruncatedMoments {
                mean: 0.0,
                variance: 1.0,
                kurtosis: 3.0,
            });
        }

        let peak = interval.peak();
        let rule = Rule::new(peak, interval.alpha - peak, interval.beta - peak);
        // On the stack, as laws are made where nothing may be allocated.
        let mut panels = [Panel::EMPTY; MOST_PANELS];
        let panels = &mut panels[..rule.panels()];
        for (number, panel) in panels.iter_mut().enumerate() {
            rule.tabulate(panel, number);
        }
        // Places are in units of the width, lest the fourth power of a tiny width underflow. In plain
        // loops, which take a third of the time of chained iterators.
        let (mut total, mut first) = (0.0, 0.0);
        for panel in &*panels {
            for (place, weight) in panel.places.iter().zip(panel.weights) {
                total += weight;
                first += weight * place;
            }
        }
        let center = first / total;
        let (mut second, mut fourth) = (0.0, 0.0);
        for panel in &*panels {
            for (place, weight) in panel.places.iter().zip(panel.weights) {
                let square = (place - center) * (place - center);
                second += weight * square;
                fourth += weight * square * square;
            }
        }

        let mean = peak + (rule.from + rule.width * center);
        Some(TruncatedMoments {
            mean: if alpha == -beta {
                0.0
            } else if interval.mirrored {
                -mean
            } else {
                mean
            },
            variance: rule.width * rule.width * (second / total),
            kurtosis: total * fourth / (second * second),
        })
    }
}

/// The standard deviation of the normal law around `mean` that becomes `std` by restriction to
/// [low, high]. Where the bounds are stated in the parent's standard
/// deviations there is nothing to solve: divide by the root of [`TruncatedMoments::variance`].
///
/// `None` if there is no such law: the restricted law never reaches the deviation of the uniform
/// one, `(high - low) / sqrt(12)`. Also if that takes a parent wider than 2^30 intervals or than
/// `f64` reaches, if `mean` is not finite, or if `std` is not positive and finite.
pub(crate) fn parent_std(mean: f64, low: f64, high: f64, std: f64) -> Option<f64> {
    if !(low < high && mean.is_finite() && std > 0.0 && std.is_finite()) {
        return None;
    }
    let excess = |parent: f64| {
        let moments = TruncatedMoments::new((low - mean) / parent, (high - mean) / parent);
        // Bounds that are out of the parent's sight leave no spread.
        moments.map_or(0.0, |moments| parent * moments.variance.sqrt()) - std
    };

    // Restriction never widens a normal law, so the parent has at least `std`.
    let (mut below, mut above) = (std, std);
    let (mut excess_below, mut excess_above) = (-std, excess(std));
    while excess_above < 0.0 {
        // If the interval is infinite, or so wide that 2^30 of them are infinite, this width sets no
        // limit. The parent then ends the search, after at most 2,100 doublings.
        if above / 1_073_741_824.0 > high - low {
            return None;
        }
        (below, excess_below) = (above, excess_above);
        above *= 2.0;
        if above == f64::INFINITY {
            return None;
        }
        excess_above = excess(above);
    }

    // Regula falsi by the Illinois rule: the end that stays counts half, so that both move.
    // Some ten steps do; where rounding has its way they end all the same.
    let mut went_up = None;
    for _ in 0..MOST_STEPS {
        if !(excess_above > 0.0 && above - below > 2.0 * f64::EPSILON * above) {
            break;
        }
        let share = excess_below / (excess_below - excess_above);
        let middle = below + (above - below) * share;
        if middle <= below || middle >= above {
            break;
        }
        let excess_middle = excess(middle);
        if excess_middle < 0.0 {
            (below, excess_below) = (middle, excess_middle);
            if went_up == Some(true) {
                excess_above *= 0.5;
            }
        } else {
            (above, excess_above) = (middle, excess_middle);
            if went_up == Some(false) {
                excess_below *= 0.5;
            }
        }
        went_up = Some(excess_middle < 0.0);
    }
    Some(above)
}

/// After which a search ends.
const MOST_STEPS: u32 = 1_000;

/// Bounds, mirrored if they lie more to the left of 0 than to the right: `-alpha <= beta`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interval {
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) mirrored: bool,
}

impl Interval {
    /// `None` unless `alpha < beta`, neither of them NaN, and the interval comes within 2^100 of 0.
    pub(crate) fn new(alpha: f64, beta: f64) -> Option<Self> {
        let mirrored = -alpha > beta;
        let (low, high) = if mirrored {
            (-beta, -alpha)
        } else {
            (alpha, beta)
        };
        (low < high && low < TWO_100).then_some(Interval {
            alpha: low,
            beta: high,
            mirrored,
        })
    }

    /// Where the density is highest.
    pub(crate) fn peak(&self) -> f64 {
        if self.alpha > 0.0 { self.alpha } else { 0.0 }
    }
}

/// 2^100.
const TWO_100: f64 = f64::from_bits(0x4630_0000_0000_0000);

#[cfg(test)]
mod tests {
    use super::{TruncatedMoments, parent_std};
    use crate::engine::ulp::bound;
    use std::f64::consts::PI;

    const INF: f64 = f64::INFINITY;

    #[track_caller]
    fn assert_close(value: f64, expected: f64, relative: f64) {
        let error = (value - expected).abs();
        assert!(
            error <= relative * expected.abs(),
            "{value:e}, not {expected:e}"
        );
    }

    #[track_caller]
    fn assert_moments(alpha: f64, beta: f64, mean: f64, variance: f64, kurtosis: f64) {
        let moments = TruncatedMoments::new(alpha, beta).unwrap();
        let scale = mean.abs().max(variance.sqrt());
        assert!(
            (moments.mean - mean).abs() <= bound("moments", "f64") * scale,
            "{}",
            moments.mean
        );
        assert_close(moments.variance, variance, bound("moments", "f64"));
        assert_close(moments.kurtosis, kurtosis, bound("moments", "f64"));
    }

    #[test]
    fn between_symmetric_bounds() {
        let bound = bound("moments", "f64");
        let std = |bound: f64| {
            let moments = TruncatedMoments::new(-bound, bound).unwrap();
            assert_eq!(moments.mean, 0.0);
            moments.variance.sqrt()
        };
        assert_close(std(1.0), 0.539_560_093_754_897, bound);
        assert_close(std(1.5), 0.742_646_898_439_326_5, bound);
        assert_close(std(2.0), 0.879_625_661_034_239_8, bound);
        assert_close(std(2.5), 0.954_597_486_344_580_7, bound);
        assert_close(std(3.0), 0.986_578_392_558_108_6, bound);
        assert_close(std(4.0), 0.999_464_501_807_079_6, bound);
    }

    #[test]
    fn between_any_bounds() {
        // Computed with mpmath to 60 digits, by quadrature.
        assert_moments(
            0.5,
            3.0,
            1.131_664_924_951_349_7,
            0.249_099_034_315_075_68,
            3.591_518_754_797_698,
        );
        assert_moments(
            -5.0,
            4.0,
            -0.000_132_347_735_804_984_3,
            0.999_457_210_637_598_8,
            2.992_867_392_784_669_6,
        );
        assert_moments(
            10.0,
            11.0,
            10.098_068_374_933_02,
            0.009_420_771_902_336_495,
            8.339_718_176_202_005,
        );
        assert_moments(
            1e3,
            INF,
            1_000.000_999_998,
            9.999_940_000_499_995e-7,
            8.999_952_000_707_987,
        );
    }

    #[test]
    fn limits() {
        assert_moments(-INF, INF, 0.0, 1.0, 3.0);
        // The half-normal law.
        let mean = (2.0 / PI).sqrt();
        let variance = 1.0 - 2.0 / PI;
        let kurtosis = 3.0 + 8.0 * (PI - 3.0) / ((PI - 2.0) * (PI - 2.0));
        assert_moments(0.0, INF, mean, variance, kurtosis);
        // A uniform law, whose width would underflow in the fourth power.
        assert_moments(1e-100, 3e-100, 2e-100, 1e-200 / 3.0, 1.8);
        // An exponential law.
        assert_moments(1e8, INF, 1e8, 1e-16, 9.0);
    }

    #[test]
    fn mirrored_bounds_mirror_the_mean_alone() {
        let right = TruncatedMoments::new(-0.25, 2.0).unwrap();
        let left = TruncatedMoments::new(-2.0, 0.25).unwrap();
        assert_eq!(left.mean, -right.mean);
        assert_eq!(left.variance, right.variance);
        assert_eq!(left.kurtosis, right.kurtosis);
    }

    #[test]
    fn no_bounds() {
        for (alpha, beta) in [
            (1.0, 1.0),
            (2.0, 1.0),
            (f64::NAN, 1.0),
            (1.0, f64::NAN),
            (INF, INF),
            (-INF, -INF),
            (1e31, INF),
        ] {
            assert_eq!(TruncatedMoments::new(alpha, beta), None);
        }
    }

    #[test]
    fn parents() {
        let correction = TruncatedMoments::new(-2.0, 2.0).unwrap().variance.sqrt();
        let parent = parent_std(0.0, -0.2, 0.2, 0.1 * correction).unwrap();
        assert_close(parent, 0.1, bound("parent_std", "f64"));
        for (mean, low, high, std) in [
            (0.0, -1.0, 1.0, 0.1),
            (0.0, -1.0, 1.0, 0.577),
            (0.3, -1.0, 2.0, 0.5),
            (0.0, 1.0, INF, 0.25),
            (5.0, -INF, 1.0, 3.0),
            (0.0, 10.0, 11.0, 0.01),
        ] {
            let parent = parent_std(mean, low, high, std).unwrap();
            let moments = TruncatedMoments::new((low - mean) / parent, (high - mean) / parent);
            let found = parent * moments.unwrap().variance.sqrt();
            assert_close(found, std, bound("parent_std", "f64"));
        }
        assert_eq!(parent_std(0.5, -INF, INF, 0.1), Some(0.1));
    }

    #[test]
    fn no_parents() {
        // The uniform law on [-1, 1] has 0.57735.
        assert_eq!(parent_std(0.0, -1.0, 1.0, 0.577_351), None);
        assert_eq!(parent_std(0.0, -1.0, 1.0, 0.0), None);
        assert_eq!(parent_std(0.0, -1.0, 1.0, f64::NAN), None);
        assert_eq!(parent_std(0.0, 1.0, -1.0, 0.1), None);
        assert_eq!(parent_std(INF, -1.0, 1.0, 0.1), None);
        assert_eq!(parent_std(0.0, -INF, INF, INF), None);
        // Intervals of which 2^30 are infinite, and one that is itself.
        assert_eq!(parent_std(0.0, 0.0, 1e300, 1e300), None);
        assert_eq!(parent_std(0.0, -1.0, 1e300, 1e300), None);
        assert_eq!(parent_std(0.0, -1.7e308, 1.7e308, 1.7e308), None);
        assert_eq!(parent_std(0.0, 0.0, INF, 1.79e308), None);
    }
}
