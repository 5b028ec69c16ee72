//! Orthogonal matrices, made before they are read.

use std::ops::Range;

use ndarray::ArrayViewMut2;

use super::need::Need;
use super::stream::{Cursor, read};
use crate::engine::element::Draw;
use crate::engine::haar;
use crate::engine::transform::Transform;
use crate::key::Key;
use crate::law::Frames;
use crate::num::float::wide;

/// Those matrices of a weight that a stretch of the flat order touches.
pub(super) struct Matrices<'a, D> {
    frames: &'a Frames,
    /// The number of the first.
    first: u64,
    /// One after the other, each row by row.
    values: Vec<D>,
}

/// Calls `make` with the number of each matrix, if `spread` on threads.
fn for_each<D: Send>(
    values: &mut [D],
    size: usize,
    spread: bool,
    make: impl Fn(usize, &mut [D]) + Sync,
) {
    let size = size.max(1);
    #[cfg(feature = "parallel")]
    if spread && values.len() > size {
        use rayon::iter::{IndexedParallelIterator, ParallelIterator};
        use rayon::slice::ParallelSliceMut;
        let matrices = values.par_chunks_exact_mut(size).enumerate();
        matrices.for_each(|(number, matrix)| make(number, matrix));
        return;
    }
    #[cfg(not(feature = "parallel"))]
    let _ = spread;
    let matrices = values.chunks_exact_mut(size).enumerate();
    matrices.for_each(|(number, matrix)| make(number, matrix));
}

impl<'a, D: Draw> Matrices<'a, D> {
    /// The matrices between two flat indices. That of number `b` takes the draws of `key` from
    /// position `b` times its number of elements on.
    pub(super) fn new(frames: &'a Frames, key: &Key, hull: (u64, u64)) -> Self {
        let Range { start, end } = frames.between(hull);
        let (rows, columns) = (frames.rows, frames.columns);
        let size = rows * columns;
        let mut values = vec![D::zero(); ((end - start) * size) as usize];
        let transform = Transform::Normal {
            mean: D::parts(0.0),
            std: D::one(),
        };
        let shape = (rows as usize, columns as usize);
        let make = |number: u64, matrix: &mut [D]| {
            let normals = || {
                let mut cursor = Cursor::new(key);
                let transform = &transform;
                move |from: u64, out: &mut [D]| {
                    read(&mut cursor, key, transform, number * size + from, out);
                }
            };
            if let Ok(view) = ArrayViewMut2::from_shape(shape, matrix) {
                haar::fill_orthogonal(view, normals, |value: D| value.max(-D::one()).min(D::one()));
            }
        };
        // Large ones after each other, since what one takes beside it is as large; each is spread over
        // threads by itself.
        let spread = size <= haar::SPREAD;
        for_each(&mut values, size as usize, spread, |number, matrix| {
            make(start + number as u64, matrix);
        });
        Matrices {
            frames,
            first: start,
            values,
        }
    }

    /// What [`new`](Matrices::new) takes; `None` if more than can be counted.
    pub(super) fn needed(frames: &Frames, hull: (u64, u64)) -> Option<Need> {
        let Range { start, end } = frames.between(hull);
        if start == end {
            return Some(Need::default());
        }
        let bytes = |elements: u64| elements.checked_mul(size_of::<D>() as u64);
        // No more than the number of elements of the weight, and so it does not wrap.
        let held = (end - start) * (frames.rows * frames.columns);
        Some(Need {
            held: bytes(held)?,
            passing: bytes(haar::needed_beside(
                frames.rows,
                frames.columns,
                haar::threads(),
            )?)?,
        })
    }

    /// The values of the elements from flat index `start` on.
    pub(super) fn read(&self, scale: f64, start: u64, out: &mut [D]) {
        let Frames { rows, columns, .. } = *self.frames;
        let size = rows * columns;
        let finish = |value: &D| D::from_f64(wide(*value) * scale);
        if self.frames.is_in_order() {
            let start = (start - self.first * size) as usize;
            for (value, out) in self.values[start..].iter().zip(out) {
                *out = finish(value);
            }
            return;
        }
        for (index, out) in (start..).zip(out) {
            *out = match self.frames.at(index) {
                Some(at) => {
                    let at = (at.matrix - self.first) * size + at.row * columns + at.column;
                    finish(&self.values[at as usize])
                }
                None => D::zero(),
            };
        }
    }
}
