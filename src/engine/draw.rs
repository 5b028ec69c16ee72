//! The two types that draws are made in.

use super::{
    block::{LOW_WORDS, Lanes, WORDS},
    haar::Products,
    kernel::{self, GROUP},
    seed::Seeds,
    truncation::Truncation,
};
use crate::{Element, Key};

/// What turns a draw into a value.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one a call, on the stack: a box would be an allocation where there is none"
)]
pub enum Map<F> {
    /// `mean + std * z` of a standard normal draw.
    Normal { mean: f64, std: f64 },
    /// `middle + half * t` of a uniform draw, kept within the bounds.
    Uniform {
        middle: f64,
        half: f64,
        bounds: (F, F),
    },
    /// `mean + std * z` of a draw between two cuts, kept within the bounds.
    Truncated {
        mean: f64,
        std: f64,
        truncation: Truncation,
        bounds: (F, F),
    },
}

/// A type that draws are made in: `f32` or `f64`.
pub trait Draw: Element<Draw = Self> + Products {
    /// The largest magnitude of a standard normal draw, rounded up.
    const LARGEST_NORMAL: f64;

    /// What seeds the blocks of a key.
    type Seeds;
    fn seeds(key: &Key) -> Self::Seeds;

    /// The values of a block from group `skip` on. The length of `out` is a multiple of `GROUP`.
    fn fill(map: &Map<Self>, seeds: &mut Self::Seeds, block: u64, skip: usize, out: &mut [Self]);

    /// One rounding, to nearest, ties to even.
    fn from_f64(value: f64) -> Self;

    /// The least and the largest draw of a truncated normal law.
    fn ends(truncation: &Truncation) -> (f64, f64);
}

impl Draw for f32 {
    const LARGEST_NORMAL: f64 = 6.764;

    type Seeds = Seeds;

    fn seeds(key: &Key) -> Seeds {
        Seeds::new(key, WORDS)
    }

    fn fill(map: &Map<f32>, seeds: &mut Seeds, block: u64, skip: usize, out: &mut [f32]) {
        debug_assert!(out.len() % GROUP == 0);
        let mut lanes = Lanes::new(*seeds.of(block));
        match *map {
            Map::Normal { mean, std } => kernel::normals_f32(&mut lanes, skip, mean, std, out),
            Map::Uniform {
                middle,
                half,
                bounds,
            } => kernel::uniforms_f32(&mut lanes, skip, middle, half, bounds, out),
            Map::Truncated {
                mean,
                std,
                ref truncation,
                bounds,
            } => kernel::truncated_f32(&mut lanes, skip, truncation, (mean, std), bounds, out),
        }
    }

    fn from_f64(value: f64) -> f32 {
        value as f32
    }

    fn ends(truncation: &Truncation) -> (f64, f64) {
        let draw = |word| f64::from(truncation.draw_f32(truncation.depth_f32(word)));
        (draw(0), draw(u32::MAX))
    }
}

impl Draw for f64 {
    const LARGEST_NORMAL: f64 = 9.493;

    /// The high words, which are those of an `f32` draw, so that this one refines it; and the low.
    type Seeds = [Seeds; 2];

    fn seeds(key: &Key) -> [Seeds; 2] {
        [Seeds::new(key, WORDS), Seeds::new(key, LOW_WORDS)]
    }

    fn fill(map: &Map<f64>, seeds: &mut [Seeds; 2], block: u64, skip: usize, out: &mut [f64]) {
        debug_assert!(out.len() % GROUP == 0);
        let mut lanes = seeds.each_mut().map(|seeds| Lanes::new(*seeds.of(block)));
        match *map {
            Map::Normal { mean, std } => kernel::normals_f64(&mut lanes, skip, mean, std, out),
            Map::Uniform {
                middle,
                half,
                bounds,
            } => kernel::uniforms_f64(&mut lanes, skip, middle, half, bounds, out),
            Map::Truncated {
                mean,
                std,
                ref truncation,
                bounds,
            } => kernel::truncated_f64(&mut lanes, skip, truncation, (mean, std), bounds, out),
        }
    }

    fn from_f64(value: f64) -> f64 {
        value
    }

    fn ends(truncation: &Truncation) -> (f64, f64) {
        let draw = |word| truncation.draw_f64(truncation.depth_f64(word));
        (draw(0), draw(u64::MAX))
    }
}
