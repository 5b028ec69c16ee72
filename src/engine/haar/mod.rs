//! Orthogonal matrices, uniformly distributed: one reflector after the other.

use ndarray::{ArrayViewMut2, Axis};

use super::Draw;

/// Fills `view` with `finish` of the elements of a random matrix with orthonormal columns, or rows
/// if it is wide, from `normals(position, out)`.
pub(crate) fn fill<D: Draw, F: Send>(
    mut view: ArrayViewMut2<'_, F>,
    normals: impl Fn(u64, &mut [D]) + Sync,
    finish: impl Fn(D) -> F + Sync,
) {
    if view.nrows() < view.ncols() {
        view = view.reversed_axes();
    }
    let (rows, columns) = view.dim();
    let mut q = vec![0.0_f64; rows * columns];
    for i in (0..columns).rev() {
        let mut x = vec![D::zero(); rows - i];
        normals((i * rows + i) as u64, &mut x);
        let mut x: Vec<f64> = x.iter().map(|x| x.to_f64().unwrap_or(0.0)).collect();
        let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
        let sign = if x[0] < 0.0 { -1.0 } else { 1.0 };
        q[i * columns + i] = if x.len() > 1 { -sign } else { sign };
        if x.len() < 2 || norm == 0.0 {
            continue;
        }
        x[0] += sign * norm;
        let square = x.iter().map(|x| x * x).sum::<f64>();
        for j in i..columns {
            let dot: f64 = (i..rows).map(|r| x[r - i] * q[r * columns + j]).sum();
            for r in i..rows {
                q[r * columns + j] -= 2.0 * dot / square * x[r - i];
            }
        }
    }
    for (row, mut out) in q
        .chunks_exact(columns.max(1))
        .zip(view.axis_iter_mut(Axis(0)))
    {
        for (x, out) in row.iter().zip(&mut out) {
            *out = finish(D::from_f64(*x));
        }
    }
}
