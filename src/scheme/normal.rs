//! The normal law without a fan.

use std::fmt;

use super::spelled::{self, Spelled, Spelling};
use crate::error::{InitError, finite, non_negative};
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// The normal law N(mean, std^2), whatever the weight's fans are.
///
/// For embeddings and for rules that give a number, such as GPT-2's 0.02. In a deep network of
/// dense layers a fixed standard deviation makes the signal vanish or explode: use a scheme with a
/// fan there.
///
/// ```
/// use fanin::{Initializer, Key, Normal};
/// use ndarray::Array2;
///
/// let w: Array2<f32> = Normal::new(0.0, 0.02)?.init_keyed(Key::from_seed(0), (1000, 64))?;
/// // 64,000 values: one standard error of the standard deviation is 0.28 %.
/// assert!((w.std(0.0) / 0.02 - 1.0).abs() < 0.012);
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Normal {
    mean: f64,
    std: f64,
}

impl Normal {
    /// The normal law of that mean and standard deviation.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the mean is NaN or infinite, or the standard deviation not
    /// from 1.5e-154 to 1.3e154, so that its square is a normal number. 0 is an error, too: it would be
    /// a [`Constant`](crate::Constant), and `Normal::new(0.02, 0.0)` has its arguments swapped.
    pub fn new(mean: f64, std: f64) -> Result<Self, InitError> {
        let mean = finite("mean", mean)?;
        if std == 0.0 || !(non_negative("standard deviation", std)? * std).is_normal() {
            return Err(InitError::InvalidParameter {
                name: "standard deviation",
                value: std,
                rule: if std == 0.0 {
                    "above 0: without a spread it is a Constant; the arguments are the mean and the \
                     standard deviation, in this order"
                } else {
                    "from 1.5e-154 to 1.3e154, so that its square is a normal number"
                },
            });
        }
        Ok(Normal { mean, std })
    }

    /// The mean.
    #[must_use]
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// The standard deviation.
    #[must_use]
    pub const fn std(&self) -> f64 {
        self.std
    }
}

impl Scheme for Normal {
    fn law(&self, _: &Weight) -> Result<Law, InitError> {
        // The root of the rounded square is the number itself, in binary arithmetic.
        Law::normal(self.mean, self.std * self.std)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for Normal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Normal::new({:?}, {:?})", self.mean, self.std)
    }
}

impl Spelled for Normal {
    const NAME: &'static str = "normal";

    fn arguments(&self, call: &mut Spelling) {
        call.number_unless(0.0, "mean", self.mean);
        call.number("std", self.std);
    }
}

spelled::display!(Normal);
