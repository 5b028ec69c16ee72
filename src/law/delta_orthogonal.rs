//! Random orthogonal matrices at the centre of a kernel.

use std::fmt;

use super::draws::Draws;
use super::shape::{Frames, Grid, Moments};
use super::skeleton::Shaped;
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

impl Shaped for DeltaOrthogonal {
    fn moments(&self) -> &Moments {
        &self.moments
    }

    fn shape(&self) -> &Dims {
        self.frames.shape()
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

    fn code(&self, gain: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let centre = self.centre;
        write!(
            f,
            "Law::delta_orthogonal(&weight, {gain:?}, Centre::{centre:?})"
        )
    }

    fn words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("delta-orthogonal")
    }
}
