//! Standard normal draws.

use super::{
    conventions::{Real, f32s, f64s, int, polynomial, two_to, word},
    keys::Key,
    words::of_block,
};

/// The draws of block `b`, in groups of 32.
pub(super) fn of<R: Real>(key: &Key, b: u64) -> Vec<R> {
    let words = of_block::<R>(key, b);
    let mut draws = vec![R::of(0); words.len()];
    for first in (0..words.len()).step_by(32) {
        for i in first..first + 16 {
            let radius = radius::<R>(words[i]);
            let (sin, cos) = angle::<R>(words[i + 16]);
            draws[i] = radius * sin;
            draws[i + 16] = radius * cos;
        }
    }
    draws
}

/// `sqrt(-2 ln u)`.
fn radius<R: Real>(w: u64) -> R {
    let n = R::N;
    // 1.
    let mask = w << 1 | ((1 << (n - 1)) - 1);
    let o = R::middle(int(w & mask, n));
    // 2.
    let (d, k) = match w >> (n - 2) {
        0b11 => (o * R::rounded(-two_to(-(n as i32))), 0),
        0b10 => (o * R::rounded(-two_to(1 - n as i32)), 1),
        _ => {
            let (mut m, mut e) = (o, 0);
            while m >= R::rounded(1.5) {
                (m, e) = (m * R::rounded(0.5), e + 1);
            }
            while m < R::rounded(0.75) {
                (m, e) = (m * R::of(2), e - 1);
            }
            (R::of(1) - m, i64::from(n) - e)
        }
    };
    let k = R::of(k);
    // 3.
    let s = d / (R::of(2) - d);
    let z = s * s;
    let d2 = d * d;
    let q = z * polynomial(R::P, z);
    // 4.
    (k * R::HIGH + ((d + d) + (d2 + (s * (d2 + q) + k * R::LOW)))).root()
}

/// The sine and cosine of `2 pi u`.
fn angle<R: Real>(w: u64) -> (R, R) {
    let n = R::N;
    // 1.
    let y = R::turned(w);
    let z = y * y;
    // 2.
    let s = y + y * polynomial(R::A, z);
    let c = R::of(1) + z * polynomial(R::C, z);
    // 3.
    match word(w.wrapping_add(1 << (n - 3)), n) >> (n - 2) {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    }
}

/// What differs between the types.
pub(crate) trait Constants: Sized + 'static {
    const HIGH: Self;
    const LOW: Self;
    const P: &'static [Self];
    const A: &'static [Self];
    const C: &'static [Self];

    /// `o` of `D`.
    fn middle(d: i64) -> Self;

    /// `y` of a word.
    fn turned(w: u64) -> Self;
}

impl Constants for f32 {
    const HIGH: f32 = f32::from_bits(0x3fb1_7200);
    const LOW: f32 = f32::from_bits(0x363f_be8e);
    const P: &'static [f32] = &f32s([0x3faa_aada, 0x3f4c_9563, 0x3f1b_746e]);
    const A: &'static [f32] = &f32s([0xbe5b_c096, 0xbda5_5dd7, 0x3b23_2df3, 0xb816_998d]);
    const C: &'static [f32] = &f32s([0xbe9d_e9e6, 0x3c81_e0db, 0xb9aa_db42, 0x366b_0f14]);

    /// Two roundings.
    fn middle(d: i64) -> f32 {
        d as f32 + 0.5
    }

    fn turned(w: u64) -> f32 {
        int(w << 2 | 2, 32) as f32 * two_to(-31) as f32
    }
}

impl Constants for f64 {
    const HIGH: f64 = f64::from_bits(0x3ff6_2e42_fefa_3900);
    const LOW: f64 = f64::from_bits(0x3d2d_e6af_278e_ce60);
    const P: &'static [f64] = &f64s([
        0x3ff5_5555_5555_5776,
        0x3fe9_9999_998f_0bd8,
        0x3fe2_4924_9b22_2cbc,
        0x3fdc_71c0_1656_ed48,
        0x3fd7_474e_2641_1738,
        0x3fd3_852e_0856_2d82,
        0x3fd3_abdc_c682_b884,
    ]);
    const A: &'static [f64] = &f64s([
        0xbfcb_7812_aeef_4b9f,
        0xbfb4_abbc_e625_be41,
        0x3f64_66bc_6775_87e5,
        0xbf03_2d2c_ce2e_65fa,
        0x3e95_0782_fdb8_b160,
        0xbe1e_3007_35e5_707f,
        0x3d9e_3f42_59f0_6905,
    ]);
    const C: &'static [f64] = &f64s([
        0xbfd3_bd3c_c9be_45de,
        0x3f90_3c1f_081b_5a65,
        0xbf35_5d3c_7e3c_2d7c,
        0x3ece_1f50_67b0_5ae7,
        0xbe5a_6d1e_6b56_0f58,
        0x3ddf_9c84_0f8b_10b6,
        0xbd5b_14b6_a5c5_4ff2,
    ]);

    /// One rounding.
    fn middle(d: i64) -> f64 {
        (d >> 32) as f64 * two_to(32) + ((d & 0xffff_ffff) as f64 + 0.5)
    }

    fn turned(w: u64) -> f64 {
        (int(w << 2, 64) >> 11 | 1) as f64 * two_to(-52)
    }
}
