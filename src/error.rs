//! Errors.

mod text;

use std::convert::Infallible;
use std::fmt;
use std::ops::Range;

use thiserror::Error;

pub use text::TextProblem;

/// Why a weight could not be initialised.
///
/// Every variant carries the values that were refused. Its text states what was given, what the
/// rule is and what to do. With one exception, [`InitError::NonFiniteDraw`], an error occurs before
/// anything is drawn or written: the generator has not advanced and the caller's array is
/// unchanged.
///
/// ```
/// use fanin::{HeNormal, InitError, Initializer, Key};
/// use ndarray::Array1;
///
/// let bias: Result<Array1<f32>, _> = HeNormal.init_keyed(Key::from_seed(0), 256);
/// let Err(error @ InitError::NoFan { fan: "fan_in", .. }) = bias else {
///     panic!("a vector has no fan_in");
/// };
/// assert!(error.to_string().starts_with("a weight of shape [256] has no fan_in: "));
/// ```
///
/// `Debug` prints the text, too, so that a `main` that returns it, and `unwrap`, show what to do.
#[derive(Clone, Error, PartialEq)]
#[non_exhaustive]
pub enum InitError {
    /// A number outside its domain was given to a constructor, or was computed for a law. A user's scheme
    /// can return it, too.
    #[error("{name} is {}, but it must be {rule}", given(*value))]
    InvalidParameter {
        /// The name of the parameter.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What it must be.
        rule: &'static str,
    },

    /// An operation was made without one of its numbers.
    #[error("{name} of this operation is not given: name it, with .{name}(..)")]
    #[non_exhaustive]
    Missing {
        /// The method that names it.
        name: &'static str,
    },

    /// A scheme needs a fan that the weight does not have.
    #[error("{}", no_fan_text(fan, shape, reading, *why))]
    #[non_exhaustive]
    NoFan {
        /// `"fan_in"` or `"fan_out"`.
        fan: &'static str,
        /// The shape of the weight.
        shape: Vec<usize>,
        /// How it was read, as a [`Reading`](crate::Reading) prints.
        reading: String,
        /// Why it has none.
        why: NoFan,
    },

    /// A scheme needs a fan that is 0: it was stated as 0 for a weight with elements, or the weight has no
    /// inputs, outputs or places of a kernel.
    #[error(
        "{fan} of a weight of shape {shape:?}, read as {reading}, is 0, but it must be at least 1"
    )]
    #[non_exhaustive]
    ZeroFan {
        /// `"fan_in"` or `"fan_out"`.
        fan: &'static str,
        /// The shape of the weight.
        shape: Vec<usize>,
        /// How it was read, as a [`Reading`](crate::Reading) prints.
        reading: String,
    },

    /// A law of whole matrices was requested for a weight without an axis of outputs or without one
    /// of inputs.
    #[error(
        "{law} needs an axis of outputs and one of inputs, which a weight of shape {shape:?}, \
         read as {reading}, lacks; a plain shape is read as [out, in, kernel...]; name the axes with a reading, as .read(\"i o\")"
    )]
    #[non_exhaustive]
    NotAMatrix {
        /// The law, with its article.
        law: &'static str,
        /// The shape of the weight.
        shape: Vec<usize>,
        /// How it was read, as a [`Reading`](crate::Reading) prints.
        reading: String,
    },

    /// The scheme is for another operation than the weight's.
    #[error("{scheme} is not for a weight read as {reading}: {rule}")]
    #[non_exhaustive]
    Unsuited {
        /// The scheme.
        scheme: &'static str,
        /// How the weight was read, as a [`Reading`](crate::Reading) prints.
        reading: String,
        /// What the scheme is for, and what to use.
        rule: &'static str,
    },

    /// Something is done with each value of a law by itself, whose values are not independent, or follow from
    /// their place.
    #[error(
        "{what} is for laws whose values are independent, and not for this one ({law}): {rule}"
    )]
    #[non_exhaustive]
    NotIndependent {
        /// What is done, with its article.
        what: &'static str,
        /// The law, in words.
        law: String,
        /// What to do instead.
        rule: &'static str,
    },

    /// A scheme for each part was given for a weight with another number of parts.
    #[error(
        "the number of schemes is {schemes}, but that of the parts of the weight, each read as {reading}, \
         is {parts}: give one scheme for each part, in their order"
    )]
    #[non_exhaustive]
    PartCount {
        /// The number of schemes.
        schemes: usize,
        /// The number of parts.
        parts: usize,
        /// How the part was read, as a [`Reading`](crate::Reading) prints.
        reading: String,
    },

    /// A law that belongs to the shape of one weight was given for a weight of another.
    #[error(
        "the scheme has a law that was made for shape {law:?}, but its weight has shape {weight:?}, read \
         as {reading}: make the law of the weight that Scheme::law is given"
    )]
    #[non_exhaustive]
    LawOfAnotherShape {
        /// The shape that the law was made for.
        law: Vec<usize>,
        /// The shape of the weight.
        weight: Vec<usize>,
        /// How it was read, as a [`Reading`](crate::Reading) prints.
        reading: String,
    },

    /// A [`Region`](crate::Region) was made of another weight than the one that it is used with.
    #[error(
        "the region lies in a weight of shape {region:?}, but the weight has shape {weight:?} or is read differently; make the region of this weight"
    )]
    #[non_exhaustive]
    RegionOfAnotherWeight {
        /// The shape of the weight that it was made of.
        region: Vec<usize>,
        /// The shape of the weight that it is used with.
        weight: Vec<usize>,
    },

    /// A type with a fixed number of axes cannot hold a weight with another number.
    #[error("an array of {axes} axes cannot hold a weight of shape {shape:?}")]
    #[non_exhaustive]
    Rank {
        /// The number of axes of the type.
        axes: usize,
        /// The shape of the weight or region.
        shape: Vec<usize>,
    },

    /// The array to fill or to check does not have the shape of its weight or region.
    #[error(
        "the weight or region has shape {weight:?}, in a weight read as {reading}, but the array has shape \
         {array:?}: they must be equal{}",
        reordered_hint(weight, array)
    )]
    ShapeMismatch {
        /// The shape of the weight or region.
        weight: Vec<usize>,
        /// How the whole weight was read, as a [`Reading`](crate::Reading) prints.
        reading: String,
        /// The shape of the array.
        array: Vec<usize>,
    },

    /// A [`Table`](crate::Table) was given for a weight whose shape, or whose axis, it does not have.
    #[error("{}", table_text(table, weight, reading, *axis))]
    #[non_exhaustive]
    TableOfAnotherShape {
        /// The shape of the table.
        table: Vec<usize>,
        /// The axis along which its values stand, counted from 0, if it has one axis for a weight of
        /// several.
        axis: Option<usize>,
        /// The shape of the weight.
        weight: Vec<usize>,
        /// How it was read, as a [`Reading`](crate::Reading) prints.
        reading: String,
    },

    /// A text that is not a [`Key`](crate::Key). The error does not repeat it, since a key may be
    /// secret.
    #[error("a key is written as 64 hexadecimal digits, but {}", match at {
        Some(at) => format!("character {} of this text is none", at + 1),
        None => format!("this text has {len}"),
    })]
    #[non_exhaustive]
    NotAKey {
        /// The first character that is not a hexadecimal digit, counted from 0.
        at: Option<usize>,
        /// The number of characters.
        len: usize,
    },

    /// A region does not have one range for each axis of the weight, or a range ends before it
    /// begins or beyond its axis.
    #[error("{}", region_text(shape, *ranges, axis.as_ref()))]
    #[non_exhaustive]
    RegionOutOfBounds {
        /// The shape of the weight; for a flat range, its number of elements.
        shape: Vec<u64>,
        /// How many ranges were given.
        ranges: usize,
        /// The first axis whose range does not fit, with the range.
        axis: Option<(usize, Range<u64>)>,
    },

    /// The shape has more elements than can be counted; or an array of it, or what its law needs to
    /// be drawn, takes more bytes than the machine has room for.
    #[error("shape {shape:?} is too large: {why}")]
    #[non_exhaustive]
    TooLarge {
        /// The shape.
        shape: Vec<usize>,
        /// For what.
        why: TooLarge,
    },

    /// The standard deviation is out of the range of the element type: values would be zero or
    /// infinite, or rounded so coarsely that their variance is wrong. It must be a normal number of the type
    /// that is drawn in (`f32` for 16-bit types), and at least the smallest number of the element type.
    #[error(
        "the standard deviation {std:e} is out of the range of {element}, which is {min:e} to {max:e}: choose \
         another scale or a wider element type"
    )]
    #[non_exhaustive]
    StdOutOfRange {
        /// The standard deviation of the law.
        std: f64,
        /// The name of the element type.
        element: &'static str,
        /// The smallest standard deviation that is accepted.
        min: f64,
        /// The largest finite number of the element type.
        max: f64,
    },

    /// The standard deviation is too small compared with the distance between neighbouring values:
    /// nearly all values would be the same. It must be at least the distance of numbers of the
    /// element type at the mean, and for a truncated law 16 times that of its draws, which are
    /// coarse where the bounds are far from the parent's mean.
    #[error(
        "the standard deviation {std:e} is too small compared with the distance {spacing:e} between \
         neighbouring values in {element} at the mean {mean:e}: choose another mean or a wider \
         element type"
    )]
    #[non_exhaustive]
    StdBelowSpacing {
        /// The standard deviation of the law.
        std: f64,
        /// The mean of the law.
        mean: f64,
        /// The distance between neighbouring values there.
        spacing: f64,
        /// The name of the element type.
        element: &'static str,
    },

    /// The largest value that the law can draw is not finite in the element type.
    #[error(
        "values of this law reach {largest:e}, but {element} ends at {max:e}: choose a smaller \
         scale or a wider element type"
    )]
    #[non_exhaustive]
    ValueOutOfRange {
        /// The largest magnitude that the law can draw.
        largest: f64,
        /// The name of the element type.
        element: &'static str,
        /// The largest finite number of the element type.
        max: f64,
    },

    /// A constant that is not 0 would be 0 in the element type.
    #[error(
        "the value {value:e} is 0 in {element}, whose normal numbers begin at {min:e}: choose 0, a \
         larger value or a wider element type"
    )]
    #[non_exhaustive]
    ValueVanishes {
        /// The value of the law.
        value: f64,
        /// The name of the element type.
        element: &'static str,
        /// The smallest positive normal number of the element type. (Subnormal ones are smaller.)
        min: f64,
    },

    /// No number of the element type lies between the bounds of the law.
    #[error(
        "no number of {element} lies between the bounds {low:e} and {high:e} of this law: choose \
         wider bounds or a wider element type"
    )]
    #[non_exhaustive]
    BoundsTooNarrow {
        /// The lower bound of the law.
        low: f64,
        /// The upper bound of the law.
        high: f64,
        /// The name of the element type.
        element: &'static str,
    },

    /// A text that cannot be read as what it should be: a number, a name, a reading of a shape.
    #[error("{}", Marked(text, at, problem))]
    #[non_exhaustive]
    Text {
        /// The text.
        text: String,
        /// Where it is wrong, in bytes.
        at: Range<usize>,
        /// What is wrong there.
        problem: TextProblem,
    },

    /// A parameter that a rule leaves alone is to be drawn.
    #[error("{name} is left alone by its rule and has no law to draw from: copy it from elsewhere")]
    #[non_exhaustive]
    LeftAlone {
        /// The full name of the parameter.
        name: String,
    },

    /// A quadrature or a search did not reach a result with a small error.
    #[error(
        "{quantity} at pre-activation variance {variance:?} did not converge: it is {value:e} with \
         an error of {error:e}; state the kinks of the function, and make sure that it is finite \
         and grows more slowly than a normal density falls"
    )]
    #[non_exhaustive]
    NotConverged {
        /// What was computed, as a formula.
        quantity: &'static str,
        /// The variance of the pre-activations.
        variance: f64,
        /// The last value.
        value: f64,
        /// The estimate of its error.
        error: f64,
    },

    /// A user-supplied distribution yielded a value that is not finite in the element type. Only
    /// this error occurs during filling: any part of the array may have been written, and the key
    /// has been drawn.
    #[error(
        "the distribution yielded {value:e} for the element at flat index {index}, which is not \
         finite in {element}"
    )]
    #[non_exhaustive]
    NonFiniteDraw {
        /// What it yielded, after scaling.
        value: f64,
        /// The row-major flat index in the whole weight of the first element that has the value.
        index: u64,
        /// The name of the element type.
        element: &'static str,
    },
}

/// Why a shape is too large: part of [`InitError::TooLarge`].
#[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
#[non_exhaustive]
pub enum TooLarge {
    /// The lengths of its axes that are not 0 have a product of 2^64 or more.
    #[error("a weight has fewer than 2^64 elements")]
    Elements,
    /// An array of it takes more bytes than one may have.
    #[error("an array of it takes more than isize::MAX bytes")]
    Bytes,
    /// The machine has no room for it.
    #[error("{}", no_room(*array, *law))]
    #[non_exhaustive]
    NoRoom {
        /// Bytes that a new array takes; 0 if the array exists already.
        array: u64,
        /// Bytes that the matrices of the law take in addition. A matrix is made whole, even if only
        /// part of it is read.
        law: u64,
    },
}

impl TooLarge {
    /// For the bytes of a new array, and of what the law takes in addition.
    #[must_use]
    pub const fn no_room(array: u64, law: u64) -> Self {
        TooLarge::NoRoom { array, law }
    }

    /// The error of a shape that is too large.
    #[must_use]
    pub fn error(self, shape: impl Into<Vec<usize>>) -> InitError {
        InitError::TooLarge {
            shape: shape.into(),
            why: self,
        }
    }
}

fn no_room(array: u64, law: u64) -> String {
    let bytes = |bytes| match bytes {
        u64::MAX => "2^64 or more bytes".to_owned(),
        bytes => format!("{bytes} bytes"),
    };
    let whole = "which are made whole also for a part of them";
    match (array, law) {
        (array, 0) => format!("there is no room for an array of it, of {}", bytes(array)),
        (0, law) => format!(
            "there is no room for the matrices of its law, of {}, {whole}",
            bytes(law)
        ),
        (array, law) => format!(
            "there is no room for an array of it, of {}, and the matrices of its law, of {}, {whole}",
            bytes(array),
            bytes(law)
        ),
    }
}

/// Why a weight does not have a fan: part of [`InitError::NoFan`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum NoFan {
    /// Its axes have no roles: a plain shape of fewer than two axes.
    NotRead,
    /// Its axes have roles, and none of them is an axis of inputs (`fan_in`) or of outputs
    /// (`fan_out`).
    NoAxis,
    /// Its parts have different fans.
    PartsDiffer,
}

fn no_fan_text(fan: &str, shape: &[usize], reading: &str, why: NoFan) -> String {
    let axes = match fan {
        "fan_in" => "i (inputs)",
        _ => "o (outputs)",
    };
    match why {
        NoFan::NotRead => format!(
            "a weight of shape {shape:?} has no {fan}: a shape of fewer than two axes is a vector; \
             state its fans with .fans(fan_in, fan_out), say what its axes count with a reading, as \
             .read(\"o\"), or use a scheme without a fan (Zeros, Constant, Normal)"
        ),
        NoFan::NoAxis => format!(
            "a weight of shape {shape:?}, read as {reading}, has no {fan}: no axis is {axes}; state \
             its fans with .fans(fan_in, fan_out), read it differently, or use a scheme without a fan \
             (Zeros, Constant, Normal)"
        ),
        NoFan::PartsDiffer => format!(
            "a weight of shape {shape:?}, read as {reading}, has no {fan} as a whole, since its parts \
             differ in it; use each of Weight::parts"
        ),
    }
}

impl fmt::Debug for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A conversion that cannot occur.
impl From<Infallible> for InitError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// A text with its place marked.
struct Marked<'a>(&'a str, &'a Range<usize>, &'a TextProblem);

impl fmt::Display for Marked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::marked(f, self.0, self.1, self.2)
    }
}

/// A number as it was given: a count, or any other whole number, without a point.
fn given(value: f64) -> String {
    const TWO_53: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < TWO_53 {
        value.to_string()
    } else {
        format!("{value:?}")
    }
}

/// What to do about a shape that has the lengths of another in another order.
fn reordered_hint(weight: &[usize], array: &[usize]) -> &'static str {
    let sorted = |shape: &[usize]| {
        let mut lens = shape.to_vec();
        lens.sort_unstable();
        lens
    };
    match weight.len() {
        _ if weight == array || sorted(weight) != sorted(array) => "",
        2 => {
            "; the array is transposed: if it is stored as [in, out], read its shape with .read(\"i o\")"
        }
        _ => {
            "; the array has the same axes in another order: read the shape as stored, with a letter for each axis, as .read(\"k k i o\")"
        }
    }
}

fn table_text(table: &[usize], weight: &[usize], reading: &str, axis: Option<usize>) -> String {
    match axis {
        Some(axis) => format!(
            "the table has {} values along axis {axis}, but a weight of shape {weight:?}, read as {reading}, \
             has {} places there: give one value for each",
            table.first().unwrap_or(&0),
            weight.get(axis).unwrap_or(&0)
        ),
        None => format!(
            "the table has shape {table:?} but the weight has shape {weight:?}, read as {reading}: they must \
             be equal{}",
            reordered_hint(weight, table)
        ),
    }
}

fn region_text(shape: &[u64], ranges: usize, axis: Option<&(usize, Range<u64>)>) -> String {
    match axis {
        Some((axis, Range { start, end })) => format!(
            "the range {start}..{end} does not fit axis {axis} of shape {shape:?}: it must not end \
             before it begins, nor beyond the axis"
        ),
        None => format!(
            "the number of ranges is {ranges}, but that of the axes of shape {shape:?} is {}: give \
             one range per axis (.. takes all of it), or Flat(range)",
            shape.len()
        ),
    }
}

/// `value` if it is finite and not negative: the rule of every variance and factor of one.
pub(crate) fn non_negative(name: &'static str, value: f64) -> Result<f64, InitError> {
    if value >= 0.0 && value.is_finite() {
        // -0.0 passes the comparison; the sum makes it 0.0, so that it prints and compares as such.
        Ok(value + 0.0)
    } else {
        Err(InitError::InvalidParameter {
            name,
            value,
            rule: "finite and at least 0",
        })
    }
}

/// A number of things of which there must be one.
pub(crate) fn count(name: &'static str, n: usize) -> Result<f64, InitError> {
    if n == 0 {
        return Err(InitError::InvalidParameter {
            name,
            value: 0.0,
            rule: "at least 1",
        });
    }
    Ok(n as f64)
}

/// `value` if it is finite and above 0.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<f64, InitError> {
    if value > 0.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(InitError::InvalidParameter {
            name,
            value,
            rule: "finite and above 0",
        })
    }
}

/// `value` if it lies between 0 and 1.
pub(crate) fn open_unit(name: &'static str, value: f64) -> Result<f64, InitError> {
    if value > 0.0 && value < 1.0 {
        Ok(value)
    } else {
        Err(InitError::InvalidParameter {
            name,
            value,
            rule: "above 0 and below 1",
        })
    }
}

/// `value`, which was computed from numbers that are all positive if `positive`, if it is a normal
/// number or rightly 0. An underflow would turn a law into zeros in silence, and a subnormal number
/// has lost digits that its root would show.
pub(crate) fn normal_or_zero(
    name: &'static str,
    value: f64,
    positive: bool,
) -> Result<f64, InitError> {
    if value.is_normal() || (value == 0.0 && !positive) {
        Ok(value)
    } else {
        Err(InitError::InvalidParameter {
            name,
            value,
            rule: "a normal number of f64 (2.3e-308 to 1.8e308)",
        })
    }
}

/// The variance of a law: one whose root is exact to rounding, or 0.
pub(crate) fn valid_variance(variance: f64) -> Result<f64, InitError> {
    let variance = non_negative("variance", variance)?;
    normal_or_zero("variance", variance, variance > 0.0)
}

/// `value` if it is finite: the rule of every constant and mean.
pub(crate) fn finite(name: &'static str, value: f64) -> Result<f64, InitError> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(InitError::InvalidParameter {
            name,
            value,
            rule: "finite",
        })
    }
}
