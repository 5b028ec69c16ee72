//! Mass and moments of the standard normal law restricted to an interval.
//!
//! The closed forms, such as `1 + (alpha phi(alpha) - beta phi(beta)) / Z - mean^2` for the
//! variance, cancel: on an interval of width 1e-4, or in a tail at 1e4, no digit of them is left.
//! Here everything is a sum of positive terms, a quadrature of the density:
//!
//! 1. An interval that lies left of 0 is mirrored, so that the density is highest at
//!    `peak = max(alpha, 0)`.
//! 2. Points are offsets `x` from the peak and the density is `exp(-x (peak + x / 2))`, that is,
//!    relative to its value there: nothing underflows in a far tail, and no digit of a narrow
//!    interval is lost to its distance from 0.
//! 3. Where the density has fallen below `exp(-52)` the interval is cut off.
//! 4. The rest is divided into at most ten equal panels of 16 Gauss-Legendre nodes each. On a
//!    panel the rule's own error is below 1e-18 of the whole: what remains is rounding.
//!
//! The exponential function is written out below instead of taken from a library: the bits of
//! draws hang on these sums, and no library promises the bits of the next version of its own.

/// Mean, variance and kurtosis of a standard normal variable that is known to lie in an interval.
///
/// Errors are below 1e-14, relative for variance and kurtosis, for any interval; the mean's is
/// relative to the larger of itself and the standard deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TruncatedMoments {
    pub(crate) mean: f64,
    pub(crate) variance: f64,
    /// E (z - mean)^4 / variance^2: 1.8 for a narrow interval, 3 for the whole line, 9 for a
    /// far tail.
    pub(crate) kurtosis: f64,
}

impl TruncatedMoments {
    /// The moments between `alpha` and `beta`, which may be infinite. `None` as for
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
        // Positions are in units of the width, so that the fourth power of a tiny width does not
        // underflow.
        let nodes: Vec<(f64, f64)> = rule.nodes().collect();
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
            mean: match alpha == -beta {
                true => 0.0,
                false if interval.mirrored => -mean,
                false => mean,
            },
            variance: rule.width * rule.width * (second / total),
            kurtosis: total * fourth / (second * second),
        })
    }
}

/// The standard deviation of the normal law around `mean` that is `std` once the law has been
/// restricted to [low, high], to a few parts in 1e15. Bounds in units of the parent's deviation
/// need no solver: there, divide by the root of [`TruncatedMoments::variance`].
///
/// `None` if there is none, since no law that falls off from `mean` spreads over [low, high] as
/// far as the uniform law does: `std >= (high - low) / sqrt(12)`, or so little less that the
/// parent is wider than 2^30 intervals. Also if an argument is NaN or `std` is not positive.
pub(crate) fn parent_std(mean: f64, low: f64, high: f64, std: f64) -> Option<f64> {
    let positive = std > 0.0 && low < high && mean.is_finite() && std.is_finite();
    if !positive {
        return None;
    }
    // An interval 2^100 deviations away has no spread to speak of.
    let excess = |parent: f64| {
        let moments = TruncatedMoments::new((low - mean) / parent, (high - mean) / parent);
        moments.map_or(0.0, |moments| parent * moments.variance.sqrt()) - std
    };

    // Truncation never widens a normal law, so the parent is at least as wide as what is wanted.
    let (mut below, mut above) = (std, std);
    let (mut excess_below, mut excess_above) = (excess(below), excess(std));
    let widest = 1_073_741_824.0 * (high - low);
    while excess_above < 0.0 {
        if above > widest {
            return None;
        }
        (below, excess_below) = (above, excess_above);
        above *= 2.0;
        excess_above = excess(above);
    }

    // Regula falsi, with the Illinois rule: an end that stays twice counts half.
    let mut last_was_below = None;
    while above - below > 4.0 * f64::EPSILON * above && excess_above > 0.0 && excess_below < 0.0 {
        let share = excess_below / (excess_below - excess_above);
        let middle = below + (above - below) * share;
        let excess_middle = excess(middle);
        if middle <= below || middle >= above {
            break;
        }
        let is_below = excess_middle < 0.0;
        if is_below {
            (below, excess_below) = (middle, excess_middle);
            if last_was_below == Some(true) {
                excess_above *= 0.5;
            }
        } else {
            (above, excess_above) = (middle, excess_middle);
            if last_was_below == Some(false) {
                excess_below *= 0.5;
            }
        }
        last_was_below = Some(is_below);
    }
    Some(if -excess_below < excess_above {
        below
    } else {
        above
    })
}

/// An interval of the standard normal law, mirrored if it lies more to the left of 0 than to the
/// right: `beta > 0` and `-alpha <= beta`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interval {
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) mirrored: bool,
}

impl Interval {
    /// `None` unless `alpha < beta`, neither of them NaN, and the interval comes within 2^100
    /// standard deviations of 0.
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

/// The integral of `exp(-x (peak + x / 2))` between two offsets from `peak >= 0`, to 1 ULP or
/// better: of rounding errors of independent terms, and their sum is compensated.
pub(crate) fn mass(peak: f64, from: f64, to: f64) -> f64 {
    let rule = Rule::new(peak, from, to);
    let (mut sum, mut lost) = (0.0, 0.0);
    for (_, weight) in rule.nodes() {
        let next = sum + weight;
        // What the addition rounded off (Knuth's two-sum).
        let added = next - sum;
        lost += (sum - (next - added)) + (weight - added);
        sum = next;
    }
    rule.width * (0.5 * (sum + lost) / rule.panels)
}

/// Gauss-Legendre panels on an interval of offsets from the peak.
struct Rule {
    peak: f64,
    from: f64,
    width: f64,
    panels: f64,
}

impl Rule {
    fn new(peak: f64, from: f64, to: f64) -> Self {
        // The solution of x (peak + x / 2) = 52.
        let reach = 104.0 / (peak + (peak * peak + 104.0).sqrt());
        let from = if from < -reach { -reach } else { from };
        let to = if to > reach { reach } else { to };
        let width = to - from;
        let panels = (5.0 * width / reach).ceil();
        Rule {
            peak,
            from,
            width,
            // The quotient of a tiny width rounds to 0.
            panels: if panels > 1.0 { panels } else { 1.0 },
        }
    }

    /// Nodes in units of the width from its start, and their weights times the density.
    fn nodes(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        (0..self.panels as u32).flat_map(move |panel| {
            let middle = f64::from(panel) + 0.5;
            GAUSS_LEGENDRE
                .into_iter()
                .flat_map(move |(node, weight)| [(-node, weight), (node, weight)])
                .map(move |(node, weight)| {
                    let y = (middle + 0.5 * node) / self.panels;
                    let x = self.from + self.width * y;
                    (y, weight * exp_neg(x * (self.peak + 0.5 * x)))
                })
        })
    }
}

/// `exp(-y)` for `y >= 0`, to 1 ULP; 0 from 700 on.
///
/// With `k = round(y / ln 2)` it is `2^-k exp(k ln 2 - y)`; the argument lies within 0.35 of 0,
/// where the Taylor series to the 13th power is exact to 2^-57.
pub(crate) fn exp_neg(y: f64) -> f64 {
    if y >= 700.0 {
        return 0.0;
    }
    let k = (y * std::f64::consts::LOG2_E + 0.5) as u32;
    let r = (f64::from(k) * LN_2_HIGH - y) + f64::from(k) * LN_2_LOW;
    let series = INVERSE_FACTORIALS
        .into_iter()
        .rev()
        .fold(0.0, |sum, inverse| sum * r + inverse);
    let power = f64::from_bits(u64::from(1023 - k) << 52);
    (1.0 + (r + r * r * series)) * power
}

/// 2^100.
const TWO_100: f64 = f64::from_bits(0x4630_0000_0000_0000);

/// ln 2 to 32 bits, so that `k <= 1010` times it is exact, and the rest.
const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000); // 0.6931471803691238
const LN_2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76); // 1.9082149292705877e-10

/// 1/2!, 1/3!, ..., 1/13!.
const INVERSE_FACTORIALS: [f64; 12] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

/// The positive nodes on [-1, 1] of the rule of 16 points, and the weights of each.
const GAUSS_LEGENDRE: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_58),
    (0.458_016_777_657_227_37, 0.169_156_519_395_002_54),
    (0.617_876_244_402_643_75, 0.149_595_988_816_576_73),
    (0.755_404_408_355_003, 0.124_628_971_255_533_88),
    (0.865_631_202_387_831_8, 0.095_158_511_682_492_79),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_894),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_096),
];

#[cfg(test)]
mod tests {
    use super::{TruncatedMoments, exp_neg, mass, parent_std};

    #[test]
    fn placeholder() {
        let _ = (TruncatedMoments::new(0.0, 1.0), exp_neg(1.0), mass(0.0, 0.0, 1.0), parent_std(0.0, -1.0, 1.0, 0.1));
    }
}
