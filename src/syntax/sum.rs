//! Arithmetic.

use std::ops::Range;

use super::cursor::Cursor;
use super::fault::Fault;
use super::token::Token;
use crate::error::TextProblem;

/// An arithmetic expression, whose variables have values when it is [worked out](Sum::value).
///
/// `+ - * /` and `sqrt` are those of IEEE 754 in `f64`, from left to right, and so the same on every
/// machine.
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
    Root(Box<Sum>),
}

/// The names of functions, which are no variables.
pub(super) const FUNCTIONS: [&str; 1] = ["sqrt"];

impl Sum {
    /// The expression that a text is, all of it.
    #[cfg(test)]
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
            Token::Name("sqrt") => {
                cursor.step()?;
                cursor.require('(', "( after sqrt")?;
                let of = cursor.deeper(Sum::parse)?;
                cursor.require(')', ") or + - * /")?;
                Kind::Root(Box::new(of))
            }
            Token::Name(name) => {
                cursor.step()?;
                Kind::Variable(name.to_string())
            }
            Token::Mark('-') => {
                cursor.step()?;
                Kind::Minus(Box::new(cursor.deeper(Term::parse)?))
            }
            Token::Mark('(') => {
                cursor.step()?;
                let sum = cursor.deeper(Sum::parse)?;
                cursor.require(')', ") or + - * /")?;
                Kind::Sum(Box::new(sum))
            }
            _ => return Err(cursor.expected("a number")),
        };
        let at = cursor.since(at.start);
        Ok(Term { at, kind })
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
            Kind::Root(sum) => sum.value(lookup)?.sqrt(),
        };
        finite(value, &self.at)
    }
}

fn finite(value: f64, at: &Range<usize>) -> Result<f64, Fault> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(Fault::new(at.clone(), TextProblem::NotFinite { value }))
    }
}
