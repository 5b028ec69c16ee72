//! A layer, as the theory sees it.

use std::sync::Arc;

use fanin::{IntoWeight, Nonlinearity, Scheme, Weight};

use crate::{
    SignalError,
    error::{non_negative, normal_or_zero, positive},
};

/// A layer in the theory: the scale of its weights and biases, and its nonlinearity.
///
/// `u = W x + b` and `x' = f(u)`, with weights of mean 0.
///
/// ```
/// use fanin::{Activation, GlorotNormal};
/// use fanin_signal::{Layer, SignalError};
///
/// let layer = Layer::of(&GlorotNormal, (100, 300), Activation::Tanh)?.bias_variance(0.05)?;
/// // 300 inputs, with weights of variance 2 / 400.
/// assert_eq!(layer.weight_variance(), 1.5);
/// assert_eq!(layer.variance_of_bias(), 0.05);
/// assert_eq!(layer.ratio_of_fans(), 100.0 / 300.0);
/// # Ok::<(), SignalError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Layer {
    weight_variance: f64,
    bias_variance: f64,
    fan_ratio: f64,
    nonlinearity: Arc<dyn Nonlinearity>,
}

impl Layer {
    /// A layer with weights of variance `weight_variance / fan_in`, no bias, and as many outputs as
    /// inputs.
    ///
    /// # Errors
    ///
    /// [`SignalError::InvalidParameter`] if the variance is negative, NaN or infinite; and the
    /// errors of [`Nonlinearity::validate`].
    pub fn new(
        weight_variance: f64,
        nonlinearity: impl Nonlinearity + 'static,
    ) -> Result<Self, SignalError> {
        nonlinearity.validate()?;
        Ok(Layer {
            weight_variance: non_negative("weight variance", weight_variance)?,
            bias_variance: 0.0,
            fan_ratio: 1.0,
            nonlinearity: Arc::new(nonlinearity),
        })
    }

    /// The layer whose weight is drawn by `scheme`, without a bias.
    ///
    /// # Errors
    ///
    /// The scheme's errors for the weight; [`NoFan`](fanin::InitError::NoFan) if the weight lacks one of the
    /// fans; [`SignalError::InvalidParameter`] if the law's mean is not 0, and [`SignalError::UnknownMoment`]
    /// if its mean or its variance is not known, as for a distribution whose moments were not stated.
    pub fn of(
        scheme: &dyn Scheme,
        weight: impl IntoWeight,
        nonlinearity: impl Nonlinearity + 'static,
    ) -> Result<Self, SignalError> {
        let weight = Weight::new(weight)?;
        let law = scheme.law(&weight)?;
        let unknown = |what| SignalError::UnknownMoment {
            what,
            law: law.to_string(),
        };
        let mean = law.mean().ok_or_else(|| unknown("mean"))?;
        if mean != 0.0 {
            return Err(SignalError::InvalidParameter {
                name: "mean of the weight's law",
                value: mean,
                rule: "0",
            });
        }
        let variance = law.variance().ok_or_else(|| unknown("variance"))?;
        let (fan_in, fan_out) = (weight.fan_in()?, weight.fan_out()?);
        Layer::new(variance * fan_in, nonlinearity)?.fan_ratio(fan_out / fan_in)
    }

    /// The same layer with biases of mean 0 and that variance.
    ///
    /// # Errors
    ///
    /// [`SignalError::InvalidParameter`] if it is negative, NaN or infinite.
    pub fn bias_variance(self, bias_variance: f64) -> Result<Self, SignalError> {
        Ok(Layer {
            bias_variance: non_negative("bias variance", bias_variance)?,
            ..self
        })
    }

    /// The same layer with that `fan_out / fan_in`, which affects only the gradient.
    ///
    /// # Errors
    ///
    /// [`SignalError::InvalidParameter`] unless it is positive and finite.
    pub fn fan_ratio(self, fan_ratio: f64) -> Result<Self, SignalError> {
        Ok(Layer {
            fan_ratio: positive("fan_out / fan_in", fan_ratio)?,
            ..self
        })
    }

    /// The same layer with the variance of its weights multiplied, as by
    /// [`Scaled`](fanin::Scaled).
    ///
    /// # Errors
    ///
    /// [`SignalError::InvalidParameter`] if the factor is negative, NaN or infinite, or if it takes the
    /// variance out of the normal numbers of `f64`.
    pub fn scaled(&self, variance: f64) -> Result<Self, SignalError> {
        let factor = non_negative("variance factor", variance)?;
        Ok(Layer {
            weight_variance: normal_or_zero(
                "weight variance",
                self.weight_variance * factor,
                self.weight_variance > 0.0 && factor > 0.0,
            )?,
            ..self.clone()
        })
    }

    /// The variance of a weight times `fan_in`.
    #[must_use]
    pub const fn weight_variance(&self) -> f64 {
        self.weight_variance
    }

    /// The variance of a bias.
    #[must_use]
    pub const fn variance_of_bias(&self) -> f64 {
        self.bias_variance
    }

    /// `fan_out / fan_in`.
    #[must_use]
    pub const fn ratio_of_fans(&self) -> f64 {
        self.fan_ratio
    }

    /// What is applied to each pre-activation.
    #[must_use]
    pub fn nonlinearity(&self) -> &dyn Nonlinearity {
        &*self.nonlinearity
    }
}
