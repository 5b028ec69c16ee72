//! What the indices of a weight mean.

use crate::error::InitError;
use crate::weight::{Dims, LogicalAxis, Weight};
use crate::word::{Centre, Role};

/// What the indices of a weight mean: batches of outputs, inputs and taps.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grid {
    /// The shape of the weight.
    shape: Dims,
    axes: Vec<LogicalAxis>,
    pub(crate) batches: u64,
    /// 1 without such an axis.
    pub(crate) outputs: u64,
    pub(crate) inputs: u64,
    /// Places of the kernel; 1 without one.
    pub(crate) taps: u64,
    /// The tap in the kernel's centre, for either reading of it.
    centres: [u64; 2],
}

/// What a row-major flat index means.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Coordinates {
    pub(crate) batch: u64,
    pub(crate) output: u64,
    pub(crate) input: u64,
    pub(crate) tap: u64,
    /// The number of the input and tap together.
    pub(crate) column: u64,
    /// The number of the output, or of the element of a vector.
    pub(crate) feature: u64,
}

impl Grid {
    pub(crate) fn new(weight: &Weight) -> Self {
        let axes = weight.logical_axes();
        let of = |role: Role| {
            let lens = axes.iter().filter(|axis| axis.role == role);
            lens.fold(1_u64, |product, axis| product.saturating_mul(axis.len))
        };
        let centre = |centre: Centre| {
            let kernel = axes.iter().filter(|axis| axis.role == Role::Kernel);
            kernel.fold(0_u64, |number, axis| {
                number.saturating_mul(axis.len) + centre.of(axis.len)
            })
        };
        Grid {
            shape: weight.dims(),
            batches: of(Role::Batch),
            outputs: of(Role::Output),
            inputs: of(Role::Input),
            taps: of(Role::Kernel),
            centres: [centre(Centre::Upper), centre(Centre::Lower)],
            axes,
        }
    }

    /// The grid of a weight that has matrices of outputs and inputs.
    ///
    /// # Errors
    ///
    /// [`InitError::NotAMatrix`], with the law's name and article, if it has no axis of outputs or
    /// none of inputs.
    pub(crate) fn of_matrices(weight: &Weight, law: &'static str) -> Result<Self, InitError> {
        let grid = Grid::new(weight);
        let has = |role| grid.axes.iter().any(|axis| axis.role == role);
        // A kernel without an axis of inputs has one input: a depthwise convolution of Keras.
        if has(Role::Output) && (has(Role::Input) || has(Role::Kernel)) {
            Ok(grid)
        } else {
            Err(InitError::NotAMatrix {
                law,
                shape: weight.shape().to_vec(),
                reading: weight.reading().to_string(),
            })
        }
    }

    pub(crate) fn shape(&self) -> &Dims {
        &self.shape
    }

    pub(crate) fn centre(&self, centre: Centre) -> u64 {
        self.centres[centre as usize]
    }

    /// The lengths of the kernel's axes.
    pub(crate) fn kernel(&self) -> impl DoubleEndedIterator<Item = u64> {
        let axes = self.axes.iter().filter(|axis| axis.role == Role::Kernel);
        axes.map(|axis| axis.len)
    }

    /// The number of outputs, or of elements of a vector.
    pub(crate) fn features(&self) -> u64 {
        let axes = self.axes.iter();
        let axes = axes.filter(|axis| matches!(axis.role, Role::Output | Role::Unnamed));
        axes.fold(1, |product: u64, axis| product.saturating_mul(axis.len))
    }

    /// The meaning of a row-major flat index.
    pub(crate) fn at(&self, mut index: u64) -> Coordinates {
        let mut at = Coordinates::default();
        // What a step along the axis at hand adds to each number.
        let mut step = Coordinates {
            batch: 1,
            output: 1,
            input: 1,
            tap: 1,
            column: 1,
            feature: 1,
        };
        for &LogicalAxis { role, len } in self.axes.iter().rev() {
            let digit = index % len.max(1);
            index /= len.max(1);
            let count = |number: &mut u64, step: &mut u64| {
                *number += digit * *step;
                *step = step.saturating_mul(len);
            };
            match role {
                Role::Batch => count(&mut at.batch, &mut step.batch),
                Role::Output => count(&mut at.output, &mut step.output),
                Role::Input => {
                    count(&mut at.input, &mut step.input);
                    count(&mut at.column, &mut step.column);
                }
                Role::Kernel => {
                    count(&mut at.tap, &mut step.tap);
                    count(&mut at.column, &mut step.column);
                }
                Role::Unnamed => {}
            }
            if matches!(role, Role::Output | Role::Unnamed) {
                count(&mut at.feature, &mut step.feature);
            }
        }
        at
    }

    /// Whether flat order is batch by batch, output by output, column by column.
    pub(crate) fn is_in_order(&self) -> bool {
        let rank = |role: Role| match role {
            Role::Batch => 0,
            Role::Output => 1,
            _ => 2,
        };
        self.axes
            .windows(2)
            .all(|pair| rank(pair[0].role) <= rank(pair[1].role))
    }

    /// Whether flat order is batch by batch.
    pub(crate) fn is_batch_by_batch(&self) -> bool {
        let is_batch = |axis: &LogicalAxis| axis.role == Role::Batch;
        self.axes
            .windows(2)
            .all(|pair| is_batch(&pair[0]) || !is_batch(&pair[1]))
    }

    /// The batches between two flat indices; where flat order is not batch by batch, all of them.
    pub(crate) fn batches_between(&self, (start, end): (u64, u64)) -> std::ops::Range<u64> {
        if start >= end {
            0..0
        } else if self.is_batch_by_batch() {
            self.at(start).batch..self.at(end - 1).batch + 1
        } else {
            0..self.batches
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Coordinates, Grid};
    use crate::{Axis, Conv, Layout, Weight};

    #[test]
    fn a_grouped_convolution() {
        let weight = Weight::new(Conv::new([2, 3]).inputs(6).outputs(4).groups(2)).unwrap();
        let grid = Grid::new(&weight);
        assert_eq!((grid.batches, grid.outputs, grid.inputs), (2, 2, 3));
        // Output 3 of 4 is output 1 of group 1.
        let index = 3 * 18 + 2 * 6 + 5;
        let expected = Coordinates {
            batch: 1,
            output: 1,
            input: 2,
            tap: 5,
            column: 17,
            feature: 1,
        };
        assert_eq!(grid.at(index), expected);
        assert!(grid.is_in_order() && grid.is_batch_by_batch());
    }

    #[test]
    fn other_orders() {
        let hwio = Weight::new(Conv::new([3]).inputs(2).outputs(5).layout(Layout::HWIO)).unwrap();
        let grid = Grid::new(&hwio);
        let at = grid.at(2 * 10 + 5 + 4);
        assert_eq!((at.tap, at.input, at.output), (2, 1, 4));
        assert_eq!(at.column, 5);
        assert!(!grid.is_in_order() && grid.is_batch_by_batch());
        let heads = Weight::from_axes([Axis::Input(3), Axis::Batch(2), Axis::Output(2)]).unwrap();
        assert!(!Grid::new(&heads).is_batch_by_batch());
    }
}
