//! What is wrong with a recipe for a model.

use std::error::Error;
use std::fmt;

use super::dtype::Dtype;
use crate::error::InitError;

/// All that is wrong with a recipe, or with one for a model: found before anything is drawn.
#[derive(Clone, PartialEq)]
pub struct PlanError {
    faults: Vec<Fault>,
}

/// Where a rule, a variable or a name stands: in a file, or in the order of the code.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Place {
    /// A line and a column of the TOML file, from 1.
    #[non_exhaustive]
    Line {
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
    /// The number of a rule that was made in code, from 1.
    Rule(usize),
}

/// One thing that is wrong.
#[derive(Clone, PartialEq)]
pub struct Fault {
    pub(super) place: Option<Place>,
    pub(super) name: Option<String>,
    pub(super) problem: Problem,
}

/// What is wrong: part of a [`Fault`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// A parameter that no rule matches.
    #[non_exhaustive]
    NoRule {
        /// The patterns that come nearest.
        nearest: Vec<String>,
    },
    /// A name that the model has twice.
    Duplicate,
    /// A rule that decides no parameter.
    #[non_exhaustive]
    DecidesNothing {
        /// The rules that decide those that it matches.
        shadowed_by: Vec<Place>,
        /// The names that come nearest.
        nearest: Vec<String>,
    },
    /// A shape that the reading does not fit.
    Reading(InitError),
    /// A scheme that refuses the weight, or a text that is none.
    Scheme(InitError),
    /// An element type that cannot hold the law.
    #[non_exhaustive]
    ElementType {
        /// The type.
        dtype: Dtype,
        /// Why.
        error: InitError,
    },
    /// Integers that are not all one whole number.
    #[non_exhaustive]
    Integers {
        /// The type.
        dtype: Dtype,
        /// The law.
        law: String,
    },
    /// A parameter of which nobody knows what its layer asks for.
    NothingAsked,
}

impl PlanError {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        PlanError { faults }
    }

    /// All faults, those of the recipe before those of the model.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl Fault {
    /// Where the rule or variable stands that it is about.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// The parameter that it is about.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Line { line, column } => write!(f, "line {line}, column {column}"),
            Place::Rule(number) => write!(f, "rule {number}"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let near = |f: &mut fmt::Formatter<'_>, nearest: &[String]| match nearest {
            [] => Ok(()),
            [one] => write!(f, "; the nearest is {one}"),
            all => write!(f, "; the nearest are {}", all.join(", ")),
        };
        match self {
            Problem::NoRule { nearest } => {
                f.write_str("no rule matches this name")?;
                near(f, nearest)
            }
            Problem::Duplicate => f.write_str("the model has this name twice; name it once"),
            Problem::DecidesNothing {
                shadowed_by,
                nearest,
            } => {
                if shadowed_by.is_empty() {
                    f.write_str("this rule matches no name")?;
                    return near(f, nearest);
                }
                let by: Vec<String> = shadowed_by.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "this rule decides nothing: all that it matches is decided before, by {}; move it up",
                    by.join(" and ")
                )
            }
            Problem::Reading(error) | Problem::Scheme(error) => write!(f, "{error}"),
            Problem::ElementType { dtype, error } => write!(f, "{dtype}: {error}"),
            Problem::Integers { dtype, law } => write!(
                f,
                "{dtype} takes a constant that it can hold, and not {law}: give one, or leave the \
                 parameter alone"
            ),
            Problem::NothingAsked => f.write_str(
                "this rule takes what the layer itself asks for, but the model does not say what that is: \
                 give a scheme",
            ),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        if let Some(name) = &self.name {
            write!(f, "{name}: ")?;
        }
        write!(f, "{}", self.problem)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({self})")
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, fault) in self.faults.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

/// The text, so that a `main` that returns it tells what to do.
impl fmt::Debug for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlanError: {self}")
    }
}

impl Error for PlanError {}
