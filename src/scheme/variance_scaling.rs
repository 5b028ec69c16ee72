//! The family behind the named schemes.

use std::fmt;

use super::spelled::{self, Spelled, Spelling};
use crate::activation::{Gain, Nonlinearity};
use crate::error::{InitError, non_negative, normal_or_zero};
use crate::law::Law;
use crate::scheme::Scheme;
use crate::syntax::Number;
use crate::weight::Weight;

/// Which fan divides the variance.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Fan {
    /// `fan_in`: keeps the size of the signal on its way forward.
    In,
    /// `fan_out`: keeps the size of the gradient on its way back.
    Out,
    /// `(fan_in + fan_out) / 2`: between the two.
    Average,
    /// `sqrt(fan_in * fan_out)`: between the two, and nearer to the smaller.
    GeometricAverage,
}

impl Fan {
    /// This fan of a weight.
    ///
    /// # Errors
    ///
    /// [`InitError::NoFan`] or [`InitError::ZeroFan`] if the weight lacks that fan.
    pub fn of(self, weight: &Weight) -> Result<f64, InitError> {
        match self {
            Fan::In => weight.fan_in(),
            Fan::Out => weight.fan_out(),
            Fan::Average => Ok((weight.fan_in()? + weight.fan_out()?) / 2.0),
            Fan::GeometricAverage => Ok((weight.fan_in()? * weight.fan_out()?).sqrt()),
        }
    }
}

/// The shape of a law, apart from its scale.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Family {
    /// The normal law.
    Normal,
    /// The uniform law, between `-sqrt(3 variance)` and `sqrt(3 variance)`.
    Uniform,
    /// The normal law cut at two standard deviations **of its parent**. The parent is wider (1 /
    /// 0.8796), so that the values have the stated variance.
    TruncatedNormal,
}

/// Mean 0 and variance `variance / fan`: the family of which the named schemes are members.
///
/// `variance` multiplies the variance and is what JAX, Keras and Haiku call `scale`. PyTorch's
/// `gain` multiplies the standard deviation: give its square.
///
/// | scheme | is |
/// |---|---|
/// | [`LeCunNormal`](crate::LeCunNormal), [`XavierNormal`](crate::XavierNormal) | `new(1.0, Fan::In, Family::Normal)` |
/// | [`HeNormal`](crate::HeNormal) | `new(2.0, Fan::In, Family::Normal)` |
/// | [`GlorotNormal`](crate::GlorotNormal) | `new(1.0, Fan::Average, Family::Normal)` |
///
/// ```
/// use fanin::{Family, Fan, HeNormal, InitError, Scheme, VarianceScaling, Weight};
///
/// let he = VarianceScaling::new(2.0, Fan::In, Family::Normal)?;
/// let weight = Weight::new((256, 784))?;
/// assert_eq!(he.law(&weight)?, HeNormal.law(&weight)?);
/// assert_eq!(he.law(&weight)?.variance(), Some(2.0 / 784.0));
/// # Ok::<(), InitError>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct VarianceScaling {
    variance: f64,
    fan: Fan,
    family: Family,
    /// Whether `variance` is the same on every machine.
    is_bit_stable: bool,
}

impl VarianceScaling {
    /// Variance `variance / fan`, drawn from `family`. A `variance` of 0 gives zeros.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `variance` is negative, NaN or infinite.
    pub fn new(variance: f64, fan: Fan, family: Family) -> Result<Self, InitError> {
        let variance = non_negative("variance", variance)?;
        Ok(Self::member(variance, fan, family))
    }

    /// Variance `gain^2 / fan`: `new(gain * gain, fan, family)`.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `gain` is negative, NaN or infinite, or its square is not a
    /// normal number (or 0, of a gain of 0).
    pub fn from_gain(gain: f64, fan: Fan, family: Family) -> Result<Self, InitError> {
        let gain = non_negative("gain", gain)?;
        let variance = normal_or_zero("square of the gain", gain * gain, gain > 0.0)?;
        Ok(Self::member(variance, fan, family))
    }

    /// The variance that makes up for an activation, at a pre-activation variance of 1: `variance` is
    ///
    /// - `1 / E f(z)^2` for [`Fan::In`], the square of the forward gain;
    /// - `1 / E f'(z)^2` for [`Fan::Out`], the square of the backward gain;
    /// - `2 / (E f(z)^2 + E f'(z)^2)` for the averages, between the two.
    ///
    /// The gain of a closure depends on the closure's last bits on the machine, so the law's
    /// [`is_bit_stable`](crate::Law::is_bit_stable) is false. For the same weights everywhere, compute
    /// the gain once and state it with [`from_gain`](VarianceScaling::from_gain).
    ///
    /// ```
    /// use fanin::{Activation, Family, Fan, HeNormal, InitError, VarianceScaling};
    ///
    /// let relu = VarianceScaling::from_activation(Activation::Relu, Fan::In, Family::Normal)?;
    /// assert_eq!(relu, HeNormal.variance_scaling());
    /// let tanh = VarianceScaling::from_activation(Activation::Tanh, Fan::Average, Family::Normal)?;
    /// assert!((tanh.variance() - 2.329_109_202_69).abs() < 1e-10);
    /// # Ok::<(), InitError>(())
    /// ```
    ///
    /// One layer keeps a variance of 1; many layers may not. For GELU and SiLU that variance is a
    /// fixed point from which the signal departs, and inputs of second moment 1 do not start at it.
    /// `tune`, in the crate `fanin-signal`, finds the factor for a stack.
    ///
    /// # Errors
    ///
    /// As [`Gain::forward`] and [`Gain::backward`].
    pub fn from_activation(
        activation: impl Nonlinearity,
        fan: Fan,
        family: Family,
    ) -> Result<Self, InitError> {
        let variance = match fan {
            Fan::In => Gain::forward(&activation, 1.0)?.variance(),
            Fan::Out => Gain::backward(&activation, 1.0)?.variance(),
            Fan::Average | Fan::GeometricAverage => {
                let forward = Gain::forward(&activation, 1.0)?.variance();
                let backward = Gain::backward(&activation, 1.0)?.variance();
                2.0 / (1.0 / forward + 1.0 / backward)
            }
        };
        let mut scheme = Self::new(variance, fan, family)?;
        scheme.is_bit_stable = activation.is_bit_stable();
        Ok(scheme)
    }

    /// A member of the family whose variance is known to be valid.
    pub(super) const fn member(variance: f64, fan: Fan, family: Family) -> Self {
        VarianceScaling {
            variance,
            fan,
            family,
            is_bit_stable: true,
        }
    }

    /// The factor of the variance, over the fan.
    #[must_use]
    pub const fn variance(&self) -> f64 {
        self.variance
    }

    /// Which fan the variance is divided by.
    #[must_use]
    pub const fn fan(&self) -> Fan {
        self.fan
    }

    /// The shape of the law.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.family
    }
}

impl Scheme for VarianceScaling {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        let variance = self.variance / self.fan.of(weight)?;
        let variance = normal_or_zero("variance", variance, self.variance > 0.0)?;
        let law = match self.family {
            Family::Normal => Law::normal(0.0, variance),
            Family::Uniform => Law::centred_uniform(variance),
            Family::TruncatedNormal => Law::centred_truncated_normal(variance, 2.0),
        };
        if self.is_bit_stable {
            law
        } else {
            law.map(Law::of_this_machine)
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for VarianceScaling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let VarianceScaling {
            variance,
            fan,
            family,
            ..
        } = self;
        write!(
            f,
            "VarianceScaling::new({variance:?}, Fan::{fan:?}, Family::{family:?})"
        )
    }
}

impl Spelled for VarianceScaling {
    const NAME: &'static str = "variance_scaling";

    fn arguments(&self, call: &mut Spelling) {
        call.value(Number(self.variance));
        call.named("fan", self.fan);
        call.named("family", self.family);
    }
}

spelled::display!(VarianceScaling);

/// What its `FromStr` reads.
impl fmt::Display for Fan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Fan::In => "in",
            Fan::Out => "out",
            Fan::Average => "average",
            Fan::GeometricAverage => "geometric_average",
        })
    }
}

/// What its `FromStr` reads.
impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Family::Normal => "normal",
            Family::Uniform => "uniform",
            Family::TruncatedNormal => "truncated_normal",
        })
    }
}
