//! The quantile function of the normal law's upper half, in the logarithm of the probability.
//!
//! With `Q(z)` the mass beyond `z >= 0`, `L = -ln(2 Q(z))` grows from 0 at `z = 0`, like
//! `sqrt(2 / pi) z` at first and like `z^2 / 2` far out; no tail is too far to be written so. Its
//! inverse is
//!
//! `z = L P(s) / Q(s)` with `s = sqrt(L + ln 2)`,
//!
//! a ratio of polynomials of degrees 3 and 4 in `f32`, 9 and 10 in `f64`. Three things make it so
//! short: `z / L` is smooth at 0; `s` takes away the branch point at `L = -ln 2`, where `Q` is 1;
//! and the degrees give `z` its growth like `sqrt(2) s`. The coefficients are minimax in relative
//! error, their common factor chosen so that rounding them hurts least.
//!
//! A draw's `L` is the sum of what its interval starts with and a depth of at most 23 (45 in
//! `f64`), so that the interval decides which range `z` can be in. There is a row of coefficients
//! for each of four ranges, which the first serves nearly always.

/// Standard deviations from which on all draws beyond are one number: the next larger number is
/// further away than 2^-32 (2^-64) of the mass.
pub(crate) const LAST_F32: f64 = 32_768.0;
pub(crate) const LAST_F64: f64 = 1_073_741_824.0;

/// The quantile function of a tail that starts somewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantile<F, const P: usize, const Q: usize> {
    /// `L` where the tail starts, and that plus ln 2.
    start: F,
    start_ln_2: F,
    row: Row<F, P, Q>,
}

#[derive(Clone, Copy, Debug)]
struct Row<F, const P: usize, const Q: usize> {
    /// Serves tails that start below this `z`.
    below: f64,
    p: [F; P],
    q: [F; Q],
}

pub(crate) type QuantileF32 = Quantile<f32, 4, 5>;
pub(crate) type QuantileF64 = Quantile<f64, 10, 11>;

impl QuantileF32 {
    /// Of the tail from `z` on, whose `L` is `start`.
    pub(crate) fn new(z: f64, start: f64) -> Self {
        Quantile {
            start: start as f32,
            start_ln_2: (start + std::f64::consts::LN_2) as f32,
            row: choose(&ROWS_F32, z),
        }
    }

    /// The point beyond which lies `exp(-depth)` of the tail.
    #[inline]
    pub(crate) fn at(&self, depth: f32) -> f32 {
        let l = depth + self.start;
        let t = (depth + self.start_ln_2).sqrt() - 1.0;
        let [p0, p1, p2, p3] = self.row.p;
        let [q0, q1, q2, q3, q4] = self.row.q;
        let p = p0 + t * (p1 + t * (p2 + t * p3));
        let q = q0 + t * (q1 + t * (q2 + t * (q3 + t * q4)));
        l * (p / q)
    }
}

impl QuantileF64 {
    /// As for `f32`.
    pub(crate) fn new(z: f64, start: f64) -> Self {
        Quantile {
            start,
            start_ln_2: start + std::f64::consts::LN_2,
            row: choose(&ROWS_F64, z),
        }
    }

    /// As for `f32`.
    #[inline]
    pub(crate) fn at(&self, depth: f64) -> f64 {
        let l = depth + self.start;
        let t = (depth + self.start_ln_2).sqrt() - 1.0;
        l * (horner(&self.row.p, t) / horner(&self.row.q, t))
    }
}

/// `c[0] + s (c[1] + s (c[2] + ...))`.
#[inline]
fn horner<const N: usize>(coefficients: &[f64; N], s: f64) -> f64 {
    let mut sum = coefficients[N - 1];
    for coefficient in coefficients[..N - 1].iter().rev() {
        sum = coefficient + s * sum;
    }
    sum
}

fn choose<R: Copy, const P: usize, const Q: usize>(rows: &[Row<R, P, Q>; 4], z: f64) -> Row<R, P, Q> {
    let [first, second, third, last] = rows;
    *match z {
        z if z < first.below => first,
        z if z < second.below => second,
        z if z < third.below => third,
        _ => last,
    }
}

/// Relative errors, for `z` in [0, 7.3], [3, 17.3], [16, 130] and [128, 33095]: 2^-28.9, 2^-28.9,
/// 2^-30.6, 2^-29.8.
const ROWS_F32: [Row<f32, 4, 5>; 4] = [
    Row {
        below: 3.0,
        p: [99.497_42, 133.356_48, 46.041_527, 3.982_422_8],
        q: [90.469_124, 187.536_45, 131.356_11, 35.432_095, 2.815_096_4],
    },
    Row {
        below: 16.0,
        p: [3.855_447_3, 12.587_157, 4.341_461, 0.288_098_13],
        q: [3.502_596_4, 14.024_97, 12.335_715, 3.276_311_4, 0.203_693_33],
    },
    Row {
        below: 128.0,
        p: [10.879_436, 3.849_088_4, 0.268_046_77, 0.003_296_411_1],
        q: [9.890_931, 10.726_953, 2.917_492_2, 0.191_873_77, 0.002_330_907_9],
    },
    Row {
        below: LAST_F32,
        p: [8.679_532, 0.925_924_1, 0.007_265_731, 5.960_824_6e-6],
        q: [7.300_17, 6.807_015_4, 0.659_882_37, 0.005_141_863, 4.214_939_5e-6],
    },
];

/// Relative errors, for `z` in [0, 9.9], [3, 65], [64, 4001] and [4000, 1.08e9]: 2^-58.3, 2^-56.0,
/// 2^-55.3, 2^-55.1.
#[rustfmt::skip] // Three to a line, where rustfmt would have one.
const ROWS_F64: [Row<f64, 10, 11>; 4] = [
    Row {
        below: 3.0,
        p: [
            22_925.198_526_468_3, 85_186.116_767_869_71, 130_010.503_239_985_73,
            106_241.643_340_049_15, 51_013.146_733_559_57, 14_853.498_792_451_144,
            2_572.669_981_488_720_6, 244.053_065_513_144_05, 10.700_300_358_059_804,
            0.150_162_329_829_482_4,
        ],
        q: [
            20_844.988_693_694_57, 92_728.126_933_589_34, 175_111.799_220_218_5,
            183_830.423_716_888_27, 118_125.147_514_282_36, 48_227.320_499_741_74,
            12_536.926_862_135_211, 2_004.696_889_543_686_2, 180.401_868_050_531_5,
            7.672_857_132_814_933, 0.106_179_401_116_232_86,
        ],
    },
    Row {
        below: 64.0,
        p: [
            211.379_944_727_095_96, 448.125_216_505_931_5, 363.294_208_037_733_14,
            148.807_644_934_107_23, 32.805_353_083_824_09, 3.835_787_694_775_507_6,
            0.226_448_244_707_019_27, 0.006_228_104_887_317_974, 6.911_241_334_057_962e-5,
            2.210_741_793_865_659_8e-7,
        ],
        q: [
            192.199_547_572_531_17, 548.274_310_149_043_7, 630.244_498_218_943_8,
            380.823_987_691_424_24, 131.485_492_745_901_75, 26.149_533_512_073_92,
            2.880_916_463_940_7, 0.164_646_695_523_577_6, 0.004_453_313_243_712_148,
            4.902_630_945_104_544e-5, 1.563_229_654_366_363_2e-7,
        ],
    },
    Row {
        below: 4000.0,
        p: [
            6.973_042_646_816_346, 2.822_889_087_510_66, 0.294_743_225_453_628_35,
            0.010_615_284_320_632_008, 0.000_151_251_234_684_333_1, 9.082_397_791_245_794e-7,
            2.323_700_291_336_918e-9, 2.431_905_112_275_134_4e-12, 9.243_592_167_013_955e-16,
            9.264_645_599_524_609e-20,
        ],
        q: [
            6.336_578_560_527_198, 7.199_434_442_687_184, 2.218_137_472_248_809_4,
            0.216_163_973_287_753_14, 0.007_614_826_042_926_849, 0.000_107_598_152_508_055_36,
            6.438_718_151_992_557e-7, 1.644_826_573_975_829_6e-9, 1.720_270_544_544_468_2e-12,
            6.536_861_829_008_253e-16, 6.551_093_725_886_671e-20,
        ],
    },
    Row {
        below: LAST_F64,
        p: [
            39.481_113_259_744_184, 0.925_984_607_261_903_2, 0.001_367_836_917_355_422_6,
            4.561_109_741_860_745e-7, 4.543_370_956_393_061e-11, 1.460_767_629_001_489_7e-15,
            1.484_570_328_932_114e-20, 4.312_054_132_699_18e-26, 2.912_074_127_947_201e-32,
            2.926_445_586_911_167_4e-39,
        ],
        q: [
            29.694_895_512_147_83, 28.575_621_617_769_48, 0.655_738_574_508_789_5,
            0.000_967_529_434_183_152_5, 3.225_512_948_772_809e-7, 3.212_751_710_868_268e-11,
            1.032_929_193_905_153_1e-15, 1.049_752_795_834_330_3e-20, 3.049_084_777_224_215_5e-26,
            2.059_147_570_120_321_7e-32, 2.069_309_519_278_332_4e-39,
        ],
    },
];
