//! The matrix as a textbook would make it. (As `docs/stream.md` does, it is in `engine/reference/`.)

use ndarray::{Array1, Array2, Axis};

use crate::engine::element::Draw;
use crate::num::float::wide;

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
