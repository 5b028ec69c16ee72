//! The reference for `f64`: the same functions in double-double arithmetic (106 bits), written
//! from their power series. It shares nothing with the code under test but the definition.

use std::f64::consts::{LN_2, TAU};

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
    fn sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        let part = hi - a;
        Self {
            hi,
            lo: (a - (hi - part)) + (b - part),
        }
    }

    fn add(self, other: Self) -> Self {
        let s = Self::sum(self.hi, other.hi);
        let t = Self::sum(self.lo, other.lo);
        let u = Self::sum(s.hi, s.lo + t.hi);
        Self::sum(u.hi, u.lo + t.lo)
    }

    fn mul(self, other: Self) -> Self {
        let hi = self.hi * other.hi;
        let lo = self.hi.mul_add(other.hi, -hi) + (self.hi * other.lo + self.lo * other.hi);
        Self::sum(hi, lo)
    }

    fn div(self, other: Self) -> Self {
        let first = self.hi / other.hi;
        let rest = self.add(other.scale(-first));
        let second = rest.hi / other.hi;
        let rest = rest.add(other.scale(-second));
        Self::sum(first, second).add(Self::from(rest.hi / other.hi))
    }

    fn sqrt(self) -> Self {
        let root = self.hi.sqrt();
        let rest = self.add(Self::from(root).scale(-root));
        Self::sum(root, rest.hi / (2.0 * root))
    }

    fn scale(self, factor: f64) -> Self {
        self.mul(Self::from(factor))
    }

    /// `w + 1/2`.
    fn midpoint(w: u64) -> Self {
        Self::sum(
            (w >> 32) as f64 * 4_294_967_296.0,
            (w & 0xffff_ffff) as f64 + 0.5,
        )
    }

    /// How far `value` is from this number, in units of the last place of this number.
    pub fn ulps(self, value: f64) -> f64 {
        let ulp = f64::from_bits(self.hi.abs().to_bits() & (0x7ff << 52)) * f64::EPSILON;
        ((value - self.hi) - self.lo).abs() / ulp
    }
}

impl From<f64> for Double {
    fn from(hi: f64) -> Self {
        Self { hi, lo: 0.0 }
    }
}

/// The series' coefficients, divided out once.
pub struct Reference {
    inverse_odd: Vec<Double>,
    inverse_factorial: Vec<Double>,
}

impl Reference {
    pub fn new() -> Self {
        let one = Double::from(1.0);
        // For s^2 <= 1/9 the first omitted term of atanh is below 2^-90 of the first, and for
        // |x| <= pi/4 that of the sine and cosine is below 2^-85.
        let inverse_odd = (0..27)
            .map(|n| one.div(Double::from(f64::from(2 * n + 1))))
            .collect();
        let mut inverse_factorial = vec![one];
        for n in 1..26 {
            let last = inverse_factorial[n - 1];
            inverse_factorial.push(last.div(Double::from(n as f64)));
        }
        Self {
            inverse_odd,
            inverse_factorial,
        }
    }

    /// `sqrt(-2 ln((w + 1/2) / 2^64))`.
    pub fn radius(&self, w: u64) -> Double {
        let unit = (-64f64).exp2();
        // u = 2^-k (1 + f). In the upper half f is known better than by subtracting from 1.
        let (k, f) = if w >= 1 << 63 {
            (0.0, Double::midpoint(!w).scale(-unit))
        } else {
            let u = Double::midpoint(w);
            let exponent = u.hi.log2().round();
            (
                64.0 - exponent,
                u.scale((-exponent).exp2()).add(Double::from(-1.0)),
            )
        };
        let s = f.div(Double::from(2.0).add(f));
        let z = s.mul(s);
        let series = self
            .inverse_odd
            .iter()
            .rev()
            .fold(Double::from(0.0), |sum, &c| c.add(z.mul(sum)));
        let log = LN_2_DOUBLE.scale(-k).add(s.mul(series).scale(2.0));
        log.scale(-2.0).sqrt()
    }

    /// Sine and cosine of `2 pi (w + 1/2) / 2^64`.
    pub fn sin_cos(&self, w: u64) -> (Double, Double) {
        let minus = |x: Double| x.scale(-1.0);
        // The nearest quarter turn, and what remains, in (-2^61, 2^61).
        let quarter = w.wrapping_add(1 << 61) >> 62;
        let rest = w.wrapping_sub(quarter << 62) as i64;
        let angle = if rest < 0 {
            minus(Double::midpoint(!rest as u64))
        } else {
            Double::midpoint(rest as u64)
        };
        let x = angle.mul(TAU_DOUBLE).scale((-64f64).exp2());
        let z = minus(x.mul(x));
        let series = |first: usize| {
            let terms = self.inverse_factorial[first..].iter().step_by(2);
            terms
                .rev()
                .fold(Double::from(0.0), |sum, &c| c.add(z.mul(sum)))
        };
        let (sin, cos) = (x.mul(series(1)), series(0));
        match quarter {
            0 => (sin, cos),
            1 => (cos, minus(sin)),
            2 => (minus(sin), minus(cos)),
            _ => (minus(cos), sin),
        }
    }
}

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
        let reference = Reference::new();
        assert_close(
            reference.radius(0x0000000000000000),
            9.492583076949755,
            8.470074099120228e-16,
        );
        assert_close(
            reference.radius(0x0123456789abcdef),
            3.291230895031347,
            -9.347253774956322e-17,
        );
        assert_close(
            reference.radius(0x5fffffffffffffff),
            1.4005921983302108,
            1.6722903956821736e-17,
        );
        assert_close(
            reference.radius(0x8000000000000000),
            1.1774100225154747,
            2.7458520618872913e-17,
        );
        assert_close(
            reference.radius(0xbfffffffffffffff),
            0.7585276164409321,
            -7.148723125796286e-18,
        );
        assert_close(
            reference.radius(0xfedcba9876543210),
            0.09438591366703275,
            -9.82742848440324e-19,
        );
        assert_close(
            reference.radius(0xffffffffffffffff),
            2.3283064365386963e-10,
            1.5777218104420236e-30,
        );
        let (sin, cos) = reference.sin_cos(0x0000000000000000);
        assert_close(sin, 1.7030607900432772e-19, 6.638823600814898e-36);
        assert_close(cos, 1.0, -1.4502080272914158e-38);
        let (sin, cos) = reference.sin_cos(0x0123456789abcdef);
        assert_close(sin, 0.02792163872356888, -3.5950398533771176e-19);
        assert_close(cos, 0.9996101150403544, 1.8194140717296978e-17);
        let (sin, cos) = reference.sin_cos(0x3fffffffffffffff);
        assert_close(sin, 1.0, -1.4502080272914158e-38);
        assert_close(cos, 1.7030607900432772e-19, 6.638823600814898e-36);
        let (sin, cos) = reference.sin_cos(0x5555555555555555);
        assert_close(sin, 0.8660254037844386, 5.014703676253379e-17);
        assert_close(cos, -0.5, -4.9163130278889143e-20);
        let (sin, cos) = reference.sin_cos(0xfedcba9876543210);
        assert_close(sin, -0.02792163872356888, 3.5950398533771176e-19);
        assert_close(cos, 0.9996101150403544, 1.8194140717296978e-17);
    }
}
