//! The matrix as `docs/stream.md` has it, one element at a time, and once more as a textbook would.

use ndarray::{Array1, Array2, Axis};

use crate::engine::element::Draw;
use crate::num::float::wide;

/// The page's section "Orthogonal matrices": a tall matrix, to the bit.
pub(super) fn specified<D: Draw>((m, n): (usize, usize), draw: impl Fn(u64) -> D) -> Array2<D> {
    let mut v = Array2::<D>::zeros((m, n));
    let mut q = Array2::<D>::zeros((m, n));
    for i in 0..n {
        let x: Vec<f64> = (i..m).map(|r| wide(draw((i * m + r) as u64))).collect();
        let mut sums = [0.0; 16];
        for (r, x) in x.iter().enumerate() {
            sums[r % 16] += x * x;
        }
        for half in [8, 4, 2, 1] {
            for lane in 0..half {
                sums[lane] += sums[lane + half];
            }
        }
        let square = sums[0];
        let negative = x[0] < 0.0;
        if m - i == 1 || square == 0.0 {
            q[(i, i)] = if negative { -D::one() } else { D::one() };
            continue;
        }
        let norm = square.sqrt();
        let scale = 1.0 / (square + x[0].abs() * norm).sqrt();
        let first = if negative { x[0] - norm } else { x[0] + norm };
        v[(i, i)] = D::from_f64(first * scale);
        for r in 1..m - i {
            v[(i + r, i)] = D::from_f64(x[r] * scale);
        }
        q[(i, i)] = if negative { D::one() } else { -D::one() };
    }
    for first in (0..n).step_by(64).rev() {
        let last = n.min(first + 64);
        // In stretches of 64 rows.
        let dot = |a: usize, b: &dyn Fn(usize) -> D| {
            (first..m).step_by(64).fold(D::zero(), |total, stretch| {
                let rows = stretch..m.min(stretch + 64);
                total + rows.fold(D::zero(), |sum, r| sum + v[(r, a)] * b(r))
            })
        };
        let mut gram = Array2::<D>::zeros((last - first, last - first));
        for i in first..last {
            for k in i + 1..last {
                gram[(i - first, k - first)] = dot(i, &|r| v[(r, k)]);
            }
        }
        for j in first..n {
            let mut x = vec![D::zero(); last - first];
            for i in (first..last).rev() {
                let mut sum = dot(i, &|r| q[(r, j)]);
                for k in (i + 1..last).rev() {
                    sum = sum - gram[(i - first, k - first)] * x[k - first];
                }
                x[i - first] = sum;
            }
            for r in first..m {
                let sum = (first..last).fold(D::zero(), |sum, i| sum + v[(r, i)] * x[i - first]);
                q[(r, j)] = q[(r, j)] - sum;
            }
        }
    }
    q
}

/// `H_1 ... H_n` times signs, one reflection after the other, in `f64` from the same draws.
pub(super) fn textbook<D: Draw>((m, n): (usize, usize), draw: impl Fn(u64) -> D) -> Array2<f64> {
    let mut q = Array2::from_shape_fn((m, n), |(r, j)| f64::from(u8::from(r == j)));
    for i in (0..n).rev() {
        let x: Array1<f64> = (i..m).map(|r| wide(draw((i * m + r) as u64))).collect();
        let sign = if x[0] < 0.0 { -1.0 } else { 1.0 };
        if x.len() == 1 {
            q[(i, i)] = sign;
            continue;
        }
        let mut u = x.clone();
        u[0] += sign * x.dot(&x).sqrt();
        q[(i, i)] = -sign;
        for mut column in q.columns_mut() {
            let (_, mut column) = column.view_mut().split_at(Axis(0), i);
            let factor = 2.0 * u.dot(&column) / u.dot(&u);
            column.scaled_add(-factor, &u);
        }
    }
    q
}
