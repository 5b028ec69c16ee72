//! The draws of a block, before a law gives them mean and scale.

use super::{
    angle::{sin_cos_f32, sin_cos_f64},
    block::{self, LANES},
    radius::{radius_f32, radius_f64},
};
use crate::Key;
use num_traits::Float;

/// A type that draws are made in: `f32` or `f64`.
pub trait Draw: Copy + Sized {
    /// The largest magnitude of a standard normal draw, rounded up.
    const LARGEST_NORMAL: f64;

    /// The standard normal draws of block `block`.
    fn normals(key: &Key, block: u64) -> [Self; block::LEN];

    /// `mean + std * self`, computed in `f64` and rounded once.
    fn affine(self, mean: f64, std: f64) -> Self;

    /// One rounding, to nearest, ties to even.
    fn from_f64(value: f64) -> Self;
}

impl Draw for f32 {
    const LARGEST_NORMAL: f64 = 6.764;

    fn normals(key: &Key, block: u64) -> [f32; block::LEN] {
        let words = block::words(key, block);
        box_muller(|n| words[n], radius_f32, sin_cos_f32)
    }

    fn affine(self, mean: f64, std: f64) -> f32 {
        (mean + std * f64::from(self)) as f32
    }

    fn from_f64(value: f64) -> f32 {
        value as f32
    }
}

impl Draw for f64 {
    const LARGEST_NORMAL: f64 = 9.493;

    fn normals(key: &Key, block: u64) -> [f64; block::LEN] {
        let high = block::words(key, block);
        let low = block::low_words(key, block);
        let word = |n: usize| u64::from(high[n]) << 32 | u64::from(low[n]);
        box_muller(word, radius_f64, sin_cos_f64)
    }

    fn affine(self, mean: f64, std: f64) -> f64 {
        mean + std * self
    }

    fn from_f64(value: f64) -> f64 {
        value
    }
}

/// Box and Muller's pairs, in groups of 32: of a group's words, the first 16 are radii and the
/// last 16 angles; of its draws, the first 16 are the sines and the last 16 the cosines. So the
/// first draws of a block need its first words only.
fn box_muller<W, F: Float>(
    word: impl Fn(usize) -> W,
    radius: fn(W) -> F,
    sin_cos: fn(W) -> (F, F),
) -> [F; block::LEN] {
    let mut draws = [F::zero(); block::LEN];
    for (group, draws) in draws.chunks_exact_mut(2 * LANES).enumerate() {
        let (sines, cosines) = draws.split_at_mut(LANES);
        let first = group * 2 * LANES;
        for (lane, (sine, cosine)) in sines.iter_mut().zip(cosines).enumerate() {
            let r = radius(word(first + lane));
            let (sin, cos) = sin_cos(word(first + LANES + lane));
            *sine = r * sin;
            *cosine = r * cos;
        }
    }
    draws
}
