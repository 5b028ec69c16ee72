//! One value in one gate of a recurrent layer: one of several equal shares of the outputs.

use std::fmt;

use super::draws::{Draws, Pattern};
use super::shape::{Grid, Moments};
use super::skeleton::Shaped;
use crate::error::InitError;
use crate::weight::{Dims, Weight};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gate {
    grid: Grid,
    moments: Moments,
    gates: u64,
    which: u64,
}

impl Gate {
    pub(super) fn new(weight: &Weight, gates: u64, which: u64) -> Result<Self, InitError> {
        let grid = Grid::new(weight);
        if which >= gates {
            return Err(InitError::InvalidParameter {
                name: "number of the gate",
                value: which as f64,
                rule: "below that of the gates",
            });
        }
        if grid.features() % gates != 0 {
            return Err(InitError::InvalidParameter {
                name: "number of outputs of a weight with gates",
                value: grid.features() as f64,
                rule: "a multiple of the number of its gates (4 of an LSTM)",
            });
        }
        Ok(Gate {
            moments: Moments::of_ones(1.0 / gates as f64),
            grid,
            gates,
            which,
        })
    }
}

impl Pattern for Gate {
    fn value(&self, index: u64) -> f64 {
        let len = (self.grid.features() / self.gates).max(1);
        f64::from(self.grid.at(index).feature / len == self.which)
    }
}

impl Shaped for Gate {
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
        let (gates, which) = (self.gates, self.which);
        write!(f, "Law::gate(&weight, {gain:?}, {gates}, {which})")
    }

    fn words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (gates, which) = (self.gates, self.which);
        write!(f, "constant in block {which} of {gates}")
    }
}
