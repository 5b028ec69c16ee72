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
pub(crate) struct Quantile<F, const N: usize> {
    /// `L` where the tail starts, and that plus ln 2.
    start: F,
    start_ln_2: F,
    row: Row<F, N>,
}

#[derive(Clone, Copy, Debug)]
struct Row<F, const N: usize> {
    /// Serves tails that start below this `z`.
    below: f64,
    offset: F,
    p: [F; N],
    q: [F; N],
}

pub(crate) type QuantileF32 = Quantile<f32, 5>;
pub(crate) type QuantileF64 = Quantile<f64, 11>;

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
    #[inline(always)]
    pub(crate) fn at(&self, depth: f32) -> f32 {
        let l = depth + self.start;
        let t = (depth + self.start_ln_2).sqrt() - 1.0;
        let [p0, p1, p2, p3, p4] = self.row.p;
        let [q0, q1, q2, q3, q4] = self.row.q;
        let p = p0 + t * (p1 + t * (p2 + t * (p3 + t * p4)));
        let q = q0 + t * (q1 + t * (q2 + t * (q3 + t * q4)));
        self.row.offset * l + l * (p / q)
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
    #[inline(always)]
    pub(crate) fn at(&self, depth: f64) -> f64 {
        let l = depth + self.start;
        let t = (depth + self.start_ln_2).sqrt() - 1.0;
        self.row.offset * l + l * (horner(&self.row.p, t) / horner(&self.row.q, t))
    }
}

/// `c[0] + s (c[1] + s (c[2] + ...))`.
#[inline(always)]
pub(crate) fn horner<const N: usize>(coefficients: &[f64; N], s: f64) -> f64 {
    let mut sum = coefficients[N - 1];
    for coefficient in coefficients[..N - 1].iter().rev() {
        sum = coefficient + s * sum;
    }
    sum
}

fn choose<F: Copy, const N: usize>(rows: &[Row<F, N>; 4], z: f64) -> Row<F, N> {
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
const ROWS_F32: [Row<f32, 5>; 4] = [
    Row {
        below: 3.0,
        offset: 0.5,
        p: [62.409_12, 45.531_475, -22.584_482, -15.795_396, -1.618_858_1],
        q: [104.050_88, 215.690_54, 151.076_07, 40.751_37, 3.237_716_2],
    },
    Row {
        below: 16.0,
        offset: 0.125,
        p: [3.266_382, 10.354_595, 2.675_61, -0.116_066_66, -0.024_334_906],
        q: [3.347_595_2, 13.404_32, 11.789_821, 3.131_324, 0.194_679_25],
    },
    Row {
        below: 128.0,
        offset: 0.015_625,
        p: [7.663_08, 2.630_467_4, 0.158_951_37, 0.000_213_198_96, -2.602_289_5e-5],
        q: [7.067_206, 7.664_554, 2.084_587_8, 0.137_096_42, 0.001_665_465_3],
    },
    Row {
        below: LAST_F32,
        offset: 6.103_515_6e-5,
        p: [10.012_406, 1.067_689_5, 0.008_335_463, 6.514_507e-6, -2.967_808_8e-10],
        q: [8.421_662, 7.852_74, 0.761_256_5, 0.005_931_779_7, 4.862_458e-6],
    },
];

/// Relative errors, for `z` in [0, 9.9], [3, 65], [64, 4001] and [4000, 1.08e9]: 2^-58.3, 2^-56.0,
/// 2^-55.3, 2^-55.1.
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
