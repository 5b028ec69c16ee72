//! A dense layer: how a user's type takes its initial weights from a scheme.

use fanin::{InitError, Initializer, Key, Scheme};
use ndarray::{Array1, Array2, Axis};

/// `y = x W^T + b`, for a batch of rows `x`.
pub(crate) struct Dense {
    /// `[outputs, inputs]`, the plain shape that every scheme reads the fans from.
    pub(crate) weight: Array2<f32>,
    /// `[outputs]`.
    pub(crate) bias: Array1<f32>,
}

/// How the loss changes with the parameters of a [`Dense`] layer.
pub(crate) struct Gradient {
    pub(crate) weight: Array2<f32>,
    pub(crate) bias: Array1<f32>,
}

impl Dense {
    /// The layer called `name`, whose weight and bias two schemes initialise.
    ///
    /// `dyn Scheme` keeps the layer free of a type parameter, and lets the caller choose the
    /// scheme at run time. Every parameter has its own key, made from its full name: the whole
    /// network has one `key`, and no two layers are equal.
    pub(crate) fn new(
        weights: &dyn Scheme,
        biases: &dyn Scheme,
        key: &Key,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self, InitError> {
        let weight = key.child(format!("{name}.weight"));
        let bias = key.child(format!("{name}.bias"));
        Ok(Dense {
            weight: weights.init_keyed(weight.clone(), (outputs, inputs))?,
            bias: biases.init_keyed(bias.clone(), outputs)?,
        })
    }

    /// `[batch, inputs]` to `[batch, outputs]`.
    pub(crate) fn forward(&self, input: &Array2<f32>) -> Array2<f32> {
        input.dot(&self.weight.t()) + &self.bias
    }

    /// From the gradient of the loss in the output: those in the parameters and in the input.
    pub(crate) fn backward(
        &self,
        input: &Array2<f32>,
        output_gradient: &Array2<f32>,
    ) -> (Gradient, Array2<f32>) {
        let gradient = Gradient {
            weight: output_gradient.t().dot(input),
            bias: output_gradient.sum_axis(Axis(0)),
        };
        (gradient, output_gradient.dot(&self.weight))
    }
}
