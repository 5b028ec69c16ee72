//! The angle of the Box-Muller transform: a word mapped to the sine and cosine of `2 pi u`.
//!
//! A word `w` of `n` bits stands for the midpoint `u = (w + 1/2) / 2^n` of its cell of the turn; of a
//! word of 64 bits the upper 54 are taken, and `n` is 54. All that depends on the quarter is done on integers and on sign bits, so that the symmetries
//! of the circle hold exactly: `!w` conjugates, and adding a quarter turn (2^(n-2)) rotates.
//!
//! 1. The nearest multiple of a quarter turn is the upper two bits of `w + 2^(n-3)`. What remains
//!    is the lower `n - 2` bits, read as signed: an angle `pi/4 y` with `y` in [-1, 1], which is
//!    an odd integer converted with one rounding (in `f64`, none), hence never 0, and odd under
//!    `w -> !w`.
//! 2. `sin(pi/4 y) = y + y S(z)` and `cos(pi/4 y) = 1 + z C(z)` with `z = y^2`. Measuring `y` in
//!    eighths of a turn needs no rounded multiple of pi, and as `S` lies in [-0.293, -0.214] its
//!    own rounding errors are shrunk before the last addition.
//! 3. An odd quarter swaps the two; the signs follow the quarter of each.
//!
//! Every operation is an IEEE 754 operation of the type itself, rounded to nearest, in the order
//! written; nothing may be contracted or reassociated. Bounds of the errors are in the table
//! of `docs/numerics.md`.

use crate::num::functions::{COS_F64, SIN_F64};

/// Sine and cosine of `2 pi (w + 1/2) / 2^32`.
///
/// Over all 2^32 words neither is ever 0 or beyond 1.
#[inline]
pub(crate) fn sin_cos_f32(w: u32) -> (f32, f32) {
    // The remainder and its half, times four: shifting out the quarter leaves it signed.
    let y = ((w << 2) | 2) as i32 as f32 * SCALE_F32;
    let z = y * y;

    let [s0, s1, s2, s3] = SIN_F32;
    let [c0, c1, c2, c3] = COS_F32;
    let s = y + y * (s0 + z * (s1 + z * (s2 + z * s3)));
    let c = 1.0 + z * (c0 + z * (c1 + z * (c2 + z * c3)));

    let quarter = w.wrapping_add(1 << 29);
    let odd = ((quarter >> 30) & 1).wrapping_neg();
    let swap = (s.to_bits() ^ c.to_bits()) & odd;
    let sin_sign = quarter & (1 << 31);
    let cos_sign = quarter.wrapping_add(1 << 30) & (1 << 31);
    (
        f32::from_bits(s.to_bits() ^ swap ^ sin_sign),
        f32::from_bits(c.to_bits() ^ swap ^ cos_sign),
    )
}

/// Sine and cosine of `2 pi (v + 1/2) / 2^54`, with `v` the upper 54 bits of `w`.
///
/// The upper 32 bits are the word that the `f32` draw uses. The conversion of the remainder writes its
/// 52 bits into a float and subtracts, because SIMD conversions of 64-bit integers are not found before
/// AVX-512; and it is exact.
#[inline]
pub(crate) fn sin_cos_f64(w: u64) -> (f64, f64) {
    // From 2 to 4 in steps of 2^-51: 3 + y, but for half a step. Turning the upper bit of the remainder
    // over adds the 1 that makes a signed number of it.
    let remainder = (w >> 10) & 0x000f_ffff_ffff_ffff;
    let y = (f64::from_bits(remainder ^ 0x4008_0000_0000_0000) - 3.0) + f64::EPSILON;
    let z = y * y;

    let [s0, s1, s2, s3, s4, s5, s6] = SIN_F64;
    let [c0, c1, c2, c3, c4, c5, c6] = COS_F64;
    let s = s0 + z * (s1 + z * (s2 + z * (s3 + z * (s4 + z * (s5 + z * s6)))));
    let c = c0 + z * (c1 + z * (c2 + z * (c3 + z * (c4 + z * (c5 + z * c6)))));
    let s = y + y * s;
    let c = 1.0 + z * c;

    let quarter = w.wrapping_add(1 << 61);
    let odd = ((quarter >> 62) & 1).wrapping_neg();
    let swap = (s.to_bits() ^ c.to_bits()) & odd;
    let sin_sign = quarter & (1 << 63);
    let cos_sign = quarter.wrapping_add(1 << 62) & (1 << 63);
    (
        f64::from_bits(s.to_bits() ^ swap ^ sin_sign),
        f64::from_bits(c.to_bits() ^ swap ^ cos_sign),
    )
}

/// 2^-31: from the shifted remainder to eighths of a turn.
const SCALE_F32: f32 = 1.0 / 2_147_483_648.0;

/// `S(z) = sin(pi/4 y) / y - 1` on [0, 1], with the least absolute error: 2^-26.9.
const SIN_F32: [f32; 4] = [
    -0.214_601_84,   // 0xbe5b_c096
    -0.080_745_39,   // 0xbda5_5dd7
    0.002_489_921_4, // 0x3b23_2df3
    -3.590_579_2e-5, // 0xb816_998d
];
/// `C(z) = (cos(pi/4 y) - 1) / z` on [0, 1], with the least absolute error in `z C(z)`: 2^-31.0.
const COS_F32: [f32; 4] = [
    -0.308_425_13,   // 0xbe9d_e9e6
    0.015_854_29,    // 0x3c81_e0db
    -3.258_828_7e-4, // 0xb9aa_db42
    3.502_650_5e-6,  // 0x366b_0f14
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ulp::bound;

    /// The half cell beside an axis, 2 pi / 2^33 and 2 pi / 2^55, and the diagonal from both sides.
    #[test]
    fn edge_words_f32() {
        const TINY: f32 = 7.314_59e-10;
        const ROOT_HALF: f32 = 0.707_106_77;
        let edges = [
            (0x0000_0000, (TINY, 1.0)),
            (0x1fff_ffff, (ROOT_HALF, ROOT_HALF)),
            (0x2000_0000, (ROOT_HALF, ROOT_HALF)),
            (0x3fff_ffff, (1.0, TINY)),
            (0x4000_0000, (1.0, -TINY)),
            (0x7fff_ffff, (TINY, -1.0)),
            (0x8000_0000, (-TINY, -1.0)),
            (0xbfff_ffff, (-1.0, -TINY)),
            (0xc000_0000, (-1.0, TINY)),
            (0xffff_ffff, (-TINY, 1.0)),
        ];
        for (w, sin_cos) in edges {
            assert_eq!(sin_cos_f32(w), sin_cos, "word {w:#x}");
        }
    }

    #[test]
    fn edge_words_f64() {
        const TINY: f64 = 1.743_934_249_004_316e-16;
        const ROOT_HALF: f64 = 0.707_106_781_186_547_5;
        // Rounded the other way.
        const ABOVE: f64 = 0.707_106_781_186_547_7;
        let edges = [
            (0x0000_0000_0000_0000, (TINY, 1.0)),
            (0x1fff_ffff_ffff_ffff, (ROOT_HALF, ABOVE)),
            (0x2000_0000_0000_0000, (ABOVE, ROOT_HALF)),
            (0x3fff_ffff_ffff_ffff, (1.0, TINY)),
            (0x4000_0000_0000_0000, (1.0, -TINY)),
            (0x7fff_ffff_ffff_ffff, (TINY, -1.0)),
            (0x8000_0000_0000_0000, (-TINY, -1.0)),
            (0xbfff_ffff_ffff_ffff, (-1.0, -TINY)),
            (0xc000_0000_0000_0000, (-1.0, TINY)),
            (0xffff_ffff_ffff_ffff, (-TINY, 1.0)),
        ];
        for (w, sin_cos) in edges {
            assert_eq!(sin_cos_f64(w), sin_cos, "word {w:#x}");
        }
    }

    #[test]
    fn symmetries_are_exact() {
        for n in 0..10_000 {
            let w = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(n);
            let (sin, cos) = sin_cos_f64(w);
            assert_eq!(sin_cos_f64(!w), (-sin, cos), "word {w:#x}");
            assert_eq!(
                sin_cos_f64(w.wrapping_add(1 << 62)),
                (cos, -sin),
                "word {w:#x}"
            );

            let w = (w >> 32) as u32;
            let (sin, cos) = sin_cos_f32(w);
            assert_eq!(sin_cos_f32(!w), (-sin, cos), "word {w:#x}");
            assert_eq!(
                sin_cos_f32(w.wrapping_add(1 << 30)),
                (cos, -sin),
                "word {w:#x}"
            );
        }
    }

    #[test]
    fn f64_refines_f32() {
        let most = bound("sin_cos refined", "f64");
        for n in 0..100_000 {
            let w = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(n);
            let (sin, cos) = sin_cos_f64(w);
            let (coarse_sin, coarse_cos) = sin_cos_f32((w >> 32) as u32);
            assert!((sin - f64::from(coarse_sin)).abs() <= most, "word {w:#x}");
            assert!((cos - f64::from(coarse_cos)).abs() <= most, "word {w:#x}");
        }
    }
}
