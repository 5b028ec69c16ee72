//! What can go wrong.

use std::fmt;

use fanin::InitError;
use thiserror::Error;

use crate::Unscalable;

/// Why a signal could not be predicted or measured, or a layer not be scaled.
///
/// Every variant carries the values that were refused; its text says what was given, what the rule
/// is and what to do.
///
/// ```
/// use fanin::Activation;
/// use fanin_signal::{Layer, SignalError};
///
/// let layer = Layer::new(-1.0, Activation::Tanh);
/// assert!(matches!(layer, Err(SignalError::InvalidParameter { value: -1.0, .. })));
/// ```
///
/// `Debug` prints the text, too, so that a `main` that returns it, and `unwrap`, show what to do.
#[derive(Clone, Error, PartialEq)]
#[non_exhaustive]
pub enum SignalError {
    /// A number outside its domain was given, or occurred in the computation.
    #[error("{name} is {}, but it must be {rule}", given(*value))]
    #[non_exhaustive]
    InvalidParameter {
        /// The name of the parameter.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What it must be.
        rule: &'static str,
    },

    /// A law whose mean or variance is not known, such as that of a user-supplied distribution.
    #[error(
        "the {what} of the weight's law is not known ({law}): state it with FromDistribution::moments"
    )]
    #[non_exhaustive]
    UnknownMoment {
        /// `"mean"` or `"variance"`.
        what: &'static str,
        /// The law.
        law: String,
    },

    /// A vector has the wrong number of values.
    #[error("the {what} has {found} values, but it must have {expected}")]
    #[non_exhaustive]
    Length {
        /// What has the wrong length.
        what: &'static str,
        /// The length that it has.
        found: usize,
        /// The length that it must have.
        expected: usize,
    },

    /// A layer does not fit its input, or its output does not fit the layer.
    #[error("{}", layer_text(*layer, what, found, expected))]
    LayerMismatch {
        /// The number of the layer, counted from 1, if it is one of a stack.
        layer: Option<usize>,
        /// What has the wrong shape.
        what: &'static str,
        /// The shape that it has.
        found: [usize; 2],
        /// The shape that it must have.
        expected: [usize; 2],
    },

    /// [`Lsuv`](crate::Lsuv) cannot make the variance of a layer's output 1. The weight is unchanged.
    #[error(
        "the variance of the layer's output is {variance:?} after {rescalings} {} of its \
         weight: {reason}", if *rescalings == 1 { "rescaling" } else { "rescalings" }
    )]
    #[non_exhaustive]
    NotScalable {
        /// The final variance of the output.
        variance: f64,
        /// How often the weight was rescaled.
        rescalings: u32,
        /// What is wrong.
        reason: Unscalable,
    },

    /// An expectation over two pre-activations, or of a slope, has too large an error.
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

    /// A scheme, a law or an activation of `fanin` returns an error.
    #[error(transparent)]
    Init(#[from] InitError),
}

impl fmt::Debug for SignalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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

fn layer_text(
    layer: Option<usize>,
    what: &str,
    found: &[usize; 2],
    expected: &[usize; 2],
) -> String {
    let of = layer.map_or_else(String::new, |layer| format!(" of layer {layer}"));
    format!("the {what}{of} has shape {found:?}, but it must be {expected:?}")
}

/// `value` if it is finite and not negative.
pub(crate) fn non_negative(name: &'static str, value: f64) -> Result<f64, SignalError> {
    if value >= 0.0 && value.is_finite() {
        // -0.0 passes the comparison; the sum makes it 0.0, so that it prints and compares as such.
        Ok(value + 0.0)
    } else {
        Err(SignalError::InvalidParameter {
            name,
            value,
            rule: "finite and at least 0",
        })
    }
}

/// `value` if it is finite and above 0.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<f64, SignalError> {
    if value > 0.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(SignalError::InvalidParameter {
            name,
            value,
            rule: "finite and above 0",
        })
    }
}

/// A variance that was multiplied by a factor: a normal number, or rightly 0. An underflow would silence a
/// layer without a word.
pub(crate) fn normal_or_zero(
    name: &'static str,
    value: f64,
    positive: bool,
) -> Result<f64, SignalError> {
    if value.is_normal() || (value == 0.0 && !positive) {
        Ok(value)
    } else {
        Err(SignalError::InvalidParameter {
            name,
            value,
            rule: "a normal number of f64 (2.3e-308 to 1.8e308)",
        })
    }
}

/// `value` if it is finite.
pub(crate) fn finite(name: &'static str, value: f64) -> Result<f64, SignalError> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(SignalError::InvalidParameter {
            name,
            value,
            rule: "finite",
        })
    }
}
