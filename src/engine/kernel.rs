//! From a block's lanes to values: the loops that take most of the time.
//!
//! They are plain loops over 16 lanes, which the compiler vectorises. The operations and their
//! order are those of `reference/`, so that the bits are the same on all levels of
//! [`dispatch`](crate::num::dispatch).

use super::map::{
    Truncation, radius_f32, radius_squared_f64, reduce_f64, sin_cos_f32, sin_cos_f64, uniform_f32,
    uniform_f64,
};
use super::word::{LANES, Lanes};
use crate::num::dispatch::dispatched;
use crate::num::functions::{in_f32, in_f64};
use crate::word::Map;

/// Elements in a group: the fewest that are drawn at once.
pub(crate) const GROUP: usize = 2 * LANES;

/// Elements that pass through one of several loops before the next. A loop is long enough that its
/// first and last iterations do not matter. The buffers between the loops, which are zeroed at every
/// call, are short enough not to matter in a call for few elements.
const PIECE: usize = 8 * GROUP;

dispatched! {
    /// `mean + std * z` for standard normal draws `z`. The length of `out` is a multiple of `GROUP`.
    fn normals_f32(lanes: &mut Lanes, mean: (f32, f32), std: f32, out: &mut [f32]) {
        let mut lanes = *lanes;
        for group in out.chunks_exact_mut(GROUP) {
            let radii = lanes.step();
            let angles = lanes.step();
            for lane in 0..LANES {
                let radius = radius_f32(radii[lane]);
                let (sin, cos) = sin_cos_f32(angles[lane]);
                group[lane] = std * (radius * sin);
                group[LANES + lane] = std * (radius * cos);
            }
        }
        // Most laws have no mean. The values of those that have are still in the first cache.
        if mean.0 != 0.0 {
            for value in out {
                *value = mean.0 + (mean.1 + *value);
            }
        }
    }

    /// The same in `f64`, from the lanes of the high and the low words.
    fn normals_f64(lanes: &mut [Lanes; 2], mean: f64, std: f64, out: &mut [f64]) {
        let [mut high, mut low] = *lanes;
        // A loop per step: all in one is so long that a processor sees but one turn of it at once, and
        // waits for the division and the root.
        let (mut radii, mut angles) = ([0; PIECE / 2], [0; PIECE / 2]);
        let (mut squares, mut exponents) = ([0.0; PIECE / 2], [0.0; PIECE / 2]);
        for piece in out.chunks_mut(PIECE) {
            let pairs = piece.len() / 2;
            let radii = &mut radii[..pairs];
            let steps = radii.chunks_exact_mut(LANES);
            for (radii, angles) in steps.zip(angles.chunks_exact_mut(LANES)) {
                radii.copy_from_slice(&joined(high.step(), low.step()));
                angles.copy_from_slice(&joined(high.step(), low.step()));
            }
            let (squares, exponents) = (&mut squares[..pairs], &mut exponents[..pairs]);
            for ((square, exponent), word) in squares.iter_mut().zip(&mut *exponents).zip(radii) {
                (*square, *exponent) = reduce_f64(*word);
            }
            for (square, exponent) in squares.iter_mut().zip(exponents) {
                *square = radius_squared_f64(*square, *exponent);
            }
            let draws = squares.chunks_exact(LANES).zip(angles.chunks_exact(LANES));
            for (group, (squares, angles)) in piece.chunks_exact_mut(GROUP).zip(draws) {
                for lane in 0..LANES {
                    let radius = squares[lane].sqrt();
                    let (sin, cos) = sin_cos_f64(angles[lane]);
                    group[lane] = std * (radius * sin);
                    group[LANES + lane] = std * (radius * cos);
                }
            }
            if mean != 0.0 {
                for value in piece {
                    *value += mean;
                }
            }
        }
    }

    /// `middle + half * t` for uniform draws `t`, kept within the bounds. The length of `out` is a
    /// multiple of `GROUP`.
    fn uniforms_f32(
        lanes: &mut Lanes,
        middle: (f32, f32),
        half: f32,
        bounds: (f32, f32),
        out: &mut [f32],
    ) {
        let mut lanes = *lanes;
        if middle.0 == 0.0 {
            for step in out.chunks_exact_mut(LANES) {
                let words = lanes.step();
                for lane in 0..LANES {
                    step[lane] = within(half * uniform_f32(words[lane]), bounds);
                }
            }
        } else {
            for step in out.chunks_exact_mut(LANES) {
                let words = lanes.step();
                for lane in 0..LANES {
                    let far = middle.1 + half * uniform_f32(words[lane]);
                    step[lane] = within(middle.0 + far, bounds);
                }
            }
        }
    }

    /// The same in `f64`, from the lanes of the high and the low words.
    fn uniforms_f64(
        lanes: &mut [Lanes; 2],
        middle: f64,
        half: f64,
        bounds: (f64, f64),
        out: &mut [f64],
    ) {
        let [mut high, mut low] = *lanes;
        for step in out.chunks_exact_mut(LANES) {
            let words = joined(high.step(), low.step());
            for lane in 0..LANES {
                step[lane] = within(middle + half * uniform_f64(words[lane]), bounds);
            }
        }
    }

    /// `std` where the top bit of a word is set, else `-std`. The length of `out` is a multiple of `GROUP`.
    fn signs_f32(lanes: &mut Lanes, std: f32, out: &mut [f32]) {
        let mut lanes = *lanes;
        for step in out.chunks_exact_mut(LANES) {
            let words = lanes.step();
            for lane in 0..LANES {
                step[lane] = f32::from_bits(std.to_bits() ^ (!words[lane] & 1 << 31));
            }
        }
    }

    /// The same in `f64`, whose top bits are those of the high words.
    fn signs_f64(lanes: &mut [Lanes; 2], std: f64, out: &mut [f64]) {
        let [mut high, _] = *lanes;
        for step in out.chunks_exact_mut(LANES) {
            let words = high.step();
            for lane in 0..LANES {
                let sign = u64::from(!words[lane] & 1 << 31) << 32;
                step[lane] = f64::from_bits(std.to_bits() ^ sign);
            }
        }
    }

    /// `scale * map(value)` in the place of every value, kept within the bounds.
    fn mapped_f32(map: Map, scale: f32, bounds: (f32, f32), out: &mut [f32]) {
        // A loop for each map.
        match map {
            Map::Exp => each(out, |x| within(scale * in_f32::exp(x), bounds)),
            Map::Ln => each(out, |x| within(scale * in_f32::ln(x), bounds)),
            Map::InverseSoftplus => {
                each(out, |x| within(scale * in_f32::inverse_softplus(x), bounds));
            }
            Map::Logit => each(out, |x| within(scale * in_f32::logit(x), bounds)),
        }
    }

    /// The same in `f64`.
    fn mapped_f64(map: Map, scale: f64, bounds: (f64, f64), out: &mut [f64]) {
        match map {
            Map::Exp => each(out, |x| within(scale * in_f64::exp(x), bounds)),
            Map::Ln => each(out, |x| within(scale * in_f64::ln(x), bounds)),
            Map::InverseSoftplus => {
                each(out, |x| within(scale * in_f64::inverse_softplus(x), bounds));
            }
            Map::Logit => each(out, |x| within(scale * in_f64::logit(x), bounds)),
        }
    }

    /// `mean + std * z` for truncated normal draws `z`, kept within the bounds. The length of
    /// `out` is a multiple of `GROUP`.
    fn truncated_f32(
        lanes: &mut Lanes,
        truncation: &Truncation,
        (mean, std): ((f32, f32), f32),
        bounds: (f32, f32),
        out: &mut [f32],
    ) {
        let mut lanes = *lanes;
        // Words in a loop of their own: the state of the lanes and the constants of depths are more than
        // a processor has registers.
        let mut words = [0; PIECE];
        for piece in out.chunks_mut(PIECE) {
            let words = &mut words[..piece.len()];
            for step in words.chunks_exact_mut(LANES) {
                step.copy_from_slice(&lanes.step());
            }
            for (value, word) in piece.iter_mut().zip(words) {
                *value = truncation.depth_f32(*word);
            }
        }
        if mean.0 == 0.0 {
            let bounds = truncation.bounds_f32(|z| std * z, bounds);
            // Two vectors at a time, which wait for divisions and roots at once.
            for step in out.chunks_exact_mut(LANES) {
                for lane in 0..LANES {
                    step[lane] = within(std * truncation.point_f32(step[lane]), bounds);
                }
            }
        } else {
            let of = |z: f32| mean.0 + (mean.1 + std * z);
            let bounds = truncation.bounds_f32(of, bounds);
            for step in out.chunks_exact_mut(LANES) {
                for lane in 0..LANES {
                    step[lane] = within(of(truncation.point_f32(step[lane])), bounds);
                }
            }
        }
    }

    /// The same in `f64`, from the lanes of the high and the low words.
    fn truncated_f64(
        lanes: &mut [Lanes; 2],
        truncation: &Truncation,
        (mean, std): (f64, f64),
        bounds: (f64, f64),
        out: &mut [f64],
    ) {
        let [mut high, mut low] = *lanes;
        for step in out.chunks_exact_mut(LANES) {
            let words = joined(high.step(), low.step());
            for lane in 0..LANES {
                step[lane] = truncation.depth_f64(words[lane]);
            }
        }
        if mean == 0.0 {
            for value in out {
                *value = within(std * truncation.draw_f64(*value), bounds);
            }
        } else {
            for value in out {
                *value = within(mean + std * truncation.draw_f64(*value), bounds);
            }
        }
    }
}

#[cfg(feature = "half")]
dispatched! {
    /// The bits of finite numbers as `bf16`, rounded to nearest, ties to even.
    fn narrow_bf16(values: &[f32], out: &mut [u16]) {
        for (value, out) in values.iter().zip(out) {
            let bits = value.to_bits();
            // Half of the last place that stays, less one where that is even, carries upwards.
            let odd = (bits >> 16) & 1;
            *out = (bits.wrapping_add(0x7fff + odd) >> 16) as u16;
        }
    }

    /// The bits of finite numbers as `f16`, rounded to nearest, ties to even.
    fn narrow_f16(values: &[f32], out: &mut [u16]) {
        for (value, out) in values.iter().zip(out) {
            let bits = value.to_bits();
            let size = bits & 0x7fff_ffff;
            // As above, and the exponent's bias of 127 becomes one of 15.
            let odd = (size >> 13) & 1;
            let normal = size.wrapping_sub(112 << 23).wrapping_add(0xfff + odd) >> 13;
            // Below 2^-14 the last place is worth 2^-24, as it is for an `f32` from 1/2 to 1: the
            // sum is rounded where it should be.
            let subnormal = (f32::from_bits(size) + 0.5).to_bits().wrapping_sub(0.5_f32.to_bits());
            let narrow = if size < 113 << 23 { subnormal } else { normal };
            // From 65,520 on, infinity.
            let narrow = if size >= 0x477f_f000 { 0x7c00 } else { narrow };
            *out = (bits >> 16 & 0x8000 | narrow) as u16;
        }
    }
}

/// Words of 64 bits from their halves.
#[inline(always)]
fn joined(high: [u32; LANES], low: [u32; LANES]) -> [u64; LANES] {
    let mut words = [0; LANES];
    for lane in 0..LANES {
        words[lane] = u64::from(high[lane]) << 32 | u64::from(low[lane]);
    }
    words
}

/// The map of every value, in its place.
#[inline(always)]
fn each<F: Copy>(out: &mut [F], map: impl Fn(F) -> F) {
    for value in out {
        *value = map(*value);
    }
}

/// Like `clamp`, but without its check of the bounds: a panic keeps a loop from being vectorised.
#[inline(always)]
fn within<F: PartialOrd>(value: F, (low, high): (F, F)) -> F {
    let value = if value < low { low } else { value };
    if value > high { high } else { value }
}

#[cfg(all(test, feature = "half"))]
mod tests {
    use half::{bf16, f16};

    #[test]
    fn narrow_is_the_rounding_of_half() {
        // A stride that is odd, and so meets every exponent with many mantissas; ties are met by
        // the last few values of each of a coarser one.
        let scattered = (0..1 << 20).map(|i: u32| i.wrapping_mul(0x9e37_79b1));
        let ties =
            (0..1 << 19).map(|i: u32| (i << 13 | 1 << 12).wrapping_add(i % 5).wrapping_sub(2));
        let values: Vec<f32> = scattered
            .chain(ties.clone().map(|bits| bits << 3))
            .chain(ties)
            .map(f32::from_bits)
            .filter(|value| value.is_finite())
            .collect();
        let mut bits = vec![0; values.len()];
        super::narrow_bf16(&values, &mut bits);
        for (value, bits) in values.iter().zip(&bits) {
            assert_eq!(*bits, bf16::from_f32(*value).to_bits(), "{value:e}");
        }
        super::narrow_f16(&values, &mut bits);
        for (value, bits) in values.iter().zip(&bits) {
            assert_eq!(*bits, f16::from_f32(*value).to_bits(), "{value:e}");
        }
    }
}
