//! Given values.

use std::fmt;
use std::sync::Arc;

use ndarray::{Array, Dimension};

use crate::error::{InitError, TooLarge, finite, non_negative};
use crate::law::Law;
use crate::num::memory::room_for;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// Given values, which are not random: principal components, sinusoids of positions, part of a
/// pre-trained weight; or values that follow from the place along an axis.
///
/// - A weight must have the table's shape, or along the axis as many places as there are values. Of a weight
///   with [parts](Weight::parts) each part is asked for; of one that is drawn in another order of axes,
///   the table stands in that order.
/// - The moments of its law are those of the given values; support from the least to the largest.
/// - Every value is rounded once to the element type. No random number is used.
///
/// ```
/// use fanin::{Initializer, Key, Table};
/// use ndarray::{Array2, arr2};
///
/// let given = Table::new(arr2(&[[0.5, -1.0, 2.0], [0.0, 1.5, -3.0]]))?;
/// let w: Array2<f32> = given.init_keyed(Key::from_seed(0), (2, 3))?;
/// assert_eq!(w, arr2(&[[0.5, -1.0, 2.0], [0.0, 1.5, -3.0]]));
///
/// // Mamba's A_log: ln(n + 1) for state n of each of 4 channels.
/// let a_log = Table::from_fn("ln(n + 1)", 1, |n| (n as f64 + 1.0).ln());
/// let w: Array2<f32> = a_log.init_keyed(Key::from_seed(0), (4, 3))?;
/// assert_eq!(w[[2, 0]], 0.0);
/// assert_eq!(w[[3, 2]], 3_f64.ln() as f32);
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone)]
pub struct Table {
    values: Values,
    tolerance: f64,
}

type Function = Arc<dyn Fn(u64) -> f64 + Send + Sync>;

#[derive(Clone)]
enum Values {
    Whole(Vec<usize>, Arc<[f64]>),
    Along(usize, Arc<[f64]>),
    Function {
        name: String,
        axis: usize,
        function: Function,
    },
}

impl Table {
    /// One value for every element.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if one of them is NaN or infinite.
    pub fn new<D: Dimension>(values: Array<f64, D>) -> Result<Self, InitError> {
        let shape = values.shape().to_vec();
        let values = all_finite(values.iter().copied())?;
        Ok(Table::of(Values::Whole(shape, values)))
    }

    /// One value for every place along `axis`, the same for all places along others.
    ///
    /// # Errors
    ///
    /// As for [`new`](Table::new).
    pub fn along(axis: usize, values: impl IntoIterator<Item = f64>) -> Result<Self, InitError> {
        Ok(Table::of(Values::Along(axis, all_finite(values)?)))
    }

    /// `value(n)` for place `n` along `axis`, from 0, however long it is. `name` stands for the function in
    /// `Debug`.
    ///
    /// Its law [is not bit-stable](Law::is_bit_stable): nobody knows whether the function is the same on every
    /// machine. A value that is NaN or infinite is an error when the weight is drawn.
    pub fn from_fn(
        name: impl Into<String>,
        axis: usize,
        value: impl Fn(u64) -> f64 + Send + Sync + 'static,
    ) -> Self {
        Table::of(Values::Function {
            name: name.into(),
            axis,
            function: Arc::new(value),
        })
    }

    const fn of(values: Values) -> Self {
        Table {
            values,
            tolerance: 0.0,
        }
    }

    /// The same where the check accepts values as far from the given ones, beside rounding: those of a framework
    /// that computes them in `f32`. What is drawn does not change.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is negative, NaN or infinite.
    pub fn tolerance(mut self, distance: f64) -> Result<Self, InitError> {
        self.tolerance = non_negative("tolerance", distance)?;
        Ok(self)
    }
}

/// What axes are called in errors.
const AXIS: &str = "axis of the table";

/// The law of `value(n)` at place `n` along an axis.
pub(super) fn along(
    weight: &Weight,
    axis: usize,
    tolerance: f64,
    value: impl Fn(u64) -> Result<f64, InitError>,
) -> Result<Law, InitError> {
    let (len, inner) = weight.step_of_axis(AXIS, axis)?;
    if weight.is_empty() {
        return Law::constant(0.0);
    }
    let bytes = (len as u64).saturating_mul(size_of::<f64>() as u64);
    if !room_for(bytes) {
        return Err(TooLarge::no_room(0, bytes).error(weight.shape()));
    }
    let values = (0..len as u64).map(|n| finite("value of the table", value(n)?));
    let values: Result<Vec<f64>, _> = values.collect();
    Law::table(weight, values?.into(), inner, tolerance)
}

fn all_finite(values: impl IntoIterator<Item = f64>) -> Result<Arc<[f64]>, InitError> {
    let values = values.into_iter();
    let values: Result<Vec<f64>, _> = values.map(|x| finite("value of the table", x)).collect();
    values.map(Arc::from)
}

impl Scheme for Table {
    /// # Errors
    ///
    /// [`InitError::TableOfAnotherShape`] for a weight of another shape, or of another length along the axis;
    /// [`InitError::InvalidParameter`] if there is no such axis, the function yields what is not finite, or the
    /// values have no finite variance; [`InitError::TooLarge`] without room for the values of the function.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        match &self.values {
            Values::Whole(shape, values) => {
                if weight.shape() != shape {
                    return Err(weight.table_of_another_shape(shape, None));
                }
                Law::table(weight, values.clone(), 1, self.tolerance)
            }
            Values::Along(axis, values) => {
                let (len, inner) = weight.step_of_axis(AXIS, *axis)?;
                if len != values.len() {
                    return Err(weight.table_of_another_shape(&[values.len()], Some(*axis)));
                }
                Law::table(weight, values.clone(), inner, self.tolerance)
            }
            Values::Function { axis, function, .. } => {
                let function = |n| Ok(function(n));
                along(weight, *axis, self.tolerance, function).map(Law::of_this_machine)
            }
        }
    }

    fn text(&self) -> String {
        format!("{self:?}")
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.values {
            Values::Whole(shape, _) => write!(f, "<table {shape:?}>"),
            Values::Along(axis, values) => {
                write!(f, "<table of {} along axis {axis}>", values.len())
            }
            Values::Function { name, axis, .. } => write!(f, "<{name} along axis {axis}>"),
        }
    }
}
