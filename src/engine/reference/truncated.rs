//! Truncated normal draws, from a word. Every operation is one of the draw's type.

use super::{
    bounds::{Bounds, lambda},
    conventions::{Real, f32s, f64s, polynomial, word},
    keys::Key,
    rounding::Element,
    words::of_block,
};

/// What the draws between two bounds have in common, in their type.
pub(crate) struct Truncated<R: 'static> {
    mirrored: bool,
    split: u64,
    nearest: u64,
    size: R,
    head: R,
    tail: R,
    inner: (R, R),
    outer: (R, R),
    lambda: R,
    lambda2: R,
    column: &'static Column<R>,
    least: R,
    greatest: R,
}

impl<R: Real> Truncated<R> {
    pub(crate) fn new(alpha: f64, beta: f64) -> Self {
        let bounds = Bounds::new(alpha, beta);
        let cells = bounds.cells(R::N);
        let start = bounds.start(R::LAST);
        let lambda = lambda(start);
        let (least, greatest) = bounds.least_and_greatest(R::ELEMENT, R::LAST);
        let column = R::COLUMNS.iter().find(|column| start < column.below);
        let pair = |(lower, upper)| (R::rounded(lower), R::rounded(upper));
        Truncated {
            mirrored: bounds.mirrored,
            split: cells.split,
            nearest: cells.nearest,
            size: R::rounded(cells.size),
            head: R::rounded(cells.head),
            tail: R::rounded(cells.tail),
            inner: pair(cells.inner),
            outer: pair(cells.outer),
            lambda: R::rounded(lambda),
            lambda2: R::rounded(lambda + f64::from_bits(0x3fe6_2e42_fefa_39ef)),
            column: column.unwrap_or(&R::COLUMNS[3]),
            least: R::rounded(least),
            greatest: R::rounded(greatest),
        }
    }

    /// The draws of block `b`: element `n` takes word `n`.
    pub(super) fn of(&self, key: &Key, b: u64) -> Vec<R> {
        let words = of_block::<R>(key, b).into_iter();
        words.map(|w| self.draw(w)).collect()
    }

    pub(crate) fn draw(&self, w: u64) -> R {
        let all_ones = word(u64::MAX, R::N);
        // 1. Count.
        let v = if self.mirrored { w ^ all_ones } else { w };
        let lower = v < self.split;
        let side = |(of_lower, of_upper): (R, R)| if lower { of_lower } else { of_upper };
        let i = if lower {
            self.split - 1 - v
        } else {
            v - self.split
        };
        let e = if lower { v } else { v ^ all_ones };
        // 2. Mass.
        let inner = i <= self.nearest;
        let (c, first) = match inner {
            true => (i, side(self.inner)),
            false => (e, side(self.outer)),
        };
        let h = R::of((c >> (R::N / 2)) as i64);
        let l = R::of(word(c, R::N / 2) as i64);
        let mass = self.head * h + (self.tail * h + (self.size * l + first));
        // 3. Depth.
        let depth = match inner {
            true => depth_before(mass),
            false => depth_beyond(mass),
        };
        // 4. Quantile.
        let l = depth + self.lambda;
        let t = (depth + self.lambda2).root() - R::of(1);
        let Column { o, p, q, .. } = *self.column;
        let z = o * l + l * (polynomial(p, t) / polynomial(q, t));
        // 5. Draw.
        let z = if lower { -z } else { z };
        let z = if self.mirrored { -z } else { z };
        let z = if z < self.least { self.least } else { z };
        if z > self.greatest { self.greatest } else { z }
    }
}

/// `D(mass)`, which is `-ln(1 - mass)`.
pub(super) fn depth_before<R: Real>(mass: R) -> R {
    depth(mass, 0)
}

/// `D'(mass)`, which is `-ln mass`.
pub(super) fn depth_beyond<R: Real>(mass: R) -> R {
    let (mut m, mut k) = (mass, 0);
    while m <= R::rounded(0.5) {
        (m, k) = (m * R::of(2), k + 1);
    }
    depth(R::of(1) - m, k)
}

fn depth<R: Real>(d: R, k: i64) -> R {
    let t = d / (R::of(2) - d);
    let z = t * t;
    let half = (R::rounded(0.5) * d) * d;
    let series = z * polynomial(R::SERIES, z);
    (R::of(k) * R::LN2 + d) + (half + t * (half + series))
}

/// A column of the tables of the quantile, for starts below `below`.
pub(crate) struct Column<R: 'static> {
    below: f64,
    o: R,
    p: &'static [R],
    q: &'static [R],
}

/// What differs between the types.
pub(crate) trait Constants: Sized + 'static {
    const ELEMENT: Element;
    /// The latest start.
    const LAST: f64;
    const LN2: Self;
    const SERIES: &'static [Self];
    const COLUMNS: &'static [Column<Self>; 4];
}

impl Constants for f32 {
    const ELEMENT: Element = Element::F32;
    const LAST: f64 = 32_768.0;
    const LN2: f32 = f32::from_bits(0x3f31_7218);
    const SERIES: &'static [f32] = &f32s([0x3f2a_aa80, 0x3ecc_e94a, 0x3e8f_5a5d, 0x3e8f_7f29]);
    const COLUMNS: &'static [Column<f32>; 4] = &[
        Column {
            below: 3.0,
            o: f32::from_bits(0x3f00_0000),
            p: &f32s([
                0x4279_a2f0,
                0x4236_203b,
                0xc1b4_ad05,
                0xc17c_b9f1,
                0xbfcf_36be,
            ]),
            q: &f32s([
                0x42d0_1a0d,
                0x4357_b0c7,
                0x4317_1379,
                0x4223_0167,
                0x404f_36be,
            ]),
        },
        Column {
            below: 16.0,
            o: f32::from_bits(0x3e00_0000),
            p: &f32s([
                0x4051_0c67,
                0x4125_ac6c,
                0x402b_3d32,
                0xbded_b45b,
                0xbcc7_59ff,
            ]),
            q: &f32s([
                0x4056_3f00,
                0x4156_7818,
                0x413c_a31b,
                0x4048_679d,
                0x3e47_59ff,
            ]),
        },
        Column {
            below: 128.0,
            o: f32::from_bits(0x3c80_0000),
            p: &f32s([
                0x40f5_37f4,
                0x4028_5994,
                0x3e22_c426,
                0x395f_8e29,
                0xb7da_4bbe,
            ]),
            q: &f32s([
                0x40e2_268d,
                0x40f5_4407,
                0x4005_69e3,
                0x3e0c_6301,
                0x3ada_4bbe,
            ]),
        },
        Column {
            below: f64::INFINITY,
            o: f32::from_bits(0x3880_0000),
            p: &f32s([
                0x4120_32d1,
                0x3f88_aa0d,
                0x3c08_9177,
                0x36da_9730,
                0xafa3_2832,
            ]),
            q: &f32s([
                0x4106_bf21,
                0x40fb_49a5,
                0x3f42_e1b5,
                0x3bc2_5f60,
                0x36a3_2832,
            ]),
        },
    ];
}

impl Constants for f64 {
    const ELEMENT: Element = Element::F64;
    const LAST: f64 = 1_073_741_824.0;
    const LN2: f64 = f64::from_bits(0x3fe6_2e42_fefa_39ef);
    const SERIES: &'static [f64] = &f64s([
        0x3fe5_5555_5555_5535,
        0x3fd9_9999_999a_077f,
        0x3fd2_4924_9208_a52c,
        0x3fcc_71c7_41d8_8502,
        0x3fc7_45cb_3d9d_b14d,
        0x3fc3_b1dd_e7b9_8139,
        0x3fc1_067a_039e_3803,
        0x3fbe_fda5_9f83_c4d5,
        0x3fb5_5a91_f715_f2b4,
        0x3fc5_c7f4_03ef_d43a,
    ]);
    const COLUMNS: &'static [Column<f64>; 4] = &[
        Column {
            below: 3.0,
            o: f64::from_bits(0x3fe0_0000_0000_0000),
            p: &f64s([
                0x40c6_b5ea_1012_4c2f,
                0x40e1_a12f_7aae_6fe2,
                0x40e3_477b_1806_07c4,
                0x40ca_05f8_6b1c_cbeb,
                0xc0bd_3e2b_4b1e_1aad,
                0xc0c0_d217_5cc9_f8ed,
                0xc0aa_da5c_7da4_9849,
                0xc086_09de_ae18_83fd,
                0xc052_7c01_6131_2dc7,
                0xc00b_6d33_1688_c80e,
                0xbfa9_47a5_d0b2_eb15,
            ]),
            q: &f64s([
                0x40d2_ee97_33f0_c97e,
                0x40f5_0df7_c1fd_5381,
                0x4103_e152_f049_a8f0,
                0x4104_deb7_414c_eac7,
                0x40fa_d235_9edc_414e,
                0x40e5_e693_c880_b038,
                0x40c6_c5d4_0a73_8181,
                0x409d_21ac_73e3_0c0e,
                0x4064_f8e7_8a14_0ce7,
                0x401c_8b36_63bc_599e,
                0x3fb9_47a5_d0b2_eb15,
            ]),
        },
        Column {
            below: 64.0,
            o: f64::from_bits(0x3fb0_0000_0000_0000),
            p: &f64s([
                0x406a_4349_806d_9bcd,
                0x407b_4249_5063_b547,
                0x4075_5585_4240_e022,
                0x4060_7797_eada_62e6,
                0x4039_e955_965f_86fc,
                0x4002_8f52_a9a5_3aea,
                0x3fa9_07f9_3f08_768e,
                0xbf71_8902_fc5b_3645,
                0xbf2c_e643_5690_0a74,
                0xbec9_2234_31b8_de54,
                0xbe46_1c70_07f3_ea9c,
            ]),
            q: &f64s([
                0x4069_5190_01b0_3f93,
                0x4082_0e60_3a9e_8a46,
                0x4084_c172_a8e4_8d57,
                0x4079_1547_db68_019b,
                0x4061_5218_d6c1_4efe,
                0x403b_8ebe_9460_2d7b,
                0x4008_49d1_5ccc_4e53,
                0x3fc6_35a7_188e_2013,
                0x3f73_3914_caf6_f2f1,
                0x3f0b_1685_58db_9762,
                0x3e86_1c70_07f3_ea9b,
            ]),
        },
        Column {
            below: 4_000.0,
            o: f64::from_bits(0x3f50_0000_0000_0000),
            p: &f64s([
                0x401f_6511_e980_7417,
                0x4009_60d5_a771_f85e,
                0x3fd5_1857_9ad8_dfbc,
                0x3f88_013e_5a92_c9b7,
                0x3f25_3c71_2bf4_cf3f,
                0x3eae_5c65_08a8_da51,
                0x3e20_66f1_25e0_57b7,
                0x3d70_5cf4_d9df_e542,
                0xbcce_ab3e_241a_0a4a,
                0xbc26_ae92_4765_22ae,
                0xbb55_c868_692f_21ff,
            ]),
            q: &f64s([
                0x401c_8df9_526f_043a,
                0x4020_38b0_56ed_d90e,
                0x4003_fdc1_2dea_a183,
                0x3fcf_2bd7_9205_075a,
                0x3f81_91b4_7003_5636,
                0x3f1f_c6c7_6005_86d3,
                0x3ea8_56e4_b351_6323,
                0x3e1f_d5b0_1be0_0050,
                0x3d81_0c07_4c4d_98a2,
                0x3cca_8859_b0d6_16bd,
                0x3bf5_c868_692f_21ff,
            ]),
        },
        Column {
            below: f64::INFINITY,
            o: f64::from_bits(0x0000_0000_0000_0000),
            p: &f64s([
                0x4041_077c_e3bf_2dbd,
                0x3fe9_8fcc_0cc5_ecaf,
                0x3f53_5525_95dc_447b,
                0x3e9a_67af_7871_ad96,
                0x3dc5_8bff_8186_92ff,
                0x3cd6_b359_6af2_fd76,
                0x3bce_3d2b_3ffc_7590,
                0x3aa7_0644_aae3_5eb2,
                0x3960_4df5_23a1_e0f5,
                0x37eb_7d4c_5674_1fed,
                0x0000_0000_0000_0000,
            ]),
            q: &f64s([
                0x4039_9dcb_af0e_4e69,
                0x4038_a69d_bb41_e9d3,
                0x3fe2_1a02_1245_e254,
                0x3f4b_597c_4e68_5797,
                0x3e92_ac4b_ad4a_4a15,
                0x3dbe_790c_d3a5_ba2a,
                0x3cd0_0d49_47d5_6992,
                0x3bc5_61d9_5517_b9cf,
                0x3aa0_47e1_3dfc_4f6f,
                0x3957_0ede_358a_8895,
                0x37e3_701f_0bd5_b569,
            ]),
        },
    ];
}
