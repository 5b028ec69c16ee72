//! The order of axes in which a weight is drawn.

use std::sync::Arc;

use crate::weight::dims::PerAxis;

/// In which order of its axes a weight is drawn: draws follow the row-major order of a tensor whose
/// axes stand in this order, and the weight is that one, transposed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Order {
    /// At each place of the order, the number of the weight's axis.
    axes: Arc<[usize]>,
}

impl Order {
    /// `None` for the order that the axes have anyway.
    pub(super) fn new(axes: &[usize]) -> Option<Self> {
        let is_plain = axes.iter().enumerate().all(|(place, &axis)| place == axis);
        (!is_plain).then(|| Order { axes: axes.into() })
    }

    pub(crate) fn axes(&self) -> &[usize] {
        &self.axes
    }

    /// Where an axis of the weight stands in the order.
    pub(super) fn place_of(&self, axis: usize) -> usize {
        let place = self.axes.iter().position(|&own| own == axis);
        place.unwrap_or(axis)
    }

    /// What there is for every axis of the weight, in this order.
    pub(super) fn permuted<T: Copy + Default>(&self, of_axes: &PerAxis<T>) -> PerAxis<T> {
        let of_axes = of_axes.as_slice();
        self.axes.iter().map(|&axis| of_axes[axis]).collect()
    }

    /// From the row-major flat index of an element in a weight of lengths `lens` to the number that it is
    /// drawn as.
    pub(super) fn drawn_index(&self, lens: &[u64]) -> impl Fn(u64) -> u64 + use<> {
        // The length of every axis, and what a step along it is in the order of draws.
        let mut axes: Vec<(u64, u64)> = lens.iter().map(|&len| (len.max(1), 0)).collect();
        let mut step = 1_u64;
        for &axis in self.axes.iter().rev() {
            axes[axis].1 = step;
            step = step.saturating_mul(axes[axis].0);
        }
        move |mut index| {
            let mut drawn = 0;
            for &(len, step) in axes.iter().rev() {
                drawn += index % len * step;
                index /= len;
            }
            drawn
        }
    }

    /// The row-major flat index in a weight of lengths `lens` of the element that is drawn as number
    /// `index`.
    pub(crate) fn stored_index(&self, lens: &[u64], mut index: u64) -> u64 {
        let mut digits = vec![0; lens.len()];
        for &axis in self.axes.iter().rev() {
            let len = lens[axis].max(1);
            digits[axis] = index % len;
            index /= len;
        }
        let pairs = digits.iter().zip(lens);
        pairs.fold(0, |index, (digit, len)| index * len + digit)
    }
}
