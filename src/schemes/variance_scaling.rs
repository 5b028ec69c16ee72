//! The family behind the named schemes.

use std::fmt;

use crate::{
    InitError, Law, Scheme, Weight,
    error::{non_negative, normal_or_zero},
};

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
    /// [`InitError::NoFan`] or [`InitError::ZeroFan`] where the weight has not what is needed.
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
    /// The normal law cut at two standard deviations **of its parent**, which is so much wider
    /// (1 / 0.8796) that the values have the variance that is stated.
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

    /// A member of the family whose variance is known to be valid.
    pub(super) const fn member(variance: f64, fan: Fan, family: Family) -> Self {
        VarianceScaling {
            variance,
            fan,
            family,
        }
    }

    /// What the variance is multiplied by.
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
        match self.family {
            Family::Normal => Law::normal(0.0, variance),
            Family::Uniform => Law::centred_uniform(variance),
            Family::TruncatedNormal => Law::centred_truncated_normal(variance, 2.0),
        }
    }
}

impl fmt::Debug for VarianceScaling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let VarianceScaling {
            variance,
            fan,
            family,
        } = self;
        write!(
            f,
            "VarianceScaling::new({variance:?}, Fan::{fan:?}, Family::{family:?})"
        )
    }
}
