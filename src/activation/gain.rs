//! How much a layer must amplify to make up for its nonlinearity.

use crate::activation::Nonlinearity;
use crate::error::{InitError, normal_or_zero, positive};
use crate::num::expectation::Estimate;

/// A factor of the **standard deviation** of weights. Its square is the factor of their variance. It may be
/// stated; it may come from a rule for [depth](crate::depth) or [width](crate::width); or it makes up for
/// what a nonlinearity does to the signal ([`forward`](Gain::forward)) or to the gradient
/// ([`backward`](Gain::backward)).
///
/// A layer `u = W x` with weights of variance `gain^2 / fan_in`, whose inputs are `f(v)` for `v` of
/// variance 1, has pre-activations of variance 1 again. [`variance`](Gain::variance) is `gain^2`,
/// which is what [`VarianceScaling::new`](crate::VarianceScaling::new) and
/// [`Initializer::scaled`](crate::Initializer::scaled) take.
///
/// ```
/// use fanin::{Activation, Custom, Gain, InitError};
///
/// let relu = Gain::forward(&Activation::Relu, 1.0)?;
/// assert!((relu.variance() - 2.0).abs() < 1e-15);
///
/// let snake = Custom::new("snake", |x| x + x.sin().powi(2));
/// let gain = Gain::forward(&snake, 1.0)?;
/// assert!((gain.value() - 0.874_580_982_93).abs() < 1e-9);
/// assert!(gain.error() < 1e-11);
/// # Ok::<(), InitError>(())
/// ```
///
/// The gain of an activation that is not homogeneous depends on the variance `q` of the
/// pre-activations. At `q` other than 1 the factor that keeps it is `q / E f(z sqrt(q))^2`.
///
/// K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV 2015, eq. 7 and 14, with
/// `E f^2` and `E f'^2` in place of ReLU's 1/2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    gain: Estimate,
    variance: f64,
}

impl Gain {
    /// A stated gain: what the standard deviation is multiplied by.
    ///
    /// ```
    /// use fanin::{Gain, HeNormal, InitError, Initializer, LeCunNormal, Scheme, Weight};
    ///
    /// let half = Gain::from_variance(0.5)?;
    /// assert_eq!(half.value(), 0.5_f64.sqrt());
    /// let weight = Weight::new((256, 784))?;
    /// assert_eq!(HeNormal.scaled(half.variance())?.law(&weight), LeCunNormal.law(&weight));
    /// # Ok::<(), InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] unless `gain` and its square are positive and finite.
    pub fn new(gain: f64) -> Result<Self, InitError> {
        let gain = positive("gain", gain)?;
        let variance = positive("square of the gain", gain * gain)?;
        Ok(Gain {
            gain: Estimate::new(gain, 0.0),
            variance,
        })
    }

    /// The gain whose square is `variance`: what the variance is multiplied by.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] unless `variance` is positive and finite.
    pub fn from_variance(variance: f64) -> Result<Self, InitError> {
        Ok(Self::known(positive("variance factor", variance)?))
    }

    /// The root of a variance that is known to be valid.
    pub(crate) fn known(variance: f64) -> Self {
        Gain {
            gain: Estimate::new(variance.sqrt(), 0.0),
            variance,
        }
    }

    /// `1 / sqrt(E f(z sqrt(q))^2)` for `z ~ N(0, 1)` and a pre-activation variance `q`.
    ///
    /// # Errors
    ///
    /// - [`InitError::InvalidParameter`] unless `q` is positive and finite, or if the second moment
    ///   is 0, as for a function that is 0 everywhere, or below 2.3e-308.
    /// - [`InitError::NotConverged`] for a function whose second moment cannot be computed to 1e-6.
    pub fn forward(f: &dyn Nonlinearity, q: f64) -> Result<Self, InitError> {
        Self::of("E f(z sqrt(q))^2", f.second_moment(q)?)
    }

    /// `1 / sqrt(E f'(z sqrt(q))^2)` for `z ~ N(0, 1)` and a pre-activation variance `q`.
    ///
    /// # Errors
    ///
    /// As [`forward`](Gain::forward).
    pub fn backward(f: &dyn Nonlinearity, q: f64) -> Result<Self, InitError> {
        Self::of("E f'(z sqrt(q))^2", f.derivative_second_moment(q)?)
    }

    fn of(name: &'static str, moment: Estimate) -> Result<Self, InitError> {
        // The inverse of a smaller number would not be finite.
        let value = normal_or_zero(name, positive(name, moment.value())?, true)?;
        let gain = 1.0 / value.sqrt();
        let relative = moment.error() / value;
        Ok(Gain {
            // Another moment's root is off by half as much, and a little more.
            gain: Estimate::new(gain, gain * 0.5 * relative * (1.0 + relative)),
            variance: 1.0 / value,
        })
    }

    /// The gain, a factor of the standard deviation.
    #[must_use]
    pub const fn value(&self) -> f64 {
        self.gain.value()
    }

    /// How far the gain may be from its exact value; 0 if it was stated.
    #[must_use]
    pub const fn error(&self) -> f64 {
        self.gain.error()
    }

    /// The square of the gain, a factor of the variance.
    #[must_use]
    pub const fn variance(&self) -> f64 {
        self.variance
    }
}
