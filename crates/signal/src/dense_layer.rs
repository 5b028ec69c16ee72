//! Dense layers.

use std::fmt;

use fanin::{Element, Nonlinearity};
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

use crate::{
    Differentiable, Pass, SignalError, differentiable::matches, error::finite, room::room_for,
};

/// A dense layer `f(x W^T + b)` that borrows a weight `[outputs, inputs]` of any float type.
///
/// ```
/// use fanin::Activation;
/// use fanin_signal::{DenseLayer, Differentiable};
/// use ndarray::{arr1, arr2};
///
/// let weight = arr2(&[[1.0_f32, -2.0], [0.5, 0.5]]);
/// let bias = arr1(&[0.0_f32, 3.0]);
/// let layer = DenseLayer::new(weight.view(), &Activation::Relu)?.bias(bias.view())?;
/// let pass = layer.forward(arr2(&[[2.0, 4.0]]).view())?;
/// assert_eq!(pass.preactivation().unwrap(), arr2(&[[-6.0, 6.0]]));
/// assert_eq!(pass.output(), arr2(&[[0.0, 6.0]]));
/// # Ok::<(), fanin_signal::SignalError>(())
/// ```
///
/// For a weight in the layout `[inputs, outputs]`, pass `weight.t()`.
#[derive(Clone, Copy)]
pub struct DenseLayer<'a, F> {
    weight: ArrayView2<'a, F>,
    bias: Option<ArrayView1<'a, F>>,
    activation: &'a dyn Nonlinearity,
}

impl<'a, F: Element> DenseLayer<'a, F> {
    /// A layer without a bias.
    ///
    /// # Errors
    ///
    /// [`SignalError::InvalidParameter`] if a weight is not finite; and the errors of the activation's
    /// [`Nonlinearity::validate`].
    pub fn new(
        weight: ArrayView2<'a, F>,
        activation: &'a dyn Nonlinearity,
    ) -> Result<Self, SignalError> {
        activation.validate()?;
        for &value in weight {
            finite("weight", wide(value))?;
        }
        Ok(DenseLayer {
            weight,
            bias: None,
            activation,
        })
    }

    /// The same with a bias, `[outputs]`.
    ///
    /// # Errors
    ///
    /// [`SignalError::InvalidParameter`] if a bias is not finite; [`SignalError::Length`] if its
    /// length is not the number of outputs.
    pub fn bias(self, bias: ArrayView1<'a, F>) -> Result<Self, SignalError> {
        if bias.len() != self.weight.nrows() {
            return Err(SignalError::Length {
                what: "bias",
                found: bias.len(),
                expected: self.weight.nrows(),
            });
        }
        for &value in bias {
            finite("bias", wide(value))?;
        }
        Ok(DenseLayer {
            bias: Some(bias),
            ..self
        })
    }
}

impl<F: Element> Differentiable for DenseLayer<'_, F> {
    fn forward(&self, input: ArrayView2<'_, f64>) -> Result<Pass, SignalError> {
        let (examples, width) = input.dim();
        matches("input", (examples, width), (examples, self.weight.ncols()))?;
        // The weight in f64; pre-activations, outputs and slopes.
        let output = (examples, self.weight.nrows());
        room_for(&[self.weight.dim(), output, output, output])?;
        let mut z = input.dot(&self.weight.mapv(wide).t());
        if let Some(bias) = self.bias {
            z += &bias.mapv(wide).insert_axis(Axis(0));
        }
        Ok(Pass::activated(z, self.activation))
    }

    fn backward(
        &self,
        input: ArrayView2<'_, f64>,
        pass: &Pass,
        gradient: ArrayView2<'_, f64>,
    ) -> Result<Array2<f64>, SignalError> {
        let expected = (input.nrows(), self.weight.nrows());
        matches("gradient in the output", gradient.dim(), expected)?;
        // The weight in f64; slopes, which become those times the gradient; and what is returned.
        room_for(&[self.weight.dim(), expected, input.dim()])?;
        let slopes = match pass.slopes() {
            Some(slopes) if slopes.dim() == expected => slopes.to_owned(),
            // The pass of another layer.
            _ => self
                .forward(input)?
                .slopes()
                .map_or_else(|| Array2::ones(expected), |slopes| slopes.to_owned()),
        };
        Ok((slopes * gradient).dot(&self.weight.mapv(wide)))
    }

    fn name(&self) -> String {
        self.activation.name()
    }
}

impl<F: Element> fmt::Debug for DenseLayer<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DenseLayer")
            .field("weight", &self.weight.shape())
            .field("bias", &self.bias.is_some())
            .field("activation", &self.activation)
            .finish()
    }
}

fn wide<F: Element>(value: F) -> f64 {
    value.to_f64().unwrap_or(f64::NAN)
}
