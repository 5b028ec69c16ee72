//! Exponentials, logarithms and what is made of them, in `f32` and in `f64`; sines and cosines in `f64`.
//!
//! `docs/stream.md`, section "Functions", has every operation: values of laws are made with these, and no
//! library promises the bits of its next version. Nothing may be contracted or reassociated.

use super::float::{TWO_52, TWO_52_BITS};

/// `c[0] + x (c[1] + x (c[2] + ...))`.
macro_rules! horner {
    ($x:expr, $coefficients:expr) => {{
        let coefficients = $coefficients;
        let mut sum = coefficients[coefficients.len() - 1];
        let mut place = coefficients.len() - 1;
        while place > 0 {
            place -= 1;
            sum = coefficients[place] + $x * sum;
        }
        sum
    }};
}

/// The functions of one type: the words of its bits, what rounds to whole numbers when it is added and
/// subtracted, the parts of ln 2, and how many terms of each series there are.
macro_rules! functions {
    ($real:ident, $bits:ident, $signed:ident: $digits:literal, $bias:literal, $to_whole:expr,
     $high:expr, $low:expr, $far:literal, $exp_terms:literal, $near_terms:literal, $ln_terms:literal,
     $exponent:ident, $narrow:ident) => {
        /// `exp(x)`, for `x` within 700 of 0 in `f64`, and from -87 to 88 in `f32`.
        #[inline(always)]
        pub(crate) fn exp(x: $real) -> $real {
            let whole = x * std::$real::consts::LOG2_E + $to_whole;
            let k = whole - $to_whole;
            let r = (x - k * $high) - k * $low;
            let series = horner!(r, INVERSE_FACTORIALS.split_at($exp_terms).0);
            // The last bits of the sum are k.
            let power = $real::from_bits(whole.to_bits().wrapping_add($bias) << $digits);
            (1.0 + (r + r * r * series)) * power
        }

        /// `ln(y)`, for normal numbers.
        #[inline(always)]
        pub(crate) fn ln(y: $real) -> $real {
            let three_quarters = $narrow(0.75).to_bits();
            let e = y.to_bits().wrapping_sub(three_quarters) as $signed >> $digits;
            let m = $real::from_bits(y.to_bits().wrapping_sub((e << $digits) as $bits));
            let e: $real = $exponent(e);
            let f = m - 1.0;
            let s = f / (2.0 + f);
            let z = s * s;
            let series = z * horner!(z, ODD.split_at($ln_terms).0);
            let half = 0.5 * f * f;
            e * $high - ((half - (s * (half + series) + e * $low)) - f)
        }

        /// `ln(exp(y) - 1)`, for `y > 0`: what softplus is `y` of.
        #[inline(always)]
        pub(crate) fn inverse_softplus(y: $real) -> $real {
            // 1 - exp(-y), whose digits a difference from 1 would lose.
            let near = y - y * y * horner!(-y, INVERSE_FACTORIALS.split_at($near_terms).0);
            let far = 1.0 - exp(-(if y < $far { y } else { $far }));
            y + ln(if y < 0.7 { near } else { far })
        }

        /// `ln(y / (1 - y))`, for `0 < y < 1`: what the logistic function is `y` of.
        #[inline(always)]
        pub(crate) fn logit(y: $real) -> $real {
            ln(y) - ln(1.0 - y)
        }

        /// 1/2!, 1/3!, ...
        const INVERSE_FACTORIALS: [$real; 18] = {
            let (mut terms, mut product, mut n) = ([0.0; 18], 1.0_f64, 0);
            while n < 18 {
                // Whole numbers up to 18! are exact in f64, and 19! is.
                product *= (n + 2) as f64;
                terms[n] = $narrow(1.0 / product);
                n += 1;
            }
            terms
        };

        /// 2/3, 2/5, ...
        const ODD: [$real; 12] = {
            let (mut terms, mut n) = ([0.0; 12], 0);
            while n < 12 {
                terms[n] = $narrow(2.0 / (2 * n + 3) as f64);
                n += 1;
            }
            terms
        };
    };
}

pub(crate) mod in_f32 {
    const fn narrow(x: f64) -> f32 {
        x as f32
    }

    fn exponent(e: i32) -> f32 {
        e as f32
    }

    functions!(f32, u32, i32: 23, 127, 12_582_912.0_f32, f32::from_bits(0x3f31_7200),
               f32::from_bits(0x35bf_be8e), 80.0, 7, 10, 5, exponent, narrow);
}

pub(crate) mod in_f64 {
    use super::{TWO_52, TWO_52_BITS};

    const fn narrow(x: f64) -> f64 {
        x
    }

    /// By an addition of bits: SIMD conversions of 64-bit integers are not found before AVX-512.
    fn exponent(e: i64) -> f64 {
        f64::from_bits(TWO_52_BITS | (e + 2048) as u64) - (TWO_52 + 2048.0)
    }

    functions!(f64, u64, i64: 52, 1023, 6_755_399_441_055_744.0_f64,
               f64::from_bits(0x3fe6_2e42_fee0_0000), f64::from_bits(0x3dea_39ef_3579_3c76), 700.0,
               12, 18, 12, exponent, narrow);

    /// Sine and cosine of `t` turns, for `t >= 0`. Whole turns, halves and quarters are exact.
    pub(crate) fn sin_cos_of_turns(t: f64) -> (f64, f64) {
        let quarters = 4.0 * (t - t.floor());
        let q = (quarters + 0.5).floor();
        let y = 2.0 * (quarters - q);
        let z = y * y;
        let sin = y + y * horner!(z, super::SIN_F64);
        let cos = 1.0 + z * horner!(z, super::COS_F64);
        match q as u8 % 4 {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        }
    }
}

/// `sin(pi/4 y) / y - 1` as a polynomial of `y^2` on [0, 1], with the least absolute error: 2^-58.3.
pub(crate) const SIN_F64: [f64; 7] = [
    -0.214_601_836_602_551_7,    // 0xbfcb_7812_aeef_4b9f
    -0.080_745_512_188_280_54,   // 0xbfb4_abbc_e625_be41
    0.002_490_394_570_188_835_8, // 0x3f64_66bc_6775_87e5
    -3.657_620_415_893_274_4e-5, // 0xbf03_2d2c_ce2e_65fa
    3.133_616_226_249_25e-7,     // 0x3e95_0782_fdb8_b160
    -1.757_150_168_064_408e-9,   // 0xbe1e_3007_35e5_707f
    6.877_395_706_139_027e-12,   // 0x3d9e_3f42_59f0_6905
];
/// `(cos(pi/4 y) - 1) / y^2` likewise, with the least absolute error in the cosine: 2^-61.2.
pub(crate) const COS_F64: [f64; 7] = [
    -0.308_425_137_534_042_44,   // 0xbfd3_bd3c_c9be_45de
    0.015_854_344_243_815_172,   // 0x3f90_3c1f_081b_5a65
    -3.259_918_869_253_57e-4,    // 0xbf35_5d3c_7e3c_2d7c
    3.590_860_442_336_116e-6,    // 0x3ece_1f50_67b0_5ae7
    -2.461_135_891_397_135e-8,   // 0xbe5a_6d1e_6b56_0f58
    1.150_015_671_977_765_3e-10, // 0x3ddf_9c84_0f8b_10b6
    -3.848_429_057_074_456e-13,  // 0xbd5b_14b6_a5c5_4ff2
];

#[cfg(test)]
mod tests {
    use super::{in_f32, in_f64};

    /// The largest error in units of the last place of the result, or of `least` where that is larger.
    fn worst(
        places: impl Iterator<Item = f64>,
        epsilon: f64,
        least: f64,
        ours: impl Fn(f64) -> f64,
        known: impl Fn(f64) -> f64,
    ) -> f64 {
        let error = |x: f64| {
            let known = known(x);
            let unit = 2_f64.powf(known.abs().max(least).log2().floor()) * epsilon;
            (ours(x) - known).abs() / unit
        };
        places.map(error).fold(0.0, f64::max)
    }

    fn between(low: f64, high: f64) -> impl Iterator<Item = f64> {
        (0..100_000).map(move |i| low + (high - low) * (f64::from(i) + 0.37) / 1e5)
    }

    fn over(low: f64, high: f64) -> impl Iterator<Item = f64> {
        between(low.ln(), high.ln()).map(f64::exp)
    }

    #[test]
    fn of_f32_against_f64() {
        let epsilon = f64::from(f32::EPSILON);
        let narrow = |places: Box<dyn Iterator<Item = f64>>| places.map(|x| f64::from(x as f32));
        let of = |f: fn(f32) -> f32| move |x: f64| f64::from(f(x as f32));
        let worst = |places, least, ours: fn(f32) -> f32, known: fn(f64) -> f64| {
            worst(narrow(places), epsilon, least, of(ours), known)
        };
        let softplus = |y: f64| y + libm::log(-libm::expm1(-y));
        let logit = |y: f64| libm::log(y) - libm::log1p(-y);
        assert!(worst(Box::new(between(-87.0, 88.0)), 0.0, in_f32::exp, libm::exp) < 1.0);
        assert!(worst(Box::new(over(1e-37, 1e38)), 0.0, in_f32::ln, libm::log) < 1.0);
        assert!(worst(Box::new(over(0.5, 2.0)), 0.0, in_f32::ln, libm::log) < 1.0);
        let places = over(1e-37, 1e4);
        assert!(worst(Box::new(places), 0.5, in_f32::inverse_softplus, softplus) < 4.0);
        let places = over(1e-37, 0.999);
        assert!(worst(Box::new(places), 0.5, in_f32::logit, logit) < 3.0);
        // Control: half a unit is not enough.
        assert!(worst(Box::new(between(-87.0, 88.0)), 0.0, in_f32::exp, libm::exp) > 0.5);
    }

    #[test]
    fn of_f64_against_a_library() {
        let softplus = |y: f64| y + libm::log(-libm::expm1(-y));
        let logit = |y: f64| libm::log(y) - libm::log1p(-y);
        let worst =
            |places: Box<dyn Iterator<Item = f64>>,
             least,
             ours: fn(f64) -> f64,
             known: fn(f64) -> f64| { worst(places, f64::EPSILON, least, ours, known) };
        assert!(
            worst(
                Box::new(between(-700.0, 700.0)),
                0.0,
                in_f64::exp,
                libm::exp
            ) < 2.0
        );
        assert!(worst(Box::new(over(1e-300, 1e300)), 0.0, in_f64::ln, libm::log) < 2.0);
        assert!(worst(Box::new(over(0.5, 2.0)), 0.0, in_f64::ln, libm::log) < 2.0);
        let places = over(1e-300, 1e4);
        assert!(worst(Box::new(places), 0.5, in_f64::inverse_softplus, softplus) < 3.0);
        let places = over(1e-300, 0.999);
        assert!(worst(Box::new(places), 0.5, in_f64::logit, logit) < 3.0);
    }

    #[test]
    fn what_is_exact() {
        assert_eq!((in_f32::exp(0.0), in_f64::exp(0.0)), (1.0, 1.0));
        assert_eq!((in_f32::ln(1.0), in_f64::ln(1.0)), (0.0, 0.0));
        let turns = [0.0, 0.25, 0.5, 0.75, 7.0].map(in_f64::sin_cos_of_turns);
        let known = [(0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0), (0.0, 1.0)];
        assert_eq!(turns, known);
        for t in between(0.0, 3.0) {
            let (sin, cos) = in_f64::sin_cos_of_turns(t);
            let angle = 2.0 * std::f64::consts::PI * (t - t.floor());
            assert!((sin - libm::sin(angle)).abs() < 1e-15);
            assert!((cos - libm::cos(angle)).abs() < 1e-15);
        }
    }
}
