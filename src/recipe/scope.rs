//! What names in the texts of a rule stand for.

use std::cell::Cell;

use super::pattern::Bound;
use super::variables::Values;
use crate::error::{InitError, TextProblem};
use crate::syntax::{Lookup, nearest};

/// What is known where a rule decides a parameter: variables, the numbers that its pattern bound, and its shape.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    values: &'a Values,
    bound: &'a Bound,
    shape: &'a [usize],
    is_local: Cell<bool>,
    is_faulty: Cell<bool>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(values: &'a Values, bound: &'a Bound, shape: &'a [usize]) -> Self {
        Scope {
            values,
            bound,
            shape,
            is_local: Cell::new(false),
            is_faulty: Cell::new(false),
        }
    }

    /// Whether something was asked for that is not the same for all parameters of a rule.
    pub(super) fn is_local(&self) -> bool {
        self.is_local.get()
    }

    /// Whether a variable was asked for whose own fault has been told.
    pub(super) fn is_faulty(&self) -> bool {
        self.is_faulty.get()
    }

    /// The error of a text, with the names that come nearest to one that is no variable.
    pub(super) fn explain(&self, error: InitError) -> InitError {
        match error {
            InitError::Text { text, at, problem } => {
                let problem = match problem {
                    TextProblem::UnknownName {
                        kind: "variable", ..
                    } => self.unknown(text.get(at.clone()).unwrap_or("")),
                    other => other,
                };
                InitError::Text { text, at, problem }
            }
            other => other,
        }
    }

    fn unknown(&self, name: &str) -> TextProblem {
        let bound = self.bound.iter().map(|(own, _)| own.as_str());
        TextProblem::UnknownName {
            kind: "variable",
            nearest: nearest(name, self.values.names().chain(bound)),
        }
    }
}

impl Lookup for Scope<'_> {
    fn variable(&self, name: &str) -> Result<f64, TextProblem> {
        if let Some((_, value)) = self.bound.iter().find(|(own, _)| own == name) {
            self.is_local.set(true);
            return Ok(*value as f64);
        }
        self.values.get(name).map_err(|why| {
            why.unwrap_or_else(|| {
                self.is_faulty.set(true);
                self.unknown(name)
            })
        })
    }

    fn dim(&self, axis: usize) -> Result<f64, TextProblem> {
        self.is_local.set(true);
        match self.shape.get(axis) {
            Some(len) => Ok(*len as f64),
            None => Err(TextProblem::Refused {
                why: format!(
                    "shape {:?} has no axis {axis}; axes are counted from 0",
                    self.shape
                ),
            }),
        }
    }
}

/// Every name that a rule may use, each with the value 1: for what is wrong with a text whatever its numbers are.
#[derive(Debug)]
pub(super) struct Probe<'a> {
    pub(super) values: &'a Values,
    pub(super) bound: Vec<&'a str>,
}

impl Lookup for Probe<'_> {
    fn variable(&self, name: &str) -> Result<f64, TextProblem> {
        if self.values.has(name) || self.bound.contains(&name) {
            return Ok(1.0);
        }
        Err(TextProblem::UnknownName {
            kind: "variable",
            nearest: nearest(name, self.values.names().chain(self.bound.iter().copied())),
        })
    }

    fn dim(&self, _: usize) -> Result<f64, TextProblem> {
        Ok(1.0)
    }
}

impl Probe<'_> {
    /// What an error of a text says that holds whatever its numbers are.
    pub(super) fn explain(&self, error: InitError) -> Option<InitError> {
        let InitError::Text { text, at, problem } = error else {
            return None;
        };
        let problem = match problem {
            TextProblem::Refused { .. } | TextProblem::NotFinite { .. } => return None,
            TextProblem::UnknownName {
                kind: "variable", ..
            } => {
                let name = text.get(at.clone()).unwrap_or("");
                self.variable(name).err()?
            }
            other => other,
        };
        Some(InitError::Text { text, at, problem })
    }
}
