//! A law: one of the list, and the factor that scales it.

use std::fmt;

use super::constant::Constant;
use super::draws::Draws;
use super::factored::Factored;
use super::listed::Listed;
use super::mapped::Mapped;
use super::repeated::Repeated;
use super::shape::{Connections, Factors, Repetition, Unit};
use super::skeleton::{Marginal, Skeleton};
use super::sparse;
use super::sparse_of::SparseOf;
use crate::error::{InitError, finite, non_negative, normal_or_zero};
use crate::num::root::root_of_product;
use crate::num::short::Short;
use crate::weight::{Dims, Weight};
use crate::word::Map;

/// What the values of a weight will look like: their distribution, and what is known of it.
///
/// A law holds no randomness. Most are for weights of any shape; one whose values are not independent
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
    listed: Listed,
    /// Multiplies the variance of what is listed. Kept apart from it, so that every factor of a chain
    /// of `Scaled` has been multiplied together before one root is taken.
    factor: f64,
    /// Whether its parameters are those of one machine.
    of_this_machine: bool,
    /// How far a check lets values be that are not random, beside rounding.
    tolerance: f64,
    /// A value that a check counts apart.
    stray: Option<f64>,
}

impl Law {
    pub(super) fn unscaled(law: impl Into<Listed>) -> Self {
        Law {
            listed: law.into(),
            factor: 1.0,
            of_this_machine: false,
            tolerance: 0.0,
            stray: None,
        }
    }

    /// A law that belongs to the shape of a weight, times a gain.
    pub(super) fn of_shape<L: Into<Listed>>(
        weight: &Weight,
        gain: f64,
        law: impl FnOnce() -> Result<L, InitError>,
    ) -> Result<Self, InitError> {
        let gain = non_negative("gain", gain)?;
        let factor = normal_or_zero("square of the gain", gain * gain, gain > 0.0)?;
        // Shares and means of no elements would be 0 / 0.
        if weight.is_empty() {
            return Constant::new(0.0).map(Law::unscaled);
        }
        Ok(Law {
            factor,
            ..Law::unscaled(law()?)
        })
    }

    /// The law of a smaller weight, each of whose outputs stands for `times` in a row of `weight`:
    /// their values are the same. See [`Icnr`](crate::Icnr).
    ///
    /// # Errors
    ///
    /// As for [`Weight::with_fewer_outputs`], whose law this is; and what
    /// [`belongs_to`](Law::belongs_to) refuses of it.
    pub(crate) fn repeated(self, weight: &Weight, times: u64) -> Result<Self, InitError> {
        let small = weight.with_fewer_outputs(times)?;
        self.belongs_to(&small)?;
        if weight.is_empty() {
            return Ok(self);
        }
        let repeated = Repeated {
            law: self.listed,
            repetition: Repetition::new(weight, times)?,
        };
        Ok(Law {
            listed: repeated.into(),
            ..self
        })
    }

    /// The same law with its variance multiplied by `variance`: every value is multiplied by the
    /// factor's root, and so are the mean and the bounds. The draws stay what they were.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the factor is negative, NaN or infinite, or if it takes
    /// the law's variance out of the normal numbers of `f64`. A factor of 0 gives zeros.
    pub fn scaled(self, variance: f64) -> Result<Self, InitError> {
        let given = non_negative("variance factor", variance)?;
        let factor = self.factor * given;
        let positive = self.factor > 0.0 && given > 0.0;
        normal_or_zero("product of variance factors", factor, positive)?;
        // A law without a known variance or mean has none that could leave the range of f64.
        let variance = self.listed.variance().unwrap_or(0.0);
        normal_or_zero("variance", variance * factor, positive && variance > 0.0)?;
        finite("mean", self.listed.mean().unwrap_or(0.0) * factor.sqrt())?;
        Ok(Law { factor, ..self })
    }

    /// The law of values that are each mapped by an increasing function; the draws stay what they were.
    ///
    /// ```
    /// use fanin::{Law, Map};
    ///
    /// // Log-normal: its mean is exp(1 / 8).
    /// let law = Law::normal(0.0, 0.25)?.mapped(Map::Exp)?;
    /// assert!((law.mean().unwrap() / 0.125_f64.exp() - 1.0).abs() < 1e-12);
    /// assert_eq!(law.support(), Some((0.0, f64::INFINITY)));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InitError::NotIndependent`] unless it is normal, uniform, truncated normal, one of them mapped, or
    /// constant; [`InitError::InvalidParameter`] if it has values that the function is not for, as 0 for a
    /// logarithm, or no finite variance is left.
    pub fn mapped(self, map: Map) -> Result<Self, InitError> {
        let of_this_machine = self.of_this_machine;
        let mapped: Listed = match self.draws() {
            Draws::Constant(value) => Constant::mapped(value, map)?.into(),
            Draws::Affine(_) | Draws::Mapped { .. } if !matches!(self.listed, Listed::Signs(_)) => {
                Mapped::new(self.listed, self.factor, map)?.into()
            }
            _ => {
                return Err(InitError::NotIndependent {
                    what: "a map",
                    law: self.to_string(),
                    rule: "a normal, uniform or truncated normal law is mapped, or one of them mapped; map it \
                           before anything else is done with it",
                });
            }
        };
        Ok(Law {
            of_this_machine,
            ..Law::unscaled(mapped)
        })
    }

    /// The law before it is mapped, and how it is.
    pub(crate) fn unmapped(&self) -> Option<(Law, Map)> {
        match &self.listed {
            Listed::Mapped(mapped) if self.factor > 0.0 => {
                let law = Law {
                    listed: mapped.law.clone(),
                    factor: mapped.factor,
                    ..*self
                };
                Some((law, mapped.map))
            }
            _ => None,
        }
    }

    /// The same law with a factor of the variance for every place along an axis of `weight`: see
    /// [`ScaledAlong`](crate::ScaledAlong), [`ZeroRows`](crate::ZeroRows). `what` is it in an error.
    ///
    /// # Errors
    ///
    /// [`InitError::NotIndependent`] unless it is element-wise; and as for a law that is
    /// [scaled](Law::scaled) by the least and the largest of the factors.
    pub(crate) fn factored(self, factors: Factors, what: &'static str) -> Result<Self, InitError> {
        if !self.is_elementwise() {
            return Err(InitError::NotIndependent {
                what,
                law: self.to_string(),
                rule: "a matrix, a choice or a repetition with other factors is another law; draw the rows \
                       that are to differ as parts, with ByPart",
            });
        }
        let Some((least, most)) = factors.extremes() else {
            return Law::constant(0.0);
        };
        if self.factor == 0.0 {
            return Ok(self);
        }
        self.clone().scaled(least)?;
        self.clone().scaled(most)?;
        let (law, factors) = match self.listed {
            // Those of one and of another axis are together one law.
            Listed::Factored(inner) => (inner.law.clone(), inner.factors.clone().times(&factors)),
            law => (law, factors),
        };
        Ok(Law {
            listed: Factored { law, factors }.into(),
            ..self
        })
    }

    /// The law before it has factors along axes, and these, of such a law.
    pub(crate) fn unfactored(&self) -> Option<(Law, &Factors)> {
        match &self.listed {
            Listed::Factored(factored) if self.factor > 0.0 => {
                let law = Law {
                    listed: factored.law.clone(),
                    ..*self
                };
                Some((law, &factored.factors))
            }
            _ => None,
        }
    }

    /// Its values in exactly `nonzeros` of the connections of every output of `weight`, and zeros elsewhere.
    /// See [`SparseOf`](crate::SparseOf).
    ///
    /// # Errors
    ///
    /// [`InitError::NotIndependent`] for a law that belongs to a shape; and as for [`sparse`](Law::sparse).
    pub fn sparse_of(weight: &Weight, nonzeros: u64, law: Law) -> Result<Self, InitError> {
        if law.has_shape() {
            return Err(InitError::NotIndependent {
                what: "a choice of connections",
                law: law.to_string(),
                rule: "it is for a law of any shape; draw the rows that are to differ as parts, with ByPart",
            });
        }
        if weight.is_empty() || law.factor == 0.0 {
            return Law::constant(0.0);
        }
        let sparse_of = SparseOf {
            connections: sparse::chosen(weight, Unit::Output, nonzeros)?,
            law: law.listed,
        };
        Ok(Law {
            listed: sparse_of.into(),
            ..law
        })
    }

    /// The law of what is kept, and what is, of such a law.
    pub(crate) fn unchosen(&self) -> Option<(Law, &Connections)> {
        match &self.listed {
            Listed::SparseOf(sparse) if self.factor > 0.0 => {
                let law = Law {
                    listed: sparse.law.clone(),
                    ..*self
                };
                Some((law, &sparse.connections))
            }
            _ => None,
        }
    }

    /// The mean, where it is known.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        self.known(self.listed.mean(), self.factor.sqrt())
    }

    /// The variance, where it is known.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        self.known(self.listed.variance(), self.factor)
    }

    /// The standard deviation, the root of the variance, where it is known.
    #[must_use]
    pub fn std(&self) -> Option<f64> {
        self.listed
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
        self.listed.kurtosis()
    }

    /// The least closed interval that holds all values, as (low, high), where it is known.
    ///
    /// It is that of the law as mathematics has it: the whole line for a normal law, of which the
    /// draws reach 6.76 standard deviations (`f64`: 9.49).
    #[must_use]
    pub fn support(&self) -> Option<(f64, f64)> {
        self.listed.support(self.factor)
    }

    /// The same law, of which [`is_bit_stable`](Law::is_bit_stable) is false: for a scheme whose
    /// parameters are computed with functions that differ between machines.
    #[must_use]
    pub fn of_this_machine(mut self) -> Self {
        self.of_this_machine = true;
        self
    }

    /// The same law, of whose values a check accepts those as far from what they should be, beside rounding, if
    /// they are not random: constants, and what follows from the index.
    pub(crate) fn tolerating(mut self, distance: f64) -> Self {
        self.tolerance = distance;
        self
    }

    /// The same law, of whose random values a check counts those of exactly this size apart: what a generator of
    /// another make leaves in place of a draw, once in 2^23 at most.
    pub(crate) fn straying(mut self, value: f64) -> Self {
        self.stray = Some(value);
        self
    }

    /// The value that a check counts apart.
    pub(crate) fn stray(&self) -> Option<f64> {
        self.stray
    }

    /// How far a check lets values be that are not random.
    pub(crate) fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// Whether a key gives the same bits on every machine and for as long as the stream's version
    /// stands. It is false of a distribution that the caller brings and of a gain computed from the
    /// caller's own function, for which nobody can promise it.
    #[must_use]
    pub fn is_bit_stable(&self) -> bool {
        self.factor == 0.0 || (!self.of_this_machine && self.listed.is_bit_stable())
    }

    /// Whether a value depends on its own draw alone (or on none). Of other laws, those of whole
    /// matrices, a region is a slice of the whole, which is made for it; see
    /// [`Filler::region`](crate::Filler::region).
    #[must_use]
    pub fn is_elementwise(&self) -> bool {
        self.listed.is_elementwise()
    }

    /// Whether it is for weights of one shape only, whose indices it is drawn by.
    pub(crate) fn has_shape(&self) -> bool {
        self.listed.shape().is_some()
    }

    /// Whether the law is one for weights of that shape. Most are for any.
    ///
    /// # Errors
    ///
    /// [`InitError::LawOfAnotherShape`] if it was made for another.
    pub(crate) fn belongs_to(&self, weight: &Weight) -> Result<(), InitError> {
        match self.listed.shape() {
            Some(shape) if *shape != weight.dims() => Err(InitError::LawOfAnotherShape {
                law: shape.lens(),
                weight: weight.shape().to_vec(),
                reading: weight.reading().to_string(),
            }),
            _ => Ok(()),
        }
    }

    /// The same for the shape of an array. Of a law that was scaled to zeros no shape is left.
    pub(crate) fn is_for_shape(&self, shape: &[usize]) -> bool {
        match self.listed.shape() {
            Some(own) => self.factor == 0.0 || *own == Dims::new(shape),
            None => true,
        }
    }

    /// The root mean square of the values that are not zeros by their index, of a law that belongs to
    /// a shape.
    pub(crate) fn spread(&self) -> Option<f64> {
        if self.factor == 0.0 {
            return None;
        }
        Some(self.listed.spread()? * self.factor.sqrt())
    }

    /// What a check knows of one value, of a law whose values are independent and not all the same.
    pub(crate) fn marginal(&self) -> Option<Marginal> {
        self.listed.marginal(self.factor)
    }

    /// The law of the smaller weight whose outputs are repeated, and how, of such a law.
    pub(crate) fn unrepeated(&self) -> Option<(&Repetition, Law)> {
        match &self.listed {
            Listed::Repeated(repeated) if self.factor > 0.0 => {
                let law = Law {
                    listed: repeated.law.clone(),
                    ..*self
                };
                Some((&repeated.repetition, law))
            }
            _ => None,
        }
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
        self.listed.draws(self.factor)
    }
}

impl PartialEq for Law {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (&self.listed, &other.listed);
        a.draws_as(self.factor, b, other.factor)
    }
}

/// As the call that makes it, its factor multiplied in, to one rounding. A law that belongs to a shape
/// was made for a weight, whose shape it prints.
impl fmt::Debug for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.listed.code(self.factor, f)
    }
}

/// In words: `normal, mean 0, variance 0.002551`.
impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.listed.words(self.factor, f)?;
        if self.listed.as_constant(self.factor).is_some() {
            return Ok(());
        }
        if let Some(mean) = self.mean() {
            write!(f, ", mean {}", Short(mean))?;
        }
        if let Some(variance) = self.variance() {
            write!(f, ", variance {}", Short(variance))?;
        }
        Ok(())
    }
}
