//! The instructions of laws to the engine, with their factor applied.

use std::fmt::Debug;

use chacha20::ChaCha8Rng;

use super::shape::{Connections, Frames, Repetition};

/// What is drawn for a weight.
pub(crate) enum Draws<'a> {
    /// Every value is this one.
    Constant(f64),
    /// Each value is made of its own draw.
    Affine(Affine),
    /// Each value is a sample of a user-supplied distribution, times the scale.
    Sampled {
        sampler: &'a dyn Sampler,
        scale: f64,
    },
    /// Each value follows from its index, times the scale.
    Pattern {
        pattern: &'a dyn Pattern,
        scale: f64,
    },
    /// The entries of orthogonal matrices, times the scale.
    Frames { frames: &'a Frames, scale: f64 },
    /// Normal values of that deviation in chosen connections, zeros elsewhere.
    Connections {
        connections: &'a Connections,
        std: f64,
    },
    /// The values of a smaller weight, each of its outputs several times.
    Repeated {
        draws: Box<Draws<'a>>,
        repetition: &'a Repetition,
    },
}

/// `middle + spread * z` for a standard draw `z`, kept within the bounds when it is rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Affine {
    pub(crate) draw: StandardDraw,
    pub(crate) middle: f64,
    pub(crate) spread: f64,
    pub(crate) bounds: Option<(f64, f64)>,
}

/// The draws that the stream specifies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum StandardDraw {
    /// Standard normal.
    Normal,
    /// Uniform in (-1, 1).
    Uniform,
    /// Standard normal, restricted to an interval.
    Truncated { cuts: (f64, f64) },
}

/// A user-supplied distribution.
pub(crate) trait Sampler: Debug + Send + Sync {
    fn sample(&self, rng: &mut ChaCha8Rng) -> f64;
}

/// Values that are not random.
pub(crate) trait Pattern: Send + Sync {
    /// The value at a row-major flat index, before it is scaled.
    fn value(&self, index: u64) -> f64;

    /// The largest magnitude of a value.
    fn largest(&self) -> f64 {
        1.0
    }

    /// How far from its value a check lets an element be, beside rounding, both before they are scaled.
    fn tolerance(&self) -> f64 {
        0.0
    }
}
