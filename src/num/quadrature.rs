//! Integrals of the normal density from its highest point on.
//!
//! 1. Points are offsets `x` from `peak >= 0` and the density is `exp(-x (peak + x / 2))`, relative
//!    to its value there: nothing underflows in a far tail, and no digit of a narrow interval is
//!    lost to its distance from 0.
//! 2. Where the density has fallen below `exp(-52)` the interval is cut off.
//! 3. What is left is divided into at most ten equal panels of 16 Gauss-Legendre nodes each. The
//!    rule's own error is below 1e-17 of the whole: what remains is rounding.
//!
//! The exponential function is written out instead of taken from a library: the bits of draws
//! depend on these sums, and no library promises the bits of its next version.

use crate::num::dispatch::dispatched;
use crate::num::float::TWO_52;

/// The integral of `exp(-x (peak + x / 2))` between two offsets from `peak >= 0`. The errors of the terms
/// are independent, and their sum is compensated: `docs/numerics.md` has their bound.
pub(crate) fn mass(peak: f64, from: f64, to: f64) -> f64 {
    if from == to {
        return 0.0;
    }
    let rule = Rule::new(peak, from, to);
    let (mut sum, mut lost) = (0.0, 0.0);
    let mut panel = Panel::EMPTY;
    for number in 0..rule.panels() {
        rule.tabulate(&mut panel, number);
        for weight in panel.weights {
            let next = sum + weight;
            // What the addition rounded off (Knuth's two-sum).
            let added = next - sum;
            lost += (sum - (next - added)) + (weight - added);
            sum = next;
        }
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
pub(crate) struct Rule {
    peak: f64,
    pub(crate) from: f64,
    pub(crate) width: f64,
    panels: f64,
}

/// The nodes of a panel.
#[derive(Clone, Copy)]
pub(crate) struct Panel {
    /// In units of the rule's width, from its start.
    pub(crate) places: [f64; PANEL_NODES],
    /// Each node's weight times the density.
    pub(crate) weights: [f64; PANEL_NODES],
}

impl Panel {
    pub(crate) const EMPTY: Self = Panel {
        places: [0.0; PANEL_NODES],
        weights: [0.0; PANEL_NODES],
    };
}

impl Rule {
    pub(crate) fn new(peak: f64, from: f64, to: f64) -> Self {
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

    pub(crate) fn panels(&self) -> usize {
        self.panels as usize
    }

    pub(crate) fn tabulate(&self, panel: &mut Panel, number: usize) {
        tabulate(panel, self, number as f64 + 0.5);
    }
}

dispatched! {
    /// The panel whose middle is that many panels from the start.
    fn tabulate(panel: &mut Panel, rule: &Rule, middle: f64) {
        for node in 0..PANEL_NODES {
            let place = (middle + 0.5 * NODES[node]) / rule.panels;
            let x = rule.from + rule.width * place;
            panel.places[node] = place;
            panel.weights[node] = WEIGHTS[node] * exp_neg(x * (rule.peak + 0.5 * x));
        }
    }
}

/// `exp(-y)` for `y >= 0`; 0 from 700 on. Its bound is in `docs/numerics.md`.
///
/// With `k = round(y / ln 2)` it is `2^-k exp(k ln 2 - y)`, whose argument lies within 0.35 of 0,
/// where the Taylor series up to the 13th power is exact to 2^-57.
#[inline]
pub(crate) fn exp_neg(y: f64) -> f64 {
    // The whole part of a positive number, by additions: a conversion keeps a loop from vectorising.
    let t = y * std::f64::consts::LOG2_E + 0.5;
    let near = (t + TWO_52) - TWO_52;
    let k = if near > t { near - 1.0 } else { near };
    let r = (k * LN_2_HIGH - y) + k * LN_2_LOW;
    let mut series = 0.0;
    for inverse in INVERSE_FACTORIALS {
        series = inverse + r * series;
    }
    // The last bits of the sum are 1023 - k, and become an exponent.
    let power = f64::from_bits((TWO_52 + (1023.0 - k)).to_bits() << 52);
    let value = (1.0 + (r + r * r * series)) * power;
    if y >= 700.0 { 0.0 } else { value }
}

/// `mass * sqrt(2 / pi)` with the root to twice the precision, rounded once or a little more.
fn root_2_over_pi_times(mass: f64) -> f64 {
    mass * ROOT_2_OVER_PI + mass * ROOT_2_OVER_PI_REST
}

const ROOT_2_OVER_PI: f64 = 0.797_884_560_802_865_4;
const ROOT_2_OVER_PI_REST: f64 = -4.984_654_404_555_46e-17;

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

/// In a rule, at most.
pub(crate) const MOST_PANELS: usize = 10;
const PANEL_NODES: usize = 2 * GAUSS_LEGENDRE.len();

/// The nodes of a panel and their weights, each positive one after its mirror image.
pub(crate) const NODES: [f64; PANEL_NODES] = {
    let mut nodes = [0.0; PANEL_NODES];
    let mut node = 0;
    while node < PANEL_NODES {
        let (place, _) = GAUSS_LEGENDRE[node / 2];
        nodes[node] = if node % 2 == 0 { -place } else { place };
        node += 1;
    }
    nodes
};
pub(crate) const WEIGHTS: [f64; PANEL_NODES] = {
    let mut weights = [0.0; PANEL_NODES];
    let mut node = 0;
    while node < PANEL_NODES {
        weights[node] = GAUSS_LEGENDRE[node / 2].1;
        node += 1;
    }
    weights
};

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
    use super::{exp_neg, inside_and_outside, mass};
    use crate::engine::ulp::{bound, ulps};
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

    #[test]
    fn masses() {
        for (mass, exact) in [
            (mass(0.0, 0.0, INF), (PI / 2.0).sqrt()),
            (mass(0.0, -INF, INF), (2.0 * PI).sqrt()),
            // The asymptotic series of Mills' ratio.
            (mass(1e4, 0.0, INF), 1e-4 - 1e-12 + 3e-20),
        ] {
            assert!(ulps(mass, exact) <= bound("mass", "f64"), "{mass:e}");
        }
        for (z, inside, outside) in [
            (0.1, 0.079_655_674_554_057_96, 0.920_344_325_445_942),
            (0.7, 0.516_072_695_553_853_9, 0.483_927_304_446_146_07),
            (1.0, 0.682_689_492_137_085_9, 0.317_310_507_862_914_1),
            (2.0, 0.954_499_736_103_641_6, 0.045_500_263_896_358_42),
            (10.0, 1.0, 1.523_970_604_832_105e-23),
        ] {
            let (in_z, out_z) = inside_and_outside(z);
            assert_close(in_z, inside, bound("inside", "f64"));
            assert_close(out_z, outside, bound("outside", "f64"));
        }
        assert_eq!(inside_and_outside(0.0), (0.0, 1.0));
        assert_eq!(inside_and_outside(INF), (1.0, 0.0));
    }

    #[test]
    fn exponentials() {
        assert_eq!(exp_neg(0.0), 1.0);
        for (y, exact) in [
            (0.1, 0.904_837_418_035_959_5),
            (1.0, 0.367_879_441_171_442_33),
            (30.0, 9.357_622_968_840_175e-14),
            (699.0, 2.680_137_958_338_607e-304),
        ] {
            assert!(ulps(exp_neg(y), exact) <= bound("exp_neg", "f64"), "{y}");
        }
        assert_eq!(exp_neg(700.0), 0.0);
        assert_eq!(exp_neg(INF), 0.0);
    }
}
