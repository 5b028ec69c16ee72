//! Orthogonal matrices, made before they are read.

use std::ops::Range;

use ndarray::ArrayViewMut2;

use super::need::Need;
use super::stream::{Cursor, read};
use crate::engine::element::Draw;
use crate::engine::haar;
use crate::engine::kept::{Cut, OfPart, Piece};
use crate::engine::transform::Transform;
use crate::key::Key;
use crate::law::Frames;
use crate::num::float::wide;

/// Those matrices of a weight that a stretch of the flat order touches.
pub(super) struct Matrices<'a, D> {
    frames: &'a Frames,
    cut: Cut,
    /// The number of the first piece.
    first: u64,
    /// In each, the matrices one after the other, row by row.
    pieces: Vec<Piece<D>>,
}

/// `make` of every piece, if `spread` on threads.
fn each<P: Send>(numbers: &[u64], spread: bool, make: impl Fn(u64) -> P + Sync) -> Vec<P> {
    #[cfg(feature = "parallel")]
    if spread && numbers.len() > 1 {
        use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
        return numbers.par_iter().map(|&number| make(number)).collect();
    }
    #[cfg(not(feature = "parallel"))]
    let _ = spread;
    numbers.iter().map(|&number| make(number)).collect()
}

impl<'a, D: Draw> Matrices<'a, D> {
    /// The matrices between two flat indices. That of number `b` takes the draws of `key` from
    /// position `b` times its number of elements on.
    pub(super) fn new(frames: &'a Frames, key: &Key, hull: (u64, u64), kept: &OfPart) -> Self {
        let (rows, columns) = (frames.rows, frames.columns);
        let size = rows * columns;
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
        let (cut, numbers) = Self::cut(frames, hull);
        let first = numbers.start;
        // Large matrices are made one after the other, since each needs scratch memory of its own
        // size; each is spread over the threads.
        let spread = size <= haar::SPREAD;
        let pieces = D::matrices(kept).get(numbers, |missing| {
            each(missing, spread, |piece| {
                let items = cut.items(piece);
                let mut values = vec![D::zero(); ((items.end - items.start) * size) as usize];
                let matrices = values.chunks_exact_mut((size as usize).max(1));
                for (number, matrix) in items.zip(matrices) {
                    make(number, matrix);
                }
                values
            })
        });
        Matrices {
            frames,
            cut,
            first,
            pieces,
        }
    }

    /// How the matrices are cut into pieces, and those between two flat indices.
    fn cut(frames: &Frames, hull: (u64, u64)) -> (Cut, Range<u64>) {
        let cut = Cut::new(frames.count(), frames.rows * frames.columns);
        (cut, cut.pieces(&frames.between(hull)))
    }

    /// What [`new`](Matrices::new) takes; `None` if more than can be counted.
    pub(super) fn needed(frames: &Frames, hull: (u64, u64), kept: &OfPart) -> Option<Need> {
        let (cut, pieces) = Self::cut(frames, hull);
        if pieces.is_empty() {
            return Some(Need::default());
        }
        let bytes = |elements: u64| elements.checked_mul(size_of::<D>() as u64);
        let first = cut.items(pieces.start);
        // No more than the number of elements of the weight, and so it does not wrap.
        let piece = (first.end - first.start) * (frames.rows * frames.columns);
        let passing = haar::needed_beside(frames.rows, frames.columns, haar::threads())?;
        let missing = D::matrices(kept).count_missing(&pieces);
        Need::of_pieces(missing, bytes(piece)?, bytes(passing)?)
    }

    /// The values of the elements from flat index `start` on.
    pub(super) fn read(&self, scale: f64, start: u64, out: &mut [D]) {
        let Frames { rows, columns, .. } = *self.frames;
        let size = rows * columns;
        let finish = |value: &D| D::from_f64(wide(*value) * scale);
        // The piece that holds an element's matrix, and where in it the matrix begins.
        let matrix = |number: u64| {
            let (piece, within) = self.cut.at(number);
            (&self.pieces[(piece - self.first) as usize], within * size)
        };
        if self.frames.is_in_order() {
            let (mut index, mut rest) = (start, out);
            while !rest.is_empty() {
                let (piece, from) = matrix(index / size);
                let values = &piece[(from + index % size) as usize..];
                let here = rest.len().min(values.len());
                let (out, after) = std::mem::take(&mut rest).split_at_mut(here);
                for (value, out) in values.iter().zip(out) {
                    *out = finish(value);
                }
                index += here as u64;
                rest = after;
            }
            return;
        }
        for (index, out) in (start..).zip(out) {
            *out = match self.frames.at(index) {
                Some(at) => {
                    let (piece, from) = matrix(at.matrix);
                    finish(&piece[(from + at.row * columns + at.column) as usize])
                }
                None => D::zero(),
            };
        }
    }
}
