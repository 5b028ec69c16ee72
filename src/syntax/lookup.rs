//! What the names in arithmetic stand for.

use crate::error::TextProblem;

/// Values of variables, and of what else is asked for by name.
pub(crate) trait Lookup {
    /// The value of a variable.
    fn variable(&self, name: &str) -> Result<f64, TextProblem>;

    /// The length of an axis of the parameter at hand.
    fn dim(&self, axis: usize) -> Result<f64, TextProblem> {
        let _ = axis;
        Err(only_in("dim(axis)", "the rules of a recipe"))
    }

    /// How many different numbers a pattern binds in the names of a model.
    ///
    /// A pattern that is none is told with its own fault, in the outer result.
    fn count(&self, pattern: &str) -> Result<f64, TextProblem> {
        let _ = pattern;
        Err(only_in(
            "count('pattern')",
            "variables of a recipe that come from the model",
        ))
    }

    /// The length of an axis of all parameters of a model that a pattern matches.
    fn dim_of(&self, pattern: &str, axis: usize) -> Result<f64, TextProblem> {
        let _ = (pattern, axis);
        Err(only_in(
            "dim('pattern', axis)",
            "variables of a recipe that come from the model",
        ))
    }
}

fn only_in(what: &str, place: &str) -> TextProblem {
    TextProblem::Refused {
        why: format!("{what} is only for {place}"),
    }
}

/// Where there are no variables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoVariables;

impl Lookup for NoVariables {
    fn variable(&self, _: &str) -> Result<f64, TextProblem> {
        Err(TextProblem::UnknownName {
            kind: "variable",
            nearest: Vec::new(),
        })
    }
}
