//! What networks are trained and tested on.

use ndarray::Array2;

/// Inputs, and the classes that they belong to.
pub(crate) struct Examples {
    /// `[example, input]`.
    pub(crate) inputs: Array2<f32>,
    /// From 0 on, one for every example.
    pub(crate) labels: Vec<usize>,
}
