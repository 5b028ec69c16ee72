//! From normal draws to bundles of reflectors.

use super::sizes::{BUNDLE, LINE, ROWS, pitch};
use crate::engine::element::Draw;
use crate::num::float::wide;

/// Partial sums of a squared length.
const PARTIAL_SUMS: usize = 16;

/// A bundle of reflections `1 - v v'`, where `|v|^2 = 2`.
pub(super) struct Reflectors<D> {
    /// How many, and the row at which the first begins.
    pub(super) len: usize,
    pub(super) first: usize,
    /// The vectors are the columns, from row `first` on; rows are `BUNDLE` long.
    pub(super) v: Vec<D>,
    /// Above the diagonal, `v' v`.
    pub(super) gram: Vec<D>,
    /// The signs of the matrix's columns from `first` on.
    pub(super) signs: [D; BUNDLE],
}

impl<D: Draw> Reflectors<D> {
    /// The bundle whose first vector is number `first`, for a tall matrix.
    pub(super) fn new(
        first: usize,
        (rows, columns): (usize, usize),
        mut normals: impl FnMut(u64, &mut [D]),
    ) -> Self {
        let len = BUNDLE.min(columns - first);
        let height = (rows - first).next_multiple_of(ROWS);
        let mut v = vec![D::zero(); height * BUNDLE];
        let mut signs = [D::zero(); BUNDLE];
        // A few vectors at once, so that a row of `v` is visited once for all of them.
        let pitch = pitch(rows - first);
        let mut vectors = vec![D::zero(); pitch * LINE.min(len)];
        for from in (0..len).step_by(LINE) {
            let some = LINE.min(len - from);
            for (i, vector) in (from..from + some).zip(vectors.chunks_exact_mut(pitch)) {
                let number = first + i;
                let (above, vector) = vector[..rows - first].split_at_mut(i);
                above.fill(D::zero());
                normals(number as u64 * rows as u64 + number as u64, vector);
                signs[i] = reflector(vector);
            }
            for (r, row) in v
                .chunks_exact_mut(BUNDLE)
                .take(rows - first)
                .enumerate()
                .skip(from)
            {
                for (x, vector) in row[from..from + some]
                    .iter_mut()
                    .zip(vectors.chunks_exact(pitch))
                {
                    *x = vector[r];
                }
            }
        }
        let mut gram = vec![D::zero(); BUNDLE * BUNDLE];
        D::gram(len, &v, &mut gram);
        Reflectors {
            len,
            first,
            v,
            gram,
            signs,
        }
    }
}

/// Makes of `x` the vector of its reflection, and returns the sign of its column. Where there is
/// nothing to reflect, because `x` is 0 or has one element, the vector is 0.
fn reflector<D: Draw>(x: &mut [D]) -> D {
    let first = x.first().copied().map_or(0.0, wide);
    let negative = first < 0.0;
    let square = square(x);
    if x.len() == 1 || square == 0.0 {
        x.fill(D::zero());
        return if negative { -D::one() } else { D::one() };
    }
    let norm = square.sqrt();
    // The vector `x + s |x| e` has the squared length `2 (|x|^2 + |x_1| |x|)`.
    let scale = 1.0 / (square + first.abs() * norm).sqrt();
    for x in &mut *x {
        *x = D::from_f64(wide(*x) * scale);
    }
    let first = if negative { first - norm } else { first + norm };
    if let Some(x) = x.first_mut() {
        *x = D::from_f64(first * scale);
    }
    if negative { D::one() } else { -D::one() }
}

/// `|x|^2`. In `f64`, so that the length of an `f32` vector is off by what its elements' own
/// roundings add up to, and not by one rounding that all of them share.
fn square<D: Draw>(x: &[D]) -> f64 {
    let mut sums = [0.0; PARTIAL_SUMS];
    for x in x.chunks(PARTIAL_SUMS) {
        for (sum, x) in sums.iter_mut().zip(x.iter().copied().map(wide)) {
            *sum += x * x;
        }
    }
    let mut half = PARTIAL_SUMS / 2;
    while half > 0 {
        for i in 0..half {
            sums[i] += sums[i + half];
        }
        half /= 2;
    }
    sums[0]
}
