//! A law: one of the list, and the factor that scales it.

use std::{fmt, sync::Arc};

use rand_distr::Distribution;

use super::bilinear::Bilinear;
use super::brought::Brought;
use super::constant::{self, Constant};
use super::delta_orthogonal::DeltaOrthogonal;
use super::dirac::Dirac;
use super::draws::Draws;
use super::gate::Gate;
use super::normal::Normal;
use super::orthogonal::Orthogonal;
use super::repeated::Repeated;
use super::shape::{Repetition, Unit};
use super::skeleton::{Marginal, Skeleton};
use super::sparse::Sparse;
use super::truncated_normal::TruncatedNormal;
use super::uniform::Uniform;
use crate::error::{InitError, finite, non_negative, normal_or_zero};
use crate::num::root::root_of_product;
use crate::num::short::Short;
use crate::weight::{Dims, Weight};
use crate::word::Centre;

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
}

macro_rules! list {
    (
        inline { $($inline:ident: $inline_type:ty,)* }
        shared { $($shared:ident: $shared_type:ty,)* }
    ) => {
        /// The laws that there are, before they are scaled: the list.
        #[derive(Clone, PartialEq)]
        enum Listed {
            $($inline($inline_type),)*
            $($shared(Arc<$shared_type>),)*
        }

        impl Listed {
            fn skeleton(&self) -> &dyn Skeleton {
                match self {
                    $(Listed::$inline(law) => law,)*
                    $(Listed::$shared(law) => &**law,)*
                }
            }
        }

        $(impl From<$inline_type> for Listed {
            fn from(law: $inline_type) -> Self {
                Listed::$inline(law)
            }
        })*

        $(impl From<$shared_type> for Listed {
            fn from(law: $shared_type) -> Self {
                Listed::$shared(Arc::new(law))
            }
        })*
    };
}

// Those for weights of any shape are held in place, since making one must not allocate.
list! {
    inline {
        Constant: Constant,
        Normal: Normal,
        Uniform: Uniform,
        TruncatedNormal: TruncatedNormal,
        Brought: Brought,
    }
    shared {
        Orthogonal: Orthogonal,
        DeltaOrthogonal: DeltaOrthogonal,
        Dirac: Dirac,
        Sparse: Sparse,
        Bilinear: Bilinear,
        Gate: Gate,
        Repeated: Repeated<Listed>,
    }
}

impl Law {
    /// Every value is `value`.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is NaN or infinite.
    pub fn constant(value: f64) -> Result<Self, InitError> {
        Constant::new(value).map(Law::unscaled)
    }

    /// The normal law of that mean and **variance** (not standard deviation).
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the mean is NaN or infinite, or the variance is
    /// negative, NaN, infinite or so small (below 2.3e-308) that its root would not be exact. A
    /// variance of 0 is the constant law.
    pub fn normal(mean: f64, variance: f64) -> Result<Self, InitError> {
        Normal::new(mean, variance).map(Law::unscaled)
    }

    /// The uniform law between `low` and `high`. If they are equal it is the constant law.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if a bound is NaN or infinite, `high` is below `low`, or the
    /// square of their distance is not a normal number (or 0).
    pub fn uniform(low: f64, high: f64) -> Result<Self, InitError> {
        Uniform::new(low, high).map(Law::unscaled)
    }

    /// The uniform law of mean 0 and that variance: between `-sqrt(3 variance)` and
    /// `sqrt(3 variance)`.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] as for [`normal`](Law::normal).
    pub fn centred_uniform(variance: f64) -> Result<Self, InitError> {
        Uniform::centred(variance).map(Law::unscaled)
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
        TruncatedNormal::between(mean, parent_variance, low, high).map(Law::unscaled)
    }

    /// The truncated normal law of mean 0 and that variance, **after it was cut** at `cut`
    /// standard deviations of its parent on either side.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the variance is what [`normal`](Law::normal) refuses, or
    /// `cut` is below 1e-30 or NaN. A variance of 0 is the constant law.
    pub fn centred_truncated_normal(variance: f64, cut: f64) -> Result<Self, InitError> {
        TruncatedNormal::centred(variance, cut).map(Law::unscaled)
    }

    /// The law of a distribution of the caller's, of which nothing is known but what it yields.
    /// See [`FromDistribution`](crate::FromDistribution) for what it can and cannot promise, and
    /// for stating its moments.
    pub fn distribution<D>(distribution: D) -> Self
    where
        D: Distribution<f64> + fmt::Debug + Send + Sync + 'static,
    {
        Law::brought(Brought::new(distribution))
    }

    /// `gain` times a random orthogonal matrix: a row for every output, a column for every input and
    /// place of the kernel. See [`Orthogonal`](crate::Orthogonal).
    ///
    /// # Errors
    ///
    /// [`InitError::NotAMatrix`] for a weight without outputs or inputs,
    /// [`InitError::InvalidParameter`] for a gain that is negative, NaN or infinite, or whose square
    /// is not a normal number (or 0).
    pub fn orthogonal(weight: &Weight, gain: f64) -> Result<Self, InitError> {
        Law::of_shape(weight, gain, || Orthogonal::new(weight))
    }

    /// `gain` times a random orthogonal matrix of outputs and inputs at the kernel's centre, zeros
    /// elsewhere. See [`DeltaOrthogonal`](crate::DeltaOrthogonal).
    ///
    /// # Errors
    ///
    /// As for [`orthogonal`](Law::orthogonal).
    pub fn delta_orthogonal(weight: &Weight, gain: f64, centre: Centre) -> Result<Self, InitError> {
        Law::of_shape(weight, gain, || DeltaOrthogonal::new(weight, centre))
    }

    /// `gain` where output and input have the same number, at the kernel's centre, and zeros
    /// elsewhere. See [`Identity`](crate::Identity) and [`Dirac`](crate::Dirac).
    ///
    /// # Errors
    ///
    /// As for [`orthogonal`](Law::orthogonal).
    pub fn dirac(weight: &Weight, gain: f64, centre: Centre) -> Result<Self, InitError> {
        Law::of_shape(weight, gain, || Dirac::new(weight, centre))
    }

    /// Normal values of mean 0 and that standard deviation in exactly `nonzeros` of the connections
    /// of every output, and zeros elsewhere. See [`Sparse`](crate::Sparse).
    ///
    /// # Errors
    ///
    /// As for [`orthogonal`](Law::orthogonal), the standard deviation being the gain; and
    /// [`InitError::InvalidParameter`] if an output has fewer connections.
    pub fn sparse(weight: &Weight, nonzeros: u64, std: f64) -> Result<Self, InitError> {
        Law::of_shape(weight, std, || Sparse::new(weight, Unit::Output, nonzeros))
    }

    /// The same for every input: what PyTorch's `sparse_` does with columns.
    ///
    /// # Errors
    ///
    /// As for [`sparse`](Law::sparse), of an input's connections.
    pub fn sparse_inputs(weight: &Weight, nonzeros: u64, std: f64) -> Result<Self, InitError> {
        Law::of_shape(weight, std, || Sparse::new(weight, Unit::Input, nonzeros))
    }

    /// `gain` times linear interpolation, for a transposed convolution that enlarges every channel
    /// by itself. See [`BilinearKernel`](crate::BilinearKernel).
    ///
    /// # Errors
    ///
    /// As for [`orthogonal`](Law::orthogonal); and [`InitError::InvalidParameter`] for a kernel of
    /// more than 65,536 places along an axis.
    pub fn bilinear(weight: &Weight, gain: f64) -> Result<Self, InitError> {
        Law::of_shape(weight, gain, || Bilinear::new(weight))
    }

    /// `value` (at least 0) in block `which` of so many equal blocks of the outputs, and zeros
    /// elsewhere. See [`ForgetGateBias`](crate::ForgetGateBias).
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] for a negative, NaN or infinite value, if there is no such
    /// block, or if the number of outputs is not a multiple of that of the blocks.
    pub fn block(weight: &Weight, value: f64, blocks: u64, which: u64) -> Result<Self, InitError> {
        Law::of_shape(weight, value, || Gate::new(weight, blocks, which))
    }

    pub(crate) fn brought(brought: Brought) -> Self {
        Law::unscaled(brought)
    }

    fn unscaled(law: impl Into<Listed>) -> Self {
        Law {
            listed: law.into(),
            factor: 1.0,
            of_this_machine: false,
        }
    }

    /// A law that belongs to the shape of a weight, times a gain.
    fn of_shape<L: Into<Listed>>(
        weight: &Weight,
        gain: f64,
        law: impl FnOnce() -> Result<L, InitError>,
    ) -> Result<Self, InitError> {
        let gain = non_negative("gain", gain)?;
        let factor = normal_or_zero("square of the gain", gain * gain, gain > 0.0)?;
        // Shares and means of no elements would be 0 / 0.
        if weight.is_empty() {
            return Law::constant(0.0);
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
    pub fn scaled(&self, variance: f64) -> Result<Self, InitError> {
        let given = non_negative("variance factor", variance)?;
        let factor = self.factor * given;
        let positive = self.factor > 0.0 && given > 0.0;
        normal_or_zero("product of variance factors", factor, positive)?;
        // A law without a known variance or mean has none that could leave the range of f64.
        let variance = self.listed.variance().unwrap_or(0.0);
        normal_or_zero("variance", variance * factor, positive && variance > 0.0)?;
        finite("mean", self.listed.mean().unwrap_or(0.0) * factor.sqrt())?;
        Ok(Law {
            listed: self.listed.clone(),
            factor,
            of_this_machine: self.of_this_machine,
        })
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

    /// Whether a key gives the same bits on every machine and for as long as the stream's version
    /// stands. It is false of a distribution that the caller brings and of a gain computed from the
    /// caller's own function, for which nobody can promise it.
    #[must_use]
    pub fn is_bit_stable(&self) -> bool {
        !self.of_this_machine && (self.factor == 0.0 || self.listed.is_bit_stable())
    }

    /// Whether a value depends on its own draw alone (or on none). Of other laws, those of whole
    /// matrices, a region is a slice of the whole, which is made for it; see
    /// [`Initializer::init_region`](crate::Initializer::init_region).
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
    /// [`InitError::ShapeMismatch`] if it was made for another.
    pub(crate) fn belongs_to(&self, weight: &Weight) -> Result<(), InitError> {
        match self.listed.shape() {
            Some(shape) if shape != weight.dims() => Err(InitError::ShapeMismatch {
                weight: shape.as_slice().to_vec(),
                array: weight.shape().to_vec(),
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

/// The skeleton of whichever it is. A factor of 0 leaves zeros of every law.
impl Skeleton for Listed {
    fn mean(&self) -> Option<f64> {
        self.skeleton().mean()
    }

    fn variance(&self) -> Option<f64> {
        self.skeleton().variance()
    }

    fn kurtosis(&self) -> Option<f64> {
        self.skeleton().kurtosis()
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        if factor == 0.0 {
            return Some((0.0, 0.0));
        }
        match self.constant(factor) {
            Some(value) => Some((value, value)),
            None => self.skeleton().support(factor),
        }
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        match self.constant(factor) {
            _ if factor == 0.0 => Draws::Constant(0.0),
            Some(value) => Draws::Constant(value),
            None => self.skeleton().draws(factor),
        }
    }

    fn constant(&self, factor: f64) -> Option<f64> {
        self.skeleton().constant(factor)
    }

    fn marginal(&self, factor: f64) -> Option<Marginal> {
        match self.constant(factor) {
            None if factor > 0.0 => self.skeleton().marginal(factor),
            _ => None,
        }
    }

    fn shape(&self) -> Option<&Dims> {
        self.skeleton().shape()
    }

    fn spread(&self) -> Option<f64> {
        self.skeleton().spread()
    }

    fn is_elementwise(&self) -> bool {
        self.skeleton().is_elementwise()
    }

    fn is_bit_stable(&self) -> bool {
        self.skeleton().is_bit_stable()
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(value) = self.as_constant(factor) {
            return constant::code(value, f);
        }
        self.skeleton().code(factor, f)?;
        match self.shape() {
            Some(shape) => write!(f, " for {:?}", shape.as_slice()),
            None => Ok(()),
        }
    }

    fn words(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_constant(factor) {
            Some(value) => constant::words(value, f),
            None => self.skeleton().words(factor, f),
        }
    }
}

impl Listed {
    /// The value of a law that is best told as a constant. One that belongs to a shape, or that the
    /// caller brought, keeps its name.
    fn as_constant(&self, factor: f64) -> Option<f64> {
        let keeps_its_name = self.shape().is_some() || !self.is_bit_stable();
        match self.constant(factor) {
            Some(value) => Some(value),
            None => (factor == 0.0 && !keeps_its_name).then_some(0.0),
        }
    }

    /// Whether two laws draw the same values from every key.
    fn draws_as(&self, factor: f64, other: &Listed, other_factor: f64) -> bool {
        match (self.draws(factor), other.draws(other_factor)) {
            (Draws::Constant(a), Draws::Constant(b)) => a == b,
            (Draws::Affine(a), Draws::Affine(b)) => a == b,
            _ => match (self, other) {
                (Listed::Repeated(a), Listed::Repeated(b)) => {
                    a.repetition == b.repetition && a.law.draws_as(factor, &b.law, other_factor)
                }
                _ => self == other && factor == other_factor,
            },
        }
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
