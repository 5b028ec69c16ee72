//! Predictions for each layer of a stack.

use crate::{
    Layer, SignalError,
    error::{finite, non_negative},
    theory::{elasticity_and_noise, slope_square, square},
};

/// The prediction for one layer of a stack: means over random networks, in the limit of large
/// width. [`log_spread`](Prediction::log_spread) is how far a network of a given width strays from
/// them, and [`sensitivity`](Prediction::sensitivity) the effect of an input of another size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    preactivation_second_moment: f64,
    output_mean: f64,
    output_second_moment: f64,
    backward: f64,
    gradient: f64,
    sensitivity: f64,
    noise: f64,
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

    /// `d ln q / d ln s` of this layer's `q` by the second moment `s` of the input: an input with a second
    /// moment that is 1 % larger makes `q` larger by that many per cent. It is 1 for ReLU without biases,
    /// at every depth. Where it is large, the prediction holds only for inputs of that size.
    #[must_use]
    pub const fn sensitivity(&self) -> f64 {
        self.sensitivity
    }

    /// The standard deviation, over networks whose layers have `width` units each, of the logarithm of
    /// this layer's `q`: to first order in `1 / width`, so that a value above 1 only means "by orders of
    /// magnitude". It is `sqrt(5 (l - 1) / width)` in layer `l` of ReLU without biases, and infinite for a width
    /// of 0.
    ///
    /// It is the spread of `q` given the layers before; a mean of the squares of `width` pre-activations
    /// strays by `sqrt(2 / width)` around that.
    ///
    /// In every layer, the mean of `width` squares strays by `Var f(u)^2 / width`; what that does to the
    /// layers above follows from their slopes.
    #[must_use]
    pub fn log_spread(&self, width: usize) -> f64 {
        if width == 0 {
            return f64::INFINITY;
        }
        (self.noise / width as f64).sqrt()
    }
}

/// Predicts each layer of a stack, in order, before any weight is drawn. `second_moment` is that of
/// the entries of the input (about 0, not about their mean).
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
///     assert!((layer.sensitivity() - 1.0).abs() < 1e-12);
/// }
/// // Fifty layers of 256 units stray by a factor of e in either direction.
/// let stack = vec![stack[0].clone(); 50];
/// let spread = predict(&stack, 1.0)?[49].log_spread(256);
/// assert!((spread - (5.0 * 49.0 / 256.0_f64).sqrt()).abs() < 1e-6);
/// # Ok::<(), SignalError>(())
/// ```
///
/// # Errors
///
/// [`SignalError::InvalidParameter`] if `second_moment` is negative, NaN or infinite, or if the
/// variance, the gradient or the sensitivity of a layer becomes infinite; and as
/// [`Nonlinearity::second_moment`](fanin::Nonlinearity::second_moment).
pub fn predict(stack: &[Layer], second_moment: f64) -> Result<Vec<Prediction>, SignalError> {
    let mut signal = non_negative("second moment of the input", second_moment)?;
    // For the layer's input, how far its logarithm follows that of the stack's input, and the variance of
    // its logarithm over networks of width 1.
    let (mut sensitivity, mut noise) = (1.0, 0.0);
    let mut predictions = Vec::with_capacity(stack.len());
    for (layer, number) in stack.iter().zip(1..) {
        let f = layer.nonlinearity();
        let q = layer.weight_variance() * signal + layer.variance_of_bias();
        let q = non_negative("pre-activation variance", q)?;
        // A bias has a share in it that follows nothing.
        let share = if q > 0.0 {
            layer.weight_variance() * signal / q
        } else {
            0.0
        };
        sensitivity *= share;
        noise = times(noise, share * share);
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
            sensitivity: finite("sensitivity", sensitivity)?,
            noise,
        });
        if number == stack.len() {
            break; // No layer follows.
        }
        let (elasticity, own) = elasticity_and_noise(f, q, signal)?;
        sensitivity *= elasticity;
        noise = times(noise, elasticity * elasticity) + own;
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

/// What is left of a noise: nothing of an infinite one, either, where nothing passes.
fn times(noise: f64, factor: f64) -> f64 {
    if factor == 0.0 { 0.0 } else { noise * factor }
}
