//! Truncated normal draws, from the bounds: exponential, mass, inside and outside. All of it is `f64`.

use super::conventions::{f64s, polynomial, two_to};

const INF: f64 = f64::INFINITY;

/// `E(y)`, for `y >= 0`.
pub(super) fn exponential(y: f64) -> f64 {
    if y >= 700.0 {
        return 0.0;
    }
    let k = (y * f64::from_bits(0x3ff7_1547_652b_82fe) + 0.5).floor();
    let r =
        (k * f64::from_bits(0x3fe6_2e42_fee0_0000) - y) + k * f64::from_bits(0x3dea_39ef_3579_3c76);
    let mut factorial = 1.0;
    let mut s = Vec::new();
    for n in 2..=13 {
        factorial *= f64::from(n);
        s.push(1.0 / factorial);
    }
    s.push(0.0);
    (1.0 + (r + (r * r) * polynomial(&s, r))) * two_to(-k as i32)
}

/// The rule for `M(p, from, to)`, steps 1 and 2: its width, its panels, and the (place, term)
/// of every node.
pub(super) struct Rule {
    pub(super) width: f64,
    n: f64,
    pub(super) terms: Vec<(f64, f64)>,
}

impl Rule {
    pub(super) fn new(p: f64, from: f64, to: f64) -> Self {
        // 1.
        let reach = 104.0 / (p + (p * p + 104.0).sqrt());
        let from = if from < -reach { -reach } else { from };
        let to = if to > reach { reach } else { to };
        let width = to - from;
        let n = ((5.0 * width) / reach).ceil().max(1.0);
        // 2.
        let mut terms = Vec::new();
        for i in 0..n as u32 {
            for j in 0..8 {
                for x_j in [-X[j], X[j]] {
                    let y = ((f64::from(i) + 0.5) + 0.5 * x_j) / n;
                    let x = from + width * y;
                    terms.push((y, W[j] * exponential(x * (p + 0.5 * x))));
                }
            }
        }
        Rule { width, n, terms }
    }
}

/// `M(p, from, to)`.
pub(super) fn mass(p: f64, from: f64, to: f64) -> f64 {
    let rule = Rule::new(p, from, to);
    // 3.
    let (mut sum, mut lost) = (0.0, 0.0);
    for (_, term) in rule.terms {
        let next = sum + term;
        let added = next - sum;
        lost += (sum - (next - added)) + (term - added);
        sum = next;
    }
    // 4.
    rule.width * ((0.5 * (sum + lost)) / rule.n)
}

/// `ROOT(m)`.
fn root(m: f64) -> f64 {
    m * f64::from_bits(0x3fe9_8845_33d4_3651) + m * f64::from_bits(0xbc8c_bc0d_30eb_fd15)
}

/// `SCALED(z)`.
pub(super) fn scaled(z: f64) -> f64 {
    root(mass(z, 0.0, INF))
}

/// `inside(z)`.
pub(super) fn inside(z: f64) -> f64 {
    if z < 0.7 {
        root(mass(0.0, 0.0, z))
    } else {
        1.0 - outside(z)
    }
}

/// `outside(z)`.
pub(super) fn outside(z: f64) -> f64 {
    if z < 0.7 {
        return 1.0 - inside(z);
    }
    match exponential((0.5 * z) * z) {
        0.0 => 0.0,
        fall => fall * scaled(z),
    }
}

const X: [f64; 8] = f64s([
    0x3fb8_52bd_6676_a9f9,
    0x3fd2_05ca_e642_337c,
    0x3fdd_5025_9a43_a772,
    0x3fe3_c5a4_66d5_e8b8,
    0x3fe8_2c45_dda4_726b,
    0x3feb_b340_3514_e483,
    0x3fee_39f5_6616_f9b0,
    0x3fef_a92c_264d_787e,
]);
const W: [f64; 8] = f64s([
    0x3fc8_3fea_e80e_4dfc,
    0x3fc7_5f8c_77e0_c00f,
    0x3fc5_a6eb_bb5a_75fc,
    0x3fc3_25f6_1bca_3cbf,
    0x3fbf_e7af_2bad_386a,
    0x3fb8_5c4e_e79c_c258,
    0x3faf_dfb1_a2c1_265d,
    0x3f9b_cdda_b4b7_c211,
]);
