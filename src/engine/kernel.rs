//! From a block's lanes to values: the loops in which the time goes.
//!
//! Each function is compiled for several instruction sets, of which the best that the machine has
//! is taken when it is first called; there is nothing but plain loops over 16 lanes for the
//! compiler to vectorise. The operations and their order are those of `reference.rs`, so that the
//! bits are the same on all of them.
//!
//! `--cfg fanin_level="..."` sets the best level that is taken: `avx512`, `avx2` or `baseline`
//! (SSE2 on x86-64, NEON on aarch64).

use super::{
    angle::{sin_cos_f32, sin_cos_f64},
    block::{LANES, Lanes},
    radius::{radius_f32, radius_f64},
    uniform::{uniform_f32, uniform_f64},
};

/// Elements in a group: the least that is drawn at once.
pub(crate) const GROUP: usize = 2 * LANES;

macro_rules! dispatched {
    ($($(#[$attribute:meta])* fn $name:ident($($argument:tt)*) $body:block)*) => {$(
        $(#[$attribute])*
        #[cfg_attr(
            not(any(fanin_level = "avx2", fanin_level = "baseline")),
            multiversion::multiversion(targets(
                "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl+avx2+bmi2",
                "x86_64+avx2+bmi2",
            ))
        )]
        #[cfg_attr(
            fanin_level = "avx2",
            multiversion::multiversion(targets("x86_64+avx2+bmi2"))
        )]
        pub(super) fn $name($($argument)*) $body
    )*};
}

dispatched! {
    /// `mean + std * z` for standard normal draws `z`, from group `skip` of the block on. The
    /// length of `out` is a multiple of `GROUP`.
    fn normals_f32(lanes: &mut Lanes, skip: usize, mean: f64, std: f64, out: &mut [f32]) {
        let mut lanes = *lanes;
        lanes.skip(2 * skip);
        for group in out.chunks_exact_mut(GROUP) {
            let radii = lanes.step();
            let angles = lanes.step();
            for lane in 0..LANES {
                let radius = radius_f32(radii[lane]);
                let (sin, cos) = sin_cos_f32(angles[lane]);
                group[lane] = radius * sin;
                group[LANES + lane] = radius * cos;
            }
        }
        // A loop of its own: mixed with the one above, where floats have 32 bits, it is slower by
        // a third. The values are still in the first cache.
        for value in out {
            *value = (mean + std * f64::from(*value)) as f32;
        }
    }

    /// The same in `f64`, from the lanes of the high and the low words.
    fn normals_f64(lanes: &mut [Lanes; 2], skip: usize, mean: f64, std: f64, out: &mut [f64]) {
        let [mut high, mut low] = *lanes;
        high.skip(2 * skip);
        low.skip(2 * skip);
        for group in out.chunks_exact_mut(GROUP) {
            let radii = wide(high.step(), low.step());
            let angles = wide(high.step(), low.step());
            for lane in 0..LANES {
                let radius = radius_f64(radii[lane]);
                let (sin, cos) = sin_cos_f64(angles[lane]);
                group[lane] = mean + std * (radius * sin);
                group[LANES + lane] = mean + std * (radius * cos);
            }
        }
    }

    /// `middle + half * t` for uniform draws `t`, kept within the bounds, from group `skip` of the
    /// block on. The length of `out` is a multiple of `GROUP`.
    fn uniforms_f32(
        lanes: &mut Lanes,
        skip: usize,
        middle: f64,
        half: f64,
        bounds: (f32, f32),
        out: &mut [f32],
    ) {
        let mut lanes = *lanes;
        lanes.skip(2 * skip);
        for step in out.chunks_exact_mut(LANES) {
            let words = lanes.step();
            for lane in 0..LANES {
                step[lane] = uniform_f32(words[lane]);
            }
        }
        for value in out {
            *value = within((middle + half * f64::from(*value)) as f32, bounds);
        }
    }

    /// The same in `f64`, from the lanes of the high and the low words.
    fn uniforms_f64(
        lanes: &mut [Lanes; 2],
        skip: usize,
        middle: f64,
        half: f64,
        bounds: (f64, f64),
        out: &mut [f64],
    ) {
        let [mut high, mut low] = *lanes;
        high.skip(2 * skip);
        low.skip(2 * skip);
        for step in out.chunks_exact_mut(LANES) {
            let words = wide(high.step(), low.step());
            for lane in 0..LANES {
                step[lane] = within(middle + half * uniform_f64(words[lane]), bounds);
            }
        }
    }
}

/// Words of 64 bits from their halves.
#[inline(always)]
fn wide(high: [u32; LANES], low: [u32; LANES]) -> [u64; LANES] {
    let mut words = [0; LANES];
    for lane in 0..LANES {
        words[lane] = u64::from(high[lane]) << 32 | u64::from(low[lane]);
    }
    words
}

/// What `clamp` does, but without its check of the bounds: a panic keeps a loop from vectorising.
#[inline(always)]
fn within<F: PartialOrd>(value: F, (low, high): (F, F)) -> F {
    let value = if value < low { low } else { value };
    if value > high { high } else { value }
}
