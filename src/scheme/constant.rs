//! Weights that are not random.

use std::fmt;

use super::spelled::{self, Spelled, Spelling};
use crate::error::{InitError, finite};
use crate::law::Law;
use crate::scheme::Scheme;
use crate::syntax::Number;
use crate::weight::Weight;

/// Every value is 0. For biases; a layer of zero weights never learns, because all of its units
/// get the same gradient.
///
/// No random number is used, and every key gives the same values. Where the scheme is not a
/// parameter, ndarray's `Array1::zeros(n)` does the same.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Zeros;

impl Scheme for Zeros {
    fn law(&self, _: &Weight) -> Result<Law, InitError> {
        Law::constant(0.0)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

/// Every value is 1. For the scales of normalisation layers.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Ones;

impl Scheme for Ones {
    fn law(&self, _: &Weight) -> Result<Law, InitError> {
        Law::constant(1.0)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

/// Every value is the one given, rounded once to the element type.
///
/// ```
/// use fanin::{Constant, Initializer, Key};
/// use ndarray::{Array1, arr1};
///
/// let b: Array1<f32> = Constant::new(0.1)?.init_keyed(Key::from_seed(0), 3)?;
/// assert_eq!(b, arr1(&[0.1, 0.1, 0.1]));
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Constant {
    value: f64,
}

impl Constant {
    /// Every value is `value`.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is NaN or infinite. Drawing it fails with
    /// [`InitError::ValueOutOfRange`] for a value beyond the element type's largest, and with
    /// [`InitError::ValueVanishes`] for a value that is not 0 but would be rounded to 0.
    pub fn new(value: f64) -> Result<Self, InitError> {
        let value = finite("value", value)?;
        Ok(Constant { value })
    }

    /// The value.
    #[must_use]
    pub const fn value(&self) -> f64 {
        self.value
    }
}

impl Scheme for Constant {
    fn law(&self, _: &Weight) -> Result<Law, InitError> {
        Law::constant(self.value)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Constant::new({:?})", self.value)
    }
}

impl Spelled for Zeros {
    const NAME: &'static str = "zeros";
}

impl Spelled for Ones {
    const NAME: &'static str = "ones";
}

impl Spelled for Constant {
    const NAME: &'static str = "constant";

    fn arguments(&self, call: &mut Spelling) {
        call.value(Number(self.value));
    }
}

spelled::display!(Zeros, Ones, Constant);
