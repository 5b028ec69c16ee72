//! Random orthogonal matrices at the centre of a kernel.

use std::fmt;

use super::draws::Draws;
use super::shape::{Frames, Grid, Moments};
use super::skeleton::Skeleton;
use crate::error::InitError;
use crate::weight::{Dims, Weight};
use crate::word::Centre;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct DeltaOrthogonal {
    frames: Frames,
    moments: Moments,
    centre: Centre,
}

impl DeltaOrthogonal {
    pub(super) fn new(weight: &Weight, centre: Centre) -> Result<Self, InitError> {
        let grid = Grid::of_matrices(weight, "a delta-orthogonal law")?;
        let frames = Frames::at_the_centre(grid, centre);
        Ok(DeltaOrthogonal {
            moments: frames.moments(),
            frames,
            centre,
        })
    }
}

impl Skeleton for DeltaOrthogonal {
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
        let (gain, centre) = (factor.sqrt(), self.centre);
        write!(
            f,
            "Law::delta_orthogonal(&weight, {gain:?}, Centre::{centre:?})"
        )
    }

    fn words(&self, _: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("delta-orthogonal")
    }
}
