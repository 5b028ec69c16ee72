//! The words in which laws say to the engine what to draw, their factor applied.

use std::fmt::Debug;

use chacha20::ChaCha8Rng;

use super::shape::{Connections, Factors, Frames, Repetition};
use crate::word::Map;

/// What is drawn for a weight.
pub(crate) enum Draws<'a> {
    /// Every value is this one.
    Constant(f64),
    /// Each value is made of a draw of its own.
    Affine(Affine),
    /// Each value is the map of another, times the scale, kept within the bounds when it is rounded.
    Mapped {
        of: Box<Draws<'a>>,
        map: Map,
        scale: f64,
        bounds: (f64, f64),
    },
    /// Each value is a sample of the caller's distribution, times the scale.
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
    /// Values in chosen connections, zeros elsewhere.
    Connections {
        of: Box<Draws<'a>>,
        connections: &'a Connections,
    },
    /// Each value is another, times the root of the factor of its place.
    Factored {
        of: Box<Draws<'a>>,
        factors: &'a Factors,
    },
    /// What a smaller weight would have, each output of it several times.
    Repeated {
        draws: Box<Draws<'a>>,
        repetition: &'a Repetition,
    },
}

impl Draws<'_> {
    /// What bounds values, if anything does.
    pub(crate) fn bounds(&self) -> Option<(f64, f64)> {
        match self {
            Draws::Affine(affine) => affine.bounds,
            Draws::Mapped { bounds, .. } => Some(*bounds),
            _ => None,
        }
    }

    /// What multiplies standard draws; 0 where there are none.
    pub(crate) fn spread(&self) -> f64 {
        match self {
            Draws::Affine(affine) => affine.spread,
            _ => 0.0,
        }
    }

    /// The least and the largest value that is drawn in any type, or what bounds them, of laws that can be
    /// mapped.
    pub(crate) fn reach(&self) -> Option<(f64, f64)> {
        match self {
            Draws::Affine(affine) => {
                // A truncated draw further out has less than 2^-70 of the mass beyond it.
                let most = match affine.draw {
                    StandardDraw::Uniform | StandardDraw::Sign => 1.0,
                    StandardDraw::Normal => 9.493,
                    StandardDraw::Truncated { cuts } => {
                        let nearer = StandardDraw::nearer_cut(cuts);
                        (nearer * nearer + 100.0).sqrt()
                    }
                };
                let line = (f64::NEG_INFINITY, f64::INFINITY);
                let (low, high) = affine.bounds.unwrap_or(line);
                let far = affine.spread * most;
                Some((low.max(affine.middle - far), high.min(affine.middle + far)))
            }
            Draws::Mapped {
                of,
                map,
                scale,
                bounds: (low, high),
            } => {
                let (least, most) = of.reach()?;
                Some((
                    low.max(map.of(least) * scale),
                    high.min(map.of(most) * scale),
                ))
            }
            _ => None,
        }
    }
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
    /// 1 or -1.
    Sign,
    /// Standard normal, restricted to an interval.
    Truncated { cuts: (f64, f64) },
}

/// A distribution that the caller brought.
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
