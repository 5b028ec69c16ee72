//! Random signs of one size.

use std::fmt;

use super::spelled::{self, Spelled, Spelling};
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// One size with a random sign: `size` or `-size`, each with chance 1/2.
///
/// - `size`: at least 0. Mean 0, variance `size^2`, kurtosis 1, the least that any law has.
/// - Exact in every float type, but for the rounding of the size.
///
/// ```
/// use fanin::{Initializer, Key, Signs};
/// use ndarray::Array1;
///
/// let s: Array1<f32> = Signs::new(0.5)?.init_keyed(Key::from_seed(0), 10_000)?;
/// assert!(s.iter().all(|x| x.abs() == 0.5));
/// // One standard error of the sum is 50.
/// assert!(s.sum().abs() < 250.0);
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// V. Ramanujan et al., "What's hidden in a randomly weighted neural network?", CVPR 2020, section 3.3 (the
/// "signed Kaiming constant").
#[derive(Clone, Copy, PartialEq)]
pub struct Signs {
    size: f64,
}

impl Signs {
    /// Of that size.
    ///
    /// # Errors
    ///
    /// As [`Law::signs`].
    pub fn new(size: f64) -> Result<Self, InitError> {
        Law::signs(size)?;
        Ok(Signs { size })
    }

    /// The size.
    #[must_use]
    pub const fn size(&self) -> f64 {
        self.size
    }
}

impl Scheme for Signs {
    fn law(&self, _: &Weight) -> Result<Law, InitError> {
        Law::signs(self.size)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for Signs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signs::new({:?})", self.size)
    }
}

impl Spelled for Signs {
    const NAME: &'static str = "signs";

    fn arguments(&self, call: &mut Spelling) {
        call.value(crate::syntax::Number(self.size));
    }
}

spelled::display!(Signs);
