//! The uniform draw: a word mapped to (-1, 1).
//!
//! Both maps are exact: the result is an odd multiple of half a cell, so that it is symmetric (`!w`
//! gives the negative), never 0, and never at an end.

/// The upper 24 bits of `w` as the midpoint of one of 2^24 cells of (-1, 1).
#[inline]
pub(crate) fn uniform_f32(w: u32) -> f32 {
    // 2 (w >> 8) + 1 - 2^24: odd, below 2^24 in magnitude, and so exact in f32.
    let odd = ((w >> 7) | 1) as i32 - (1 << 24);
    odd as f32 * (1.0 / 16_777_216.0)
}

/// The upper 52 bits of `w` as the midpoint of one of 2^52 cells of (-1, 1), within the cell of
/// the `f32` draw.
#[inline]
pub(crate) fn uniform_f64(w: u64) -> f64 {
    // 1 + k 2^-52: bits, because no SIMD before AVX-512 converts 64-bit integers.
    let one_to_two = f64::from_bits(0x3ff0_0000_0000_0000 | (w >> 12));
    (one_to_two - 1.5) * 2.0 + f64::EPSILON
}

#[cfg(test)]
mod tests {
    use super::{uniform_f32, uniform_f64};

    #[test]
    fn ends_and_middle_are_exact() {
        let half_cell = 2.0_f32.powi(-24);
        assert_eq!(uniform_f32(0), -1.0 + half_cell);
        assert_eq!(uniform_f32(u32::MAX), 1.0 - half_cell);
        assert_eq!(uniform_f32(0x7fff_ffff), -half_cell);
        assert_eq!(uniform_f32(0x8000_0000), half_cell);
        let half_cell = 2.0_f64.powi(-52);
        assert_eq!(uniform_f64(0), -1.0 + half_cell);
        assert_eq!(uniform_f64(u64::MAX), 1.0 - half_cell);
        assert_eq!(uniform_f64(u64::MAX >> 1), -half_cell);
        assert_eq!(uniform_f64(1 << 63), half_cell);
    }

    #[test]
    fn the_complement_is_the_negative_and_f64_lies_in_the_cell_of_f32() {
        for i in 0..100_000_u64 {
            let w = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            assert_eq!(uniform_f64(!w), -uniform_f64(w));
            let high = (w >> 32) as u32;
            assert_eq!(uniform_f32(!high), -uniform_f32(high));
            let distance = uniform_f64(w) - f64::from(uniform_f32(high));
            assert!(distance.abs() < 2.0_f64.powi(-24));
        }
    }
}
