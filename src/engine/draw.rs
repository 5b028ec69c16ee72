//! The two types in which draws are made.

use super::element::Draw;
use super::kept::{OfPart, Pieces};
use super::kernel::{self, GROUP};
use super::map::Truncation;
use super::transform::Transform;
use super::word::{LOW_WORDS, Seeds, WORDS};
use crate::key::Key;

impl Draw for f32 {
    const LARGEST_NORMAL: f64 = 6.764;

    type Seeds = Seeds;

    fn seeds(key: &Key) -> Seeds {
        Seeds::new(key, WORDS)
    }

    fn fill(
        transform: &Transform<f32>,
        seeds: &mut Seeds,
        block: u64,
        skip: usize,
        out: &mut [f32],
    ) {
        debug_assert!(out.len() % GROUP == 0);
        let mut lanes = seeds.lanes(block, 2 * skip);
        match *transform {
            Transform::Mapped {
                ref of,
                map,
                scale,
                bounds,
            } => {
                <Self as Draw>::fill(of, seeds, block, skip, out);
                kernel::mapped_f32(map, scale, bounds, out);
            }
            Transform::Sign { std } => kernel::signs_f32(&mut lanes, std, out),
            Transform::Normal { mean, std } => {
                kernel::normals_f32(&mut lanes, mean, std, out);
            }
            Transform::Uniform {
                middle,
                half,
                bounds,
            } => kernel::uniforms_f32(&mut lanes, middle, half, bounds, out),
            Transform::Truncated {
                mean,
                std,
                ref truncation,
                bounds,
            } => kernel::truncated_f32(&mut lanes, truncation, (mean, std), bounds, out),
        }
    }

    fn matrices(kept: &OfPart) -> &Pieces<f32> {
        &kept.matrices_f32
    }

    fn from_f64(value: f64) -> f32 {
        value as f32
    }

    fn parts(value: f64) -> (f32, f32) {
        let high = value as f32;
        (high, (value - f64::from(high)) as f32)
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

    fn fill(
        transform: &Transform<f64>,
        seeds: &mut [Seeds; 2],
        block: u64,
        skip: usize,
        out: &mut [f64],
    ) {
        debug_assert!(out.len() % GROUP == 0);
        let mut lanes = seeds.each_mut().map(|seeds| seeds.lanes(block, 2 * skip));
        match *transform {
            Transform::Mapped {
                ref of,
                map,
                scale,
                bounds,
            } => {
                <Self as Draw>::fill(of, seeds, block, skip, out);
                kernel::mapped_f64(map, scale, bounds, out);
            }
            Transform::Sign { std } => kernel::signs_f64(&mut lanes, std, out),
            Transform::Normal { mean, std } => {
                kernel::normals_f64(&mut lanes, mean.0, std, out);
            }
            Transform::Uniform {
                middle,
                half,
                bounds,
            } => kernel::uniforms_f64(&mut lanes, middle.0, half, bounds, out),
            Transform::Truncated {
                mean,
                std,
                ref truncation,
                bounds,
            } => {
                let line = (mean.0, std);
                kernel::truncated_f64(&mut lanes, truncation, line, bounds, out);
            }
        }
    }

    fn matrices(kept: &OfPart) -> &Pieces<f64> {
        &kept.matrices_f64
    }

    fn from_f64(value: f64) -> f64 {
        value
    }

    fn parts(value: f64) -> (f64, f64) {
        (value, 0.0)
    }

    fn ends(truncation: &Truncation) -> (f64, f64) {
        let draw = |word| truncation.draw_f64(truncation.depth_f64(word));
        (draw(0), draw(u64::MAX))
    }
}
