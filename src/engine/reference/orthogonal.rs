//! Orthogonal matrices.

use super::{
    conventions::Real,
    keys::Key,
    normal,
    patterns::is_centre,
    places::{Axes, Place, Role, len, product},
    rounding::Element,
    words::BLOCK,
};

/// A tall matrix, by column: `q[j][r]`. `z` are the draws of positions 0 to `m n - 1`.
pub(crate) fn specified<R: Real>(m: usize, n: usize, z: &[R]) -> Vec<Vec<R>> {
    let (zero, one) = (R::of(0), R::of(1));
    // Vectors, by column.
    let mut v = vec![vec![zero; m]; n];
    let mut q = vec![vec![zero; m]; n];
    for i in 0..n {
        // In `f64`.
        let x: Vec<f64> = (i..m).map(|r| z[i * m + r].wide()).collect();
        // 1.
        let mut p = [0.0; 16];
        for (t, x) in x.iter().enumerate() {
            p[t % 16] += x * x;
        }
        for h in [8, 4, 2, 1] {
            for a in 0..h {
                p[a] += p[a + h];
            }
        }
        let square = p[0];
        // 2.
        if x.len() == 1 || square == 0.0 {
            q[i][i] = if x[0] < 0.0 { -one } else { one };
            continue;
        }
        // 3.
        let norm = square.sqrt();
        let scale = 1.0 / (square + x[0].abs() * norm).sqrt();
        let f = if x[0] < 0.0 { x[0] - norm } else { x[0] + norm };
        v[i][i] = R::rounded(f * scale);
        for t in 1..x.len() {
            v[i][i + t] = R::rounded(x[t] * scale);
        }
        q[i][i] = if x[0] < 0.0 { one } else { -one };
    }
    // Matrix, by blocks of 64 columns.
    for b in (0..n.div_ceil(64)).rev() {
        let (a, e) = (64 * b, n.min(64 * b + 64));
        // 1.
        let dot = |y: &[R], z: &[R]| {
            let stretches = (a..m).step_by(64).map(|r| r..m.min(r + 64));
            sum(stretches.map(|rows| sum(rows.map(|r| y[r] * z[r]))))
        };
        let product = |i: usize, k: usize| if k > i { dot(&v[i], &v[k]) } else { zero };
        let products: Vec<Vec<R>> = (a..e)
            .map(|i| (a..e).map(|k| product(i, k)).collect())
            .collect();
        for column in &mut q[a..] {
            // 2.
            let mut w = vec![zero; e - a];
            for i in (a..e).rev() {
                w[i - a] = dot(&v[i], column);
                for k in (i + 1..e).rev() {
                    w[i - a] = w[i - a] - products[i - a][k - a] * w[k - a];
                }
            }
            // 3.
            for r in a..m {
                column[r] = column[r] - sum((a..e).map(|i| v[i][r] * w[i - a]));
            }
        }
    }
    q
}

/// Begins with 0 and adds the terms in their order.
fn sum<R: Real>(terms: impl Iterator<Item = R>) -> R {
    terms.fold(R::of(0), |sum, term| sum + term)
}

/// The elements of a weight or part before their scale: of a matrix for every batch, with a column for
/// an input and place of the kernel; or, with a centre, for an input, and zeros away from it.
pub(super) fn matrices(
    element: Element,
    part: &Key,
    axes: &Axes,
    lower_centre: Option<bool>,
) -> Vec<f64> {
    match element {
        Element::F64 => matrices_of::<f64>(part, axes, lower_centre),
        _ => matrices_of::<f32>(part, axes, lower_centre),
    }
}

fn matrices_of<R: Real>(part: &Key, axes: &Axes, lower_centre: Option<bool>) -> Vec<f64> {
    let rows = product(axes, &[Role::Output]);
    let columns = match lower_centre {
        None => product(axes, &[Role::Input, Role::Kernel]),
        Some(_) => product(axes, &[Role::Input]),
    };
    let (m, n) = (rows.max(columns) as usize, rows.min(columns) as usize);
    let batches = product(axes, &[Role::Batch]);
    let positions = batches * rows * columns;
    let draws: Vec<R> = (0..positions.div_ceil(BLOCK))
        .flat_map(|b| normal::of::<R>(part, b))
        .collect();
    let matrices: Vec<Vec<Vec<R>>> = (0..batches as usize)
        .map(|b| specified(m, n, &draws[b * m * n..(b + 1) * m * n]))
        .collect();
    let value = |index| {
        let place = Place::of(axes, index);
        let column = match lower_centre {
            None => place.column,
            Some(lower) if is_centre(&place, lower) => place.input,
            Some(_) => return 0.0,
        };
        let (row, column) = (place.output as usize, column as usize);
        let matrix = &matrices[place.batch as usize];
        // A matrix that is wider than high is the transpose of a tall one.
        let q = match rows < columns {
            true => matrix[row][column],
            false => matrix[column][row],
        };
        // What rounding has put beyond -1 or 1 is replaced by it.
        q.wide().clamp(-1.0, 1.0)
    };
    (0..len(axes)).map(value).collect()
}
