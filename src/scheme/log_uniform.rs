//! The law between stated bounds whose logarithm is uniform.

use std::fmt;

use super::spelled::{self, Spelled, Spelling};
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// The law between two positive bounds whose logarithm is uniform: each order of magnitude is equally likely.
///
/// - With `L = ln(high / low)`: density `1 / (x L)`, mean `(high - low) / L`, variance
///   `(high^2 - low^2) / (2 L) - mean^2`.
/// - `low`, `high`: from 1e-304 to 1e304, and normal numbers of the type that draws are made in
///   (`f32` from 1.2e-38 to 3.4e38).
/// - A value is `exp` of a uniform draw between the bounds' logarithms, kept within the bounds. In `f32` its
///   logarithm is a multiple of 2^-24 `L`, and rounded as a number of that size.
///
/// ```
/// use fanin::{Initializer, Key, LogUniform};
/// use ndarray::Array1;
///
/// let scheme = LogUniform::new(0.001, 0.1)?;
/// let dt: Array1<f32> = scheme.init_keyed(Key::from_seed(0), 10_000)?;
/// assert!(dt.iter().all(|&x| (0.001..=0.1).contains(&x)));
/// // Half of them lie below 0.01: one standard error is 0.5 %.
/// let below = dt.iter().filter(|&&x| x < 0.01).count();
/// assert!((4_800..5_200).contains(&below));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// J. Bergstra and Y. Bengio, "Random search for hyper-parameter optimization", JMLR 13, 2012, section 3
/// ("drawn exponentially").
#[derive(Clone, Copy, PartialEq)]
pub struct LogUniform {
    low: f64,
    high: f64,
}

impl LogUniform {
    /// Between `low` and `high`. Equal bounds give a constant.
    ///
    /// # Errors
    ///
    /// As [`Law::log_uniform`].
    pub fn new(low: f64, high: f64) -> Result<Self, InitError> {
        Law::log_uniform(low, high)?;
        Ok(LogUniform { low, high })
    }

    /// The lower bound.
    #[must_use]
    pub const fn low(&self) -> f64 {
        self.low
    }

    /// The upper bound.
    #[must_use]
    pub const fn high(&self) -> f64 {
        self.high
    }
}

impl Scheme for LogUniform {
    fn law(&self, _: &Weight) -> Result<Law, InitError> {
        Law::log_uniform(self.low, self.high)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for LogUniform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogUniform::new({:?}, {:?})", self.low, self.high)
    }
}

impl Spelled for LogUniform {
    const NAME: &'static str = "log_uniform";

    fn arguments(&self, call: &mut Spelling) {
        call.number("low", self.low);
        call.number("high", self.high);
    }
}

spelled::display!(LogUniform);
