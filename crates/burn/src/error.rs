//! What can go wrong.

use std::fmt;

use burn_core::tensor::DType;
use fanin::{InitError, PlanError};
use thiserror::Error;

/// Why a module could not be initialised.
///
/// `Debug` prints the text, too, so that a `main` that returns it tells what to do.
#[derive(Clone, Error, PartialEq)]
#[non_exhaustive]
pub enum BurnError {
    /// All that is wrong with the module's parameters, and with the recipe for them. Nothing has been drawn.
    #[error("{}", lines(parameters, plan.as_ref()))]
    #[non_exhaustive]
    Faults {
        /// Parameters of which nothing can be drawn.
        parameters: Vec<Fault>,
        /// What the recipe's plan says, unless there is nothing wrong with it.
        plan: Option<PlanError>,
    },

    /// What fanin says while it draws: that there is no room, or that a distribution of the caller's yields what is not
    /// finite.
    #[error("{name}: {error}")]
    #[non_exhaustive]
    Draw {
        /// The parameter.
        name: String,
        /// The error.
        error: InitError,
    },
}

/// A parameter of which nothing can be drawn: part of [`BurnError::Faults`].
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// Its element type is one of which nothing is drawn.
    #[error(
        "{name}: nothing is drawn as {dtype:?}: F32, F64, BF16 and F16 are, and integers and booleans take a \
         constant; initialise the module before it is converted"
    )]
    #[non_exhaustive]
    ElementType {
        /// The parameter.
        name: String,
        /// The type.
        dtype: DType,
    },
}

/// A fault a line.
fn lines(parameters: &[Fault], plan: Option<&PlanError>) -> String {
    let mut lines: Vec<String> = parameters.iter().map(ToString::to_string).collect();
    lines.extend(plan.map(ToString::to_string));
    lines.join("\n")
}

impl fmt::Debug for BurnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BurnError: {self}")
    }
}
