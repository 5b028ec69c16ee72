//! Arithmetic with the place along an axis.

use std::fmt;

use crate::error::{InitError, TextProblem};
use crate::syntax::{Fault, Lookup, NoVariables, Sum};

/// The name of the place, from 0.
const PLACE: &str = "n";

/// A value that follows from the place along an axis, which is `n` in its text.
#[derive(Clone, PartialEq)]
pub(crate) struct Formula {
    /// As it prints, where a value that is not finite is shown.
    text: String,
    sum: Sum,
}

impl Formula {
    /// Of arithmetic whose one variable is the place.
    pub(crate) fn new(sum: &Sum) -> Result<Self, Fault> {
        sum.has_only(&[PLACE])?;
        // Places of faults are those of what it prints.
        let text = sum.to_string();
        let sum = Sum::read(&text)?;
        Ok(Formula { text, sum })
    }

    /// Of a text.
    pub(super) fn read(text: &str) -> Result<Self, InitError> {
        let formula = Sum::read(text).and_then(|sum| Formula::new(&sum));
        formula.map_err(|fault| fault.in_text(text))
    }

    /// The value at a place.
    pub(super) fn at(&self, n: u64) -> Result<f64, InitError> {
        let value = self.sum.value(&Place(n));
        value.map_err(|fault| fault.in_text(&self.text))
    }
}

/// What the place stands for.
struct Place(u64);

impl Lookup for Place {
    fn variable(&self, name: &str) -> Result<f64, TextProblem> {
        match name {
            PLACE => Ok(self.0 as f64),
            _ => NoVariables.variable(name),
        }
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
