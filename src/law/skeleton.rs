//! What the file of a law contains.

use std::fmt;

use super::draws::Draws;
use super::shape::Moments;
use crate::weight::Dims;

/// A law before it is scaled. A `factor` multiplies its variance, and every value by its root.
///
/// `draws` is called only at factors above 0 at which the law is not
/// [constant](Skeleton::constant).
pub(crate) trait Skeleton {
    /// The mean, where it is known.
    fn mean(&self) -> Option<f64>;

    /// The variance, where it is known.
    fn variance(&self) -> Option<f64>;

    /// E (x - mean)^4 / variance^2, where it exists and is known.
    fn kurtosis(&self) -> Option<f64>;

    /// The least closed interval that holds all values, where it is known.
    fn support(&self, factor: f64) -> Option<(f64, f64)>;

    /// What the engine draws.
    fn draws(&self, factor: f64) -> Draws<'_>;

    /// The one value that all elements have, of a law whose parameters leave no other.
    fn constant(&self, factor: f64) -> Option<f64> {
        let _ = factor;
        None
    }

    /// What a check knows of one value, of laws whose values are independent.
    fn marginal(&self, factor: f64) -> Option<Marginal> {
        let _ = factor;
        None
    }

    /// The shape that it belongs to, of a law whose values follow from their indices.
    fn shape(&self) -> Option<&Dims> {
        None
    }

    /// The root mean square of the values that are not zeros by their index, of such a law.
    fn spread(&self) -> Option<f64> {
        None
    }

    /// Whether a value depends only on its own draw, or on none.
    fn is_elementwise(&self) -> bool {
        true
    }

    /// Whether a key gives the same bits on every machine.
    fn is_bit_stable(&self) -> bool {
        true
    }

    /// The call that makes it.
    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Its name, for a sentence.
    fn words(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// The skeleton of a law that belongs to the shape of a weight, whose values follow from their indices.
pub(super) trait Shaped {
    /// The moments of an element that is chosen at random.
    fn moments(&self) -> &Moments;

    /// The shape that it belongs to.
    fn shape(&self) -> &Dims;

    /// See [`Skeleton`].
    fn draws(&self, factor: f64) -> Draws<'_>;

    /// See [`Skeleton`].
    fn is_elementwise(&self) -> bool {
        true
    }

    /// See [`Skeleton`]; a factor is the square of a gain.
    fn code(&self, gain: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// See [`Skeleton`].
    fn words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl<L: Shaped> Skeleton for L {
    fn mean(&self) -> Option<f64> {
        Some(self.moments().mean)
    }

    fn variance(&self) -> Option<f64> {
        Some(self.moments().variance)
    }

    fn kurtosis(&self) -> Option<f64> {
        self.moments().kurtosis
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        let ((low, high), root) = (self.moments().support, factor.sqrt());
        Some((low * root, high * root))
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Shaped::draws(self, factor)
    }

    fn shape(&self) -> Option<&Dims> {
        Some(Shaped::shape(self))
    }

    fn spread(&self) -> Option<f64> {
        Some(self.moments().spread)
    }

    fn is_elementwise(&self) -> bool {
        Shaped::is_elementwise(self)
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shaped::code(self, factor.sqrt(), f)
    }

    fn words(&self, _: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shaped::words(self, f)
    }
}

/// What a check knows of one of several independent values.
///
/// Places are distances from `centre`, so that those of a narrow law far from 0 keep their digits.
pub(crate) struct Marginal {
    pub(crate) centre: f64,
    /// The distance of the mean, where it is known: the mean itself may not be a number of `f64`.
    pub(crate) mean: Option<f64>,
    /// The chance of a value up to a place, where it is known.
    pub(crate) cdf: Option<Cdf>,
    /// Whether values are normal, so that sums of them have exact laws.
    pub(crate) is_normal: bool,
    /// The distance of neighbouring draws in `f32`, which adds to that of the element type, with
    /// the errors of the draws.
    pub(crate) grid: f64,
    /// By how much the mean of such draws may be off.
    pub(crate) bias: f64,
    /// Places beyond which there is next to nothing: a chance below 1e-21.
    pub(crate) limits: Option<(f64, f64)>,
    /// E ((x - mean) / std)^8, where it is known.
    pub(crate) eighth_moment: Option<f64>,
}

/// A distribution function.
pub(crate) type Cdf = Box<dyn Fn(f64) -> f64 + Send + Sync>;

/// The standard normal chance of a value above `z`.
pub(super) fn normal_tail(z: f64) -> f64 {
    0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// Without overflow for any finite bounds.
pub(super) fn middle((low, high): (f64, f64)) -> f64 {
    low / 2.0 + high / 2.0
}

/// 2^-23, of `f32`.
pub(super) const EPSILON: f64 = f32::EPSILON as f64;
