//! Outputs that stand for several in a row.

use crate::error::InitError;
use crate::weight::{Dims, Weight};

/// How the outputs of a weight repeat those of a smaller one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Repetition {
    /// Outputs that have the same values.
    pub(crate) times: u64,
    /// In the larger weight, the axis of its outputs, the elements of a step along it, and its
    /// length.
    pub(crate) axis: usize,
    pub(crate) inner: u64,
    pub(crate) outputs: u64,
    shape: Dims,
}

impl Repetition {
    /// A repetition of the outputs of `weight`.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] unless it has one axis of outputs.
    pub(crate) fn new(weight: &Weight, times: u64) -> Result<Self, InitError> {
        let (axis, inner, outputs) = weight.step_of_outputs()?;
        Ok(Repetition {
            times,
            axis,
            inner,
            outputs,
            shape: weight.dims(),
        })
    }

    /// The shape of the larger weight.
    pub(crate) fn shape(&self) -> &Dims {
        &self.shape
    }

    /// The flat index in the smaller weight of an element of the larger.
    pub(crate) fn base(&self, index: u64) -> u64 {
        let (row, within) = (index / self.inner, index % self.inner);
        // Outputs are numbered within whatever comes before their axis.
        let (outer, output) = (row / self.outputs, row % self.outputs);
        (outer * (self.outputs / self.times) + output / self.times) * self.inner + within
    }

    /// What of the smaller weight lies behind a stretch of the larger one.
    pub(crate) fn base_hull(&self, (start, end): (u64, u64)) -> (u64, u64) {
        if start >= end {
            return (0, 0);
        }
        // A whole step of the outputs on either side: within one, indices run from its start.
        let first = self.base(start) / self.inner * self.inner;
        (
            first,
            self.base(end - 1) / self.inner * self.inner + self.inner,
        )
    }

    /// The flat index in the larger weight of the first element that has the value of one of the
    /// smaller.
    pub(crate) fn first_copy(&self, base: u64) -> u64 {
        let (row, within) = (base / self.inner, base % self.inner);
        // What comes before the axis of the outputs is the same in both, and so rows only stretch.
        row * self.times * self.inner + within
    }

    /// Whether an element is one of an output that is the first of its copies.
    pub(crate) fn is_first(&self, index: u64) -> bool {
        let output = index / self.inner.max(1) % self.outputs.max(1);
        output % self.times.max(1) == 0
    }
}
