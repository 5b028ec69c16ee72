//! Chosen connections of units.

use super::Grid;
use crate::weight::Dims;

/// A number of connections that every unit keeps.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Connections {
    grid: Grid,
    pub(crate) unit: Unit,
    /// How many each keeps.
    pub(crate) kept: u64,
}

/// What a unit is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Unit {
    Output,
    Input,
}

impl Unit {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Unit::Output => "output",
            Unit::Input => "input",
        }
    }
}

impl Connections {
    pub(crate) fn new(grid: Grid, unit: Unit, kept: u64) -> Self {
        Connections { grid, unit, kept }
    }

    /// The number of units of a batch.
    fn units_of_batch(&self) -> u64 {
        match self.unit {
            Unit::Output => self.grid.outputs,
            Unit::Input => self.grid.inputs,
        }
    }

    /// The number of units of all batches.
    pub(crate) fn units(&self) -> u64 {
        self.units_of_batch().saturating_mul(self.grid.batches)
    }

    /// How many connections a unit has, of which it keeps some.
    pub(crate) fn of_unit(&self) -> u64 {
        let others = match self.unit {
            Unit::Output => self.grid.inputs,
            Unit::Input => self.grid.outputs,
        };
        others.saturating_mul(self.grid.taps)
    }

    /// The number of an element's unit, and of the connection within it.
    pub(crate) fn at(&self, index: u64) -> (u64, u64) {
        let at = self.grid.at(index);
        let of_batch = at.batch * self.units_of_batch();
        match self.unit {
            Unit::Output => (of_batch + at.output, at.column),
            Unit::Input => (of_batch + at.input, at.output * self.grid.taps + at.tap),
        }
    }

    /// The units between two flat indices, or more.
    pub(crate) fn between(&self, hull: (u64, u64)) -> std::ops::Range<u64> {
        let batches = self.grid.batches_between(hull);
        match self.unit {
            // Where flat order is also output by output.
            Unit::Output if self.grid.is_in_order() && !batches.is_empty() => {
                self.at(hull.0).0..self.at(hull.1 - 1).0 + 1
            }
            _ => batches.start * self.units_of_batch()..batches.end * self.units_of_batch(),
        }
    }

    pub(crate) fn shape(&self) -> &Dims {
        self.grid.shape()
    }
}
