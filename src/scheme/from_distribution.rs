//! A distribution that the caller supplies.

use std::fmt;

use rand::Rng;
use rand_distr::Distribution;

use crate::error::InitError;
use crate::law::{Brought, Law};
use crate::scheme::Scheme;
use crate::weight::Weight;

/// Any `rand_distr::Distribution<f64>` as a scheme: for every float type, by key, in any order.
///
/// The distribution is sampled block by block. Each block has its own generator, which depends on
/// the key and the block, so that keys, memory order and [`Scaled`](crate::Scaled) work as for
/// every scheme. Samples are `f64`. They are multiplied by the root of the factor of `Scaled`, and
/// then rounded; to `f16` and `bf16` by way of `f32`.
///
/// **It cannot promise the bits.** They are those of the version of the crate that the
/// distribution comes from, and of the platform's mathematics if it uses that:
/// [`Law::is_bit_stable`] is false. Its values are tested only as they are drawn: if one is not
/// finite in the element type, the fill fails and the array may be partly written.
///
/// ```
/// use fanin::{FromDistribution, Initializer, Key};
/// use ndarray::Array2;
/// use rand_distr::StudentT;
///
/// // Heavier tails than normal; its variance is n / (n - 2).
/// let heavy = FromDistribution::new(StudentT::new(5.0).unwrap()).moments(0.0, 5.0 / 3.0)?;
/// let w: Array2<f32> = heavy.scaled(1.0 / 64.0)?.init_keyed(Key::from_seed(2), (32, 64))?;
/// assert_eq!(w.dim(), (32, 64));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// Its scale does not depend on the fans. A [`Scheme`] that should divide by them uses
/// [`Law::distribution`] and [`Law::scaled`].
#[derive(Clone)]
pub struct FromDistribution(Brought);

impl FromDistribution {
    /// The scheme whose values are samples of `distribution`.
    pub fn new<D>(distribution: D) -> Self
    where
        D: Distribution<f64> + fmt::Debug + Send + Sync + 'static,
    {
        FromDistribution(Brought::new(distribution))
    }

    /// The same for a distribution without `Debug`, for which `name` stands in its place.
    pub fn named<D>(name: impl Into<String>, distribution: D) -> Self
    where
        D: Distribution<f64> + Send + Sync + 'static,
    {
        FromDistribution::new(Named {
            name: name.into(),
            distribution,
        })
    }

    /// The scheme whose values are what `sample` returns, for which `name` stands in `Debug`.
    ///
    /// ```
    /// use fanin::{FromDistribution, Initializer, Key};
    /// use ndarray::Array1;
    /// use rand::RngExt;
    ///
    /// // 1 or -1.
    /// let sign = |rng: &mut dyn rand::Rng| if rng.random() { 1.0 } else { -1.0 };
    /// let signs = FromDistribution::from_fn("signs", sign).moments(0.0, 1.0)?;
    /// let s: Array1<f32> = signs.init_keyed(Key::from_seed(2), 1000)?;
    /// assert!(s.iter().all(|x| x.abs() == 1.0));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    pub fn from_fn<F>(name: impl Into<String>, sample: F) -> Self
    where
        F: Fn(&mut dyn Rng) -> f64 + Send + Sync + 'static,
    {
        FromDistribution::named(name, Sampling(sample))
    }

    /// States the mean and the variance of the distribution, so that its law knows them.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the mean is NaN or infinite, or the variance negative,
    /// NaN, infinite or subnormal.
    pub fn moments(self, mean: f64, variance: f64) -> Result<Self, InitError> {
        self.0.stating_moments(mean, variance).map(FromDistribution)
    }

    /// States the kurtosis E (x - mean)^4 / variance^2, which is 3 for a normal law.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is NaN, infinite or below 1, which no law has.
    pub fn kurtosis(self, kurtosis: f64) -> Result<Self, InitError> {
        self.0.stating_kurtosis(kurtosis).map(FromDistribution)
    }

    /// States the least interval that holds all values; its ends may be infinite.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `low` or `high` is NaN, or `high` is below `low`.
    pub fn support(self, low: f64, high: f64) -> Result<Self, InitError> {
        self.0.stating_support(low, high).map(FromDistribution)
    }
}

/// A distribution that prints a name.
struct Named<D> {
    name: String,
    distribution: D,
}

impl<D: Distribution<f64>> Distribution<f64> for Named<D> {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.distribution.sample(rng)
    }
}

impl<D> fmt::Debug for Named<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.name)
    }
}

/// A closure, which cannot be generic, as a distribution.
struct Sampling<F>(F);

impl<F: Fn(&mut dyn Rng) -> f64> Distribution<f64> for Sampling<F> {
    fn sample<R: Rng + ?Sized>(&self, mut rng: &mut R) -> f64 {
        (self.0)(&mut rng)
    }
}

impl Scheme for FromDistribution {
    fn law(&self, _: &Weight) -> Result<Law, InitError> {
        Ok(Law::brought(self.0.clone()))
    }
}

impl fmt::Debug for FromDistribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
