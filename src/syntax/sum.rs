//! Arithmetic.

use std::fmt;
use std::ops::Range;

use super::cursor::Cursor;
use super::fault::Fault;
use super::function::{Function, Given};
use super::lookup::{Lookup, NoVariables};
use super::nearest::nearest;
use super::number::Number;
use super::token::Token;
use crate::error::TextProblem;

/// An arithmetic expression, whose variables have values when it is [worked out](Sum::value).
///
/// `+ - * /` and the [functions](Function) are exact or those of IEEE 754 in `f64`, from left to right, and so
/// the same on every machine.
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
    Call(Function, Vec<Argument>),
}

/// What a function is given.
#[derive(Clone, Debug, PartialEq)]
enum Argument {
    Sum(Sum),
    Text(String),
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

    /// A number.
    pub(super) fn number(value: f64, at: Range<usize>) -> Self {
        Sum {
            first: Term {
                at: at.clone(),
                kind: Kind::Number(value),
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
        self.infinite().map_or_else(|| self.value(&NoVariables), Ok)
    }

    /// What `inf` and `-inf` are.
    pub(super) fn infinite(&self) -> Option<f64> {
        let is_inf = |term: &Term| matches!(&term.kind, Kind::Variable(name) if name == "inf");
        match &self.first.kind {
            _ if !self.rest.is_empty() => None,
            Kind::Minus(term) if is_inf(term) => Some(f64::NEG_INFINITY),
            _ => is_inf(&self.first).then_some(f64::INFINITY),
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
    pub(crate) fn value(&self, lookup: &dyn Lookup) -> Result<f64, Fault> {
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
                    Some(function) => call(function, cursor)?,
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
            Kind::Sum(sum) => sum.has_only(known),
            Kind::Call(_, arguments) => arguments.iter().try_for_each(|argument| match argument {
                Argument::Sum(sum) => sum.has_only(known),
                Argument::Text(_) => Ok(()),
            }),
            Kind::Minus(term) => term.has_only(known),
        }
    }

    fn value(&self, lookup: &dyn Lookup) -> Result<f64, Fault> {
        let told = |problem| Fault::new(self.at.clone(), problem);
        let value = match &self.kind {
            Kind::Number(value) => *value,
            Kind::Variable(name) => lookup.variable(name).map_err(told)?,
            Kind::Sum(sum) => sum.value(lookup)?,
            Kind::Minus(term) => -term.value(lookup)?,
            Kind::Call(function, arguments) => {
                let mut given = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    given.push(match argument {
                        Argument::Sum(sum) => Given::Number(sum.value(lookup)?, sum.at()),
                        Argument::Text(text) => Given::Text(text),
                    });
                }
                function.value(&self.at, &given, lookup)?
            }
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
            Kind::Call(function, arguments) => {
                write!(f, "{}(", function.name())?;
                for (number, argument) in arguments.iter().enumerate() {
                    f.write_str(if number == 0 { "" } else { ", " })?;
                    match argument {
                        Argument::Sum(sum) => write!(f, "{sum}")?,
                        Argument::Text(text) => write!(f, "'{text}'")?,
                    }
                }
                f.write_str(")")
            }
        }
    }
}

/// The call of a function, behind its name.
fn call(function: Function, cursor: &mut Cursor<'_>) -> Result<Kind, Fault> {
    cursor.require('(', function.opened())?;
    let mut arguments = Vec::new();
    cursor.deeper(|cursor| {
        loop {
            arguments.push(match cursor.token() {
                Token::Text(text) => {
                    cursor.step()?;
                    Argument::Text(text.to_string())
                }
                _ => Argument::Sum(Sum::parse(cursor)?),
            });
            if arguments.len() == function.most() || !cursor.eat(',')? {
                return Ok(());
            }
        }
    })?;
    cursor.require(')', function.closed(arguments.len()))?;
    Ok(Kind::Call(function, arguments))
}

fn finite(value: f64, at: &Range<usize>) -> Result<f64, Fault> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(Fault::new(at.clone(), TextProblem::NotFinite { value }))
    }
}
