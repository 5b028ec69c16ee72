//! The Jacobian of the output in the input, and its singular values.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

use crate::{
    Differentiable, SignalError,
    differentiable::{at, matches},
    error::finite,
    room::{copy, room_for},
};

/// Each sweep squares what is left of the angles: some 10 are enough.
const SWEEPS: usize = 60;

/// The singular values of the Jacobian of a stack's output in its input, at one example.
///
/// They measure by how much the stack stretches a small change of the input, or a gradient, in
/// different directions. All are 1 for a product of orthogonal matrices.
#[derive(Clone, Debug, PartialEq)]
pub struct Jacobian {
    singular_values: Vec<f64>,
}

impl Jacobian {
    /// From the largest to the smallest.
    #[must_use]
    pub fn singular_values(&self) -> &[f64] {
        &self.singular_values
    }

    /// The largest; 0 if there is none.
    #[must_use]
    pub fn largest(&self) -> f64 {
        self.singular_values.first().copied().unwrap_or(0.0)
    }

    /// The smallest; 0 if there is none.
    #[must_use]
    pub fn smallest(&self) -> f64 {
        self.singular_values.last().copied().unwrap_or(0.0)
    }
}

/// The [`Jacobian`] of a stack at an example, `[inputs]`. It sends a batch of as many rows as there are
/// outputs through the layers and back.
///
/// # Errors
///
/// As [`measure`](crate::measure()) for a batch of this one example; and
/// [`SignalError::InvalidParameter`] if the Jacobian or one of its singular values is not finite.
pub fn jacobian<L: Differentiable>(
    layers: &[L],
    example: ArrayView1<'_, f64>,
) -> Result<Jacobian, SignalError> {
    let example = example.insert_axis(Axis(0));
    let mut output = example.to_owned();
    for (layer, number) in layers.iter().zip(1..) {
        output = layer
            .forward(output.view())
            .map_err(at(number))?
            .output()
            .to_owned();
    }
    let count = output.ncols();
    // The input of every row; the gradient, which begins as square; and those of a pass.
    room_for(&[(count, example.ncols()), (count, count)])?;
    let copies = example.broadcast((count, example.ncols()));
    let mut inputs: Vec<Array2<f64>> = copies.iter().map(ArrayView2::to_owned).collect();
    let mut passes = Vec::with_capacity(layers.len());
    for (layer, number) in layers.iter().zip(1..) {
        if let Some(input) = inputs.last() {
            let pass = layer.forward(input.view()).map_err(at(number))?;
            inputs.push(copy(pass.output())?);
            passes.push(pass);
        }
    }
    let mut gradient = Array2::eye(count);
    let stack = layers.iter().zip(&inputs).zip(&passes).enumerate();
    for (index, ((layer, input), pass)) in stack.rev() {
        let number = index + 1;
        gradient = layer
            .backward(input.view(), pass, gradient.view())
            .map_err(at(number))?;
        matches("gradient in the input", gradient.dim(), input.dim()).map_err(at(number))?;
    }
    Ok(Jacobian {
        singular_values: singular_values(gradient.view())?,
    })
}

/// The singular values of a matrix, from the largest to the smallest, each to some 1e-14 of
/// the largest: by one-sided Jacobi rotations. Where the columns (in a wide matrix, the rows) differ only by scales,
/// each is as exact relative to its own size, down to 1e-150 of the largest. The time grows as the square of the
/// smaller length times the larger one; 128 x 128 takes some 10 ms.
///
/// ```
/// use fanin_signal::singular_values;
/// use ndarray::arr2;
///
/// let values = singular_values(arr2(&[[3.0, 0.0], [4.0, 5.0], [0.0, 0.0]]).view())?;
/// assert!((values[0] - 45_f64.sqrt()).abs() < 1e-13 && (values[1] - 5_f64.sqrt()).abs() < 1e-13);
/// # Ok::<(), fanin_signal::SignalError>(())
/// ```
///
/// # Errors
///
/// [`SignalError::InvalidParameter`] if an element is not finite, or a singular value; [`InitError::TooLarge`]
/// without room for a copy.
///
/// [`InitError::TooLarge`]: fanin::InitError::TooLarge
pub fn singular_values(matrix: ArrayView2<'_, f64>) -> Result<Vec<f64>, SignalError> {
    room_for(&[matrix.dim()])?;
    let mut size = 0.0_f64;
    for &value in matrix {
        size = size.max(finite("element of the matrix", value)?.abs());
    }
    // As many vectors as the shorter axis is long; of size 1, so that no square over- or underflows.
    let vectors = if matrix.nrows() < matrix.ncols() {
        matrix
    } else {
        matrix.reversed_axes()
    };
    let scale = if size > 0.0 { size } else { 1.0 };
    let mut vectors: Vec<Vec<f64>> = vectors
        .rows()
        .into_iter()
        .map(|row| row.iter().map(|value| value / scale).collect())
        .collect();
    for _ in 0..SWEEPS {
        let mut rotated = false;
        let mut rest = vectors.as_mut_slice();
        while let Some((one, others)) = rest.split_first_mut() {
            for other in others.iter_mut() {
                rotated |= rotate(one, other);
            }
            rest = others;
        }
        if !rotated {
            break;
        }
    }
    let mut values = vectors
        .iter()
        .map(|v| finite("singular value", scale * dot(v, v).sqrt()))
        .collect::<Result<Vec<f64>, _>>()?;
    values.sort_unstable_by(|a, b| b.total_cmp(a));
    Ok(values)
}

/// Turns two vectors in their plane until they are orthogonal; whether they were not.
fn rotate(x: &mut [f64], y: &mut [f64]) -> bool {
    let (xx, yy, xy) = (dot(x, x), dot(y, y), dot(x, y));
    if xy.abs() <= f64::EPSILON * xx.sqrt() * yy.sqrt() {
        return false;
    }
    let ratio = (yy - xx) / (2.0 * xy);
    let tangent = ratio.signum() / (ratio.abs() + (1.0 + ratio * ratio).sqrt());
    let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
    let sine = cosine * tangent;
    for (x, y) in x.iter_mut().zip(y) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
    true
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    ArrayView1::from(x).dot(&ArrayView1::from(y))
}
