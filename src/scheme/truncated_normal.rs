//! The normal law between two bounds.

use std::fmt;

use super::spelled::{self, Spelled, Spelling};
use crate::error::{InitError, non_negative};
use crate::law::Law;
use crate::num::truncated_moments::parent_std;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// The normal law restricted to [low, high], whatever the weight's fans are.
///
/// A truncation has two standard deviations, and each constructor states which it takes: that of
/// the **parent**, the normal law before it is cut ([`from_parent`]; PyTorch's `trunc_normal_` and
/// Keras's `TruncatedNormal` call it `std`), or that of the values ([`from_std`]). A parent with a
/// standard deviation of 1 that is cut at 2 leaves values with 0.8796. `mean` is the parent's; if
/// the bounds are not symmetric about it, the values have another mean, which [`Law::mean`]
/// returns.
///
/// Bounds are absolute and may be infinite. Values are drawn by inverting the distribution
/// function, so that none is rejected or stuck at a bound, and none lies outside, even after
/// rounding to `f16` or `bf16`. For a truncated law whose variance follows from a fan, see
/// [`Family::TruncatedNormal`](crate::Family::TruncatedNormal).
///
/// ```
/// use fanin::{InitError, Scheme, TruncatedNormal, Weight};
///
/// let weight = Weight::vector(100);
/// let cut = TruncatedNormal::from_parent(0.0, 1.0, -2.0, 2.0)?.law(&weight)?;
/// assert!((cut.std().unwrap() - 0.879_625_661_034_239_8).abs() < 1e-14);
///
/// let exact = TruncatedNormal::from_std(0.0, 0.02, -0.04, 0.04)?.law(&weight)?;
/// assert!((exact.std().unwrap() / 0.02 - 1.0).abs() < 1e-14);
/// assert_eq!(exact.support(), Some((-0.04, 0.04)));
/// # Ok::<(), InitError>(())
/// ```
///
/// [`from_parent`]: TruncatedNormal::from_parent
/// [`from_std`]: TruncatedNormal::from_std
#[derive(Clone, Copy, PartialEq)]
pub struct TruncatedNormal {
    mean: f64,
    parent_std: f64,
    low: f64,
    high: f64,
}

impl TruncatedNormal {
    /// The normal law of that mean and standard deviation, cut at `low` and `high`.
    ///
    /// # Errors
    ///
    /// As [`Law::truncated_normal`]; the square of the standard deviation must be a normal number.
    pub fn from_parent(mean: f64, parent_std: f64, low: f64, high: f64) -> Result<Self, InitError> {
        in_order(low, high)?;
        spread("standard deviation of the parent", parent_std)?;
        let scheme = TruncatedNormal {
            mean,
            parent_std,
            low,
            high,
        };
        scheme.to_law()?;
        Ok(scheme)
    }

    /// The normal law of that mean, cut at `low` and `high`, whose width gives the values the
    /// standard deviation `std`.
    ///
    /// # Errors
    ///
    /// As for [`from_parent`](TruncatedNormal::from_parent); and
    /// [`InitError::InvalidParameter`] if no normal law has that standard deviation between these
    /// bounds: it is below `(high - low) / sqrt(12)`, that of the uniform law.
    pub fn from_std(mean: f64, std: f64, low: f64, high: f64) -> Result<Self, InitError> {
        in_order(low, high)?;
        spread("standard deviation", std)?;
        let parent_std = parent_std(mean, low, high, std).ok_or(InitError::InvalidParameter {
            name: "standard deviation after truncation",
            value: std,
            rule: "positive and below (high - low) / sqrt(12), that of a uniform law between the bounds",
        })?;
        Self::from_parent(mean, parent_std, low, high)
    }

    /// The mean of the parent.
    #[must_use]
    pub const fn parent_mean(&self) -> f64 {
        self.mean
    }

    /// The standard deviation of the parent.
    #[must_use]
    pub const fn parent_std(&self) -> f64 {
        self.parent_std
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

    fn to_law(self) -> Result<Law, InitError> {
        // A negative number would vanish in the square.
        let std = non_negative("standard deviation", self.parent_std)?;
        Law::truncated_normal(self.mean, std * std, self.low, self.high)
    }
}

/// Whether the bounds are in order. NaN is an error where they are used.
fn in_order(low: f64, high: f64) -> Result<(), InitError> {
    if low >= high {
        return Err(InitError::InvalidParameter {
            name: "low",
            value: low,
            rule: "below high; the bounds are the last two arguments, the lower first",
        });
    }
    Ok(())
}

/// Whether a standard deviation is above 0.
fn spread(name: &'static str, std: f64) -> Result<(), InitError> {
    if std == 0.0 {
        return Err(InitError::InvalidParameter {
            name,
            value: std,
            rule: "above 0: without a spread it is a Constant",
        });
    }
    Ok(())
}

impl Scheme for TruncatedNormal {
    fn law(&self, _: &Weight) -> Result<Law, InitError> {
        self.to_law()
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for TruncatedNormal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TruncatedNormal {
            mean,
            parent_std,
            low,
            high,
        } = self;
        write!(
            f,
            "TruncatedNormal::from_parent({mean:?}, {parent_std:?}, {low:?}, {high:?})"
        )
    }
}

impl Spelled for TruncatedNormal {
    const NAME: &'static str = "truncated_normal";

    fn arguments(&self, call: &mut Spelling) {
        call.number_unless(0.0, "mean", self.mean);
        call.number("parent_std", self.parent_std);
        call.number("low", self.low);
        call.number("high", self.high);
    }
}

spelled::display!(TruncatedNormal);
