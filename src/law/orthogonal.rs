//! Random orthogonal matrices.

use std::fmt;

use super::draws::Draws;
use super::shape::{Frames, Grid, Moments};
use super::skeleton::Skeleton;
use crate::error::InitError;
use crate::weight::{Dims, Weight};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Orthogonal {
    frames: Frames,
    moments: Moments,
}

impl Orthogonal {
    pub(super) fn new(weight: &Weight) -> Result<Self, InitError> {
        let frames = Frames::over_all_taps(Grid::of_matrices(weight, "an orthogonal law")?);
        let moments = frames.moments();
        Ok(Orthogonal { frames, moments })
    }
}

impl Skeleton for Orthogonal {
    fn mean(&self) -> Option<f64> {
        Some(self.moments.mean)
    }

    fn variance(&self) -> Option<f64> {
        Some(self.moments.variance)
    }

    fn kurtosis(&self) -> Option<f64> {
        self.moments.kurtosis
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        Some(self.moments.scaled_support(factor.sqrt()))
    }

    fn shape(&self) -> Option<&Dims> {
        Some(self.frames.shape())
    }

    fn spread(&self) -> Option<f64> {
        Some(self.moments.spread)
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Frames {
            frames: &self.frames,
            scale: factor.sqrt(),
        }
    }

    fn is_elementwise(&self) -> bool {
        false
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gain = factor.sqrt();
        write!(f, "Law::orthogonal(&weight, {gain:?})")
    }

    fn words(&self, _: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("orthogonal")
    }
}
