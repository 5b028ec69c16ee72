//! A factor that knows its unit.

use crate::error::{InitError, positive};

/// A factor of the weights' scale, as a rule for [depth](crate::depth) or [width](crate::width)
/// states it, in both units: [`gain`](Factor::gain) multiplies the standard deviation,
/// [`variance`](Factor::variance), its square, the variance.
///
/// `Scaled` takes the variance:
///
/// ```
/// use fanin::{Factor, HeNormal, InitError, Initializer, LeCunNormal, Scheme, Weight};
///
/// let half = Factor::of_variance(0.5)?;
/// assert_eq!(half.gain(), 0.5_f64.sqrt());
/// let weight = Weight::new((256, 784))?;
/// assert_eq!(HeNormal.scaled(half.variance())?.law(&weight), LeCunNormal.law(&weight));
/// # Ok::<(), InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    gain: f64,
    variance: f64,
}

impl Factor {
    /// The factor that multiplies the standard deviation by `gain`.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] unless `gain` and its square are positive and finite.
    pub fn of_gain(gain: f64) -> Result<Self, InitError> {
        let gain = positive("gain", gain)?;
        let variance = positive("square of the gain", gain * gain)?;
        Ok(Factor { gain, variance })
    }

    /// The factor that multiplies the variance by `variance`.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] unless `variance` is positive and finite.
    pub fn of_variance(variance: f64) -> Result<Self, InitError> {
        Ok(Self::known(positive("variance factor", variance)?))
    }

    /// A factor of the variance that is known to be valid.
    pub(crate) fn known(variance: f64) -> Self {
        Factor {
            gain: variance.sqrt(),
            variance,
        }
    }

    /// What the standard deviation is multiplied by.
    #[must_use]
    pub const fn gain(&self) -> f64 {
        self.gain
    }

    /// What the variance is multiplied by: the argument of
    /// [`Initializer::scaled`](crate::Initializer::scaled).
    #[must_use]
    pub const fn variance(&self) -> f64 {
        self.variance
    }
}
