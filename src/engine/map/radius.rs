//! The radius of the Box-Muller transform: a word mapped to `sqrt(-2 ln u)`.
//!
//! A word `w` of `n` bits stands for the midpoint `u = (w + 1/2) / 2^n` of its cell of the unit
//! interval, which is neither 0 nor 1: a radius is never infinite and never zero. The logarithm
//! is taken in one branch-free pass, so that a loop over a slice of words vectorises:
//!
//! 1. Write `u = anchor + offset / 2^n` with the anchor 0 below 1/2, 1/2 from there to 3/4, and
//!    1 above. The subtraction is done in integers; rounding the small remainder instead of `u`
//!    itself is what keeps radii near zero accurate.
//! 2. Reduce to `u = 2^-k (1 - d)` with `1 - d` in [3/4, 3/2). Around the anchors 1 and 1/2,
//!    `k` is 0 or 1 and `d` a multiple of the offset; around 0 both come from its exponent.
//! 3. With `s = d / (2 - d)`, `-2 ln(1 - d) = 4 atanh s = 2d + d^2 + s (d^2 + z P(z))`, where
//!    `z = s^2` and `P(z) = 4/3 + 4/5 z + 4/7 z^2 + ...`. As `2d` is exact and dominates, the
//!    roundings of the division and of the polynomial hardly show, and neighbouring words keep
//!    their order.
//! 4. Add `k 2 ln 2` in two parts, the first of them exact, and take the root, which halves the
//!    relative error of all that precedes.
//!
//! Every operation is an IEEE 754 operation of the type itself, rounded to nearest, in the order
//! written; nothing may be contracted or reassociated. Bounds of the errors are in the table
//! of `docs/numerics.md`.

use crate::num::float::{TWO_52, TWO_52_BITS};

/// `sqrt(-2 ln((w + 1/2) / 2^32))`, from 6.7637057 for 0 down to 2^-16 for `u32::MAX`.
///
/// Over all 2^32 words it never rises with `w`.
#[inline]
pub(crate) fn radius_f32(w: u32) -> f32 {
    let upper_half = w >= 0x8000_0000;
    let near_one = w >= 0xc000_0000;

    // The top bit is cleared where the next one is: the signed distance to the anchor.
    let offset = (w & ((w << 1) | 0x7fff_ffff)) as i32 as f32 + 0.5;

    // Below one half: split the offset as m 2^e with m in [3/4, 3/2); e + 1 is not negative.
    let split = offset.to_bits().wrapping_sub(THREE_EIGHTHS_F32);
    let m = f32::from_bits((split & 0x007f_ffff) + THREE_QUARTERS_F32);
    let k_lower = 33 - (split >> 23) as i32;

    let scale = if near_one { AT_ONE_F32 } else { AT_HALF_F32 };
    let k_upper = if near_one { 0 } else { 1 };
    let d = if upper_half { offset * scale } else { 1.0 - m };
    let k = if upper_half { k_upper } else { k_lower };
    let k = k as f32;

    let s = d / (2.0 - d);
    let z = s * s;
    let [p0, p1, p2] = ATANH_F32;
    let series = z * (p0 + z * (p1 + z * p2));
    let d2 = d * d;
    let small = d2 + (s * (d2 + series) + k * TWO_LN_2_LOW_F32);
    (k * TWO_LN_2_HIGH_F32 + ((d + d) + small)).sqrt()
}

/// `sqrt(-2 ln((w + 1/2) / 2^64))`, from 9.492583 for 0 down to 2^-32 for `u64::MAX`.
///
/// The upper 32 bits are the word that the `f32` draw uses.
#[cfg_attr(
    not(any(test, fanin_checks)),
    allow(
        dead_code,
        reason = "the whole map, for the tests and the checks; the kernel has it in three loops"
    )
)]
#[inline]
pub(crate) fn radius_f64(w: u64) -> f64 {
    let (d, k) = reduce_f64(w);
    radius_squared_f64(d, k).sqrt()
}

/// Steps 1 and 2: `d` and `k` of a word.
#[inline]
pub(crate) fn reduce_f64(w: u64) -> (f64, f64) {
    let upper_half = w >= 0x8000_0000_0000_0000;
    let near_one = w >= 0xc000_0000_0000_0000;

    // Twice the distance to the anchor is an integer. Below the anchor 1, where the offset is negative,
    // it is the complement; the scale has the sign. The conversion is the only rounding.
    let twice = w << 1;
    let twice = if near_one { !twice } else { twice };
    let offset = (twice | 1) as f64;

    let split = offset.to_bits().wrapping_sub(THREE_EIGHTHS_F64);
    let m = f64::from_bits((split & 0x000f_ffff_ffff_ffff) + THREE_QUARTERS_F64);
    let k_lower = (TWO_52 + 66.0) - f64::from_bits(TWO_52_BITS | (split >> 52));

    let scale = if near_one { AT_ONE_F64 } else { AT_HALF_F64 };
    let k_upper = if near_one { 0.0 } else { 1.0 };
    let d = if upper_half { offset * scale } else { 1.0 - m };
    let k = if upper_half { k_upper } else { k_lower };
    (d, k)
}

/// Steps 3 and 4, but for the root: `-2 ln(2^-k (1 - d))`.
#[inline]
pub(crate) fn radius_squared_f64(d: f64, k: f64) -> f64 {
    let s = d / (2.0 - d);
    let z = s * s;
    let [p0, p1, p2, p3, p4, p5, p6] = ATANH_F64;
    let series = z * (p0 + z * (p1 + z * (p2 + z * (p3 + z * (p4 + z * (p5 + z * p6))))));
    let d2 = d * d;
    let small = d2 + (s * (d2 + series) + k * TWO_LN_2_LOW_F64);
    k * TWO_LN_2_HIGH_F64 + ((d + d) + small)
}

const THREE_EIGHTHS_F32: u32 = 0x3ec0_0000;
const THREE_QUARTERS_F32: u32 = 0x3f40_0000;
const THREE_EIGHTHS_F64: u64 = 0x3fd8_0000_0000_0000;
const THREE_QUARTERS_F64: u64 = 0x3fe8_0000_0000_0000;

/// -2^-32 and -2^-31: what makes `d` of an offset from the anchors 1 and 1/2.
const AT_ONE_F32: f32 = -1.0 / 4_294_967_296.0;
const AT_HALF_F32: f32 = 2.0 * AT_ONE_F32;
/// 2^-65 and -2^-64: the same, of twice the distance.
const AT_ONE_F64: f64 = 0.5 / 18_446_744_073_709_551_616.0;
const AT_HALF_F64: f64 = -2.0 * AT_ONE_F64;

/// 2 ln 2 to 18 bits, so that `k <= 33` times it is exact, and the rest.
const TWO_LN_2_HIGH_F32: f32 = f32::from_bits(0x3fb1_7200); // 1.3862915
const TWO_LN_2_LOW_F32: f32 = f32::from_bits(0x363f_be8e); // 2.8572135e-6
/// 2 ln 2 to 45 bits, so that `k <= 65` times it is exact, and the rest.
const TWO_LN_2_HIGH_F64: f64 = f64::from_bits(0x3ff6_2e42_fefa_3900); // 1.3862943611198375
const TWO_LN_2_LOW_F64: f64 = f64::from_bits(0x3d2d_e6af_278e_ce60); // 5.3114e-14

/// `P(z)` on [0, 1/25], with the least absolute error in `z P(z)`: 2^-26.4.
const ATANH_F32: [f32; 3] = [
    1.333_339,    // 0x3faa_aada
    0.799_154_46, // 0x3f4c_9563
    0.607_245_3,  // 0x3f1b_746e
];
/// The same for `f64`: 2^-53.9.
const ATANH_F64: [f64; 7] = [
    1.333_333_333_333_454_3,  // 0x3ff5_5555_5555_5776
    0.799_999_999_923_211_5,  // 0x3fe9_9999_998f_0bd8
    0.571_428_587_908_847_4,  // 0x3fe2_4924_9b22_2cbc
    0.444_442_769_828_772_3,  // 0x3fdc_71c0_1656_ed48
    0.363_727_128_369_976_34, // 0x3fd7_474e_2641_1738
    0.305_003_650_799_982_15, // 0x3fd3_852e_0856_2d82
    0.307_364_648_683_581_5,  // 0x3fd3_abdc_c682_b884
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ulp::bound;

    /// Both ends, and both sides of each change of anchor and exponent: the floats nearest to
    /// the exact values, but for the two at 3/4, which are one unit below.
    #[test]
    fn edge_words_f32() {
        let edges = [
            (0x0000_0000, 0x40d8_7047), // 6.7637057
            (0x0000_0001, 0x40d3_2d4c), // 6.5992794
            (0x5fff_ffff, 0x3fb3_469b), // 1.4005922
            (0x6000_0000, 0x3fb3_469b),
            (0x7fff_ffff, 0x3f96_b55f), // 1.17741
            (0x8000_0000, 0x3f96_b55f),
            (0xbfff_ffff, 0x3f42_2edd), // 0.7585276
            (0xc000_0000, 0x3f42_2edd),
            (0xffff_fffe, 0x37dd_b3d7), // 2.6428997e-5
            (0xffff_ffff, 0x3780_0000), // 2^-16
        ];
        for (w, bits) in edges {
            assert_eq!(radius_f32(w).to_bits(), bits, "word {w:#x}");
        }
    }

    #[test]
    fn edge_words_f64() {
        let edges = [
            (0x0000_0000_0000_0000, 0x4022_fc33_d95c_1fdf), // 9.492583076949755
            (0x0000_0000_0000_0001, 0x4022_c094_c6b5_7999), // 9.376135072376927
            (0x5fff_ffff_ffff_ffff, 0x3ff6_68d3_5d6d_c6a9), // 1.4005921983302108
            (0x6000_0000_0000_0000, 0x3ff6_68d3_5d6d_c6a9),
            (0x7fff_ffff_ffff_ffff, 0x3ff2_d6ab_e44a_fc43), // 1.1774100225154747
            (0x8000_0000_0000_0000, 0x3ff2_d6ab_e44a_fc43),
            (0xbfff_ffff_ffff_ffff, 0x3fe8_45db_b537_4099), // 0.7585276164409321
            (0xc000_0000_0000_0000, 0x3fe8_45db_b537_4099),
            (0xffff_ffff_ffff_fffe, 0x3dfb_b67a_e858_4caa), // 4.0327450436746636e-10
            (0xffff_ffff_ffff_ffff, 0x3df0_0000_0000_0000), // 2^-32
        ];
        for (w, bits) in edges {
            assert_eq!(radius_f64(w).to_bits(), bits, "word {w:#x}");
        }
    }

    /// Around every power of two and its half again, where the exponents and anchors change.
    #[test]
    fn radii_fall_across_every_seam() {
        for place in (0..63).flat_map(|shift| [1_u64 << shift, 3 << shift]) {
            for near in 0..64 {
                let w = place.saturating_sub(32) + near;
                assert!(radius_f64(w + 1) <= radius_f64(w), "word {w:#x}");
                let w = (place >> 32) as u32 + near as u32;
                assert!(radius_f32(w + 1) <= radius_f32(w), "word {w:#x}");
            }
        }
    }

    /// Radii of the two types belong to one draw: the relative error of `f32`, and the width of
    /// the cell that the lower word moves in.
    #[test]
    fn f64_refines_f32() {
        let most = bound("radius refined", "f64");
        for n in 1..100_000 {
            let w = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(n);
            let coarse = f64::from(radius_f32((w >> 32) as u32));
            let fine = radius_f64(w);
            assert!((fine - coarse).abs() <= most * (1.0 + fine), "word {w:#x}");
        }
    }
}
