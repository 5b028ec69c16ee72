//! What is wrong with a recipe, or with one for a model.

use std::error::Error;
use std::fmt;

use super::dtype::Dtype;
use crate::error::InitError;

/// All that is wrong with a recipe, or with one for a model: found before anything is drawn.
///
/// `Display` has a line for each fault, or several for one in a text.
#[derive(Clone, PartialEq)]
pub struct PlanError {
    faults: Vec<Fault>,
}

/// Where something of a recipe stands: in its file, or in the order of the code.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Place {
    /// A place in a TOML file.
    #[non_exhaustive]
    Line {
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
    /// The number of a rule that was made in code, among all rules of its recipe, from 1.
    Rule(usize),
}

/// One thing that is wrong.
#[derive(Clone, PartialEq)]
pub struct Fault {
    place: Option<Place>,
    name: Option<String>,
    others: usize,
    problem: Problem,
}

/// What is wrong: part of a [`Fault`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// A file that is not TOML.
    Syntax(String),
    /// A key, a variable or a recipe that does not exist.
    #[non_exhaustive]
    Unknown {
        /// What it would be the name of.
        kind: &'static str,
        /// The names that come nearest.
        nearest: Vec<String>,
    },
    /// Something else belongs there.
    #[non_exhaustive]
    Expected {
        /// What belongs there.
        what: &'static str,
    },
    /// A text that does not say what it should: a pattern, a scheme, a reading, arithmetic.
    Text(InitError),
    /// A parameter that no rule matches.
    #[non_exhaustive]
    NoRule {
        /// The patterns that come nearest.
        nearest: Vec<String>,
    },
    /// A name that the model has twice.
    Duplicate,
    /// A rule that matches no name.
    #[non_exhaustive]
    MatchesNothing {
        /// The names that come nearest.
        nearest: Vec<String>,
    },
    /// A rule that matches names, all of which are decided before.
    #[non_exhaustive]
    Shadowed {
        /// The number of these names.
        names: usize,
        /// The rules that decide them, with their patterns.
        by: Vec<(Place, String)>,
    },
    /// A rule that matches names, for none of which its `axes`, `with` and `without` hold.
    #[non_exhaustive]
    NeverHolds {
        /// The number of these names.
        names: usize,
        /// The first of them.
        first: String,
    },
    /// A shape that the reading does not fit.
    Reading(InitError),
    /// A scheme that refuses the weight.
    Scheme(InitError),
    /// An element type that cannot hold the law.
    #[non_exhaustive]
    ElementType {
        /// The type.
        dtype: Dtype,
        /// Why.
        error: InitError,
    },
    /// Integers that are not all one number that their type has.
    #[non_exhaustive]
    Integers {
        /// The type.
        dtype: Dtype,
        /// The law.
        law: String,
    },
    /// A parameter of which the model does not say what its layer asks for.
    NothingAsked,
    /// A sibling whose fans are asked for, and that the model does not have.
    #[non_exhaustive]
    NoSibling {
        /// Its full name.
        sibling: String,
    },
    /// Siblings that have their fans of each other.
    FansInCircle,
    /// A recipe that has no names and shapes of its own.
    NoModel,
    /// Names of a model that are more than a plan has room for.
    #[non_exhaustive]
    TooMany {
        /// The most there may be.
        limit: usize,
    },
}

impl PlanError {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        PlanError { faults }
    }

    /// All faults: those of variables, those of rules, and those of the names of the model.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl Fault {
    pub(super) fn new(place: Option<Place>, name: Option<&str>, problem: Problem) -> Self {
        Fault {
            place,
            name: name.map(ToString::to_string),
            others: 0,
            problem,
        }
    }

    /// One name more that has it.
    pub(super) fn add(&mut self) {
        self.others += 1;
    }

    /// Where the rule, the variable or the name stands that it is about.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// What it is about: a parameter, the patterns of a rule, a variable or a key.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The number of other parameters that have the same fault and the same name but for its numbers: of
    /// `h.0.bias`, `h.1.bias` and `h.2.bias` the first is named, and two are others.
    #[must_use]
    pub fn others(&self) -> usize {
        self.others
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

fn near(f: &mut fmt::Formatter<'_>, nearest: &[String]) -> fmt::Result {
    match nearest {
        [] => Ok(()),
        [one] => write!(f, "; the nearest is {one}"),
        all => write!(f, "; the nearest are {}", all.join(", ")),
    }
}

/// "the 3 names", "the name".
fn names(number: usize) -> String {
    match number {
        1 => "the one name".to_string(),
        _ => format!("the {number} names"),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Syntax(message) => write!(f, "this is not TOML: {message}"),
            Problem::Unknown { kind, nearest } => {
                write!(f, "there is no {kind} of this name")?;
                near(f, nearest)
            }
            Problem::Expected { what } => write!(f, "expected {what}"),
            Problem::Text(error) | Problem::Reading(error) | Problem::Scheme(error) => {
                write!(f, "{error}")
            }
            Problem::NoRule { nearest } => {
                f.write_str("no rule decides this parameter")?;
                near(f, nearest)?;
                f.write_str(": add a rule, of the kind leave if it is not to be drawn")
            }
            Problem::Duplicate => f.write_str("the model has this name twice: name it once"),
            Problem::MatchesNothing { nearest } => {
                f.write_str("this rule matches no name of the model")?;
                near(f, nearest)?;
                f.write_str(": mend the pattern, or make the rule optional")
            }
            Problem::Shadowed { names: number, by } => {
                let by: Vec<String> = by.iter().map(|(at, rule)| format!("{at} ({rule})")).collect();
                write!(
                    f,
                    "this rule decides nothing: {} that it matches {} decided before, by {}: move it up",
                    names(*number),
                    if *number == 1 { "is" } else { "are" },
                    by.join(" and ")
                )
            }
            Problem::NeverHolds {
                names: number,
                first,
            } => write!(
                f,
                "this rule decides nothing: its axes, with or without hold for none of {} that it \
                 matches, as {first}: mend the condition, or make the rule optional",
                names(*number)
            ),
            Problem::ElementType { dtype, error } => write!(f, "{dtype} cannot hold the law: {error}"),
            Problem::Integers { dtype, law } => write!(
                f,
                "{dtype} takes one whole number that it has, for all elements, and not {law}: give a \
                 constant, or leave the parameter alone"
            ),
            Problem::NothingAsked => f.write_str(
                "the rule takes what the layer itself asks for, but the model does not say what that is: \
                 give a scheme",
            ),
            Problem::NoSibling { sibling } => write!(
                f,
                "the rule takes the fans of {sibling}, which the model does not have"
            ),
            Problem::FansInCircle => f.write_str(
                "the rule takes the fans of a parameter that has them of others, which have them of this \
                 one, or is more than 8 others away: name the one whose shape has the fans",
            ),
            Problem::NoModel => f.write_str(
                "the recipe has no names and shapes of its own: give those of a model, or the recipe a \
                 section [model]",
            ),
            Problem::TooMany { limit } => write!(
                f,
                "the ranges come to more than {limit} names: is a variable too large?"
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
            f.write_str(name)?;
            match self.others {
                0 => {}
                1 => f.write_str(" and 1 like it")?,
                others => write!(f, " and {others} like it")?,
            }
            f.write_str(": ")?;
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
        write!(f, "{self}")
    }
}

impl Error for PlanError {}
