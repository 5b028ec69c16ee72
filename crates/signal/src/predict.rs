//! What each layer of a stack will see.

use crate::{
    Layer, SignalError,
    error::{finite, non_negative},
    theory::{slope_square, square},
};

/// What the theory says of one layer of a stack: the means, over networks, of what is measured in
/// one of them. A network of width `n` and `L` layers strays from them by an order of `sqrt(L / n)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    preactivation_second_moment: f64,
    output_mean: f64,
    output_second_moment: f64,
    backward: f64,
    gradient: f64,
}

impl Prediction {
    /// `q`, the second moment (and variance) of the layer's pre-activations.
    #[must_use]
    pub const fn preactivation_second_moment(&self) -> f64 {
        self.preactivation_second_moment
    }

    /// `E f(z sqrt(q))`, the mean of its outputs.
    #[must_use]
    pub const fn output_mean(&self) -> f64 {
        self.output_mean
    }

    /// `E f(z sqrt(q))^2`, the second moment of its outputs.
    #[must_use]
    pub const fn output_second_moment(&self) -> f64 {
        self.output_second_moment
    }

    /// The second moment of the gradient by the layer's inputs over that by its outputs.
    #[must_use]
    pub const fn backward(&self) -> f64 {
        self.backward
    }

    /// The second moment of the gradient by the layer's **inputs**, if that by the outputs of the
    /// last layer is 1.
    #[must_use]
    pub const fn gradient(&self) -> f64 {
        self.gradient
    }
}

/// What each layer of a stack will see, the first first, before any weight is drawn. The entries of
/// the input have that second moment (about 0, not about their mean).
///
/// ```
/// use fanin::{Activation, HeNormal};
/// use fanin_signal::{Layer, SignalError, predict};
///
/// let stack = vec![Layer::of(&HeNormal, (256, 256), Activation::Relu)?; 3];
/// for layer in predict(&stack, 1.0)? {
///     assert!((layer.preactivation_second_moment() - 2.0).abs() < 1e-14);
///     assert!((layer.output_second_moment() - 1.0).abs() < 1e-14);
///     assert!((layer.gradient() - 1.0).abs() < 1e-14);
/// }
/// # Ok::<(), SignalError>(())
/// ```
///
/// # Errors
///
/// [`SignalError::InvalidParameter`] if `second_moment` is negative, NaN or infinite, or if the
/// variance or the gradient of a layer becomes infinite; and as
/// [`Nonlinearity::second_moment`](fanin::Nonlinearity::second_moment).
pub fn predict(stack: &[Layer], second_moment: f64) -> Result<Vec<Prediction>, SignalError> {
    let mut signal = non_negative("second moment of the input", second_moment)?;
    let mut predictions = Vec::with_capacity(stack.len());
    for layer in stack {
        let f = layer.nonlinearity();
        let q = layer.weight_variance() * signal + layer.variance_of_bias();
        let q = non_negative("pre-activation variance", q)?;
        signal = square(f, q)?;
        predictions.push(Prediction {
            preactivation_second_moment: q,
            output_mean: if q == 0.0 {
                f.value(0.0)
            } else {
                f.mean(q)?.value()
            },
            output_second_moment: signal,
            backward: finite(
                "backward multiplier",
                layer.weight_variance() * layer.ratio_of_fans() * slope_square(f, q)?,
            )?,
            gradient: 1.0,
        });
    }
    let mut gradient = 1.0;
    for prediction in predictions.iter_mut().rev() {
        gradient = finite(
            "second moment of the gradient",
            gradient * prediction.backward,
        )?;
        prediction.gradient = gradient;
    }
    Ok(predictions)
}
