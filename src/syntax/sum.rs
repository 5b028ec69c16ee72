//! Arithmetic.

use std::fmt;
use std::ops::Range;

use super::cursor::Cursor;
use super::fault::Fault;
use super::nearest::nearest;
use super::number::Number;
use super::token::Token;
use crate::error::TextProblem;
use crate::num::functions::in_f64;

/// An arithmetic expression, whose variables have values when it is [worked out](Sum::value).
///
/// `+ - * /` and `sqrt` are those of IEEE 754 in `f64`, from left to right, `ln` and `exp` those of
/// `docs/stream.md`; and so all are the same on every machine.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sum {
    at: Range<usize>,
    first: Term,
    /// What is done with the value of all before, from left to right: no tree gets deep by its length.
    rest: Vec<(char, Term)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Term {
    at: Range<usize>,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Number(f64),
    Variable(String),
    /// Factors and divisors, or what stands in parentheses.
    Sum(Box<Sum>),
    Minus(Box<Term>),
    Function(Function, Box<Sum>),
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Function {
    Sqrt,
    Ln,
    Exp,
}

/// The names of functions, which are no variables.
pub(super) const FUNCTIONS: [&str; 3] = ["sqrt", "ln", "exp"];

impl Function {
    fn named(name: &str) -> Option<Self> {
        let all = [Function::Sqrt, Function::Ln, Function::Exp];
        let at = FUNCTIONS.iter().position(|known| *known == name)?;
        all.get(at).copied()
    }

    const fn opening(self) -> &'static str {
        match self {
            Function::Sqrt => "( after sqrt",
            Function::Ln => "( after ln",
            Function::Exp => "( after exp",
        }
    }

    const fn name(self) -> &'static str {
        FUNCTIONS[self as usize]
    }

    /// Not finite where the function is not, or its value is too large.
    fn of(self, x: f64) -> f64 {
        match self {
            Function::Sqrt => x.sqrt(),
            Function::Ln if x.is_normal() && x > 0.0 => in_f64::ln(x),
            Function::Ln => f64::NAN,
            Function::Exp if x > 700.0 => f64::INFINITY,
            Function::Exp if x < -700.0 => 0.0,
            Function::Exp => in_f64::exp(x),
        }
    }
}

impl Sum {
    /// The expression that a text is, all of it.
    pub(crate) fn read(text: &str) -> Result<Self, Fault> {
        let mut cursor = Cursor::new(text)?;
        let sum = Sum::parse(&mut cursor)?;
        cursor.end("the end of the number, or + - * /")?;
        Ok(sum)
    }

    /// A variable alone.
    pub(super) fn variable(name: &str, at: Range<usize>) -> Self {
        Sum {
            first: Term {
                at: at.clone(),
                kind: Kind::Variable(name.to_string()),
            },
            rest: Vec::new(),
            at,
        }
    }

    /// The value of a sum without variables, or one that is `inf` or `-inf`.
    ///
    /// # Errors
    ///
    /// As [`value`](Sum::value).
    pub(crate) fn or_infinite(&self) -> Result<f64, Fault> {
        let is_inf = |term: &Term| matches!(&term.kind, Kind::Variable(name) if name == "inf");
        match &self.first.kind {
            _ if !self.rest.is_empty() => self.value(&|_| None),
            Kind::Minus(term) if is_inf(term) => Ok(f64::NEG_INFINITY),
            _ if is_inf(&self.first) => Ok(f64::INFINITY),
            _ => self.value(&|_| None),
        }
    }

    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        Sum::chain(cursor, ['+', '-'], |cursor| {
            let product = Sum::chain(cursor, ['*', '/'], Term::parse)?;
            Ok(match product {
                Sum { first, rest, .. } if rest.is_empty() => first,
                product => Term {
                    at: product.at.clone(),
                    kind: Kind::Sum(Box::new(product)),
                },
            })
        })
    }

    /// Terms with any of two operators between them.
    fn chain(
        cursor: &mut Cursor<'_>,
        operators: [char; 2],
        term: impl Fn(&mut Cursor<'_>) -> Result<Term, Fault>,
    ) -> Result<Self, Fault> {
        let start = cursor.at().start;
        let first = term(cursor)?;
        let mut rest = Vec::new();
        while let Token::Mark(mark) = cursor.token() {
            if !operators.contains(&mark) {
                break;
            }
            cursor.step()?;
            rest.push((mark, term(cursor)?));
        }
        let at = cursor.since(start);
        Ok(Sum { at, first, rest })
    }

    /// Where it stands, in bytes.
    pub(crate) fn at(&self) -> Range<usize> {
        self.at.clone()
    }

    /// Whether every variable is one of these.
    ///
    /// # Errors
    ///
    /// The first that is none.
    pub(crate) fn has_only(&self, known: &[&str]) -> Result<(), Fault> {
        let rest = self.rest.iter().map(|(_, term)| term);
        std::iter::once(&self.first)
            .chain(rest)
            .try_for_each(|term| term.has_only(known))
    }

    /// Whether something is multiplied or divided first of all.
    fn is_product(&self) -> bool {
        matches!(self.rest.first(), Some(('*' | '/', _)))
    }

    /// The value, with those of variables from `lookup`.
    ///
    /// # Errors
    ///
    /// A variable without a value, and a value on the way that is infinite or not a number.
    pub(crate) fn value(&self, lookup: &dyn Fn(&str) -> Option<f64>) -> Result<f64, Fault> {
        let mut value = self.first.value(lookup)?;
        for (operator, term) in &self.rest {
            let other = term.value(lookup)?;
            value = match operator {
                '+' => value + other,
                '-' => value - other,
                '*' => value * other,
                _ => value / other,
            };
        }
        finite(value, &self.at)
    }
}

impl Term {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        let at = cursor.at();
        let kind = match cursor.token() {
            Token::Number(value) => {
                cursor.step()?;
                Kind::Number(value)
            }
            Token::Name(name) => {
                cursor.step()?;
                match Function::named(name) {
                    Some(function) => {
                        cursor.require('(', function.opening())?;
                        let of = cursor.deeper(Sum::parse)?;
                        cursor.require(')', ") or + - * /")?;
                        Kind::Function(function, Box::new(of))
                    }
                    None => Kind::Variable(name.to_string()),
                }
            }
            Token::Mark('-') => {
                cursor.step()?;
                Kind::Minus(Box::new(cursor.deeper(Term::parse)?))
            }
            Token::Mark('(') => {
                cursor.step()?;
                let sum = cursor.deeper(Sum::parse)?;
                cursor.require(')', ") or + - * /")?;
                if sum.rest.is_empty() {
                    sum.first.kind
                } else {
                    Kind::Sum(Box::new(sum))
                }
            }
            _ => return Err(cursor.expected("a number")),
        };
        let at = cursor.since(at.start);
        Ok(Term { at, kind })
    }

    fn has_only(&self, known: &[&str]) -> Result<(), Fault> {
        match &self.kind {
            Kind::Number(_) => Ok(()),
            Kind::Variable(name) if known.contains(&name.as_str()) => Ok(()),
            Kind::Variable(name) => {
                let problem = TextProblem::UnknownName {
                    kind: "variable",
                    nearest: nearest(name, known.iter().copied()),
                };
                Err(Fault::new(self.at.clone(), problem))
            }
            Kind::Sum(sum) | Kind::Function(_, sum) => sum.has_only(known),
            Kind::Minus(term) => term.has_only(known),
        }
    }

    fn value(&self, lookup: &dyn Fn(&str) -> Option<f64>) -> Result<f64, Fault> {
        let value = match &self.kind {
            Kind::Number(value) => *value,
            Kind::Variable(name) => match lookup(name) {
                Some(value) => value,
                None => {
                    let problem = TextProblem::UnknownName {
                        kind: "variable",
                        nearest: Vec::new(),
                    };
                    return Err(Fault::new(self.at.clone(), problem));
                }
            },
            Kind::Sum(sum) => sum.value(lookup)?,
            Kind::Minus(term) => -term.value(lookup)?,
            Kind::Function(function, sum) => function.of(sum.value(lookup)?),
        };
        finite(value, &self.at)
    }
}

/// What is read as the same arithmetic.
impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_product = self.is_product();
        let first = [(None, &self.first)];
        let rest = self
            .rest
            .iter()
            .map(|(operator, term)| (Some(operator), term));
        for (operator, term) in first.into_iter().chain(rest) {
            if let Some(operator) = operator {
                write!(f, " {operator} ")?;
            }
            match &term.kind {
                // A product needs no parentheses between signs.
                Kind::Sum(product) if !is_product && product.is_product() => {
                    write!(f, "{product}")?;
                }
                _ => write!(f, "{term}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Number(value) => write!(f, "{}", Number(*value)),
            Kind::Variable(name) => f.write_str(name),
            Kind::Sum(sum) => write!(f, "({sum})"),
            Kind::Minus(term) => write!(f, "-{term}"),
            Kind::Function(function, sum) => write!(f, "{}({sum})", function.name()),
        }
    }
}

fn finite(value: f64, at: &Range<usize>) -> Result<f64, Fault> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(Fault::new(at.clone(), TextProblem::NotFinite { value }))
    }
}
