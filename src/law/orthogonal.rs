//! Random orthogonal matrices.

use std::fmt;

use super::draws::Draws;
use super::shape::{Frames, Grid, Moments};
use super::skeleton::Shaped;
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

impl Shaped for Orthogonal {
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
        write!(f, "Law::orthogonal(&weight, {gain:?})")
    }

    fn words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("orthogonal")
    }
}
