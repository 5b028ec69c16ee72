//! The quantile function of the normal law, in the logarithm of the probability.
//!
//! The *depth* of a point in a tail is `-ln` of the share of the tail's mass that lies beyond it:
//! 0 where the tail starts, 1 where a share of 1/e is left, and infinite only at infinity. Measured
//! in depths, no tail is too far out to be distinguished from the next. A mass becomes a draw in
//! two steps. Code that goes over many words has a loop for each: the operations of both in one
//! loop are more than a processor can look ahead.
//!
//! 1. `depth`: `-ln(1 - v)` from the mass `v` before a point, or `-ln c` from the mass `c` beyond
//!    it, whichever is at most 1/2. Write `c = 2^-k (1 - d)` with `d` in [0, 1/2), or take `d = v`
//!    and `k = 0`. With `s = d / (2 - d)`, `-ln(1 - d) = 2 atanh s = d + d^2/2 + s (d^2/2 + z P(z))`
//!    where `z = s^2` and `P(z) = 2/3 + 2/5 z + 2/7 z^2 + ...`. All terms are positive, and `d` is
//!    exact and dominates.
//! 2. `at`: with `Q(z)` the mass beyond `z >= 0`, let `L = -ln(2 Q(z))`, which is 0 at 0, then
//!    grows like `sqrt(2 / pi) z`, and like `z^2 / 2` far out. The `L` of a draw is that of the
//!    start of its tail plus its depth. The inverse is `z = L R(t)` with `t = sqrt(L + ln 2) - 1`
//!    and `R` a ratio of polynomials of degree 4 in `f32`, 10 in `f64`, so short for two reasons:
//!    `z / L` is smooth at 0, and the root takes away the branch point at `L = -ln 2`, where `Q`
//!    is 1. `R` is written as a power of two plus a smaller ratio, whose rounding errors then
//!    count less.
//!
//! Every operation is an IEEE 754 operation of the type itself, rounded to nearest, in the order
//! written; nothing may be contracted or reassociated. Bounds of the errors are in the table of
//! `docs/numerics.md`.

use crate::num::float::{TWO_52, TWO_52_BITS};
use crate::num::quadrature::{inside_and_outside, scaled_outside};

/// From here on the next larger number lies beyond all but 2^-33 (2^-65) of the tail, so that all
/// draws of the tail are one number.
pub(crate) const LAST_F32: f64 = 32_768.0;
pub(crate) const LAST_F64: f64 = 1_073_741_824.0;

/// Masks that state which mass is given to [`depth_f64`].
const BEFORE: u64 = 0;
const BEYOND: u64 = u64::MAX;

/// `-ln(1 - mass)` if `is_beyond` is 0, `-ln(mass)` if it is all ones; `mass` in (0, 1].
#[inline(always)] // In a loop that must vectorise.
pub(crate) fn depth_f32(mass: f32, is_beyond: u32) -> f32 {
    // The bits of 1 less those of the mass: the upper ones are k.
    let bits = mass.to_bits();
    let below_one = ONE_F32 - bits;
    let k = ((below_one & is_beyond) >> 23) as i32 as f32;
    let m = f32::from_bits(bits + (below_one & EXPONENT_F32));
    let d = f32::from_bits(bits ^ (is_beyond & (bits ^ (1.0 - m).to_bits())));

    let s = d / (2.0 - d);
    let z = s * s;
    let [p0, p1, p2, p3] = ATANH_F32;
    let series = z * (p0 + z * (p1 + z * (p2 + z * p3)));
    let half = 0.5 * d * d;
    (k * std::f32::consts::LN_2 + d) + (half + s * (half + series))
}

/// The same for `f64`, whose conversion of an integer adds bits to a power of two and subtracts
/// it, because SIMD conversions of 64-bit integers are not found before AVX-512.
#[inline(always)] // In a loop that must vectorise.
pub(crate) fn depth_f64(mass: f64, is_beyond: u64) -> f64 {
    let bits = mass.to_bits();
    let below_one = ONE_F64 - bits;
    let k = f64::from_bits(TWO_52_BITS | ((below_one & is_beyond) >> 52)) - TWO_52;
    let m = f64::from_bits(bits + (below_one & EXPONENT_F64));
    let d = f64::from_bits(bits ^ (is_beyond & (bits ^ (1.0 - m).to_bits())));

    let s = d / (2.0 - d);
    let z = s * s;
    let series = z * horner(&ATANH_F64, z);
    let half = 0.5 * d * d;
    (k * std::f64::consts::LN_2 + d) + (half + s * (half + series))
}

/// The quantile function of the tail that starts at some `z >= 0`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantile<F, const N: usize> {
    /// `L` where the tail starts, and that plus ln 2.
    start: F,
    start_plus_ln_2: F,
    row: Row<F, N>,
}

pub(crate) type QuantileF32 = Quantile<f32, 5>;
pub(crate) type QuantileF64 = Quantile<f64, 11>;

/// `R(t) = offset + P(t) / Q(t)`. Depths end at 23 (46 in `f64`), so that where a tail starts
/// decides how far `t` goes, and with it the coefficients. Nearly all tails start below 3.
#[derive(Clone, Copy, Debug)]
struct Row<F, const N: usize> {
    /// For tails that start below this `z`.
    below: f64,
    offset: F,
    p: [F; N],
    q: [F; N],
}

impl QuantileF32 {
    /// The function of the tail from `z` on; a `z` beyond [`LAST_F32`] counts as that.
    pub(crate) fn beyond(z: f64) -> Self {
        let z = if z < LAST_F32 { z } else { LAST_F32 };
        let start = log_tail(z);
        Quantile {
            start: start as f32,
            start_plus_ln_2: (start + std::f64::consts::LN_2) as f32,
            row: choose(&ROWS_F32, z),
        }
    }

    /// The point of that depth.
    #[inline(always)] // In a loop that must vectorise.
    pub(crate) fn at(&self, depth: f32) -> f32 {
        let l = depth + self.start;
        let t = (depth + self.start_plus_ln_2).sqrt() - 1.0;
        let Row { offset, p, q, .. } = self.row;
        let [p0, p1, p2, p3, p4] = p;
        let [q0, q1, q2, q3, q4] = q;
        let p = p0 + t * (p1 + t * (p2 + t * (p3 + t * p4)));
        let q = q0 + t * (q1 + t * (q2 + t * (q3 + t * q4)));
        offset * l + l * (p / q)
    }
}

impl QuantileF64 {
    /// The function of the tail from `z` on; a `z` beyond [`LAST_F64`] counts as that.
    pub(crate) fn beyond(z: f64) -> Self {
        let z = if z < LAST_F64 { z } else { LAST_F64 };
        let start = log_tail(z);
        Quantile {
            start,
            start_plus_ln_2: start + std::f64::consts::LN_2,
            row: choose(&ROWS_F64, z),
        }
    }

    /// The point of that depth.
    #[inline(always)] // In a loop that must vectorise.
    pub(crate) fn at(&self, depth: f64) -> f64 {
        let l = depth + self.start;
        let t = (depth + self.start_plus_ln_2).sqrt() - 1.0;
        let Row { offset, p, q, .. } = &self.row;
        offset * l + l * (horner(p, t) / horner(q, t))
    }
}

/// `-ln(2 Q(z))` for `z >= 0`.
fn log_tail(z: f64) -> f64 {
    if z < 0.7 {
        depth_f64(inside_and_outside(z).0, BEFORE)
    } else {
        0.5 * z * z + depth_f64(scaled_outside(z), BEYOND)
    }
}

fn choose<F: Copy, const N: usize>(rows: &[Row<F, N>; 4], z: f64) -> Row<F, N> {
    *rows.iter().find(|row| z < row.below).unwrap_or(&rows[3])
}

/// `c[0] + x (c[1] + x (c[2] + ...))`.
#[inline(always)] // In a loop that must vectorise.
fn horner<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let mut sum = coefficients[N - 1];
    for coefficient in coefficients[..N - 1].iter().rev() {
        sum = coefficient + x * sum;
    }
    sum
}

/// The bits of 1, and those of an exponent.
const ONE_F32: u32 = 0x3f80_0000;
const ONE_F64: u64 = 0x3ff0_0000_0000_0000;
const EXPONENT_F32: u32 = 0xff80_0000;
const EXPONENT_F64: u64 = 0xfff0_0000_0000_0000;

/// `P(z)` on [0, 1/9], minimax in `z P(z)`: absolute error 2^-26.7.
const ATANH_F32: [f32; 4] = [0.666_664_1, 0.400_217_35, 0.279_986_3, 0.280_267_03];
/// The same for `f64`: absolute error 2^-58.4.
const ATANH_F64: [f64; 10] = [
    0.666_666_666_666_663_1,
    0.400_000_000_001_561_7,
    0.285_714_285_479_644_6,
    0.222_222_239_638_576_07,
    0.181_817_441_068_583_47,
    0.153_865_564_486_304_3,
    0.133_010_150_686_857_37,
    0.121_057_845_539_115_87,
    0.083_413_241_218_248_06,
    0.170_164_586_946_755_68,
];

/// `R(t)`, minimax in relative error, the coefficients' common factor chosen so that rounding them
/// costs least. Errors for `z` in [0, 7.3], [3, 17.3], [16, 130], [128, 33095]: 2^-28.2, 2^-28.7,
/// 2^-31.2, 2^-30.7.
const ROWS_F32: [Row<f32, 5>; 4] = [
    Row {
        below: 3.0,
        offset: 0.5,
        p: [
            62.409_12,
            45.531_475,
            -22.584_482,
            -15.795_396,
            -1.618_858_1,
        ],
        q: [104.050_88, 215.690_54, 151.076_07, 40.751_37, 3.237_716_2],
    },
    Row {
        below: 16.0,
        offset: 0.125,
        p: [
            3.266_382,
            10.354_595,
            2.675_61,
            -0.116_066_66,
            -0.024_334_906,
        ],
        q: [3.347_595_2, 13.404_32, 11.789_821, 3.131_324, 0.194_679_25],
    },
    Row {
        below: 128.0,
        offset: 0.015_625,
        p: [
            7.663_08,
            2.630_467_4,
            0.158_951_37,
            0.000_213_198_96,
            -2.602_289_5e-5,
        ],
        q: [
            7.067_206,
            7.664_554,
            2.084_587_8,
            0.137_096_42,
            0.001_665_465_3,
        ],
    },
    Row {
        below: LAST_F32,
        offset: 6.103_515_6e-5,
        p: [
            10.012_406,
            1.067_689_5,
            0.008_335_463,
            6.514_507e-6,
            -2.967_808_8e-10,
        ],
        q: [
            8.421_662,
            7.852_74,
            0.761_256_5,
            0.005_931_779_7,
            4.862_458e-6,
        ],
    },
];

/// The same for `f64`. Errors for `z` in [0, 9.9], [3, 65], [64, 4001], [4000, 1.08e9]: 2^-57.2,
/// 2^-56.0, 2^-55.4, 2^-54.8.
#[rustfmt::skip] // Three to a line, where rustfmt would have one.
const ROWS_F64: [Row<f64, 11>; 4] = [
    Row {
        below: 3.0,
        offset: 0.5,
        p: [
            11_627.828_615_462_493, 36_105.483_725_756_19, 39_483.846_682_562_99,
            13_323.940_768_813_676, -7_486.169_114_953_53, -8_612.182_519_194_17,
            -3_437.180_646_079_625_6, -705.233_730_498_817_4, -73.937_584_207_559_77,
            -3.428_320_098_923_911, -0.049_374_753_690_662_28,
        ],
        q: [
            19_386.362_545_201_082, 86_239.484_860_731_3, 162_858.367_327_995_13,
            170_966.906_884_988_97, 109_859.351_284_270_38, 44_852.618_225_425_89,
            11_659.656_568_945_155, 1_864.418_410_823_450_8, 167.778_264_083_062_1,
            7.135_949_667_330_719, 0.098_749_507_381_324_56,
        ],
    },
    Row {
        below: 64.0,
        offset: 0.062_5,
        p: [
            210.102_722_372_130_67, 436.142_898_931_012, 341.345_033_887_31,
            131.737_294_603_858_74, 25.911_462_210_008_708, 2.319_981_885_294_841_3,
            0.048_888_958_878_007_135, -0.004_281_055_129_195_692, -0.000_220_485_420_214_872_42,
            -2.996_159_663_284_05e-6, -1.029_627_605_266_810_2e-8,
        ],
        q: [
            202.548_828_930_125_27, 577.796_986_807_436_7, 664.180_986_199_916_2,
            401.330_043_226_503_85, 138.565_532_090_717_1, 27.557_595_513_802_408,
            3.036_043_858_513_758_6, 0.173_512_351_026_375_27, 0.004_693_108_770_365_426_5,
            5.166_620_677_048_043_4e-5, 1.647_404_168_426_896e-7,
        ],
    },
    Row {
        below: 4000.0,
        offset: 0.000_976_562_5,
        p: [
            7.848_701_141_801_05, 3.172_282_512_822_717_7, 0.329_610_730_379_041_2,
            0.011_721_121_920_662_42, 0.000_162_018_599_419_883_38, 9.048_258_261_038_833e-7,
            1.909_457_743_839_565_6e-9, 9.301_351_798_779_313e-13, -8.512_334_433_650_193e-16,
            -6.147_946_609_994_659e-19, -7.207_338_227_077_624e-23,
        ],
        q: [
            7.138_646_400_476_37, 8.110_720_364_126_362, 2.498_903_616_640_917_8,
            0.243_525_453_852_323_55, 0.008_578_691_166_273_616, 0.000_121_217_650_308_060_12,
            7.253_714_559_104_178e-7, 1.853_024_497_299_615_6e-9, 1.938_017_971_899_992e-12,
            7.364_281_010_693_996e-16, 7.380_314_344_527_487e-20,
        ],
    },
    Row {
        below: LAST_F64,
        offset: 0.0,
        p: [
            34.058_498_829_220_73, 0.798_803_353_259_605_8, 0.001_179_968_552_097_925_3,
            3.934_654_774_831_391_7e-7, 3.919_352_359_215_393e-11, 1.260_135_504_660_111_8e-15,
            1.280_668_973_977_099_1e-20, 3.719_806_218_833_632e-26, 2.512_109_337_565_734e-32,
            2.524_506_919_039_140_6e-39, 0.0,
        ],
        q: [
            25.616_389_218_323_466, 24.650_844_291_298_04, 0.565_674_815_835_402_8,
            0.000_834_642_120_767_214_7, 2.782_498_261_046_421_3e-7, 2.771_489_741_520_342_2e-11,
            8.910_594_164_313_215e-16, 9.055_723_462_678_868e-21, 2.630_301_978_368_239_7e-26,
            1.776_329_726_184_374_6e-32, 1.785_095_961_604_934_8e-39,
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::{
        BEFORE, BEYOND, LAST_F32, LAST_F64, QuantileF32, QuantileF64, depth_f32, depth_f64,
    };
    use crate::engine::ulp::bound;

    #[track_caller]
    fn assert_close(value: f64, expected: f64, relative: f64) {
        let error = (value - expected).abs();
        assert!(
            error <= relative * expected.abs(),
            "{value:e}, not {expected:e}"
        );
    }

    #[test]
    fn depths() {
        let (f32_bound, f64_bound) = (bound("depth", "f32"), bound("depth", "f64"));
        for (mass, before, beyond) in [
            (0.3, 0.356_674_943_938_732_34, 1.203_972_804_325_936),
            (1e-18, 1e-18, 41.446_531_673_892_82),
        ] {
            assert_close(depth_f64(mass, BEFORE), before, f64_bound);
            assert_close(depth_f64(mass, BEYOND), beyond, f64_bound);
            // And up to 8e-8 for what rounding `mass` makes of the depth.
            let f32_bound = f32_bound + 8e-8;
            assert_close(f64::from(depth_f32(mass as f32, 0)), before, f32_bound);
            assert_close(
                f64::from(depth_f32(mass as f32, u32::MAX)),
                beyond,
                f32_bound,
            );
        }
    }

    #[test]
    fn depths_of_powers_of_two() {
        assert_eq!(depth_f64(0.0, BEFORE), 0.0);
        assert_eq!(depth_f64(1.0, BEYOND), 0.0);
        assert_eq!(depth_f32(1.0, u32::MAX), 0.0);
        let mut mass = 1.0;
        for k in 0..70 {
            let expected = f64::from(k) * std::f64::consts::LN_2;
            assert_eq!(depth_f64(mass, BEYOND), expected);
            let expected = k as f32 * std::f32::consts::LN_2;
            assert_eq!(depth_f32(mass as f32, u32::MAX), expected);
            mass *= 0.5;
        }
    }

    #[test]
    fn points_of_a_depth() {
        let (f32s, f64s) = (QuantileF32::beyond(0.0), QuantileF64::beyond(0.0));
        for (z, depth) in [
            (1e-6, 7.978_848_791_127_878e-7),
            (0.25, 0.219_914_584_251_189_73),
            (0.75, 0.791_301_049_359_711),
            (1.0, 1.147_874_464_449_318_2),
            (3.0, 5.914_579_040_950_405),
            (9.0, 42.935_001_932_772_17),
        ] {
            assert_close(f64s.at(depth), z, bound("quantile", "f64"));
            if z < 7.0 {
                assert_close(
                    f64::from(f32s.at(depth as f32)),
                    z,
                    bound("quantile", "f32"),
                );
            }
        }
        assert_eq!(f64s.at(0.0), 0.0);
        assert_eq!(f32s.at(0.0), 0.0);
    }

    #[test]
    fn a_tail_starts_at_its_start() {
        for z in [
            1e-9, 0.1, 0.6999, 0.7, 1.0, 2.999, 3.0, 15.99, 16.0, 63.9, 64.0, 127.9, 128.0, 3999.0,
            4000.0, 32_767.0, 1e9,
        ] {
            assert_close(QuantileF64::beyond(z).at(0.0), z, bound("quantile", "f64"));
            if z < LAST_F32 {
                assert_close(
                    f64::from(QuantileF32::beyond(z).at(0.0)),
                    z,
                    bound("quantile", "f32"),
                );
            }
        }
    }

    #[test]
    fn tails_agree() {
        // A step outwards changes the start, and with it the row: each may be off.
        let (f32_bound, f64_bound) = (bound("quantile", "f32"), bound("quantile", "f64"));
        for z in [3.0, 64.0, 4000.0] {
            let before = QuantileF64::beyond(z * (1.0 - f64::EPSILON));
            let after = QuantileF64::beyond(z);
            for depth in [0.0, 1e-3, 1.0, 20.0, 45.0] {
                assert_close(after.at(depth), before.at(depth), 2.0 * f64_bound);
            }
        }
        for z in [3.0, 16.0, 128.0] {
            let before = QuantileF32::beyond(z * (1.0 - f64::EPSILON));
            let after = QuantileF32::beyond(z);
            for depth in [0.0, 1e-3, 1.0, 10.0, 22.0] {
                let (after, before) = (after.at(depth), before.at(depth));
                assert_close(after.into(), before.into(), 2.0 * f32_bound);
            }
        }
    }

    #[test]
    fn no_tail_starts_later_than_the_last() {
        assert_eq!(
            QuantileF64::beyond(1e30).at(0.0),
            QuantileF64::beyond(LAST_F64).at(0.0)
        );
        assert_eq!(
            QuantileF32::beyond(1e30).at(0.0),
            QuantileF32::beyond(LAST_F32).at(0.0)
        );
    }
}
