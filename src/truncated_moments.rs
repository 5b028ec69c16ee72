//! Mass and moments of the standard normal law between two bounds.
//!
//! The closed forms, such as `1 + (alpha phi(alpha) - beta phi(beta)) / Z - mean^2` for the
//! variance, cancel: between bounds 1e-4 apart, or in a tail at 1e4, few of their digits are
//! right or none. Here everything is a sum of positive terms, a quadrature of the density:
//!
//! 1. Bounds that lie more to the left of 0 than to the right are mirrored, so that the density
//!    is highest at `peak = max(alpha, 0)`.
//! 2. Points are offsets `x` from the peak and the density is `exp(-x (peak + x / 2))`, relative
//!    to its value there: nothing underflows in a far tail, and no digit of a narrow interval is
//!    lost to its distance from 0.
//! 3. Where the density has fallen below `exp(-52)` the interval is cut off.
//! 4. What is left is divided into at most ten equal panels of 16 Gauss-Legendre nodes each. The
//!    rule's own error is below 1e-17 of the whole: what shows is rounding.
//!
//! The exponential function is written out instead of taken from a library: the bits of draws
//! hang on these sums, and no library promises the bits of its next version.

/// Mean, variance and kurtosis of a standard normal variable that is known to lie between two
/// bounds.
///
/// Errors are below 1e-14, relative for variance and kurtosis; for the mean, relative to itself
/// or the standard deviation, whichever is larger.
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
        // Positions are in units of the width, lest the fourth power of a tiny width underflow.
        let nodes = rule.nodes();
        let nodes = nodes.as_slice();
        let total: f64 = nodes.iter().map(|(_, weight)| weight).sum();
        let center = nodes.iter().map(|(y, weight)| weight * y).sum::<f64>() / total;
        let (mut second, mut fourth) = (0.0, 0.0);
        for (y, weight) in nodes {
            let square = (y - center) * (y - center);
            second += weight * square;
            fourth += weight * square * square;
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
/// [low, high], to a few parts in 1e15. Where the bounds are stated in the parent's standard
/// deviations there is nothing to solve: divide by the root of [`TruncatedMoments::variance`].
///
/// `None` if there is no such law: the restricted law never reaches the deviation of the uniform
/// one, `(high - low) / sqrt(12)`. Also if that takes a parent wider than 2^30 intervals, if
/// `mean` is not finite, or if `std` is not positive and finite.
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
        if above > 1_073_741_824.0 * (high - low) {
            return None;
        }
        (below, excess_below) = (above, excess_above);
        above *= 2.0;
        excess_above = excess(above);
    }

    // Regula falsi by the Illinois rule: the end that stays counts half, so that both move.
    let mut went_up = None;
    while excess_above > 0.0 && above - below > 2.0 * f64::EPSILON * above {
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

/// The integral of `exp(-x (peak + x / 2))` between two offsets from `peak >= 0`, within 2 ULP:
/// the errors of the terms are independent, and their sum is compensated.
pub(crate) fn mass(peak: f64, from: f64, to: f64) -> f64 {
    let rule = Rule::new(peak, from, to);
    let (mut sum, mut lost) = (0.0, 0.0);
    for (_, weight) in rule.nodes().as_slice() {
        let next = sum + weight;
        // What the addition rounded off (Knuth's two-sum).
        let added = next - sum;
        lost += (sum - (next - added)) + (weight - added);
        sum = next;
    }
    rule.width * (0.5 * (sum + lost) / rule.panels)
}

/// `2 Q(z) exp(z^2 / 2)`, where `Q(z)` is the mass beyond `z >= 0`: 1 at 0, and it falls off no
/// faster than `1 / z`.
pub(crate) fn scaled_outside(z: f64) -> f64 {
    root_2_over_pi_times(mass(z, 0.0, f64::INFINITY))
}

/// The mass between `-z` and `z >= 0` and the mass outside: erf and erfc of `z / sqrt(2)`.
pub(crate) fn inside_and_outside(z: f64) -> (f64, f64) {
    // The smaller one is computed, more or less. Its complement is as accurate.
    if z < 0.7 {
        let inside = root_2_over_pi_times(mass(0.0, 0.0, z));
        (inside, 1.0 - inside)
    } else {
        let density = exp_neg(0.5 * z * z);
        let outside = if density > 0.0 {
            density * scaled_outside(z)
        } else {
            0.0
        };
        (1.0 - outside, outside)
    }
}

/// Gauss-Legendre panels between two offsets from the peak.
struct Rule {
    peak: f64,
    from: f64,
    width: f64,
    panels: f64,
}

impl Rule {
    fn new(peak: f64, from: f64, to: f64) -> Self {
        // Where x (peak + x / 2) is 52.
        let reach = 104.0 / (peak + (peak * peak + 104.0).sqrt());
        let from = if from < -reach { -reach } else { from };
        let to = if to > reach { reach } else { to };
        let width = to - from;
        let panels = (5.0 * width / reach).ceil();
        Rule {
            peak,
            from,
            width,
            panels: if panels > 1.0 { panels } else { 1.0 },
        }
    }

    /// The nodes, in units of the width from its start, each with its weight times the density.
    ///
    /// On the stack, as laws are made where nothing may be allocated; and in plain loops, which
    /// take a third of the time of chained iterators.
    fn nodes(&self) -> Nodes {
        let mut nodes = [(0.0, 0.0); MOST_NODES];
        let mut len = 0;
        for (panel, nodes) in nodes.chunks_exact_mut(PANEL_NODES).enumerate() {
            if panel as f64 >= self.panels {
                break;
            }
            let middle = panel as f64 + 0.5;
            for (pair, (node, weight)) in nodes.chunks_exact_mut(2).zip(GAUSS_LEGENDRE) {
                for (place, node) in pair.iter_mut().zip([-node, node]) {
                    let y = (middle + 0.5 * node) / self.panels;
                    let x = self.from + self.width * y;
                    *place = (y, weight * exp_neg(x * (self.peak + 0.5 * x)));
                }
            }
            len += PANEL_NODES;
        }
        Nodes { nodes, len }
    }
}

struct Nodes {
    nodes: [(f64, f64); MOST_NODES],
    len: usize,
}

impl Nodes {
    fn as_slice(&self) -> &[(f64, f64)] {
        &self.nodes[..self.len]
    }
}

/// `exp(-y)` for `y >= 0`, within 1 ULP; 0 from 700 on.
///
/// With `k = round(y / ln 2)` it is `2^-k exp(k ln 2 - y)`, whose argument lies within 0.35 of 0,
/// where the Taylor series up to the 13th power is exact to 2^-57.
pub(crate) fn exp_neg(y: f64) -> f64 {
    if y >= 700.0 {
        return 0.0;
    }
    let k = (y * std::f64::consts::LOG2_E + 0.5) as u32;
    let r = (f64::from(k) * LN_2_HIGH - y) + f64::from(k) * LN_2_LOW;
    let mut series = 0.0;
    for inverse in INVERSE_FACTORIALS {
        series = inverse + r * series;
    }
    let power = f64::from_bits(u64::from(1023 - k) << 52);
    (1.0 + (r + r * r * series)) * power
}

/// `mass * sqrt(2 / pi)` with the root to twice the precision, rounded once or a little more.
fn root_2_over_pi_times(mass: f64) -> f64 {
    mass * ROOT_2_OVER_PI + mass * ROOT_2_OVER_PI_REST
}

const ROOT_2_OVER_PI: f64 = 0.797_884_560_802_865_4;
const ROOT_2_OVER_PI_REST: f64 = -4.984_654_404_555_46e-17;

/// 2^100.
const TWO_100: f64 = f64::from_bits(0x4630_0000_0000_0000);

/// ln 2 to 33 bits, so that `k <= 1010` times it is exact, and the rest.
const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000); // 0.6931471803691238
const LN_2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76); // 1.9082149292705877e-10

/// 1/13!, 1/12!, ..., 1/2!.
const INVERSE_FACTORIALS: [f64; 12] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    1.0 / 2.0,
];

/// In a panel, and in ten, which are the most.
const PANEL_NODES: usize = 2 * GAUSS_LEGENDRE.len();
const MOST_NODES: usize = 10 * PANEL_NODES;

/// The positive nodes of the rule of 16 points on [-1, 1], each with its weight.
const GAUSS_LEGENDRE: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_58),
    (0.458_016_777_657_227_37, 0.169_156_519_395_002_54),
    (0.617_876_244_402_643_8, 0.149_595_988_816_576_73),
    (0.755_404_408_355_003, 0.124_628_971_255_533_88),
    (0.865_631_202_387_831_8, 0.095_158_511_682_492_79),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_894),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_096),
];

#[cfg(test)]
mod tests {
    use super::{TruncatedMoments, exp_neg, inside_and_outside, mass, parent_std};
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
            (moments.mean - mean).abs() <= 1e-14 * scale,
            "{}",
            moments.mean
        );
        assert_close(moments.variance, variance, 1e-14);
        assert_close(moments.kurtosis, kurtosis, 1e-14);
    }

    #[test]
    fn between_symmetric_bounds() {
        let std = |bound: f64| {
            let moments = TruncatedMoments::new(-bound, bound).unwrap();
            assert_eq!(moments.mean, 0.0);
            moments.variance.sqrt()
        };
        assert_close(std(1.0), 0.539_560_093_754_897, 1e-14);
        assert_close(std(1.5), 0.742_646_898_439_326_5, 1e-14);
        assert_close(std(2.0), 0.879_625_661_034_239_8, 1e-14);
        assert_close(std(2.5), 0.954_597_486_344_580_7, 1e-14);
        assert_close(std(3.0), 0.986_578_392_558_108_6, 1e-14);
        assert_close(std(4.0), 0.999_464_501_807_079_6, 1e-14);
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
        assert_close(parent, 0.1, 1e-14);
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
            assert_close(parent * moments.unwrap().variance.sqrt(), std, 1e-14);
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
    }

    #[test]
    fn masses() {
        assert_close(mass(0.0, 0.0, INF), (PI / 2.0).sqrt(), 4e-16);
        assert_close(mass(0.0, -INF, INF), (2.0 * PI).sqrt(), 4e-16);
        // The asymptotic series of Mills' ratio.
        assert_close(mass(1e4, 0.0, INF), 1e-4 - 1e-12 + 3e-20, 4e-16);
        for (z, inside, outside) in [
            (0.1, 0.079_655_674_554_057_96, 0.920_344_325_445_942),
            (0.7, 0.516_072_695_553_853_9, 0.483_927_304_446_146_07),
            (1.0, 0.682_689_492_137_085_9, 0.317_310_507_862_914_1),
            (2.0, 0.954_499_736_103_641_6, 0.045_500_263_896_358_42),
            (10.0, 1.0, 1.523_970_604_832_105e-23),
        ] {
            let (in_z, out_z) = inside_and_outside(z);
            assert_close(in_z, inside, 4e-16);
            assert_close(out_z, outside, 1e-15);
        }
        assert_eq!(inside_and_outside(0.0), (0.0, 1.0));
        assert_eq!(inside_and_outside(INF), (1.0, 0.0));
    }

    #[test]
    fn exponentials() {
        assert_eq!(exp_neg(0.0), 1.0);
        assert_close(exp_neg(0.1), 0.904_837_418_035_959_5, 2.3e-16);
        assert_close(exp_neg(1.0), 0.367_879_441_171_442_33, 2.3e-16);
        assert_close(exp_neg(30.0), 9.357_622_968_840_175e-14, 2.3e-16);
        assert_close(exp_neg(699.0), 2.680_137_958_338_607e-304, 2.3e-16);
        assert_eq!(exp_neg(700.0), 0.0);
        assert_eq!(exp_neg(INF), 0.0);
    }
}
