//! The normal law.

use std::fmt;

use super::draws::{Affine, Draws, StandardDraw};
use super::skeleton::{EPSILON, Marginal, Skeleton, normal_tail};
use crate::error::{InitError, finite, valid_variance};
use crate::num::root::root_of_product;

#[derive(Clone, Copy, PartialEq)]
pub(super) struct Normal {
    mean: f64,
    variance: f64,
}

impl Normal {
    pub(super) fn new(mean: f64, variance: f64) -> Result<Self, InitError> {
        let mean = finite("mean", mean)?;
        let variance = valid_variance(variance)?;
        Ok(Normal { mean, variance })
    }
}

impl Skeleton for Normal {
    fn mean(&self) -> Option<f64> {
        Some(self.mean)
    }

    fn variance(&self) -> Option<f64> {
        Some(self.variance)
    }

    fn kurtosis(&self) -> Option<f64> {
        Some(3.0)
    }

    fn support(&self, _: f64) -> Option<(f64, f64)> {
        Some((f64::NEG_INFINITY, f64::INFINITY))
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Affine(Affine {
            draw: StandardDraw::Normal,
            middle: self.mean * factor.sqrt(),
            spread: root_of_product(self.variance, factor),
            bounds: None,
        })
    }

    fn constant(&self, factor: f64) -> Option<f64> {
        (self.variance == 0.0).then(|| self.mean * factor.sqrt())
    }

    fn marginal(&self, factor: f64) -> Option<Marginal> {
        let std = root_of_product(self.variance, factor);
        Some(marginal(self.mean * factor.sqrt(), std))
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mean, variance) = (self.mean * factor.sqrt(), self.variance * factor);
        write!(f, "Law::normal({mean:?}, {variance:?})")
    }

    fn words(&self, _: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("normal")
    }
}

/// What a check knows of a normal value.
pub(crate) fn marginal(mean: f64, std: f64) -> Marginal {
    Marginal {
        centre: mean,
        mean: Some(0.0),
        cdf: Some(Box::new(move |x| normal_tail(-x / std))),
        is_normal: true,
        grid: std * EPSILON,
        bias: 0.0,
        limits: None,
        eighth_moment: Some(105.0),
    }
}
