//! The uniform law between stated bounds.

use std::fmt;

use super::spelled::{self, Spelled, Spelling};
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// The uniform law between two bounds, whatever the weight's fans are: mean `(low + high) / 2`,
/// variance `(high - low)^2 / 12`, kurtosis 9/5.
///
/// A draw lies strictly between the bounds; rounding to the element type may take a value up to a
/// bound, never beyond it. For a uniform law whose variance follows from a fan, see
/// [`VarianceScaling`](crate::VarianceScaling) with [`Family::Uniform`](crate::Family::Uniform).
///
/// ```
/// use fanin::{Initializer, Key, Uniform};
/// use ndarray::Array2;
///
/// let w: Array2<f32> = Uniform::new(-0.05, 0.05)?.init_keyed(Key::from_seed(0), (100, 100))?;
/// assert!(w.iter().all(|x| x.abs() <= 0.05));
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Uniform {
    low: f64,
    high: f64,
}

impl Uniform {
    /// The uniform law between `low` and `high`. Equal bounds give a constant.
    ///
    /// # Errors
    ///
    /// As [`Law::uniform`].
    pub fn new(low: f64, high: f64) -> Result<Self, InitError> {
        Law::uniform(low, high)?;
        Ok(Uniform { low, high })
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

impl Scheme for Uniform {
    fn law(&self, _: &Weight) -> Result<Law, InitError> {
        Law::uniform(self.low, self.high)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for Uniform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uniform::new({:?}, {:?})", self.low, self.high)
    }
}

impl Spelled for Uniform {
    const NAME: &'static str = "uniform";

    fn arguments(&self, call: &mut Spelling) {
        call.number("low", self.low);
        call.number("high", self.high);
    }
}

spelled::display!(Uniform);
