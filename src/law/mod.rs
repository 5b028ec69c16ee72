//! What the values will look like.

mod fits;
mod kind;
mod moments;
mod of_shape;
mod structure;
mod text;

use rand_distr::Distribution;

pub(crate) use kind::{Draws, Repeated};
use kind::{Kind, root_of_product};
pub use structure::Centre;
pub(crate) use structure::{Form, Structure, Unit};

use crate::{
    InitError,
    error::{finite, non_negative, normal_or_zero},
    schemes::Brought,
    truncated_moments::TruncatedMoments,
};

/// What the values of a weight will look like: their distribution, and what is known of it.
///
/// A law holds no randomness. Most are for weights of any shape; one whose values hang together
/// ([`orthogonal`](Law::orthogonal)) belongs to the shape that it was made for, and its moments are
/// those of an element chosen at random. [`Scheme::law`](crate::Scheme::law) returns a law, the
/// engine draws from it, and a report or a test compares an array with it:
/// `value = round(mean + std * z)`, where the draw `z` depends on the key and the element's flat
/// index alone.
///
/// ```
/// use fanin::{HeNormal, InitError, Scheme, Weight};
///
/// let law = HeNormal.law(&Weight::new((256, 784))?)?;
/// assert_eq!(law.mean(), Some(0.0));
/// assert_eq!(law.variance(), Some(2.0 / 784.0));
/// assert_eq!(law.kurtosis(), Some(3.0));
/// assert_eq!(law.support(), Some((f64::NEG_INFINITY, f64::INFINITY)));
/// assert!(law.is_bit_stable());
/// # Ok::<(), InitError>(())
/// ```
///
/// Two laws are equal if they draw the same values from every key.
#[derive(Clone)]
pub struct Law {
    kind: Kind,
    /// Multiplies the variance of `kind`. Kept apart from it, so that every factor of a chain of
    /// `Scaled` has been multiplied together before one root is taken.
    factor: f64,
    /// Whether its parameters are those of one machine.
    of_this_machine: bool,
}

impl Law {
    /// Every value is `value`.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is NaN or infinite.
    pub fn constant(value: f64) -> Result<Self, InitError> {
        Ok(Kind::Constant(finite("value", value)?).into())
    }

    /// The normal law of that mean and **variance** (not standard deviation).
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the mean is NaN or infinite, or the variance is
    /// negative, NaN, infinite or so small (below 2.3e-308) that its root would not be exact. A
    /// variance of 0 is the constant law.
    pub fn normal(mean: f64, variance: f64) -> Result<Self, InitError> {
        let mean = finite("mean", mean)?;
        let variance = valid_variance(variance)?;
        Ok(Kind::Normal { mean, variance }.into())
    }

    /// The uniform law between `low` and `high`. If they are equal it is the constant law.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if a bound is NaN or infinite, `high` is below `low`, or the
    /// square of their distance is not a normal number (or 0).
    pub fn uniform(low: f64, high: f64) -> Result<Self, InitError> {
        let (low, high) = (finite("low", low)?, finite("high", high)?);
        if high < low {
            return Err(InitError::InvalidParameter {
                name: "high",
                value: high,
                rule: "at least the lower bound",
            });
        }
        if low == high {
            return Law::constant(low);
        }
        let half = high / 2.0 - low / 2.0;
        let half_squared = normal_or_zero("half the width, squared,", half * half, true)?;
        Ok(Kind::Uniform {
            bounds: (low, high),
            half_squared,
            variance: half_squared / 3.0,
        }
        .into())
    }

    /// The uniform law of mean 0 and that variance: between `-sqrt(3 variance)` and
    /// `sqrt(3 variance)`.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] as for [`normal`](Law::normal).
    pub fn centred_uniform(variance: f64) -> Result<Self, InitError> {
        let variance = valid_variance(variance)?;
        if variance == 0.0 {
            return Law::constant(0.0);
        }
        let half_squared = normal_or_zero("3 times the variance", 3.0 * variance, true)?;
        let half = half_squared.sqrt();
        Ok(Kind::Uniform {
            bounds: (-half, half),
            half_squared,
            variance,
        }
        .into())
    }

    /// The normal law of that mean and **variance, before it is cut**, between `low` and `high`,
    /// which may be infinite.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the mean or variance is what [`normal`](Law::normal)
    /// refuses, the variance is 0, a bound is NaN, `high` is not above `low`, the bounds are further
    /// than 2^100 standard deviations from the mean, or closer to each other than 2.3e-10 of the
    /// distance of the nearer one from the mean.
    pub fn truncated_normal(
        mean: f64,
        parent_variance: f64,
        low: f64,
        high: f64,
    ) -> Result<Self, InitError> {
        let mean = finite("mean", mean)?;
        let variance = non_negative("variance", parent_variance)?;
        if !variance.is_normal() {
            return Err(InitError::InvalidParameter {
                name: "variance before truncation",
                value: variance,
                rule: "a positive normal number of f64 (2.3e-308 to 1.8e308)",
            });
        }
        for (name, bound) in [("low", low), ("high", high)] {
            if bound.is_nan() {
                return Err(InitError::InvalidParameter {
                    name,
                    value: bound,
                    rule: "a number",
                });
            }
        }
        let std = variance.sqrt();
        let cuts = ((low - mean) / std, (high - mean) / std);
        // Closer together, rounding the cuts would move what lies between them.
        let close = 2.3e-10 * nearer_end(cuts);
        if low < high && cuts.1 - cuts.0 < close {
            return Err(InitError::InvalidParameter {
                name: "high - low",
                value: high - low,
                rule: "at least 2.3e-10 of the distance of the nearer bound from the mean",
            });
        }
        Self::cut(mean, variance, cuts, Some((low, high)))
    }

    /// The truncated normal law of mean 0 and that variance, **after it was cut** at `cut`
    /// standard deviations of its parent on either side.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the variance is what [`normal`](Law::normal) refuses, or
    /// `cut` is below 1e-30 or NaN. A variance of 0 is the constant law.
    pub fn centred_truncated_normal(variance: f64, cut: f64) -> Result<Self, InitError> {
        let variance = valid_variance(variance)?;
        let refused = InitError::InvalidParameter {
            name: "cut",
            value: cut,
            rule: "from 1e-30 on, in standard deviations",
        };
        let moments = match TruncatedMoments::new(-cut, cut) {
            Some(moments) if cut >= 1e-30 => moments,
            _ => return Err(refused),
        };
        if variance == 0.0 {
            return Law::constant(0.0);
        }
        Self::cut(0.0, variance / moments.variance, (-cut, cut), None)
    }

    fn cut(
        mean: f64,
        variance: f64,
        cuts: (f64, f64),
        bounds: Option<(f64, f64)>,
    ) -> Result<Self, InitError> {
        let moments = TruncatedMoments::new(cuts.0, cuts.1).ok_or(InitError::InvalidParameter {
            name: "high",
            value: bounds.map_or(cuts.1, |(_, high)| high),
            rule: "above the lower bound, and both within 2^100 standard deviations of the mean",
        })?;
        normal_or_zero("variance", variance * moments.variance, true)?;
        Ok(Kind::Truncated {
            mean,
            variance,
            cuts,
            bounds,
            moments,
        }
        .into())
    }

    /// The law of a distribution of the caller's, of which nothing is known but what it yields.
    /// See [`FromDistribution`](crate::FromDistribution) for what it can and cannot promise, and
    /// for stating its moments.
    pub fn distribution<D>(distribution: D) -> Self
    where
        D: Distribution<f64> + std::fmt::Debug + Send + Sync + 'static,
    {
        Law::brought(Brought::new(distribution))
    }

    pub(crate) fn brought(brought: Brought) -> Self {
        Kind::Brought(brought).into()
    }

    /// The same law with its variance multiplied by `variance`: every value is multiplied by the
    /// factor's root, and so are the mean and the bounds. The draws stay what they were.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the factor is negative, NaN or infinite, or if it takes
    /// the law's variance out of the normal numbers of `f64`. A factor of 0 gives zeros.
    pub fn scaled(&self, variance: f64) -> Result<Self, InitError> {
        let given = non_negative("variance factor", variance)?;
        let factor = self.factor * given;
        let positive = self.factor > 0.0 && given > 0.0;
        normal_or_zero("product of variance factors", factor, positive)?;
        // A law without a known variance or mean has none that could leave the range of f64.
        let variance = self.kind.variance().unwrap_or(0.0);
        normal_or_zero("variance", variance * factor, positive && variance > 0.0)?;
        finite("mean", self.kind.mean().unwrap_or(0.0) * factor.sqrt())?;
        Ok(Law {
            kind: self.kind.clone(),
            factor,
            of_this_machine: self.of_this_machine,
        })
    }

    /// The mean, where it is known.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        self.known(self.kind.mean(), self.factor.sqrt())
    }

    /// The variance, where it is known.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        self.known(self.kind.variance(), self.factor)
    }

    /// The standard deviation, the root of the variance, where it is known.
    #[must_use]
    pub fn std(&self) -> Option<f64> {
        self.kind
            .variance()
            .map(|variance| root_of_product(variance, self.factor))
            .or((self.factor == 0.0).then_some(0.0))
    }

    /// The kurtosis E (x - mean)^4 / variance^2, which is 3 for a normal law, where it exists and
    /// is known. A law without variance has none.
    #[must_use]
    pub fn kurtosis(&self) -> Option<f64> {
        if self.variance() == Some(0.0) {
            return None;
        }
        self.kind.kurtosis()
    }

    /// The least closed interval that holds all values, as (low, high), where it is known.
    ///
    /// It is that of the law as mathematics has it: the whole line for a normal law, of which the
    /// draws reach 6.76 standard deviations (`f64`: 9.49).
    #[must_use]
    pub fn support(&self) -> Option<(f64, f64)> {
        self.draws().support()
    }

    /// The same law, of which [`is_bit_stable`](Law::is_bit_stable) is false: for a scheme whose
    /// parameters are computed with functions that differ between machines.
    #[must_use]
    pub fn of_this_machine(mut self) -> Self {
        self.of_this_machine = true;
        self
    }

    /// Whether a key gives the same bits on every machine and for as long as the stream's version
    /// stands. It is false of a distribution that the caller brings and of a gain computed from the
    /// caller's own function, for which nobody can promise it.
    #[must_use]
    pub fn is_bit_stable(&self) -> bool {
        !self.of_this_machine && self.draws().is_bit_stable()
    }

    /// Whether a value depends on its own draw alone (or on none). Of other laws, those of whole
    /// matrices, a region is a slice of the whole, which is made for it; see
    /// [`Initializer::init_region`](crate::Initializer::init_region).
    #[must_use]
    pub fn is_elementwise(&self) -> bool {
        match &self.kind {
            Kind::Structured(structure) => structure.is_elementwise(),
            Kind::Repeated(_) => false,
            _ => true,
        }
    }

    /// Whether it is for weights of one shape only, whose indices it is drawn by.
    pub(crate) fn has_shape(&self) -> bool {
        matches!(self.kind, Kind::Structured(_) | Kind::Repeated(_))
    }

    /// A moment times a scale; of a law that was scaled to zeros, 0.
    fn known(&self, moment: Option<f64>, scale: f64) -> Option<f64> {
        if self.factor == 0.0 {
            Some(0.0)
        } else {
            Some(moment? * scale)
        }
    }

    /// What there is to draw.
    pub(crate) fn draws(&self) -> Draws<'_> {
        self.kind.draws(self.factor)
    }
}

/// The distance from 0 of the end of an interval that is nearer to it; 0 if it lies within.
fn nearer_end((low, high): (f64, f64)) -> f64 {
    if low > 0.0 {
        low
    } else if high < 0.0 {
        -high
    } else {
        0.0
    }
}

/// The rule of every variance.
pub(crate) fn valid_variance(variance: f64) -> Result<f64, InitError> {
    let variance = non_negative("variance", variance)?;
    normal_or_zero("variance", variance, variance > 0.0)
}

impl From<Kind> for Law {
    fn from(kind: Kind) -> Self {
        Law {
            kind,
            factor: 1.0,
            of_this_machine: false,
        }
    }
}

impl PartialEq for Law {
    fn eq(&self, other: &Self) -> bool {
        self.draws() == other.draws()
    }
}
