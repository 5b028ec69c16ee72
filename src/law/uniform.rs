//! The uniform law.

use std::fmt;

use super::draws::{Affine, Draws, StandardDraw};
use super::skeleton::{EPSILON, Marginal, Skeleton, middle};
use crate::error::{InitError, finite, normal_or_zero, valid_variance};
use crate::num::root::root_of_product;

#[derive(Clone, Copy, PartialEq)]
pub(super) struct Uniform {
    bounds: (f64, f64),
    /// The square of half the width beside the bounds, so that a root is taken once.
    half_squared: f64,
    variance: f64,
}

impl Uniform {
    /// Between two bounds, which may be equal.
    pub(super) fn new(low: f64, high: f64) -> Result<Self, InitError> {
        let (low, high) = (finite("low", low)?, finite("high", high)?);
        if high < low {
            return Err(InitError::InvalidParameter {
                name: "high",
                value: high,
                rule: "at least the lower bound",
            });
        }
        let half = high / 2.0 - low / 2.0;
        let name = "square of half the width";
        let half_squared = normal_or_zero(name, half * half, low < high)?;
        Ok(Uniform {
            bounds: (low, high),
            half_squared,
            variance: half_squared / 3.0,
        })
    }

    /// The law of mean 0 and that variance, which may be 0.
    pub(super) fn centred(variance: f64) -> Result<Self, InitError> {
        let variance = valid_variance(variance)?;
        let half_squared = normal_or_zero("3 times the variance", 3.0 * variance, variance > 0.0)?;
        let half = half_squared.sqrt();
        Ok(Uniform {
            // Not -0, which would be drawn.
            bounds: (0.0 - half, half),
            half_squared,
            variance,
        })
    }

    fn affine(&self, factor: f64) -> (f64, f64, (f64, f64)) {
        let root = factor.sqrt();
        let half = root_of_product(self.half_squared, factor);
        let middle = middle(self.bounds) * root;
        // A centred law has its bounds from the one root, or a chain of factors could leave them one
        // rounding away from it.
        let bounds = if middle == 0.0 {
            (-half, half)
        } else {
            (self.bounds.0 * root, self.bounds.1 * root)
        };
        (middle, half, bounds)
    }
}

impl Skeleton for Uniform {
    fn mean(&self) -> Option<f64> {
        self.constant(1.0).or(Some(middle(self.bounds)))
    }

    fn variance(&self) -> Option<f64> {
        Some(self.variance)
    }

    fn kurtosis(&self) -> Option<f64> {
        Some(1.8)
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        Some(self.affine(factor).2)
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        let (middle, half, bounds) = self.affine(factor);
        Draws::Affine(Affine {
            draw: StandardDraw::Uniform,
            middle,
            spread: half,
            bounds: Some(bounds),
        })
    }

    fn constant(&self, factor: f64) -> Option<f64> {
        (self.bounds.0 == self.bounds.1).then(|| self.bounds.0 * factor.sqrt())
    }

    fn marginal(&self, factor: f64) -> Option<Marginal> {
        let (_, half, (low, high)) = self.affine(factor);
        // From the lower bound on: the middle of bounds that are close to each other is rounded.
        let width = high / 2.0 - low / 2.0;
        let cdf = move |x: f64| (x / 2.0 / width).clamp(0.0, 1.0);
        Some(Marginal {
            centre: low,
            mean: Some(width),
            cdf: Some(Box::new(cdf)),
            is_normal: false,
            grid: half * EPSILON,
            bias: 0.0,
            limits: Some((0.0, 2.0 * width)),
            eighth_moment: Some(9.0),
        })
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.affine(factor).2;
        write!(f, "Law::uniform({low:?}, {high:?})")
    }

    fn words(&self, _: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("uniform")
    }
}
