//! One value in one of several equal blocks of the outputs, as in a gate of a recurrent layer.

use std::fmt;

use super::draws::{Draws, Pattern};
use super::shape::{Grid, Moments};
use super::skeleton::Skeleton;
use crate::error::InitError;
use crate::weight::{Dims, Weight};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    grid: Grid,
    moments: Moments,
    blocks: u64,
    which: u64,
}

impl Block {
    pub(super) fn new(weight: &Weight, blocks: u64, which: u64) -> Result<Self, InitError> {
        let grid = Grid::new(weight);
        if which >= blocks {
            return Err(InitError::InvalidParameter {
                name: "number of the block",
                value: which as f64,
                rule: "below that of the blocks",
            });
        }
        if grid.features() % blocks != 0 {
            return Err(InitError::InvalidParameter {
                name: "number of outputs of a weight in blocks",
                value: grid.features() as f64,
                rule: "a multiple of the number of its blocks (4 for the gates of an LSTM)",
            });
        }
        Ok(Block {
            moments: Moments::of_ones(1.0 / blocks as f64),
            grid,
            blocks,
            which,
        })
    }
}

impl Pattern for Block {
    fn value(&self, index: u64) -> f64 {
        let len = (self.grid.features() / self.blocks).max(1);
        f64::from(self.grid.at(index).feature / len == self.which)
    }
}

impl Skeleton for Block {
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
        Some(self.grid.shape())
    }

    fn spread(&self) -> Option<f64> {
        Some(self.moments.spread)
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Pattern {
            pattern: self,
            scale: factor.sqrt(),
        }
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, blocks, which) = (factor.sqrt(), self.blocks, self.which);
        write!(f, "Law::block(&weight, {value:?}, {blocks}, {which})")
    }

    fn words(&self, _: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (blocks, which) = (self.blocks, self.which);
        write!(f, "constant in block {which} of {blocks}")
    }
}
