//! Any distribution of the caller's.

use std::{fmt, sync::Arc};

use chacha20::ChaCha8Rng;
use rand_distr::Distribution;

use crate::{InitError, Law, Scheme, Weight, error::finite, law::valid_variance};

/// Any `rand_distr::Distribution<f64>` as a scheme: for every float type, by key, in any order.
///
/// The distribution is sampled block by block, each from a generator of its own for the key and
/// the block, so that keys, memory order and [`Scaled`](crate::Scaled) work as for every scheme.
/// Samples are `f64`, multiplied by the root of what `Scaled` asks for, and then rounded; `f16`
/// and `bf16` by way of `f32`.
///
/// **It cannot promise the bits.** They are those of the version of the crate that the
/// distribution comes from, and of the platform's mathematics if it uses that:
/// [`Law::is_bit_stable`] is false. And what it yields is seen as it is drawn: a value that is not
/// finite in the element type is an error at which the array may be partly written.
///
/// ```
/// use fanin::{FromDistribution, Initializer, Key};
/// use ndarray::Array2;
/// use rand_distr::StudentT;
///
/// // Heavier tails than normal; its variance is n / (n - 2).
/// let heavy = FromDistribution::new(StudentT::new(5.0).unwrap()).with_moments(0.0, 5.0 / 3.0)?;
/// let w: Array2<f32> = heavy.scaled(1.0 / 64.0)?.init_keyed(&Key::from_seed(2), (32, 64))?;
/// assert_eq!(w.dim(), (32, 64));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// Its scale does not follow the fans by itself; a [`Scheme`] of one's own divides by them, with
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

    /// States the mean and the variance of the distribution, so that its law knows them.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the mean is NaN or infinite, or the variance negative,
    /// NaN, infinite or subnormal.
    pub fn with_moments(mut self, mean: f64, variance: f64) -> Result<Self, InitError> {
        let mean = finite("mean", mean)?;
        self.0.moments = Some((mean, valid_variance(variance)?));
        Ok(self)
    }

    /// States the kurtosis E (x - mean)^4 / variance^2, which is 3 for a normal law.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is NaN, infinite or below 1, which no law has.
    pub fn with_kurtosis(mut self, kurtosis: f64) -> Result<Self, InitError> {
        if !(1.0..f64::INFINITY).contains(&kurtosis) {
            return Err(InitError::InvalidParameter {
                name: "kurtosis",
                value: kurtosis,
                rule: "finite and at least 1",
            });
        }
        self.0.kurtosis = Some(kurtosis);
        Ok(self)
    }

    /// States the least interval that holds all values; its ends may be infinite.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `low` or `high` is NaN, or `high` is below `low`.
    pub fn with_support(mut self, low: f64, high: f64) -> Result<Self, InitError> {
        if low.is_nan() {
            return Err(InitError::InvalidParameter {
                name: "low",
                value: low,
                rule: "a number",
            });
        }
        if high.is_nan() || high < low {
            return Err(InitError::InvalidParameter {
                name: "high",
                value: high,
                rule: "at least the lower bound",
            });
        }
        self.0.support = Some((low, high));
        Ok(self)
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

/// A distribution that the caller brought, with what is known of it.
#[derive(Clone)]
pub(crate) struct Brought {
    distribution: Arc<dyn Sample>,
    moments: Option<(f64, f64)>,
    kurtosis: Option<f64>,
    support: Option<(f64, f64)>,
}

/// `Distribution<f64>` for one generator, which makes it object-safe.
trait Sample: fmt::Debug + Send + Sync {
    fn sample(&self, rng: &mut ChaCha8Rng) -> f64;
}

impl<D: Distribution<f64> + fmt::Debug + Send + Sync> Sample for D {
    fn sample(&self, rng: &mut ChaCha8Rng) -> f64 {
        Distribution::sample(self, rng)
    }
}

impl Brought {
    pub(crate) fn new<D>(distribution: D) -> Self
    where
        D: Distribution<f64> + fmt::Debug + Send + Sync + 'static,
    {
        Brought {
            distribution: Arc::new(distribution),
            moments: None,
            kurtosis: None,
            support: None,
        }
    }

    pub(crate) fn sample(&self, rng: &mut ChaCha8Rng) -> f64 {
        self.distribution.sample(rng)
    }

    pub(crate) fn mean(&self) -> Option<f64> {
        self.moments.map(|(mean, _)| mean)
    }

    pub(crate) fn variance(&self) -> Option<f64> {
        self.moments.map(|(_, variance)| variance)
    }

    pub(crate) fn kurtosis(&self) -> Option<f64> {
        self.kurtosis
    }

    pub(crate) fn support(&self) -> Option<(f64, f64)> {
        self.support
    }
}

/// As the calls that made the scheme.
impl fmt::Debug for Brought {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FromDistribution::new({:?})", self.distribution)?;
        if let Some((mean, variance)) = self.moments {
            write!(f, ".with_moments({mean:?}, {variance:?})")?;
        }
        if let Some(kurtosis) = self.kurtosis {
            write!(f, ".with_kurtosis({kurtosis:?})")?;
        }
        if let Some((low, high)) = self.support {
            write!(f, ".with_support({low:?}, {high:?})")?;
        }
        Ok(())
    }
}

impl PartialEq for Brought {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.distribution, &other.distribution)
    }
}
