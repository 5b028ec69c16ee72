//! Functions in arithmetic.

use std::ops::Range;

use super::fault::Fault;
use super::lookup::Lookup;
use crate::num::functions::in_f64;

/// A function. Its name is no variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Function {
    Sqrt,
    Ln,
    Exp,
    Ceil,
    Floor,
    Min,
    Max,
    /// The length of an axis: `dim(axis)` of the parameter at hand, `dim('pattern', axis)` of those in a model.
    Dim,
    /// Numbers that a pattern binds in a model: `count('pattern')`.
    Count,
}

/// An argument, and where it stands in bytes.
pub(super) enum Given<'a> {
    Number(f64, Range<usize>),
    Text(&'a str),
}

/// Each with its name, the number of its arguments at most, and what belongs behind the name.
const FUNCTIONS: [(Function, &str, usize, &str); 9] = [
    (Function::Sqrt, "sqrt", 1, "( after sqrt"),
    (Function::Ln, "ln", 1, "( after ln"),
    (Function::Exp, "exp", 1, "( after exp"),
    (Function::Ceil, "ceil", 1, "( after ceil"),
    (Function::Floor, "floor", 1, "( after floor"),
    (Function::Min, "min", 2, "( after min"),
    (Function::Max, "max", 2, "( after max"),
    (Function::Dim, "dim", 2, "( after dim"),
    (Function::Count, "count", 1, "( after count"),
];

impl Function {
    pub(super) fn named(name: &str) -> Option<Self> {
        let named = FUNCTIONS.iter().find(|(_, own, ..)| *own == name);
        named.map(|(function, ..)| *function)
    }

    fn row(self) -> &'static (Function, &'static str, usize, &'static str) {
        let row = FUNCTIONS.iter().find(|(function, ..)| *function == self);
        row.unwrap_or(&FUNCTIONS[0])
    }

    pub(super) fn name(self) -> &'static str {
        self.row().1
    }

    /// The number of its arguments at most.
    pub(super) fn most(self) -> usize {
        self.row().2
    }

    /// What belongs behind the name.
    pub(super) fn opened(self) -> &'static str {
        self.row().3
    }

    /// What belongs behind that many arguments.
    pub(super) fn closed(self, arguments: usize) -> &'static str {
        if arguments < self.most() {
            ") or + - * /, or , and another argument"
        } else {
            ") or + - * /"
        }
    }

    /// What it makes of its arguments, of which there is one, and no more than [`most`](Function::most).
    ///
    /// # Errors
    ///
    /// Arguments that it does not take, and what the lookup does not know; the call stands at `at`.
    pub(super) fn value(
        self,
        at: &Range<usize>,
        arguments: &[Given<'_>],
        lookup: &dyn Lookup,
    ) -> Result<f64, Fault> {
        use Given::{Number, Text};
        let told = |problem| Fault::new(at.clone(), problem);
        match (self, arguments) {
            (Function::Sqrt, [Number(value, _)]) => Ok(value.sqrt()),
            (Function::Ln, [Number(value, _)]) => Ok(ln(*value)),
            (Function::Exp, [Number(value, _)]) => Ok(exp(*value)),
            (Function::Ceil, [Number(value, _)]) => Ok(value.ceil()),
            (Function::Floor, [Number(value, _)]) => Ok(value.floor()),
            (Function::Min, [Number(a, _), Number(b, _)]) => Ok(a.min(*b)),
            (Function::Max, [Number(a, _), Number(b, _)]) => Ok(a.max(*b)),
            (Function::Dim, [Number(axis, place)]) => {
                lookup.dim(whole(*axis, place)?).map_err(told)
            }
            (Function::Dim, [Text(pattern), Number(axis, place)]) => {
                let axis = whole(*axis, place)?;
                lookup.dim_of(pattern, axis).map_err(told)
            }
            (Function::Count, [Text(pattern)]) => lookup.count(pattern).map_err(told),
            _ => Err(Fault::expected(
                at.clone(),
                match self {
                    Function::Sqrt
                    | Function::Ln
                    | Function::Exp
                    | Function::Ceil
                    | Function::Floor => "a number in parentheses",
                    Function::Min | Function::Max => "two numbers, as min(a, b)",
                    Function::Dim => "dim(axis) or dim('pattern', axis)",
                    Function::Count => "a pattern in quotation marks, as count('**.h.{i}.**')",
                },
            )),
        }
    }
}

/// Not a number where there is no logarithm.
fn ln(x: f64) -> f64 {
    if x.is_normal() && x > 0.0 {
        in_f64::ln(x)
    } else {
        f64::NAN
    }
}

/// Infinite where it is too large.
fn exp(x: f64) -> f64 {
    match x {
        _ if x > 700.0 => f64::INFINITY,
        _ if x < -700.0 => 0.0,
        _ => in_f64::exp(x),
    }
}

/// The number of an axis.
fn whole(axis: f64, at: &Range<usize>) -> Result<usize, Fault> {
    if axis.fract() == 0.0 && (0.0..=255.0).contains(&axis) {
        return Ok(axis as usize);
    }
    Err(Fault::expected(at.clone(), "the number of an axis, from 0"))
}

/// Whether a name is that of a function, and so no variable.
pub(crate) fn is_function(name: &str) -> bool {
    Function::named(name).is_some()
}
