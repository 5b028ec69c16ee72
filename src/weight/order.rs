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
