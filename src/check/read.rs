//! The values of an array in row-major order, from any index on.

use ndarray::{ArrayView1, ArrayViewD, Axis, Ix1, Slice};

use crate::engine::Element;
use crate::num::float::wide;

/// An array of any memory order.
pub(super) struct Values<'a, F> {
    array: ArrayViewD<'a, F>,
}

impl<'a, F: Element> Values<'a, F> {
    pub(super) fn new(array: &ArrayViewD<'a, F>) -> Self {
        Values {
            array: array.clone(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.array.len()
    }

    pub(super) fn shape(&self) -> &[usize] {
        self.array.shape()
    }

    #[inline]
    /// The values from a flat index on, as many as `out` has places; there are as many.
    pub(super) fn read(&self, from: usize, out: &mut [f64]) {
        if let Some(slice) = self.array.as_slice() {
            for (value, out) in slice[from..].iter().zip(out) {
                *out = wide(*value);
            }
            return;
        }
        let len = self.array.shape().last().copied().unwrap_or(1);
        let (mut row, mut column) = (from / len, from % len);
        let mut out = out;
        while !out.is_empty() {
            let take = out.len().min(len - column);
            let (here, rest) = out.split_at_mut(take);
            let lane = self.row(row);
            let lane = lane.slice_axis(Axis(0), Slice::from(column..column + take));
            for (value, out) in lane.iter().zip(here) {
                *out = wide(*value);
            }
            (row, column, out) = (row + 1, 0, rest);
        }
    }

    /// A row along the last axis.
    fn row(&self, mut number: usize) -> ArrayView1<'_, F> {
        let shape = self.array.shape();
        let mut view = self.array.view();
        let Some(outer) = shape.len().checked_sub(1) else {
            return view.insert_axis(Axis(0)).into_shape_1();
        };
        for axis in (0..outer).rev() {
            view.collapse_axis(Axis(axis), number % shape[axis]);
            number /= shape[axis];
        }
        for _ in 0..outer {
            view = view.index_axis_move(Axis(0), 0);
        }
        view.into_shape_1()
    }
}

trait IntoShape1<'a, F> {
    fn into_shape_1(self) -> ArrayView1<'a, F>;
}

impl<'a, F> IntoShape1<'a, F> for ArrayViewD<'a, F> {
    /// The view, which has one axis.
    fn into_shape_1(self) -> ArrayView1<'a, F> {
        self.into_dimensionality::<Ix1>()
            .unwrap_or_else(|_| ArrayView1::from(&[]))
    }
}
