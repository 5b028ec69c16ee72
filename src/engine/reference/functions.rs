//! Functions: of either type of draws.

use super::conventions::{Real, f32s, f64s, polynomial, two_to};

pub(crate) trait Functions: Real {
    /// log2 e, and the two parts of ln 2.
    const LOG2_E: Self;
    const LN_2_HIGH: Self;
    const LN_2_LOW: Self;
    /// The last factorial of `exp`, that of the near inverse softplus, and the last odd number of `ln`.
    const TERMS: [u64; 3];
    /// From here on `exp(-y)` adds nothing to 1.
    const FAR: Self;

    /// `1/2! + r * (1/3! + ... + r * (1/last!))`.
    fn factorials(r: Self, last: u64) -> Self {
        let inverse = |n: u64| Self::rounded(1.0 / (1..=n).map(|i| i as f64).product::<f64>());
        polynomial(&(2..=last).map(inverse).collect::<Vec<_>>(), r)
    }

    fn exp(x: Self) -> Self {
        let k = (x * Self::LOG2_E).wide().round_ties_even();
        let kr = Self::rounded(k);
        let r = (x - kr * Self::LN_2_HIGH) - kr * Self::LN_2_LOW;
        let series = Self::factorials(r, Self::TERMS[0]);
        (Self::of(1) + (r + r * r * series)) * Self::rounded(two_to(k as i32))
    }

    fn ln(y: Self) -> Self {
        // y = m 2^e with 3/4 <= m < 3/2.
        let (mut m, mut e) = (y.wide(), 0);
        while m >= 1.5 {
            (m, e) = (m / 2.0, e + 1);
        }
        while m < 0.75 {
            (m, e) = (m * 2.0, e - 1);
        }
        let (f, e) = (Self::rounded(m - 1.0), Self::of(e));
        let s = f / (Self::of(2) + f);
        let z = s * s;
        let odd = (3..=Self::TERMS[2]).step_by(2);
        let odd: Vec<Self> = odd.map(|n| Self::rounded(2.0 / n as f64)).collect();
        let series = z * polynomial(&odd, z);
        let half = Self::rounded(0.5) * f * f;
        e * Self::LN_2_HIGH - ((half - (s * (half + series) + e * Self::LN_2_LOW)) - f)
    }

    fn inverse_softplus(y: Self) -> Self {
        let inside = if y < Self::rounded(0.7) {
            y - y * y * Self::factorials(-y, Self::TERMS[1])
        } else {
            Self::of(1) - Self::exp(-(if y < Self::FAR { y } else { Self::FAR }))
        };
        y + Self::ln(inside)
    }

    fn logit(y: Self) -> Self {
        Self::ln(y) - Self::ln(Self::of(1) - y)
    }
}

impl Functions for f32 {
    const LOG2_E: f32 = f32s([0x3fb8_aa3b])[0];
    const LN_2_HIGH: f32 = f32s([0x3f31_7200])[0];
    const LN_2_LOW: f32 = f32s([0x35bf_be8e])[0];
    const TERMS: [u64; 3] = [8, 11, 11];
    const FAR: f32 = 80.0;
}

impl Functions for f64 {
    const LOG2_E: f64 = f64s([0x3ff7_1547_652b_82fe])[0];
    const LN_2_HIGH: f64 = f64s([0x3fe6_2e42_fee0_0000])[0];
    const LN_2_LOW: f64 = f64s([0x3dea_39ef_3579_3c76])[0];
    const TERMS: [u64; 3] = [13, 19, 25];
    const FAR: f64 = 700.0;
}

/// What values are mapped by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Map {
    Exp,
    Ln,
    InverseSoftplus,
    Logit,
}

impl Map {
    pub(super) fn of<R: Functions>(self, x: R) -> R {
        match self {
            Map::Exp => R::exp(x),
            Map::Ln => R::ln(x),
            Map::InverseSoftplus => R::inverse_softplus(x),
            Map::Logit => R::logit(x),
        }
    }

    /// Of a bound, in `f64`.
    pub(super) fn of_bound(self, bound: f64) -> f64 {
        match self {
            Map::Exp if bound == f64::NEG_INFINITY => 0.0,
            _ if bound == f64::INFINITY => bound,
            _ => self.of(bound),
        }
    }
}

/// `LN(y)` of `f64`.
pub(crate) fn ln(y: f64) -> f64 {
    Functions::ln(y)
}
