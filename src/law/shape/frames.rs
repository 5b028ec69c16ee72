//! Orthogonal matrices in a weight.

use super::{Grid, Moments};
use crate::weight::Dims;
use crate::word::Centre;

/// A matrix for every batch: a row for an output and a column for an input, or for an input and tap.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frames {
    grid: Grid,
    /// The tap at which the matrix lies, with zeros at all others; `None` if its columns count taps.
    tap: Option<u64>,
    pub(crate) rows: u64,
    pub(crate) columns: u64,
}

/// Where an element lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) matrix: u64,
    pub(crate) row: u64,
    pub(crate) column: u64,
}

impl Frames {
    pub(crate) fn over_all_taps(grid: Grid) -> Self {
        Frames {
            rows: grid.outputs,
            // A product of lengths of the weight, and so it does not wrap.
            columns: grid.inputs.saturating_mul(grid.taps),
            tap: None,
            grid,
        }
    }

    pub(crate) fn at_the_centre(grid: Grid, centre: Centre) -> Self {
        Frames {
            rows: grid.outputs,
            columns: grid.inputs,
            tap: Some(grid.centre(centre)),
            grid,
        }
    }

    /// Where an element lies; `None` for one that is 0 by its index.
    pub(crate) fn at(&self, index: u64) -> Option<Entry> {
        let at = self.grid.at(index);
        let column = match self.tap {
            Some(tap) if at.tap != tap => return None,
            Some(_) => at.input,
            None => at.column,
        };
        Some(Entry {
            matrix: at.batch,
            row: at.output,
            column,
        })
    }

    /// Whether zeros lie around the matrices.
    pub(crate) fn is_padded(&self) -> bool {
        self.tap.is_some()
    }

    /// The number of matrices.
    pub(crate) fn count(&self) -> u64 {
        self.grid.batches
    }

    /// Whether flat order is matrix by matrix, row by row, without anything between them.
    pub(crate) fn is_in_order(&self) -> bool {
        self.tap.is_none() && self.grid.is_in_order()
    }

    /// Whether flat order is matrix by matrix.
    pub(crate) fn is_one_by_one(&self) -> bool {
        self.grid.is_batch_by_batch()
    }

    /// The matrices between two flat indices; all of them where they are not one by one.
    pub(crate) fn between(&self, hull: (u64, u64)) -> std::ops::Range<u64> {
        self.grid.batches_between(hull)
    }

    pub(crate) fn shape(&self) -> &Dims {
        self.grid.shape()
    }

    /// Those of an entry of a uniformly distributed frame, by symmetry and `|row|^2 = 1`.
    pub(crate) fn moments(&self) -> Moments {
        let n = (self.rows as f64).max(match self.tap {
            Some(_) => self.grid.inputs as f64,
            None => self.grid.inputs as f64 * self.grid.taps as f64,
        });
        let share = match self.tap {
            Some(_) => 1.0 / self.grid.taps as f64,
            None => 1.0,
        };
        Moments::mixed(share, [1.0 / n, 3.0 / (n * (n + 2.0))], (-1.0, 1.0))
    }
}
