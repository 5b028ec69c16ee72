//! Values by a formula of the place along an axis.

use std::fmt;

use super::formula::Formula;
use super::spelled::{self, Spelled, Spelling};
use super::table;
use crate::error::{InitError, non_negative};
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// Values that follow from the place `n` along an axis, counted from 0, by a formula; the same for all places
/// along other axes.
///
/// The formula is a text of numbers, `n`, `+ - * /`, parentheses, `sqrt`, `ln` and `exp`, as `docs/text.md` has
/// them. It is computed in `f64` with operations and functions of `docs/stream.md`, and rounded once: values are
/// the same on every machine. [`Table::from_fn`](crate::Table::from_fn) takes a closure in its place.
///
/// - The moments of its law are those of the values. No random number is used.
/// - Of a weight with [parts](Weight::parts) each part is asked for, with places of its own.
/// - [`tolerance`](Along::tolerance) is for arrays of frameworks, which compute them in `f32`.
///
/// ```
/// use fanin::{Along, Initializer, Key};
/// use ndarray::Array2;
///
/// // Mamba's A_log: ln(n + 1) for state n of each of 4 channels.
/// let a_log = Along::new(1, "ln(n + 1)")?;
/// let w: Array2<f32> = a_log.init_keyed(Key::from_seed(0), (4, 16))?;
/// assert_eq!(w[[3, 0]], 0.0);
/// assert_eq!(w[[0, 15]], 2.772_588_7);
/// assert_eq!(a_log.to_string(), "along(axis=1, value=ln(n + 1))");
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Along {
    axis: usize,
    value: Formula,
    tolerance: f64,
}

impl Along {
    /// The value that `formula` has at place `n` along `axis`.
    ///
    /// # Errors
    ///
    /// [`InitError::Text`] if it cannot be read, or has another variable than `n`.
    pub fn new(axis: usize, formula: &str) -> Result<Self, InitError> {
        Ok(Along::of(axis, Formula::read(formula)?))
    }

    pub(crate) fn of(axis: usize, value: Formula) -> Self {
        Along {
            axis,
            value,
            tolerance: 0.0,
        }
    }

    /// The same where the check accepts values as far from the formula's, beside rounding. What is drawn does
    /// not change.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is negative, NaN or infinite.
    pub fn tolerance(mut self, distance: f64) -> Result<Self, InitError> {
        self.tolerance = non_negative("tolerance", distance)?;
        Ok(self)
    }
}

impl Scheme for Along {
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if there is no such axis; [`InitError::Text`] if a value is infinite or
    /// not a number; [`InitError::TooLarge`] without room for a value for every place.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        table::along(weight, self.axis, self.tolerance, |n| self.value.at(n))
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for Along {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Along::new({:?}, {:?})",
            self.axis,
            self.value.to_string()
        )?;
        if self.tolerance != 0.0 {
            write!(f, ".tolerance({:?})", self.tolerance)?;
        }
        Ok(())
    }
}

impl Spelled for Along {
    const NAME: &'static str = "along";

    fn arguments(&self, call: &mut Spelling) {
        call.named("axis", self.axis);
        call.named("value", &self.value);
        call.number_unless(0.0, "tolerance", self.tolerance);
    }
}

spelled::display!(Along);
