//! A place in a text, and what is wrong there.

use std::ops::Range;

use crate::error::{InitError, TextProblem};

/// What is wrong at a place of a text that whoever reads it has at hand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    /// In bytes.
    pub(crate) at: Range<usize>,
    pub(crate) problem: TextProblem,
}

impl Fault {
    pub(crate) fn new(at: Range<usize>, problem: TextProblem) -> Self {
        Fault { at, problem }
    }

    /// Something else belongs there.
    pub(crate) fn expected(at: Range<usize>, what: &'static str) -> Self {
        Fault::new(at, TextProblem::Expected { what })
    }

    /// The error of the text that it is in.
    pub(crate) fn in_text(self, text: &str) -> InitError {
        InitError::Text {
            text: text.to_string(),
            at: self.at,
            problem: self.problem,
        }
    }
}
