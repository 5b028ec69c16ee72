//! The law of a user-supplied distribution.

use std::{fmt, sync::Arc};

use chacha20::ChaCha8Rng;
use rand_distr::Distribution;

use super::draws::{Draws, Sampler};
use super::skeleton::{Marginal, Skeleton};
use crate::error::{InitError, finite, valid_variance};

/// A user-supplied distribution, with what is known of it.
#[derive(Clone)]
pub(crate) struct Brought {
    sampler: Arc<dyn Sampler>,
    moments: Option<(f64, f64)>,
    kurtosis: Option<f64>,
    support: Option<(f64, f64)>,
}

/// `Distribution<f64>` for one generator, which makes it object-safe.
impl<D: Distribution<f64> + fmt::Debug + Send + Sync> Sampler for D {
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
            sampler: Arc::new(distribution),
            moments: None,
            kurtosis: None,
            support: None,
        }
    }

    /// The same with its mean and variance stated.
    pub(crate) fn stating_moments(mut self, mean: f64, variance: f64) -> Result<Self, InitError> {
        let mean = finite("mean", mean)?;
        self.moments = Some((mean, valid_variance(variance)?));
        Ok(self)
    }

    /// The same with its kurtosis stated.
    pub(crate) fn stating_kurtosis(mut self, kurtosis: f64) -> Result<Self, InitError> {
        if !(1.0..f64::INFINITY).contains(&kurtosis) {
            return Err(InitError::InvalidParameter {
                name: "kurtosis",
                value: kurtosis,
                rule: "finite and at least 1",
            });
        }
        self.kurtosis = Some(kurtosis);
        Ok(self)
    }

    /// The same with its support stated.
    pub(crate) fn stating_support(mut self, low: f64, high: f64) -> Result<Self, InitError> {
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
        self.support = Some((low, high));
        Ok(self)
    }
}

impl Skeleton for Brought {
    fn mean(&self) -> Option<f64> {
        self.moments.map(|(mean, _)| mean)
    }

    fn variance(&self) -> Option<f64> {
        self.moments.map(|(_, variance)| variance)
    }

    fn kurtosis(&self) -> Option<f64> {
        self.kurtosis
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        let ((low, high), root) = (self.support?, factor.sqrt());
        Some((low * root, high * root))
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Sampled {
            sampler: &*self.sampler,
            scale: factor.sqrt(),
        }
    }

    fn marginal(&self, factor: f64) -> Option<Marginal> {
        Some(Marginal {
            centre: 0.0,
            mean: self.mean().map(|mean| mean * factor.sqrt()),
            cdf: None,
            is_normal: false,
            grid: 0.0,
            bias: 0.0,
            limits: self.support(factor),
            eighth_moment: None,
        })
    }

    fn is_bit_stable(&self) -> bool {
        false
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")?;
        if factor != 1.0 {
            write!(f, ".scaled({factor:?})")?;
        }
        Ok(())
    }

    fn words(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code(factor, f)
    }
}

/// As the calls that made the scheme.
impl fmt::Debug for Brought {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FromDistribution::new({:?})", self.sampler)?;
        if let Some((mean, variance)) = self.moments {
            write!(f, ".moments({mean:?}, {variance:?})")?;
        }
        if let Some(kurtosis) = self.kurtosis {
            write!(f, ".kurtosis({kurtosis:?})")?;
        }
        if let Some((low, high)) = self.support {
            write!(f, ".support({low:?}, {high:?})")?;
        }
        Ok(())
    }
}

/// Two are equal if they hold the same distribution.
impl PartialEq for Brought {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.sampler, &other.sampler)
    }
}
