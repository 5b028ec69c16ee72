//! One size with a random sign.

use std::fmt;

use super::draws::{Affine, Draws, StandardDraw};
use super::skeleton::Skeleton;
use crate::error::{InitError, non_negative, normal_or_zero};

#[derive(Clone, Copy, PartialEq)]
pub(super) struct Signs {
    size: f64,
    variance: f64,
}

impl Signs {
    pub(super) fn new(size: f64) -> Result<Self, InitError> {
        let size = non_negative("size", size)?;
        let variance = normal_or_zero("square of the size", size * size, size > 0.0)?;
        Ok(Signs { size, variance })
    }
}

impl Skeleton for Signs {
    fn mean(&self) -> Option<f64> {
        Some(0.0)
    }

    fn variance(&self) -> Option<f64> {
        Some(self.variance)
    }

    fn kurtosis(&self) -> Option<f64> {
        Some(1.0)
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        let size = self.size * factor.sqrt();
        Some((-size, size))
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Affine(Affine {
            draw: StandardDraw::Sign,
            middle: 0.0,
            spread: self.size * factor.sqrt(),
            bounds: None,
        })
    }

    fn constant(&self, _: f64) -> Option<f64> {
        (self.size == 0.0).then_some(0.0)
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Law::signs({:?})", self.size * factor.sqrt())
    }

    fn words(&self, _: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("random signs of one size")
    }
}
