//! What laws are made of.

use std::fmt;
use std::sync::Arc;

use rand_distr::Distribution;

use super::bilinear::Bilinear;
use super::brought::Brought;
use super::constant::Constant;
use super::delta_orthogonal::DeltaOrthogonal;
use super::dirac::Dirac;
use super::gate::Gate;
use super::law::Law;
use super::listed::Listed;
use super::mapped::Mapped;
use super::normal::Normal;
use super::orthogonal::Orthogonal;
use super::shape::Unit;
use super::signs::Signs;
use super::sparse::Sparse;
use super::table::Table;
use super::truncated_normal::TruncatedNormal;
use super::uniform::Uniform;
use crate::error::InitError;
use crate::num::functions::in_f64;
use crate::weight::Weight;
use crate::word::{Centre, Map};

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

    /// The law between `low` and `high` whose logarithm is uniform: each order of magnitude is equally
    /// likely. See [`LogUniform`](crate::LogUniform).
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] unless both lie between 1e-304 and 1e304, and `high` is at least
    /// `low`. If they are equal it is the constant law.
    pub fn log_uniform(low: f64, high: f64) -> Result<Self, InitError> {
        for (name, bound) in [("low", low), ("high", high)] {
            // exp(-700) and exp(700).
            if !(1e-304..=1e304).contains(&bound) {
                return Err(InitError::InvalidParameter {
                    name,
                    value: bound,
                    rule: "from 1e-304 to 1e304",
                });
            }
        }
        if low == high {
            return Law::constant(low);
        }
        if high < low {
            return Err(InitError::InvalidParameter {
                name: "high",
                value: high,
                rule: "at least the lower bound",
            });
        }
        let logarithms = Uniform::new(in_f64::ln(low), in_f64::ln(high))?;
        Mapped::within(Listed::from(logarithms), 1.0, Map::Exp, (low, high)).map(Law::unscaled)
    }

    /// `size` or `-size`, each with chance 1/2. See [`Signs`](crate::Signs).
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is negative, NaN or infinite, or its square is not a normal
    /// number (or 0).
    pub fn signs(size: f64) -> Result<Self, InitError> {
        Signs::new(size).map(Law::unscaled)
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
    /// place of the kernel. See [`Orthogonal`](struct@crate::Orthogonal).
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
    /// elsewhere. See [`DeltaOrthogonal`](struct@crate::DeltaOrthogonal).
    ///
    /// # Errors
    ///
    /// As for [`orthogonal`](Law::orthogonal).
    pub fn delta_orthogonal(weight: &Weight, gain: f64, centre: Centre) -> Result<Self, InitError> {
        Law::of_shape(weight, gain, || DeltaOrthogonal::new(weight, centre))
    }

    /// `gain` where output and input have the same number, at the kernel's centre, and zeros
    /// elsewhere. See [`Identity`](struct@crate::Identity) and [`Dirac`](struct@crate::Dirac).
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
    pub fn sparse(weight: &Weight, nonzeros: usize, std: f64) -> Result<Self, InitError> {
        Law::of_shape(weight, std, || {
            Sparse::new(weight, Unit::Output, nonzeros as u64)
        })
    }

    /// The same for every input: what PyTorch's `sparse_` does with columns.
    ///
    /// # Errors
    ///
    /// As for [`sparse`](Law::sparse), of an input's connections.
    pub fn sparse_inputs(weight: &Weight, nonzeros: usize, std: f64) -> Result<Self, InitError> {
        Law::of_shape(weight, std, || {
            Sparse::new(weight, Unit::Input, nonzeros as u64)
        })
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

    /// `value` (at least 0) for gate `which`, counted from 0, of `gates` gates that have an equal share of the
    /// outputs each, one after the other; zeros for the others. See [`ForgetGateBias`](struct@crate::ForgetGateBias).
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] for a negative, NaN or infinite value, if there is no such
    /// gate, or if the number of outputs is not a multiple of that of the gates.
    pub fn gate(
        weight: &Weight,
        value: f64,
        gates: usize,
        which: usize,
    ) -> Result<Self, InitError> {
        Law::of_shape(weight, value, || {
            Gate::new(weight, gates as u64, which as u64)
        })
    }

    /// Finite values, one for every `inner` elements, over and over: see [`Table`](crate::Table).
    pub(crate) fn table(
        weight: &Weight,
        values: Arc<[f64]>,
        inner: u64,
        tolerance: f64,
    ) -> Result<Self, InitError> {
        // Zeros have no spread that a factor could multiply.
        if weight.is_empty() || values.iter().all(|x| *x == 0.0) {
            return Law::constant(0.0);
        }
        Law::of_shape(weight, 1.0, || Table::new(weight, values, inner, tolerance))
    }

    pub(crate) fn brought(brought: Brought) -> Self {
        Law::unscaled(brought)
    }
}
