//! The normal law between two bounds: a word mapped to a draw by the inverse of its distribution.
//! One word a draw, no rejection and no outlier, whatever the bounds.
//!
//! A word `w` of `n` bits stands for the midpoint `(w + 1/2) / 2^n` of its cell of the unit
//! interval, here of the mass between the bounds `alpha < beta`, in units of the parent's standard
//! deviation. In one branch-free pass, so that a loop over a slice of words vectorises:
//!
//! 1. Bounds that lie more to the left of 0 than to the right are mirrored: the word is
//!    complemented, and the sign at the end. So mirrored bounds give mirrored draws, bit for bit.
//! 2. The point 0 parts the words in two *sides*, unless the bounds are on one side of it. The
//!    inner end of a side is 0 or the bound next to 0; the outer end is the other bound. Masses of
//!    a side are in units of all that lies beyond its inner end, up to infinity.
//! 3. The mass between a cell's midpoint and the inner end (`v`) or beyond the midpoint (`1 - v`),
//!    whichever is at most 1/2, is that of the first cell, counted from the inner or outer end,
//!    plus the number of cells times the mass of a cell. As the count is an integer, nothing
//!    cancels: draws keep their relative accuracy at 0 and at either end. The count's upper half
//!    times the leading bits of the factor is exact, and the rest is small, so that the mass has
//!    hardly more than one rounding error.
//! 4. Its logarithm is the depth of the draw, and the quantile function of the normal law does the
//!    rest (`quantile.rs`). A last rounding error might leave the bounds, so the draw is clamped.
//!
//! Every operation is an IEEE 754 operation of the type itself, rounded to nearest, in the order
//! written; nothing may be contracted or reassociated. Bounds of the errors are in the table
//! of `docs/numerics.md`.

use std::ops::Neg;

use super::quantile::{LAST_F32, LAST_F64, QuantileF32, QuantileF64, depth_f32, depth_f64};
use crate::num::float::{TWO_52, TWO_52_BITS};
use crate::num::quadrature::{exp_neg, inside_and_outside, mass};
use crate::num::truncated_moments::Interval;

/// The constants that all draws between two bounds share.
///
/// A draw is made in two steps, `depth` and `draw`, which are meant for two loops: see
/// `quantile.rs`.
#[derive(Clone, Copy, Debug)]
pub struct Truncation {
    cells_f32: Cells<u32, f32>,
    cells_f64: Cells<u64, f64>,
    quantile_f32: QuantileF32,
    quantile_f64: QuantileF64,
    /// The least and the greatest draw.
    bounds_f32: (f32, f32),
    bounds_f64: (f64, f64),
}

/// How the cells of the words lie.
#[derive(Clone, Copy, Debug)]
struct Cells<W, F> {
    /// All ones if the bounds are mirrored, else 0; and the complement of that.
    mirror: W,
    unmirror: W,
    /// The first word of the upper side.
    split: W,
    /// The last cell, counted from the inner end, with a mass of at most 1/2 before it.
    last_inner: W,
    /// The mass of a cell: that of as many cells as the lower half of a count can tell, to a
    /// quarter of the bits and the rest; and that of one.
    size: [F; 3],
    /// The mass before the midpoint of the innermost cell of the (lower, upper) side.
    inner: (F, F),
    /// The mass beyond the midpoint of the outermost cell of the (lower, upper) side.
    outer: (F, F),
}

impl Truncation {
    /// Between `alpha` and `beta`, either of which may be infinite. `None` as for
    /// [`Interval::new`].
    pub(crate) fn new(alpha: f64, beta: f64) -> Option<Self> {
        let interval = Interval::new(alpha, beta)?;
        let Interval { alpha, beta, .. } = interval;
        let sides = Sides::between(alpha, beta);
        let start = interval.peak();

        let bounds_f64 = (alpha, if start < LAST_F64 { beta } else { alpha });
        let (low, high) = (round_up(alpha), -round_up(-beta));
        let bounds_f32 = match (low, high) {
            _ if start >= LAST_F32 => (low, low),
            // There is no f32 between the bounds.
            _ if low > high => (alpha as f32, alpha as f32),
            _ => (low, high),
        };
        Some(Truncation {
            cells_f32: sides.cells_f32(interval.mirrored),
            cells_f64: sides.cells_f64(interval.mirrored),
            quantile_f32: QuantileF32::beyond(start),
            quantile_f64: QuantileF64::beyond(start),
            bounds_f32: mirror_if(interval.mirrored, bounds_f32),
            bounds_f64: mirror_if(interval.mirrored, bounds_f64),
        })
    }

    /// The depth of a word's draw, with the sign of the draw.
    #[inline(always)] // In a loop that must vectorise.
    pub(crate) fn depth_f32(&self, w: u32) -> f32 {
        let cells = self.cells_f32;
        let word = w ^ cells.mirror;
        let is_lower = mask_u32(word < cells.split);

        // Both are counted from 0. That the lower side counts backwards is a complement.
        let from_split = word.wrapping_sub(cells.split);
        let from_inner = from_split ^ is_lower;
        let from_outer = w ^ cells.unmirror ^ is_lower;
        let is_outer = mask_u32(from_inner > cells.last_inner);
        let count = from_inner ^ ((from_inner ^ from_outer) & is_outer);

        let inner = select_f32(is_lower, cells.inner.0, cells.inner.1);
        let outer = select_f32(is_lower, cells.outer.0, cells.outer.1);
        let first = select_f32(is_outer, outer, inner);
        let [high_head, high_rest, low_size] = cells.size;
        let high = (count >> 16) as i32 as f32;
        let low = (count & 0xffff) as i32 as f32;
        let mass = high_head * high + (high_rest * high + (low_size * low + first));

        let sign = (is_lower ^ cells.mirror) & SIGN_F32;
        f32::from_bits(depth_f32(mass, is_outer).to_bits() | sign)
    }

    /// The draw of that depth and sign, in units of the parent's standard deviation.
    ///
    /// Increasing in the word but for rounding errors.
    #[inline(always)] // In a loop that must vectorise.
    pub(crate) fn draw_f32(&self, depth: f32) -> f32 {
        let z = self.point_f32(depth);
        let (least, greatest) = self.bounds_f32;
        let z = if z < least { least } else { z };
        if z > greatest { greatest } else { z }
    }

    /// The same before it is kept within the bounds.
    #[inline(always)] // In a loop that must vectorise.
    pub(crate) fn point_f32(&self, depth: f32) -> f32 {
        let sign = depth.to_bits() & SIGN_F32;
        let z = self.quantile_f32.at(f32::from_bits(depth.to_bits() ^ sign));
        f32::from_bits(z.to_bits() ^ sign)
    }

    /// Bounds to apply after `map`, a function that never decreases, to points that are not clamped
    /// otherwise. The values are the same as those of draws that are mapped and then clamped to `bounds`.
    pub(crate) fn bounds_f32(&self, map: impl Fn(f32) -> f32, bounds: (f32, f32)) -> (f32, f32) {
        let (low, high) = bounds;
        let (least, greatest) = (map(self.bounds_f32.0), map(self.bounds_f32.1));
        if greatest < low {
            return (low, low);
        }
        let low = if least > low { least } else { low };
        let high = if greatest < high { greatest } else { high };
        (low, high)
    }

    /// The same with 64 bits, of which the upper 32 are the word that the `f32` draw uses.
    #[inline(always)] // In a loop that must vectorise.
    pub(crate) fn depth_f64(&self, w: u64) -> f64 {
        let cells = self.cells_f64;
        let word = w ^ cells.mirror;
        let is_lower = mask_u64(word < cells.split);

        let from_split = word.wrapping_sub(cells.split);
        let from_inner = from_split ^ is_lower;
        let from_outer = w ^ cells.unmirror ^ is_lower;
        let is_outer = mask_u64(from_inner > cells.last_inner);
        let count = from_inner ^ ((from_inner ^ from_outer) & is_outer);

        let inner = select_f64(is_lower, cells.inner.0, cells.inner.1);
        let outer = select_f64(is_lower, cells.outer.0, cells.outer.1);
        let first = select_f64(is_outer, outer, inner);
        let [high_head, high_rest, low_size] = cells.size;
        let high = f64::from_bits(TWO_52_BITS | (count >> 32)) - TWO_52;
        let low = f64::from_bits(TWO_52_BITS | (count & 0xffff_ffff)) - TWO_52;
        let mass = high_head * high + (high_rest * high + (low_size * low + first));

        let sign = (is_lower ^ cells.mirror) & SIGN_F64;
        f64::from_bits(depth_f64(mass, is_outer).to_bits() | sign)
    }

    /// The same with 64 bits.
    #[inline(always)] // In a loop that must vectorise.
    pub(crate) fn draw_f64(&self, depth: f64) -> f64 {
        let sign = depth.to_bits() & SIGN_F64;
        let z = self.quantile_f64.at(f64::from_bits(depth.to_bits() ^ sign));
        let z = f64::from_bits(z.to_bits() ^ sign);
        let (least, greatest) = self.bounds_f64;
        let z = if z < least { least } else { z };
        if z > greatest { greatest } else { z }
    }
}

/// The masses of the sides, in units of what is beyond the inner end of one.
struct Sides {
    /// Between the bounds.
    total: f64,
    /// The share of the lower side in it.
    lower: f64,
    /// Beyond the outer ends of the (lower, upper) side.
    outside: (f64, f64),
}

impl Sides {
    /// For `-alpha <= beta`.
    fn between(alpha: f64, beta: f64) -> Self {
        if alpha <= 0.0 {
            let (lower, below) = inside_and_outside(-alpha);
            let (upper, above) = if beta == -alpha {
                (lower, below)
            } else {
                inside_and_outside(beta)
            };
            Sides {
                total: lower + upper,
                lower: lower / (lower + upper),
                outside: (below, above),
            }
        } else {
            let tail = mass(alpha, 0.0, f64::INFINITY);
            let fall = exp_neg((beta - alpha) * (0.5 * (alpha + beta)));
            let above = if fall > 0.0 {
                fall * (mass(beta, 0.0, f64::INFINITY) / tail)
            } else {
                0.0
            };
            Sides {
                total: mass(alpha, 0.0, beta - alpha) / tail,
                lower: 0.0,
                outside: (0.0, above),
            }
        }
    }

    fn cells_f32(&self, mirrored: bool) -> Cells<u32, f32> {
        let size = self.total / TWO_32;
        let boundary = self.lower * TWO_32;
        let split = (boundary + 0.5) as u32;
        // Where the boundary lies in or before the cell of `split`; exact.
        let rest = boundary - f64::from(split);
        // 8 bits of the factor, to be multiplied by 16 bits of the count.
        let high_size = size * 65_536.0;
        let head = f64::from_bits(high_size.to_bits() & 0xffff_e000_0000_0000);
        Cells {
            mirror: mask_u32(mirrored),
            unmirror: mask_u32(!mirrored),
            split,
            last_inner: (0.5 / size) as u32,
            size: [head as f32, (high_size - head) as f32, size as f32],
            inner: ((size * (0.5 + rest)) as f32, (size * (0.5 - rest)) as f32),
            outer: (
                (self.outside.0 + 0.5 * size) as f32,
                (self.outside.1 + 0.5 * size) as f32,
            ),
        }
    }

    fn cells_f64(&self, mirrored: bool) -> Cells<u64, f64> {
        let size = self.total / TWO_64;
        let boundary = self.lower * TWO_64;
        let split = (boundary + 0.5) as u64;
        // Exact, as `split` has no more bits than `boundary`.
        let rest = boundary - split as f64;
        // 21 bits of the factor, to be multiplied by 32 bits of the count.
        let high_size = size * TWO_32;
        let head = f64::from_bits(high_size.to_bits() & 0xffff_ffff_0000_0000);
        Cells {
            mirror: mask_u64(mirrored),
            unmirror: mask_u64(!mirrored),
            split,
            last_inner: (0.5 / size) as u64,
            size: [head, high_size - head, size],
            inner: (size * (0.5 + rest), size * (0.5 - rest)),
            outer: (self.outside.0 + 0.5 * size, self.outside.1 + 0.5 * size),
        }
    }
}

/// All ones, or 0. Comparisons become masks by hand because a compiler that vectorises `if` here
/// makes twice as much code.
#[inline(always)] // In a loop that must vectorise.
fn mask_u32(bit: bool) -> u32 {
    if bit { u32::MAX } else { 0 }
}

#[inline(always)] // In a loop that must vectorise.
fn mask_u64(bit: bool) -> u64 {
    if bit { u64::MAX } else { 0 }
}

/// `a` where the mask is all ones, `b` where it is 0.
#[inline(always)] // In a loop that must vectorise.
fn select_f32(mask: u32, a: f32, b: f32) -> f32 {
    f32::from_bits(b.to_bits() ^ (mask & (a.to_bits() ^ b.to_bits())))
}

#[inline(always)] // In a loop that must vectorise.
fn select_f64(mask: u64, a: f64, b: f64) -> f64 {
    f64::from_bits(b.to_bits() ^ (mask & (a.to_bits() ^ b.to_bits())))
}

fn mirror_if<F: Neg<Output = F>>(mirrored: bool, (low, high): (F, F)) -> (F, F) {
    if mirrored { (-high, -low) } else { (low, high) }
}

/// The least `f32` that is not below `x`.
fn round_up(x: f64) -> f32 {
    let near = x as f32;
    match near.to_bits() {
        _ if f64::from(near) >= x => near,
        SIGN_F32 => f32::from_bits(1),
        bits if near < 0.0 => f32::from_bits(bits - 1),
        bits => f32::from_bits(bits + 1),
    }
}

const SIGN_F32: u32 = 0x8000_0000;
const SIGN_F64: u64 = 0x8000_0000_0000_0000;
const TWO_32: f64 = 4_294_967_296.0;
const TWO_64: f64 = 18_446_744_073_709_551_616.0;

/// Bounds for tests: ordinary ones; narrow ones and far ones; those at which the quantile's coefficients
/// change; those between which there is no `f32`.
#[cfg(test)]
pub(crate) const BOUNDS: [(f64, f64); 29] = [
    (-f64::INFINITY, f64::INFINITY),
    (-1.0, 1.0),
    (-2.0, 2.0),
    (-40.0, 40.0),
    (-1.0, 3.0),
    (-3.0, 0.01),
    (-1e-3, 2e-3),
    (-1e-300, 1e-300),
    (0.0, f64::INFINITY),
    (-f64::INFINITY, 0.0),
    (-1e-12, 5.0),
    (1e-6, 1e-5),
    (0.5, 3.0),
    (1.0, 1.000_000_1),
    (5.0, 6.0),
    (10.0, f64::INFINITY),
    (-f64::INFINITY, -30.0),
    (100.0, 100.000_1),
    (3e4, f64::INFINITY),
    (1e6, f64::INFINITY),
    (-2e9, -1e9),
    (1e30, f64::INFINITY),
    (0.5, 0.500_000_1),
    (2.999, 3.0),
    (15.0, 17.0),
    (-130.0, -129.0),
    (3_999.0, 4_001.0),
    (1.0 + 1.0 / 67_108_864.0, 1.0 + 1.0 / 33_554_432.0),
    (4e4 + 1e-7, 4e4 + 1.5e-7),
];

#[cfg(test)]
mod tests {
    use super::{BOUNDS, Truncation, round_up};
    use crate::engine::ulp::bound;

    const INF: f64 = f64::INFINITY;

    /// Ends, middle, and what is between them.
    const WORDS: [u64; 12] = [
        0,
        1,
        0x0000_0000_ffff_ffff,
        0x0123_4567_89ab_cdef,
        0x5555_5555_5555_5555,
        0x7fff_ffff_0000_0000,
        0x7fff_ffff_ffff_ffff,
        0x8000_0000_0000_0000,
        0x8000_0000_ffff_ffff,
        0xfedc_ba98_7654_3210,
        0xffff_ffff_0000_0000,
        u64::MAX,
    ];

    fn truncation((alpha, beta): (f64, f64)) -> Truncation {
        Truncation::new(alpha, beta).unwrap()
    }

    fn f32_at(truncation: &Truncation, w: u64) -> f32 {
        truncation.draw_f32(truncation.depth_f32((w >> 32) as u32))
    }

    fn f64_at(truncation: &Truncation, w: u64) -> f64 {
        truncation.draw_f64(truncation.depth_f64(w))
    }

    #[test]
    fn f32_edges() {
        let edges = |bounds| {
            [0, 0x7fff_ffff_0000_0000, 0x8000_0000_0000_0000, u64::MAX]
                .map(|w| f32_at(&truncation(bounds), w))
        };
        assert_eq!(
            edges((-2.0, 2.0)),
            [-2.0, -2.785_325_3e-10, 2.785_325_3e-10, 2.0]
        );
        assert_eq!(
            edges((0.0, INF)),
            [1.459_049_8e-10, 0.674_489_74, 0.674_489_74, 6.443_935]
        );
        assert_eq!(
            edges((-INF, INF)),
            [-6.337_957, -2.918_099_7e-10, 2.918_099_7e-10, 6.337_957]
        );
        assert_eq!(
            edges((10.0, INF)),
            [10.0, 10.068_412, 10.068_412, 12.057_343]
        );
    }

    #[test]
    fn f64_reference() {
        // Computed with mpmath to 60 digits.
        let words = [
            0,
            0x0123_4567_89ab_cdef,
            0x5555_5555_5555_5555,
            0xfedc_ba98_7654_3210,
            u64::MAX,
        ];
        for (bounds, expected) in [
            (
                (-2.0, 2.0),
                [
                    -2.0,
                    -1.926_959_270_529_905_7,
                    -0.409_962_547_823_369_66,
                    1.926_959_270_529_905_7,
                    2.0,
                ],
            ),
            (
                (-1.0, 3.0),
                [
                    -1.0,
                    -0.984_688_448_123_821_4,
                    -0.154_383_867_257_618_5,
                    2.570_117_012_584_917_8,
                    3.0,
                ],
            ),
            (
                (0.5, INF),
                [
                    0.5,
                    0.503_898_760_617_942_4,
                    0.821_461_605_845_814_7,
                    2.995_210_403_468_295_4,
                    9.281_404_816_904_823,
                ],
            ),
            (
                (10.0, 11.0),
                [
                    10.0,
                    10.000_441_087_435_524,
                    10.040_072_637_276_07,
                    10.522_404_941_576_475,
                    11.0,
                ],
            ),
            (
                (-INF, -3.0),
                [
                    -9.843_422_568_729_69,
                    -4.377_604_314_695_236,
                    -3.320_075_203_521_650_8,
                    -3.001_356_491_438_957_4,
                    -3.0,
                ],
            ),
        ] {
            for (w, expected) in words.into_iter().zip(expected) {
                let z = f64_at(&truncation(bounds), w);
                let error = (z - expected).abs();
                assert!(
                    error <= bound("truncated", "f64") * expected.abs(),
                    "{w:#x}: {z}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn f64_refines_f32() {
        for bounds in BOUNDS {
            let truncation = truncation(bounds);
            for w in WORDS {
                let (z32, z64) = (f64::from(f32_at(&truncation, w)), f64_at(&truncation, w));
                // Where the bound is out of sight, the last cells of a tail are wide.
                let is_wide = match w >> 32 {
                    0 => bounds.0 < -4.5,
                    0xffff_ffff => bounds.1 > 4.5,
                    _ => false,
                };
                assert!(
                    is_wide || (z64 - z32).abs() <= 2e-6 * (1.0 + z64.abs()),
                    "{bounds:?}, {w:#x}: {z64}, {z32}"
                );
            }
        }
    }

    #[test]
    fn draws_stay_between_the_bounds() {
        for (alpha, beta) in BOUNDS {
            let truncation = truncation((alpha, beta));
            for w in WORDS {
                let z = f64_at(&truncation, w);
                assert!(
                    (alpha..=beta).contains(&z),
                    "[{alpha}, {beta}], {w:#x}: {z}"
                );
                let z = f32_at(&truncation, w);
                assert!(z.is_finite());
                // There are some without an f32 in them, and one with none but 0.
                if f64::from(round_up(alpha)) <= beta && (alpha, beta) != (-1e-300, 1e-300) {
                    let z = f64::from(z);
                    assert!(
                        (alpha..=beta).contains(&z),
                        "[{alpha}, {beta}], {w:#x}: {z}"
                    );
                }
            }
        }
    }

    #[test]
    fn draws_grow_with_the_word() {
        let fall = bound("truncated order", "f32") as f32;
        for bounds in BOUNDS {
            let truncation = truncation(bounds);
            let f64s = WORDS.map(|w| f64_at(&truncation, w));
            let f32s = WORDS.map(|w| f32_at(&truncation, w));
            // But for rounding errors.
            for pair in f64s.windows(2) {
                assert!(
                    pair[0] <= pair[1] + bound("truncated order", "f64") * pair[1].abs(),
                    "{bounds:?}: {pair:?}"
                );
            }
            for pair in f32s.windows(2) {
                assert!(
                    pair[0] <= pair[1] + fall * f32::EPSILON * pair[1].abs(),
                    "{bounds:?}: {pair:?}"
                );
            }
        }
    }

    #[test]
    fn mirrored_bounds_mirror_the_draws() {
        for (alpha, beta) in BOUNDS {
            let right = truncation((alpha, beta));
            let left = truncation((-beta, -alpha));
            for w in WORDS {
                assert_eq!(f64_at(&left, !w), -f64_at(&right, w));
                assert_eq!(f32_at(&left, !w), -f32_at(&right, w));
            }
        }
    }

    #[test]
    fn the_far_end_of_the_numbers() {
        for (bounds, w) in [((1e30, INF), 0), ((1e30, INF), u64::MAX)] {
            assert_eq!(f64_at(&truncation(bounds), w), 1e30);
            assert_eq!(f32_at(&truncation(bounds), w), round_up(1e30));
        }
        assert!(Truncation::new(1e31, INF).is_none());
        assert!(Truncation::new(-INF, -1e31).is_none());
    }

    #[test]
    fn no_bounds() {
        assert!(Truncation::new(1.0, 1.0).is_none());
        assert!(Truncation::new(1.0, -1.0).is_none());
        assert!(Truncation::new(f64::NAN, 1.0).is_none());
        assert!(Truncation::new(-1.0, f64::NAN).is_none());
    }

    #[test]
    fn bounds_between_numbers_are_rounded_inwards() {
        assert_eq!(round_up(0.1), 0.1);
        assert_eq!(round_up(0.7), f32::from_bits(0.7_f32.to_bits() + 1));
        assert_eq!(round_up(-0.1), -f32::from_bits(0.1_f32.to_bits() - 1));
        assert_eq!(round_up(-0.7), -0.7);
        assert_eq!(round_up(1e-300), f32::from_bits(1));
        assert_eq!(round_up(-1e-300), 0.0);
        assert_eq!(round_up(1e300), f32::INFINITY);
        assert_eq!(round_up(-1e300), -f32::MAX);
        assert_eq!(round_up(-INF), f32::NEG_INFINITY);
        // There is no f32 between 1 + 2^-26 and 1 + 2^-25.
        let narrow = truncation((1.0 + 0.5_f64 / 33_554_432.0, 1.0 + 1.0 / 33_554_432.0));
        assert_eq!(f32_at(&narrow, 0), 1.0);
        assert_eq!(f32_at(&narrow, u64::MAX), 1.0);
    }
}
