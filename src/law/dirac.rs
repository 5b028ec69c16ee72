//! The identity, at the centre of a kernel.

use std::fmt;

use super::draws::{Draws, Pattern};
use super::shape::{Grid, Moments};
use super::skeleton::Shaped;
use crate::error::InitError;
use crate::weight::{Dims, Weight};
use crate::word::Centre;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dirac {
    grid: Grid,
    moments: Moments,
    centre: Centre,
}

impl Dirac {
    pub(super) fn new(weight: &Weight, centre: Centre) -> Result<Self, InitError> {
        let grid = Grid::of_matrices(weight, "an identity")?;
        let (outputs, inputs) = (grid.outputs as f64, grid.inputs as f64);
        let share = outputs.min(inputs) / (outputs * inputs * grid.taps as f64);
        Ok(Dirac {
            moments: Moments::of_ones(share),
            grid,
            centre,
        })
    }
}

impl Pattern for Dirac {
    fn value(&self, index: u64) -> f64 {
        let at = self.grid.at(index);
        let is_one = at.output == at.input && at.tap == self.grid.centre(self.centre);
        f64::from(is_one)
    }
}

impl Shaped for Dirac {
    fn moments(&self) -> &Moments {
        &self.moments
    }

    fn shape(&self) -> &Dims {
        self.grid.shape()
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Pattern {
            pattern: self,
            scale: factor.sqrt(),
        }
    }

    fn code(&self, gain: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let centre = self.centre;
        write!(f, "Law::dirac(&weight, {gain:?}, Centre::{centre:?})")
    }

    fn words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("identity")
    }
}
