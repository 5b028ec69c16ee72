//! What can go wrong.

use std::fmt;

use candle_core::{DType, DeviceLocation, Shape};
use fanin::{Dtype, InitError, PlanError};
use thiserror::Error;

/// Why a model or a tensor could not be initialised.
///
/// `Debug` prints the text, too, so that a `main` that returns it tells what to do.
#[derive(Error)]
#[non_exhaustive]
pub enum CandleError {
    /// All that is wrong with the model's requests, and with the recipe for them. Nothing has been drawn.
    #[error("{}", lines(requests, plan.as_ref()))]
    #[non_exhaustive]
    Faults {
        /// Requests that this crate cannot meet.
        requests: Vec<Fault>,
        /// What the recipe's plan says, unless there is nothing wrong with it.
        plan: Option<PlanError>,
    },

    /// An element type of which nothing is drawn.
    #[error("{}", element_type(*.0))]
    ElementType(DType),

    /// A tensor that is not in the CPU's memory, and so cannot be filled in place.
    #[error(
        "a tensor on {0:?} cannot be filled in place, only one in the CPU's memory: initialise one there and \
         copy it, with `to_device`"
    )]
    Device(DeviceLocation),

    /// What fanin says while it draws a tensor, or a variable, which is named.
    #[error("{}{error}", prefix(name))]
    #[non_exhaustive]
    Draw {
        /// The variable, empty for a tensor without a name.
        name: String,
        /// The error.
        error: InitError,
    },

    /// An error of candle, or of the closure that loads the model.
    #[error(transparent)]
    Candle(Box<candle_core::Error>),
}

impl From<candle_core::Error> for CandleError {
    fn from(error: candle_core::Error) -> Self {
        CandleError::Candle(Box::new(error))
    }
}

/// A request of a model that this crate cannot meet: part of [`CandleError::Faults`].
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// An element type of which nothing is drawn.
    #[error("{name}: {}", element_type(*dtype))]
    #[non_exhaustive]
    ElementType {
        /// The parameter.
        name: String,
        /// The type.
        dtype: DType,
    },
    /// A parameter that is requested in two shapes.
    #[error(
        "{name}: the model asks for it with the shape {:?} and then with {:?}; one name is one tensor",
        first.dims(),
        second.dims()
    )]
    #[non_exhaustive]
    Shapes {
        /// The parameter.
        name: String,
        /// The first time.
        first: Shape,
        /// The second time.
        second: Shape,
    },
    /// A parameter that is requested without a shape (`get_unchecked`).
    #[error(
        "{name}: the model asks for it without a shape, which only a checkpoint can answer; load it with \
         `VarBuilder::get`"
    )]
    #[non_exhaustive]
    NoShape {
        /// The parameter.
        name: String,
    },
    /// A parameter that its rule leaves alone, and of which there is no value.
    #[error(
        "{name}: its rule leaves it alone, but a model that is built has no value for it; give a scheme, or put \
         the variable into the VarMap before"
    )]
    #[non_exhaustive]
    LeftAlone {
        /// The parameter.
        name: String,
    },
    /// A variable that the `VarMap` holds already.
    #[error(
        "{name}: the VarMap holds it already; leave it alone by a rule, or give it new values with \
         `fill_var_map`"
    )]
    #[non_exhaustive]
    Exists {
        /// The variable.
        name: String,
    },
    /// A variable that the `VarMap` holds in another shape or element type.
    #[error(
        "{name}: the model asks for {dtype} {:?}, but the VarMap holds it as {} {:?}",
        shape.dims(),
        held_dtype.as_str(),
        held_shape.dims()
    )]
    #[non_exhaustive]
    HeldAs {
        /// The variable.
        name: String,
        /// The shape that the model asks for.
        shape: Shape,
        /// The element type that the model asks for.
        dtype: Dtype,
        /// The shape that it has.
        held_shape: Shape,
        /// The element type that it has.
        held_dtype: DType,
    },
}

fn element_type(dtype: DType) -> String {
    format!(
        "nothing is drawn as {dtype:?}: F32, F64, BF16 and F16 are, and integers take a constant; draw one of \
         them and convert it"
    )
}

fn prefix(name: &str) -> String {
    if name.is_empty() {
        String::new()
    } else {
        format!("{name}: ")
    }
}

/// A fault a line.
fn lines(requests: &[Fault], plan: Option<&PlanError>) -> String {
    let mut lines: Vec<String> = requests.iter().map(ToString::to_string).collect();
    lines.extend(plan.map(ToString::to_string));
    lines.join("\n")
}

impl fmt::Debug for CandleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CandleError: {self}")
    }
}
