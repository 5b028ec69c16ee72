//! The reference for `f64`: the same functions in double-double arithmetic (106 bits), written
//! from their power series. It shares nothing with the code under test but the definition.
//!
//! The loops are over many words, one step after the other, so that they vectorise: 10^9 words are
//! minutes.

use std::f64::consts::{LN_2, SQRT_2, TAU};

use multiversion::multiversion;

/// Words that are taken at once.
pub const LEN: usize = 256;

/// The unevaluated sum of two doubles, the second within half a unit of the first's last place.
#[derive(Clone, Copy, Debug)]
pub struct Double {
    pub hi: f64,
    pub lo: f64,
}

/// ln 2 and 2 pi: the second parts are the constants less their nearest doubles.
const LN_2_DOUBLE: Double = Double {
    hi: LN_2,
    lo: 2.319_046_813_846_299_6e-17,
};
const TAU_DOUBLE: Double = Double {
    hi: TAU,
    lo: 2.449_293_598_294_706_4e-16,
};

impl Double {
    #[inline(always)]
    fn sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        let part = hi - a;
        Self {
            hi,
            lo: (a - (hi - part)) + (b - part),
        }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        let s = Self::sum(self.hi, other.hi);
        let t = Self::sum(self.lo, other.lo);
        let u = Self::sum(s.hi, s.lo + t.hi);
        Self::sum(u.hi, u.lo + t.lo)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let hi = self.hi * other.hi;
        let lo = self.hi.mul_add(other.hi, -hi) + (self.hi * other.lo + self.lo * other.hi);
        Self::sum(hi, lo)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        let first = self.hi / other.hi;
        let rest = self.add(other.scale(-first));
        let second = rest.hi / other.hi;
        let rest = rest.add(other.scale(-second));
        Self::sum(first, second).add(Self::from(rest.hi / other.hi))
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        let root = self.hi.sqrt();
        let rest = self.add(Self::from(root).scale(-root));
        Self::sum(root, rest.hi / (2.0 * root))
    }

    #[inline(always)]
    fn scale(self, factor: f64) -> Self {
        self.mul(Self::from(factor))
    }

    /// `w + 1/2`.
    #[inline(always)]
    fn midpoint(w: u64) -> Self {
        Self::sum(
            (w >> 32) as f64 * 4_294_967_296.0,
            (w & 0xffff_ffff) as f64 + 0.5,
        )
    }

    #[inline(always)]
    fn minus(self) -> Self {
        Self {
            hi: -self.hi,
            lo: -self.lo,
        }
    }

    /// `a` if `which`, else `b`.
    #[inline(always)]
    fn select(which: bool, a: Self, b: Self) -> Self {
        Self {
            hi: if which { a.hi } else { b.hi },
            lo: if which { a.lo } else { b.lo },
        }
    }

    /// How far `value` is from this number, in units of the last place of this number.
    pub fn ulps(self, value: f64) -> f64 {
        let ulp = f64::from_bits(self.hi.abs().to_bits() & (0x7ff << 52)) * f64::EPSILON;
        ((value - self.hi) - self.lo).abs() / ulp
    }
}

impl From<f64> for Double {
    #[inline(always)]
    fn from(hi: f64) -> Self {
        Self { hi, lo: 0.0 }
    }
}

/// Numbers side by side.
#[derive(Clone, Debug)]
pub struct Doubles {
    hi: [f64; LEN],
    lo: [f64; LEN],
}

impl Doubles {
    pub fn zeros() -> Self {
        Doubles {
            hi: [0.0; LEN],
            lo: [0.0; LEN],
        }
    }

    #[inline(always)]
    pub fn get(&self, i: usize) -> Double {
        Double {
            hi: self.hi[i],
            lo: self.lo[i],
        }
    }

    #[inline(always)]
    fn set(&mut self, i: usize, value: Double) {
        (self.hi[i], self.lo[i]) = (value.hi, value.lo);
    }
}

/// The series' coefficients, divided out once.
pub struct Reference {
    /// For `atanh(s) / s`, in `s^2`: for `s^2 <= 1/9` the first omitted term is below 2^-90 of the
    /// first.
    inverse_odd: Vec<Double>,
    /// For `sin(x) / x` and `cos x`, in `-x^2`: for `|x| <= pi/4` the first omitted terms are below
    /// 2^-85.
    sine: Vec<Double>,
    cosine: Vec<Double>,
}

impl Reference {
    pub fn new() -> Self {
        let one = Double::from(1.0);
        let mut inverse_factorial = vec![one];
        for n in 1..26 {
            let last = inverse_factorial[n - 1];
            inverse_factorial.push(last.div(Double::from(n as f64)));
        }
        Self {
            inverse_odd: (0..27)
                .map(|n| one.div(Double::from(f64::from(2 * n + 1))))
                .collect(),
            sine: inverse_factorial
                .iter()
                .skip(1)
                .step_by(2)
                .copied()
                .collect(),
            cosine: inverse_factorial.iter().step_by(2).copied().collect(),
        }
    }

    /// `sqrt(-2 ln((w + 1/2) / 2^64))`.
    pub fn radius(&self, words: &[u64; LEN], out: &mut Doubles) {
        let mut k = [0.0; LEN];
        let [mut s, mut z, mut series] = [0; 3].map(|_| Doubles::zeros());
        reduce_radius(words, &mut k, &mut s, &mut z);
        horner(&self.inverse_odd, &z, &mut series);
        finish_radius(&k, &s, &series, out);
    }

    /// Sine and cosine of `2 pi (v + 1/2) / 2^54`, with `v` the upper 54 bits of a word.
    pub fn sin_cos(&self, words: &[u64; LEN], sin: &mut Doubles, cos: &mut Doubles) {
        let [mut x, mut z] = [Doubles::zeros(), Doubles::zeros()];
        reduce_angle(words, &mut x, &mut z);
        horner(&self.sine, &z, sin);
        horner(&self.cosine, &z, cos);
        finish_angle(words, &x, sin, cos);
    }
}

/// `c[0] + z (c[1] + z (c[2] + ...))`.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn horner(coefficients: &[Double], z: &Doubles, sum: &mut Doubles) {
    *sum = Doubles::zeros();
    for &c in coefficients.iter().rev() {
        for i in 0..LEN {
            sum.set(i, c.add(z.get(i).mul(sum.get(i))));
        }
    }
}

/// Writes `u = 2^-k (1 + f)`, and `s = f / (2 + f)` and its square. In the upper half `f` is known
/// better than by subtracting from 1.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn reduce_radius(words: &[u64; LEN], k: &mut [f64; LEN], s: &mut Doubles, z: &mut Doubles) {
    for i in 0..LEN {
        let upper = words[i] >= 1 << 63;
        let below = Double::midpoint(!words[i]).scale(-UNIT);

        let u = Double::midpoint(words[i]);
        let bits = u.hi.to_bits();
        // To within a factor of the square root of 2.
        let round = u64::from(bits & MANTISSA > SQRT_2.to_bits() & MANTISSA);
        let biased = (bits >> 52) + round;
        let inverse = f64::from_bits((2046 - biased) << 52);
        let around = u.scale(inverse).add(Double::from(-1.0));

        k[i] = if upper { 0.0 } else { 1087.0 - biased as f64 };
        let f = Double::select(upper, below, around);
        let quotient = f.div(Double::from(2.0).add(f));
        s.set(i, quotient);
        z.set(i, quotient.mul(quotient));
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn finish_radius(k: &[f64; LEN], s: &Doubles, series: &Doubles, out: &mut Doubles) {
    for i in 0..LEN {
        let log = LN_2_DOUBLE
            .scale(-k[i])
            .add(s.get(i).mul(series.get(i)).scale(2.0));
        out.set(i, log.scale(-2.0).sqrt());
    }
}

/// What remains of the nearest quarter turn, as an angle, and minus its square.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn reduce_angle(words: &[u64; LEN], x: &mut Doubles, z: &mut Doubles) {
    for i in 0..LEN {
        // In [-2^51, 2^51): the upper 54 bits are taken.
        let rest = words[i].wrapping_sub(quarter(words[i]) << 62) as i64;
        let rest = (rest >> 10) as u64;
        let negative = rest >= 1 << 63;
        let size = Double::midpoint(if negative { !rest } else { rest });
        let angle = Double::select(negative, size.minus(), size);
        let angle = angle.mul(TAU_DOUBLE).scale(ANGLE_UNIT);
        x.set(i, angle);
        z.set(i, angle.mul(angle).minus());
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn finish_angle(words: &[u64; LEN], x: &Doubles, sin: &mut Doubles, cos: &mut Doubles) {
    for i in 0..LEN {
        let (s, c) = (x.get(i).mul(sin.get(i)), cos.get(i));
        let quarter = quarter(words[i]);
        let odd = quarter & 1 == 1;
        let (s, c) = (Double::select(odd, c, s), Double::select(odd, s, c));
        sin.set(i, Double::select(quarter >= 2, s.minus(), s));
        cos.set(
            i,
            Double::select(quarter == 1 || quarter == 2, c.minus(), c),
        );
    }
}

#[inline(always)]
fn quarter(w: u64) -> u64 {
    w.wrapping_add(1 << 61) >> 62
}

/// 2^-64 and 2^-54.
const UNIT: f64 = 1.0 / 18_446_744_073_709_551_616.0;
const ANGLE_UNIT: f64 = 1024.0 * UNIT;
const MANTISSA: u64 = (1 << 52) - 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_close(value: Double, hi: f64, lo: f64) {
        let error = (value.hi - hi) + (value.lo - lo);
        assert!(
            error.abs() <= hi.abs() * 1e-27,
            "{value:?} is not {hi:e} + {lo:e}"
        );
    }

    /// Against mpmath with 60 digits.
    #[test]
    fn agrees_with_another_library() {
        let radius = |w| {
            let mut out = Doubles::zeros();
            Reference::new().radius(&[w; LEN], &mut out);
            out.get(LEN - 1)
        };
        let sin_cos = |w| {
            let [mut sin, mut cos] = [Doubles::zeros(), Doubles::zeros()];
            Reference::new().sin_cos(&[w; LEN], &mut sin, &mut cos);
            (sin.get(LEN - 1), cos.get(LEN - 1))
        };
        assert_close(
            radius(0x0000000000000000),
            9.492583076949755,
            8.470074099120228e-16,
        );
        assert_close(
            radius(0x0123456789abcdef),
            3.291230895031347,
            -9.347253774956322e-17,
        );
        assert_close(
            radius(0x5fffffffffffffff),
            1.4005921983302108,
            1.6722903956821736e-17,
        );
        assert_close(
            radius(0x8000000000000000),
            1.1774100225154747,
            2.7458520618872913e-17,
        );
        assert_close(
            radius(0xbfffffffffffffff),
            0.7585276164409321,
            -7.148723125796286e-18,
        );
        assert_close(
            radius(0xfedcba9876543210),
            0.09438591366703275,
            -9.82742848440324e-19,
        );
        assert_close(
            radius(0xffffffffffffffff),
            2.3283064365386963e-10,
            1.5777218104420236e-30,
        );
        let (sin, cos) = sin_cos(0x0000000000000000);
        assert_close(sin, 1.743934249004316e-16, 6.798155367234454e-33);
        assert_close(cos, 1.0, -1.5206533324251236e-32);
        let (sin, cos) = sin_cos(0x0123456789abcdef);
        assert_close(sin, 0.027921638723568887, -1.6804884748005453e-18);
        assert_close(cos, 0.9996101150403544, 1.8037218298554226e-17);
        let (sin, cos) = sin_cos(0x3fffffffffffffff);
        assert_close(sin, 1.0, -1.5206533324251236e-32);
        assert_close(cos, 1.743934249004316e-16, 6.798155367234454e-33);
        let (sin, cos) = sin_cos(0x5555555555555555);
        assert_close(sin, 0.8660254037844386, 2.1109850292295912e-17);
        assert_close(cos, -0.5, -5.034304540558248e-17);
        let (sin, cos) = sin_cos(0xfedcba9876543210);
        assert_close(sin, -0.027921638723568887, 1.6804884748005453e-18);
        assert_close(cos, 0.9996101150403544, 1.8037218298554226e-17);
    }
}
