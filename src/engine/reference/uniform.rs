//! Uniform draws.

use super::{
    conventions::{Real, int, two_to},
    keys::Key,
    words::of_block,
};

/// The draws of block `b`: element `n` takes word `n`.
pub(super) fn of<R: Real>(key: &Key, b: u64) -> Vec<R> {
    of_block::<R>(key, b).into_iter().map(R::uniform).collect()
}

pub(crate) trait Uniform {
    /// `t`, in (-1, 1).
    fn uniform(w: u64) -> Self;
}

impl Uniform for f32 {
    fn uniform(w: u64) -> f32 {
        (int(w >> 7 | 1, 32) - (1 << 24)) as f32 * two_to(-24) as f32
    }
}

impl Uniform for f64 {
    fn uniform(w: u64) -> f64 {
        (f64::from_bits(0x3ff0_0000_0000_0000 | w >> 12) - 1.5) * 2.0 + two_to(-52)
    }
}
